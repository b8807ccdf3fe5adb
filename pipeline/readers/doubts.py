"""Doubts: signs in a line of print that the engine may have misread it though it says it is sure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.domain.reading import Clip
from pipeline.readers.deprint import Grey
from pipeline.readers.engine import Line


def doubts(clip: Clip, found: Sequence[Line]) -> tuple[str, ...]:
    """Return the codes of what is doubtful in a field's lines."""
    told = []
    if any(_unread_ink(line) for line in found):
        told.append("missed_ink")
    return tuple(told)


def _unread_ink(line: Line) -> bool:
    """Tell whether much ink lies outside every word the engine told of."""
    columns = _columns(line.picture)
    for word in line.words:
        columns[max(word.left - 6, 0) : word.right + 6] = False
    return int(columns.sum()) > 5


def _columns(picture: Grey) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray((picture < 128).sum(axis=0) >= 2)
