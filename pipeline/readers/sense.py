"""Sense: what the characters of a comb can mean, searched over what each cell may be.

A cell's network says how likely each character is; what the field must be (a date there is, a number whose check digit
fits) says how likely each row of characters is. The two together give a likelihood to every row, and doubt to those that
come close. Nothing is bent to make sense: a row that makes none stays possible, with the odds of a slip of the pen.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.domain.county import county
from pipeline.domain.personnumber import parse
from pipeline.domain.template import Field, FieldKind, RuleId
from pipeline.readers.network import Numbers

SLIP = 3e-3  # odds that a writer meant a row that makes no sense, against one that does and looks the same
MIXED = 0.03  # the same of letters and digits in one name or town
FAR = 1e-7  # of the best row's likelihood: what is less likely than that changes nothing
TRIED = 600  # rows looked at, the likeliest first
_DIGITS = "0123456789"
_MONTHS = frozenset(f"{month:02d}" for month in range(1, 13))
# Drawn alike by most hands: what tells them apart is what the field may hold, not how they look.
_ALIKE = {"0": "O", "O": "0", "1": "I", "I": "1"}
# Names and towns; what is shorter may be a code, in which letters and digits stand side by side.
_NAMES = frozenset({FieldKind.TEXT25, FieldKind.TEXT40})
_NUMBERS = frozenset({FieldKind.PNR, FieldKind.SNR, FieldKind.RIKSKOD, FieldKind.DATE, FieldKind.PHONE})


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A row of characters and how likely it is among all."""

    text: str
    likely: float

    def __repr__(self) -> str:
        """Hide the text."""
        return "Row(•••)"


def allowed(field: Field, characters: str) -> str:
    """Return the characters that a field's cells may hold."""
    if field.kind in _NUMBERS or field.rule(RuleId.POSTCODE) or field.rule(RuleId.INTEGER):
        return _DIGITS
    if field.kind is FieldKind.COUNTY:
        return "".join(letter for letter in characters if letter.isalpha())
    return characters


def expected(letters: str) -> str:
    """Return the characters that a cell may show where some are allowed: those, and others that are drawn alike."""
    return "".join(dict.fromkeys(letters + "".join(_ALIKE.get(letter, "") for letter in letters)))


def rows(cells: Numbers, letters: str, field: Field) -> tuple[Row, ...]:
    """Return the likeliest rows for cells (n, letters) of likelihoods, the likeliest first; all shares add up to 1."""
    weigh = _weight(field)
    found: dict[str, float] = {}
    total = best_yet = 0.0
    for text, share in _likeliest(cells, letters):
        if share < best_yet * FAR:
            break
        weight = share * weigh(text)
        found[text] = weight
        total += weight
        best_yet = max(best_yet, weight)
    best = sorted(found.items(), key=lambda pair: -pair[1])[:4]
    return tuple(Row(text, weight / total) for text, weight in best)


def _likeliest(cells: Numbers, letters: str) -> Iterator[tuple[str, float]]:
    """Yield rows with their likelihood from the likeliest down (best first over one choice of character a cell)."""
    order = np.argsort(-cells, axis=1)
    logs = np.log(np.maximum(np.take_along_axis(cells, order, axis=1).astype(np.float64), 1e-12))
    first = (0,) * len(cells)
    waiting = [(-float(logs[:, 0].sum()), first)]
    known = {first}
    for _ in range(TRIED):
        if not waiting:
            return
        cost, choice = heapq.heappop(waiting)
        yield "".join(letters[order[cell, rank]] for cell, rank in enumerate(choice)), math.exp(-cost)
        for cell, rank in enumerate(choice):
            if rank + 1 < len(letters):
                other = (*choice[:cell], rank + 1, *choice[cell + 1 :])
                if other not in known:
                    known.add(other)
                    heapq.heappush(waiting, (cost + float(logs[cell, rank] - logs[cell, rank + 1]), other))


def _weight(field: Field) -> Callable[[str], float]:
    """Return what tells the odds that a writer meant a row in a field, 1 where it makes sense there."""
    if field.kind in _NAMES:
        return lambda text: 1.0 if text.isalpha() or text.isdigit() else MIXED
    ruled = next((sense for rule, sense in _RULED.items() if field.rule(rule)), None)
    makes_sense = ruled or _SENSES.get(field.kind, lambda text: True)
    return lambda text: 1.0 if makes_sense(text) else SLIP


def _partial(text: str) -> bool:
    year, month = text[:4], text[4:]
    told = year[:2] in ("19", "20") and (not month or month in _MONTHS)
    return told if len(text) <= 6 else _date(text)


def _postcode(text: str) -> bool:
    return len(text) == 5 and text[0] != "0"


def _number(text: str) -> bool:
    return any(found.check_digit_fits for found in parse(text))


def _code(text: str) -> bool:
    return len(text) != 8 or text[:2] in ("19", "20")


def _date(text: str) -> bool:
    if len(text) == 6:
        text = f"20{text}"
    try:
        return len(text) == 8 and 1900 <= dt.datetime.strptime(text, "%Y%m%d").year < 2100  # noqa: DTZ007 - a day
    except ValueError:
        return False


_RULED: dict[RuleId, Callable[[str], bool]] = {RuleId.POSTCODE: _postcode, RuleId.PARTIAL: _partial}
_SENSES: dict[FieldKind, Callable[[str], bool]] = {
    FieldKind.PNR: _number,
    FieldKind.SNR: _number,
    FieldKind.RIKSKOD: _code,
    FieldKind.DATE: _date,
    FieldKind.COUNTY: lambda text: county(text) is not None,
}
