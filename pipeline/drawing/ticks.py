"""Marks made without letters: ticks in boxes, and signatures."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import Rect
from pipeline.drawing.pens import Ink
from pipeline.drawing.strokes import curve

Points = NDArray[np.float64]


class Tick(StrEnum):
    """How a box is ticked."""

    CROSS = "cross"
    TICK = "tick"
    FILL = "fill"
    TYPED = "typed"
    DOT = "dot"


def tick(ink: Ink, box: Rect, how: Tick, rng: np.random.Generator, nib: tuple[float, int]) -> None:
    """Tick one box. `nib` is the pen's width in mm and its grey."""
    if how is Tick.TYPED:
        _typed(ink, box, nib[1])
    elif how is Tick.DOT:
        _dot(ink, box, nib[1])
    elif how is Tick.CROSS:
        for start, end in (((0.05, 0.05), (0.95, 0.95)), ((0.95, 0.05), (0.05, 0.95))):
            _stroke(ink, box, np.array([start, end]), rng, nib)
    elif how is Tick.TICK:
        _stroke(ink, box, np.array([[0.05, 0.5], [0.35, 0.95], [1.15, -0.25]]), rng, nib)
    else:
        fill(ink, box, rng, nib)


def fill(ink: Ink, box: Rect, rng: np.random.Generator, nib: tuple[float, int]) -> None:
    """Scribble a box full, as one ticks it heavily, or takes a tick back."""
    turns = 7
    rows = np.linspace(0.1, 0.92, turns * 2)
    columns = np.where(np.arange(turns * 2) % 2 == 0, 0.06, 0.94)
    _stroke(ink, box, np.column_stack([columns, rows]), rng, (max(nib[0], 0.4), nib[1]))


def _stroke(ink: Ink, box: Rect, points: Points, rng: np.random.Generator, nib: tuple[float, int]) -> None:
    shaken = points + rng.normal(0, 0.06, points.shape) + rng.normal(0, 0.05, (1, 2))
    ink.line(np.column_stack([box.x + shaken[:, 0] * box.width, box.y + shaken[:, 1] * box.height]), *nib)


def _typed(ink: Ink, box: Rect, grey: int) -> None:
    for start, end in (((0.22, 0.22), (0.78, 0.78)), ((0.78, 0.22), (0.22, 0.78))):
        points = np.array([start, end])
        ink.line(np.column_stack([box.x + points[:, 0] * box.width, box.y + points[:, 1] * box.height]), 0.45, grey)


def _dot(ink: Ink, box: Rect, grey: int) -> None:
    turn = np.linspace(0, 2 * np.pi, 24)
    x, y = box.centre
    for radius in (0.15, 0.4, 0.65):
        ink.line(np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)]), 0.35, grey)


def signature(ink: Ink, zone: Rect, rng: np.random.Generator, nib: tuple[float, int]) -> None:
    """Scribble a signature that is no name."""
    count = int(rng.integers(9, 15))
    length = min(zone.width * 0.6, float(rng.uniform(32, 55)))
    x = zone.x + 4 + np.linspace(0, length, count) + rng.normal(0, 2.2, count)
    swing = rng.uniform(0.12, 0.36) * zone.height * np.where(np.arange(count) % 2 == 0, 1, -1)
    y = zone.y + zone.height * 0.55 + swing * rng.uniform(0.5, 1.1, count)
    ink.line(curve(np.column_stack([x, y])), *nib)
    tail = np.array([[x[-1], y[-1]], [x[-1] + 6, zone.y + zone.height * 0.7], [x[0] + 5, zone.y + zone.height * 0.82]])
    ink.line(curve(tail), *nib)
