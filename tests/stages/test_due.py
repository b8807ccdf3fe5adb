"""The last moment is the end of the day after, by the clocks of Stockholm."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.template import FormKind
from pipeline.stages.due import STOCKHOLM, due, late_on_arrival


@pytest.mark.parametrize(
    ("counted_from", "utc"),
    [
        ("2026-11-22", "2026-11-23T22:59:59+00:00"),
        ("2026-06-30", "2026-07-01T21:59:59+00:00"),
        ("2026-03-27", "2026-03-28T22:59:59+00:00"),
        ("2026-03-28", "2026-03-29T21:59:59+00:00"),
        ("2026-10-24", "2026-10-25T22:59:59+00:00"),
        ("2026-10-23", "2026-10-24T21:59:59+00:00"),
        ("2027-12-31", "2028-01-01T22:59:59+00:00"),
        ("2028-02-28", "2028-02-29T22:59:59+00:00"),
    ],
)
def test_due_is_the_end_of_the_day_after_summer_time_or_not(counted_from: str, utc: str) -> None:
    moment = due(dt.date.fromisoformat(counted_from)).moment
    assert moment.astimezone(dt.UTC).isoformat() == utc


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 30)), st.sampled_from(FormKind))
def test_due_is_always_one_second_before_a_local_midnight(counted_from: dt.date, kind: FormKind) -> None:
    found = due(counted_from)
    assert found.counted_from == counted_from
    local = (found.moment.astimezone(dt.UTC) + dt.timedelta(seconds=1)).astimezone(STOCKHOLM)
    assert (local.date(), local.time()) == (counted_from + dt.timedelta(days=2), dt.time(0))


def test_paper_that_came_after_the_last_day_was_late_on_arrival() -> None:
    last = due(dt.date(2026, 11, 22))
    assert not late_on_arrival(last, dt.date(2026, 11, 23))
    assert late_on_arrival(last, dt.date(2026, 11, 24))
