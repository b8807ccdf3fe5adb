"""Zones fitted in: on their sheet, rounded to hundredths of a millimetre, and none over another."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.geometry import Rect
from pipeline.domain.template import Sheet, Zone

_UNIT = 100
_TOLD = 0.1  # mm; less is rounding, and no guess
_LEAST = 0.5  # mm; a zone is not made thinner than this
Edges = list[int]  # left, top, right, bottom, in hundredths of a millimetre


def fitted(zones: Sequence[Zone], sheets: Sequence[Sheet]) -> tuple[tuple[Zone, ...], frozenset[int], frozenset[int]]:
    """Return the zones as a template may have them, and the numbers of those clipped at the edge and of those shrunk.

    Where two overlap, the strip they share is halved between them the short way; where one lies inside another, the outer
    keeps its largest free side. Two that cannot be parted so stay as they are.
    """
    size = {sheet.number: (round(sheet.width_mm * _UNIT), round(sheet.height_mm * _UNIT)) for sheet in sheets}
    edges = [_on_sheet(zone.rect, size[zone.sheet]) for zone in zones]
    clipped = frozenset(index for index, zone in enumerate(zones) if _moved(zone.rect, edges[index]))
    before = [list(one) for one in edges]
    for second in range(len(zones)):
        for first in range(second):
            if zones[first].sheet == zones[second].sheet:
                _part(edges[first], edges[second])
    told = round(_TOLD * _UNIT)
    shrunk = frozenset(
        index for index, one in enumerate(edges) if max(abs(a - b) for a, b in zip(one, before[index], strict=True)) > told
    )
    return tuple(Zone(zone.sheet, _rect(one)) for zone, one in zip(zones, edges, strict=True)), clipped, shrunk


def _on_sheet(rect: Rect, size: tuple[int, int]) -> Edges:
    width, height = size
    # One hundredth is left at the far edges, so that no sum of two numbers comes out beyond them.
    left, top = (max(0, round(side * _UNIT)) for side in (rect.x, rect.y))
    right, bottom = min(width - 1, round(rect.right * _UNIT)), min(height - 1, round(rect.bottom * _UNIT))
    return [min(left, width - 2), min(top, height - 2), max(right, left + 1), max(bottom, top + 1)]


def _moved(rect: Rect, edges: Edges) -> bool:
    sides = (rect.x, rect.y, rect.right, rect.bottom)
    return any(abs(side - edge / _UNIT) > _TOLD for side, edge in zip(sides, edges, strict=True))


def _part(one: Edges, other: Edges) -> None:
    """Make two rectangles share nothing, and leave a hundredth between them."""
    across, down = _shared(one, other, 0), _shared(one, other, 1)
    if across <= 0 or down <= 0:
        return
    for outer, inner in ((one, other), (other, one)):
        if all(outer[i] <= inner[i] and inner[i + 2] <= outer[i + 2] for i in (0, 1)):
            _keep_free_side(outer, inner)
            return
    axis = 0 if across <= down else 1
    first, last = (one, other) if one[axis] + one[axis + 2] <= other[axis] + other[axis + 2] else (other, one)
    middle = (first[axis + 2] + last[axis]) // 2
    least = round(_LEAST * _UNIT)
    if middle - first[axis] >= least and last[axis + 2] - middle - 1 >= least:
        first[axis + 2], last[axis] = middle, middle + 1


def _shared(one: Edges, other: Edges, axis: int) -> int:
    """Return how much two have in common along an axis, more than nothing also when they touch."""
    return min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis]) + 1


def _keep_free_side(outer: Edges, inner: Edges) -> None:
    width, height = outer[2] - outer[0], outer[3] - outer[1]
    sides = {
        2: (inner[0] - 1 - outer[0]) * height,
        0: (outer[2] - inner[2] - 1) * height,
        3: (inner[1] - 1 - outer[1]) * width,
        1: (outer[3] - inner[3] - 1) * width,
    }
    side = max(sides, key=lambda index: sides[index])
    if sides[side] >= round(_LEAST * _UNIT) * min(width, height):
        outer[side] = inner[side - 2] - 1 if side >= 2 else inner[side + 2] + 1


def _rect(edges: Edges) -> Rect:
    left, top, right, bottom = edges
    return Rect(left / _UNIT, top / _UNIT, (right - left) / _UNIT, (bottom - top) / _UNIT)
