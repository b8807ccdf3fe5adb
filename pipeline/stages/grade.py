"""Grade: what was seen of a template in an exam becomes its marks, and what speaks against using it.

Shares are judged by exact binomial tests, as in `calibrate`: a template fails for wrong values that stood when so many would
be unlikely had it kept the bar, and not for one slip among many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.exam import (
    Against,
    Answered,
    ConditionMark,
    CurvePoint,
    Exam,
    ExamFault,
    FieldMark,
    Gauged,
    OtherMark,
    OtherSide,
    Sided,
    SideMark,
    Sitting,
    Twin,
)
from pipeline.domain.template import Field, Template
from pipeline.stages.calibrate import CRITICAL_BAR, proves

ZONE_MM = 1.3  # widgets of real forms lie up to 0.6 mm beside the print they are for, and text zones 1.2 mm over a rule
FOUND = 0.5  # of boxes and combs must have a printed frame: with fewer the print says nothing of the zones
PLACED = 0.9  # of all sides, the damaged ones too
WRONG = 0.005  # of values that stand: the calibration's own bar
TYPED = 0.75  # of a critical field's answers written by machine: with less a person keys nearly all of it anyway
LEVEL = 0.95
CURVE = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was seen of a template in an exam."""

    answers: tuple[Answered, ...]
    sides: tuple[Sided, ...]
    twins: tuple[Twin, ...]
    zones: tuple[Gauged, ...]
    others: tuple[OtherSide, ...] = ()


def grade(template: Template, seen: Seen, sitting: Sitting) -> Exam:
    """Return the exam of a template: its marks, and every fault that speaks against using it."""
    fields = tuple(_field(field, [one for one in seen.answers if one.key == field.key]) for field in template.fields)
    sides = _sides(seen.sides)
    faults = tuple(_faults(template, fields, sides, seen))
    conditions = tuple(_condition(name, seen) for name in dict.fromkeys(side.condition for side in seen.sides))
    marks = (sitting, conditions, fields, sides, seen.twins, seen.zones, faults)
    return Exam(template.id, template.digest, *marks, others=tuple(_others(seen.others)))


def off(zones: Sequence[Gauged]) -> tuple[Gauged, ...]:
    """Return the zones that lie where they should not."""
    return tuple(zone for zone in zones if zone.off_mm is not None and zone.off_mm > ZONE_MM)


def at_most(n: int, wrong: int, level: float = LEVEL) -> float:
    """Return the exact upper bound on a share of which `wrong` of `n` were seen (Clopper and Pearson 1934), one-sided."""
    low, high = wrong / n if n else 1.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (low, middle) if proves(n, wrong, middle, level) else (middle, high)
    return high


def _field(field: Field, answers: Sequence[Answered]) -> FieldMark:
    written = [one for one in answers if one.written]
    typed = [one for one in written if one.typed]
    stood = [one for one in answers if one.stood]
    wrong = _count(stood, lambda one: not one.right)
    return FieldMark(
        key=field.key,
        kind=field.kind,
        critical=field.critical,
        seen=len(answers),
        written=len(written),
        right=_count(written, lambda one: one.right),
        typed=len(typed),
        typed_right=_count(typed, lambda one: one.right),
        stood=len(stood),
        wrong=wrong,
        at_most=round(at_most(len(stood), wrong), 4),
        curve=tuple(_point(least, answers) for least in CURVE),
    )


def _point(least: float, answers: Sequence[Answered]) -> CurvePoint:
    above = [one for one in answers if one.sure is not None and one.sure >= least]
    return CurvePoint(least, len(above), _count(above, lambda one: not one.right))


def _condition(name: str, seen: Seen) -> ConditionMark:
    answers = [one for one in seen.answers if one.condition == name]
    sides = [side.right for side in seen.sides if side.condition == name]
    written = [one.right for one in answers if one.written]
    stood = [one.right for one in answers if one.stood]
    return ConditionMark(name, len(sides), sum(sides), len(written), sum(written), len(stood), stood.count(False))


def _sides(sides: Sequence[Sided]) -> SideMark:
    others = Counter(side.taken_for for side in sides if not side.right and side.taken_for)
    right = [side.lead for side in sides if side.right]
    refused = len(sides) - len(right) - others.total()
    return SideMark(len(sides), len(right), refused, tuple(others.most_common()), min(right, default=0.0))


def _others(sides: Sequence[OtherSide]) -> Iterator[OtherMark]:
    for other in dict.fromkeys(side.other for side in sides):
        mine = [side for side in sides if side.other == other]
        taken = tuple(side.condition for side in mine if side.taken)
        yield OtherMark(other, len(mine), sum(side.set_aside for side in mine), taken)


def _faults(template: Template, fields: Sequence[FieldMark], sides: SideMark, seen: Seen) -> Iterator[ExamFault]:
    if off(seen.zones) or not _found(template, seen.zones):
        yield ExamFault.ZONES_OFF
    if sides.taken_for:
        yield ExamFault.TAKEN_FOR_ANOTHER
    if any(side.taken for side in seen.others):
        yield ExamFault.TAKES_OTHERS
    if any(twin.places == 0 and not twin.shared for twin in seen.twins):
        yield ExamFault.LIKE_ANOTHER
    if sides.right < PLACED * sides.seen:
        yield ExamFault.TOO_OFTEN_REFUSED
    if _wrong(fields):
        yield ExamFault.WRONG_AND_ACCEPTED
    if any(mark.critical and mark.typed and mark.typed_right < TYPED * mark.typed for mark in fields):
        yield ExamFault.TOO_SELDOM_RIGHT


def _found(template: Template, zones: Sequence[Gauged]) -> bool:
    """Tell whether enough boxes and combs have print to hold them against; a form of lines alone has none."""
    print_ = [zone for zone in zones if zone.against is Against.PRINT]
    framed = [zone.off_mm is not None for zone in print_ if zone.option is not None or template.field(zone.key).comb]
    return sum(framed) >= FOUND * len(framed)


def _wrong(fields: Sequence[FieldMark]) -> bool:
    """Tell whether so many wrong ones stood that the bar is broken: in one field, in the critical ones, or in all."""
    critical = [mark for mark in fields if mark.critical]
    each = 1 - (1 - LEVEL) / max(1, len(fields))
    broken = any(_breaks(mark.stood, mark.wrong, WRONG, each) for mark in fields)
    for marks, bar in ((critical, CRITICAL_BAR), (fields, WRONG)):
        broken |= _breaks(sum(mark.stood for mark in marks), sum(mark.wrong for mark in marks), bar, LEVEL)
    return broken


def _breaks(n: int, wrong: int, bar: float, level: float) -> bool:
    """Tell whether `wrong` or more of `n` would be unlikely if no more than `bar` were wrong."""
    return wrong > 0 and not proves(n, wrong - 1, bar, 1 - level)


def _count(answers: Sequence[Answered], such: Callable[[Answered], bool]) -> int:
    return sum(1 for one in answers if such(one))
