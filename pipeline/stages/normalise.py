"""Normalise: raw text, as an eye saw it, becomes the normal form of its field's kind."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.domain.county import county
from pipeline.domain.personnumber import parse
from pipeline.domain.template import Field, FieldKind, RuleId
from pipeline.domain.value import Plain

MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−~", "-"))
_LOOKALIKES = str.maketrans("OoQDlI|SBZ", "0000111582")


@dataclass(frozen=True, slots=True, repr=False)
class Normal:
    """A value in normal form, or as read when it has none; `sure` is False when more than one meaning is likely."""

    plain: Plain
    others: tuple[Plain, ...] = ()
    formed: bool = True
    sure: bool = True

    def __repr__(self) -> str:
        """Hide the value."""
        return "Normal(•••)"


def normalise(raw: str, field: Field, today: dt.date | None = None) -> Normal:
    """Return the normal form of what was read in a field; `today` resolves centuries that were not written.

    Never raises. A value without a normal form stays as read (NFC, single spaces) with `formed` False.
    """
    clean = " ".join(unicodedata.normalize("NFC", raw).split())
    if not clean:
        return Normal(None)
    if field.rule(RuleId.INTEGER):
        return _integer(clean)
    if field.rule(RuleId.POSTCODE):
        return _postcode(clean)
    form = _FORMS.get(field.kind)
    if form is None:
        return Normal(clean)
    return form(clean, field, today)


def _digits(clean: str) -> str:
    """Return the text with dashes made one and letters that look like digits made digits."""
    return clean.translate(_DASHES).translate(_LOOKALIKES)


def _integer(clean: str) -> Normal:
    digits = _digits(clean).removesuffix("år").removesuffix("ar").strip(" .")
    return Normal(int(digits)) if re.fullmatch(r"\d{1,9}", digits) else Normal(clean, formed=False)


def _postcode(clean: str) -> Normal:
    # "S-903 26" and "SE-903 26" are old ways to write a Swedish postcode.
    digits = re.sub(r"^SE?\s?-\s?", "", clean.translate(_DASHES)).translate(_LOOKALIKES)
    digits = "".join(digits.split())
    return Normal(f"{digits[:3]} {digits[3:]}") if re.fullmatch(r"\d{5}", digits) else Normal(clean, formed=False)


def _number(clean: str, _field: Field, today: dt.date | None) -> Normal:
    digits = _digits(clean).replace(" ", "").replace(".", "")
    found = parse(digits, today)
    if found:
        fits = [number for number in found if number.check_digit_fits] or list(found)
        plains = tuple(number.written for number in fits)
        # The sign tells the century only where it was written and today is known.
        told = len(found) == 1 or (today is not None and any(sign in digits for sign in "-+"))
        return Normal(plains[0], plains[1:] if not told else (), sure=told)
    code = re.fullmatch(r"(\d{4})-(\d{4})", digits)
    return Normal(digits if code else clean, formed=bool(code))


def _rikskod(clean: str, field: Field, today: dt.date | None) -> Normal:
    digits = _digits(clean).replace(" ", "").replace(".", "")
    full = re.fullmatch(r"(\d{4})-?(\d{4})", digits)
    if full:
        return Normal(f"{full[1]}-{full[2]}")
    short = re.fullmatch(r"(\d{2})-?(\d{4})", digits)
    if short:
        centuries = [f"{century}{short[1]}-{short[2]}" for century in ("19", "20")]
        return Normal(clean, tuple(centuries), sure=False)
    return _number(clean, field, today) if parse(digits, today) else Normal(clean, formed=False)


def _county(clean: str, _field: Field, _today: dt.date | None) -> Normal:
    letter = county(clean)
    return Normal(letter) if letter else Normal(clean, formed=False)


def _phone(clean: str, _field: Field, _today: dt.date | None) -> Normal:
    return Normal(clean.translate(_DASHES))


def _date(clean: str, field: Field, today: dt.date | None) -> Normal:
    named = _named_month(clean)
    digits = named if named else _digits(clean)
    digits = re.sub(r"\s*([-./])\s*", r"\1", digits.strip(" .,"))
    if field.rule(RuleId.PARTIAL):
        return _partial(digits) or _whole(clean, digits, today)
    return _whole(clean, digits, today)


def _partial(digits: str) -> Normal | None:
    """Return a year, or a year and month; six digits in cells may be either that or a whole date with a short year."""
    found = re.fullmatch(r"((?:19|20)\d{2})(?:[-./ ]?(\d{2}))?", digits)
    if not found or (found[2] and not 1 <= int(found[2]) <= 12):
        return None
    whole = _dated(digits, (digits[:2], digits[2:4], digits[4:]), "short", None) if re.fullmatch(r"\d{6}", digits) else None
    others = (whole.plain,) if whole is not None and whole.formed else ()
    return Normal(found[1] if found[2] is None else f"{found[1]}-{found[2]}", others, sure=not others)


def _whole(clean: str, digits: str, today: dt.date | None) -> Normal:
    for pattern, order in _DATE_SHAPES:
        found = re.fullmatch(pattern, digits)
        if found:
            parts = found.groupdict()
            return _dated(clean, (parts["y"], parts["m"], parts["d"]), order, today)
    return Normal(clean, formed=False)


_DATE_SHAPES = (
    (r"(?P<y>\d{4})[-./ ](?P<m>\d{1,2})[-./ ](?P<d>\d{1,2})", "ymd"),
    (r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", "ymd"),
    (r"(?P<d>\d{1,2})[-./ ](?P<m>\d{1,2})[-./ ](?P<y>\d{4})", "dmy"),
    (r"(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})", "short"),
    (r"(?P<y>\d{2})-(?P<m>\d{2})-(?P<d>\d{2})", "short"),
    (r"(?P<d>\d{1,2})[./ ](?P<m>\d{1,2})[-./ ](?P<y>\d{2})", "short"),
)


def _named_month(clean: str) -> str:
    """Return `d/m yyyy` of a date whose month is written as a word, else nothing."""
    found = re.fullmatch(r"(\d{1,2})[ .:ea]*\s*([A-Za-zåäö]{3,9})\.?\s*(\d{4})", clean)
    if not found:
        return ""
    month = next((i for i, name in enumerate(MONTHS, 1) if found[2].casefold().startswith(name)), 0)
    return f"{found[1]}/{month}/{found[3]}" if month else ""


def _dated(clean: str, parts: tuple[str, str, str], order: str, today: dt.date | None) -> Normal:
    year, month, day = (int(part) for part in parts)
    if order == "short":
        # A two-digit year is of this century until it would lie ahead.
        century = 2000 if today is None else today.year - today.year % 100
        year += century if today is None or century + year <= today.year else century - 100
    try:
        written = dt.date(year, month, day).isoformat()
    except ValueError:
        return Normal(clean if order == "short" else f"{year:04d}-{month:02d}-{day:02d}", formed=False)
    return Normal(written, sure=order != "short")


_FORMS: dict[FieldKind, Callable[[str, Field, dt.date | None], Normal]] = {
    FieldKind.PNR: _number,
    FieldKind.SNR: _number,
    FieldKind.RIKSKOD: _rikskod,
    FieldKind.DATE: _date,
    FieldKind.COUNTY: _county,
    FieldKind.PHONE: _phone,
}
