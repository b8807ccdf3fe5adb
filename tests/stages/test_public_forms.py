"""Real forms that no one here drew: told apart by their versions, refused where they are not known."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from pipeline.domain.geometry import Rect
from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.placement import Placed, Rejection
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.template import Field, FieldKind, FormKind, Sheet, Template, Zone
from pipeline.stages.place import place
from tests.support.scanning import filled, library, scanned, way, worst_mm

PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "public-forms"
VERSIONS = ("TSTRK1031-V02U06", "TSTRK1031-V02U08")
pytestmark = pytest.mark.skipif(not PUBLIC.is_dir(), reason="public test data is not beside the project")


@lru_cache(maxsize=8)
def _blank(name: str, number: int) -> SheetBlank:
    document = pypdfium2.PdfDocument(PUBLIC / f"{name}.pdf")
    drawn = np.asarray(document[number].render(scale=300 / 72, grayscale=True, draw_annots=False).to_numpy()).squeeze()
    document.close()
    size = (drawn.shape[1] * 25.4 / 300, drawn.shape[0] * 25.4 / 300)
    zones = [Rect(15.0 + 30 * column, 15.0 + 22 * row, 22.0, 8.0) for column in range(6) for row in range(12)]
    fields = tuple(
        Field(f"zon_{i}", "", "", FieldKind.TEXT40, zones=(Zone(number + 1, rect),)) for i, rect in enumerate(zones)
    )
    sheet = Sheet(number + 1, *size)
    base, _, version = name.partition("-")
    template = Template(base, version, base, base, FormKind.CLINICAL, (), (sheet,), fields, name, digest=name)
    return SheetBlank.holding(template, sheet, Raster.owning(np.ascontiguousarray(drawn), 300.0))


def _all() -> Library:
    return Library((*(_blank(name, number) for name in VERSIONS for number in (0, 1)), *library().blanks))


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("name", VERSIONS)
@pytest.mark.parametrize(("turn", "dpi"), [(1.0, 200.0), (184.0, 300.0)])
def test_two_versions_of_a_real_form_are_told_apart(name: str, number: int, turn: float, dpi: float) -> None:
    blank = _blank(name, number)
    matrix = way(blank, turn=turn, dpi=dpi)
    page = scanned(blank, filled(blank, share=0.4), matrix, dpi=dpi)
    placed = place(page, _all(), PlacePolicy())
    assert isinstance(placed, Placed)
    assert (placed.identification.id, placed.identification.sheet) == (blank.template.id, number + 1)
    assert worst_mm(blank, placed, matrix) < 0.3


@pytest.mark.parametrize(("name", "number"), [(VERSIONS[0], 0), ("labor_covid19_d_editable_V5", 0), ("covid19_EM_d", 0)])
def test_a_real_form_the_library_does_not_know_is_refused(name: str, number: int) -> None:
    blank = _blank(name, number)
    for turn in (0.5, 91.0):
        found = place(scanned(blank, filled(blank, share=0.3), way(blank, turn=turn)), library(), PlacePolicy())
        assert isinstance(found, Rejection)
