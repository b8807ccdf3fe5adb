"""A form's original is filled in through its own fields, and tells a template whose zones lie beside them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name, String

from pipeline.domain.exam import Against
from pipeline.domain.template import FormKind, Template
from pipeline.drawing.original import Original, specimen
from pipeline.drawing.papers import CONDITIONS, ORIGINAL, papers
from pipeline.edges import form_widgets, library
from pipeline.edges.library import ORIGINAL as FILE
from pipeline.edges.template_writer import Head
from pipeline.jobs.new_template import new_template
from pipeline.stages.pair import beside, pair
from tests.support.fillable import Sheet, box, made, text
from tests.support.shifted import SHIFTS, shifted

SECRET = "HEMLIGT"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a template of a form in which somebody has written already."""
    out = tmp_path_factory.mktemp("own")
    lines = [(60, 760 - 24 * i, f"Rad {i}: här frågas efter något om patienten och provet") for i in range(12)]
    printed = [(60, 445, "Personnummer"), (60, 405, "Övriga upplysningar"), (60, 345, "Vatten"), (130, 345, "Mat")]
    widgets = [
        ((140, 440, 340, 456), text("f1", MaxLen=12, Ff=1 << 24, V=String(SECRET))),
        ((60, 365, 500, 400), text("f2", Ff=1 << 12, AA={"K": {"S": Name.JavaScript, "JS": String(SECRET)}})),
        ((40, 343, 52, 355), box("v1")),
        ((110, 343, 122, 355), box("v2")),
    ]
    form = made(out / "form.pdf", Sheet([*lines, *printed], widgets))
    head = Head("prov", "1", "Prov", "Trial", FormKind.CLINICAL)
    return new_template([form], head, out, dt.date(2026, 1, 1), out).folder


@pytest.fixture(scope="module")
def template(folder: Path) -> Template:
    return library.read(folder)


def original(folder: Path, template: Template) -> Original:
    return Original(folder / FILE, pair(template, form_widgets.read(folder / FILE)))


def test_the_original_is_kept_with_its_fields_and_without_what_was_written(folder: Path) -> None:
    kept = form_widgets.read(folder / FILE)
    assert kept.widgets == form_widgets.read(folder.parents[1] / "form.pdf").widgets
    with pikepdf.open(folder / FILE) as pdf:
        assert SECRET not in "".join(str(item) for item in pdf.objects)


def test_every_zone_has_its_widget_and_lies_in_it(folder: Path, template: Template) -> None:
    pairs = original(folder, template).pairs
    assert len(pairs) == sum(len(field.all_zones) for field in template.fields) == 4
    assert {(one.key, one.option) for one in pairs} == {
        *((field.key, None) for field in template.fields if field.zones),
        *((field.key, option.value) for field in template.fields for option in field.options),
    }
    for one in pairs:
        found = beside(one)
        assert (found.dx_mm, found.dy_mm, found.against) == (0.0, 0.0, Against.WIDGET)


@pytest.mark.parametrize("shift", SHIFTS)
def test_zones_beside_their_widgets_are_told_and_which_way(
    folder: Path, template: Template, shift: tuple[float, float]
) -> None:
    pairs = original(folder, shifted(template, *shift)).pairs
    assert len(pairs) == 4
    for one in pairs:
        found = beside(one)
        assert found.dx_mm == pytest.approx(-shift[0], abs=0.35)
        assert found.dy_mm == pytest.approx(-shift[1], abs=0.35)


def test_what_is_told_stands_in_the_widgets_and_the_same_seed_gives_the_same_scan(folder: Path, template: Template) -> None:
    it = original(folder, template)
    first, again, other = (specimen(it, template, seed, ORIGINAL.damage) for seed in (3, 3, 4))
    assert first.data == again.data
    assert first.truth == again.truth
    assert first.data != other.data
    assert len(first.truth["pages"]) == 1
    assert set(first.truth["fields"]) == {field.key for field in template.fields}


def test_where_there_is_an_original_its_papers_are_among_the_others(folder: Path, template: Template) -> None:
    assert [paper.condition for paper in papers(8, 1)] == [*CONDITIONS, CONDITIONS[0]]
    with_it = papers(8, 1, original(folder, template))
    assert [paper.condition for paper in with_it] == [ORIGINAL, *CONDITIONS]
    assert len({paper.seed for paper in with_it}) == 8
