"""What a report may count of one form; facts, kept sealed and erasable, never names or numbers of a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one form: codes, dates, the moments it passed each door, and counts.

    `touch_s` is how many seconds a human held the task; `corrections` counts fields a human changed; `fields` and
    `auto_fields` count all fields with an answer and those that no human looked at.
    """

    form: str
    disease: str | None = None
    kind: str | None = None
    county: str | None = None
    clinic: str | None = None
    arrived: dt.date | None = None
    onset: dt.date | None = None
    diagnosed: dt.date | None = None
    signed: dt.date | None = None
    due: dt.datetime | None = None
    read_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    receipt_at: dt.datetime | None = None
    touch_s: float = 0.0
    corrections: int = 0
    fields: int = 0
    auto_fields: int = 0
