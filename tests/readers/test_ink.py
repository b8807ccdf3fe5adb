from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pipeline.domain.geometry import Rect
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI, ClipPart
from pipeline.domain.template import Field
from pipeline.readers.deprint import DARK
from pipeline.readers.ink import darkness, ink, visible
from tests.support.strips import PX, clip, font, ticking, writing

SHIFTS = [(0.0, 0.0), (0.3, 0.0), (0.0, -0.3), (-0.3, 0.3), (0.2, 0.2)]


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("key", ["pat_namn", "pat_id", "diagnosdatum", "pat_postnr", "anm_lan", "atgarder"])
def test_nothing_is_left_of_an_empty_field_though_it_lies_a_little_off(key: str, shift: tuple[float, float]) -> None:
    seen = ink(clip(key, shift=shift).parts[0])
    assert seen.box is None
    assert seen.blankness >= 0.9


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize(("key", "text"), [("pat_namn", "Åsa Öberg"), ("pat_id", "195009072553"), ("pat_ort", "Umeå")])
def test_what_was_written_stays_as_dark_as_it_was(key: str, text: str, shift: tuple[float, float]) -> None:
    seen = ink(clip(key, writing(text), shift=shift).parts[0])
    left, top, right, bottom = seen.zone
    alone = ink(clip("ovrigt", writing(text)).parts[0]) if key != "pat_id" else None
    inked = int((seen.dark[top:bottom, left:right] >= DARK).sum())
    assert inked > 300
    if alone is not None:
        assert inked == pytest.approx(int((alone.dark >= DARK).sum()), rel=0.15)


def test_a_stroke_across_a_rule_is_carried_over_it() -> None:
    crossed = clip("pat_id", lambda draw, field: draw.line((250, 1340, 300, 1430), fill=0, width=5))
    seen = ink(crossed.parts[0])
    columns = np.flatnonzero((seen.dark >= DARK).sum(axis=0))
    assert np.diff(columns).max(initial=1) <= 2


def dotted(text: str, shift: tuple[int, int] = (0, 0)) -> tuple[ClipPart, NDArray[np.uint8]]:
    """Return a zone with a dotted rule and a label below it, writing that stands on the rule, and the writing alone."""
    blank = np.full((94, 600), 255, np.uint8)
    for x in range(20, 580, 7):
        blank[60:63, x : x + 3] = 0
    blank = lettered(blank, "Strasse und Hausnummer", (24, 68), 8)
    alone = lettered(np.full_like(blank, 255), text, (40, 24), 11)
    picture = np.minimum(np.roll(blank, shift, axis=(1, 0)), alone)
    part = clip("pat_namn").parts[0]
    rasters = (Raster.owning(picture, CLIP_DPI), Raster.owning(blank, CLIP_DPI))
    per = CLIP_DPI / 25.4
    frame = Rect(0, 0, 600 / per, 94 / per)
    zone = Rect(18 / per, 18 / per, 564 / per, 46 / per)
    return replace(part, picture=rasters[0], blank=rasters[1], frame=frame, zone=zone), alone


def lettered(on: NDArray[np.uint8], text: str, at: tuple[int, int], points: float) -> NDArray[np.uint8]:
    picture = Image.fromarray(on)
    ImageDraw.Draw(picture).text(at, text, font=font(points), fill=0)
    return np.array(picture, dtype=np.uint8)


