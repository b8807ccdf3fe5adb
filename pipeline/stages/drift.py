"""What remains beside the sheet's own lie, place by place: paper stretches, copiers warp, corners are cut off."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import Rect
from pipeline.domain.placement import ZoneFit
from pipeline.stages.register import Lie
from pipeline.stages.warp import across

Floats = NDArray[np.float64]

_WIDE_MM, _NEAR_MM = 30.0, 14.0  # how far a sighting tells of its surroundings, first roughly, then for good
_OUTLIER_MM = 0.5
_PULL = 0.3  # how much trust "no shift" has, in sightings
_UNTOLD_MM = 0.3  # what may remain where no sighting tells of a place
_LOST = 0.25  # share of the print around a zone below which it is not there
_ENOUGH_PX = 60.0  # print, at the evidence's resolution, that is enough to tell by


def residual_mm(lie: Lie) -> float:
    """Return the 95th percentile, over the sheet, of how far sightings lie from what their neighbours say of them."""
    weights, smooth = _smoothed(lie, lie.sighting.patches.middles, apart=True)
    far = np.abs(lie.sighting.shifts - smooth[0])
    told = weights.max(axis=1) > 0.05
    if told.sum() < 5:
        return math.inf
    trust = weights / np.maximum(weights.max(axis=1, keepdims=True), 1e-9)
    return float(np.percentile(np.sqrt((trust * far**2).sum(axis=1))[told], 95))


def drift(lie: Lie, pixels_shape: tuple[int, ...]) -> tuple[ZoneFit, ...]:
    """Return how every zone of the sheet lies beside the sheet, in the order of fields and their zones."""
    blank = lie.outline.blank
    named = [
        (field.key, index, zone.rect)
        for field in blank.template.fields
        for index, zone in enumerate(field.all_zones)
        if zone.sheet == blank.sheet.number
    ]
    if not named:
        return ()
    middles = np.array([rect.centre for _, _, rect in named])
    _, (shifts, remains) = _smoothed(lie, middles)
    fits = []
    for (key, index, rect), shift, remain in zip(named, shifts, remains, strict=True):
        lost = not _on_page(lie, rect.moved(float(shift[0]), float(shift[1])), pixels_shape) or _gone(lie, rect)
        rest = math.inf if lost else float(np.hypot(*remain))
        fits.append(ZoneFit(key, index, float(shift[0]), float(shift[1]), rest))
    return tuple(fits)


def _smoothed(lie: Lie, at: Floats, apart: bool = False) -> tuple[Floats, tuple[Floats, Floats]]:
    """Return the sightings' weights, and at each point the smooth shift and what remains beside it, across and down.

    `apart` leaves each sighting out of its own neighbourhood; `at` must then be the sightings' own middles.
    """
    sighting = lie.sighting
    here = sighting.patches.middles
    weights = sighting.weights
    rough, _ = _kernel(here, here, sighting.shifts, weights, (_WIDE_MM, False))
    weights = weights * np.clip(1 - ((sighting.shifts - rough) / _OUTLIER_MM) ** 2, 0, None) ** 2
    return weights, _kernel(at, here, sighting.shifts, weights, (_NEAR_MM, apart))


def _kernel(at: Floats, here: Floats, shifts: Floats, weights: Floats, how: tuple[float, bool]) -> tuple[Floats, Floats]:
    reach, apart = how
    near = np.exp(-((at[:, None] - here[None]) ** 2).sum(axis=2) / (2 * reach * reach))
    if apart:
        np.fill_diagonal(near, 0.0)
    mass = near @ weights
    smooth = near @ (weights * shifts) / (mass + _PULL)
    square = near @ (weights * shifts**2) - 2 * smooth * (near @ (weights * shifts)) + smooth**2 * mass
    spread = np.sqrt(np.maximum(square, 0) / np.maximum(mass, 1e-9))
    untold = _PULL / (mass + _PULL)
    return smooth, spread * (1 - untold) + _UNTOLD_MM * untold


def _on_page(lie: Lie, rect: Rect, shape: tuple[int, ...]) -> bool:
    corners = across(lie.to_px, np.array(rect.grown(-min(0.5, rect.width / 4, rect.height / 4)).corners))
    height, width = shape[0], shape[1]
    inside = (corners >= 0) & (corners <= (width, height))
    return bool(inside.all())


def _gone(lie: Lie, rect: Rect) -> bool:
    """Tell whether the print around a zone is not on the page: folded, covered, or beyond the paper."""
    for by in (2.0, 6.0, 12.0, 24.0):
        mass, found = lie.evidence.around(rect.grown(by))
        if mass >= _ENOUGH_PX:
            return found < _LOST
    return False
