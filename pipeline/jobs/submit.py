"""Submission: freeze in the commit that settles, deliver under one key until there is a receipt or a no."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.domain.event import Event, EventKind
from pipeline.domain.notification import Barred, ClinicalNotification, Notification, ParagraphNotification
from pipeline.domain.record import Draft, Finding, FindingKind
from pipeline.domain.review import Verdict, VerdictKind
from pipeline.domain.status import Status
from pipeline.domain.submission import Receipt, Refusal, Unreachable
from pipeline.domain.value import NOTHING
from pipeline.edges import logs
from pipeline.edges.crash import crash_point
from pipeline.edges.engine import Job, Work
from pipeline.edges.store import Unit
from pipeline.edges.store.outbox import UNDONE, OutRow, OutState
from pipeline.edges.store.people import MACHINE
from pipeline.errors import DeliveryError
from pipeline.jobs.facts import priority_of
from pipeline.jobs.office import Office
from pipeline.stages.freeze import Seal, freeze

IDEMPOTENCY = "idempotency"
REFUSED_KEY = "refused"


def freeze_now(office: Office, unit: Unit, form: str, generation: int, notification: Notification) -> str | Barred | None:
    """Freeze a notification and let it be delivered, in the caller's commit.

    Returns the key; None when no recipient is set yet; Barred, told in the ledger, when our credential may not send it.
    """
    if not office.habits.recipient:
        return None
    seal = Seal(office.vault.secret(IDEMPOTENCY), office.habits.recipient)
    submission = freeze(notification, office.habits.credential, seal)
    if isinstance(submission, Barred):
        office.tell(unit, EventKind.FORM_BARRED, form, generation=generation, reason=submission.reason.value)
        return submission
    state = unit.outbox.freeze(submission, notification.step, generation, office.now())
    if state in UNDONE:
        office.engine.enqueue(unit.connection, Job(Work.DELIVER, submission.key, 1, _priority(notification.due.moment)))
    return submission.key


def freeze_waiting(office: Office) -> int:
    """Freeze what was settled while no recipient was set, or barred until our credential changed; returns how many."""
    frozen = 0
    with office.store.begin() as unit:
        for row in tuple(unit.forms.all((Status.SETTLED, Status.BARRED))):
            under_way = any(out.state is not OutState.REFUSED for out in unit.outbox.of_form(row.id))
            notification = None if under_way else load_notification(unit, row.id)
            if notification is None or row.state is None or _is_barred_still(office, row.state.status, notification):
                continue
            frozen += isinstance(freeze_now(office, unit, row.id, row.state.generation, notification), str)
    return frozen


def _is_barred_still(office: Office, status: Status, notification: Notification) -> bool:
    """Tell whether a barred form would be barred again, so that it is not told anew at every sweep."""
    if status is not Status.BARRED or not office.habits.recipient:
        return status is Status.BARRED
    seal = Seal(office.vault.secret(IDEMPOTENCY), office.habits.recipient)
    return isinstance(freeze(notification, office.habits.credential, seal), Barred)


def load_notification(unit: Unit, form: str) -> Notification | None:
    """Return the notification a form was settled to, the latest."""
    told = unit.documents.plain(form, "notification")
    if told is None:
        return None
    if "paragraph" in told:
        return unit.documents.load(ParagraphNotification, form, "notification")
    return unit.documents.load(ClinicalNotification, form, "notification")


def deliver(office: Office, key: str, generation: int) -> None:
    """Hand one submission over. An answer that cannot be trusted is no answer: the same bytes go again later.

    A recipient that does not know us is noted in the log and asked again later too: reading goes on meanwhile.
    """
    try:
        hand_over(office, key)
    except DeliveryError as error:
        logs.logger().error("delivery_pointless", code=error.code, hint=error.hint)


def hand_over(office: Office, key: str) -> None:
    """Make one attempt, unless it is done or not due.

    Raises:
        DeliveryError: when settings or certificates make any attempt pointless.
    """
    now = office.now()
    with office.store.begin() as unit:
        row = unit.outbox.get(key)
        if row is None or row.state not in UNDONE or (row.next_try_at is not None and row.next_try_at > now):
            return
        submission = unit.outbox.submission(key)
        if submission is None or office.gateway is None:
            return
        unit.outbox.tried(key, now, now + dt.timedelta(seconds=_pause(office, row.attempts)))
    crash_point("before_post")
    answer = office.gateway.send(submission)
    crash_point("after_post")
    with office.store.begin() as unit:
        _note(office, unit, row, answer)
        crash_point("receipt_in_transaction")
    crash_point("receipt_stored")


def _note(office: Office, unit: Unit, row: OutRow, answer: Receipt | Refusal | Unreachable) -> None:
    """Store what the recipient said."""
    now = office.now()
    if isinstance(answer, Receipt):
        if unit.outbox.receipt(answer, now) and (facts := unit.facts.get(row.form)) is not None:
            unit.facts.put(replace(facts, sent_at=now, receipt_at=answer.received))
    elif isinstance(answer, Refusal):
        if unit.outbox.refuse(answer, now):
            _back(office, unit, row, answer)
    else:
        logs.logger().warning("recipient_unreachable", code=answer.cause, attempts=row.attempts + 1)
        wait = max(answer.retry_after_s or 0.0, _pause(office, row.attempts))
        unit.outbox.later(row.key, now + dt.timedelta(seconds=wait))


def _pause(office: Office, attempts: int) -> float:
    """Return how long to wait after an attempt, doubling up to the longest."""
    return min(office.habits.last_retry_s, office.habits.first_retry_s * 2.0 ** min(attempts, 20))


def _back(office: Office, unit: Unit, row: OutRow, refusal: Refusal) -> None:
    """Give a refused form back to the reviewers under the next generation, asking anew what the recipient pointed at."""
    now = office.now()
    draft = unit.documents.load(Draft, row.form, "draft")
    findings = unit.documents.load_many(Finding, row.form, "findings")
    known = {field.key for field in draft.fields} if draft is not None else set()
    pointed = [key for key in refusal.fields if key in known]
    told = (("code", refusal.code.value),)
    refused = [Finding(FindingKind.REFUSED, key, told) for key in pointed or [REFUSED_KEY]]
    kept = [finding for finding in findings if finding.kind is not FindingKind.REFUSED]
    unit.documents.add(row.form, "findings", (*kept, *refused), now)
    for finding in refused:
        _take_back(unit, row.form, finding.key, now)
    facts = unit.facts.get(row.form)
    disease = office.catalogue.get(facts.disease) if facts is not None and facts.disease else None
    priority = priority_of(disease, office.policy.law.phone_diseases)
    generation = row.generation + 1
    params = (("generation", generation), ("reason", refusal.code.value))
    unit.append(Event(EventKind.FORM_REOPENED, row.form, now, params))
    unit.tasks.put(row.form, facts.due if facts is not None else None, priority, len({f.key for f in (*kept, *refused)}))


def _take_back(unit: Unit, form: str, key: str, now: dt.datetime) -> None:
    """Take back every verdict on a field, so that it is asked again; nothing is erased."""
    count = sum(1 for told in unit.documents.load_all(Verdict, form, "verdict") if told.key == key)
    for _ in range(count):
        unit.documents.add(form, "verdict", Verdict(key, VerdictKind.UNDO, NOTHING, MACHINE, now), now)


def deliver_now(office: Office) -> tuple[OutRow, ...]:
    """Hand over everything that waits, the most urgent first, whenever its next attempt was due; returns what was tried."""
    if office.gateway is None:
        raise DeliveryError("recipient_not_set", hint="recipient")
    freeze_waiting(office)
    with office.store.begin() as unit:
        rows = sorted(unit.outbox.all(UNDONE), key=lambda row: (_urgency(unit, row), row.created))
        for row in rows:
            unit.outbox.later(row.key, office.now())
    for row in rows:
        hand_over(office, row.key)
    with office.store.read() as unit:
        return tuple(now for row in rows if (now := unit.outbox.get(row.key)) is not None)


def answer(office: Office, key: str, sent: bool, who: str) -> bool:
    """Answer whether a submission that a restore made doubtful was taken by the recipient; False: it was not asked."""
    with office.store.begin() as unit:
        return unit.outbox.answer(key, sent, who, office.now())


def jobs_to_deliver(office: Office, unit: Unit) -> list[Job]:
    """Return the submissions whose next attempt is due; none while no recipient can be spoken to, which is logged."""
    try:
        if office.gateway is None:
            return []
    except DeliveryError as error:
        logs.logger().error("delivery_pointless", code=error.code, hint=error.hint)
        return []
    return [Job(Work.DELIVER, row.key, 1, _urgency(unit, row)) for row in unit.outbox.due(office.now())]


def _urgency(unit: Unit, row: OutRow) -> int:
    facts = unit.facts.get(row.form)
    return _priority(facts.due if facts is not None and facts.due is not None else row.created)


def _priority(due: dt.datetime) -> int:
    """Return minutes since 1970: what is due first goes first."""
    return int(due.timestamp() // 60)
