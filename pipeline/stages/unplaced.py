"""Say what a page is that fits no sheet: a form we do not know, or no form at all.

The rule: a form is ruled into cells. A page is form-like, and so unknown, when at least four long rules (30 mm) run one
way and three rules (7 mm) the other way at right angles; anything else, running text above all, is foreign.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.placement import PageState, Reason, Rejection
from pipeline.domain.raster import Pixels
from pipeline.stages.clean import WORK_DPI, Cleaned
from pipeline.stages.evidence import strokes
from pipeline.stages.identify import THOROUGH, identify
from pipeline.stages.lean import turn_of
from pipeline.stages.outline import Outline

_DPI = 2 * WORK_DPI  # finer than the page was cleaned at: there, lines of text run together like rules
_MM = 25.4 / _DPI
_LONG_MM, _SHORT_MM = 30.0, 7.0
_LONG_RULES, _SHORT_RULES = 4, 3
_PIECE_MM, _THIN_MM = 12.0, 1.8
_COARSE_PX = 550
_PALE, _SPARSE, _MIRRORED_VOTES = 130.0, 0.02, 12
_DARK = 40


def unplaced(cleaned: Cleaned, outlines: Sequence[Outline], score: float) -> Rejection:
    """Return the rejection of a page that no sheet fits; `score` is the best sheet's."""
    params = (("score", round(score, 3)),)
    if shines_through(cleaned, outlines):
        return Rejection(Reason.BLANK, PageState.BLANK, params)
    if max(cleaned.dense.shape) < _COARSE_PX:
        return Rejection(Reason.TOO_COARSE, PageState.REJECTED, (("dpi", round(cleaned.dpi)),))
    if form_like(cleaned):
        return Rejection(Reason.NO_TEMPLATE_FITS, PageState.UNKNOWN, params)
    return Rejection(Reason.FOREIGN, PageState.FOREIGN, params)


def shines_through(cleaned: Cleaned, outlines: Sequence[Outline]) -> bool:
    """Tell whether what stands on the page is a form's other side: sparse or pale, and a known sheet in the mirror."""
    if not cleaned.ink.any():
        return True
    pale = float(np.median(cleaned.grey[cleaned.ink])) > _PALE
    if not pale and cleaned.ink_share > _SPARSE:
        return False
    mirrored = replace(
        cleaned,
        grey=np.ascontiguousarray(cleaned.grey[:, ::-1]),
        dense=np.ascontiguousarray(cleaned.dense[:, ::-1]),
    )
    found = identify(mirrored, outlines, THOROUGH)
    return bool(found) and found[0].votes >= _MIRRORED_VOTES


def form_like(cleaned: Cleaned) -> bool:
    """Tell whether the page is ruled into cells."""
    size = (2 * cleaned.grey.shape[1], 2 * cleaned.grey.shape[0])
    fine = np.asarray(cv2.resize(cleaned.dense, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    upright = _straight(fine, turn_of(cleaned.grey))
    dark = (strokes(upright) > _DARK).astype(np.uint8)
    level = _rules(dark, _LONG_MM), _rules(dark, _SHORT_MM)
    plumb = _rules(dark.T, _LONG_MM), _rules(dark.T, _SHORT_MM)
    return any(long >= _LONG_RULES and short >= _SHORT_RULES for long, short in ((level[0], plumb[1]), (plumb[0], level[1])))


def _straight(grey: Pixels, turn: float) -> Pixels:
    """Return the page turned by so many degrees, none of it lost."""
    height, width = grey.shape
    side = math.ceil(math.hypot(height, width))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    matrix[:, 2] += ((side - width) / 2, (side - height) / 2)
    return np.asarray(cv2.warpAffine(grey, matrix, (side, side), flags=cv2.INTER_LINEAR, borderValue=255), dtype=np.uint8)


def _rules(dark: NDArray[np.uint8], long_mm: float) -> int:
    """Return how many rules at least so long run along the rows, found in unbroken pieces that are then joined."""
    piece = round(min(long_mm, _PIECE_MM) / _MM)
    pieces = cv2.morphologyEx(np.ascontiguousarray(dark), cv2.MORPH_OPEN, np.ones((1, piece), np.uint8))
    joined = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((3, 2 * piece), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    long = stats[1:, cv2.CC_STAT_WIDTH] * _MM >= long_mm
    thin = stats[1:, cv2.CC_STAT_HEIGHT] * _MM <= _THIN_MM
    return int((long & thin).sum())
