"""Templates are found, checked with every fault at once, and drawn at an exact scale."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.template import Condition, FieldKind, RuleId
from pipeline.edges import library
from pipeline.edges.template_faults import parse
from pipeline.errors import Fault, TemplateError
from pipeline.stages.vet import vet
from pipeline.web.template_words import sentence
from tests.support.lawful import CATALOGUE

SHIPPED = library.shipped()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of a shipped template's folder, to be spoiled."""
    target = tmp_path / "klinisk-sti" / "2025-1"
    shutil.copytree(SHIPPED / "klinisk-sti" / "2025-1", target)
    return target


def spoil(folder: Path, *changes: tuple[str, str]) -> list[str]:
    text = (folder / "template.toml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "template.toml").write_text(text)
    return text.splitlines()


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(TemplateError) as caught:
        library.read(folder)
    return caught.value.faults


def test_the_shipped_templates_load_without_a_fault() -> None:
    loaded = library.load()
    assert {template.id for template in loaded} >= {"klinisk-tarm@2025-1", "klinisk-sti@2025-1", "paragraf@2025-1"}
    assert loaded.template("klinisk-tarm").version == "2025-1"
    assert loaded.blank("klinisk-tarm@2025-1", 2).sheet.number == 2
    with pytest.raises(KeyError):
        loaded.blank("klinisk-tarm@2025-1", 3)
    with pytest.raises(KeyError):
        loaded.template("klinisk-tarm@1999-1")


def test_a_blank_is_drawn_at_exactly_300_dpi() -> None:
    template = library.read(SHIPPED / "klinisk-tarm" / "2025-1")
    raster = library.picture(template, template.sheet(1))
    assert (raster.width, raster.height, raster.dpi) == (2481, 3508, 300.0)
    dark = raster.pixels < 128
    for option in template.field("diagnos").options:
        rect = option.zone.rect
        scale = 300 / MM_PER_INCH
        row = round(rect.centre[1] * scale)
        for x in (rect.x, rect.right):
            near = np.flatnonzero(dark[row, round(x * scale) - 8 : round(x * scale) + 8]) + round(x * scale) - 8
            assert abs(float(near.mean()) + 0.5 - x * scale) < 0.75


def test_a_blank_is_drawn_once_and_kept() -> None:
    template = library.read(SHIPPED / "paragraf" / "2025-1")
    assert library.picture(template, template.sheet(1)) is library.picture(template, template.sheet(1))


def test_every_fault_is_told_at_once_with_its_line(copied: Path) -> None:
    lines = spoil(
        copied,
        ('kind = "sex"', 'kind = "kön"'),
        ('required = "always"', "requird = 'always'"),
        ("width_mm = 210.0", "width_mm = -1"),
    )
    told = faults(copied)
    assert len(told) == 3
    wanted = {'kind = "kön"': "unknown_kind", "requird": "unknown_key", "width_mm = -1": "too_small"}
    lined = {code: next(number for number, text in enumerate(lines, 1) if needle in text) for needle, code in wanted.items()}
    assert {fault.code: fault.line for fault in told} == lined
    assert {fault.file for fault in told} == {"klinisk-sti/2025-1/template.toml"}


def test_faults_between_fields_are_told_with_their_lines(copied: Path) -> None:
    lines = spoil(
        copied,
        ('required = "diagnos=syfilis"', 'required = "diagnos=pest"'),
        ('required = "riskgrupp=yes"', 'required = "grupp=yes"'),
        ('key = "lab_nr"', 'key = "lab_namn"'),
        ('field = "insjuknandedatum"', 'field = "insjuknad"'),
        ("x = 127.2", "x = 200.0"),
    )
    told = faults(copied)
    codes = {fault.code for fault in told}
    assert {"condition_on_unknown_option", "condition_on_unknown_field", "duplicate_key", "rule_on_unknown_field"} <= codes
    assert "zone_outside_sheet" in codes
    line = next(number for number, text in enumerate(lines, 1) if "grupp=yes" in text and "riskgrupp" not in text)
    assert line in [fault.line for fault in told]


def test_zones_that_overlap_are_a_fault(copied: Path) -> None:
    text = (copied / "template.toml").read_text()
    zones = [line for line in text.splitlines() if line.startswith("zone = ")]
    (copied / "template.toml").write_text(text.replace(zones[1], zones[0], 1).replace(zones[-1], zones[-2], 1))
    told = [(fault.found, fault.known) for fault in faults(copied) if fault.code == "zones_overlap"]
    last = [field.key for field in library.read(SHIPPED / "klinisk-sti" / "2025-1").fields][-2:]
    assert told == [("diagnos=gonorre", ("diagnos=klamydia",)), (last[1], (last[0],))]


def test_a_comb_stands_in_one_zone_or_with_a_group_in_each(copied: Path) -> None:
    whole = "zone = { sheet = 1, x = 49.2, y = 62.9, width = 48.4, height = 6.6 }"
    parts = [f"{{ sheet = 1, x = {x}, y = 62.9, width = 12, height = 6.6 }}" for x in (49.2, 63.2, 77.2)]
    spoil(copied, (whole, f"zones = [{', '.join(parts[:2])}]"))
    assert len(library.read(copied).field("pat_id").zones) == 2
    spoil(copied, (parts[1], ", ".join(parts[1:])))
    (told,) = faults(copied)
    assert (told.code, told.found, told.known) == ("comb_does_not_fit_zones", "2", ("3",))


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ("groups = [4, 4]", "groups = [4, 5, 1]", "comb_does_not_fit_kind"),
        ("groups = [4, 2, 2]", "groups = [4, 2, 3]", "comb_does_not_fit_kind"),
        ("groups = [2]", "groups = [3]", "comb_does_not_fit_kind"),
        ('required = "smittland=Sverige"', 'required = "smittland=Atlantis"', "condition_on_impossible_answer"),
        ('required = "smittland=Sverige"', 'required = "hemortslan=Q"', "condition_on_impossible_answer"),
        ('required = "smittland=Sverige"', 'required = "diagnosdatum=i fjol"', "condition_on_impossible_answer"),
        ('required = "riskgrupp=yes"', 'required = "riskgrupp!=yes|no|unknown"', "condition_never_met"),
        ('required = "riskgrupp=yes"', 'required = "riskgrupp_text=x"', "condition_in_circle"),
        ('field = "insjuknandedatum"', 'field = "diagnosdatum"', "rule_in_circle"),
        ('field = "insjuknandedatum"', 'field = "anm_datum"', "rule_in_circle"),
        ('field = "insjuknandedatum"', 'field = "lab_nr"', "rule_on_wrong_kind"),
        ('{ id = "country" }', '{ id = "sex_of", field = "pat_id" }', "rule_on_wrong_kind"),
        ('{ id = "country" }', '{ id = "same_as", field = "hemortslan" }', "rule_on_wrong_kind"),
        ('"not_before", field = "insjuknandedatum" }', '"not_before" }', "rule_without_field"),
        ('{ id = "country" }', '{ id = "country", min = 3 }', "rule_with_wrong_parameter"),
        ('{ id = "country" }', '{ id = "integer", min = "tre" }', "rule_with_wrong_parameter"),
    ],
)
def test_what_no_filled_form_could_fulfil_is_a_fault(copied: Path, was: str, now: str, code: str) -> None:
    lines = spoil(copied, (was, now))
    told = faults(copied)
    line = next(number for number, text in enumerate(lines, 1) if now in text)
    assert (code, line) in [(fault.code, fault.line) for fault in told]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("groups = [4, 4]", "groups = [2, 4]"),
        ("groups = [4, 2, 2]", "groups = [2, 2, 2]"),
        ('required = "smittland=Sverige"', 'required = "smittland!=Okänt"'),
        ('required = "smittland=Sverige"', 'required = "hemortslan=ac|BD"'),
        ('required = "smittland=Sverige"', 'required = "diagnosdatum=2026-11-22"'),
        ('required = "riskgrupp=yes"', 'required = "riskgrupp!=yes|no"'),
    ],
)
def test_what_a_form_can_fulfil_is_none(copied: Path, was: str, now: str) -> None:
    spoil(copied, (was, now))
    assert library.read(copied).id == "klinisk-sti@2025-1"


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [(b"name = ", "value_not_understood"), (b"\xff\xfe", "not_utf8"), (b'name = "x"', "missing")],
    ids=["toml", "utf8", "empty"],
)
def test_a_file_that_is_no_template_is_told(copied: Path, spoilt: bytes, code: str) -> None:
    (copied / "template.toml").write_bytes(spoilt)
    assert {fault.code for fault in faults(copied)} == {code}


