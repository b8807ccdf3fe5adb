"""Where the letters of an answer go: which of its zones each part is written in, and which cell of a comb each letter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pipeline.domain.geometry import Rect
from pipeline.domain.template import Field, FieldKind, Zone

_HYPHENED = frozenset({FieldKind.DATE, FieldKind.PNR, FieldKind.SNR, FieldKind.RIKSKOD})


def letters(answer: str) -> str:
    """Return what of an answer stands in the cells of a comb: hyphens and spaces do not."""
    return answer.replace("-", "").replace(" ", "")


def written(field: Field, answer: str) -> tuple[str, ...]:
    """Return what of an answer in normal form is written in each zone; a text that goes on is all in the first.

    Between zones nothing is written for a hyphen. What the comb of several zones has no room for is left out.
    """
    parts = [answer if field.comb is None else letters(answer)]
    if field.comb is not None and 1 < len(field.zones) == len(field.comb.groups):
        rest = iter(parts[0])
        parts = ["".join(islice(rest, count)) for count in field.comb.groups]
    elif field.comb is None and field.kind in _HYPHENED and answer.count("-") < len(field.zones):
        parts = answer.split("-")
    return (*parts, *("" for _ in field.zones[len(parts) :]))


def lettered(field: Field, answer: str) -> Iterator[tuple[Zone, str, Rect]]:
    """Give each letter of an answer with the cell of the comb that it is written in, and the cell's zone."""
    for zone, part in zip(field.zones, written(field, answer), strict=True):
        comb = field.comb_in(zone)
        for letter, cell in zip(part, comb.rects(zone.rect) if comb is not None else (), strict=False):
            yield zone, letter, cell
