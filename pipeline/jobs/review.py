"""Verification: take a task, give verdicts, and settle; every verdict is on disk before the next is asked for.

Settling, the law's shape, the frozen submission and the wish to deliver it are one commit. A lease that was lost is
answered by None, and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.domain.event import Event, EventKind
from pipeline.domain.notification import Barred
from pipeline.domain.reading import Clip
from pipeline.domain.record import Draft, Finding, Open
from pipeline.domain.review import Ending, Lease, Note, Review, Said, Task, Verdict
from pipeline.domain.status import FormState, Status
from pipeline.domain.template import Template
from pipeline.domain.value import Value
from pipeline.edges.access import Action
from pipeline.edges.crash import crash_point
from pipeline.edges.store import Unit
from pipeline.jobs import keying
from pipeline.jobs.office import Office
from pipeline.jobs.reading import clips_of
from pipeline.jobs.settling import Done, reviews_of, settle_form

__all__ = [
    "Done",
    "Opened",
    "clip",
    "clips",
    "close",
    "give",
    "hand",
    "leave",
    "pass_on",
    "queue",
    "renew",
    "reveal",
    "settle",
    "take",
]


@dataclass(frozen=True, slots=True)
class Opened:
    """A task in somebody's hands: what the machine proposes, why it is asked, what was answered before.

    `notes` are those it was handed up and given back with, oldest first. `blind` are the fields that are keyed without
    seeing what the machine says, with what that is; `others` the names of other people who are here to key one too.
    """

    task: Task
    lease: Lease
    template: Template
    draft: Draft
    findings: tuple[Finding, ...]
    reviews: tuple[Review, ...]
    notes: tuple[Note, ...] = ()
    blind: Mapping[str, Value | None] = field(default_factory=dict)
    others: frozenset[str] = field(default=frozenset(), repr=False)


def queue(office: Office) -> tuple[Task, ...]:
    """Return the open tasks, the most urgent first."""
    with office.store.read() as unit:
        return unit.tasks.queue(office.now())


def take(
    office: Office, reviewer: str, form: str | None = None, passed: Collection[str] = (), handed_up: bool = False
) -> Opened | None:
    """Take one form's task, or the most urgent free one; the look is noted before anything is shown. None: nothing free.

    Without `form`, it is one of those that were `handed_up`, or one of the others; those `passed` by are left, and those
    whose template has faults or is gone.

    Raises:
        TemplateError: when the template of `form` has faults or is gone.
    """
    with office.store.begin() as unit:
        wanted = form or _next(office, unit, (reviewer, handed_up), passed)
        lease = unit.tasks.take(reviewer, office.now(), office.habits.lease_s, wanted) if wanted else None
        if lease is None:
            return None
        crash_point("lease_taken_in_transaction")
        task = unit.tasks.get(lease.form)
        draft = unit.documents.load(Draft, lease.form, "draft")
        findings = unit.documents.load_many(Finding, lease.form, "findings")
        reviews, notes = reviews_of(unit, lease.form), unit.documents.load_all(Note, lease.form, "note")
        if task is None or draft is None:
            return None
        template = office.template(task.template_id)  # without it the task stays free
        hidden, others = keying.blind(office, unit, template, draft, findings), keying.others(office, unit, lease)
    crash_point("lease_taken")
    office.saw(reviewer, Action.REVIEW, lease.form)
    seen = draft if office.policy.check.show_guesses else draft.without_guesses(template)
    return Opened(task, lease, template, seen, findings, reviews, notes, hidden, others)


def _next(office: Office, unit: Unit, who: tuple[str, bool], passed: Collection[str]) -> str | None:
    reviewer, handed_up = who
    free = [task for task in unit.tasks.queue(office.now(), free_for=reviewer) if task.is_handed_up is handed_up]
    left = {*passed, *(task.form for task in office.stuck(free))}
    return next((task.form for task in free if task.form not in left), None)


def renew(office: Office, lease: Lease) -> Lease | None:
    """Hold a task for longer; None when the lease was lost."""
    with office.store.begin() as unit:
        return unit.tasks.renew(lease, office.now(), office.habits.lease_s)


def give(office: Office, lease: Lease, said: Said) -> Lease | None:
    """Keep one verdict, durably, and hold the task for longer; None, and nothing kept, when the lease was lost."""
    with office.store.begin() as unit:
        now = office.now()
        renewed = unit.tasks.renew(lease, now, office.habits.lease_s)
        if renewed is None:
            return None
        verdict = Verdict(said.key, said.kind, said.value, lease.holder, now, said.mode, said.told_by)
        _keep_verdict(unit, lease.form, verdict)
        crash_point("verdict_in_transaction")
    crash_point("verdict_given")
    return renewed


def _keep_verdict(unit: Unit, form: str, verdict: Verdict) -> None:
    unit.documents.add(form, "verdict", verdict, verdict.at)
    told = (("field", verdict.key), ("kind", verdict.kind.value), ("mode", verdict.mode.value))
    unit.append(Event(EventKind.VERDICT_GIVEN, form, verdict.at, told, verdict.reviewer))


def leave(office: Office, lease: Lease) -> bool:
    """Give a task back; what was answered stays."""
    with office.store.begin() as unit:
        return unit.tasks.leave(lease, office.now())


def pass_on(office: Office, lease: Lease) -> bool:
    """Give a task back for somebody else to key what is left too; what was answered stays."""
    with office.store.begin() as unit:
        return unit.tasks.pass_on(lease, office.now(), office.habits.second_s)


def hand(office: Office, lease: Lease, note: Value, *, up: bool) -> bool:
    """Give a task back with a note, up to a supervisor or from one; what was answered stays. False: the lease was lost."""
    with office.store.begin() as unit:
        now = office.now()
        if not unit.tasks.hand(lease, now, up=up):
            return False
        unit.documents.add(lease.form, "note", Note(note, lease.holder, now), now)
        return True


def close(office: Office, lease: Lease, ending: Ending) -> bool:
    """Close a form without sending it, with its reason; False when the lease was lost."""
    with office.store.begin() as unit:
        if not unit.tasks.holds(lease, office.now()):
            return False
        told = (("generation", lease.generation), ("reason", ending.value))
        unit.append(Event(EventKind.FORM_CLOSED, lease.form, office.now(), told, lease.holder))
        unit.tasks.drop(lease.form)
        return True


def clip(office: Office, lease: Lease, key: str) -> Clip | None:
    """Return the picture of one field of the task in hand."""
    found = clips(office, lease, (key,))
    return found[0] if found else None


def clips(office: Office, lease: Lease, keys: Sequence[str] = ()) -> tuple[Clip, ...]:
    """Return the pictures of a task's fields, all by default."""
    with office.store.read() as unit:
        form = unit.forms.load(lease.form)
        return clips_of(office, unit, form, keys) if form is not None else ()


def reveal(office: Office, lease: Lease, key: str) -> None:
    """Note that something masked is shown once; it may be shown when this has returned."""
    office.saw(lease.holder, Action.REVEAL, lease.form, key)


def settle(office: Office, lease: Lease, let_go: frozenset[str] = frozenset()) -> Done | Open | Barred | None:
    """Settle a form and send it on its way, in one commit.

    Open: fields still wait for a verdict. Barred: the law does not let it become a notification as it stands, and the
    form stays in hand. `let_go` are required keys that the reviewer lets go as unknown. None: the lease was lost.
    """
    with office.store.begin() as unit:
        if not unit.tasks.holds(lease, office.now()):
            return None
        done = settle_form(office, unit, FormState(lease.form, Status.IN_REVIEW, lease.generation), lease.holder, let_go)
        crash_point("settle_in_transaction")
    crash_point("settled")
    return done
