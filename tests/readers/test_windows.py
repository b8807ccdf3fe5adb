from __future__ import annotations

import numpy as np
import pytest

from pipeline.domain.geometry import Rect
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI, ClipPart
from pipeline.readers.windows import SIDE, box_window, windows
from tests.support.strips import clip, ticking, writing


def test_a_window_holds_its_cell_and_a_little_around_it() -> None:
    shown = clip("pat_id", writing("1", 11))
    comb = shown.field.comb
    assert comb is not None
    seen = windows(shown.parts[0], comb)
    assert seen.shape == (12, 2, SIDE, SIDE)
    middle = seen[:, 0, 10:22, 10:22].astype(int) - seen[:, 1, 10:22, 10:22]
    assert middle[0].max() > 100
    assert middle[1:].max() < 60


def test_a_tick_is_seen_where_it_is_made() -> None:
    shown = clip("pat_kon", ticking("k"))
    (ticked,) = (part for part in shown.parts if part.option == "k")
    seen = box_window(ticked, ticked.zone).astype(int)
    assert (seen[0] - seen[1])[12:20, 12:20].max() > 100


@pytest.mark.parametrize("zone", [Rect(-30, 0, 5, 5), Rect(30, 30, 5, 5), Rect(0, -9, 5, 5)])
def test_where_the_picture_does_not_reach_there_is_paper(zone: Rect) -> None:
    small = Raster(np.zeros((20, 20), np.uint8), CLIP_DPI)
    part = ClipPart(1, zone, Rect(0, 0, 1.7, 1.7), small, small, 0.1)
    assert not box_window(part, zone).any()
