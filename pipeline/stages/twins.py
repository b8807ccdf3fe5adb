"""Twins: sheets of two versions of a form on which nothing changed, so that a page of one is a page of the other.

Such a page says nothing of its version, and reads the same by either. It goes with the sheets that lie beside it, as long
as one of those tells the versions apart; where none does, nobody knows which the paper is, and it is no twin.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.domain.library import Library, SheetBlank
from pipeline.stages.alike import difference
from pipeline.stages.carry import carried
from pipeline.stages.outline import outline


def twins(blank: SheetBlank, known: Library) -> frozenset[str]:
    """Return the other versions, as NAME@VERSION, whose sheet of that number is the same to see and to read."""
    return frozenset(
        other.template.id
        for other in known.blanks
        if other.template.name == blank.template.name
        and other.template.id != blank.template.id
        and other.sheet.number == blank.sheet.number
        and _same(blank, other, known)
    )


def _same(one: SheetBlank, other: SheetBlank, known: Library) -> bool:
    return _printed_alike(one, other) and _told_elsewhere(one, other, known) and _read_alike(one, other, known)


def _told_elsewhere(one: SheetBlank, other: SheetBlank, known: Library) -> bool:
    """Tell whether another sheet of the two versions has print to tell them apart by."""
    numbers = {sheet.number for sheet in one.template.sheets} & {sheet.number for sheet in other.template.sheets}
    pairs = ((known.blank(one.template.id, n), known.blank(other.template.id, n)) for n in numbers - {one.sheet.number})
    return any(not _printed_alike(*pair) for pair in pairs)


@lru_cache(maxsize=1024)
def _printed_alike(one: SheetBlank, other: SheetBlank) -> bool:
    ways = difference(outline(one), outline(other)), difference(outline(other), outline(one))
    return all(way is not None and not way.places for way in ways)


@lru_cache(maxsize=1024)
def _read_alike(one: SheetBlank, other: SheetBlank, known: Library) -> bool:
    """Tell whether the two ask for the same on this sheet, in the same places."""
    keys = [{field.key for field in blank.template.fields_on(blank.sheet.number)} for blank in (one, other)]
    return keys[0] == keys[1] and keys[0] <= carried(one.template, other.template, known)
