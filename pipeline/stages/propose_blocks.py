"""Tick boxes that were found by their print taken together: known answers first, then those of one cell or question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.domain.fillable import FormWidget, KnownLabels
from pipeline.stages.propose_answers import answers, rows
from pipeline.stages.propose_print import Phrase, Surroundings

_ALIGNED_MM, _STEP_MM, _APART_MM, _OVER_MM = 1.5, 12.0, 75.0, 6.0
Row = Sequence[FormWidget]


def blocks(
    boxes: Iterable[FormWidget], phrases: Mapping[FormWidget, Phrase], around: Surroundings, known: KnownLabels
) -> Iterator[tuple[list[FormWidget], str]]:
    """Give the boxes of each question; `phrases` are the words of each box.

    Yes and no (and not known) that follow each other on a row are one question, as man and woman are. The rest of a ruled
    cell is one. Outside cells a question begins where words that belong to no box stand to the left of one; rows under it
    go on with it when they are set in line and have no such words. With each comes what it stands under: what its cell
    begins with, when it is all that the cell asks, else words set in line right above it, if there are.
    """
    parts = list(_parts(boxes, phrases, around, known))
    alone = Counter((part[0].zone.sheet, part[0].cell) for part in parts)
    for part in parts:
        first = part[0]
        if first.cell and alone[first.zone.sheet, first.cell] == 1:
            yield part, first.heading
        else:
            over = around.above(first.zone, _OVER_MM)
            lined = over is not None and over.is_label and abs(over.zone.rect.x - first.zone.rect.x) < _ALIGNED_MM
            yield part, over.text if over is not None and lined and over not in phrases.values() else ""


def _parts(
    boxes: Iterable[FormWidget], phrases: Mapping[FormWidget, Phrase], around: Surroundings, known: KnownLabels
) -> Iterator[list[FormWidget]]:
    left: list[FormWidget] = []
    for row in rows(boxes):
        rest = list(row)
        for part in _known(row, phrases, known):
            yield part
            rest = [widget for widget in rest if widget not in part]
        left.extend(rest)
    by_cell: dict[tuple[int, int], list[FormWidget]] = {}
    for widget in left:
        if widget.cell:
            by_cell.setdefault((widget.zone.sheet, widget.cell), []).append(widget)
    yield from by_cell.values()
    yield from _questions((widget for widget in left if not widget.cell), phrases, around)


def _known(row: Row, phrases: Mapping[FormWidget, Phrase], known: KnownLabels) -> Iterator[list[FormWidget]]:
    start = 0
    while start < len(row):
        for count in (3, 2):
            part = list(row[start : start + count])
            told = [phrases[widget].text for widget in part if widget in phrases]
            if len(told) == count and len({widget.cell for widget in part}) == 1 and answers(told, known):
                yield part
                start += count
                break
        else:
            start += 1


def _questions(
    boxes: Iterable[FormWidget], phrases: Mapping[FormWidget, Phrase], around: Surroundings
) -> Iterator[list[FormWidget]]:
    used = set(phrases.values())
    open_: list[list[FormWidget]] = []
    for row in rows(boxes):
        for part, begins in _parted(row, used, around):
            above = next((one for one in open_ if _goes_on(one, part)), None) if not begins else None
            if above is None:
                open_.append(list(part))
            else:
                above.extend(part)
    yield from open_


def _parted(row: Row, used: set[Phrase], around: Surroundings) -> Iterator[tuple[list[FormWidget], bool]]:
    """Part a row where words of no box stand before a box, and tell whether each part begins so."""
    part: list[FormWidget] = []
    begins = False
    for widget in row:
        before = around.left(widget.zone, _APART_MM)
        asks = before is not None and before.is_label and before not in used
        far = bool(part) and widget.zone.rect.x - part[-1].zone.rect.right > _APART_MM
        if part and (asks or far):
            yield part, begins
            part = []
        if not part:
            begins = asks
        part.append(widget)
    if part:
        yield part, begins


def _goes_on(block: Sequence[FormWidget], part: Sequence[FormWidget]) -> bool:
    last, first = block[-1].zone, part[0].zone
    lined = any(abs(widget.zone.rect.x - first.rect.x) <= _ALIGNED_MM for widget in block)
    return last.sheet == first.sheet and lined and 0 < first.rect.y - last.rect.y <= _STEP_MM
