"""Pages are placed by the blank's own print, whatever the scanner did to them, or refused with a reason."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.placement import PageState, Placed, Reason, Rejection
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page
from pipeline.drawing import paper
from pipeline.stages.place import place
from tests.support import scanning
from tests.support.scanning import filled, library, scanned, way, worst_mm

POLICY = PlacePolicy()
SHEETS = range(len(library().blanks))


def _told(blank: SheetBlank, placed: Placed | Rejection) -> Placed:
    assert isinstance(placed, Placed), placed
    assert (placed.identification.id, placed.identification.sheet) == (blank.template.id, blank.sheet.number)
    return placed


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_blank_sheet_is_found_to_be_itself_and_to_lie_where_it_is(sheet: int) -> None:
    blank = library().blanks[sheet]
    placed = _told(blank, place(Page(3, blank.picture), library(), POLICY))
    assert placed.number == 3
    assert placed.registration.rotation == 0
    assert worst_mm(blank, placed, np.diag([300 / 25.4, 300 / 25.4, 1.0])) < 0.06
    assert placed.identification.margin > 0.5


@pytest.mark.parametrize("quarter", [0, 90, 180, 270])
def test_a_page_fed_any_way_round_is_placed_and_says_how_to_turn_it_upright(quarter: int) -> None:
    blank = library().blanks[quarter // 90]
    matrix = way(blank, turn=quarter + 1.3)
    placed = _told(blank, place(scanned(blank, filled(blank), matrix), library(), POLICY))
    assert placed.registration.rotation == (360 - quarter) % 360
    assert worst_mm(blank, placed, matrix) < 0.15


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sheet=st.sampled_from(SHEETS),
    dpi=st.sampled_from([100.0, 150.0, 200.0, 300.0]),
    turn=st.floats(-15, 15),
    quarter=st.sampled_from([0, 90, 180, 270]),
    scale=st.floats(0.9, 1.1),
    push=st.tuples(st.floats(-6, 6), st.floats(-6, 6)),
)
def test_a_known_warp_is_recovered_within_half_a_millimetre(
    sheet: int, dpi: float, turn: float, quarter: int, scale: float, push: tuple[float, float]
) -> None:
    blank = library().blanks[sheet]
    matrix = way(blank, dpi=dpi, turn=quarter + turn, scale=scale, push=push)
    page = scanned(blank, filled(blank, seed=sheet), matrix, dpi=dpi)
    assert worst_mm(blank, _told(blank, place(page, library(), POLICY)), matrix) < 0.5


@pytest.mark.parametrize("told", [0.0, 72.0, 600.0, 300.0])
def test_a_resolution_told_wrongly_or_not_at_all_does_no_harm(told: float) -> None:
    blank = library().blanks[0]
    matrix = way(blank, turn=2.0)
    page = scanned(blank, filled(blank), matrix, told=told)
    assert worst_mm(blank, _told(blank, place(page, library(), POLICY)), matrix) < 0.15


def test_a_coarse_fax_is_placed_though_its_pixels_are_twice_as_high_as_wide() -> None:
    blank = library().blanks[3]
    matrix = way(blank, dpi=204.0, turn=-2.0)
    page = scanned(blank, filled(blank), matrix, dpi=204.0)
    pressed = cv2.resize(
        page.raster.pixels, (page.raster.width, page.raster.height * 98 // 204), interpolation=cv2.INTER_AREA
    )
    bilevel = np.where(pressed < 165, 0, 255).astype(np.uint8)
    matrix = np.diag([1.0, bilevel.shape[0] / page.raster.height, 1.0]) @ matrix
    placed = _told(blank, place(Page(1, Raster.owning(bilevel, 0.0)), library(), POLICY))
    assert worst_mm(blank, placed, matrix) < 0.3


def test_a_page_black_and_white_with_black_edges_and_a_stamp_is_placed() -> None:
    blank = library().blanks[1]
    picture = filled(blank)
    cv2.circle(picture, (1500, 900), 220, (60,), 14)
    cv2.putText(picture, "INKOM", (1360, 920), cv2.FONT_HERSHEY_DUPLEX, 2.2, (60,), 6)
    matrix = way(blank, turn=4.0, scale=0.95)
    page = scanned(blank, picture, matrix, lid=15)
    bilevel = np.where(page.raster.pixels < 150, 0, 255).astype(np.uint8)
    placed = _told(blank, place(Page(1, Raster.owning(bilevel, 0.0)), library(), POLICY))
    assert worst_mm(blank, placed, matrix) < 0.2


@pytest.mark.parametrize("left", [0.25, 0.45])
def test_a_page_so_pale_that_it_looks_empty_from_afar_is_placed(left: float) -> None:
    blank = library().blanks[3]
    matrix = way(blank, turn=-6.0)
    page = scanned(blank, filled(blank), matrix).raster.pixels
    noise = np.random.default_rng(2).normal(0, 4, page.shape)
    pale = np.clip(250 - (250 - page.astype(np.float32)) * left + noise, 0, 255).astype(np.uint8)
    placed = _told(blank, place(Page(1, Raster.owning(pale, 0.0)), library(), POLICY))
    assert worst_mm(blank, placed, matrix) < 0.15


def test_a_page_seen_from_aside_as_a_telephone_sees_it_is_placed() -> None:
    blank = library().blanks[0]
    matrix = way(blank)
    pixels = scanned(blank, filled(blank), matrix).raster.pixels
    height, width = pixels.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = np.array([(70, 20), (width - 30, 90), (width - 5, height - 110), (15, height - 10)], np.float32)
    aside = cv2.getPerspectiveTransform(corners, seen)
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    photo = cv2.warpPerspective(pixels, np.linalg.inv(half) @ aside @ half, (width, height), borderValue=(80,))
    shade = np.linspace(0.6, 1.0, width)[None, :]
    page = Page(1, Raster.owning((photo * shade).astype(np.uint8), 0.0))
    assert worst_mm(blank, _told(blank, place(page, library(), POLICY)), aside @ matrix) < 0.3


def test_paper_bent_by_a_copier_is_followed_place_by_place() -> None:
    blank = library().blanks[3]
    matrix = way(blank)
    pixels = scanned(blank, filled(blank), matrix).raster.pixels
    height, width = pixels.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    amount = 0.4 * 200 / 25.4
    bent = cv2.remap(pixels, columns + amount * np.sin(rows / height * 6.28), rows, cv2.INTER_LINEAR, borderValue=(250,))
    placed = _told(blank, place(Page(1, Raster.owning(np.asarray(bent, np.uint8), 0.0)), library(), POLICY))
    straightened = placed.registration.fits
    assert max(abs(fit.dx_mm) for fit in straightened) > 0.15
    for fit in straightened:
        zone = blank.template.field(fit.key).all_zones[fit.index].rect
        x, y = _px(matrix, (zone.centre,))[0]
        truth = x - amount * math.sin(y / height * 6.28)
        told = placed.registration.mm_to_px.point(*fit.onto(zone).point(*zone.centre))
        assert abs(told[0] - truth) * 25.4 / 200 < 0.2
        assert abs(told[1] - y) * 25.4 / 200 < 0.2


def test_the_same_page_is_placed_to_the_same_bits() -> None:
    blank = library().blanks[2]
    page = scanned(blank, filled(blank), way(blank, turn=7.7))
    assert place(page, library(), POLICY) == place(page, library(), POLICY)


def test_zones_cut_off_are_lost_one_by_one_and_the_rest_is_placed() -> None:
    blank = library().blanks[1]
    matrix = way(blank, turn=1.0)
    whole = scanned(blank, filled(blank), matrix).raster.pixels
    kept = whole[: whole.shape[0] * 2 // 3]
    placed = _told(blank, place(Page(1, Raster.owning(kept, 0.0)), library(), POLICY))
    lost = {(fit.key, fit.index) for fit in placed.registration.fits if math.isinf(fit.residual_mm)}
    for field in blank.template.fields_on(1):
        for index, zone in enumerate(field.all_zones):
            if zone.sheet == 1:
                low = max(y for _, y in _px(matrix, zone.rect.corners))
                assert ((field.key, index) in lost) == (low > kept.shape[0]), field.key
    assert lost
    assert worst_mm(blank, placed, matrix) < 0.15


def test_zones_under_a_slip_of_paper_are_lost() -> None:
    blank = library().blanks[0]
    picture = filled(blank)
    field = blank.template.fields_on(1)[len(blank.template.fields_on(1)) // 2]
    x, y = (round(v * 300 / 25.4) for v in field.all_zones[0].rect.centre)
    picture[max(0, y - 330) : y + 330, max(0, x - 500) : x + 500] = 252
    placed = _told(blank, place(scanned(blank, picture, way(blank)), library(), POLICY))
    assert math.isinf(placed.registration.fit(field.key, 0).residual_mm)
    assert sum(math.isfinite(fit.residual_mm) for fit in placed.registration.fits) > len(placed.registration.fits) / 2


def test_a_box_that_is_filled_in_lies_as_surely_as_any_and_boxes_under_a_bar_do_not() -> None:
    blank = next(
        blank for blank in library().blanks if any(field.key == "smittvag" for field in blank.template.fields_on(1))
    )
    field = blank.template.field("smittvag")
    boxes = [option.zone.rect for option in field.options]

    def worst(*blots: tuple[float, float, float, float]) -> float:
        picture = filled(blank)
        for blot in blots:
            left, top, right, bottom = (round(side * 300 / 25.4) for side in blot)
            picture[top:bottom, left:right] = 20
        placed = _told(blank, place(scanned(blank, picture, way(blank)), library(), POLICY))
        return max(placed.registration.fit(field.key, index).residual_mm for index in range(len(boxes)))

    box = boxes[0]
    assert worst((box.x - 0.3, box.y - 0.3, box.right + 0.3, box.bottom + 0.3)) <= worst() + 0.1
    left, right = min(box.x for box in boxes), max(box.right for box in boxes)
    bars = {(left - 20, box.y - 0.3, right + 30, box.bottom + 0.3) for box in boxes}
    assert worst(*bars) > POLICY.zone_residual_mm


def _px(matrix: scanning.Matrix, points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    told = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return [(float(x / w), float(y / w)) for x, y, w in told]


def _empty(seed: int) -> scanning.Pixels:
    rng = np.random.default_rng(seed)
    return np.clip(rng.normal(244, 4, (2339, 1654)), 0, 255).astype(np.uint8)


def _with_holes(picture: scanning.Pixels) -> scanning.Pixels:
    for y in (850, 1480):
        cv2.circle(picture, (90, y), 23, (45,), -1)
    return picture


def _with_black_edges(picture: scanning.Pixels) -> scanning.Pixels:
    picture[:, :40] = 20
    picture[-60:] = 20
    cv2.fillPoly(picture, [np.array([(1654, 0), (1500, 0), (1654, 900)], np.int32)], (20,))
    return picture


def _with_streaks(picture: scanning.Pixels) -> scanning.Pixels:
    for x, dark in ((300, 60), (905, 110)):
        picture[:, x : x + 2] -= np.uint8(dark)
    return picture


def _with_dust(picture: scanning.Pixels) -> scanning.Pixels:
    rng = np.random.default_rng(8)
    for x, y in rng.integers(0, (1654, 2339), (60, 2)):
        cv2.circle(picture, (int(x), int(y)), 1, (90,), -1)
    return picture


def _with_other_side(picture: scanning.Pixels) -> scanning.Pixels:
    blank = library().blanks[0]
    page = scanned(blank, filled(blank), way(blank), lid=255).raster.pixels
    height, width = min(page.shape[0], 2339), min(page.shape[1], 1654)
    shine = 255 - (255 - cv2.GaussianBlur(page[:height, :width][:, ::-1], (0, 0), 1.2).astype(np.float32)) * 0.22
    picture[:height, :width] = np.minimum(picture[:height, :width], shine).astype(np.uint8)
    return picture


@pytest.mark.parametrize("spoil", [None, _with_holes, _with_black_edges, _with_streaks, _with_dust, _with_other_side])
def test_an_empty_side_is_blank_whatever_the_scanner_left_on_it(spoil: object) -> None:
    picture = _empty(4)
    picture = spoil(picture) if callable(spoil) else picture
    found = place(Page(1, Raster.owning(picture, 200.0)), library(), POLICY)
    assert isinstance(found, Rejection)
    assert (found.state, found.reason) == (PageState.BLANK, Reason.BLANK)


def test_an_empty_side_through_which_a_form_shines_in_black_and_white_is_blank() -> None:
    blank = library().blanks[0]
    page = scanned(blank, filled(blank), way(blank), lid=255).raster.pixels[:, ::-1]
    rng = np.random.default_rng(3)
    speckled = np.where((page < 120) & (rng.random(page.shape) < 0.35), 0, 255).astype(np.uint8)
    found = place(Page(1, Raster.owning(speckled, 200.0)), library(), POLICY)
    assert isinstance(found, Rejection)
    assert found.state is PageState.BLANK


@pytest.mark.parametrize("seed", range(4))
def test_a_letter_is_foreign_and_never_placed(seed: int) -> None:
    drawn = paper.letter((210.0, 297.0), 200.0, random.Random(seed))
    turned = np.ascontiguousarray(np.rot90(np.asarray(drawn, dtype=np.uint8), seed))
    found = place(Page(1, Raster.owning(turned, 200.0)), library(), POLICY)
    assert isinstance(found, Rejection)
    assert (found.state, found.reason) == (PageState.FOREIGN, Reason.FOREIGN)


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_form_the_library_does_not_know_is_unknown_and_never_taken_for_another(sheet: int) -> None:
    blank = library().blanks[sheet]
    others = Library(tuple(b for b in library().blanks if b.template.id != blank.template.id))
    found = place(scanned(blank, filled(blank), way(blank, turn=3.0)), others, POLICY)
    assert isinstance(found, Rejection)
    assert (found.state, found.reason) == (PageState.UNKNOWN, Reason.NO_TEMPLATE_FITS)


def test_without_any_template_nothing_is_placed() -> None:
    blank = library().blanks[0]
    found = place(scanned(blank, filled(blank), way(blank)), Library(()), POLICY)
    assert isinstance(found, Rejection)
    assert found.reason is Reason.NO_TEMPLATE_FITS


@pytest.mark.parametrize("dpi", [30.0, 60.0])
def test_a_page_too_coarse_to_read_is_refused_as_that(dpi: float) -> None:
    blank = library().blanks[0]
    page = scanned(blank, filled(blank), way(blank, dpi=dpi), dpi=dpi)
    found = place(page, library(), POLICY)
    assert isinstance(found, Rejection)
    assert found.reason is Reason.TOO_COARSE


def test_a_scrap_of_a_few_pixels_is_refused() -> None:
    found = place(Page(1, Raster.owning(np.zeros((3, 900), np.uint8), 0.0)), library(), POLICY)
    assert isinstance(found, Rejection)


def test_a_page_all_black_is_damaged_and_not_blank() -> None:
    found = place(Page(1, Raster.owning(np.full((2339, 1654), 12, np.uint8), 0.0)), library(), POLICY)
    assert isinstance(found, Rejection)
    assert (found.state, found.reason) == (PageState.REJECTED, Reason.PAGE_DAMAGED)


def test_a_page_seen_in_a_mirror_is_never_placed() -> None:
    blank = library().blanks[0]
    page = scanned(blank, filled(blank), way(blank)).raster.pixels[:, ::-1]
    found = place(Page(1, Raster.owning(np.ascontiguousarray(page), 0.0)), library(), POLICY)
    assert isinstance(found, Rejection)


def _next_version(blank: SheetBlank, change: bool) -> SheetBlank:
    """Return the same sheet as a later version, with a word or two reprinted, or not a dot."""
    picture = blank.picture.pixels.copy()
    if change:
        picture[3300:3420, 150:900] = 255
        cv2.putText(picture, "STUDIE version 2031-4", (190, 3370), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 2, cv2.LINE_AA)
    later = replace(blank.template, version="2031-4", digest=f"later-{change}")
    return SheetBlank.holding(later, blank.sheet, Raster.owning(picture, blank.picture.dpi))


@pytest.mark.parametrize("newer", [False, True])
def test_two_versions_of_a_form_are_told_apart_by_the_little_that_differs(newer: bool) -> None:
    old = library().blanks[0]
    new = _next_version(old, change=True)
    true = new if newer else old
    both = Library((*library().blanks, new))
    placed = _told(true, place(scanned(true, filled(true), way(true, turn=178.0)), both, POLICY))
    assert placed.identification.margin > 0.3


def test_two_versions_that_nothing_tells_apart_are_refused() -> None:
    old = library().blanks[0]
    both = Library((old, _next_version(old, change=False)))
    found = place(scanned(old, filled(old), way(old)), both, POLICY)
    assert isinstance(found, Rejection)
    assert (found.state, found.reason) == (PageState.UNKNOWN, Reason.TEMPLATES_TOO_ALIKE)
