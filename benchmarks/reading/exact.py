"""Exact measures: intervals of shares, distances of texts, and how far confidence is from what is true."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence


def interval(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper and Pearson 1934): no share outside it fits what was seen."""
    if n == 0:
        return (0.0, 1.0)
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else _root(lambda share: _at_least(hits, n, share) - tail)
    high = 1.0 if hits == n else _root(lambda share: tail - (1 - _at_least(hits + 1, n, share)))
    return (low, high)


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_least(hits: int, n: int, share: float) -> float:
    """Return how likely it is that at least so many of n happen, each with some share.

    That is the regularised incomplete beta function I(share; hits, n - hits + 1), summed as its continued fraction
    (Abramowitz and Stegun 26.5.8) on the side where it converges fast.
    """
    if hits <= 0 or share >= 1:
        return 1.0
    if hits > n or share <= 0:
        return 0.0
    a, b = float(hits), float(n - hits + 1)
    if share > (a + 1) / (a + b + 2):
        return 1.0 - _beta(b, a, 1 - share)
    return _beta(a, b, share)


def _beta(a: float, b: float, x: float) -> float:
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    upper, lower = 1.0, 1.0 - (a + b) * x / (a + 1)
    lower = 1.0 / (lower if abs(lower) > tiny else tiny)
    whole = lower
    for step in range(1, 1000):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for part in (even, odd):
            lower, upper = 1.0 + part * lower, 1.0 + part / upper
            lower = 1.0 / (lower if abs(lower) > tiny else tiny)
            upper = upper if abs(upper) > tiny else tiny
            whole *= lower * upper
        if abs(lower * upper - 1.0) < 1e-14:
            break
    return front * whole


def distance(one: str, other: str) -> int:
    """Return how many letters must be put in, taken out or changed to make one text of the other."""
    before = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        now = [row]
        for column, right in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (left != right)))
        before = now
    return before[-1]


def curve(told: Sequence[tuple[float, bool]], bins: int = 10) -> tuple[float | None, list[dict[str, float]]]:
    """Return the expected calibration error and the reliability curve of some (confidence, right).

    The error is the mean distance of confidence from truth over `bins` equal bins, each weighing as many as it holds.
    """
    if not told:
        return None, []
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for sure, right in told:
        held[min(int(max(0.0, sure) * bins), bins - 1)].append((sure, right))
    points, error = [], 0.0
    for them in held:
        if them:
            sure, hits = math.fsum(one for one, _ in them) / len(them), sum(right for _, right in them)
            low, high = interval(hits, len(them))
            points.append({"n": len(them), "confidence": sure, "right": hits / len(them), "low": low, "high": high})
            error += len(them) / len(told) * abs(sure - hits / len(them))
    return error, points


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values does not go beyond (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
