"""Style: was a line written by a machine or by hand? By how regular its marks are, and how sure the engine is."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.reading import Style
from pipeline.readers.calibration import STYLE
from pipeline.readers.deprint import Grey


def style(pictures: Sequence[Grey], confidences: Sequence[float], *, comb: bool) -> Style:
    """Return how the lines of a field were written."""
    seen = regularity(pictures)
    sure = float(np.mean(confidences)) if confidences else 0.0
    weights = STYLE.comb if comb else STYLE.line
    told = weights[0] + float(np.dot(weights[1:], [*seen, sure]))
    return Style.PRINT if told > 0 else Style.HAND


def regularity(pictures: Sequence[Grey]) -> tuple[float, float, float]:
    """Return how regular marks are, each 0..1: their feet on one line, their heights in few classes, their stroke width."""
    feet, heights, strokes = [], [], []
    for picture in pictures:
        boxes, widths = _marks(picture)
        if len(boxes) == 0:
            continue
        tall = float(np.percentile(boxes[:, 3], 80))
        letters = boxes[boxes[:, 3] >= 0.4 * tall]
        feet.append(_in_line(letters[:, 1] + letters[:, 3], tall))
        heights.append(_in_classes(letters[:, 3], tall))
        strokes.append(_even(widths))
    if not feet:
        return 0.0, 0.0, 0.0
    return float(np.mean(feet)), float(np.mean(heights)), float(np.mean(strokes))


def _marks(picture: Grey) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the boxes (x, y, width, height) of a line's marks, and the stroke width along the ridges of its ink."""
    inked = (picture < 128).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    boxes = stats[1:count, :4][stats[1:count, cv2.CC_STAT_AREA] >= 12].astype(np.int64)
    far = cv2.distanceTransform(inked, cv2.DIST_L2, 5)
    ridge = (far >= cv2.dilate(far, np.ones((3, 3), np.uint8))) & (far >= 1)
    return boxes, np.asarray(far[ridge], dtype=np.float64)


def _in_line(feet: NDArray[np.int64], tall: float) -> float:
    """Return the share of marks whose foot is within 5 % of a letter's height of the commonest foot."""
    near = np.abs(feet[:, None] - feet[None, :]) <= max(1.0, 0.05 * tall)
    return float(near.mean(axis=1).max())


def _in_classes(heights: NDArray[np.int64], tall: float) -> float:
    """Return the share of marks in the three commonest classes of height."""
    left, share = heights.astype(np.float64), 0.0
    for _ in range(3):
        if left.size == 0:
            break
        near = np.abs(left[:, None] - left[None, :]) <= max(1.0, 0.03 * tall)
        best = near[int(near.sum(axis=1).argmax())]
        share += float(best.sum()) / heights.size
        left = left[~best]
    return share


def _even(widths: NDArray[np.float64]) -> float:
    """Return how even the stroke width is: 1 when it never changes."""
    return float(1 / (1 + widths.std() / max(float(widths.mean()), 0.5))) if widths.size else 0.0
