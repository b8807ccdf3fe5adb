"""A scanned sheet made level by its own rules, when nothing is known of what is printed on it."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.raster import Pixels, Raster

_SEEN_DPI, _INK = 150.0, 190
_LONG_MM, _BROKEN_MM, _MOST_DEGREES = 40.0, 1.0, 12.0
_AGREE_DEGREES = 0.45  # lines of a flat sheet run one way; in a photo they do not
_PAPER = 245
_SPAN = 65  # of an eighth of the picture's pixels: shaded fields are narrower, a sheet's own shade is wider


def level(picture: Raster) -> Raster | None:
    """Return the sheet turned so that its long rules lie level, on white paper; None when they do not run one way.

    A sheet without long rules is returned as it lies.
    """
    white = _whitened(picture.pixels)
    across, down = _angles(white, picture.dpi)
    angles = np.concatenate([across, down])
    if not len(angles):
        return Raster.owning(white, picture.dpi)
    tilt = float(np.median(angles))
    if float(np.percentile(np.abs(angles - tilt), 75)) > _AGREE_DEGREES:
        return None
    if abs(tilt) < 0.02:
        return Raster.owning(white, picture.dpi)
    height, width = white.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    turned = cv2.warpAffine(white, turn, (width, height), flags=cv2.INTER_AREA | cv2.INTER_LINEAR, borderValue=255)
    return Raster.owning(np.asarray(turned, dtype=np.uint8), picture.dpi)


def _whitened(pixels: Pixels) -> Pixels:
    """Return the picture with the paper's own shade, and what is nearly as light, made white."""
    small = cv2.resize(pixels, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_SPAN, _SPAN), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 9)
    shade = cv2.resize(paper, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(pixels, np.maximum(shade, 1), scale=255)
    return np.where(even > _PAPER, 255, even).astype(np.uint8)


def _angles(pixels: Pixels, dpi: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far, in degrees clockwise, long straight lines lie from level and from upright."""
    shrink = min(1.0, _SEEN_DPI / dpi)
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    per_mm = dpi * shrink / MM_PER_INCH
    ink = (small < _INK).astype(np.uint8) * 255
    found = cv2.HoughLinesP(
        ink,
        1,
        math.radians(0.1),
        round(_LONG_MM * per_mm * 0.6),
        minLineLength=round(_LONG_MM * per_mm),
        maxLineGap=round(_BROKEN_MM * per_mm),
    )
    if found is None:
        return np.empty(0), np.empty(0)
    x0, y0, x1, y1 = np.asarray(found, dtype=np.float64).reshape(-1, 4).T
    angles = np.degrees(np.arctan2(y1 - y0, x1 - x0))
    across = angles[np.abs(angles) < _MOST_DEGREES]
    upright = np.where(angles > 0, angles - 90, angles + 90)
    return across, upright[np.abs(upright) < _MOST_DEGREES]
