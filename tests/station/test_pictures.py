"""Pictures of fields, as each kind of terminal shows them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.domain.raster import Raster
from pipeline.domain.reading import Clip
from pipeline.domain.value import NOTHING
from pipeline.station.ask import Ask, choices
from pipeline.station.blocks import half_blocks, points, two_tone_blocks
from pipeline.station.kitty import kitty
from pipeline.station.pictures import Along, Picture, _place, picture, window
from pipeline.station.sixel import LEVELS, sixel
from pipeline.station.state import View
from tests.support.clips import combed, ticked, written
from tests.support.terminals import from_kitty, from_sixel

COLUMNS, ROWS = 76, 12
NUMBER = "195009072553"


def shown(clip: Clip, *, covered: bool = False) -> Picture:
    made = picture(Ask(clip.field, NOTHING, choices(clip.field)), [clip], covered=covered)
    assert made is not None
    return made


def tallest_ink(pixels: NDArray[np.uint8]) -> int:
    """Return the height of the largest blob of ink that touches no edge, leaving rules out."""
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats((pixels < 128).astype(np.uint8), connectivity=8)
    inner = [s for s in stats[1:].tolist() if s[2] < pixels.shape[1] / 3 and s[3] < pixels.shape[0] * 0.9 and s[2] > 3]
    return max((s[3] for s in inner), default=0)


@pytest.mark.parametrize("clip", [combed("pat_id", NUMBER), written("pat_id", NUMBER)], ids=["comb", "line"])
def test_a_digit_is_at_least_sixteen_points_high_in_half_blocks_on_a_small_terminal(clip: Clip) -> None:
    made = shown(clip)
    heights = []
    for right in every(window(made, COLUMNS, ROWS * 2, View()).across):
        part = window(made, COLUMNS, ROWS * 2, View(right=right))
        lines = half_blocks(part.raster.pixels)
        assert len(lines) <= ROWS
        heights.append(tallest_ink(points(lines)))
    assert max(heights) >= 16
    assert sum(height >= 15 for height in heights) >= len(NUMBER) / 4


def every(along: Along) -> range:
    return range(-along.index, along.count - along.index)


def test_windows_cover_every_column_and_row_of_a_picture() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (350, 2000), dtype=np.uint8)
    made = Picture(Raster.owning(pixels, 300), 25, 16, (300.0, 170.0))
    first = window(made, COLUMNS, ROWS * 2, View())
    seen = np.zeros(pixels.shape, dtype=bool)
    for right in every(first.across):
        for down in every(first.down):
            part = window(made, COLUMNS, ROWS * 2, View(right=right, down=down))
            assert (part.across.steps, part.down.steps) == (right, down)
            x, _ = _place(2000, COLUMNS / part.scale, 300.0 - COLUMNS / part.scale * 0.04, right)
            y, _ = _place(350, ROWS * 2 / part.scale, 170.0 - ROWS / part.scale, down)
            seen[y : y + round(ROWS * 2 / part.scale), x : x + round(COLUMNS / part.scale)] = True
    assert seen.all()


def test_steps_past_the_edge_of_a_picture_are_forgotten() -> None:
    made = shown(combed("pat_id", NUMBER))
    part = window(made, COLUMNS, ROWS * 2, View(right=99, down=-99))
    assert (part.across.index, part.down.index) == (part.across.count - 1, 0)
    once = window(made, COLUMNS, ROWS * 2, part.clamped(View(right=99, down=-99)))
    assert once == part


def test_a_picture_that_fits_is_shown_whole_and_as_large_as_it_can_be() -> None:
    part = window(shown(written("pat_namn", "Lyckan", width=40)), 800, 400, View())
    assert (part.across.count, part.down.count) == (1, 1)
    assert part.raster.width == 800


def test_zooming_in_shows_fewer_and_larger_letters() -> None:
    made = shown(combed("pat_id", NUMBER))
    near, far = (window(made, COLUMNS, ROWS * 2, View(zoom=zoom)) for zoom in (1, 0))
    assert near.scale > far.scale
    assert near.across.count > far.across.count


def test_boxes_stand_in_a_strip_with_the_keys_that_pick_them() -> None:
    made = shown(ticked("smittvag", ("mat", "vatten", "djur"), "vatten"))
    third = made.raster.width // 3
    ink = [(made.raster.pixels[:, at * third : (at + 1) * third] < 128).sum() for at in range(3)]
    assert ink[1] > max(ink[0], ink[2])
    assert window(made, COLUMNS, ROWS * 2, View()).across.count == 1


def test_a_covered_picture_shows_nothing_of_what_is_under_it() -> None:
    one, other = shown(written("pat_id", NUMBER), covered=True), shown(written("pat_id", NUMBER))
    assert one.raster.pixels.shape == other.raster.pixels.shape
    assert len(np.unique(one.raster.pixels)) == 2
    assert (one.raster.pixels == one.raster.pixels[:, :1]).all()


def test_a_field_without_a_clip_has_no_picture() -> None:
    clip = written("pat_namn", "Lyckan")
    other = written("pat_ort", "Umeå")
    assert picture(Ask(clip.field, NOTHING), [other]) is None


def test_sixel_and_kitty_decode_to_the_same_picture() -> None:
    raster = window(shown(combed("pat_id", NUMBER)), 608, 192, View()).raster
    by_kitty, by_sixel = from_kitty(kitty(raster, 76, 12)), from_sixel(sixel(raster.pixels))
    assert np.array_equal(by_kitty, raster.pixels)
    step = 255 / (LEVELS - 1)
    assert np.abs(by_sixel.astype(int) - raster.pixels.astype(int)).max() <= step / 2 + 2


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_any_picture_survives_the_sixel_stream(width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    assert np.abs(from_sixel(sixel(pixels)).astype(int) - pixels.astype(int)).max() <= 255 / (LEVELS - 1) / 2 + 2


def test_two_tones_draw_ink_and_leave_paper() -> None:
    lines = two_tone_blocks(window(shown(combed("pat_id", NUMBER)), COLUMNS, ROWS * 2, View()).raster.pixels)
    assert {letter for line in lines for letter in line} <= set("█▀▄ ")
    assert 0.02 < sum(letter != " " for line in lines for letter in line) / sum(map(len, lines)) < 0.7
