"""What remains beside the sheet's own lie, place by place: paper stretches, copiers warp, corners are cut off."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import Rect
from pipeline.domain.placement import ZoneFit
from pipeline.stages.register import Lie
from pipeline.stages.warp import across

_SPOTS = np.array([(x, y) for x in (-0.5, -0.25, 0.0, 0.25, 0.5) for y in (-0.5, 0.0, 0.5)])
_LOST = 0.25  # share of the print around a zone below which it is not there
_WHOLE, _PER_SHARE_MM = 0.92, 3.0  # share above which all of it is, and what may remain for each share that is missing
_ENOUGH_PX = 60.0  # print, at the evidence's resolution, that is enough to tell by


def residual_mm(lie: Lie) -> float:
    """Return the 95th percentile, over the sheet, of how far sightings lie from what their neighbours say of them."""
    weights = lie.bend.weights
    told = weights.max(axis=1) > 0.05
    if told.sum() < 5:
        return math.inf
    trust = weights / np.maximum(weights.max(axis=1, keepdims=True), 1e-9)
    return float(np.percentile(np.sqrt((trust * lie.bend.apart**2).sum(axis=1))[told], 95))


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
    rects = [rect for _, _, rect in named]
    points = np.concatenate([np.array(rect.centre) + _SPOTS * (rect.width, rect.height) for rect in rects])
    shifts, remains = (told.reshape(len(rects), len(_SPOTS), 2) for told in lie.bend.at(points))
    fits = []
    for (key, index, rect), shift, remain in zip(named, shifts, remains, strict=True):
        plane, beside = _plane(rect, shift)
        fit = ZoneFit(key, index, plane[0][0], plane[1][0], math.inf, (*plane[0][1:], *plane[1][1:]))
        if _on_page(lie, fit, rect, pixels_shape) and _found(lie, rect) >= _LOST:
            is_box = index >= len(blank.template.field(key).zones)
            doubt = _PER_SHARE_MM * max(0.0, _WHOLE - _found(lie, rect, marked=is_box))
            fit = replace(fit, residual_mm=float(np.hypot(*remain.max(axis=0))) + beside + doubt)
        fits.append(fit)
    return tuple(fits)


def _plane(rect: Rect, shifts: NDArray[np.float64]) -> tuple[tuple[tuple[float, float, float], ...], float]:
    """Return shift and lean, across and down, of the planes through a zone's shifts, and how far beside them one lies."""
    design = np.column_stack([np.ones(len(_SPOTS)), _SPOTS * (rect.width, rect.height)])
    terms = np.linalg.lstsq(design, shifts, rcond=None)[0]
    beside = float(np.hypot(*(shifts - design @ terms).T).max())
    return tuple((float(t[0]), float(t[1]), float(t[2])) for t in terms.T), beside


def _on_page(lie: Lie, fit: ZoneFit, rect: Rect, shape: tuple[int, ...]) -> bool:
    inner = np.array(rect.grown(-min(0.5, rect.width / 4, rect.height / 4)).corners)
    corners = across(lie.to_px @ fit.onto(rect).matrix, inner)
    height, width = shape[0], shape[1]
    inside = (corners >= 0) & (corners <= (width, height))
    return bool(inside.all())


def _found(lie: Lie, rect: Rect, *, marked: bool = False) -> float:
    """Return what share of the print around a zone is on the page; little when it is folded, covered or cut off.

    With `marked`, print under a mark counts as on the page.
    """
    for by in (2.0, 6.0, 12.0, 24.0):
        mass, found = lie.evidence.around(rect.grown(by), marked=marked)
        if mass >= _ENOUGH_PX:
            return found
    return 1.0
