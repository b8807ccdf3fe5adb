"""Settling a form: what stands becomes a record, the record takes the law's shape, and goes on its way in one commit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.domain.event import Event, EventKind
from pipeline.domain.facts import Facts
from pipeline.domain.notification import Barred, Notification
from pipeline.domain.record import Draft, Finding, FindingKind, Open, Record, Settlement
from pipeline.domain.review import Review, Verdict
from pipeline.domain.status import FormState
from pipeline.domain.template import Template
from pipeline.edges.store import Unit
from pipeline.edges.store.people import MACHINE
from pipeline.jobs import keying
from pipeline.jobs.again import index, same_case
from pipeline.jobs.facts import disease_of, due_of, facts_of, text_of
from pipeline.jobs.office import Office
from pipeline.jobs.submit import freeze_now
from pipeline.stages.notify import LawContext, notify
from pipeline.stages.settle import settle as settled

_PAUSE_S = 120.0


@dataclass(frozen=True, slots=True)
class Done:
    """A form that was settled. `sent_as` is the key of its submission; None while it waits for a recipient."""

    form: str
    sent_as: str | None
    barred: Barred | None = None


def settle_form(
    office: Office, unit: Unit, state: FormState, actor: str = MACHINE, let_go: frozenset[str] = frozenset()
) -> Done | Open | Barred:
    """Settle a form in the caller's commit: record, law's shape, frozen submission, and the wish to deliver it.

    Open: fields wait for a verdict. Barred: the law does not let it become a notification as it stands. Nothing has
    moved then. `let_go` are required keys that a named person lets go as unknown.
    """
    form = state.form
    draft = unit.documents.load(Draft, form, "draft")
    findings = unit.documents.load_many(Finding, form, "findings")
    if draft is None:
        return Open(form, ())
    reviews = reviews_of(unit, form)
    record = settled(draft, findings, reviews)
    if isinstance(record, Open):
        return record
    template = office.template(f"{draft.template}@{draft.version}")
    disease = disease_of(record, template, office.catalogue)
    twice = same_case(unit, record, disease)
    if twice is not None and not any(finding.kind is FindingKind.SAME_CASE for finding in findings):
        unit.documents.add(form, "findings", (*findings, twice), office.now())
        return Open(form, (twice.key,))
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
    if unit.documents.last_seq(form, "record") == 0:  # a form that came back was counted before
        keying.learn(office, unit, record, draft, reviews)
    return _go_on(office, unit, state, (record, template, notification, actor))


def _go_on(office: Office, unit: Unit, state: FormState, what: tuple[Record, Template, Notification, str]) -> Done:
    """Keep record and notification, tell that the form is settled, and freeze what is to be sent."""
    record, template, notification, actor = what
    form, now = state.form, office.now()
    unit.documents.add(form, "record", record, now)
    unit.documents.add(form, "notification", notification, now)
    index(unit, record)
    unit.facts.put(_facts(office, unit, record, template))
    told = (("generation", state.generation),)
    unit.append(Event(EventKind.FORM_SETTLED, form, now, told, actor))
    unit.tasks.drop(form)
    frozen = freeze_now(office, unit, form, state.generation, notification)
    if isinstance(frozen, Barred):
        return Done(form, None, frozen)
    return Done(form, frozen)


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


def reviews_of(unit: Unit, form: str) -> tuple[Review, ...]:
    """Return a form's verdicts, as one review for each reviewer."""
    verdicts = unit.documents.load_all(Verdict, form, "verdict")
    reviewers = dict.fromkeys(verdict.reviewer for verdict in verdicts)
    return tuple(Review(form, tuple(v for v in verdicts if v.reviewer == who)) for who in reviewers)
