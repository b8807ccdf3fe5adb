"""Check numbers: person numbers, rikskoder, integers, postcodes, and what is told by them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.domain.checking import Examined
from pipeline.domain.personnumber import PersonNumber, parse
from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.template import Field, FieldKind, RuleId

OLDEST = 140
_RIKSKOD = re.compile(r"\d{4}-\d{4}")


def check_numbers(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find what is wrong with a number, or with an answer that a number contradicts."""
    if field.kind in (FieldKind.PNR, FieldKind.SNR):
        yield from _person_number(field, seen)
    elif field.kind is FieldKind.RIKSKOD:
        yield from _rikskod(field, seen)
    if field.rule(RuleId.INTEGER):
        yield from _integer(field, seen)
    for rule in (_same_as, _sex, _age, _town):
        yield from rule(field, seen)


def full_number(written: str) -> PersonNumber | None:
    """Return the person number or samordningsnummer that `written` is, of twelve digits, or None."""
    found = parse(written)
    return found[0] if len(found) == 1 else None


def _person_number(field: Field, seen: Examined) -> Iterator[Finding]:
    written = seen.text(field.key)
    if not written or _RIKSKOD.fullmatch(written):
        return
    number = full_number(written)
    if number is None:
        yield Finding(FindingKind.BAD_FORMAT, field.key)
    elif number.born is None:
        yield Finding(FindingKind.NOT_A_DATE, field.key)
    elif not number.check_digit_fits:
        yield Finding(FindingKind.CHECK_DIGIT, field.key)
    elif number.born > seen.context.today:
        yield Finding(FindingKind.DATE_IN_FUTURE, field.key)
    elif any(full_number(str(other.value.reveal())) for other in seen.draft.field(field.key).alternatives):
        yield Finding(FindingKind.CENTURY_UNSURE, field.key)


def _rikskod(field: Field, seen: Examined) -> Iterator[Finding]:
    written = seen.text(field.key)
    if not written or full_number(written):
        return
    if not _RIKSKOD.fullmatch(written):
        others = [str(other.value.reveal()) for other in seen.draft.field(field.key).alternatives]
        short = any(_RIKSKOD.fullmatch(other) for other in others)
        yield Finding(FindingKind.CENTURY_UNSURE if short else FindingKind.BAD_FORMAT, field.key)
    elif not seen.context.today.year - OLDEST <= int(written[:4]) <= seen.context.today.year:
        yield Finding(FindingKind.OUT_OF_RANGE, field.key)


def _integer(field: Field, seen: Examined) -> Iterator[Finding]:
    plain, rule = seen.plain(field.key), field.rule(RuleId.INTEGER)
    if plain is None or rule is None:
        return
    if not isinstance(plain, int):
        yield Finding(FindingKind.BAD_FORMAT, field.key)
        return
    low, high = rule.param("min", 0), rule.param("max", 10**9)
    if not float(low) <= plain <= float(high):
        yield Finding(FindingKind.OUT_OF_RANGE, field.key)


def _same_as(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find an answer that should be the same on two sheets and is not; told on both, either may be the wrong one."""
    rule = field.rule(RuleId.SAME_AS)
    if rule is None:
        return
    other = str(rule.param("field"))
    mine, theirs = seen.plain(field.key), seen.plain(other)
    if mine is not None and theirs is not None and mine != theirs:
        yield Finding(FindingKind.PAGE_MISMATCH, field.key)
        yield Finding(FindingKind.PAGE_MISMATCH, other)


def _sex(field: Field, seen: Examined) -> Iterator[Finding]:
    rule = field.rule(RuleId.SEX_OF)
    if rule is None:
        return
    number, told = full_number(seen.text(str(rule.param("field")))), seen.text(field.key)
    if number is not None and number.check_digit_fits and told in ("m", "k") and told != number.sex:
        yield Finding(FindingKind.SEX_MISMATCH, field.key)


def _age(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find an age that is not the one a person number tells, a birthday more or less aside."""
    rule = field.rule(RuleId.AGE_OF)
    plain = seen.plain(field.key)
    number = full_number(seen.text(str(rule.param("field")))) if rule is not None else None
    born = number.born if number is not None and number.check_digit_fits else None
    if not isinstance(plain, int) or born is None:
        return
    day = seen.day("anm_datum") or seen.context.today
    if not -1 <= day.year - born.year - plain <= 1:
        yield Finding(FindingKind.CROSS_FIELD, field.key, (("rule", "age_of"),))


def _town(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find a town that is known to have other postcodes; told on both, either may be the wrong one."""
    rule = field.rule(RuleId.TOWN_OF)
    if rule is None:
        return
    other = str(rule.param("field"))
    town, postcode = seen.text(field.key), seen.text(other)
    if town and postcode and not seen.context.towns.fits(town, postcode):
        yield Finding(FindingKind.CROSS_FIELD, field.key, (("rule", "town_of"),))
        yield Finding(FindingKind.CROSS_FIELD, other, (("rule", "town_of"),))
