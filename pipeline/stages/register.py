"""Lay a sheet on a page exactly: from a rough place to a third of a millimetre, by the blank's own print.

Patches of the blank are sought around the place they should have; where they really lie gives a homography, robustly,
and what then remains from place to place (paper stretches, copiers warp) is a smooth field of small shifts.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.raster import Pixels
from pipeline.stages.evidence import Evidence, evidence
from pipeline.stages.identify import Candidate
from pipeline.stages.outline import Outline, Patches
from pipeline.stages.warp import Matrix, across, flattened, shrunk

_SEEN = 0.40  # normalised correlation from which a patch counts as found
_NEAR_MM = 0.4  # how far from its place a found patch may lie


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """Where patches were found: shifts (n, 2) in mm from where they should be, likeness (n,), and whether on the page."""

    patches: Patches
    shifts: NDArray[np.float64]
    likeness: NDArray[np.float64]
    visible: NDArray[np.bool_]

    @property
    def weights(self) -> NDArray[np.float64]:
        """Return how much each patch's shift is to be believed across and down, (n, 2)."""
        sure = np.clip((self.likeness - _SEEN) / (1 - _SEEN), 0.0, 1.0) * self.visible
        return np.asarray(sure[:, None] * self.patches.trust, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Lie:
    """How a sheet lies on a page: `to_px` over the whole sheet, the sightings that remain beside it, and the evidence."""

    outline: Outline
    to_px: Matrix
    sighting: Sighting
    evidence: Evidence

    @property
    def score(self) -> float:
        """Return how surely the sheet lies here, 0..1: the print found on the page, times the patches found in place.

        Either alone is fooled by a page of dense writing or by rules that happen to meet; both together are not.
        """
        return min(1.0, self.evidence.score) * agreement(self.sighting)


def register(pixels: Pixels, candidate: Candidate) -> Lie | None:
    """Return how the candidate's sheet lies on the page, or None when its print is not found there."""
    outline = candidate.outline
    rough = _settled(pixels, outline, outline.rough, candidate.to_px, rounds=1)
    fine = None if rough is None else _settled(pixels, outline, outline.fine, rough[0], rounds=2)
    if fine is None:
        return None
    to_px, sighting = fine
    return Lie(outline, to_px, sighting, evidence(pixels, outline.print_, outline.sheet, to_px))


def agreement(sighting: Sighting) -> float:
    """Return the share of the print's patches on the page that were found where they should be, by trust, 0..1."""
    trust = sighting.patches.trust * sighting.visible[:, None]
    found = (np.abs(sighting.shifts) <= _NEAR_MM) & (sighting.likeness >= _SEEN)[:, None]
    total = float(trust.sum())
    return float((trust * found).sum()) / total if total > 0 else 0.0


def _settled(
    pixels: Pixels, outline: Outline, patches: Patches, to_px: Matrix, rounds: int
) -> tuple[Matrix, Sighting] | None:
    """Seek the patches, move the sheet to where they are, and look again where it moved far."""
    for turn in range(rounds):
        sighting = sought(pixels, outline, patches, to_px)
        correction = _fitted(sighting)
        if correction is None:
            return None
        to_px = to_px @ correction
        moved = across(correction, patches.middles) - patches.middles
        if turn + 1 < rounds and float(np.abs(moved).max()) < 0.5 * patches.grain.reach_mm:
            break
    return to_px, Sighting(patches, sighting.shifts - moved, sighting.likeness, sighting.visible)


def sought(pixels: Pixels, outline: Outline, patches: Patches, to_px: Matrix) -> Sighting:
    """Seek every patch around the place where `to_px` says it lies."""
    grain = patches.grain
    mm = MM_PER_INCH / grain.dpi
    frame = outline.sheet.grown(grain.reach_mm)
    small = shrunk(pixels, to_px, grain.dpi)
    flat = flattened(small.pixels, small.from_page @ to_px, frame, grain.dpi)
    reach = round(grain.reach_mm / mm)
    shifts, likeness = np.zeros((len(patches.pictures), 2)), np.zeros(len(patches.pictures))
    for index, picture in enumerate(patches.pictures):
        side = picture.shape[0]
        left = round(float(patches.middles[index, 0]) / mm - side / 2)
        top = round(float(patches.middles[index, 1]) / mm - side / 2)
        window = flat[top : top + side + 2 * reach, left : left + side + 2 * reach]
        if window.shape != (side + 2 * reach, side + 2 * reach):
            continue
        shifts[index], likeness[index] = _peak(window, picture, reach)
    return Sighting(patches, shifts * mm, likeness, _on_page(pixels, patches, to_px))


def _peak(window: Pixels, picture: Pixels, reach: int) -> tuple[tuple[float, float], float]:
    """Return where in the window the picture fits best, in pixels from the middle, and how well."""
    field = cv2.matchTemplate(window, picture, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(field)
    if not np.isfinite(best):
        return (0.0, 0.0), 0.0
    return (x - reach + _between(field[y], x), y - reach + _between(field[:, x], y)), float(best)


def _between(line: NDArray[np.generic], at: int) -> float:
    """Return how far from `at` the top of a parabola through three neighbours lies."""
    if at == 0 or at == len(line) - 1:
        return 0.0
    before, here, after = float(line[at - 1]), float(line[at]), float(line[at + 1])
    bend = before - 2 * here + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < -1e-9 else 0.0


def _on_page(pixels: Pixels, patches: Patches, to_px: Matrix) -> NDArray[np.bool_]:
    half = patches.grain.side_mm / 2
    inside = np.ones(len(patches.middles), dtype=bool)
    height, width = pixels.shape
    for dx, dy in ((-half, -half), (half, -half), (half, half), (-half, half)):
        at = across(to_px, patches.middles + np.array((dx, dy)))
        inside &= (at[:, 0] >= 0) & (at[:, 0] <= width) & (at[:, 1] >= 0) & (at[:, 1] <= height)
    return inside


def _fitted(sighting: Sighting) -> Matrix | None:
    """Return the small homography, sheet to sheet, that most of the sightings agree on."""
    weights = sighting.weights
    if (weights > 0.02).any(axis=1).sum() < 6:
        return None
    start = _median(sighting.shifts, weights)
    shape = np.array([start[0], 0, 0, start[1], 0, 0, 0, 0], dtype=np.float64)
    middles = sighting.patches.middles
    centre, spread = middles.mean(axis=0), 100.0
    points = (middles - centre) / spread
    for turn in range(8):
        bound = max(0.45, sighting.patches.grain.reach_mm * 0.6 * 0.6**turn)
        far = sighting.shifts - _modelled(shape, points)
        kept = weights * np.clip(1 - (far / bound) ** 2, 0, None) ** 2
        shape = _least(points, sighting.shifts, kept, perspective=turn >= 4)
    return _matrix(shape, centre, spread)


def _median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """Return the weighted median of each column."""
    told = []
    for column in (0, 1):
        order = np.argsort(values[:, column], kind="stable")
        mass = np.cumsum(weights[order, column])
        told.append(float(values[order[int(np.searchsorted(mass, mass[-1] / 2))], column]))
    return told[0], told[1]


def _design(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = points[:, 0], points[:, 1]
    one, none = np.ones_like(x), np.zeros_like(x)
    first = np.column_stack([one, x, y, none, none, none, x * x, x * y])
    second = np.column_stack([none, none, none, one, x, y, x * y, y * y])
    return first, second


def _modelled(shape: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    first, second = _design(points)
    return np.column_stack([first @ shape, second @ shape])


def _least(
    points: NDArray[np.float64], shifts: NDArray[np.float64], weights: NDArray[np.float64], perspective: bool
) -> NDArray[np.float64]:
    """Return the shape with the least weighted squares; a slight pull to no change holds what nothing tells of."""
    first, second = _design(points)
    rows = np.vstack([first, second])
    mass = np.concatenate([weights[:, 0], weights[:, 1]])
    told = np.concatenate([shifts[:, 0], shifts[:, 1]])
    pull = np.array([1e-6, 0.05, 0.05, 1e-6, 0.05, 0.05, 0.5, 0.5]) * (1.0 if perspective else 1e9)
    pull[[0, 1, 2, 3, 4, 5]] = [1e-6, 0.05, 0.05, 1e-6, 0.05, 0.05]
    normal = (rows * mass[:, None]).T @ rows + np.diag(pull)
    return np.asarray(np.linalg.solve(normal, (rows * mass[:, None]).T @ told), dtype=np.float64)


def _matrix(shape: NDArray[np.float64], centre: NDArray[np.float64], spread: float) -> Matrix:
    """Return the homography whose small displacements are those of the shape, in millimetres."""
    a0, a1, a2, b0, b1, b2, g, h = shape / spread
    small = np.array([[1 + a1, a2, a0], [b1, 1 + b2, b0], [-g, -h, 1.0]])
    there = np.array([[1 / spread, 0, -centre[0] / spread], [0, 1 / spread, -centre[1] / spread], [0, 0, 1.0]])
    return np.asarray(np.linalg.inv(there) @ small @ there, dtype=np.float64)
