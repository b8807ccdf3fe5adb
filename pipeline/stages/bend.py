"""A smooth field of small shifts: what remains beside a sheet's homography where paper stretches and copiers warp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PASSES = ((30.0, 2.0), (20.0, 1.0), (14.0, 0.5))  # mm: how far a shift tells of its surroundings, and what is an outlier
_PULL = 0.05  # how much trust "no shift" has, in sightings
_STIFF = 0.2  # how much trust "no slope" has
_UNTOLD_MM = 0.3  # what may remain where no sighting tells of a place


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """Shifts (n, 2) in mm seen at places (n, 2) on the sheet, with weights (n, 2) from which outliers are gone.

    `apart` is each shift less what its neighbours alone say of it; `size_mm` how large shifts are, all in all.
    """

    places: Floats
    shifts: Floats
    weights: Floats
    apart: Floats
    size_mm: float

    def at(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the smooth shift at each point, (m, 2) mm, and what may remain beside it, across and down."""
        smooth, mass = _kernel(points, self, _PASSES[-1][0], leave_out=False)
        near = _near(points, self.places, _PASSES[-1][0])
        spread = np.sqrt(near @ (self.weights * self.apart**2) / np.maximum(near @ self.weights, 1e-9))
        untold = _PULL / (mass + _PULL)
        return smooth, spread * (1 - untold) + max(_UNTOLD_MM, 1.5 * self.size_mm) * untold


def bend(places: Floats, shifts: Floats, weights: Floats) -> Bend:
    """Return the smooth field through shifts, robustly: those that their neighbours contradict lose their weight."""
    found = Bend(places, shifts, weights, np.zeros_like(shifts), 0.0)
    for reach, outlier in _PASSES:
        smooth, mass = _kernel(places, found, reach, leave_out=True)
        apart = shifts - smooth
        bound = outlier * (1 + 0.5 / (mass + 0.25))  # few neighbours are no witnesses against a shift
        kept = weights * np.clip(1 - (apart / bound) ** 2, 0, None) ** 2
        found = Bend(places, shifts, kept, apart, 0.0)
    told = (found.weights > 0.05).any(axis=1)
    size = float(np.percentile(np.hypot(*(shifts - apart)[told].T), 90)) if told.any() else 0.0
    return Bend(places, shifts, found.weights, found.apart, size)


def _near(points: Floats, places: Floats, reach: float) -> Floats:
    far = (points[:, :1] - places[:, 0]) ** 2 + (points[:, 1:] - places[:, 1]) ** 2
    return np.asarray(np.exp(far * (-0.5 / (reach * reach))))


def _kernel(points: Floats, known: Bend, reach: float, leave_out: bool) -> tuple[Floats, Floats]:
    """Return at each point the value of a plane laid through the shifts around it, and how much weight lies there."""
    near = _near(points, known.places, reach)
    if leave_out:
        np.fill_diagonal(near, 0.0)
    here, there = points / reach, known.places / reach
    x, y = there.T
    smooth, mass = np.zeros((len(points), 2)), near @ known.weights
    for axis in (0, 1):
        w, s = known.weights[:, axis], known.shifts[:, axis]
        sums = near @ np.column_stack([w, w * x, w * y, w * x * x, w * x * y, w * y * y, w * s, w * s * x, w * s * y])
        smooth[:, axis] = _plane(sums.T, here)
    return smooth, mass


def _plane(sums: Floats, here: Floats) -> Floats:
    """Return the height over `here` of the planes with these weighted sums, pulled a little to zero and to level."""
    (px, py), (m, mx, my, mxx, mxy, myy, s, sx, sy) = here.T, sums
    ax, ay = mx - px * m, my - py * m
    axx, ayy = mxx - 2 * px * mx + px * px * m + _STIFF, myy - 2 * py * my + py * py * m + _STIFF
    axy = mxy - px * my - py * mx + px * py * m
    bx, by = sx - px * s, sy - py * s
    turned = axx * ayy - axy * axy
    # the two slopes are put in terms of the height (Schur's complement), which leaves one equation for it
    fx, fy = (ax * ayy - ay * axy) / turned, (ay * axx - ax * axy) / turned
    return np.asarray((s - fx * bx - fy * by) / (m + _PULL - fx * ax - fy * ay))
