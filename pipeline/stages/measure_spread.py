"""Measure, spread: median, quartiles and 90th percentile."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.domain.report import Spread


def spread(numbers: Sequence[float]) -> Spread:
    """Return median, quartiles and 90th percentile, between neighbours by their distance; nothing of no numbers."""
    if not numbers:
        return Spread(0)
    row = sorted(numbers)
    return Spread(len(row), _at(row, 0.5), _at(row, 0.25), _at(row, 0.75), _at(row, 0.9))


def _at(row: list[float], share: float) -> float:
    place = share * (len(row) - 1)
    low = math.floor(place)
    high = min(low + 1, len(row) - 1)
    return row[low] + (row[high] - row[low]) * (place - low)
