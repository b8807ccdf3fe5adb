"""Measure, delay: how long each leg of a notification's way takes."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.domain.facts import Facts
from pipeline.domain.report import FormLine, Leg, LegFigure
from pipeline.stages.measure_spread import spread
from pipeline.stages.measure_timeliness import days_between, is_closed

_ENDS = {
    Leg.ONSET_DIAGNOSIS: ("onset", "diagnosed"),
    Leg.DIAGNOSIS_SIGNATURE: ("diagnosed", "signed"),
    Leg.SIGNATURE_ARRIVAL: ("signed", "arrived"),
    Leg.ARRIVAL_READ: ("arrived", "read_at"),
    Leg.READ_VERIFIED: ("read_at", "settled_at"),
    Leg.VERIFIED_SUBMITTED: ("settled_at", "sent_at"),
    Leg.SUBMITTED_RECEIPT: ("sent_at", "receipt_at"),
    Leg.DIAGNOSIS_RECEIPT: ("diagnosed", "receipt_at"),
    Leg.ARRIVAL_RECEIPT: ("arrived", "receipt_at"),
}
# What is written on paper either stands there or does not: a form can only be under way in a leg that ends with us.
_ENDS_HERE = frozenset(leg for leg, (_, end) in _ENDS.items() if end.endswith("_at"))


def leg_figure(leg: Leg, forms: Iterable[FormLine]) -> LegFigure:
    """Return how long a leg takes, in days, over the forms that ended it.

    A leg between two moments is told to the second; one with a day at either end in whole days by Stockholm's calendar.
    What ended before it began (a clock or a date is wrong) is counted apart and is in no median.
    """
    taken: list[float] = []
    backwards = still_open = 0
    for form in forms:
        if form.facts is None:
            continue
        days = _days(leg, form.facts)
        if days is None:
            still_open += _is_open(leg, form)
        elif days < 0:
            backwards += 1
        else:
            taken.append(days)
    return LegFigure(leg, spread(taken), still_open, backwards)


def _is_open(leg: Leg, form: FormLine) -> bool:
    start = getattr(form.facts, _ENDS[leg][0])
    return leg in _ENDS_HERE and start is not None and not is_closed(form)


def _days(leg: Leg, facts: Facts) -> float | None:
    start, end = (getattr(facts, name) for name in _ENDS[leg])
    return None if start is None or end is None else days_between(start, end)
