"""Reprint: what is printed otherwise on a later version of a sheet, by its words and by its picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.fillable import PrintedWord
from pipeline.domain.geometry import Rect, union
from pipeline.domain.library import SheetBlank
from pipeline.domain.template import Zone
from pipeline.stages.alike import difference
from pipeline.stages.outline import outline

_STILL_MM = 0.5
_LINE_MM, _GAP_MM = 1.0, 3.0  # words so near each other are said together
_TOUCH_MM = 1.0


class PrintChangeKind(StrEnum):
    """What may have become of print; closed. `redrawn` tells of lines and pictures, and of words where none are known."""

    APPEARED = "print_appeared"
    VANISHED = "print_vanished"
    MOVED = "print_moved"
    REDRAWN = "print_redrawn"


@dataclass(frozen=True, slots=True)
class PrintChange:
    """One change of print: where it is, or was when it vanished, the words, and how far they moved."""

    kind: PrintChangeKind
    zone: Zone
    text: str = ""
    mm: float | None = None


def reworded(before: Sequence[PrintedWord], after: Sequence[PrintedWord]) -> tuple[PrintChange, ...]:
    """Return the words that appeared, vanished or moved, neighbours together; in reading order, sheet by sheet."""
    gone, new = _unmatched(before, after), _unmatched(after, before)
    found: list[PrintChange] = []
    left = [*_phrases(gone)]
    for zone, text in _phrases(new):
        alike = [one for one in left if (one[0].sheet, one[1]) == (zone.sheet, text)]
        was = min(alike, key=lambda one: _apart(one[0], zone), default=None)
        if was is None:
            found.append(PrintChange(PrintChangeKind.APPEARED, zone, text))
        else:
            left.remove(was)
            found.append(PrintChange(PrintChangeKind.MOVED, zone, text, round(_apart(was[0], zone), 1)))
    found += [PrintChange(PrintChangeKind.VANISHED, zone, text) for zone, text in left]
    return tuple(sorted(found, key=_read_in))


def _read_in(change: PrintChange) -> tuple[float, ...]:
    """Return where in reading order a change comes; on one line what vanished comes first."""
    rect = change.zone.rect
    return (change.zone.sheet, round(rect.bottom / _LINE_MM), change.kind is not PrintChangeKind.VANISHED, rect.x)


def redrawn(before: SheetBlank, after: SheetBlank, told: Sequence[Rect]) -> tuple[PrintChange, ...]:
    """Return where the pictures of two sheets differ beside the places `told` already; of a sheet all unlike, the whole."""
    between = difference(outline(after), outline(before))
    number = after.sheet.number
    if between is None:
        whole = Rect(0.0, 0.0, after.sheet.width_mm, after.sheet.height_mm)
        return (PrintChange(PrintChangeKind.REDRAWN, Zone(number, whole)),)
    near = [rect.grown(_TOUCH_MM) for rect in told]
    places = [place for place in between.places if not any(place.overlaps(rect) for rect in near)]
    return tuple(PrintChange(PrintChangeKind.REDRAWN, Zone(number, rect)) for rect in _joined(places))


def _unmatched(words: Sequence[PrintedWord], others: Sequence[PrintedWord]) -> list[PrintedWord]:
    """Return the words that do not stand in the same place among the others."""
    known: dict[tuple[int, str], list[Zone]] = defaultdict(list)
    for word in others:
        known[word.zone.sheet, word.text].append(word.zone)
    return [word for word in words if all(_apart(word.zone, zone) > _STILL_MM for zone in known[word.zone.sheet, word.text])]


def _apart(one: Zone, other: Zone) -> float:
    return float(((one.rect.x - other.rect.x) ** 2 + (one.rect.y - other.rect.y) ** 2) ** 0.5)


def _phrases(words: Sequence[PrintedWord]) -> Iterator[tuple[Zone, str]]:
    """Put words that follow each other on a line together."""
    held: list[PrintedWord] = []
    for word in sorted(words, key=lambda one: (one.zone.sheet, round(one.zone.rect.bottom / _LINE_MM), one.zone.rect.x)):
        if held and not _follows(held[-1].zone, word.zone):
            yield _said(held)
            held = []
        held.append(word)
    if held:
        yield _said(held)


def _follows(one: Zone, other: Zone) -> bool:
    level = abs(one.rect.bottom - other.rect.bottom) <= _LINE_MM
    return one.sheet == other.sheet and level and one.rect.x <= other.rect.x <= one.rect.right + _GAP_MM


def _said(words: Sequence[PrintedWord]) -> tuple[Zone, str]:
    zone = Zone(words[0].zone.sheet, union(tuple(word.zone.rect for word in words)))
    return zone, " ".join(word.text for word in words)


def _joined(places: Sequence[Rect]) -> Iterator[Rect]:
    """Put places that touch together, top ones first."""
    left = sorted(places, key=lambda rect: (rect.y, rect.x))
    while left:
        rect = left.pop(0)
        while touching := [other for other in left if rect.grown(_TOUCH_MM).overlaps(other)]:
            rect = union((rect, *touching))
            left = [other for other in left if other not in touching]
        yield rect
