"""Places on paper: millimetres from a sheet's top left, and the way from there to pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; in millimetres from the sheet's top left unless said otherwise."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the y of the lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Return the middle point (x, y)."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Return the four corners clockwise from the top left."""
        return ((self.x, self.y), (self.right, self.y), (self.right, self.bottom), (self.x, self.bottom))

    def grown(self, by: float) -> Rect:
        """Return the rectangle with every edge moved outwards by `by`."""
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, dx: float, dy: float) -> Rect:
        """Return the rectangle moved by (dx, dy)."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def overlaps(self, other: Rect) -> bool:
        """Tell whether the two share any area."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Tell whether the point lies inside, edges included."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom


def union(rects: tuple[Rect, ...]) -> Rect:
    """Return the smallest rectangle around all `rects` (at least one)."""
    x, y = min(r.x for r in rects), min(r.y for r in rects)
    return Rect(x, y, max(r.right for r in rects) - x, max(r.bottom for r in rects) - y)


@dataclass(frozen=True, slots=True)
class Transform:
    """A 3×3 homography, row by row, that takes points of one plane to another."""

    rows: tuple[float, float, float, float, float, float, float, float, float]

    @classmethod
    def of(cls, matrix: NDArray[np.floating]) -> Transform:
        """Make a transform of a 3×3 array, scaled so that its last number is 1."""
        scaled = np.asarray(matrix, dtype=np.float64) / float(matrix[2, 2])
        values = tuple(float(v) for v in scaled.reshape(9))
        return cls((values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8]))

    @classmethod
    def scaling(cls, factor: float) -> Transform:
        """Make the transform that multiplies both coordinates by `factor`."""
        return cls((factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, 1.0))

    @property
    def matrix(self) -> NDArray[np.float64]:
        """Return the 3×3 array."""
        return np.array(self.rows, dtype=np.float64).reshape(3, 3)

    @property
    def inverse(self) -> Transform:
        """Return the way back."""
        return Transform.of(np.linalg.inv(self.matrix))

    def after(self, first: Transform) -> Transform:
        """Return the transform that does `first`, then this one."""
        return Transform.of(self.matrix @ first.matrix)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Take one point across."""
        a, b, c, d, e, f, g, h, i = self.rows
        w = g * x + h * y + i
        return ((a * x + b * y + c) / w, (d * x + e * y + f) / w)

    def quad(self, rect: Rect) -> tuple[tuple[float, float], ...]:
        """Take a rectangle's corners across, clockwise from its own top left."""
        return tuple(self.point(x, y) for x, y in rect.corners)
