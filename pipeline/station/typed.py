"""What is typed, judged as it is typed: the value in normal form, or what does not fit."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.template import FieldKind
from pipeline.domain.value import NOTHING, Value, text
from pipeline.station.ask import Ask

COUNTIES = frozenset({*"CDEFGHIKMNOSTUWXYZ", "AB", "AC", "BD", "OB", "OG", "OS", "OT"})
DIGITS_FIRST = frozenset(
    {FieldKind.PNR, FieldKind.SNR, FieldKind.RIKSKOD, FieldKind.DATE, FieldKind.PHONE, FieldKind.OTHER_NUMBER}
)
_DATE = re.compile(r"(\d{4})[-/. ]?(\d{2})[-/. ]?(\d{2})\Z")
_PNR = re.compile(r"(\d{2})?(\d{6})\s?([-+]?)\s?(\d{4})\Z")
_RIKSKOD = re.compile(r"(\d{4})[- ]?(\d{4})\Z")
_SHORT_RIKSKOD = re.compile(r"\d{2}[- ]\d{4}\Z")
_OTHER_LONGEST = 20
_OLD_AGE = 100


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
    """Return what a typed text would be kept as, by the kind of its field."""
    raw = " ".join(unicodedata.normalize("NFC", typed).split())
    if not raw:
        return Judged(NOTHING, Fit.EMPTY)
    if ask.coded and ask.key.startswith("pat_id"):
        return _coded(raw)
    match ask.kind:
        case FieldKind.PNR | FieldKind.SNR:
            return _person(raw, today)
        case FieldKind.RIKSKOD:
            return _coded(raw)
        case FieldKind.DATE:
            return _date(raw, today)
        case FieldKind.COUNTY:
            return Judged(Value(raw.upper()), Fit.FITS if raw.upper() in COUNTIES else Fit.NO_SUCH_COUNTY)
        case FieldKind.PHONE:
            return Judged(text(raw), Fit.FITS if sum(letter.isdigit() for letter in raw) >= 5 else Fit.TOO_SHORT)
        case _:
            return Judged(text(raw), Fit.FITS)


def luhn(ten: str) -> bool:
    """Tell whether the last of ten digits is the check digit of the nine before it.

    Source: folkbokföringslagen 1991:481 18 §; the method as described for personnummer.
    """
    doubled = (int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(ten))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _date(raw: str, today: dt.date) -> Judged:
    found = _DATE.match(raw)
    if not found:
        return Judged(text(raw), Fit.NOT_YET)
    value = Value("-".join(found.groups()))
    try:
        day = dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return Judged(value, Fit.NO_SUCH_DAY)
    return Judged(value, Fit.IN_FUTURE if day > today else Fit.FITS)


def _day(eight: str) -> dt.date | None:
    """Return the birth date of eight digits; a samordningsnummer has 60 added to its day."""
    day = int(eight[6:])
    try:
        return dt.date(int(eight[:4]), int(eight[4:6]), day - 60 if day > 60 else day)
    except ValueError:
        return None


def _born(century: str | None, six: str, sign: str, today: dt.date) -> tuple[str, bool]:
    """Return the eight digits of birth and whether the century was told or follows from the sign.

    Source: folkbokföringslagen 1991:481 18 §: '-' becomes '+' the year the person turns 100.
    """
    if century:
        return century + six, True
    year = today.year - today.year % 100 + int(six[:2])
    if year > today.year:
        year -= 100
    if sign == "+":
        year -= _OLD_AGE
    return f"{year:04d}{six[2:]}", bool(sign)


def _person(raw: str, today: dt.date) -> Judged:
    found = _PNR.match(raw)
    if not found:
        digits_only = not re.search(r"[^\d\-+ ]", raw)
        if digits_only and sum(letter.isdigit() for letter in raw) < 12:
            return Judged(text(raw), Fit.NOT_YET)
        return _other(raw)
    century, six, sign, last = found.groups()
    birth, told = _born(century, six, sign, today)
    value = Value(f"{birth}-{last}")
    born = _day(birth)
    if born is None:
        return Judged(value, Fit.NO_SUCH_DAY)
    if born > today:
        return Judged(value, Fit.IN_FUTURE)
    if not luhn(birth[2:] + last):
        return Judged(value, Fit.CHECK_DIGIT)
    return Judged(value, Fit.FITS if told else Fit.CENTURY)


def _coded(raw: str) -> Judged:
    found = _RIKSKOD.match(raw)
    if found:
        return Judged(Value("-".join(found.groups())), Fit.FITS)
    if _PNR.match(raw):
        return Judged(NOTHING, Fit.FULL_NUMBER)
    if _SHORT_RIKSKOD.match(raw):
        return Judged(NOTHING, Fit.FOUR_DIGIT_YEAR)
    if not re.search(r"[^\d\- ]", raw) and sum(letter.isdigit() for letter in raw) < 8:
        return Judged(text(raw), Fit.NOT_YET)
    return _other(raw)


def _other(raw: str) -> Judged:
    """Return another number as it is written, at most 20 characters."""
    return Judged(text(raw), Fit.OTHER_NUMBER if len(raw) <= _OTHER_LONGEST else Fit.NOT_YET)
