"""Windows: a comb's cell or a tick box as a network sees it, rules and neighbours' edges left in, the blank beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import Rect
from pipeline.domain.reading import ClipPart
from pipeline.domain.template import Comb
from pipeline.readers.deprint import Grey
from pipeline.readers.ink import darkness

SIDE = 32  # px
WIDER, HIGHER = 1.4, 1.2  # of a cell's own size
AROUND = 1.8  # of a box's own size: a cross seldom ends where the box does


def windows(part: ClipPart, comb: Comb, moved_mm: float = 0.0) -> NDArray[np.uint8]:
    """Return darkness (0 paper, 255 ink) of picture and blank around each cell, left to right: (cells, 2, side, side).

    The windows may be moved so far right and down from where the cells are.
    """
    pictures = _pictures(part)
    cells = [replace(cell, x=cell.x + moved_mm, y=cell.y + moved_mm) for cell in comb.rects(part.zone)]
    return np.asarray([_both(pictures, part, cell, (WIDER, HIGHER)) for cell in cells], dtype=np.uint8)


def box_window(part: ClipPart, box: Rect) -> NDArray[np.uint8]:
    """Return the darkness of picture and blank around a tick box within a part's frame: (2, side, side)."""
    return np.asarray(_both(_pictures(part), part, box, (AROUND, AROUND)), dtype=np.uint8)


def _pictures(part: ClipPart) -> tuple[Grey, Grey]:
    return darkness(part.picture.pixels), np.asarray(255 - part.blank.pixels, dtype=np.uint8)


def _both(pictures: tuple[Grey, Grey], part: ClipPart, rect: Rect, grown: tuple[float, float]) -> list[Grey]:
    """Return what lies in a rectangle grown by two factors, in both pictures."""
    scale = pictures[0].shape[1] / part.frame.width
    width, height = rect.width * grown[0] * scale, rect.height * grown[1] * scale
    x, y = rect.centre
    window = ((x - part.frame.x) * scale - width / 2, (y - part.frame.y) * scale - height / 2, width, height)
    return [_looked(picture, window) for picture in pictures]


def _looked(picture: Grey, window: tuple[float, float, float, float]) -> Grey:
    """Return a window of a picture made `SIDE` wide and high; paper where the picture ends."""
    left, top, width, height = window
    x0, y0, x1, y1 = round(left), round(top), round(left + width), round(top + height)
    pad = (max(0, -y0), max(0, y1 - picture.shape[0]), max(0, -x0), max(0, x1 - picture.shape[1]))
    inside = picture[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
    if inside.size == 0:
        return np.zeros((SIDE, SIDE), np.uint8)
    if any(pad):
        inside = cast(Grey, cv2.copyMakeBorder(inside, *pad, cv2.BORDER_CONSTANT, value=0))
    return cast(Grey, cv2.resize(inside, (SIDE, SIDE), interpolation=cv2.INTER_AREA))
