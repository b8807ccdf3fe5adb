"""Pages of one unknown form are known for that, however they lie and whatever is written on them; their blank comes back."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import cv2
import numpy as np
import pytest

from pipeline.domain.geometry import Rect
from pipeline.domain.library import SheetBlank
from pipeline.domain.placement import Placed
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page
from pipeline.stages.evidence import EVIDENCE_DPI, printed
from pipeline.stages.look import SAME, Look, alike, grouped, look, look_bytes, look_of
from pipeline.stages.outline import at
from pipeline.stages.place import place
from pipeline.stages.unfilled import unfilled
from pipeline.stages.warp import flattened, shrunk
from tests.support.scanning import filled, library, scanned, way

LIES = ((0.7, 200.0, 1.0), (-1.2, 150.0, 0.97), (181.0, 300.0, 1.0), (0.2, 200.0, 1.02), (90.5, 200.0, 1.0))


def _page(blank: SheetBlank, number: int) -> Page:
    turn, dpi, scale = LIES[number % len(LIES)]
    return scanned(blank, filled(blank, seed=number), way(blank, turn=turn, dpi=dpi, scale=scale), dpi=dpi, told=dpi)


MOST_ALIKE = ("klinisk-tarm", "klinisk-tb", "klinisk-sti")  # the second sheets of the first two are all but the same
ALL = pytest.param(None, marks=pytest.mark.slow, id="all")
SOME = pytest.param(MOST_ALIKE, id="most-alike")


@lru_cache(maxsize=1)
def _looks(forms: tuple[str, ...] | None = MOST_ALIKE) -> tuple[tuple[str, Look], ...]:
    blanks = [blank for blank in library().blanks if forms is None or blank.template.name in forms]
    return tuple((blank.name, look(_page(blank, number))) for number in range(4) for blank in blanks)


@pytest.mark.parametrize("forms", [SOME, ALL])
def test_pages_are_grouped_by_their_form(forms: tuple[str, ...] | None) -> None:
    names = [name for name, _ in _looks(forms)]
    groups = grouped([seen for _, seen in _looks(forms)])
    assert sorted(map(len, groups)) == [4] * len(set(names))
    assert all(len({names[index] for index in group}) == 1 for group in groups)


@pytest.mark.parametrize("forms", [SOME, ALL])
def test_any_two_pages_of_a_form_are_alike_and_no_two_of_different_forms(forms: tuple[str, ...] | None) -> None:
    for (one, ours), (other, theirs) in combinations(_looks(forms), 2):
        assert (alike(ours, theirs) >= SAME) is (one == other)


def test_groups_keep_their_members_and_their_first_when_more_pages_come() -> None:
    looks = [seen for _, seen in _looks()]
    before, after = grouped(looks[:9]), grouped(looks)
    assert all(any(group == later[: len(group)] for later in after) for group in before)


def test_a_look_comes_back_from_its_bytes() -> None:
    page = _page(library().blanks[0], 1)
    told = look_bytes(page)
    assert len(told) < 100_000
    assert alike(look(page), look_of(told)) > 0.95


def test_bytes_that_are_no_look_are_refused() -> None:
    with pytest.raises(ValueError, match="not a look"):
        look_of(b"L1\0\0something else")


def test_a_page_without_a_picture_is_like_none() -> None:
    nothing = look(Page(1, Raster.owning(np.full((4, 4), 255, np.uint8), 200.0)))
    assert grouped([nothing, nothing, _looks()[0][1]]) == ((0,), (1,), (2,))


@pytest.mark.parametrize("count", [3, 9])
def test_the_blank_of_filled_pages_has_the_print_and_little_of_the_writing(count: int) -> None:
    blank = library().blanks[0]
    made = unfilled([_page(blank, number) for number in (0, 3, 1, 5, 8, 6, 10, 13, 11)[:count]])
    assert made is not None
    there, ours = _print(blank), _upon(made, blank)
    near = np.ones((3, 3), np.uint8)
    missing = there & (cv2.dilate(ours.astype(np.uint8), near) == 0)
    written = ours & (cv2.dilate(there.astype(np.uint8), near) == 0)
    assert missing.sum() < 0.03 * there.sum()
    assert written.sum() < (0.06 if count == 3 else 0.01) * there.sum()


def test_the_blank_is_upright_when_most_pages_are_and_has_their_size() -> None:
    blank = library().blanks[0]
    pages = [_page(blank, number) for number in (2, 0, 3, 5)]
    wrong = [Page(1, Raster(page.raster.pixels, page.raster.dpi * 0.7)) if not i else page for i, page in enumerate(pages)]
    made = unfilled(wrong)
    assert made is not None
    size = (made.width / made.dpi * 25.4, made.height / made.dpi * 25.4)
    assert size == pytest.approx((blank.sheet.width_mm, blank.sheet.height_mm), abs=1.0)
    assert alike(look(Page(1, made)), look(Page(1, blank.picture))) > 0.8
    assert (_print(blank) & _upon(made, blank)).sum() > 0.5 * _print(blank).sum()


def _print(blank: SheetBlank) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return printed(at(blank, EVIDENCE_DPI))


def _upon(made: Raster, blank: SheetBlank) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Lay a made blank upon the true one by its print, and return its own print."""
    placed = place(Page(1, made), library(), PlacePolicy())
    assert isinstance(placed, Placed)
    assert placed.registration.rotation == 0
    to_px = placed.registration.mm_to_px.matrix
    small = shrunk(made.pixels, to_px, EVIDENCE_DPI)
    sheet = Rect(0.0, 0.0, blank.sheet.width_mm, blank.sheet.height_mm)
    return printed(flattened(small.pixels, small.from_page @ to_px, sheet, EVIDENCE_DPI))
