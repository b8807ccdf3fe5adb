"""Say what a page is that fits no sheet: a form we do not know, or no form at all.

The rule: a form is ruled into cells. A page is form-like, and so unknown, when at least four long rules (30 mm) run one
way and three rules (6 mm) the other way at right angles; anything else, running text above all, is foreign.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.placement import PageState, Reason, Rejection
from pipeline.stages.clean import WORK_DPI, Cleaned

_MM = 25.4 / WORK_DPI
_LONG_MM, _SHORT_MM = 30.0, 6.0
_LONG_RULES, _SHORT_RULES = 4, 3
_COARSE_PX = 550


def unplaced(cleaned: Cleaned, score: float) -> Rejection:
    """Return the rejection of a page that no sheet fits."""
    params = (("score", round(score, 3)),)
    if max(cleaned.dense.shape) < _COARSE_PX:
        return Rejection(Reason.TOO_COARSE, PageState.REJECTED, (("dpi", round(cleaned.dpi)),))
    if form_like(cleaned):
        return Rejection(Reason.NO_TEMPLATE_FITS, PageState.UNKNOWN, params)
    return Rejection(Reason.FOREIGN, PageState.FOREIGN, params)


def form_like(cleaned: Cleaned) -> bool:
    """Tell whether the page is ruled into cells."""
    soft = cv2.GaussianBlur(cleaned.grey, (0, 0), 0.7)
    found: object = cv2.createLineSegmentDetector().detect(soft)[0]
    if not isinstance(found, np.ndarray):
        return False
    lines = found.astype(np.float64).reshape(-1, 4)
    along = lines[:, 2:] - lines[:, :2]
    length = np.hypot(along[:, 0], along[:, 1]) * _MM
    lines, along, length = lines[length >= _SHORT_MM], along[length >= _SHORT_MM], length[length >= _SHORT_MM]
    if not (length >= _LONG_MM).any():
        return False
    angle = np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 180
    main = float(angle[int(length.argmax())])
    off = np.abs((angle - main + 90) % 180 - 90)
    level, upright = off < 3.0, off > 87.0
    middles = (lines[:, :2] + lines[:, 2:]) / 2
    turn = np.radians(main)
    across = middles @ np.array([-np.sin(turn), np.cos(turn)])
    longs = _distinct(across[level & (length >= _LONG_MM)])
    return longs >= _LONG_RULES and _pairs(upright) >= _SHORT_RULES


def _distinct(places: NDArray[np.float64]) -> int:
    """Return how many rules there are; both edges of one rule count once."""
    return int((np.diff(np.sort(places), prepend=-1e9) * _MM > 2.0).sum())


def _pairs(upright: NDArray[np.bool_]) -> int:
    """Return how many upright rules there are, each found by its two edges."""
    return int(upright.sum()) // 2
