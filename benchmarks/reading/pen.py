"""A pen: how wide and dark it writes, and how its point goes along a stroke."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.reading.ink import PX, Grey, Patch, grain, piece

Points = NDArray[np.float64]
_STEP = 0.12  # mm between two places of the point
_FRACTION = 4  # bits of a pixel that OpenCV draws by


@dataclass(frozen=True, slots=True)
class Nib:
    """A pen's point: its width in mm, its darkness 0..1, and what it is: `ball`, `felt` or `pencil`."""

    width_mm: float
    dark: float
    kind: str

    @classmethod
    def drawn(cls, rng: random.Random, kind: str = "") -> Nib:
        """Pick a pen from a desk: most write with a ball, some with felt or a pencil."""
        kind = kind or rng.choices(("ball", "felt", "pencil"), (6, 3, 1.5))[0]
        wide = {"ball": (0.26, 0.48), "felt": (0.38, 0.58), "pencil": (0.34, 0.55)}[kind]
        dark = {"ball": (0.66, 0.9), "felt": (0.82, 0.96), "pencil": (0.64, 0.82)}[kind]
        return cls(rng.uniform(*wide), rng.uniform(*dark), kind)

    def textured(self, mask: Grey, chance: np.random.Generator) -> Grey:
        """Return where the point went (0..255) as the ink it left there."""
        noise = piece(grain(11, 1.6), mask.shape, chance)
        slow = piece(grain(12, 14.0), mask.shape, chance)
        if self.kind == "pencil":
            left = np.clip((noise - 0.2 + 0.5 * self.dark * slow) * 3, 0.2, 1)
        elif self.kind == "felt":
            left = 0.92 + 0.16 * (slow - 0.5)
        else:
            left = np.where(noise < 0.17, 0.45, 1.0) * (0.84 + 0.4 * (slow - 0.5))
        return np.clip(mask * left * self.dark, 0, 255).astype(np.uint8)


def stroked(strokes: Sequence[Points], nib: Nib, chance: np.random.Generator) -> Patch:
    """Return strokes, in mm from the start of the base line, as a pen leaves them."""
    margin = nib.width_mm * 1.5 + 0.2
    every = np.concatenate([np.asarray(stroke, np.float64) for stroke in strokes])
    low, high = every.min(axis=0) - margin, every.max(axis=0) + margin
    size = np.ceil((high - low) * PX).astype(int) + 2
    mask = np.zeros((size[1], size[0]), np.uint8)
    for stroke in strokes:
        _go(mask, (smooth(np.asarray(stroke, np.float64)) - low) * PX, nib, chance)
    soft = cv2.GaussianBlur(mask, (0, 0), 0.8)
    return Patch(nib.textured(soft, chance), (float(-low[0] * PX), float(-low[1] * PX)))


def smooth(points: Points) -> Points:
    """Return a stroke with places at even steps, its corners a little rounded as a hand's are."""
    if len(points) == 1:
        return np.concatenate([points, points + 0.05])
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] < _STEP:
        return np.asarray([points[0], points[-1] + 0.04])
    at = np.linspace(0, along[-1], max(3, int(along[-1] / _STEP) + 1))
    even = np.column_stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])])
    round_off = np.array([0.25, 0.5, 0.25])
    inner = np.column_stack([np.convolve(even[:, axis], round_off, mode="valid") for axis in (0, 1)])
    return np.concatenate([even[:1], inner, even[-1:]])


def _go(mask: Grey, pixels: Points, nib: Nib, chance: np.random.Generator) -> None:
    """Draw along a path: thinner where the pen comes down and goes up, uneven as the hand presses."""
    count = len(pixels)
    press = cv2.GaussianBlur(chance.standard_normal((1, count)).astype(np.float32), (0, 0), 6).ravel()
    press = 1 + 0.3 * press
    ends = np.minimum(np.arange(count), np.arange(count)[::-1]) * _STEP
    taper = 0.72 + 0.28 * np.clip(ends / 0.5, 0, 1)
    widths = np.clip(nib.width_mm * PX * press * taper, 2, None)
    fixed = np.round(pixels * (1 << _FRACTION)).astype(int)
    for index in range(count - 1):
        start, end = (int(v) for v in fixed[index]), (int(v) for v in fixed[index + 1])
        cv2.line(mask, tuple(start), tuple(end), 255, max(1, round(float(widths[index]))), cv2.LINE_AA, _FRACTION)


def wavy(mask: Grey, amount_px: float, chance: np.random.Generator) -> Grey:
    """Return a picture bent smoothly by some pixels, as no two letters of a hand are alike."""
    height, width = mask.shape
    coarse = chance.normal(0, amount_px, (2, max(2, height // 24), max(2, width // 24))).astype(np.float32)
    dx, dy = (cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in coarse)
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(mask, xs + dx, ys + dy, cv2.INTER_LINEAR), dtype=np.uint8)


def turned(strokes: Sequence[Points], degrees: float, scale: tuple[float, float]) -> list[Points]:
    """Return strokes turned about the start of their base line and stretched across and down."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return [(np.asarray(stroke) * scale) @ turn.T for stroke in strokes]
