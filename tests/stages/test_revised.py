"""A form that is no longer what its template says is told by its latest pages; a normal one never is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
import pytest

from pipeline.domain.library import SheetBlank
from pipeline.domain.placement import Placed
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Pixels, Raster
from pipeline.stages.place import place
from pipeline.stages.preview import preview
from pipeline.stages.revised import ENOUGH, beside, fallen, revised, strayed
from tests.support.scanning import filled, library, scanned, way

_MM = 300.0 / 25.4


@lru_cache(maxsize=1)
def _blank() -> SheetBlank:
    return library().blank(library().template("klinisk-tarm").id, 1)


def _as_it_was(print_: Pixels) -> Pixels:
    return print_


def _line_moved(print_: Pixels) -> Pixels:
    """Move the lowest printed line two millimetres up."""
    top, low, by = round(268 * _MM), round(290 * _MM), round(2 * _MM)
    made = print_.copy()
    made[top:low] = 255
    made[top - by : low - by] = np.minimum(made[top - by : low - by], print_[top:low])
    return made


def _question_added(print_: Pixels) -> Pixels:
    made = print_.copy()
    cv2.putText(made, "Vaccinerad?", (round(20 * _MM), round(262 * _MM)), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0,), 3)
    return made


def _copied_too_often(print_: Pixels) -> Pixels:
    """Break and smear the print, as copies of copies do."""
    soft = cv2.GaussianBlur(print_, (0, 0), 2.2).astype(np.float32)
    grain = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 1, print_.shape).astype(np.float32), (0, 0), 6)
    return np.where(soft + 25 * grain / grain.std() < 150, 20, 245).astype(np.uint8)


@lru_cache(maxsize=4)
def _pages(change: Callable[[Pixels], Pixels]) -> tuple[tuple[Placed, Raster], ...]:
    """Return pages of a changed form as the program places and keeps them."""
    blank = _blank()
    paper = SheetBlank.holding(blank.template, blank.sheet, Raster.owning(change(blank.picture.pixels), 300.0))
    found = []
    for seed in range(6):
        lie = way(blank, turn=0.4 * seed - 1.0, scale=1.0 + 0.004 * seed)
        page = scanned(paper, filled(paper, seed=seed), lie, told=200.0)
        placed = place(page, library(), PlacePolicy())
        assert isinstance(placed, Placed)
        found.append((placed, preview(page, placed, library())))
    return tuple(found)


def _pictures(change: Callable[[Pixels], Pixels]) -> list[Raster]:
    return [picture for _, picture in _pages(change)]


def test_pages_of_the_form_as_it_was_show_no_change() -> None:
    found = revised(_blank(), _pictures(_as_it_was))
    assert (found.missing, found.added) == ((), ())


def test_a_line_of_print_that_moved_is_missing_in_its_old_place_and_new_in_another() -> None:
    found = revised(_blank(), _pictures(_line_moved))
    assert found.missing
    assert found.added
    assert all(place.y > 255 for place in (*found.missing, *found.added))


def test_a_question_that_was_added_is_told_where_it_stands() -> None:
    found = revised(_blank(), _pictures(_question_added))
    assert not found.missing
    assert {(round(place.y / 10), place.x < 70) for place in found.added} <= {(25, True), (26, True)}
    assert found.added


def test_a_master_that_was_copied_too_often_lacks_print_all_over_and_is_found_less_surely() -> None:
    assert len(revised(_blank(), _pictures(_copied_too_often)).missing) > 50
    worn = [placed.identification.score for placed, _ in _pages(_copied_too_often)]
    good = [placed.identification.score for placed, _ in _pages(_as_it_was)]
    assert fallen([*good * 5, *worn * 4])
    assert not fallen([*worn, *good * 8])


def test_one_bad_scan_among_good_ones_changes_nothing() -> None:
    pages = [*_pictures(_as_it_was), *_pictures(_copied_too_often)[:2], Raster(np.zeros((1754, 1240), np.uint8), 150.0)]
    found = revised(_blank(), pages)
    assert (found.missing, found.added) == ((), ())


@pytest.mark.parametrize("bad", [0, 3, 9])
def test_a_few_bad_scans_are_no_fall(bad: int) -> None:
    usual = [0.9 + 0.002 * (number % 7) for number in range(60)]
    assert not fallen([*usual[:-bad], *[0.5] * bad] if bad else usual)
    assert not strayed([*[0.1] * (60 - bad), *[0.7] * bad])


def test_a_lasting_fall_is_told_and_too_few_pages_tell_nothing() -> None:
    assert fallen([*[0.9] * 40, *[0.8] * ENOUGH])
    assert strayed([*[0.1] * 40, *[0.3] * ENOUGH])
    assert not fallen([*[0.9] * (ENOUGH - 1), *[0.5] * ENOUGH])


def test_both_pictures_stand_beside_each_other_with_what_differs_framed() -> None:
    picture = beside(_blank(), revised(_blank(), _pictures(_question_added)))
    blue = (picture[..., 0].astype(int) - picture[..., 2] > 100).any(axis=0)
    half = picture.shape[1] // 2
    assert blue[:half].any()
    assert (blue[:half] == blue[half:]).all()
