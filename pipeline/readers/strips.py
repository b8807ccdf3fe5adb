"""Strips: a line of writing as a network sees it, the blank's own print beside it, nothing taken out.

What de-printing does to strokes it cannot undo; a network that is shown picture and blank learns itself what is print, and
so does not share the mistakes of eyes that read a cleaned picture.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.reading import ClipPart
from pipeline.readers.deprint import Grey, Zone
from pipeline.readers.ink import darkness

HEIGHT = 32  # px
LARGEST = 0.7  # of the picture's own size: a line of small letters is not blown up to look like capitals


def strip(part: ClipPart, box: Zone) -> NDArray[np.uint8]:
    """Return the darkness (0 paper, 255 ink) of picture and blank within a box, each `HEIGHT` high: (2, height, width)."""
    left, top, right, bottom = box
    seen = darkness(part.picture.pixels)[top:bottom, left:right]
    blank = 255 - part.blank.pixels[top:bottom, left:right]
    scale = min(LARGEST, HEIGHT / (bottom - top))
    size = (max(8, round((right - left) * scale)), max(1, min(HEIGHT, round((bottom - top) * scale))))
    return np.stack([_sized(seen, size), _sized(blank, size)])


def _sized(picture: Grey, size: tuple[int, int]) -> Grey:
    small = cast(Grey, cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
    above = (HEIGHT - size[1]) // 2
    return cast(Grey, cv2.copyMakeBorder(small, above, HEIGHT - size[1] - above, 0, 0, cv2.BORDER_CONSTANT, value=0))
