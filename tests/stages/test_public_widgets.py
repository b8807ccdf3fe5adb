"""Real fillable forms that no one here drew: every widget becomes a zone where it stands."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pikepdf
import pytest

from pipeline.domain.fillable import ProposedField
from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.template import FieldKind, FormKind
from pipeline.edges import form_widgets, labels, library
from pipeline.edges.template_writer import Head
from pipeline.jobs.new_template import new_template
from pipeline.stages.due import STOCKHOLM
from pipeline.stages.propose import propose
from tests.stages.test_public_forms import PUBLIC

DIABETES = ("TSTRK1031-V02U06", "TSTRK1031-V02U08")
LABORATORY = "labor_covid19_d_editable_V5"
WIDGETS = {**dict.fromkeys(DIABETES, 102), LABORATORY: 57}
pytestmark = pytest.mark.skipif(not PUBLIC.is_dir(), reason="public test data is not beside the project")


@lru_cache(maxsize=4)
def fields(name: str) -> dict[str, ProposedField]:
    form = form_widgets.read(PUBLIC / f"{name}.pdf")
    assert not form.left_out
    return {one.field.key: one for one in propose(form, labels.load())}


def widgets(name: str) -> list[tuple[int, Rect]]:
    """Return what pikepdf says of the same file: each widget's sheet and place in millimetres, with no page turned."""
    found = []
    point = MM_PER_INCH / 72
    with pikepdf.open(PUBLIC / f"{name}.pdf") as pdf:
        for number, page in enumerate(pdf.pages, 1):
            top = float(page.cropbox[3])
            for note in page.obj.Annots:
                if note.get("/Subtype") == "/Widget":
                    a, b, c, d = (float(side) for side in note.Rect)
                    found.append((number, Rect(a * point, (top - d) * point, (c - a) * point, (d - b) * point)))
    return found


def far(one: Rect, other: Rect) -> float:
    return max(abs(one.x - other.x), abs(one.y - other.y), abs(one.right - other.right), abs(one.bottom - other.bottom))


@pytest.mark.parametrize("name", WIDGETS)
def test_every_widget_is_a_zone_within_a_fifth_of_a_millimetre(name: str) -> None:
    placed = widgets(name)
    assert len(placed) == WIDGETS[name]
    zones = [zone for one in fields(name).values() for zone in one.field.all_zones]
    assert len(zones) == len(placed)
    worst = [min(far(zone.rect, rect) for zone in zones if zone.sheet == sheet) for sheet, rect in placed]
    assert max(worst) < 0.2
    back = [min(far(zone.rect, rect) for sheet, rect in placed if zone.sheet == sheet) for zone in zones]
    assert max(back) < 0.2


@pytest.mark.parametrize("name", DIABETES)
def test_the_certificates_questions_have_their_kinds_and_options(name: str) -> None:
    found = {key: one.field for key, one in fields(name).items()}
    kinds = Counter(field.kind for field in found.values())
    assert kinds[FieldKind.YN] == 11
    assert all([option.value for option in field.options] == ["yes", "no"] for field in found.values() if field.kind == "yn")
    assert found["pat_id"].comb is not None
    assert found["pat_id"].comb.groups == (8, 4)
    assert found["pat_id_sida2"].rules[0].id == "same_as"
    assert found["om_ja_i_sa_fall_nar"].kind is FieldKind.DATE
    assert all(found[key].rules[0].id == "partial" for key in ("vilket_ar_stalldes_diagnosen", "insulin_sedan_ar"))
    assert found["underskrift"].kind is FieldKind.SIGN
    assert found["anm_tel"].kind is FieldKind.PHONE
    licences = ["AM", "A1", "A2", "A", "B", "BE", "Traktor", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE", "Taxi"]
    assert [option.label for option in found["intyget_avser"].options] == licences
    assert [option.label for option in found["patienten_uppfyller_kraven"].options] == [*licences, "Kan inte ta ställning"]
    assert [option.label for option in found["behandling_2"].options] == [
        "Endast kost",
        "Tabletter",
        "Insulin",
        "Insulin sedan år",
    ]


def test_the_laboratorys_questions_have_their_kinds_and_options() -> None:
    found = {key: one.field for key, one in fields(LABORATORY).items()}
    tests = [field for field in found.values() if [o.label for o in field.options] == ["positiv", "negativ"]]
    assert len(tests) == 9
    assert all([option.value for option in field.options] == ["true", "false"] for field in tests)
    assert found["neue_sequenzierungsmethode"].kind is FieldKind.YN
    assert [option.value for option in found["patient_in_geschlecht"].options] == ["k", "m"]
    assert found["plz"].comb is not None
    assert (found["plz"].comb.cells, found["plz"].required) == (4, "always")
    days = {key: [zone.rect.x for zone in field.zones] for key, field in found.items() if field.kind is FieldKind.DATE}
    assert list(days) == ["nachweisdatum", "entnahmedatum", "geburtsdatum", "anm_datum"]
    assert all(len(at) == 3 and at == sorted(at, reverse=True) for at in days.values())  # printed day first, read year first
    assert found["bemerkungen"].kind is FieldKind.TEXT1500
    assert found["patient_in_telefonnummer"].kind is FieldKind.PHONE


@pytest.mark.parametrize("name", WIDGETS)
def test_the_template_loads_without_faults(name: str, tmp_path: Path) -> None:
    head = Head("prov", "1", "Prov", "Trial", FormKind.CLINICAL)
    made = new_template([PUBLIC / f"{name}.pdf"], head, tmp_path, dt.datetime(2026, 1, 1, tzinfo=STOCKHOLM).date(), tmp_path)
    assert made.faults == ()
    assert len(library.read(made.folder).fields) == made.fields == len(fields(name))
