"""Room for an answer between the rules that part a sheet: white under a heading, with nothing else in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.domain.geometry import Rect
from pipeline.stages.propose_print import Phrase
from pipeline.stages.seek_lines import framed, parts, whole
from pipeline.stages.seek_rules import Ruling

_LEAST_MM, _UNDER_MM, _MARGIN_MM, _SPAN, _NARROW_MM, _INTO_MM = 11.0, 5.0, 0.6, 0.7, 40.0, 3.0


@dataclass(frozen=True, slots=True)
class Band:
    """White room in millimetres, and the phrase right above it."""

    rect: Rect
    heading: Phrase


def bands(ruling: Ruling, taken: Iterable[Rect], phrases: Sequence[Phrase]) -> Iterator[Band]:
    """Give the largest empty band of each part of a sheet, where it is high enough and stands under a heading.

    Parts lie between rules that run over the whole sheet, and between rules that go down through such a part. `taken` is
    where answers were found already.
    """
    rules = whole(ruling.across)
    apart = (rule for rule in rules if parts(rule, rules) and not framed(rule, ruling.down))
    across = sorted(apart, key=lambda rule: rule.y)
    stops = list(taken)
    for upper, lower in pairwise(across):
        part = Rect(min(upper.x, lower.x), upper.bottom, max(upper.width, lower.width), lower.y - upper.bottom)
        for column in _columns(part, ruling.down) if part.height >= _LEAST_MM else ():
            band = _band(column, stops, phrases)
            if band is not None:
                yield Band(_beside(band, ruling.down), band.heading)


def _columns(part: Rect, down: Iterable[Rect]) -> Iterator[Rect]:
    through = [one.centre[0] for one in down if min(one.bottom, part.bottom) - max(one.y, part.y) >= _SPAN * part.height]
    for left, right in pairwise(sorted({part.x, part.right, *(x for x in through if part.x < x < part.right)})):
        if right - left >= _NARROW_MM:
            yield Rect(left, part.y, right - left, part.height)


def _beside(band: Band, down: Iterable[Rect]) -> Rect:
    """Return the room as far as no rule goes down through it, on the heading's side."""
    rect, x = band.rect, band.heading.zone.rect.x
    across = [one.centre[0] for one in down if min(one.bottom, rect.bottom) - max(one.y, rect.y) > _INTO_MM]
    left = max((at for at in across if rect.x < at <= x), default=rect.x - _MARGIN_MM)
    right = min((at for at in across if x < at < rect.right), default=rect.right + _MARGIN_MM)
    return Rect(left + _MARGIN_MM, rect.y, right - left - 2 * _MARGIN_MM, rect.height)


def _band(column: Rect, taken: Iterable[Rect], phrases: Sequence[Phrase]) -> Band | None:
    own = [phrase for phrase in phrases if column.holds(*phrase.zone.rect.centre)]
    printed = [phrase.zone.rect for phrase in own]
    held = sorted((one for one in (*printed, *taken) if one.overlaps(column)), key=lambda one: one.y)
    if not held:
        return None
    free: list[tuple[float, float]] = []
    reached = held[0].bottom
    for one in [*held[1:], Rect(column.x, column.bottom, column.width, 0.0)]:
        free.append((reached, one.y))
        reached = max(reached, one.bottom)
    top, bottom = max(free, key=lambda band: band[1] - band[0])
    over = [phrase for phrase in own if 0 <= top - phrase.zone.rect.bottom < _UNDER_MM]
    if bottom - top < _LEAST_MM or not over:
        return None
    heading = min(over, key=lambda phrase: (phrase.zone.rect.x, phrase.zone.rect.y))
    rect = Rect(column.x, top, column.width, bottom - top).grown(-_MARGIN_MM)
    return Band(rect, heading)
