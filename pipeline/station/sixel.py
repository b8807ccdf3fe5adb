"""Pictures as sixels: bands of six rows, one grey at a time, runs told by their length (DEC VT340)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.raster import Pixels

LEVELS = 16
_LEAST_RUN = 4


def sixel(pixels: Pixels) -> str:
    """Return the stream that draws a grey picture at the cursor in 16 greys."""
    height, width = pixels.shape
    levels = np.round(pixels.astype(np.float32) * ((LEVELS - 1) / 255)).astype(np.int64)
    levels = np.pad(levels, ((0, -height % 6), (0, 0)), constant_values=-1)
    palette = "".join(f"#{at};2;{percent};{percent};{percent}" for at, percent in enumerate(_percents()))
    bands = (_band(levels[top : top + 6]) for top in range(0, levels.shape[0], 6))
    return f'\x1bP0;1;0q"1;1;{width};{height}{palette}' + "-".join(bands) + "\x1b\\"


def _percents() -> list[int]:
    return [round(100 * at / (LEVELS - 1)) for at in range(LEVELS)]


def _band(rows: NDArray[np.int64]) -> str:
    """Return six rows: for each grey in them, which of the six points of every column have it."""
    weights = (1 << np.arange(6))[:, None]
    passes = []
    for level in np.unique(rows[rows >= 0]).tolist():
        columns = ((rows == level) * weights).sum(axis=0)
        passes.append(f"#{level}" + _runs(columns))
    return "$".join(passes)


def _runs(columns: NDArray[np.int64]) -> str:
    edges = np.flatnonzero(np.diff(columns)) + 1
    starts = np.concatenate(([0], edges))
    lengths = np.diff(np.concatenate((starts, [len(columns)])))
    told = []
    for value, length in zip(columns[starts].tolist(), lengths.tolist(), strict=True):
        letter = chr(63 + value)
        told.append(f"!{length}{letter}" if length >= _LEAST_RUN else letter * length)
    if columns[-1] == 0:
        told.pop()
    return "".join(told)
