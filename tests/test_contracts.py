"""What programs outside rely on: the shapes of real output on real scans, and the normal form of every value."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from pipeline import words
from pipeline.cli import app
from pipeline.domain.geometry import Transform, union
from pipeline.domain.template import BOX_KINDS, Field, FieldKind
from pipeline.edges import library, logs
from tests.support.truths import ROOT, SAMPLES, schema, truth

# Kinds of file: a PDF that was scanned and one filled on screen, a JPEG, a skewed TIFF, and a fax.
FILES = ("01-tarm-typed.pdf", "12-sti-hand.jpg", "14-sti-skew.tif", "24-paragraf-fax.tif", "30-tarm-acroform.pdf")
LIBRARY = library.load([library.shipped()])
SCHEMAS = sorted(path.stem for path in (ROOT / "pipeline" / "schemas").glob("*.json"))
_APART_MM = 0.5
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_NUMBER = re.compile(r"\d{8}-[\dTRSUWXJKLMNtrsuwxjklmn]\d{3}|\d*")
_CODE = re.compile(r"\d{4}-\d{4}")

Blankett = Callable[..., str]


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, Any]]:
    """Keep what the real command wrote of each file, so that each is read once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_THREAD_LIMIT", "1")
        yield {}


@pytest.fixture
def blankett(capsys: pytest.CaptureFixture[str]) -> Iterator[Blankett]:
    words.use("en")

    def run(*arguments: object) -> str:
        assert app.run([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    yield run
    logs.close()


def read(name: str, told: dict[str, Any], blankett: Blankett) -> dict[str, Any]:
    if name not in told:
        told[name] = json.loads(blankett("read", SAMPLES / name, "--json"))
    found: dict[str, Any] = told[name]
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one_and_tells_its_version(name: str) -> None:
    kept = schema(name)
    jsonschema.Draft202012Validator.check_schema(kept)
    assert re.fullmatch(rf"blankett:{name}:\d+", kept["$id"])


@pytest.mark.parametrize("name", FILES)
def test_what_is_read_of_a_file_has_the_shape_agreed_upon(name: str, told: dict[str, Any], blankett: Blankett) -> None:
    found, right = read(name, told, blankett), truth(SAMPLES / name)
    jsonschema.validate(found, schema("read"))
    assert set(found) == {"scan", "pages", "forms"}
    assert found["scan"]["state"] == "read"
    assert found["scan"]["reason"] is None
    assert found["scan"]["pages"] == len(found["pages"]) == len(right["pages"])
    for page, other in zip(found["pages"], right["pages"], strict=True):
        keys = ("page", "state", "sheet", "rotation", "width_px", "height_px")
        assert {key: page[key] for key in keys} == {key: other[key] for key in keys}
        assert 0 <= page["residual_mm"] < 1
    assert [form["pages"] for form in found["forms"]] == [form["pages"] for form in right["forms"]]
    for form in found["forms"]:
        template = LIBRARY.template(f"{form['template']}@{form['version']}")
        assert list(form["fields"]) == [field.key for field in template.fields]
        for key, one in form["fields"].items():
            assert (one["decision"] != "blank") or one["value"] in (None, [], False)
            assert is_normal(one["value"], template.field(key))
            assert all(is_normal(other["value"], template.field(key)) for other in one["alternatives"])


def is_normal(value: Any, field: Field) -> bool:
    """Tell whether a value is in its normal form; text that is none of its field's kind stays as it was read."""
    if field.kind is FieldKind.CHOICEN:
        return isinstance(value, list) and value == sorted(set(value)) and set(value) <= {o.value for o in field.options}
    if value is None:
        return True
    if field.kind is FieldKind.SIGN:
        return isinstance(value, bool)
    if field.kind in BOX_KINDS:
        return value in {option.value for option in field.options}
    if isinstance(value, int):
        return not isinstance(value, bool)
    return isinstance(value, str) and value == " ".join(unicodedata.normalize("NFC", value).split()) != ""


@pytest.mark.parametrize("name", FILES)
def test_a_fields_corners_lie_where_the_truth_has_them(name: str, told: dict[str, Any], blankett: Blankett) -> None:
    found, right = read(name, told, blankett), truth(SAMPLES / name)
    ways = {page["page"]: Transform.of(np.array(page["mm_to_px"])) for page in right["pages"] if page["mm_to_px"]}
    checked = 0
    for form in found["forms"]:
        template = LIBRARY.template(f"{form['template']}@{form['version']}")
        for key, one in form["fields"].items():
            field, zone = template.field(key), one["zone_mm"]
            where = union(tuple(z.rect for z in field.all_zones if z.sheet == field.sheet))
            assert [zone[side] for side in ("x", "y", "width", "height")] == pytest.approx(
                [where.x, where.y, where.width, where.height], abs=0.001
            )
            back = ways[one["page"]].inverse
            corners = [back.point(x, y) for x, y in one["zone_px"]]
            assert np.hypot(*(np.array(corners) - np.array(where.corners)).T).max() < _APART_MM
            checked += 1
    assert checked > 20


@pytest.mark.parametrize("name", ["01-tarm-typed.pdf", "30-tarm-acroform.pdf"])
def test_what_is_proposed_of_a_typed_form_is_the_truth_in_its_normal_form(
    name: str, told: dict[str, Any], blankett: Blankett
) -> None:
    fields, right = read(name, told, blankett)["forms"][0]["fields"], truth(SAMPLES / name)["fields"]
    same = [key for key in right if fields[key]["value"] == right[key]]
    doubtful = {key for key, one in fields.items() if one["decision"] == "review"}
    assert set(right) - set(same) <= doubtful
    assert len(same) >= 0.9 * len(right)


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.truth.json")))
def test_the_truth_is_told_in_the_normal_form_of_values(name: str) -> None:
    right = json.loads((SAMPLES / name).read_text())
    template = LIBRARY.template(f"{right['template']}@{right['version']}")
    for key, value in right["fields"].items():
        field = template.field(key)
        assert is_normal(value, field)
        if isinstance(value, str):
            assert _fits(value, field)


def _fits(value: str, field: Field) -> bool:
    """Tell whether a value that is right is written as its kind is: whole dates, numbers with their dash."""
    if field.kind is FieldKind.DATE:
        whole = field.rule("partial") is None
        return bool(_DATE.fullmatch(value)) and (not whole or bool(dt.date.fromisoformat(value)))
    if field.kind in (FieldKind.PNR, FieldKind.SNR):
        return bool(_NUMBER.fullmatch(value))
    return field.kind is not FieldKind.RIKSKOD or bool(_CODE.fullmatch(value) or _NUMBER.fullmatch(value))


def test_several_files_are_told_a_line_each_and_one_that_cannot_be_opened_is_no_failure(
    tmp_path: Path, blankett: Blankett
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    (tmp_path / "b.txt").write_text("no scan")
    lines = blankett("read", tmp_path / "a.pdf", tmp_path / "b.txt", "--json").splitlines()
    found = [json.loads(line) for line in lines]
    for one in found:
        jsonschema.validate(one, schema("read"))
        assert one["scan"]["state"] == "rejected"
        assert (one["pages"], one["forms"]) == ([], [])
    assert found[1]["scan"]["reason"] == "not_a_document"


@pytest.mark.parametrize("name", [template.id for template in LIBRARY])
def test_a_template_is_shown_with_all_that_was_agreed_upon(name: str, blankett: Blankett) -> None:
    found, template = json.loads(blankett("templates", "show", name, "--json")), LIBRARY.template(name)
    jsonschema.validate(found, schema("template"))
    assert {"id", "version", "title", "kind", "blank", "sheets", "fields"} <= set(found)
    assert [one["key"] for one in found["fields"]] == [field.key for field in template.fields]
    agreed = {"key", "label", "kind", "required", "critical", "cells", "zones", "options", "rules"}
    for one, field in zip(found["fields"], template.fields, strict=True):
        assert agreed <= set(one)
        assert len(one["zones"]) == len(field.zones)
        assert [option["value"] for option in one["options"]] == [option.value for option in field.options]
        for zone in [*one["zones"], *(option["zone"] for option in one["options"])]:
            assert set(zone) == {"sheet", "x_mm", "y_mm", "width_mm", "height_mm"}


def test_practice_scans_come_with_their_truth(tmp_path: Path, blankett: Blankett) -> None:
    asked = ("--n", 2, "--seed", 7, "--style", "print", "--damage", "scanner", "--out", tmp_path)
    blankett("specimens", "klinisk-sti", *asked)
    found = sorted(tmp_path.glob("*.truth.json"))
    assert len(found) == 2
    for path in found:
        right = json.loads(path.read_text())
        jsonschema.validate(right, schema("truth"))
        assert {"template", "version", "damage", "forms", "pages", "fields", "styles"} <= set(right)
        assert set(right["styles"].values()) <= {"print", "hand"}
        assert len([other for other in tmp_path.iterdir() if other.name.startswith(path.name.split(".")[0])]) == 2
