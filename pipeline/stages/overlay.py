"""Lay one picture of a zone on another, piece by piece, and say what ink only one of them has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.raster import Pixels

# In pixels of the clips, twelve to the millimetre.
_REACH = 6
_ROOM = 4
_PAD = _REACH + _ROOM
_PIECE = 180
_FREE = 1.0  # so far a stroke's edge moves by light and resolution alone
_PEAK = 1.0
_SPECK = 6
_SPECKLE = 3
_FAR = 6.0
_STRONG, _WEAK, _PRINT = 175, 210, 200
_NEAR_PRINT = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spot:
    """Ink that one picture has and the other lacks: in which (0, 1), its middle and size in pixels, and how much.

    `apart` sums the squared distances beyond a pixel to the other's ink.
    """

    whose: int
    x: float
    y: float
    width: int
    height: int
    apart: float


def laid(ours: Pixels, theirs: Pixels, blank: Pixels) -> tuple[int, tuple[Spot, ...]]:
    """Return how many pixels of ink two pictures of one zone share beside the print, and the ink that they do not.

    The pictures and the blank's have the same size, with the paper white.
    """
    first, second, unfilled = (np.pad(picture, _PAD, constant_values=255) for picture in (ours, theirs, blank))
    printed = np.asarray(cv2.dilate((unfilled < _PRINT).astype(np.uint8), _NEAR_PRINT)) > 0
    far = np.zeros((2, *ours.shape), np.float32)
    shared = 0
    for left, right in _pieces(ours.shape[1]):
        piece = np.s_[_REACH : _REACH + ours.shape[0] + 2 * _ROOM, _REACH + left : _REACH + right + 2 * _ROOM]
        pictures = (first[piece], _onto(first, second, left, right))
        for whose, (mine, others) in enumerate((pictures, pictures[::-1])):
            ink = _unspecked(mine < _STRONG) & ~printed[piece]
            apart = cv2.distanceTransform((others >= _WEAK).astype(np.uint8), cv2.DIST_L2, 3)
            core = np.s_[_ROOM:-_ROOM, _ROOM:-_ROOM]
            far[whose, :, left:right] = np.where(ink, np.clip(apart - _FREE, 0.0, _FAR), 0.0)[core]
            shared += int((ink & (apart <= _FREE))[core].sum()) if whose == 0 else 0
    return shared, tuple(spot for whose in (0, 1) for spot in _spots(whose, far[whose]))


def _pieces(width: int) -> Iterator[tuple[int, int]]:
    edges = np.linspace(0, width, max(1, round(width / _PIECE)) + 1).astype(int).tolist()
    yield from pairwise(edges)


def _onto(first: Pixels, second: Pixels, left: int, right: int) -> Pixels:
    """Return a piece of the second picture moved, by parts of a pixel, to where it fits the first best."""
    height = first.shape[0] - 2 * _PAD
    core = first[_PAD : _PAD + height, _PAD + left : _PAD + right]
    window = second[_ROOM : _ROOM + height + 2 * _REACH, _ROOM + left : _ROOM + right + 2 * _REACH]
    unlike = np.asarray(cv2.matchTemplate(window, core, cv2.TM_SQDIFF), dtype=np.float64)
    y, x = (int(place) for place in np.unravel_index(int(unlike.argmin()), unlike.shape))
    dx = x - _REACH + _between(unlike[y], x)
    dy = y - _REACH + _between(unlike[:, x], y)
    way = np.array([[1, 0, _REACH + left + dx], [0, 1, _REACH + dy]], np.float64)
    size = (right - left + 2 * _ROOM, height + 2 * _ROOM)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(second, way, size, flags=flags, borderValue=(255,)), dtype=np.uint8)


def _between(values: NDArray[np.floating], least: int) -> float:
    """Return how far from its least sample a row of values has its least, by the parabola through three."""
    if not 0 < least < len(values) - 1:
        return 0.0
    before, at, after = (float(value) for value in values[least - 1 : least + 2])
    bend = before - 2 * at + after
    return float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend > 0 else 0.0


def _unspecked(ink: Mask) -> Mask:
    """Leave out what stands alone and is smaller than a full stop."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    small = np.maximum(stats[:, 2], stats[:, 3]) <= _SPECK
    small[0] = False
    return np.asarray(ink & ~small[labels], dtype=np.bool_)


def _spots(whose: int, far: NDArray[np.float32]) -> Iterator[Spot]:
    """Yield what is left as connected ink; what is no larger than a speck that touches writing is left out."""
    inner = far.copy()
    for edge in (np.s_[:3], np.s_[-3:], np.s_[:, :3], np.s_[:, -3:]):
        inner[edge] = 0.0
    count, labels, stats, middles = cv2.connectedComponentsWithStats((inner > 0).astype(np.uint8), connectivity=8)
    sums = np.bincount(labels.ravel(), (inner**2).ravel(), count)
    for index in range(1, count):
        width, height = int(stats[index, 2]), int(stats[index, 3])
        if max(width, height) > _SPECKLE and inner[labels == index].max() >= _PEAK:
            x, y = middles[index]
            yield Spot(whose, float(x), float(y), width, height, float(sums[index]))
