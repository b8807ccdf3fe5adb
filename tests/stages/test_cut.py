"""Clips hold what lies in their frame and nothing beside it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.geometry import Rect
from pipeline.domain.placement import Placed
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI, Clip
from pipeline.domain.scan import Page, Source, TextItem, Widget
from pipeline.stages.cut import FRAME_MM, cut, join
from pipeline.stages.place import place
from pipeline.stages.preview import PREVIEW_DPI, preview
from tests.support.scanning import filled, library, scanned, way

BLANK = library().blank("klinisk-hepatit@2025-1", 1)
PAGE = scanned(BLANK, filled(BLANK), way(BLANK, turn=92.0, scale=0.97))


def _placed(page: Page = PAGE) -> Placed:
    placed = place(page, library(), PlacePolicy())
    assert isinstance(placed, Placed)
    return placed


PLACED = _placed()
CLIPS = cut(PAGE, PLACED, library())


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    first, second = one.astype(np.float64).ravel(), other.astype(np.float64).ravel()
    return float(np.corrcoef(first, second)[0, 1])


def test_every_field_on_the_sheet_has_one_clip_with_a_part_for_each_of_its_zones() -> None:
    assert [clip.field for clip in CLIPS] == list(BLANK.template.fields_on(BLANK.sheet.number))
    for clip in CLIPS:
        zones = [zone for zone in clip.field.all_zones if zone.sheet == BLANK.sheet.number]
        assert [part.zone for part in clip.parts] == [zone.rect for zone in zones]
        assert [part.option for part in clip.parts if part.option] == [
            option.value for option in clip.field.options if option.zone.sheet == BLANK.sheet.number
        ]


def test_a_part_shows_its_frame_upright_beside_the_blanks_own_picture_of_it() -> None:
    per_mm = CLIP_DPI / 25.4
    for clip in CLIPS:
        for part in clip.parts:
            assert part.picture.dpi == part.blank.dpi == CLIP_DPI
            assert part.picture.pixels.shape == part.blank.pixels.shape
            assert abs(part.picture.width - part.frame.width * per_mm) <= 1
            assert part.frame.width == pytest.approx(part.zone.width + 2 * FRAME_MM)
            assert part.residual_mm < 0.5


def test_an_unfilled_clip_looks_like_the_blank() -> None:
    page = scanned(BLANK, BLANK.picture.pixels, way(BLANK, turn=-3.0, dpi=300.0), dpi=300.0)
    for clip in cut(page, _placed(page), library()):
        for part in clip.parts:
            if int(part.blank.pixels.min()) < 100:
                assert _alike(part.picture.pixels, part.blank.pixels) > 0.9, clip.field.key


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(CLIPS) - 1), st.integers(0, 2**32 - 1))
def test_whatever_stands_elsewhere_on_the_page_a_clip_stays_the_same_to_the_bit(which: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    clip = CLIPS[which]
    pixels = PAGE.raster.pixels
    other = rng.integers(0, 256, pixels.shape).astype(np.uint8)
    for part in clip.parts:
        corners = np.array(PLACED.registration.mm_to_px.quad(part.frame.grown(0.5)))
        (left, top), (right, low) = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
        window = np.s_[max(0, top) : low + 1, max(0, left) : right + 1]
        other[window] = pixels[window]
    changed = Page(1, Raster.owning(other, PAGE.raster.dpi))
    again = cut(changed, PLACED, library())[which]
    assert again.digest == clip.digest


def test_a_page_cut_into_clips_twice_gives_the_same_clips() -> None:
    assert [clip.digest for clip in cut(PAGE, PLACED, library())] == [clip.digest for clip in CLIPS]


def test_a_zone_beyond_the_page_is_cut_white_and_says_that_it_is_lost() -> None:
    matrix = way(BLANK)
    whole = scanned(BLANK, filled(BLANK), matrix).raster.pixels
    page = Page(1, Raster.owning(whole[: whole.shape[0] // 2], 0.0))
    last = max(cut(page, _placed(page), library()), key=lambda clip: clip.parts[0].zone.y)
    assert math.isinf(last.residual_mm)
    assert int(last.parts[0].picture.pixels.min()) == 255


def test_words_and_widgets_of_a_born_digital_page_come_with_the_zone_their_middle_lies_in() -> None:
    field = next(f for f in BLANK.template.fields_on(1) if not f.is_boxes)
    zone = field.zones[0].rect
    inside, outside = zone.grown(-1.0), zone.moved(0.0, zone.height + 1.0)
    per_mm = 300 / 25.4

    def px(rect: Rect) -> Rect:
        return Rect(rect.x * per_mm, rect.y * per_mm, rect.width * per_mm, rect.height * per_mm)

    page = Page(
        1,
        BLANK.picture,
        Source.DIGITAL,
        (TextItem("Övning", px(inside)), TextItem("Annat", px(outside))),
        (Widget(field.key, "Övning", px(zone)),),
    )
    clips = {clip.field.key: clip for clip in cut(page, _placed(page), library())}
    part = clips[field.key].parts[0]
    assert [word.text for word in part.words] == ["Övning"]
    assert part.words[0].box.x == pytest.approx(inside.x, abs=0.1)
    assert part.words[0].box.width == pytest.approx(inside.width, abs=0.1)
    assert [widget.name for widget in part.widgets] == [field.key]
    assert clips[field.key].source is Source.DIGITAL


def test_the_clips_of_a_forms_sheets_join_into_one_for_each_field() -> None:
    second = next(b for b in library().blanks if b.template.id == BLANK.template.id and b.sheet.number == 2)
    page = scanned(second, filled(second), way(second))
    other = cut(page, _placed(page), library())
    joined = join((*CLIPS, *other))
    assert [clip.field.key for clip in joined] == list(dict.fromkeys(c.field.key for c in (*CLIPS, *other)))
    split = Clip(joined[0].field, joined[0].parts[::-1])
    assert join((split,))[0].parts == joined[0].parts


def test_the_preview_is_the_sheet_upright_and_straight() -> None:
    shown = preview(PAGE, PLACED, library())
    assert shown.dpi == PREVIEW_DPI
    assert (shown.width, shown.height) == (1240, 1754)
    blank = np.asarray(BLANK.picture.pixels[::2, ::2][:1754, :1240])
    assert _alike(shown.pixels, blank) > 0.5
