"""What a blank without form fields asks, found by its print: tick boxes, combs, ruled cells and lines to write on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.domain.fillable import FillableForm, FormWidget, FoundBy, KnownLabels, PrintedWord, WidgetKind
from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Raster
from pipeline.domain.template import Sheet, Zone
from pipeline.stages.propose_print import Phrase, Surroundings
from pipeline.stages.seek_bands import bands
from pipeline.stages.seek_cells import Cell, cells, room
from pipeline.stages.seek_combs import boxes, combs
from pipeline.stages.seek_lines import writing
from pipeline.stages.seek_rules import in_pixels, ruling, spaces

_RULES = re.compile(r"^(?:[_.…]{2,}|[_|]+)|(?:[_.…]{2,}|[_|]+)$")
_NEAR_MM, _LEFT_MM, _BELOW_MM, _OVER_MM, _SET_MM = 14.0, 45.0, 4.5, 4.0, 3.0
_LINE_MM = 9.0
_FRAME_MM, _STROKE_MM, _LONG_MM, _HIGH_MM = 0.4, 0.15, 10.0, 5.0


def seek(
    sheet: int, picture: Raster, words: Sequence[PrintedWord], known: KnownLabels, by: FoundBy
) -> tuple[FormWidget, ...]:
    """Return all that sheet number `sheet` asks, in no order.

    `picture` is the sheet, upright; `words` is its print in mm, and `by` tells whether that was read in the picture.
    """
    size = Sheet(sheet, *(side / picture.dpi * MM_PER_INCH for side in (picture.width, picture.height)))
    around = Surroundings.of(FillableForm((size,), (), tuple(words), by=by))
    return tuple(_Sheet(sheet, picture, words, (known, around)).widgets())


def unruled(picture: Raster, words: Iterable[PrintedWord]) -> Raster:
    """Return a scanned sheet without rules, combs and tick boxes, which are taken for letters where words are read.

    `words` are those that were read with them; what is no plain word is not believed.
    """
    plain = [word for word in words if len(word.text) > 4 and word.text.strip(".,:()/-").isalnum()]
    rules = ruling(picture, plain)
    found = [one.grown(_FRAME_MM) for one in (*boxes(rules), *(comb.rect for comb in combs(rules)))]
    found += [one.grown(_STROKE_MM) for one in rules.across if one.width >= _LONG_MM]
    found += [one.grown(_STROKE_MM) for one in rules.down if one.height >= _HIGH_MM]
    pixels, per_mm = picture.pixels.copy(), picture.dpi / MM_PER_INCH
    for one in found:
        pixels[in_pixels(one, per_mm)] = 255
    return Raster.owning(pixels, picture.dpi)


def lettered(words: Iterable[PrintedWord]) -> tuple[PrintedWord, ...]:
    """Return the words without the dots and dashes that stand for lines to write on, and without those that are no more."""
    kept: list[PrintedWord] = []
    for word in words:
        text, rect = word.text, word.zone.rect
        each = rect.width / max(1, len(text))
        while text and (found := _RULES.search(text)):
            left = found.end() if found.start() == 0 else 0
            width = each * (len(text) - found.end() + found.start())
            rect = Rect(rect.x + each * left, rect.y, width, rect.height)
            text = text[: found.start()] + text[found.end() :]
        if any(letter.isalnum() for letter in text) or (text == word.text and text):
            kept.append(PrintedWord(text, Zone(word.zone.sheet, rect)))
    return tuple(kept)


class _Sheet:
    """One sheet: what was found on it so far, and what is printed around."""

    def __init__(
        self, number: int, picture: Raster, words: Sequence[PrintedWord], by: tuple[KnownLabels, Surroundings]
    ) -> None:
        rules = ruling(picture, words)
        self._number = number
        self._rules = rules
        self._known, self._around = by
        self._boxes = [one for one in boxes(rules) if self._told(one)]
        self._combs = [one for one in combs(rules) if not any(one.rect.overlaps(box) for box in self._boxes)]
        self._taken = [*self._boxes, *(comb.rect for comb in self._combs)]
        self._spaces = spaces(rules, picture, self._taken)
        self._cells = cells(self._spaces, self._around.phrases)

    def widgets(self) -> Iterator[FormWidget]:
        """Give boxes, combs, lines, cells and bands."""
        for box in self._boxes:
            found = self._found(WidgetKind.CHECK, box)
            yield self._one_letter(found) if self._alone(found) else found
        for comb in self._combs:
            yield replace(
                self._found(WidgetKind.TEXT, comb.rect),
                comb=True,
                max_len=sum(comb.groups),
                groups=comb.groups,
                gap_mm=comb.gap_mm,
            )
        held = list(self._taken)
        for line in writing(self._rules, [*self._taken, *self._spaces], self._around.phrases):
            base = Rect(line.rect.x, line.rect.bottom - 0.1, line.rect.width, 0.1)
            if heading := self._beside(Zone(self._number, line.rect), base):
                held.append(line.rect)
                yield replace(self._found(WidgetKind.TEXT, line.rect, heading), multiline=line.lines > 1)
        for cell in self._cells:
            if not any(cell.rect.holds(*one.centre) for one in held):
                yield from self._in_cell(cell)
        held += [cell.rect for cell in self._cells if cell.phrases]
        for band in bands(self._rules, held, self._around.phrases):
            heading = self._around.whole(band.heading)
            yield replace(self._found(WidgetKind.TEXT, band.rect, heading), multiline=True)

    def _alone(self, box: FormWidget) -> bool:
        """Tell whether a square is the only one of its cell, with no words beside it: room for one letter, and no box."""
        if not box.cell or any(self._cells[box.cell - 1].rect.holds(*o.centre) for o in self._taken if o != box.zone.rect):
            return False
        return self._around.right(box.zone, _NEAR_MM) is None and self._around.left(box.zone, _NEAR_MM) is None

    def _one_letter(self, box: FormWidget) -> FormWidget:
        return replace(box, kind=WidgetKind.TEXT, comb=True, max_len=1, groups=(1,))

    def _in_cell(self, cell: Cell) -> Iterator[FormWidget]:
        space, zone = room(cell), Zone(self._number, cell.rect)
        said = " ".join(phrase.text for phrase in cell.phrases).casefold()
        asked = bool(cell.phrases) or self._around.left(zone, _NEAR_MM) or self._around.above(zone, _OVER_MM)
        if space is not None and asked and not any(part in said for part in self._known.office):
            yield replace(self._found(WidgetKind.TEXT, space), multiline=space.height > _LINE_MM)

    def _found(self, kind: WidgetKind, rect: Rect, heading: str = "") -> FormWidget:
        """Return a widget in the cell that it stands in; outside cells, one that a comb's label is looked for."""
        cell = next((number for number, one in enumerate(self._cells, 1) if one.rect.holds(*rect.centre)), 0)
        zone = Zone(self._number, rect)
        if not heading and cell:
            heading = self._cells[cell - 1].heading
        elif not heading and kind is WidgetKind.TEXT:
            heading = self._beside(zone, rect)
        return FormWidget("", kind, zone, cell=cell, heading=heading)

    def _beside(self, zone: Zone, base: Rect) -> str:
        """Return the label of a line or comb: on its level, else right above or below it, whichever is nearer to `base`."""
        left = self._around.left(zone, _LEFT_MM)
        if left is not None and left.is_label:
            return self._around.whole(left)
        over, under = self._around.above(zone, _OVER_MM), self._around.below(zone, _BELOW_MM)
        if under is not None and not (under.is_label and abs(under.zone.rect.x - zone.rect.x) < _SET_MM):
            under = None
        if over is not None and under is not None:
            nearer = base.y - over.zone.rect.bottom < under.zone.rect.y - base.bottom
            return (over if nearer else under).text
        found = over or under
        return found.text if found is not None and found.is_label else ""

    def _told(self, box: Rect) -> bool:
        """Tell whether words stand where a box's words do."""
        zone = Zone(self._number, box)
        near: tuple[Phrase | None, ...] = (
            self._around.right(zone, _NEAR_MM),
            self._around.left(zone, _NEAR_MM),
            self._around.above(zone, _OVER_MM),
            self._around.below(zone, _OVER_MM),
        )
        return any(near) or any(True for _ in self._around.heads(zone))
