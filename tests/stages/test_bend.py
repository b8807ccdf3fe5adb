"""A smooth field follows what its neighbours agree on, and says how much it does not know."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.bend import bend
from pipeline.stages.homography import fitted
from pipeline.stages.warp import across

GRID = np.array([(x, y) for x in range(10, 210, 20) for y in range(10, 297, 20)], dtype=np.float64)
SURE = np.full((len(GRID), 2), 0.6)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-0.004, 0.004), st.floats(-0.004, 0.004))
def test_a_plane_of_shifts_is_followed_everywhere(a: float, b: float, c: float, d: float) -> None:
    shifts = np.column_stack([a + c * (GRID[:, 0] - 105), b + d * (GRID[:, 1] - 148)])
    found, remains = bend(GRID, shifts, SURE).at(np.array([(100.0, 150.0), (40.0, 60.0)]))
    truth = np.array([(a + c * -5, b + d * 2), (a + c * -65, b + d * -88)])
    assert np.abs(found - truth).max() < 0.1
    assert remains.min() >= 0


def test_one_wild_shift_among_many_is_not_believed() -> None:
    shifts = np.zeros_like(GRID)
    shifts[70] = (1.1, -1.1)
    field = bend(GRID, shifts, SURE)
    assert np.abs(field.at(GRID[70:71])[0]).max() < 0.05
    assert field.weights[70].max() < 0.2


def test_where_nothing_was_seen_what_may_remain_is_larger() -> None:
    near = GRID[:, 1] < 150
    _, remains = bend(GRID[near], np.zeros_like(GRID[near]), SURE[near]).at(np.array([(100.0, 80.0), (100.0, 280.0)]))
    assert remains[0].max() < 0.05
    assert remains[1].min() > 0.25


def test_a_homography_is_found_among_wild_shifts() -> None:
    true = np.array([[1.002, 0.001, -0.3], [-0.0015, 0.999, 0.4], [2e-6, -1e-6, 1.0]])
    shifts = across(true, GRID) - GRID
    rng = np.random.default_rng(1)
    wild = rng.choice(len(GRID), len(GRID) // 5, replace=False)
    shifts[wild] = rng.uniform(-3, 3, (len(wild), 2))
    found = fitted(GRID, shifts, SURE, 3.0)
    assert found is not None
    assert np.abs(across(found, GRID) - across(true, GRID)).max() < 0.25


def test_too_few_shifts_tell_nothing() -> None:
    assert fitted(GRID[:4], np.zeros((4, 2)), SURE[:4], 3.0) is None
    assert fitted(GRID, np.zeros_like(GRID), SURE * 0, 3.0) is None
