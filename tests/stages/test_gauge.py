"""Zones are held against the paper: what is shifted is told, and which way, and what lies well is let be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from pipeline.domain.exam import Gauged
from pipeline.domain.geometry import Rect
from pipeline.domain.library import Library
from pipeline.domain.template import FormKind, Template, Zone
from pipeline.edges import library
from pipeline.edges.template_writer import Head
from pipeline.jobs.new_template import new_template
from pipeline.stages.gauge import gauge
from pipeline.stages.grade import off
from tests.stages.test_public_forms import PUBLIC
from tests.stages.test_public_widgets import WIDGETS
from tests.support.shifted import SHIFTS, on, shifted

SHIPPED = library.load([library.shipped()])
public = pytest.mark.skipif(not PUBLIC.is_dir(), reason="public test data is not beside the project")


@cache
def gauged(known: Library, template: Template) -> tuple[Gauged, ...]:
    blanks = [blank for blank in known.blanks if blank.template.id == template.id]
    return tuple(zone for blank in blanks for zone in gauge(on(blank, template)))


@pytest.mark.parametrize("template", SHIPPED.templates, ids=lambda template: template.id)
def test_every_zone_of_a_shipped_template_lies_on_its_print(template: Template) -> None:
    zones = gauged(SHIPPED, template)
    assert len(zones) == sum(len(field.all_zones) for field in template.fields)
    assert all(zone.off_mm is not None and zone.off_mm < 0.2 for zone in zones)


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("template", SHIPPED.templates, ids=lambda template: template.id)
def test_two_millimetres_are_told_of_every_box_and_comb_and_which_way(
    template: Template, shift: tuple[float, float]
) -> None:
    zones = gauged(SHIPPED, shifted(template, *shift))
    framed = [zone for zone in zones if zone.option is not None or template.field(zone.key).comb]
    assert set(framed) <= set(off(zones))
    boxes = [zone for zone in framed if zone.option is not None]
    way = np.array([(zone.dx_mm, zone.dy_mm) for zone in boxes])
    assert np.abs(way + shift).max() < 0.2


@pytest.mark.parametrize("shift", SHIFTS[:3])
@pytest.mark.parametrize("template", SHIPPED.templates, ids=lambda template: template.id)
def test_most_lines_that_run_over_the_edge_of_their_cell_are_told(template: Template, shift: tuple[float, float]) -> None:
    zones = gauged(SHIPPED, shifted(template, *(1.3 * way for way in shift)))
    lines = [zone for zone in zones if zone.option is None and not template.field(zone.key).comb]
    assert len(set(lines) & set(off(zones))) > 0.6 * len(lines)


@public
@pytest.mark.parametrize("name", WIDGETS)
def test_real_forms_lie_on_their_print_and_are_told_when_they_are_shifted(name: str, tmp_path: Path) -> None:
    head = Head("prov", "1", "Prov", "Trial", FormKind.CLINICAL)
    folder = new_template([PUBLIC / f"{name}.pdf"], head, tmp_path, dt.date(2026, 1, 1), tmp_path).folder
    known = library.load([tmp_path])
    template = library.read(folder)
    assert off(gauged(known, template)) == ()
    boxes = sum(len(field.options) for field in template.fields)
    for shift in SHIFTS:
        assert len(off(gauged(known, shifted(template, *shift)))) >= boxes


def test_a_line_without_print_around_it_is_well_where_it_is() -> None:
    blank = SHIPPED.blank("klinisk-tarm@2025-1", 1)
    empty = Rect(60, 262, 40, 6)  # the unit's own notes, where nothing is printed
    field = next(field for field in blank.template.fields if field.zones and field.comb is None and not field.options)
    template = replace(blank.template, fields=(replace(field, zones=(Zone(1, empty),)),), digest="empty")
    assert gauge(on(blank, template)) == (Gauged(field.key, None, 1, 0.0, 0.0),)
