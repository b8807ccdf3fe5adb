"""Verification: take a task, give verdicts, and settle; every verdict is on disk before the next is asked for.

Settling, the law's shape, the frozen submission and the wish to deliver it are one commit. A lease that was lost is
answered by None, and nothing is changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.domain.event import Event, EventKind
from pipeline.domain.facts import Facts
from pipeline.domain.notification import Barred, Notification
from pipeline.domain.reading import Clip
from pipeline.domain.record import Draft, Finding, FindingKind, Open, Record, Settlement
from pipeline.domain.review import Ending, Lease, Review, Task, Verdict, VerdictKind
from pipeline.domain.template import Template
from pipeline.domain.value import Value
from pipeline.edges.access import Action
from pipeline.edges.crash import crash_point
from pipeline.edges.store import Unit
from pipeline.jobs.again import index, same_case
from pipeline.jobs.facts import disease_of, due_of, facts_of, text_of
from pipeline.jobs.office import Office
from pipeline.jobs.reading import clips_of
from pipeline.jobs.submit import freeze_now
from pipeline.stages.notify import LawContext, notify
from pipeline.stages.settle import settle as settled

_PAUSE_S = 120.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A task in somebody's hands: what the machine proposes, why it is asked, what was answered before."""

    task: Task
    lease: Lease
    template: Template
    draft: Draft
    findings: tuple[Finding, ...]
    reviews: tuple[Review, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A form that was settled. `sent_as` is the key of its submission; None while it waits for a recipient."""

    form: str
    sent_as: str | None
    barred: Barred | None = None


def queue(office: Office, limit: int | None = None) -> tuple[Task, ...]:
    """Return the open tasks, the most urgent first."""
    with office.store.read() as unit:
        return unit.tasks.queue(office.now(), limit=limit)


def take(office: Office, reviewer: str, form: str | None = None) -> Opened | None:
    """Take the most urgent free task, or one form's; the look is noted before anything is shown. None: nothing free."""
    with office.store.begin() as unit:
        lease = unit.tasks.take(reviewer, office.now(), office.habits.lease_s, form)
        if lease is None:
            return None
        crash_point("lease_taken_in_transaction")
        task = unit.tasks.get(lease.form)
        draft = unit.documents.load(Draft, lease.form, "draft")
        findings = unit.documents.load_many(Finding, lease.form, "findings")
        reviews = _reviews(unit, lease.form)
    crash_point("lease_taken")
    if task is None or draft is None:
        return None
    office.saw(reviewer, Action.REVIEW, lease.form)
    return Opened(task, lease, _template(office, draft), draft, findings, reviews)


def renew(office: Office, lease: Lease) -> Lease | None:
    """Hold a task for longer; None when the lease was lost."""
    with office.store.begin() as unit:
        return unit.tasks.renew(lease, office.now(), office.habits.lease_s)


def give(office: Office, lease: Lease, key: str, kind: VerdictKind, value: Value) -> Lease | None:
    """Keep one verdict, durably, and hold the task for longer; None, and nothing kept, when the lease was lost."""
    with office.store.begin() as unit:
        now = office.now()
        renewed = unit.tasks.renew(lease, now, office.habits.lease_s)
        if renewed is None:
            return None
        _keep_verdict(unit, lease.form, Verdict(key, kind, value, lease.holder, now))
        crash_point("verdict_in_transaction")
    crash_point("verdict_given")
    return renewed


def _keep_verdict(unit: Unit, form: str, verdict: Verdict) -> None:
    unit.documents.add(form, "verdict", verdict, verdict.at)
    told = (("field", verdict.key), ("kind", verdict.kind.value))
    unit.append(Event(EventKind.VERDICT_GIVEN, form, verdict.at, told, verdict.reviewer))


def leave(office: Office, lease: Lease) -> bool:
    """Give a task back; what was answered stays."""
    with office.store.begin() as unit:
        return unit.tasks.leave(lease, office.now())


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
        done = _settle(office, unit, lease, let_go)
        crash_point("settle_in_transaction")
    crash_point("settled")
    return done


def _settle(office: Office, unit: Unit, lease: Lease, let_go: frozenset[str]) -> Done | Open | Barred:
    draft = unit.documents.load(Draft, lease.form, "draft")
    findings = unit.documents.load_many(Finding, lease.form, "findings")
    if draft is None:
        return Open(lease.form, ())
    record = settled(draft, findings, _reviews(unit, lease.form))
    if isinstance(record, Open):
        return record
    template = _template(office, draft)
    disease = disease_of(record, template, office.catalogue)
    twice = same_case(unit, record, disease)
    if twice is not None and not any(finding.kind is FindingKind.SAME_CASE for finding in findings):
        unit.documents.add(lease.form, "findings", (*findings, twice), office.now())
        return Open(lease.form, (twice.key,))
    context = LawContext(
        catalogue=office.catalogue,
        policy=office.policy.law,
        registrar=office.habits.registrar or office.habits.unit,
        addressee=office.habits.addressee,
        now=office.now(),
        may_be_unknown=let_go,
    )
    notification = notify(record, template, context)
    if isinstance(notification, Barred):
        return notification
    return _go_on(office, unit, lease, (record, template, notification))


def _go_on(office: Office, unit: Unit, lease: Lease, what: tuple[Record, Template, Notification]) -> Done:
    """Keep record and notification, tell that the form is settled, and freeze what is to be sent."""
    record, template, notification = what
    now = office.now()
    unit.documents.add(lease.form, "record", record, now)
    unit.documents.add(lease.form, "notification", notification, now)
    index(unit, record)
    unit.facts.put(_facts(office, unit, record, template))
    told = (("generation", lease.generation),)
    unit.append(Event(EventKind.FORM_SETTLED, lease.form, now, told, lease.holder))
    unit.tasks.drop(lease.form)
    frozen = freeze_now(office, unit, lease.form, lease.generation, notification)
    if isinstance(frozen, Barred):
        return Done(lease.form, None, frozen)
    return Done(lease.form, frozen)


def _facts(office: Office, unit: Unit, record: Record, template: Template) -> Facts:
    """Return the facts as settled, with what is known of the form from before."""
    disease = disease_of(record, template, office.catalogue)
    now = office.now()
    known = unit.facts.get(record.form) or Facts(record.form)
    by = [field.settlement for field in record.fields if not field.value.is_blank]
    return replace(
        facts_of(record, template, disease, due_of(record, template)),
        arrived=known.arrived,
        read_at=known.read_at,
        settled_at=now,
        clinic=text_of(record, "anm_klinik") or None,
        touch_s=_touch(unit, record.form, now),
        corrections=sum(1 for field in record.fields if field.settlement is Settlement.CORRECTED),
        fields=len(by),
        auto_fields=by.count(Settlement.MACHINE),
    )


def _touch(unit: Unit, form: str, now: dt.datetime) -> float:
    """Return how many seconds a human held the task; a pause counts two minutes at most."""
    marks = (EventKind.LEASE_TAKEN, EventKind.VERDICT_GIVEN, EventKind.LEASE_LEFT)
    events = [event for event in unit.events(form) if event.kind in marks]
    held = 0.0
    for before, after in pairwise([*((event.kind, event.at) for event in events), (EventKind.FORM_SETTLED, now)]):
        if before[0] is not EventKind.LEASE_LEFT:
            held += min(_PAUSE_S, max(0.0, (after[1] - before[1]).total_seconds()))
    return round(held, 1)


def _reviews(unit: Unit, form: str) -> tuple[Review, ...]:
    """Return a form's verdicts, as one review for each reviewer."""
    verdicts = unit.documents.load_all(Verdict, form, "verdict")
    reviewers = dict.fromkeys(verdict.reviewer for verdict in verdicts)
    return tuple(Review(form, tuple(v for v in verdicts if v.reviewer == who)) for who in reviewers)


def _template(office: Office, draft: Draft) -> Template:
    return office.library.template(f"{draft.template}@{draft.version}")
