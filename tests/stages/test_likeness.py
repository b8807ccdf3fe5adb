"""One paper scanned twice is known again; two fillings of one form are told apart."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from pipeline.domain.placement import Placed
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page
from pipeline.stages.likeness import same, signature
from pipeline.stages.place import place
from tests.support.scanning import filled, library, scanned, way

BLANK = library().blanks[0]


def _signed(page: Page) -> bytes:
    placed = place(page, library(), PlacePolicy())
    assert isinstance(placed, Placed)
    return signature(page, placed, library())


def _scans(seed: int) -> list[Page]:
    """Return one filled sheet scanned straight, upside down and grey, and in black and white at another resolution."""
    picture = filled(BLANK, seed=seed)
    straight = scanned(BLANK, picture, way(BLANK, dpi=300.0), dpi=300.0)
    down = scanned(BLANK, picture, way(BLANK, turn=181.0))
    pale = Page(1, Raster.owning((255 - (255 - down.raster.pixels.astype(np.float32)) * 0.7).astype(np.uint8), 0.0))
    grey = scanned(BLANK, picture, way(BLANK, turn=-1.5, dpi=240.0), dpi=240.0).raster.pixels
    return [straight, pale, Page(1, Raster.owning(np.where(grey < 150, 0, 255).astype(np.uint8), 0.0))]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_paper_scanned_in_other_ways_is_the_same(seed: int) -> None:
    signed = [_signed(page) for page in _scans(seed)]
    assert all(same(one, other) for one, other in itertools.combinations(signed, 2))


def test_two_fillings_of_one_form_are_not_the_same() -> None:
    signed = [_signed(_scans(seed)[0]) for seed in (1, 2, 3)]
    assert not any(same(one, other) for one, other in itertools.combinations(signed, 2))


def test_one_box_ticked_instead_of_another_is_enough_to_tell_two_forms_apart() -> None:
    field = next(f for f in BLANK.template.fields_on(1) if f.is_boxes and len(f.options) > 1)
    pictures = []
    for option in field.options[:2]:
        picture = filled(BLANK, seed=5)
        for each in field.options:
            r = each.zone.rect
            left, top, right, low = (round(v * 300 / 25.4) for v in (r.x, r.y, r.right, r.bottom))
            picture[top:low, left:right] = BLANK.picture.pixels[top:low, left:right]
            if each is option:
                cv2.line(picture, (left, top), (right, low), (30,), 4)
                cv2.line(picture, (left, low), (right, top), (30,), 4)
        pictures.append(_signed(scanned(BLANK, picture, way(BLANK))))
    assert not same(*pictures)


def test_two_empty_forms_have_nothing_to_be_the_same_in() -> None:
    empty = _signed(scanned(BLANK, BLANK.picture.pixels, way(BLANK)))
    assert not same(empty, empty)


def test_sheets_of_different_forms_are_never_the_same() -> None:
    other = library().blanks[3]
    ours = _signed(_scans(1)[0])
    theirs = _signed(scanned(other, filled(other), way(other)))
    assert not same(ours, theirs)
    assert not same(ours, b"")


def test_a_signature_is_small() -> None:
    assert len(_signed(_scans(1)[0])) < 6000