def test_a_blank_that_is_missing_broken_or_of_another_size_is_told(copied: Path) -> None:
    (copied / "blank.pdf").write_bytes((SHIPPED / "paragraf" / "2025-1" / "blank.pdf").read_bytes())
    assert [fault.code for fault in faults(copied)] == ["blank_has_other_number_of_pages"]
    (copied / "blank.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert [fault.code for fault in faults(copied)] == ["blank_unreadable"]
    (copied / "blank.pdf").unlink()
    assert [fault.code for fault in faults(copied)] == ["blank_missing"]


def test_the_folder_must_be_named_as_the_template(copied: Path) -> None:
    moved = copied.rename(copied.with_name("2026-1"))
    assert [fault.code for fault in faults(moved)] == ["folder_is_not_name_and_version"]


def test_loading_tells_the_faults_of_every_template(copied: Path) -> None:
    spoil(copied, ('kind = "sex"', 'kind = "kön"'))
    other = copied.parent.parent / "paragraf" / "2025-1"
    shutil.copytree(SHIPPED / "paragraf" / "2025-1", other)
    (other / "blank.pdf").unlink()
    with pytest.raises(TemplateError) as caught:
        library.load([copied.parent.parent])
    assert caught.value.exit_code == 4
    assert {fault.file.split("/")[0] for fault in caught.value.faults} == {"klinisk-sti", "paragraf"}


def test_a_workspaces_own_template_comes_before_the_shipped_one(copied: Path) -> None:
    spoil(copied, ('title_en = "', 'title_en = "Own: '))
    own = copied.parent.parent
    loaded = library.load(library.search_path([own]))
    assert loaded.template("klinisk-sti").title_en.startswith("Own: ")
    assert len([template for template in loaded if template.name == "klinisk-sti"]) == 1
    assert loaded.template("klinisk-sti").digest != library.load().template("klinisk-sti").digest


def test_a_changed_blank_is_another_template(copied: Path) -> None:
    before = library.read(copied).digest
    (copied / "blank.pdf").write_bytes((copied / "blank.pdf").read_bytes() + b"\n%\n")
    assert library.read(copied).digest != before


def test_rules_and_kinds_are_only_those_known() -> None:
    for template in library.load():
        for field in template.fields:
            assert field.kind in FieldKind
            assert all(rule.id in set(RuleId) for rule in field.rules)


KEYS = st.sampled_from(["a", "b", "c", "d"])
WRITTEN = st.one_of(
    st.sampled_from(["always", "never"]),
    st.builds(
        lambda key, how, values: f"{key}{how}{'|'.join(values)}",
        KEYS,
        st.sampled_from(["=", "!="]),
        st.lists(st.sampled_from(["x", "y", "Sverige", "AC", "7", "2026-11-22", "true"]), min_size=1, max_size=3),
    ),
    st.text(max_size=6),
)
PARAMS = st.one_of(KEYS, st.integers(-3, 200), st.floats(allow_nan=False), st.booleans(), st.text(max_size=3))
RULES = st.lists(
    st.builds(
        lambda rule, params: {"id": rule, **params},
        st.sampled_from([rule.value for rule in RuleId]),
        st.dictionaries(st.sampled_from(["field", "min", "max", "more"]), PARAMS, max_size=2),
    ),
    max_size=2,
)


@st.composite
def written_fields(draw: st.DrawFn) -> dict[str, object]:
    """Draw a field that may make no sense at all."""
    kind = draw(st.sampled_from([kind.value for kind in FieldKind]))
    field: dict[str, object] = {"key": draw(KEYS), "label": "L", "label_en": "L", "kind": kind}
    field |= {"required": draw(WRITTEN), "rules": draw(RULES)}
    zone = {"sheet": 1, "x": draw(st.integers(0, 180)), "y": draw(st.integers(0, 280)), "width": 9, "height": 5}
    if draw(st.booleans()):
        field["zone"] = zone
    if draw(st.booleans()):
        field["option"] = [{"value": value, "label": value, "label_en": value, "zone": zone} for value in ("x", "y")]
    if draw(st.booleans()):
        field["comb"] = {"groups": draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))}
    return field


