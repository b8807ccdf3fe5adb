"""Where a form stands: a fold over its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.event import Event, EventKind


class Status(StrEnum):
    """The states of a form; the first seven are the road, the others its side doors."""

    RECEIVED = "received"
    WAITING = "waiting"
    IN_REVIEW = "in_review"
    SETTLED = "settled"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    HELD = "held"
    BARRED = "barred"
    REFUSED = "refused"
    QUESTIONED = "questioned"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    ERASED = "erased"


_AFTER: dict[EventKind, Status] = {
    EventKind.FORM_HELD: Status.HELD,
    EventKind.FORM_COMPLETED: Status.RECEIVED,
    EventKind.FORM_READ: Status.WAITING,
    EventKind.LEASE_TAKEN: Status.IN_REVIEW,
    EventKind.LEASE_LEFT: Status.WAITING,
    EventKind.FORM_SETTLED: Status.SETTLED,
    EventKind.FORM_BARRED: Status.BARRED,
    EventKind.FORM_CLOSED: Status.CLOSED,
    EventKind.FORM_REOPENED: Status.WAITING,
    EventKind.FORM_WITHDRAWN: Status.WITHDRAWN,
    EventKind.SUBMISSION_FROZEN: Status.SETTLED,
    EventKind.SUBMISSION_TRIED: Status.SUBMITTED,
    EventKind.RECEIPT_STORED: Status.ACKNOWLEDGED,
    EventKind.REFUSED: Status.REFUSED,
    EventKind.SUBMISSION_QUESTIONED: Status.QUESTIONED,
    EventKind.SUBMISSION_ANSWERED: Status.SUBMITTED,
    EventKind.ERASED: Status.ERASED,
}

FINAL = frozenset({Status.ACKNOWLEDGED, Status.WITHDRAWN, Status.CLOSED, Status.ERASED})


@dataclass(frozen=True, slots=True)
class FormState:
    """The projection of a form's events: where it stands, and the generation that fences work on it."""

    form: str
    status: Status
    generation: int


def fold(form: str, events: Iterable[Event]) -> FormState | None:
    """Return where a form stands after its events in order; None when none of them moved it."""
    status: Status | None = None
    generation = 0
    for event in events:
        if event.subject != form or event.kind not in _AFTER:
            continue
        status = _AFTER[event.kind]
        stamped = event.param("generation")
        generation = stamped if isinstance(stamped, int) else generation
    return None if status is None else FormState(form, status, generation)
