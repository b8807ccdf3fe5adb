"""An exam is graded by what was seen: bounds are exact, one slip among many is none, and every bar has its fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.domain.exam import (
    Answered,
    Exam,
    ExamFault,
    Gauged,
    OtherMark,
    OtherSide,
    Override,
    Readiness,
    Sided,
    Sitting,
    Twin,
    readiness,
)
from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.stages.grade import CURVE, Seen, at_most, grade

TEMPLATE = library.load([library.shipped()]).template("paragraf")
SITTING = Sitting(100, 1, "2026-11-28", ("line-1", "tesseract-5"), "2026-11-01", 2)
KEY = next(field.key for field in TEMPLATE.fields if field.critical)
PLAIN = next(field.key for field in TEMPLATE.fields if not field.critical)


def answers(key: str, right: int, wrong: int = 0, *, stood: bool = True, typed: bool = True) -> Iterator[Answered]:
    for number in range(right + wrong):
        good = number < right
        yield Answered(key, "clean", written=True, typed=typed, right=good, stood=stood, sure=0.97 if stood else None)


def zones(template: Template) -> tuple[Gauged, ...]:
    found = [(field.key, None, zone.sheet) for field in template.fields for zone in field.zones]
    found += [(field.key, option.value, option.zone.sheet) for field in template.fields for option in field.options]
    return tuple(Gauged(*one, 0.1, -0.1) for one in found)


WELL = Seen(
    tuple(one for field in TEMPLATE.fields for one in answers(field.key, 100)),
    tuple(Sided("clean", 1, right=True, lead=0.5 + 0.001 * number) for number in range(100)),
    (Twin(1, "klinisk-sti@2025-1", 1, 22, None),),
    zones(TEMPLATE),
)


def graded(**changed: object) -> Exam:
    return grade(TEMPLATE, replace(WELL, **changed), SITTING)  # type: ignore[arg-type]


def worse(key: str, right: int, wrong: int, **how: bool) -> tuple[Answered, ...]:
    return (*(one for one in WELL.answers if one.key != key), *answers(key, right, wrong, **how))


def test_what_is_all_well_passes_and_tells_its_marks() -> None:
    exam = graded()
    assert exam.passed
    assert exam.sides.least_lead == 0.5
    (mark,) = (one for one in exam.fields if one.key == KEY)
    assert (mark.seen, mark.written, mark.right, mark.typed, mark.stood, mark.wrong) == (100, 100, 100, 100, 100, 0)
    assert mark.at_most == pytest.approx(1 - 0.05 ** (1 / 100), abs=1e-4)
    assert [point.stood for point in mark.curve] == [100 if least <= 0.97 else 0 for least in CURVE]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"zones": (*zones(TEMPLATE), Gauged(KEY, None, 1, 2.0, 0.0))}, ExamFault.ZONES_OFF),
        ({"zones": tuple(replace(one, dx_mm=None, dy_mm=None) for one in WELL.zones)}, ExamFault.ZONES_OFF),
        ({"sides": (*WELL.sides, Sided("faxed", 1, right=False, taken_for="other@1"))}, ExamFault.TAKEN_FOR_ANOTHER),
        ({"others": (OtherSide("other@1", "clean"), OtherSide("other@1", "faxed", taken=True))}, ExamFault.TAKES_OTHERS),
        ({"twins": (Twin(1, "other@1", 1, 400, 0),)}, ExamFault.LIKE_ANOTHER),
        ({"sides": (*WELL.sides, *[Sided("faxed", 1, right=False)] * 12)}, ExamFault.TOO_OFTEN_REFUSED),
        ({"answers": worse(PLAIN, 95, 5)}, ExamFault.WRONG_AND_ACCEPTED),
        ({"answers": worse(KEY, 97, 5)}, ExamFault.WRONG_AND_ACCEPTED),
        ({"answers": worse(KEY, 70, 30, stood=False)}, ExamFault.TOO_SELDOM_RIGHT),
    ],
)
def test_every_bar_has_its_fault(changed: dict[str, object], fault: ExamFault) -> None:
    assert graded(**changed).faults == (fault,)


@pytest.mark.parametrize(
    "changed",
    [
        {"twins": (Twin(1, "other@1", 1, 400, 1),)},
        {"twins": (Twin(1, "paragraf@2024-1", 1, 400, 0, shared=True),)},
        {"others": (OtherSide("other@1", "faxed", set_aside=True),)},
        {"sides": (*WELL.sides, *[Sided("faxed", 1, right=False)] * 10)},
        {"answers": worse(PLAIN, 99, 1)},
        {"answers": worse(PLAIN, 20, 80, stood=False)},
        {"answers": worse(KEY, 20, 80, stood=False, typed=False)},
        {"zones": (*zones(TEMPLATE), Gauged(KEY, None, 1, 1.2, 0.0))},
    ],
)
def test_what_is_not_below_its_bar_passes(changed: dict[str, object]) -> None:
    assert graded(**changed).passed


@pytest.mark.parametrize(("n", "wrong", "bound"), [(0, 0, 1.0), (200, 0, 0.01487), (10, 1, 0.39416), (5, 5, 1.0)])
def test_bounds_are_exact(n: int, wrong: int, bound: float) -> None:
    assert at_most(n, wrong) == pytest.approx(bound, abs=1e-4)


def test_only_what_passed_or_was_answered_for_is_active_and_only_as_it_was() -> None:
    passed, failed = graded(), graded(twins=(Twin(1, "other@1", 1, 400, 0),))
    assert readiness(TEMPLATE.digest, None) is Readiness.DRAFT
    assert readiness(TEMPLATE.digest, passed) is Readiness.ACTIVE
    assert readiness("another", passed) is Readiness.CHANGED
    assert readiness(TEMPLATE.digest, failed) is Readiness.FAILED
    assert readiness(TEMPLATE.digest, replace(failed, override=Override("anna", "why", "2026-11-28"))) is Readiness.ACTIVE


def test_sides_of_others_are_counted_template_by_template() -> None:
    faxed = OtherSide("one@1", "faxed", taken=True)
    exam = graded(others=(OtherSide("one@1", "clean"), faxed, OtherSide("two@1", "clean", set_aside=True), faxed))
    assert exam.others == (OtherMark("one@1", 3, 0, ("faxed", "faxed")), OtherMark("two@1", 1, 1))
