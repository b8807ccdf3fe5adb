"""Style: was a line written by a machine or by hand? By how regular its marks are."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.reading import Style
from pipeline.readers.calibration import STYLE
from pipeline.readers.deprint import Grey, components


def style(pictures: Sequence[Grey], *, comb: bool) -> Style:
    """Return how the lines of a field were written."""
    seen = [measured(picture) for picture in pictures]
    known = [measures for measures in seen if measures is not None]
    if not known:
        return Style.HAND
    weights = STYLE.comb if comb else STYLE.line
    told = weights[0] + float(np.dot(weights[1:], np.mean(known, axis=0)))
    return Style.PRINT if told > 0 else Style.HAND


def measured(picture: Grey) -> tuple[float, ...] | None:
    """Return how regular a line's marks are, or None when it has none.

    In order: the share of feet on one line, of heights in three classes, how even the stroke is; the typical distance of
    feet from their line, and the spread of feet, heights and tops, as shares of a letter's height; stroke width as such a
    share; and the height itself in units of 40 pixels, about a capital of 14 points.
    """
    boxes, widths = _marks(picture)
    if len(boxes) == 0 or widths.size == 0:
        return None
    tall = float(np.percentile(boxes[:, 3], 80))
    letters = boxes[boxes[:, 3] >= 0.5 * tall].astype(np.float64)
    tops, heights = letters[:, 1], letters[:, 3]
    feet = tops + heights
    return (
        _in_line(feet, tall),
        _in_classes(heights, tall),
        float(1 / (1 + widths.std() / max(float(widths.mean()), 0.5))),
        float(np.median(np.abs(feet - np.median(feet)))) / tall,
        float(feet.std()) / tall,
        float(heights.std()) / tall,
        float(tops.std()) / tall,
        2 * float(widths.mean()) / tall,
        tall / 40,
    )


def _marks(picture: Grey) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the boxes (x, y, width, height) of a line's marks, and the stroke width along the ridges of its ink."""
    inked = (picture < 128).astype(np.uint8)
    _, stats, _ = components(inked)
    boxes = stats[1:, :4][stats[1:, cv2.CC_STAT_AREA] >= 12].astype(np.int64)
    far = cv2.distanceTransform(inked, cv2.DIST_L2, 5)
    ridge = (far >= cv2.dilate(far, np.ones((3, 3), np.uint8))) & (far >= 1)
    return boxes, np.asarray(far[ridge], dtype=np.float64)


def _in_line(feet: NDArray[np.float64], tall: float) -> float:
    """Return the share of marks whose foot is within 5 % of a letter's height of the commonest foot."""
    near = np.abs(feet[:, None] - feet[None, :]) <= max(1.0, 0.05 * tall)
    return float(near.mean(axis=1).max())


def _in_classes(heights: NDArray[np.float64], tall: float) -> float:
    """Return the share of marks in the three commonest classes of height."""
    left, share = heights, 0.0
    for _ in range(3):
        if left.size == 0:
            break
        near = np.abs(left[:, None] - left[None, :]) <= max(1.0, 0.03 * tall)
        best = near[int(near.sum(axis=1).argmax())]
        share += float(best.sum()) / heights.size
        left = left[~best]
    return share
