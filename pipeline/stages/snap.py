"""A zone laid to the printed lines around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Raster

REACH_MM = 1.6
CLEAR_MM = 0.2
DARK, LINE = 128, 0.5


def snap(picture: Raster, rect: Rect, inside: bool) -> Rect:
    """Return a rectangle with each side laid to the nearest printed line along it, within 1.6 mm, where there is one.

    `inside` is for writing, which stands clear of the lines; else the sides are the lines' outer edges, as of a box.
    """
    dark = picture.pixels < DARK
    scale = picture.dpi / MM_PER_INCH
    x, right = round(rect.x * scale), round(rect.right * scale)
    y, bottom = round(rect.y * scale), round(rect.bottom * scale)
    rows, columns = dark[:, x:right].mean(axis=1), dark[y:bottom].mean(axis=0)
    sides = [
        _laid(rows, y, scale, first=not inside),
        _laid(rows, bottom, scale, first=inside),
        _laid(columns, x, scale, first=not inside),
        _laid(columns, right, scale, first=inside),
    ]
    clear = CLEAR_MM if inside else 0.0
    top, low, left, far = (None if side is None else side / scale for side in sides)
    left, top = rect.x if left is None else left + clear, rect.y if top is None else top + clear
    far, low = rect.right if far is None else far - clear, rect.bottom if low is None else low - clear
    return Rect(left, top, far - left, low - top) if far - left > 1 and low - top > 1 else rect


def _laid(darkness: NDArray[np.float64], edge: int, scale: float, first: bool) -> int | None:
    """Return where the line nearest to an edge begins (`first`) or ends, in pixels; None when there is none in reach."""
    reach = round(REACH_MM * scale)
    start = max(0, edge - reach)
    lines = np.flatnonzero(darkness[start : edge + reach + 1] >= LINE) + start
    if not lines.size:
        return None
    at = int(lines[np.argmin(np.abs(lines - edge))])
    found = set(lines.tolist())
    step = -1 if first else 1
    while at + step in found:
        at += step
    return at if first else at + 1
