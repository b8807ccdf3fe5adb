"""Check dates: real ones, not ahead of us, and in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.domain.checking import IDENTITY_KEY, Examined
from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.template import Field, FieldKind, RuleId
from pipeline.stages.check_numbers import OLDEST, full_number

_PARTIAL = re.compile(r"(\d{4})(-(0[1-9]|1[0-2]))?")
_SHAPED = re.compile(r"\d{4}-\d{2}-\d{2}")


def check_dates(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find what is wrong with a date."""
    written = seen.text(field.key)
    if field.kind is not FieldKind.DATE or not written:
        return
    day = seen.day(field.key)
    if day is None:
        yield from _not_whole(field, seen)
        return
    if day > seen.context.today:
        yield Finding(FindingKind.DATE_IN_FUTURE, field.key)
    elif day.year < seen.context.today.year - OLDEST:
        yield Finding(FindingKind.OUT_OF_RANGE, field.key)
    yield from _order(field, seen)


def _not_whole(field: Field, seen: Examined) -> Iterator[Finding]:
    written = seen.text(field.key)
    partial = _PARTIAL.fullmatch(written)
    if partial and field.rule(RuleId.PARTIAL):
        if int(partial[1]) > seen.context.today.year:
            yield Finding(FindingKind.DATE_IN_FUTURE, field.key)
        return
    yield Finding(FindingKind.NOT_A_DATE if _SHAPED.fullmatch(written) else FindingKind.BAD_FORMAT, field.key)


def _order(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find a date before the one it must follow, or before the patient's birth; told on both, either may be wrong."""
    day = seen.day(field.key)
    for rule in field.rules:
        if rule.id != RuleId.NOT_BEFORE:
            continue
        other = str(rule.param("field"))
        first = seen.day(other)
        if day is not None and first is not None and day < first:
            yield Finding(FindingKind.DATE_ORDER, field.key, (("field", other),))
            yield Finding(FindingKind.DATE_ORDER, other, (("field", field.key),))
    person = full_number(seen.text(IDENTITY_KEY))
    if day is not None and person is not None and person.born is not None and person.check_digit_fits and day < person.born:
        yield Finding(FindingKind.DATE_ORDER, field.key, (("field", IDENTITY_KEY),))
