"""Handing a notification over: attempts, the recipient's yes and no."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pipeline.domain.notification import Credential


class RefusalCode(StrEnum):
    """The recipient's no, as far as we understand it; closed."""

    INVALID = "invalid"
    KEY_REUSED = "key_reused"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN_DISEASE = "unknown_disease"
    TOO_LARGE = "too_large"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Submission:
    """One notification to hand over: its idempotency key and the exact bytes, frozen before the first attempt."""

    key: str
    form: str
    recipient: str
    body: bytes

    def __repr__(self) -> str:
        """Hide the body."""
        return f"Submission({self.key[:12]}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The recipient's yes: its own id and time, and the bytes it answered with."""

    key: str
    receipt_id: str
    received: dt.datetime
    raw: bytes

    def __repr__(self) -> str:
        """Hide the bytes."""
        return f"Receipt({self.receipt_id})"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The recipient's no; `fields` are keys it points at, never values."""

    key: str
    code: RefusalCode
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer that can be trusted: the same bytes are sent again later under the same key."""

    key: str
    cause: str
    retry_after_s: float | None = None


class Gateway(Protocol):
    """A way to a recipient. The same key and body may be handed over any number of times and is taken once."""

    @property
    def recipient(self) -> str:
        """Return the recipient's name as it stands in idempotency keys."""

    @property
    def credential(self) -> Credential:
        """Return how we are logged in."""

    def send(self, submission: Submission) -> Receipt | Refusal | Unreachable:
        """Hand a submission over once.

        Raises:
            DeliveryError: when settings or certificates make any attempt pointless.
        """
