"""The shipped forms: print and zones agree, on the PDF itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pdfplumber
import pytest

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.template import Field, FieldKind, Template
from pipeline.drawing import fonts
from pipeline.drawing.faces import TABLE, face
from pipeline.edges import library

LIBRARY = library.load([library.shipped()])
TEMPLATES = tuple(LIBRARY)
POINT = MM_PER_INCH / 72


def ids(template: Template) -> str:
    return template.id


def rects(template: Template) -> Iterator[tuple[int, list[Rect], list[Rect]]]:
    """Give each sheet's printed rectangles and letters, in millimetres from its top left."""
    with pdfplumber.open(template.blank_path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            drawn = [Rect(r["x0"] * POINT, r["top"] * POINT, r["width"] * POINT, r["height"] * POINT) for r in page.rects]
            letters = [
                Rect(c["x0"] * POINT, c["top"] * POINT, c["width"] * POINT, c["height"] * POINT)
                for c in page.chars
                if c["text"].strip()
            ]
            yield number, drawn, letters


def same(one: Rect, other: Rect, within: float = 0.05) -> bool:
    return all(
        abs(a - b) < within
        for a, b in ((one.x, other.x), (one.y, other.y), (one.right, other.right), (one.bottom, other.bottom))
    )


def written(template: Template, sheet: int) -> Iterator[tuple[Field, Rect]]:
    for field in template.fields:
        for zone in field.zones:
            if zone.sheet == sheet:
                yield field, zone.rect


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_a_boxs_zone_is_the_printed_square(template: Template) -> None:
    for number, drawn, letters in rects(template):
        for field in template.fields_on(number):
            for option in field.options:
                if option.zone.sheet != number:
                    continue
                zone = option.zone.rect
                assert 3.5 <= zone.width <= 4.0
                assert zone.width == zone.height
                assert any(same(zone, rect) for rect in drawn), (field.key, option.value)
                assert not any(zone.overlaps(letter) for letter in letters), (field.key, option.value)


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_a_text_zone_lies_in_one_ruled_cell_under_its_label(template: Template) -> None:
    for number, drawn, letters in rects(template):
        for field, zone in written(template, number):
            cells = [
                cell
                for cell in drawn
                if cell.holds(zone.x, zone.y) and cell.holds(zone.right, zone.bottom) and cell.width < 200
            ]
            assert cells, field.key
            assert not any(letter.overlaps(zone) for letter in letters), field.key


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_a_combs_zone_is_its_printed_frames(template: Template) -> None:
    for number, drawn, _ in rects(template):
        for field, zone in written(template, number):
            if field.comb is None:
                continue
            cells, start = field.comb.rects(zone), 0
            for count in field.comb.groups:
                group = Rect(cells[start].x, zone.y, cells[start + count - 1].right - cells[start].x, zone.height)
                assert any(same(group, rect) for rect in drawn), field.key
                start += count


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_the_face_is_drawn_again_from_its_table(template: Template) -> None:
    folder = Path(template.blank_path).parent
    drawn = face(library.written(folder), folder / TABLE)
    if all(name in fonts.installed() for name in fonts.FACE):
        assert drawn == (folder / "blank.pdf").read_bytes()
    assert drawn == face(library.written(folder), folder / TABLE)


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_every_sheet_says_that_it_is_no_agencys_form(template: Template) -> None:
    with pdfplumber.open(template.blank_path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            text = page.extract_text()
            assert "studieblankett – ej myndighetens" in text.casefold()
            assert f"Sida {number} ({len(template.sheets)})" in text
            assert template.version in text
    assert "Studieblankett" in template.note


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_notes_say_where_the_content_comes_from(template: Template) -> None:
    notes = (Path(template.blank_path).parent / "NOTES.md").read_text()
    assert template.id in notes
    assert "## Where its content comes from" in notes


def test_the_same_key_asks_the_same_kind_in_every_form() -> None:
    kinds: dict[str, set[FieldKind]] = {}
    for template in TEMPLATES:
        for field in template.fields:
            kinds.setdefault(field.key, set()).add(field.kind)
    allowed = {"pat_id": {FieldKind.PNR, FieldKind.RIKSKOD}}
    for key, found in kinds.items():
        assert len(found) == 1 or found == allowed.get(key), key


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_identity_disease_date_and_kind_are_critical(template: Template) -> None:
    keys = {"pat_id", "pat_id_typ", "diagnos", "sjukdom", "diagnosdatum", "anmalan_avser", "paragraf", "pat_namn"}
    for field in template.fields:
        if field.key in keys:
            assert field.critical, field.key


def test_the_coded_form_has_no_place_for_name_or_address() -> None:
    coded = LIBRARY.template("klinisk-sti")
    assert not {"pat_namn", "pat_adress", "pat_postnr", "pat_ort", "pat_tel", "smittkalla"} & {
        field.key for field in coded.fields
    }
    assert coded.field("pat_id").kind is FieldKind.RIKSKOD
    assert coded.field("pat_id").comb is not None


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_later_sheets_repeat_the_identity(template: Template) -> None:
    for sheet in template.sheets[1:]:
        field = template.field(f"pat_id_sida{sheet.number}")
        rule = field.rule("same_as")
        assert field.sheet == sheet.number
        assert rule is not None
        assert rule.param("field") == "pat_id"


def test_no_two_sheets_look_nearly_alike() -> None:
    small = [
        cv2.resize(cv2.GaussianBlur(blank.picture.pixels, (0, 0), 6), (248, 351), interpolation=cv2.INTER_AREA).astype(float)
        for blank in LIBRARY.blanks
    ]
    for one, other in itertools.combinations(small, 2):
        assert np.corrcoef(one.ravel(), other.ravel())[0, 1] < 0.6
