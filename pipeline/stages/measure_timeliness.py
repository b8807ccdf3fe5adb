"""Measure, timeliness: in time, late on arrival, or made late here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from enum import StrEnum

from pipeline.domain.facts import Facts
from pipeline.domain.report import FormLine, Timeliness, Verdict
from pipeline.domain.status import Status
from pipeline.stages.due import STOCKHOLM
from pipeline.stages.measure_spread import spread

_CLOSED = frozenset({Status.CLOSED, Status.WITHDRAWN, Status.ERASED})
SUFFICIENT, PARTLY = 0.8, 0.5


class Timing(StrEnum):
    """The one of five in which a form stands."""

    IN_TIME = "in_time"
    LATE_ON_ARRIVAL = "late_on_arrival"
    LATE_HERE = "late_here"
    WAITING = "waiting"
    UNDATED = "undated"


def is_closed(form: FormLine) -> bool:
    """Tell whether a form was ended without being sent by us, so that its timeliness is not ours to count."""
    return form.status in _CLOSED


def timing(facts: Facts | None, now: dt.datetime) -> Timing:
    """Return where a form stands against its due moment."""
    if facts is None or facts.due is None:
        return Timing.UNDATED
    if facts.arrived is not None and facts.arrived > facts.due.astimezone(STOCKHOLM).date():
        return Timing.LATE_ON_ARRIVAL
    if facts.receipt_at is not None:
        return Timing.IN_TIME if facts.receipt_at <= facts.due else Timing.LATE_HERE
    return Timing.LATE_HERE if now > facts.due else Timing.WAITING


def verdict(share: float | None) -> Verdict:
    """Return Swaan's verdict on a share in time."""
    if share is None:
        return Verdict.NO_DATA
    if share >= SUFFICIENT:
        return Verdict.SUFFICIENT
    return Verdict.PARTLY if share >= PARTLY else Verdict.INSUFFICIENT


def timeliness(name: str, forms: Sequence[FormLine], now: dt.datetime) -> Timeliness:
    """Return how many of some forms were in time; the share is of those already in time or late."""
    counts = dict.fromkeys(Timing, 0)
    whole: list[float] = []
    for form in forms:
        counts[timing(form.facts, now)] += 1
        if form.facts is not None and form.facts.diagnosed is not None and form.facts.receipt_at is not None:
            whole.append(days_between(form.facts.diagnosed, form.facts.receipt_at))
    judged = counts[Timing.IN_TIME] + counts[Timing.LATE_ON_ARRIVAL] + counts[Timing.LATE_HERE]
    share = counts[Timing.IN_TIME] / judged if judged else None
    return Timeliness(
        name=name,
        n=len(forms),
        in_time=counts[Timing.IN_TIME],
        late_on_arrival=counts[Timing.LATE_ON_ARRIVAL],
        late_here=counts[Timing.LATE_HERE],
        waiting=counts[Timing.WAITING],
        undated=counts[Timing.UNDATED],
        verdict=verdict(share),
        share=share,
        whole=spread([days for days in whole if days >= 0]),
    )


def by(forms: Sequence[FormLine], name: Callable[[FormLine], str], now: dt.datetime) -> tuple[Timeliness, ...]:
    """Return the timeliness of each group of forms, by the groups' names in order."""
    groups: defaultdict[str, list[FormLine]] = defaultdict(list)
    for form in forms:
        groups[name(form)].append(form)
    return tuple(timeliness(group, groups[group], now) for group in sorted(groups))


def days_between(start: dt.date | dt.datetime, end: dt.date | dt.datetime) -> float:
    """Return the days from one to the other: whole by Stockholm's calendar when either is a day, else to the second."""
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        return (end - start).total_seconds() / 86_400
    return float((_day(end) - _day(start)).days)


def _day(moment: dt.date | dt.datetime) -> dt.date:
    return moment.astimezone(STOCKHOLM).date() if isinstance(moment, dt.datetime) else moment
