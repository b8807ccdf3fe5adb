"""Status: where every side is, what is urgent, what is on its way; every sum is made here, and adds up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from pipeline.domain.event import EventKind
from pipeline.domain.notification import Due
from pipeline.domain.placement import PageState
from pipeline.domain.review import Task
from pipeline.domain.scan import Pile
from pipeline.domain.status import Status
from pipeline.edges.store import Unit
from pipeline.edges.store.outbox import UNDONE, OutState
from pipeline.jobs.find import FoundScan, unopened
from pipeline.jobs.office import Office
from pipeline.jobs.piled import Places, between
from pipeline.jobs.revision import SheetNow, changed
from pipeline.stages.due import STOCKHOLM, late_on_arrival

_UNSENT = (Status.SETTLED, Status.SUBMITTED, Status.QUESTIONED)


@dataclass(frozen=True, slots=True)
class PileSum:
    """One pile: what was fed, what came in, and what became of it.

    A file whose very same bytes had come before, in this pile or another, was fed all the same: its sides are duplicates
    here, and `again` tells how many such files there were. What cannot be opened cannot be opened again.
    `sides_in` is the sum of `states`, `reading` and one for every file that could not be opened, whose sides are unknown.
    `accounted` leaves out what still is being read. The pile is `whole` when its own count says so: fed, in and
    accounted for are one number. None: not counted.
    """

    pile: Pile
    states: tuple[tuple[PageState, int], ...]
    unopened: int
    reading: int
    forms: int
    form_sides: int
    again: int

    @property
    def sides_in(self) -> int:
        """Return how many sides came in, a file that cannot be opened counted as one."""
        return self.accounted + self.reading

    @property
    def accounted(self) -> int:
        """Return how many sides have ended in a state."""
        return sum(count for _, count in self.states) + self.unopened

    @property
    def whole(self) -> bool | None:
        """Tell whether every side that was fed is accounted for; None when nobody counted."""
        fed = self.pile.sides_fed
        return None if fed is None else fed == self.sides_in == self.accounted


@dataclass(frozen=True, slots=True)
class Urgent:
    """The most urgent task, with what is known of its case."""

    task: Task
    disease: str | None
    overdue: bool
    phone: bool


@dataclass(frozen=True, slots=True)
class Recipient:
    """How it stands with the recipient: what waits, since when it has been silent, when it is tried next."""

    name: str
    waiting: int
    overdue: int
    down_since: dt.datetime | None
    next_try: dt.datetime | None
    sent: int
    receipts: int
    questioned: int
    refused: int


@dataclass(frozen=True, slots=True)
class Loose:
    """Sides of all piles that belong to no form: held until their other sheets come, and of unknown forms.

    `offered` is how many forms, told by look, had enough unknown sides to make a template of when last counted. `alike` are
    pairs of templates, as NAME@VERSION, and how many unknown sides cannot be told apart by each.
    """

    held: int
    unknown: int
    offered: int
    oldest: dt.datetime | None
    alike: tuple[tuple[tuple[str, ...], int], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that `blankett status` tells; `overdue` counts those that wait for a human.

    `stuck` are those of the waiting forms that nobody can verify, because their template has faults or is gone; `handed_up`
    are those that wait for a supervisor, the one due first at `handed_up_due` (None: no date is read). `unsent`
    forms are settled and without a receipt, whatever holds them up but what bars them.
    """

    now: dt.datetime
    piles: tuple[PileSum, ...]
    rejected: tuple[FoundScan, ...]
    forms: tuple[tuple[Status, int], ...]
    waiting: int
    stuck: int
    handed_up: int
    handed_up_due: dt.datetime | None
    urgent: Urgent | None
    overdue: int
    barred: int
    barred_overdue: int
    unsent: int
    unsent_overdue: int
    loose: Loose
    changed: tuple[SheetNow, ...]
    late_on_arrival: int
    oldest_days: int | None
    late_here: int
    last_scan: dt.datetime | None
    recipient: Recipient
    workers: tuple[tuple[str, dt.datetime], ...]


def all_piles(office: Office) -> tuple[PileSum, ...]:
    """Return what became of every pile there ever was."""
    with office.store.read() as unit:
        return tuple(_sum(unit, pile) for pile in unit.piles.all())


def standing(office: Office, *, every_pile: bool = False) -> Standing:
    """Return how everything stands now; the piles of today, of which the latest named comes first, or every pile."""
    now = office.now()
    with office.store.read() as unit:
        named = unit.piles.all()
        shown = named if every_pile else _of_today(unit, named, now.astimezone(STOCKHOLM).date())
        tasks = unit.tasks.queue(now)
        up = [task for task in tasks if task.is_handed_up]
        overdue = sum(1 for task in tasks if task.due is not None and task.due < now)
        counts: dict[Status, int] = {}
        for (_template, status), count in unit.forms.counts().items():
            counts[status] = counts.get(status, 0) + count
        barred, unsent = barred_due(unit), _due_of(unit, _UNSENT)
        late, oldest, late_here = _lateness(unit, now)
        scans = tuple(unit.scans.all())
        return Standing(
            now=now,
            piles=tuple(_sum(unit, pile) for pile in shown),
            rejected=unopened(unit),
            forms=tuple(sorted(counts.items())),
            waiting=len(tasks),
            stuck=len(office.stuck(tasks)),
            handed_up=len(up),
            handed_up_due=min((task.due for task in up if task.due is not None), default=None),
            urgent=_urgent(office, unit, tasks[0], now) if tasks else None,
            overdue=overdue,
            barred=len(barred),
            barred_overdue=_overdue(barred, now),
            unsent=len(unsent),
            unsent_overdue=_overdue(unsent, now),
            loose=_loose(unit),
            changed=changed(unit, now),
            late_on_arrival=late,
            oldest_days=oldest,
            late_here=late_here,
            last_scan=scans[-1].received if scans else None,
            recipient=_recipient(office, unit),
            workers=tuple(sorted(unit.workers.heard().items())),
        )


