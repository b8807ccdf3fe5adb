"""The proof's page shows every field and zone, in words of either language, and is safe whatever a label says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline import words
from pipeline.domain.editing import OpenField
from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.errors import Fault
from pipeline.web.proof import View, as_html, page


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    words.use("en")
    yield
    words.use("en")


@pytest.mark.parametrize("template", tuple(library.load([library.shipped()])), ids=lambda template: template.id)
def test_every_field_and_every_zone_is_there_once(template: Template) -> None:
    html = as_html(template)
    zones = re.findall(r'id="zone-(\d+)-(\d+)"', html)
    assert len(zones) == len(set(zones)) == sum(len(field.all_zones) for field in template.fields)
    assert re.findall(r'<a id="field-\d+"[^>]*><b>(\w+)</b>', html) == [field.key for field in template.fields]
    assert html.count("data:image/png;base64,") == len(template.sheets)
    assert html.count('class="cell"') == sum(field.comb.cells for field in template.fields if field.comb)
    for field in template.fields:
        for rule in field.rules:
            assert f"<code>{rule}</code>" in html


def test_a_page_asks_for_nothing_but_itself() -> None:
    html = as_html(library.read(library.shipped() / "paragraf" / "2025-1"))
    assert "<script" not in html
    assert not [link for link in re.findall(r'(?:href|src)="([^"]*)"', html) if not link.startswith(("#", "data:"))]
    assert "default-src 'none'" in html


def test_it_is_said_in_swedish_too() -> None:
    template = library.read(library.shipped() / "klinisk-sti" / "2025-1")
    words.use("sv")
    html = as_html(template)
    assert '<html lang="sv">' in html
    assert "krävs när" in html


def test_what_a_label_says_is_text_and_nothing_else() -> None:
    template = library.read(library.shipped() / "klinisk-sti" / "2025-1")
    sly = replace(template.fields[0], label='"><script>alert(1)</script>', key="a")
    html = page(template, View((OpenField(sly),), guesses=(("<b>",),)), {1: "data:,"}, editing=False)
    assert "<script" not in html
    assert "<b><" not in html


def test_a_fault_is_told_at_its_field_and_marks_its_zone() -> None:
    template = library.read(library.shipped() / "klinisk-sti" / "2025-1")
    fields = tuple(OpenField(field) for field in template.fields)
    faults = (
        Fault("zones_overlap", ("field", 0, "option", 1, "zone"), 0, "a", ("b",)),
        Fault("duplicate_key", ("field", 1), 0, "b"),
    )
    lacking = (Fault("missing_by_law", ("kind",), 5, known=("anm_lakare",)), Fault("guesses_left", ("field", 1), found="1"))
    view = View(fields, faults, lacking, ((),) * len(fields))
    html = page(template, view, {1: "data:,"}, editing=True)
    assert view.faulty == {(0, 1)}
    assert re.search(r'id="zone-0-1" class="zone box faulty"', html)
    told = [
        html.index(words) for words in ("does not ask for them: anm_lakare", "the zone of a lies", "has the key “b” too")
    ]
    assert told == sorted(told), "the form's own come first, then field by field"