@given(st.lists(written_fields(), min_size=1, max_size=4))
def test_whatever_a_template_says_it_is_a_template_or_all_its_faults_are_told(fields: list[dict[str, object]]) -> None:
    head = {"name": "prov", "version": "1", "title": "T", "title_en": "T", "kind": "klinisk"}
    told = parse(tomlkit.dumps({**head, "sheet": [{"number": 1, "width_mm": 210, "height_mm": 297}], "field": fields}))
    assert told.model is not None
    template = told.model.noun("blank.pdf", "")
    vet(template, CATALOGUE)
    assert all(sentence(fault) != fault.code and fault.line for fault in told.faults)
    if not told.faults:
        assert all(field.condition is None or template.has(field.condition.key) for field in template.fields)


def test_a_condition_holds_or_not_by_another_fields_answer() -> None:
    assert Condition.parse("paragraf=3:1|3:6").met("3:6")
    assert not Condition.parse("paragraf=3:1|3:6").met("4:4")
    assert Condition.parse("smittland!=Sverige").met("Spanien")
    assert not Condition.parse("smittland!=Sverige").met("sverige")
    assert Condition.parse("symtomfri!=symtomfri").met(())
    assert not Condition.parse("symtomfri!=symtomfri").met(("symtomfri",))
    assert not Condition.parse("roll=patient").met(None)
    with pytest.raises(ValueError, match="condition"):
        Condition.parse("roll")


def test_a_faulty_template_of_ones_own_stops_no_other(tmp_path: Path) -> None:
    """Whoever is mending a template must not stop the reading of all other forms."""
    folder = tmp_path / "own" / "klinisk-sti" / "2026-1"
    shutil.copytree(SHIPPED / "klinisk-sti" / "2025-1", folder)
    (folder / "template.toml").write_text("name = ", encoding="utf-8")
    paths = library.search_path([tmp_path / "own"])
    found = library.looked_through(paths)
    assert library.of(found.sound).digest == library.load().digest
    assert [name for name, _ in found.faulty] == ["klinisk-sti@2026-1"]
    with pytest.raises(TemplateError):
        library.load(paths)
