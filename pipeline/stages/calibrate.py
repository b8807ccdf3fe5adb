"""Calibrate: how often readings proved right becomes what confidences are worth, and from where a value may stand.

A bar on the share of wrong values among those that stand is proved by an exact binomial test (Clopper and Pearson 1934) at
each of a few confidences fixed beforehand, the level shared out among them (Bonferroni), so that choosing the lowest that
passes is allowed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.domain.calibration import NEVER, Calibration, Worth

CRITICAL_BAR = 0.0014  # wrong ones among critical values that nobody looks at: 14 in ten thousand
CUTS = (0.9, 0.98, 0.999)
_EDGES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
_RISE = 1e-6

Told = tuple[float, bool]  # a confidence as readers said it, and whether the value was right


def calibrate(told: Mapping[str, Sequence[Told]], bar: float, level: float = 0.95) -> dict[str, Worth]:
    """Return the worth of each group that was told of anything."""
    return {group: _worth(evidence, bar, level) for group, evidence in told.items() if evidence}


def revised(known: Calibration, told: Mapping[str, Sequence[Told]], day: str) -> Calibration:
    """Return a calibration that goes by what was told of here, and by what was known where too little was.

    A group whose own readings prove the bar stands from where they do, also one that did not stand. One whose own readings
    prove that the bar is broken where it stood stands no more. Any other stays as it was.
    """
    groups = dict(known.groups)
    for group, evidence in told.items():
        own = _worth(evidence, known.bar, known.level)
        before = groups.get(group, replace(own, least=NEVER))
        stood = [right for raw, right in evidence if raw >= before.least]
        broken = _at_most(len(stood), stood.count(False) - 1, known.bar) >= known.level
        groups[group] = own if own.least < NEVER else replace(before, least=NEVER) if broken else before
    return replace(known, groups=groups, day=day)


def proves(n: int, wrong: int, bar: float, level: float) -> bool:
    """Tell whether `wrong` of `n` prove at a level that less than `bar` are wrong: were it more, few would be unlikely."""
    return _at_most(n, wrong, bar) <= 1 - level


def enough(wrong: int, bar: float, level: float) -> int:
    """Return how many must be seen, so many of them wrong, for the bar to be proved."""
    high = wrong + 1
    while not proves(high, wrong, bar, level):
        high *= 2
    return bisect_left(range(high), True, key=lambda n: n > wrong and proves(n, wrong, bar, level))


def _at_most(n: int, k: int, share: float) -> float:
    """Return how likely it is that no more than k of n happen, each with a share."""
    return math.fsum(
        math.exp(
            math.lgamma(n + 1)
            - math.lgamma(i + 1)
            - math.lgamma(n - i + 1)
            + i * math.log(share)
            + (n - i) * math.log1p(-share)
        )
        for i in range(k + 1)
    )


def _worth(evidence: Sequence[Told], bar: float, level: float) -> Worth:
    raw, sure = _curve(evidence)
    wrong = sum(not right for _, right in evidence)
    worth = Worth(raw, sure, NEVER, len(evidence), wrong)
    cuts = _cuts(evidence)
    each = 1 - (1 - level) / len(cuts)
    for cut in cuts:
        above = [right for confidence, right in evidence if confidence >= cut]
        if proves(len(above), above.count(False), bar, each):
            return replace(worth, least=cut)
    return worth


def _cuts(evidence: Sequence[Told]) -> tuple[float, ...]:
    """Return the confidences to try: only the lowest where readers never say more than the next, as of signatures."""
    return CUTS if max(confidence for confidence, _ in evidence) >= CUTS[1] else CUTS[:1]


def _curve(evidence: Sequence[Told]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return a rising curve through the shares that proved right between fixed confidences.

    Neighbours that fall are put together (pool adjacent violators); half a right and half a wrong one are added to each
    share, so that few are never all. A knot lies at the lower edge of its share, and between knots the curve rises evenly.
    """
    blocks: list[list[float]] = []  # lower edge, right, all
    for low, high in zip(_EDGES, (*_EDGES[1:-1], math.inf), strict=False):
        within = [right for confidence, right in evidence if low <= confidence < high]
        if not within:
            continue
        blocks.append([low, sum(within) + 0.5, len(within) + 1.0])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            _, right, n = blocks.pop()
            blocks[-1][1] += right
            blocks[-1][2] += n
    raw = tuple(low for low, _, _ in blocks)
    sure = tuple(right / n for _, right, n in blocks)
    # To the end the curve rises a little, so that of two confidences the higher is worth more.
    return (*raw, 1.0), (*sure, min(1.0, sure[-1] + _RISE))
