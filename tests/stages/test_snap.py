"""A zone that was drawn by hand is laid to the print it was meant for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.geometry import Rect
from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.stages.snap import CLEAR_MM, snap

TEMPLATES = tuple(library.load([library.shipped()]))
PICTURE = library.picture(TEMPLATES[0], TEMPLATES[0].sheets[0], 200)


def near(one: Rect, other: Rect, within: float) -> bool:
    sides = ((one.x, other.x), (one.y, other.y), (one.right, other.right), (one.bottom, other.bottom))
    return all(abs(a - b) <= within for a, b in sides)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_a_box_drawn_by_hand_is_laid_to_its_printed_square(template: Template) -> None:
    picture = library.picture(template, template.sheets[0], 200)
    boxes = [option.zone.rect for field in template.fields_on(1) for option in field.options if option.zone.sheet == 1]
    assert len(boxes) > 10
    for rect in boxes:
        drawn = Rect(rect.x - 0.4, rect.y + 0.4, rect.width + 0.7, rect.height - 0.5)
        assert near(snap(picture, drawn, inside=False), rect, 0.3)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_a_comb_is_laid_to_its_frame(template: Template) -> None:
    picture = library.picture(template, template.sheets[0], 200)
    combs = [field.zones[0].rect for field in template.fields_on(1) if field.comb and field.sheet == 1]
    for rect in combs:
        drawn = Rect(rect.x + 0.8, rect.y - 0.6, rect.width - 0.2, rect.height + 0.5)
        assert near(snap(picture, drawn, inside=False), rect, 0.3)


def test_writing_is_laid_clear_of_the_lines_around_it() -> None:
    rect = TEMPLATES[0].fields_on(1)[0].options[0].zone.rect
    laid = snap(PICTURE, rect, inside=True)
    assert laid.x > rect.x + CLEAR_MM
    assert laid.right < rect.right - CLEAR_MM
    assert laid.bottom < rect.bottom - CLEAR_MM


def test_where_nothing_is_printed_a_zone_stays_where_it_is() -> None:
    rect = Rect(3, 3, 5, 5)
    assert snap(PICTURE, rect, inside=False) == rect


@given(st.floats(0, 205), st.floats(0, 290), st.floats(1, 200), st.floats(1, 200), st.booleans())
def test_no_side_goes_further_than_the_reach(x: float, y: float, width: float, height: float, inside: bool) -> None:
    rect = Rect(x, y, width, height)
    assert near(snap(PICTURE, rect, inside), rect, 2.0 + CLEAR_MM)