@pytest.mark.parametrize("shift", [(0, 0), (2, -1), (-1, 1)])
def test_writing_that_stands_on_a_dotted_rule_and_hangs_below_it_is_kept_whole_and_the_dots_are_not(
    shift: tuple[int, int],
) -> None:
    part, alone = dotted("Gata på gång", shift)
    seen = ink(part)
    written = darkness(alone) >= DARK
    lost = written & (seen.dark < DARK)
    assert lost.sum() < 0.15 * written.sum()
    below = written.copy()
    below[:64] = False
    assert (seen.dark[below] >= DARK).mean() > 0.8
    beside = cv2.dilate(written.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert int(((seen.dark >= DARK) & beside).sum()) <= 2
    assert ink(dotted("", shift)[0]).box is None


def test_ink_beside_the_zone_is_not_the_fields() -> None:
    def below(draw: object, field: object) -> None:
        draw.text((300, 1570), "Adress", font=writing.__globals__["font"](8), fill=0)  # type: ignore[attr-defined]

    assert ink(clip("pat_namn", below).parts[0]).box is None


def test_faint_ink_on_grey_paper_is_as_dark_as_black_ink_on_white() -> None:
    paper = np.full((60, 200), 180, np.uint8)
    paper[20:40, 50:60] = 110
    dark = darkness(paper)
    assert dark[30, 55] > 150
    assert dark[5, 5] < 10


def test_noisy_paper_is_still_blank() -> None:
    assert ink(clip("pat_namn", noise=8.0).parts[0]).box is None


def test_ink_that_runs_out_of_the_frame_is_told() -> None:
    long = clip("anm_lan", lambda draw, field: draw.line((1400, 2730, 1900, 2730), fill=0, width=6))
    assert ink(long.parts[0]).spilled


def test_a_letter_beyond_the_zone_beside_one_within_it_is_told() -> None:
    """The last letter lies on the rule of the field's right edge, its middle outside: it is lost, and never in silence."""

    def along_the_edge(draw: ImageDraw.ImageDraw, field: Field) -> None:
        zone, kind = field.zones[0].rect, font(10.0, "LiberationMono-Regular")
        width = kind.getlength("Patienten har") / PX
        at = (zone.right - width + kind.getlength("r") / PX * 0.8, zone.centre[1])
        draw.text((at[0] * PX, at[1] * PX), "Patienten har", font=kind, fill=20, anchor="lm")

    assert ink(clip("pat_adress", along_the_edge).parts[0]).spilled
    assert not ink(clip("pat_adress", writing("Patienten har", 10.0, "LiberationMono-Regular")).parts[0]).spilled


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_a_comb_is_clean_wherever_it_lies_within_a_third_of_a_millimetre(dx: float, dy: float) -> None:
    assert ink(clip("diagnosdatum", shift=(dx, dy)).parts[0]).box is None


def test_a_box_with_a_cross_keeps_it() -> None:
    part = clip("pat_kon", ticking("m")).parts[0]
    assert ink(part).box is not None
    assert ink(clip("pat_kon", ticking("m")).parts[1]).box is None


def test_paper_that_is_all_dots_is_not_blank_and_costs_no_more_than_its_field() -> None:
    """A grey sheet made black and white by dithering has more marks in a large field than sixteen bits can count."""
    part = clip("redogorelse", template="paragraf").parts[0]
    dots = np.random.default_rng(1).random(part.picture.pixels.shape) < 0.12
    dithered = np.where(dots, np.uint8(0), part.picture.pixels)
    assert ink(replace(part, picture=Raster.owning(dithered, CLIP_DPI))).blankness < 0.9


def _worn(part: ClipPart, wear: Callable[[NDArray[np.uint8]], NDArray[Any]]) -> ClipPart:
    return replace(part, picture=Raster.owning(wear(part.picture.pixels).astype(np.uint8), CLIP_DPI))


@pytest.mark.parametrize("shift", SHIFTS)
def test_all_print_is_visible_on_a_good_scan_whatever_is_written_across_it(shift: tuple[float, float]) -> None:
    shown = clip("smittvag", ticking("livsmedel"), shift=shift, noise=6.0)
    assert min(visible(part) for part in shown.parts) > 0.95


@pytest.mark.parametrize(
    "wear",
    [
        lambda pixels: 255 - (255 - pixels) * 0.15,
        lambda pixels: np.where(cv2.GaussianBlur(pixels, (0, 0), 3) < 90, 0, 255),
        lambda pixels: np.where(np.arange(pixels.shape[1]) < pixels.shape[1] // 2, pixels, 255),
    ],
    ids=["faint", "dropped by one level for black", "covered by half"],
)
def test_print_that_is_faint_or_missing_is_not_visible(wear: Callable[[NDArray[np.uint8]], NDArray[Any]]) -> None:
    assert visible(_worn(clip("pat_id", writing("195009072553")).parts[0], wear)) < 0.8


def test_where_nothing_is_printed_none_of_it_is_missing() -> None:
    part = clip("pat_namn").parts[0]
    bare = replace(part, blank=Raster.owning(np.full_like(part.blank.pixels, 255), CLIP_DPI))
    assert visible(_worn(bare, lambda pixels: np.full_like(pixels, 255))) == 1.0
