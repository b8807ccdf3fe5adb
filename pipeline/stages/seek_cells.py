"""Room for an answer in the ruled cells of a blank: under the cell's label, or behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.geometry import Rect
from pipeline.stages.propose_print import Phrase

_LEAST_MM = (8.0, 4.3)
_ROOM_MM, _BEHIND_MM, _ONE_LINE_MM, _MARGIN_MM = 3.8, 20.0, 11.0, 0.5
_WORDY, _STATED = 24, 5  # so many words, or a sentence of more than so many, tell something and ask nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """A ruled rectangle of a sheet, in millimetres, with the phrases printed in it from the top down."""

    rect: Rect
    phrases: tuple[Phrase, ...]

    @property
    def heading(self) -> str:
        """Return the phrase that the cell begins with, and the lines right under it that go on with it."""
        if not self.phrases:
            return ""
        said = [self.phrases[0]]
        for phrase in self.phrases[1:]:
            last, rect = said[-1].zone.rect, phrase.zone.rect
            if abs(rect.x - last.x) < 2.0 and -0.5 < rect.y - last.bottom < 0.6 * last.height and len(said) < 3:
                said.append(phrase)
        return " ".join(phrase.text for phrase in said)


def cells(spaces: Iterable[Rect], phrases: Sequence[Phrase]) -> tuple[Cell, ...]:
    """Return the ruled cells among closed spaces: large enough, and holding no other cells."""
    big = [one for one in spaces if one.width >= _LEAST_MM[0] and one.height >= _LEAST_MM[1]]
    plain = [one for one in big if not any(other is not one and one.holds(*other.centre) for other in big)]
    return tuple(Cell(rect, tuple(_within(rect, phrases))) for rect in plain)


def room(cell: Cell) -> Rect | None:
    """Return where in a cell an answer may stand, when there is room for one and the cell asks for it."""
    rect = cell.rect
    inner = Rect(rect.x + _MARGIN_MM, rect.y + _MARGIN_MM, rect.width - 2 * _MARGIN_MM, rect.height - 2 * _MARGIN_MM)
    if not cell.phrases:
        return inner
    words = sum(len(phrase.text.split()) for phrase in cell.phrases)
    if words > _WORDY or (words > _STATED and cell.phrases[-1].text.endswith(".")):
        return None
    top, bottom = max(_gaps(cell, inner), key=lambda gap: gap[1] - gap[0])
    if bottom - top >= _ROOM_MM:
        return Rect(inner.x, top, inner.width, bottom - top)
    last = max(phrase.zone.rect.right for phrase in cell.phrases)
    if rect.height <= _ONE_LINE_MM and inner.right - last >= _BEHIND_MM:
        return Rect(last + 1.0, inner.y, inner.right - last - 1.0, inner.height)
    return None


def _gaps(cell: Cell, inner: Rect) -> Iterator[tuple[float, float]]:
    """Give the bands of a cell that nothing is printed in, under its first line of print."""
    sides = sorted((phrase.zone.rect.y, phrase.zone.rect.bottom) for phrase in cell.phrases)
    printed = sides[0][1]
    for top, bottom in sides[1:]:
        yield printed + _MARGIN_MM, top - _MARGIN_MM
        printed = max(printed, bottom)
    yield printed + _MARGIN_MM, inner.bottom


def _within(rect: Rect, phrases: Iterable[Phrase]) -> list[Phrase]:
    held = [phrase for phrase in phrases if rect.holds(*phrase.zone.rect.centre)]
    return sorted(held, key=lambda phrase: (round(phrase.zone.rect.centre[1] / 1.5), phrase.zone.rect.x))
