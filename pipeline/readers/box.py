"""One tick box: what was drawn in it, measured in several independent ways, and what that most likely means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.reading import ClipPart
from pipeline.readers.calibration import BOX
from pipeline.readers.deprint import DARK, Grey, components
from pipeline.readers.ink import PX_PER_MM, written

WALL_MM = 0.4
RING_MM = 0.35


class State(StrEnum):
    """What a box says."""

    ON = "on"
    OFF = "off"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Measures:
    """Independent measures of the ink in and around a box, the blank's own print taken out.

    `fill` is the share of the inside that is ink, `thick` the share that is still ink after thin strokes are worn away.
    `reach` is how far the largest mark inside goes, as a share of the inside's width or height, whichever is less of the
    two for marks that go both ways. `ring` is the share of directions in which there is ink just outside the walls.
    `through` tells that one mark enters on one side of the frame and leaves on the opposite one.
    """

    fill: float
    thick: float
    reach: float
    ring: float
    through: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """What a box says, how sure that is (0..1), and whether it was filled all over, as a cancelled one is."""

    state: State
    certainty: float
    filled: bool

    @property
    def strength(self) -> float:
        """Return how likely it is that the box is meant, 0..1, to rank boxes by."""
        return self.certainty if self.state is State.ON else 1 - self.certainty if self.state is State.OFF else 0.5


def mark(part: ClipPart) -> Mark:
    """Return what a box says."""
    return judged(measured(part))


def measured(part: ClipPart) -> Measures:
    """Measure a box."""
    dark, zone = written(part)
    inked = dark >= DARK
    left, top, right, bottom = zone
    wall = round(WALL_MM * PX_PER_MM)
    inside = inked[top + wall : bottom - wall, left + wall : right - wall]
    if inside.size == 0:
        return Measures(0.0, 0.0, 0.0, 0.0, True)
    worn = cv2.erode(inside.astype(np.uint8), np.ones((7, 7), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return Measures(
        fill=float(inside.mean()),
        thick=float(worn.mean()),
        reach=_reach(inside),
        ring=_ring(inked, zone),
        through=_through(dark, zone),
    )


def judged(seen: Measures) -> Mark:
    """Return what measures mean, by the calibration."""
    likely = _likely(seen)
    filled = seen.thick >= BOX.filled_thick
    circled = seen.ring >= BOX.circled_ring and likely < 0.5
    stray = seen.through and not filled and seen.fill < BOX.stray_fill
    if stray or circled:
        return Mark(State.DOUBTFUL, 0.5, filled)
    if likely >= BOX.on:
        return Mark(State.ON, likely, filled)
    if likely <= BOX.off:
        return Mark(State.OFF, 1 - likely, filled)
    return Mark(State.DOUBTFUL, 0.5, filled)


def _likely(seen: Measures) -> float:
    """Return how likely it is that a box is ticked: a logistic function of ink share and reach."""
    weighed = BOX.bias + BOX.by_log_fill * math.log(seen.fill + 0.004) + BOX.by_reach * seen.reach
    return 1 / (1 + math.exp(-max(min(weighed, 40.0), -40.0)))


def _reach(inside: NDArray[np.bool_]) -> float:
    """Return the extent of the inside's largest mark, as a share of the inside's size, the lesser of its two sides."""
    _, stats, _ = components(inside.astype(np.uint8))
    if len(stats) < 2:
        return 0.0
    largest = max(range(1, len(stats)), key=lambda index: int(stats[index, cv2.CC_STAT_AREA]))
    height, width = inside.shape
    return float(min(stats[largest, cv2.CC_STAT_WIDTH] / width, stats[largest, cv2.CC_STAT_HEIGHT] / height))


def _ring(inked: NDArray[np.bool_], zone: tuple[int, int, int, int]) -> float:
    """Return the share of 24 directions from the box's middle in which ink lies outside its walls."""
    left, top, right, bottom = zone
    gap = round(RING_MM * PX_PER_MM)
    outside = inked.copy()
    outside[max(top - gap, 0) : bottom + gap, max(left - gap, 0) : right + gap] = False
    ys, xs = np.nonzero(outside)
    if xs.size == 0:
        return 0.0
    angles = np.arctan2(ys - (top + bottom) / 2, xs - (left + right) / 2)
    counts = np.bincount(((angles + np.pi) / (2 * np.pi) * 24).astype(int) % 24, minlength=24)
    return float((counts >= 3).mean())


def _through(dark: Grey, zone: tuple[int, int, int, int]) -> bool:
    """Tell whether one mark crosses the box and leaves the frame on opposite sides, as a stray line or a stamp does."""
    height, width = dark.shape
    left, top, right, bottom = zone
    labels, stats, _ = components((dark >= DARK // 2).astype(np.uint8))
    for index in range(1, len(stats)):
        x, y, w, h = (int(v) for v in stats[index, :4])
        crosses = (x <= 1 and x + w >= width - 1) or (y <= 1 and y + h >= height - 1)
        if crosses and (labels[top:bottom, left:right] == index).any():
            return True
    return False
