"""Room for an answer on the lines of a blank that are there to be written on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.geometry import Rect, union
from pipeline.stages.propose_print import Phrase
from pipeline.stages.seek_rules import Ruling

_LEAST_MM, _LEVEL_MM, _TORN_MM, _SPLIT_MM = 6.0, 0.7, 1.6, 4.5
_BORDER_MM, _UNDERLINE_MM, _LEADER_MM = 1.2, 1.2, 5.5
_WHOLE, _TALLEST_MM, _LOWEST_MM, _SPACE_MM = 0.9, 7.0, 3.0, 0.3
_PITCH_MM, _SAME_MM, _CORNER_MM = (4.5, 11.0), 2.5, 1.8


@dataclass(frozen=True, slots=True)
class Writing:
    """Where something may be written: a rectangle in millimetres over one line, or over several that go on."""

    rect: Rect
    lines: int = 1


def writing(ruling: Ruling, taken: Sequence[Rect], phrases: Sequence[Phrase]) -> tuple[Writing, ...]:
    """Return the lines to write on.

    A rule is none when it borders what was found already (`taken`: cells, combs and boxes), is the edge of a frame,
    underlines words, leads to a box, or runs over the whole sheet to part it.
    """
    rules = whole(ruling.across)
    free = [
        rule
        for rule in rules
        if not parts(rule, rules)
        and not any(_borders(rule, one) for one in taken)
        and not framed(rule, ruling.down)
        and not any(_leads(rule, one) for one in taken)
        and not _underlines(rule, phrases)
    ]
    over = [*rules, *taken, *(phrase.zone.rect for phrase in phrases)]
    single = [rect for rule in _joined(free) if rule.width >= _LEAST_MM and (rect := _room(rule, over)) is not None]
    return tuple(_stacked(single, phrases))


def whole(across: Iterable[Rect]) -> list[Rect]:
    """Mend rules that lie on one level with a tear between them."""
    return list(_near(across, _TORN_MM))


def parts(rule: Rect, rules: Sequence[Rect]) -> bool:
    """Tell whether a rule runs over the whole sheet, as wide as all that is ruled."""
    return rule.width >= _WHOLE * union(tuple(rules)).width


def framed(rule: Rect, down: Sequence[Rect]) -> bool:
    """Tell whether rules go down or up from both ends: the edge of a frame or a cell."""
    return _meets(rule.x, rule, down) and _meets(rule.right, rule, down)


def _meets(x: float, rule: Rect, down: Iterable[Rect]) -> bool:
    """Tell whether a rule that goes down begins or ends at a place of this one."""
    y = rule.centre[1]
    return any(
        abs(one.centre[0] - x) < _CORNER_MM and one.height > 3.0 and min(abs(one.y - y), abs(one.bottom - y)) < _CORNER_MM
        for one in down
    )


def _joined(rules: Iterable[Rect]) -> Iterator[Rect]:
    """Join rules that are parts of one answer, as the three of a date."""
    short = [rule for rule in rules if rule.width < 25.0]
    yield from (rule for rule in rules if rule.width >= 25.0)
    yield from _near(short, _SPLIT_MM)


def _near(rules: Iterable[Rect], reach: float) -> Iterator[Rect]:
    levels: list[list[Rect]] = []
    for rule in sorted(rules, key=lambda one: one.centre[1]):
        if levels and abs(rule.centre[1] - levels[-1][-1].centre[1]) < _LEVEL_MM:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    for level in levels:
        part: list[Rect] = []
        for rule in sorted(level, key=lambda one: one.x):
            if part and rule.x - max(one.right for one in part) > reach:
                yield union(tuple(part))
                part = []
            part.append(rule)
        yield union(tuple(part))


def _borders(rule: Rect, space: Rect) -> bool:
    y = rule.centre[1]
    near = min(abs(y - space.y), abs(y - space.bottom)) < _BORDER_MM
    shared = min(rule.right, space.right) - max(rule.x, space.x)
    return near and shared > 0.3 * min(rule.width, space.width)


def _leads(rule: Rect, box: Rect) -> bool:
    return 0 <= box.x - rule.right < _LEADER_MM and box.y - 1.0 < rule.centre[1] < box.bottom + 2.5


def _underlines(rule: Rect, phrases: Iterable[Phrase]) -> bool:
    level = (p.zone.rect for p in phrases if p.zone.rect.y < rule.y and rule.y - p.zone.rect.bottom < _UNDERLINE_MM)
    return sum(max(0.0, min(rule.right, one.right) - max(rule.x, one.x)) for one in level) > 0.4 * rule.width


def _room(rule: Rect, over: Iterable[Rect]) -> Rect | None:
    """Return the space above a rule, as far up as nothing is printed."""
    higher = (one for one in over if one.centre[1] < rule.y - 0.5 and one.bottom <= rule.y + 1.0)
    tops = [one.bottom for one in higher if min(one.right, rule.right) - max(one.x, rule.x) > 0.5]
    height = min(_TALLEST_MM, rule.y - max(tops, default=0.0) - _SPACE_MM)
    return Rect(rule.x, rule.y - height, rule.width, height) if height >= _LOWEST_MM else None


def _stacked(rects: Iterable[Rect], phrases: Sequence[Phrase]) -> Iterator[Writing]:
    """Take lines together that stand under each other with nothing between them."""
    stack: list[Rect] = []
    for rect in sorted(rects, key=lambda one: (round(one.x / _SAME_MM), one.bottom)):
        if stack and not _goes_on(stack[-1], rect, phrases):
            yield Writing(union(tuple(stack)), len(stack))
            stack = []
        stack.append(rect)
    if stack:
        yield Writing(union(tuple(stack)), len(stack))


def _goes_on(one: Rect, other: Rect, phrases: Iterable[Phrase]) -> bool:
    alike = abs(one.x - other.x) < _SAME_MM and abs(one.right - other.right) < _SAME_MM
    if not alike or not _PITCH_MM[0] <= other.bottom - one.bottom <= _PITCH_MM[1]:
        return False
    between = Rect(one.x - 30.0, one.bottom + 0.2, one.width + 30.0, other.bottom - one.bottom)
    return not any(between.holds(*phrase.zone.rect.centre) for phrase in phrases)
