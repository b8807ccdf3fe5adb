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
from pipeline.stages.bend import Bend, bend
from pipeline.stages.evidence import Evidence, evidence
from pipeline.stages.homography import fitted
from pipeline.stages.identify import Candidate
from pipeline.stages.outline import Outline, Patches
from pipeline.stages.warp import Matrix, across, flattened, shrunk

_SEEN = 0.40  # normalised correlation from which a patch counts as found
_FARTHEST = 24  # pixels a patch may be expected beside its place
_NEAR_MM = 0.3  # how far from where its neighbours put it a found patch may lie


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
    """How a sheet lies on a page: `to_px` over the whole sheet, how it bends beside that, and the evidence for both.

    The point p of the sheet lies at `to_px(p + bend at p)`. `agreement` is the share of patches found in place.
    """

    outline: Outline
    to_px: Matrix
    bend: Bend
    evidence: Evidence
    agreement: float

    @property
    def score(self) -> float:
        """Return how surely the sheet lies here, 0..1: the print found on the page, times the patches found in place.

        Either alone is fooled by a page of dense writing or by rules that happen to meet; both together are not.
        """
        return min(1.0, self.evidence.score) * self.agreement


def register(pixels: Pixels, candidate: Candidate) -> Lie | None:
    """Return how the candidate's sheet lies on the page, or None when its print is not found there."""
    outline, to_px = candidate.outline, candidate.to_px
    field: Bend | None = None
    for patches, rounds in ((outline.rough, 3), (outline.fine, 2)):
        for _ in range(rounds):
            expected = np.zeros_like(patches.middles) if field is None else field.at(patches.middles)[0]
            sighting = sought(pixels, outline, patches, (to_px, expected))
            correction = fitted(patches.middles, sighting.shifts, sighting.weights, patches.grain.reach_mm)
            if correction is None:
                return None
            to_px = to_px @ correction
            moved = across(correction, patches.middles) - patches.middles
            field = bend(patches.middles, sighting.shifts - moved, sighting.weights)
            if float(np.abs(moved).max()) < 0.4 * patches.grain.reach_mm:
                break
    if field is None:
        return None
    found = evidence(pixels, outline.print_, outline.sheet, (to_px, field))
    return Lie(outline, to_px, field, found, agreement(sighting, field))


def agreement(sighting: Sighting, field: Bend) -> float:
    """Return the share of the print's patches on the page that were found where their neighbours say, by trust, 0..1."""
    trust = sighting.patches.trust * sighting.visible[:, None]
    found = (np.abs(field.apart) <= _NEAR_MM) & (sighting.likeness >= _SEEN)[:, None]
    total = float(trust.sum())
    return float((trust * found).sum()) / total if total > 0 else 0.0


def sought(pixels: Pixels, outline: Outline, patches: Patches, lie: tuple[Matrix, NDArray[np.float64]]) -> Sighting:
    """Seek every patch around the place where a matrix, and the shifts expected beside it, say it lies."""
    to_px, expected = lie
    grain = patches.grain
    mm = MM_PER_INCH / grain.dpi
    reach = round(grain.reach_mm / mm)
    steps = np.clip(np.round(expected / mm), -_FARTHEST, _FARTHEST).astype(int)
    wide = reach + int(np.abs(steps).max(initial=0))
    small = shrunk(pixels, to_px, grain.dpi)
    flat = flattened(small.pixels, small.from_page @ to_px, outline.sheet.grown(wide * mm), grain.dpi)
    shifts, likeness = np.zeros((len(patches.pictures), 2)), np.zeros(len(patches.pictures))
    for index, picture in enumerate(patches.pictures):
        side = picture.shape[0]
        left = round(float(patches.middles[index, 0]) / mm - side / 2) + int(steps[index, 0]) + wide - reach
        top = round(float(patches.middles[index, 1]) / mm - side / 2) + int(steps[index, 1]) + wide - reach
        window = flat[top : top + side + 2 * reach, left : left + side + 2 * reach]
        if window.shape != (side + 2 * reach, side + 2 * reach):
            continue
        shifts[index], likeness[index] = _peak(window, picture, reach)
    return Sighting(patches, (shifts + steps) * mm, likeness, _on_page(pixels, patches, to_px))


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
