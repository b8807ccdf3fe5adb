"""Which way the print of a sheet runs, by its straight edges."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.raster import Pixels

Numbers = NDArray[np.float64]


def turn_of(grey: Pixels) -> float:
    """Return the angle, within a quarter turn, that most of the length of straight edges has, in degrees."""
    return turn_by(*edges(grey))


def edges(grey: Pixels) -> tuple[Numbers, Numbers]:
    """Return the angles of straight edges, in degrees within a quarter turn, and their lengths in pixels."""
    found: object = cv2.createLineSegmentDetector().detect(cv2.GaussianBlur(grey, (0, 0), 0.7))[0]
    lines = found.astype(np.float64).reshape(-1, 4) if isinstance(found, np.ndarray) else np.empty((0, 4))
    along = lines[:, 2:] - lines[:, :2]
    return np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 90.0, np.hypot(along[:, 0], along[:, 1])


def turn_by(angles: Numbers, lengths: Numbers) -> float:
    """Return the angle that most of the length of such edges has; 0 where there are none."""
    if not len(angles):
        return 0.0
    weights = lengths**2  # long edges say more than many short ones
    sums = np.bincount((angles * 4).astype(int) % 360, weights=weights, minlength=360)
    smooth = sums + np.roll(sums, 1) + np.roll(sums, -1)
    best = (int(smooth.argmax()) + 0.5) / 4
    beside = apart(angles, best)
    near = np.abs(beside) < 0.6
    return best + (float(np.average(beside[near], weights=weights[near])) if near.any() else 0.0)


def apart(angles: Numbers | float, from_angle: float) -> Numbers:
    """Return how far angles lie from one, in degrees from -45 to 45: a quarter turn counts for nothing."""
    return np.asarray((angles - from_angle + 45.0) % 90.0 - 45.0)
