"""Gauge: hold a template's zones against what is printed on its blank, which knows nothing of the template.

A box lies on a printed frame, a comb's cells between printed dividers, and a text zone is clear of print. What is found
tells how far the zone would have to be moved.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.exam import Gauged
from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.library import SheetBlank
from pipeline.domain.raster import Pixels
from pipeline.domain.template import Comb

_REACH_MM = 3.0
_STEP_MM = 0.1
_DARK = 140
_LIKE = (0.55, 1.6)  # a frame's side beside its zone's
_DIVIDED, _RULED, _CROSSED = 0.35, 0.5, 0.9  # how dark dividers and rules are along their length
_DOTS_MM = 1.2  # between the dots of a dotted rule
_ABOUT_MM = 1.5
_EDGE_MM = 0.3
_COVERED = 0.015  # of a text zone: more print than a rule that the writing stands on
_CLEARER = 0.35
Found = tuple[float, float]
_Ink = NDArray[np.bool_]


def gauge(blank: SheetBlank) -> tuple[Gauged, ...]:
    """Return every zone of a sheet held against its print."""
    picture = blank.picture
    ink = _Print(picture.pixels, picture.dpi / MM_PER_INCH)
    return tuple(_gauged(blank, ink))


def _gauged(blank: SheetBlank, ink: _Print) -> Iterator[Gauged]:
    number = blank.sheet.number
    for field in blank.template.fields_on(number):
        for zone in field.zones:
            if zone.sheet == number:
                comb = field.comb_in(zone)
                way = ink.comb(zone.rect, comb) if comb is not None else ink.clear(zone.rect, field.lines)
                yield Gauged(field.key, None, number, *way)
        for option in field.options:
            if option.zone.sheet == number:
                yield Gauged(field.key, option.value, number, *ink.frame(option.zone.rect))


class _Print:
    """What is printed on a sheet, to look around in; places are millimetres."""

    def __init__(self, pixels: Pixels, per_mm: float) -> None:
        self._dark = np.asarray(pixels < _DARK)
        self._per_mm = per_mm

    def frame(self, zone: Rect) -> tuple[float | None, float | None]:
        """Return the way to the nearest closed frame of about the zone's size."""
        window = zone.grown(_REACH_MM + max(zone.width, zone.height) / 2)
        piece = self._piece(window).astype(np.uint8)
        closed = cv2.morphologyEx(piece, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        contours, levels = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
        ways: list[Found] = []
        for contour, level in zip(contours, levels[0] if levels is not None else (), strict=True):
            if level[3] < 0:
                continue  # the outside of something, not what it encloses
            x, y, width, height = (side / self._per_mm for side in cv2.boundingRect(contour))
            if _LIKE[0] < width / zone.width < _LIKE[1] and _LIKE[0] < height / zone.height < _LIKE[1]:
                centre = self._corner(window)
                ways.append((centre[0] + x + width / 2 - zone.centre[0], centre[1] + y + height / 2 - zone.centre[1]))
        return min(ways, key=lambda way: max(abs(way[0]), abs(way[1])), default=(None, None))

    def comb(self, zone: Rect, comb: Comb) -> tuple[float | None, float | None]:
        """Return the way to the printed dividers, across, and to the middle between the rules above and below, down."""
        cells = comb.rects(zone)
        if len(cells) < 2:
            return self.frame(zone)
        beside = Rect(zone.x - _REACH_MM, zone.y, zone.width + 2 * _REACH_MM, zone.height)
        near = np.asarray(cv2.dilate(self._ruled(beside, 0).reshape(1, -1), np.ones((1, 5), np.uint8))).ravel()
        edges = np.array([cell.x for cell in cells[1:]]) - self._corner(beside)[0]
        shifts = np.arange(-_REACH_MM, _REACH_MM + _STEP_MM / 2, _STEP_MM)
        at = np.clip(np.round((edges[None, :] + shifts[:, None]) * self._per_mm).astype(int), 0, len(near) - 1)
        scores = near[at].mean(axis=1)
        best = scores.max()
        across = None if best < _DIVIDED else float(shifts[scores >= best - 0.02].mean())
        return across, self._between_rules(zone)

    def _between_rules(self, zone: Rect) -> float | None:
        """Return the way down to the middle between the rules above and below, if they are about a zone's height apart."""
        beside = Rect(zone.x, zone.y - _REACH_MM, zone.width, zone.height + 2 * _REACH_MM)
        ruled = np.flatnonzero(self._ruled(beside, 1) > _RULED) / self._per_mm + self._corner(beside)[1]
        middle = zone.centre[1]
        above, below = ruled[ruled < middle - 0.5], ruled[ruled > middle + 0.5]
        if not len(above) or not len(below) or abs(below.min() - above.max() - zone.height) > _ABOUT_MM:
            return None
        return float((above.max() + below.min()) / 2 - middle)

    def clear(self, zone: Rect, lines: int) -> tuple[float | None, float | None]:
        """Return the least way to where a text zone is clear of most print that it covers now, and crossed by no rule."""
        across = self._uncrossed(zone, 0)
        down = self._uncrossed(zone, 1) if lines == 1 else 0.0
        covered = self._covered(zone)
        if covered < _COVERED:
            return across, down
        steps = np.arange(-_REACH_MM, _REACH_MM + 0.01, 0.5)
        ways = sorted(((float(x), float(y)) for x in steps for y in steps), key=lambda way: abs(way[0]) + abs(way[1]))
        clear = (way for way in ways if self._covered(zone.moved(*way)) < _CLEARER * covered)
        return max(next(clear, (across, down)), (across, down), key=lambda way: max(abs(way[0]), abs(way[1])))

    def _uncrossed(self, zone: Rect, axis: int) -> float:
        """Return the least way, across (0) or down (1), to where no rule crosses a zone from edge to edge."""
        size = (zone.width, zone.height)[axis]
        places = np.flatnonzero(self._ruled(zone, axis) > _CROSSED) / self._per_mm
        inside = places[(places > _EDGE_MM) & (places < size - _EDGE_MM)]
        if not len(inside):
            return 0.0
        least = min(float(inside.max()), float(inside.min()) - size, key=abs)
        return least if abs(least) <= _REACH_MM else 0.0

    def _ruled(self, rect: Rect, axis: int) -> NDArray[np.float32]:
        """Return how dark each column (0) or row (1) is along its length, dots of a dotted rule joined."""
        piece = self._piece(rect).astype(np.uint8)
        dots = round(_DOTS_MM * self._per_mm)
        kernel = np.ones((dots, 1) if axis == 0 else (1, dots), np.uint8)
        return np.asarray(cv2.morphologyEx(piece, cv2.MORPH_CLOSE, kernel).mean(axis=axis), dtype=np.float32)

    def _covered(self, zone: Rect) -> float:
        piece = self._piece(zone.grown(-0.2))
        return float(piece.mean()) if piece.size else 0.0

    def _corner(self, rect: Rect) -> Found:
        return max(0, round(rect.x * self._per_mm)) / self._per_mm, max(0, round(rect.y * self._per_mm)) / self._per_mm

    def _piece(self, rect: Rect) -> _Ink:
        left, top = (round(side * self._per_mm) for side in self._corner(rect))
        return self._dark[top : max(top + 1, round(rect.bottom * self._per_mm)), left : round(rect.right * self._per_mm)]
