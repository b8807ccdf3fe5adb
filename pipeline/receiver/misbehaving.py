"""Misbehaving on purpose: a recipient that is busy, slow, down, or loses its answer after it has taken a notification."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """How a recipient misbehaves; the same seed misbehaves at the same deliveries.

    Shares are 0..1 of deliveries: `busy` answers 503 before anything is taken, `lost` takes the notification and breaks
    the connection, `garbled` takes it and answers nonsense. `slow_s` is waited before every answer. `down` are spans of
    seconds since the start when everything is answered 503. `retry_after_s` is told with each 503.
    """

    busy: float = 0.0
    lost: float = 0.0
    garbled: float = 0.0
    slow_s: float = 0.0
    down: tuple[tuple[float, float], ...] = ()
    retry_after_s: int | None = None
    seed: int = 0

    def happens(self, share: float, what: str, number: int) -> bool:
        """Tell whether a fault happens at a delivery, by its number since the start."""
        drawn = hashlib.sha256(f"{self.seed}/{what}/{number}".encode()).digest()[:8]
        return int.from_bytes(drawn, "big") < share * 2**64

    def closed(self, seconds: float) -> bool:
        """Tell whether the recipient is down at a moment since its start."""
        return any(start <= seconds < end for start, end in self.down)


def span(written: str) -> tuple[float, float]:
    """Return the span `FROM:TO` in seconds.

    Raises:
        ValueError: when it is not written so.
    """
    start, _colon, end = written.partition(":")
    try:
        found = (float(start), float(end))
    except ValueError:
        found = (0.0, 0.0)
    if not 0 <= found[0] < found[1]:
        raise ValueError("a span is FROM:TO in seconds")
    return found
