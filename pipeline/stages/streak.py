"""Know the lines that dust on a scanner's glass draws: straight, thin, and down or across the whole page."""

from __future__ import annotations

import math

import cv2
import numpy as np

from pipeline.domain.geometry import MM_PER_INCH, Transform
from pipeline.domain.raster import Raster

_WIDEST_MM = 0.8
_HALF_MM = 2.0
_PIECE_MM = 10.0
_DARKER = 5.0
_SHARE = 0.85


def is_streak(sheet: Raster, mm_to_px: Transform, place: tuple[float, float], size: tuple[float, float]) -> bool:
    """Tell whether what stands at a place is part of a line along the page's own rows or columns, from edge to edge.

    Args:
        sheet: the whole sheet, upright; its pixels are sheet millimetres times dpi / 25.4.
        mm_to_px: the way from the sheet to the page as scanned, whose rows and columns a scanner's dust follows.
        place: its middle, in sheet millimetres.
        size: how wide and high it is, in millimetres.
    """
    for step in ((0.0, 1.0), (1.0, 0.0)):
        x, y = mm_to_px.point(*place)
        onward = np.subtract(mm_to_px.inverse.point(x + 100 * step[0], y + 100 * step[1]), place)
        along = onward / float(np.hypot(*onward))
        if _thick(along, size) <= _WIDEST_MM and _dark_throughout(sheet, np.asarray(place), along):
            return True
    return False


def _thick(along: np.ndarray, size: tuple[float, float]) -> float:
    """Return how thick a straight line in a direction is that fills a box of a size; endless when none does."""
    across, down = abs(float(along[0])), abs(float(along[1]))
    lean = down**2 - across**2
    return (size[0] * down - size[1] * across) / lean if abs(lean) > 0.1 else math.inf


def _dark_throughout(sheet: Raster, place: np.ndarray, along: np.ndarray) -> bool:
    """Tell whether the line through a place is darker than both its sides in nearly every piece of its way."""
    per_mm = sheet.dpi / MM_PER_INCH
    reach = float(np.hypot(sheet.width, sheet.height))
    half = round(_HALF_MM * per_mm)
    down = np.arange(-reach, reach)[:, None]
    beside = np.arange(-half, half + 1)[None, :]
    xs = place[0] * per_mm + down * along[0] - beside * along[1]
    ys = place[1] * per_mm + down * along[1] + beside * along[0]
    inside = ((xs > 0) & (xs < sheet.width - 1) & (ys > 0) & (ys < sheet.height - 1)).all(axis=1)
    strip = cv2.remap(sheet.pixels, xs[inside].astype(np.float32), ys[inside].astype(np.float32), cv2.INTER_LINEAR)
    pieces = len(strip) // round(_PIECE_MM * per_mm)
    if pieces < 5:
        return False
    darker = 0
    for piece in np.array_split(np.asarray(strip, dtype=np.float64), pieces):
        seen = np.median(piece, axis=0)
        middle = seen[half - 3 : half + 4].min()
        darker += bool(middle < min(seen[: half - 4].max(), seen[half + 5 :].max()) - _DARKER)
    return darker >= _SHARE * pieces
