"""A scanned sheet made level by its own rules, when nothing is known of what is printed on it."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.raster import Pixels, Raster
from pipeline.stages.lean import apart, edges, turn_by

_SEEN_DPI, _LONG_MM = 150.0, 20.0
_AGREE_DEGREES = 0.45  # lines of a flat sheet run one way; in a photo they do not
_LEVEL_DEGREES = 0.02  # less moves nothing by a tenth of a millimetre, and turning blurs
_PAPER = 245
_SPAN = 65  # of an eighth of the picture's pixels: shaded fields are narrower, a sheet's own shade is wider


def level(picture: Raster) -> Raster | None:
    """Return the sheet turned so that its long rules lie level, on white paper; None when they do not run one way.

    A sheet without long rules is returned as it lies.
    """
    white = _whitened(picture.pixels)
    shrink = min(1.0, _SEEN_DPI / picture.dpi)
    angles, lengths = edges(
        np.asarray(cv2.resize(white, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    )
    long = lengths > _LONG_MM * picture.dpi * shrink / MM_PER_INCH
    if not long.any():
        return Raster.owning(white, picture.dpi)
    tilt = float(apart(turn_by(angles, lengths), 0.0))
    if float(np.percentile(np.abs(apart(angles[long], tilt)), 75)) > _AGREE_DEGREES:
        return None
    if abs(tilt) < _LEVEL_DEGREES:
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
