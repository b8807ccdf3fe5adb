"""A report says what happened: every count adds up, every figure has its n, and nothing small is shared."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.placement import PageState
from pipeline.domain.report import (
    SMALLEST_CELL,
    FormLine,
    Ground,
    Leg,
    LegFigure,
    PileLine,
    Report,
    Spread,
    Timeliness,
    Verdict,
)
from pipeline.domain.status import Status
from pipeline.stages.measure import measure
from pipeline.stages.measure_spread import spread
from pipeline.stages.measure_timeliness import Timing, timing, verdict
from pipeline.stages.withhold import hidden, withhold
from tests.support.grounds import NOW, drawn, line, still

DAY = dt.date(2026, 11, 20)


def told(*forms: FormLine, piles: tuple[PileLine, ...] = ()) -> Report:
    return measure(Ground(NOW, dt.date(2026, 1, 1), NOW.date(), piles, forms))


def leg(report: Report, which: Leg) -> tuple[int | None, float | None, int | None, int | None]:
    found = next(figure for figure in report.legs if figure.leg is which)
    return (found.spread.n, found.spread.median, found.open, found.backwards)


def test_an_empty_period_is_told_as_such() -> None:
    report = told()
    assert report.total.n == 0
    assert report.total.verdict is Verdict.NO_DATA
    assert report.accounted is None
    assert all(figure.spread == Spread(0) for figure in report.legs)


def test_a_single_case_is_its_own_median() -> None:
    report = told(line(DAY, post=1, here_h=3))
    assert leg(report, Leg.ONSET_DIAGNOSIS) == (1, 4.0, 0, 0)
    assert leg(report, Leg.SIGNATURE_ARRIVAL) == (1, 1.0, 0, 0)
    assert leg(report, Leg.ARRIVAL_READ) == (1, 0.0, 0, 0)
    assert leg(report, Leg.READ_VERIFIED)[1] == pytest.approx((3 * 60 - 2) / 1440)
    assert leg(report, Leg.DIAGNOSIS_RECEIPT) == (1, 1.0, 0, 0)


def test_work_that_is_not_done_is_told_beside_the_median() -> None:
    report = told(line(DAY), still(line(DAY)), still(line(DAY)))
    assert leg(report, Leg.READ_VERIFIED)[::2] == (1, 2)
    assert leg(report, Leg.ARRIVAL_RECEIPT)[::2] == (1, 2)
    assert leg(report, Leg.ONSET_DIAGNOSIS)[::2] == (3, 0)


def test_what_ended_before_it_began_is_in_no_median() -> None:
    form = line(DAY)
    assert form.facts is not None
    wrong = replace(form, facts=replace(form.facts, onset=DAY + dt.timedelta(days=3)))
    assert leg(told(form, wrong), Leg.ONSET_DIAGNOSIS) == (1, 4.0, 0, 1)


def test_a_missing_date_is_missing_and_not_nought() -> None:
    form = line(DAY)
    assert form.facts is not None
    undated = replace(form, facts=replace(form.facts, onset=None, diagnosed=None, due=None))
    report = told(undated)
    assert leg(report, Leg.ONSET_DIAGNOSIS) == (0, None, 0, 0)
    assert (report.total.undated, report.total.verdict) == (1, Verdict.NO_DATA)


def test_late_on_arrival_and_made_late_here_are_kept_apart() -> None:
    timely, posted, slow = line(DAY, post=1), line(DAY, post=2), line(DAY, post=1, here_h=20)
    report = told(timely, posted, slow, still(line(NOW.date())), still(line(DAY, post=1)))
    total = report.total
    assert (total.in_time, total.late_on_arrival, total.late_here, total.waiting) == (1, 1, 2, 1)
    assert total.share == 0.25


def test_paper_that_came_too_late_stays_so_however_fast_we_are() -> None:
    form = line(DAY, post=5, here_h=0.1)
    assert timing(form.facts, NOW) is Timing.LATE_ON_ARRIVAL


def test_a_receipt_in_the_last_second_is_in_time() -> None:
    form = line(DAY)
    assert form.facts is not None
    assert form.facts.due is not None
    last = replace(form.facts, receipt_at=form.facts.due)
    assert timing(last, NOW) is Timing.IN_TIME
    assert timing(replace(last, receipt_at=form.facts.due + dt.timedelta(seconds=1)), NOW) is Timing.LATE_HERE


def test_forms_closed_with_a_reason_are_counted_apart() -> None:
    report = told(line(DAY), replace(still(line(DAY)), status=Status.CLOSED))
    assert (report.total.n, report.closed) == (1, 1)
    assert sum(form.n or 0 for form in report.forms) == 2


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (0.8, "sufficient"),
        (0.799, "partly"),
        (0.5, "partly"),
        (0.499, "insufficient"),
        (0.0, "insufficient"),
        (None, "no_data"),
    ],
)
def test_the_verdict_is_swaans(share: float | None, word: str) -> None:
    assert verdict(share) == word


def test_sides_are_accounted_for_only_when_someone_counted_them() -> None:
    sides = ((PageState.PLACED, 38), (PageState.BLANK, 7), (PageState.FOREIGN, 1))
    counted = PileLine("a", DAY, 46, sides)
    assert told(piles=(counted,)).accounted is True
    assert told(piles=(counted, PileLine("b", DAY, None, sides))).accounted is None
    assert told(piles=(counted, PileLine("b", DAY, 47, sides))).accounted is False
    assert told(piles=(replace(counted, sides_fed=47, unopened=1),)).accounted is True
    assert told(piles=(replace(counted, sides_fed=47, waiting=1),)).accounted is False
    assert told(piles=(counted,)).sides_in == 46


def test_forms_outside_the_period_are_left_out() -> None:
    report = measure(Ground(NOW, DAY, DAY, (), (line(DAY), line(DAY, post=1), line(DAY - dt.timedelta(days=1)))))
    assert report.total.n == 1


numbers = st.lists(st.floats(0, 1e4, allow_nan=False), min_size=2, max_size=60)


@given(numbers)
def test_quartiles_are_those_of_the_standard_library(row: list[float]) -> None:
    found = spread(row)
    q1, q2, q3 = statistics.quantiles(row, n=4, method="inclusive")
    assert (found.q1, found.median, found.q3) == pytest.approx((q1, q2, q3))
    assert found.p90 == pytest.approx(statistics.quantiles(row, n=10, method="inclusive")[8])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 90))
def test_every_count_adds_up(seed: int, count: int) -> None:
    report = measure(drawn(seed, count))
    rows = (report.total, *report.by_template, *report.by_disease, *report.by_week)
    assert all(row.n == sum(_parts(row)) for row in rows)
    assert {sum(row.n or 0 for row in group) for group in (report.by_template, report.by_disease, report.by_week)} <= {
        report.total.n
    }
    assert sum(form.n or 0 for form in report.forms) == (report.total.n or 0) + (report.closed or 0)


def _told(row: Timeliness) -> tuple[int | None, ...]:
    return (row.in_time, row.late_on_arrival, row.late_here, row.waiting, row.undated)


def _parts(row: Timeliness) -> list[int]:
    return [part or 0 for part in (row.in_time, row.late_on_arrival, row.late_here, row.waiting, row.undated)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 200))
def test_nothing_under_five_is_shared_or_can_be_worked_out(seed: int, count: int) -> None:
    report = measure(drawn(seed, count))
    shared = withhold(report)
    assert shared.shared
    for group in (shared.by_template, shared.by_disease, shared.by_week, (shared.total,)):
        rows = [(*_told(row), row.n) for row in group]
        columns = list(zip(*rows, strict=True)) if len(rows) > 1 else []
        for cells in (*rows, *columns):
            assert all(count is None or count == 0 or count >= SMALLEST_CELL for count in cells)
            assert cells.count(None) != 1 or not any(cells)
        for row in group:
            assert row.share is None or None not in (row.in_time, row.late_on_arrival, row.late_here)
            assert row.whole.n is None or row.whole.n == 0 or row.whole.n >= SMALLEST_CELL
    for figure in shared.legs:
        assert figure.spread.n is None or figure.spread.n == 0 or figure.spread.n >= SMALLEST_CELL
    assert all(form.n is None or form.n >= SMALLEST_CELL for form in shared.forms)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_no_withheld_count_of_a_leg_is_what_is_left_of_those_that_began_it(ended: int, begun: int, backwards: int) -> None:
    figure = LegFigure(Leg.DIAGNOSIS_RECEIPT, Spread(ended), begun, backwards)
    shared = withhold(replace(told(), legs=(figure,))).legs[0]
    counts = (shared.spread.n, shared.open, shared.backwards)
    assert not any(count is not None and 0 < count < 5 for count in counts)
    if counts.count(None) == 1:
        # The one that is left out is what remains of a known sum: then nothing else was there to leave out with it.
        assert sum(count or 0 for count in counts) == 0


def test_a_report_holds_no_form_and_no_clinic() -> None:
    report = told(line(DAY))
    assert "7K3Q-DF2M" not in repr(report)
    assert "form" not in {field.name for field in fields(Timeliness)}


@given(st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=2, max_size=6))
def test_no_withheld_cell_is_alone_in_its_row_or_column(table: list[list[int]]) -> None:
    gone = hidden(table)
    assert all((i, j) in gone for i, row in enumerate(table) for j, n in enumerate(row) if 0 < n < SMALLEST_CELL)
    assert all(table[i][j] for i, j in gone)
    lines = [[(i, j) for j in range(4)] for i in range(len(table))] + [[(i, j) for i in range(len(table))] for j in range(4)]
    for cells in lines:
        alone = sum(cell in gone for cell in cells) == 1
        assert not alone or all(table[i][j] == 0 for i, j in cells if (i, j) not in gone)
