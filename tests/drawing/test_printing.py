"""The form to fill on screen: a widget for every zone, and what is filled in lands in its zone."""

from __future__ import annotations

import io
import random

import numpy as np
import pikepdf
import pytest

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.template import FieldKind, Template
from pipeline.drawing import digital
from pipeline.drawing.paper import Grey
from pipeline.drawing.printing import fillable
from pipeline.drawing.story import nothing, tell
from pipeline.edges import library

TEMPLATES = tuple(library.load([library.shipped()]))


def ids(template: Template) -> str:
    return template.id


def widgets(data: bytes) -> list[tuple[int, str, Rect, bool]]:
    """Return sheet, full name, place in millimetres and whether it is a comb, of each widget."""
    found = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            height = float(page.mediabox[3])
            for annotation in page.obj.get("/Annots", []):
                names, node = [], annotation
                flags = 0
                while node is not None:
                    if "/T" in node:
                        names.insert(0, str(node.T))
                    flags |= int(node.get("/Ff", 0))
                    node = node.get("/Parent")
                x0, y0, x1, y1 = (float(v) * MM_PER_INCH / 72 for v in annotation.Rect)
                place = Rect(x0, height * MM_PER_INCH / 72 - y1, x1 - x0, y1 - y0)
                found.append((number, ".".join(names), place, bool(flags & (1 << 24))))
    return found


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_every_zone_but_signatures_has_its_widget(template: Template) -> None:
    laid = widgets(fillable(template))
    for field in template.fields:
        mine = [item for item in laid if item[1].split(".")[0] == field.key]
        if field.kind is FieldKind.SIGN:
            assert not mine
            continue
        wanted = len(field.options) or (len(field.comb.groups) if field.comb else len(field.zones))
        assert len(mine) == wanted, field.key
        for sheet, _, place, comb in mine:
            assert any(zone.sheet == sheet and zone.rect.grown(0.01).holds(*place.centre) for zone in field.all_zones), (
                field.key
            )
            assert comb == (field.comb is not None)


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_the_printed_form_is_the_same_every_time_and_warns_of_nothing(template: Template) -> None:
    data = fillable(template)
    assert data == fillable(template)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not pdf.check_pdf_syntax()
        assert len(pdf.pages) == len(template.sheets)


def ink(filled: Grey, blank: Grey, zone: Rect, dpi: float) -> int:
    """Return how many pixels of a zone became dark."""
    scale = dpi / MM_PER_INCH
    rows, columns = (
        slice(round(zone.y * scale), round(zone.bottom * scale)),
        slice(round(zone.x * scale), round(zone.right * scale)),
    )
    return int(np.count_nonzero((filled[rows, columns] < 128) & (blank[rows, columns] > 160)))


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_what_is_filled_through_the_widgets_lands_in_the_zones_and_nowhere_else(template: Template) -> None:
    filled = digital.fitted(template, tell(template, random.Random(11)))
    sheets = digital.widgets_drawn(template, filled)
    empty = digital.fitted(template, {field.key: nothing(field) for field in template.fields})
    for sheet, picture, blank in zip(template.sheets, sheets, digital.widgets_drawn(template, empty), strict=True):
        outside = (picture < 128) & (blank > 160)
        for field in template.fields_on(sheet.number):
            value = filled.values[field.key]
            for option in field.options:
                chosen = value if isinstance(value, tuple) else (value,)
                marked = ink(picture, blank, option.zone.rect.grown(-0.4), digital.DRAWN_DPI) > 30
                assert marked == (option.value in chosen), (field.key, option.value)
            for zone in field.zones:
                written = ink(picture, blank, zone.rect, digital.DRAWN_DPI) > 20
                assert written == (value not in (None, False)), field.key
            for zone in field.all_zones:
                scale = digital.DRAWN_DPI / MM_PER_INCH
                rect = zone.rect.grown(0.3)
                outside[
                    int(rect.y * scale) : int(rect.bottom * scale) + 1, int(rect.x * scale) : int(rect.right * scale) + 1
                ] = False
        assert np.count_nonzero(outside) < 40


def test_a_widget_holds_the_value_it_was_given() -> None:
    template = next(template for template in TEMPLATES if template.name == "klinisk-tarm")
    data = fillable(
        template, {"pat_namn": "Övnina Åskådlig", "pat_id": "19500907-2553", "diagnos": "ehec", "smittvag": ("djur",)}
    )
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert str(fields["pat_namn"].V) == "Övnina Åskådlig"
        assert [str(kid.V) for kid in fields["pat_id"].Kids] == ["19500907", "2553"]
        assert [int(kid.MaxLen) for kid in fields["pat_id"].Kids] == [8, 4]
        assert pikepdf.Name("/ehec") == fields["diagnos"].V
        assert {str(kid.T): str(kid.AS) for kid in fields["smittvag"].Kids}["djur"] == "/djur"
        assert {str(kid.T): str(kid.AS) for kid in fields["smittvag"].Kids}["vatten"] == "/Off"


def test_a_text_layer_says_what_was_typeset() -> None:
    import pdfplumber

    template = next(template for template in TEMPLATES if template.name == "paragraf")
    filled = digital.fitted(template, tell(template, random.Random(4)))
    with pdfplumber.open(io.BytesIO(digital.typeset(template, filled))) as pdf:
        text = " ".join(page.extract_text() for page in pdf.pages)
    assert str(filled.values["sjukdom"]) in text
    assert str(filled.values["anm_lakare"]) in text


def test_a_number_is_typeset_too_and_an_answer_for_one_line_stays_on_it() -> None:
    import pdfplumber

    template = next(template for template in TEMPLATES if template.name == "klinisk-hiv")
    filled = digital.fitted(template, {**tell(template, random.Random(4)), "cd4": 614})
    with pdfplumber.open(io.BytesIO(digital.typeset(template, filled))) as pdf:
        words = pdf.pages[template.field("cd4").sheet - 1].extract_words()
        where = {key: template.field(key).zones[0].rect for key in ("cd4", "anm_klinik")}
        per = 25.4 / 72
        inside = {
            key: [
                w["text"]
                for w in words
                if r.x <= w["x0"] * per < r.right and r.y <= (w["top"] + w["bottom"]) / 2 * per < r.bottom
            ]
            for key, r in where.items()
        }
    assert "".join(inside["cd4"]) == "614"
    assert " ".join(inside["anm_klinik"]) == filled.values["anm_klinik"]
