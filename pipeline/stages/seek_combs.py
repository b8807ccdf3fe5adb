"""Combs and tick boxes among a blank's rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipeline.domain.geometry import Rect
from pipeline.stages.seek_rules import Ruling

_SIDE_MM, _ALIKE, _STROKE_MM = (1.8, 7.0), 0.22, 0.1
_TEETH_MM, _OVER_MM, _UNDER_MM, _SAME_MM = (1.2, 12.0), 1.7, 0.8, 0.6
_PITCH_MM, _EVEN, _GAP_MM, _LEVEL_MM = (2.8, 8.5), 0.12, 6.0, 0.6
_FOUNDED, _HIGHER_MM = 0.7, 1.5


@dataclass(frozen=True, slots=True)
class FoundComb:
    """A comb as printed: its outer frame in millimetres, the cells in each group, and the gap between groups."""

    rect: Rect
    groups: tuple[int, ...]
    gap_mm: float


def boxes(ruling: Ruling) -> tuple[Rect, ...]:
    """Return the printed squares that a tick may stand in, with their frames."""
    found = [hole for hole in ruling.holes if _square(hole)]
    return tuple(
        one.grown(_STROKE_MM)
        for one in found
        if not any(one is not other and _within(one, other) for other in found)
        and not any(one is not other and _joins(one, other) for other in ruling.holes)
    )


def _joins(one: Rect, other: Rect) -> bool:
    """Tell whether two squares share a side: cells of a comb do, boxes do not."""
    level = abs(one.y - other.y) < _SAME_MM and abs(one.bottom - other.bottom) < _SAME_MM
    return level and min(abs(one.right - other.x), abs(other.right - one.x)) < _SAME_MM


def _square(hole: Rect) -> bool:
    longest, shortest = max(hole.width, hole.height), min(hole.width, hole.height)
    return _SIDE_MM[0] <= shortest and longest <= _SIDE_MM[1] and longest - shortest <= _ALIKE * longest


def _within(one: Rect, other: Rect) -> bool:
    return other.holds(*one.centre) and one.width * one.height < other.width * other.height


def combs(ruling: Ruling) -> tuple[FoundComb, ...]:
    """Return every comb: cells of one width side by side on one base, two at least."""
    teeth = [one for one in ruling.down if _TEETH_MM[0] <= one.height <= _TEETH_MM[1]]
    found: list[FoundComb] = []
    for base in _bases(ruling.across):
        level = base[0].centre[1]
        row = _thinned(tooth for tooth in teeth if -_OVER_MM <= tooth.bottom - level <= _UNDER_MM)
        groups = [group for group in _groups(row) if _founded(group, base)]
        found += [_comb(part, base) for part in _joined(groups)]
    return tuple(one for one in found if not any(_hidden(one, other) for other in found))


def _bases(across: Iterable[Rect]) -> Iterator[list[Rect]]:
    """Give the rules that lie on one level."""
    level: list[Rect] = []
    for rule in sorted(across, key=lambda one: one.centre[1]):
        if level and rule.centre[1] - level[0].centre[1] > _LEVEL_MM:
            yield level
            level = []
        level.append(rule)
    if level:
        yield level


def _hidden(one: FoundComb, other: FoundComb) -> bool:
    """Tell whether a comb is a part of another, or the same on a neighbouring rule."""
    if one is other or not one.rect.overlaps(other.rect):
        return False
    sizes = [(sum(comb.groups), -comb.rect.height) for comb in (one, other)]
    return sizes[0] < sizes[1]


def _thinned(row: Iterable[Rect]) -> list[Rect]:
    kept: list[Rect] = []
    for tooth in sorted(row, key=lambda one: one.x):
        if kept and tooth.centre[0] - kept[-1].centre[0] < _SAME_MM:
            kept[-1] = max(kept[-1], tooth, key=lambda one: one.height)
        else:
            kept.append(tooth)
    return kept


def _groups(row: Sequence[Rect]) -> Iterator[list[Rect]]:
    """Give runs of teeth that stand evenly, three at least."""
    start = 0
    while start < len(row) - 2:
        pitch = row[start + 1].centre[0] - row[start].centre[0]
        end = start + 1
        while end + 1 < len(row) and abs(row[end + 1].centre[0] - row[end].centre[0] - pitch) <= _EVEN * pitch:
            end += 1
        run = _framed(row[start : end + 1])
        if len(run) >= 3 and _PITCH_MM[0] <= pitch <= _PITCH_MM[1]:
            yield run
            start += len(run) - 1
        else:
            start += 1


def _framed(run: Sequence[Rect]) -> list[Rect]:
    """Return a run without what stands higher at an end than at the other: the border of the cell around the comb."""
    if run[-1].height - run[0].height > _HIGHER_MM:
        return list(run[:-1])
    return list(run[1:] if run[0].height - run[-1].height > _HIGHER_MM else run)


def _founded(group: Sequence[Rect], base: Iterable[Rect]) -> bool:
    """Tell whether a rule runs under the cells."""
    left, right = group[0].centre[0], group[-1].centre[0]
    shared = [min(right, rule.right) - max(left, rule.x) for rule in base]
    return sum(share for share in shared if share > 0) >= _FOUNDED * (right - left)


def _joined(groups: Sequence[list[Rect]]) -> Iterator[list[list[Rect]]]:
    """Take groups of one comb together: cells alike, and a gap less than a cell and a half."""
    part: list[list[Rect]] = []
    for group in groups:
        if part:
            gap, pitch = group[0].centre[0] - part[-1][-1].centre[0], _pitch(part[-1])
            if not (0 <= gap <= min(_GAP_MM, 1.6 * pitch) and abs(_pitch(group) - pitch) <= _EVEN * pitch):
                yield part
                part = []
        part.append(group)
    if part:
        yield part


def _pitch(group: Sequence[Rect]) -> float:
    return (group[-1].centre[0] - group[0].centre[0]) / (len(group) - 1)


def _comb(groups: Sequence[list[Rect]], base: Iterable[Rect]) -> FoundComb:
    top = median(min(group[0].y, group[-1].y) for group in groups)
    left, right = groups[0][0].centre[0], groups[-1][-1].centre[0]
    bottom = median(rule.centre[1] for rule in base if rule.x < right and rule.right > left)
    gaps = [after[0].centre[0] - before[-1].centre[0] for before, after in pairwise(groups)]
    rect = Rect(left, top, right - left, bottom - top)
    return FoundComb(rect, tuple(len(group) - 1 for group in groups), sum(gaps) / len(gaps) if gaps else 0.0)
