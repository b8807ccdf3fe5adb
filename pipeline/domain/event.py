"""Facts without values, chained: what happened, never what was said."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

Param = str | int | float | bool | None


class EventKind(StrEnum):
    """Everything that can happen; closed."""

    WORKSPACE_MADE = "workspace_made"
    PILE_NAMED = "pile_named"
    SCAN_RECEIVED = "scan_received"
    SCAN_DUPLICATE = "scan_duplicate"
    SCAN_HEALED = "scan_healed"
    SCAN_REJECTED = "scan_rejected"
    SCAN_PLACED = "scan_placed"
    PAGE_PLACED = "page_placed"
    PAGE_SET_ASIDE = "page_set_aside"
    SHEET_COMPARED = "sheet_compared"
    LOOKS_GATHERED = "looks_gathered"
    FORM_HELD = "form_held"
    FORM_COMPLETED = "form_completed"
    FORM_READ = "form_read"
    LEASE_TAKEN = "lease_taken"
    LEASE_LEFT = "lease_left"
    VERDICT_GIVEN = "verdict_given"
    FORM_SETTLED = "form_settled"
    FORM_BARRED = "form_barred"
    FORM_CLOSED = "form_closed"
    FORM_REOPENED = "form_reopened"
    FORM_WITHDRAWN = "form_withdrawn"
    SUBMISSION_FROZEN = "submission_frozen"
    SUBMISSION_TRIED = "submission_tried"
    RECEIPT_STORED = "receipt_stored"
    REFUSED = "refused"
    SUBMISSION_QUESTIONED = "submission_questioned"
    SUBMISSION_ANSWERED = "submission_answered"
    POLICY_SET = "policy_set"
    KEY_ROTATED = "key_rotated"
    BACKUP_MADE = "backup_made"
    RESTORED = "restored"
    ERASED = "erased"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `subject` is the id of the scan, page, form, pile or submission it is about; `params` hold no value."""

    kind: EventKind
    subject: str
    at: dt.datetime
    params: tuple[tuple[str, Param], ...] = ()
    actor: str = "machine"

    def param(self, name: str) -> Param:
        """Return a parameter by name, or None."""
        return dict(self.params).get(name)


def chained(previous: str, seq: int, event: Event) -> str:
    """Return the hash that ties an event to the one before it: SHA-256 over both, in hex."""
    told = json.dumps(
        [previous, seq, event.kind, event.subject, event.at.isoformat(), sorted(dict(event.params).items()), event.actor],
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(told.encode()).hexdigest()


GENESIS = "0" * 64