def barred_due(unit: Unit) -> tuple[dt.datetime | None, ...]:
    """Return when each form is due that is settled and may not be sent by our credential."""
    return _due_of(unit, (Status.BARRED,))


def _due_of(unit: Unit, statuses: tuple[Status, ...]) -> tuple[dt.datetime | None, ...]:
    found = (unit.facts.get(row.id) for row in tuple(unit.forms.all(statuses)))
    return tuple(facts.due if facts is not None else None for facts in found)


def _overdue(dues: tuple[dt.datetime | None, ...], now: dt.datetime) -> int:
    return sum(1 for due in dues if due is not None and due < now)


def _loose(unit: Unit) -> Loose:
    """Count the sides that nobody is sent to: they stay in view from day to day."""
    counts = unit.pages.counts()
    scans = (unit.scans.get(digest) for digest in unit.pages.formless(PageState.HELD, PageState.UNKNOWN))
    came = [scan.received for scan in scans if scan is not None]
    gathered = unit.ledger.last(EventKind.LOOKS_GATHERED)
    offered = int(gathered.param("offered") or 0) if gathered is not None else 0
    pairs = (tuple(sorted(between(unit, row))) for row in unit.pages.without_form(PageState.UNKNOWN))
    alike = Counter(pair for pair in pairs if pair)
    oldest, held = min(came, default=None), counts.get(PageState.HELD, 0)
    return Loose(held, counts.get(PageState.UNKNOWN, 0), offered, oldest, tuple(alike.most_common()))


def _of_today(unit: Unit, piles: tuple[Pile, ...], today: dt.date) -> tuple[Pile, ...]:
    """Return the piles that were named or arrived today, else the latest."""
    named = {
        event.subject
        for event in unit.events(kinds=(EventKind.PILE_NAMED,))
        if event.at.astimezone(STOCKHOLM).date() == today
    }
    found = tuple(pile for pile in piles if pile.id in named or pile.arrived == today)
    return found or piles[:1]


def _sum(unit: Unit, pile: Pile) -> PileSum:
    """Count the sides of one pile: every one is a page in one state, being read, or in a file that cannot be opened."""
    places = Places(unit)
    states: Counter[PageState] = Counter()
    forms: Counter[str] = Counter()
    unopened = reading = again = 0
    for file in tuple(places.files(pile.id)):
        sides = places.sides(file)
        states.update(side.state for side in sides)
        forms.update(side.counted for side in sides if side.counted is not None)
        unopened += file.unopened(len(sides))
        reading += file.reading
        again += file.again
    return PileSum(pile, tuple(sorted(states.items())), unopened, reading, len(forms), forms.total(), again)


def _urgent(office: Office, unit: Unit, task: Task, now: dt.datetime) -> Urgent:
    facts = unit.facts.get(task.form)
    disease = office.catalogue.get(facts.disease) if facts is not None and facts.disease else None
    phone = disease is not None and (disease.societal or disease.code in office.policy.law.phone_diseases)
    return Urgent(task, disease.code if disease else None, task.due is not None and task.due < now, phone)


def _lateness(unit: Unit, now: dt.datetime) -> tuple[int, int | None, int]:
    """Return how many forms were late when they arrived, the oldest's age in days, and how many became late here."""
    late, late_here = 0, 0
    ages: list[int] = []
    for facts in unit.facts.all():
        day = facts.diagnosed or facts.signed
        if facts.due is None or facts.arrived is None or day is None:
            continue
        if late_on_arrival(Due(facts.due, day), facts.arrived):
            late += 1
            ages.append((facts.arrived - day).days)
        elif (facts.receipt_at or now) > facts.due:
            late_here += 1
    return late, max(ages, default=None), late_here


def _recipient(office: Office, unit: Unit) -> Recipient:
    rows = unit.outbox.all()
    waiting = [row for row in rows if row.state in UNDONE]
    tried = [row for row in waiting if row.attempts]
    down = min((_first_try(unit, row.form, row.key) for row in tried if row.next_try_at), default=None)
    return Recipient(
        name=office.habits.recipient,
        waiting=len(waiting),
        overdue=sum(1 for row in waiting if (facts := unit.facts.get(row.form)) and facts.due and facts.due < office.now()),
        down_since=down,
        next_try=min((row.next_try_at for row in tried if row.next_try_at), default=None),
        sent=sum(1 for row in rows if row.attempts),
        receipts=sum(1 for row in rows if row.state is OutState.RECEIPTED),
        questioned=sum(1 for row in rows if row.state is OutState.QUESTIONED),
        refused=sum(1 for row in rows if row.state is OutState.REFUSED),
    )


def _first_try(unit: Unit, form: str, key: str) -> dt.datetime:
    tries = [
        event.at for event in unit.events(form) if event.kind is EventKind.SUBMISSION_TRIED and event.param("key") == key
    ]
    return min(tries)
