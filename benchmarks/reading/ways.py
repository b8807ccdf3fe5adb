"""Ways from picture pixels back to paper, and the pictures they give: light gathered over the area of each pixel."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.ink import Grey

Points = NDArray[np.float64]
Way = Callable[[Points], Points]
_NODES = 16  # pixels between two places where a way is worked out; it is even in between
_STRIP = 192  # rows of a picture that are made at a time


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture and the way from the pixels of it, counted from its top left corner, back to millimetres of the sheet."""

    pixels: Grey
    back: Way

    def onto(self, places: Points) -> Points:
        """Return where places of the sheet, in mm, lie in the picture, in pixels."""
        return inverse(self.back, places, (self.pixels.shape[1], self.pixels.shape[0]))


def inverse(back: Way, places: Points, size: tuple[int, int]) -> Points:
    """Return the points that a way takes to some places, by Newton's method from the middle of the picture."""
    wanted = np.asarray(places, np.float64)
    at = np.tile(np.array([size[0] / 2, size[1] / 2], np.float64), (len(wanted), 1))
    half = np.array([[0.5, 0.0], [0.0, 0.5]])
    for _ in range(12):
        here = back(at)
        right = (back(at + half[0]) - back(at - half[0])).T
        down = (back(at + half[1]) - back(at - half[1])).T
        off = (wanted - here).T
        size2 = right[0] * down[1] - right[1] * down[0]
        at = at + np.column_stack(
            [(off[0] * down[1] - off[1] * down[0]) / size2, (right[0] * off[1] - right[1] * off[0]) / size2]
        )
    return at


def gathered(source: tuple[Grey, float], back: Way, size: tuple[int, int], fine: tuple[int, int]) -> Grey:
    """Return a picture (width, height): `fine` samples across and down are gathered in each of its pixels.

    Args:
        source: the picture looked at, and how many of its pixels make a millimetre.
        back: the way from the pixels of the result to millimetres of the source.
        size: width and height of the result.
        fine: how many samples of the source are taken for a pixel, across and down.
    """
    pixels, per_mm = source
    width, height = size
    made = np.empty((height, width), np.uint8)
    for top in range(0, height, _STRIP):
        rows = min(_STRIP, height - top)
        at = _at(back, (width, rows, top), fine) * np.float32(per_mm) - np.float32(0.5)
        sampled = cv2.remap(
            pixels, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=250
        )
        made[top : top + rows] = cv2.resize(sampled, (width, rows), interpolation=cv2.INTER_AREA)
    return made


def _at(back: Way, strip: tuple[int, int, int], fine: tuple[int, int]) -> NDArray[np.float32]:
    """Return where each fine sample of a strip (width, rows, top) lies, in mm; worked out at nodes, even in between."""
    width, rows, top = strip
    across, down = width * fine[0], rows * fine[1]
    xs = np.arange(across // _NODES + 2) * _NODES
    ys = np.arange(down // _NODES + 2) * _NODES
    grid = np.stack(np.meshgrid((xs + 0.5) / fine[0], (ys + 0.5) / fine[1] + top), axis=-1)
    nodes = back(grid.reshape(-1, 2)).reshape(*grid.shape).astype(np.float32)
    spread = np.array([[1 / _NODES, 0, 0], [0, 1 / _NODES, 0]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.stack(
        [cv2.warpAffine(nodes[..., axis].copy(), spread, (across, down), flags=flags) for axis in (0, 1)], axis=-1
    )


def laid(rng: random.Random, size_mm: tuple[float, float], turn: float, grow: float) -> Way:
    """Return the way from a glass to the sheet on it: turned by up to `turn` degrees, moved, off in size by up to `grow`."""
    angle, factor = np.radians(rng.uniform(-turn, turn)), 1 + rng.uniform(-grow, grow)
    c, s = np.cos(angle) / factor, np.sin(angle) / factor
    moved = np.array([rng.gauss(0, 1.3), rng.gauss(0, 1.3)])
    middle = np.array(size_mm) / 2
    matrix = np.array([[c, s], [-s, c]])
    return lambda points: (points - middle - moved) @ matrix.T + middle


def fed(rng: random.Random, most_mm: float) -> Way:
    """Return the way of rollers that do not run evenly: the sheet is a little ahead or behind as it goes along."""
    parts = [(rng.uniform(0, most_mm / 2), rng.uniform(40, 160), rng.uniform(0, 6.28)) for _ in range(2)]

    def way(points: Points) -> Points:
        y = points[:, 1]
        shift = sum(amount * np.sin(2 * np.pi * y / length + phase) for amount, length, phase in parts)
        return np.column_stack([points[:, 0], y + shift])

    return way


def scaled(dpi: tuple[float, float]) -> Way:
    """Return the way from pixels to millimetres of a sensor."""
    return lambda points: points * (25.4 / dpi[0], 25.4 / dpi[1])


def chain(ways: Sequence[Way]) -> Way:
    """Return the way that goes all ways, the first one first."""

    def way(points: Points) -> Points:
        for one in ways:
            points = one(points)
        return points

    return way
