"""A scanned sheet is laid level by its own rules; one without any stays as it lies."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.domain.raster import Raster
from pipeline.stages.lean import apart, turn_of
from pipeline.stages.level import level
from tests.jobs.test_blanks import sheet, tilted


@pytest.mark.parametrize("degrees", [-3.3, 0.4, 21.0])
def test_a_sheet_comes_to_lie_level_to_a_hundredth_of_a_degree(degrees: float) -> None:
    lying = level(Raster.owning(tilted(sheet(150.0), degrees), 150.0))
    assert lying is not None
    assert abs(float(apart(turn_of(lying.pixels), 0.0))) < 0.01


def test_a_sheet_without_rules_stays_as_it_lies() -> None:
    paper = np.full((1754, 1240), 255, np.uint8)
    paper[800:810, 600:640] = 0
    lying = level(Raster.owning(paper, 150.0))
    assert lying is not None
    assert np.array_equal(lying.pixels, paper)
