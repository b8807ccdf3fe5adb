"""What is typed, judged as it is typed: the value in normal form, or what does not fit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.personnumber import PersonNumber, parse
from pipeline.domain.template import FieldKind
from pipeline.domain.value import NOTHING, Value, text
from pipeline.stages.normalise import Normal, normalise
from pipeline.stages.number import Search, holds_full_number, like_a_number
from pipeline.station.ask import Ask

DIGITS_FIRST = frozenset(
    {FieldKind.PNR, FieldKind.SNR, FieldKind.RIKSKOD, FieldKind.DATE, FieldKind.PHONE, FieldKind.OTHER_NUMBER}
)
NUMBERS = frozenset({FieldKind.PNR, FieldKind.SNR, FieldKind.RIKSKOD, FieldKind.OTHER_NUMBER})
IDENTITY_KEY = "pat_id"
_OTHER_LONGEST = 20
_LEAST_PHONE_DIGITS = 5


class Fit(StrEnum):
    """How what was typed fits its field."""

    EMPTY = "empty"
    FITS = "fits"
    CHECK_DIGIT = "check_digit"
    OTHER_NUMBER = "other_number"
    CENTURY = "century"
    NOT_YET = "not_yet"
    NO_SUCH_DAY = "no_such_day"
    IN_FUTURE = "in_future"
    FULL_NUMBER = "full_number"
    FOUR_DIGIT_YEAR = "four_digit_year"
    NO_SUCH_COUNTY = "no_such_county"
    TOO_SHORT = "too_short"


TAKEN = frozenset({Fit.FITS, Fit.CHECK_DIGIT, Fit.OTHER_NUMBER, Fit.CENTURY})


@dataclass(frozen=True, slots=True)
class Judged:
    """A typed text judged: the value it would give, and how it fits; taken when `fit` is one of `TAKEN`."""

    value: Value
    fit: Fit

    @property
    def taken(self) -> bool:
        """Tell whether Enter keeps the value."""
        return self.fit in TAKEN


def judge(ask: Ask, typed: str, today: dt.date) -> Judged:
    """Return what a typed text would be kept as, by the kind of its field and the same normal forms the machine uses."""
    written = text(typed)
    if written.is_blank:
        return Judged(NOTHING, Fit.EMPTY)
    identity = ask.kind in NUMBERS or ask.key.startswith(IDENTITY_KEY)
    if (ask.coded or ask.kind is FieldKind.RIKSKOD) and holds_full_number(typed, Search.ANY if identity else Search.LIKELY):
        return Judged(NOTHING, Fit.FULL_NUMBER)
    found = normalise(typed, ask.field, today)
    return _JUDGES.get(ask.kind, _plain)(found, typed, today)


def _plain(found: Normal, _typed: str, _today: dt.date) -> Judged:
    return Judged(Value(found.plain), Fit.FITS if found.formed else Fit.NOT_YET)


def _county(found: Normal, _typed: str, _today: dt.date) -> Judged:
    return Judged(Value(found.plain), Fit.FITS if found.formed else Fit.NO_SUCH_COUNTY)


def _phone(found: Normal, typed: str, _today: dt.date) -> Judged:
    enough = sum(letter.isdigit() for letter in typed) >= _LEAST_PHONE_DIGITS
    return Judged(Value(found.plain), Fit.FITS if enough else Fit.TOO_SHORT)


def _date(found: Normal, _typed: str, today: dt.date) -> Judged:
    value = Value(found.plain)
    if not found.formed:
        shaped = re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(found.plain))
        return Judged(value, Fit.NO_SUCH_DAY if shaped else Fit.NOT_YET)
    if str(found.plain) > today.isoformat():
        return Judged(value, Fit.IN_FUTURE)
    return Judged(value, Fit.FITS if found.sure else Fit.CENTURY)


def _person(found: Normal, typed: str, today: dt.date) -> Judged:
    numbers = [number for number in parse(str(found.plain), today) if number.written == found.plain]
    if numbers:
        return Judged(Value(found.plain), _fit(numbers[0], found, today))
    return _other(typed, most_digits=11)


def _fit(number: PersonNumber, found: Normal, today: dt.date) -> Fit:
    if number.born is None:
        return Fit.NO_SUCH_DAY
    if number.born > today:
        return Fit.IN_FUTURE
    if not number.check_digit_fits:
        return Fit.CHECK_DIGIT
    return Fit.FITS if found.sure else Fit.CENTURY


def _code(found: Normal, typed: str, _today: dt.date) -> Judged:
    if re.fullmatch(r"\d{4}-\d{4}", str(found.plain)):
        return Judged(Value(found.plain), Fit.FITS)
    if found.others:
        return Judged(NOTHING, Fit.FOUR_DIGIT_YEAR)
    if re.search(r"\d{4}-\d{4}|^\D?\d{8}\D?$", typed):
        return Judged(NOTHING, Fit.NOT_YET)  # a code, and a slip beside it
    return _other(typed, most_digits=7)


def _other(typed: str, most_digits: int) -> Judged:
    """Return another number as it is written; a name is none, and digits that may still grow into the expected one wait."""
    digits_only = not re.search(r"[^\d\-+ ]", typed)
    growing = digits_only and sum(letter.isdigit() for letter in typed) <= most_digits
    waits = growing or len(typed) > _OTHER_LONGEST or not like_a_number(typed)
    return Judged(text(typed), Fit.NOT_YET if waits else Fit.OTHER_NUMBER)


_JUDGES: dict[FieldKind, Callable[[Normal, str, dt.date], Judged]] = {
    FieldKind.PNR: _person,
    FieldKind.SNR: _person,
    FieldKind.RIKSKOD: _code,
    FieldKind.DATE: _date,
    FieldKind.COUNTY: _county,
    FieldKind.PHONE: _phone,
}
