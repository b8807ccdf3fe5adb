"""`blankett templates new` from a PDF to a template that pages are placed on."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name, String

from pipeline import words
from pipeline.cli.app import run
from tests.stages.test_public_forms import PUBLIC
from tests.support.fillable import Sheet, box, made, text

NEW = ("--version", "2026-1", "--kind", "klinisk", "--title", "Prov")


@pytest.fixture(autouse=True)
def _away_from_any_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLANKETT_WORKSPACE", raising=False)
    words.use("en")


def small(folder: Path) -> Path:
    """Make a form of one sheet with print enough to know it by."""
    lines = [(60, 760 - 24 * i, f"Rad {i}: här frågas efter något om patienten och provet") for i in range(12)]
    printed = [(60, 445, "Personnummer"), (60, 405, "Övriga upplysningar"), (60, 345, "Vatten"), (130, 345, "Mat")]
    widgets = [
        ((140, 440, 340, 456), text("f1", MaxLen=12, Ff=1 << 24, V=String("HEMLIGT"))),
        ((60, 365, 500, 400), text("f2", Ff=1 << 12)),
        ((40, 343, 52, 355), box("v1")),
        ((110, 343, 122, 355), box("v2")),
        ((400, 40, 460, 60), {"FT": Name.Btn, "T": String("skicka"), "Ff": 1 << 16}),
    ]
    return made(folder / "form.pdf", Sheet([*lines, *printed], widgets))


def test_a_template_is_made_checked_and_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small(tmp_path)
    asked = ["templates", "new", "form.pdf", "--name", "prov", *NEW]
    assert run(asked) == 0
    told = capsys.readouterr().out
    assert "left out: skicka (a push button)" in told
    assert "3 fields, guesses in 3 of them: " in told
    assert "blankett templates edit prov --templates templates" in told
    folder = tmp_path / "templates" / "prov" / "2026-1"
    assert sorted(path.name for path in folder.iterdir()) == ["NOTES.md", "blank.pdf", "original.pdf", "template.toml"]
    written = (folder / "template.toml").read_text()
    assert '# guess: label from the print beside it\nlabel = "Personnummer"' in written
    assert [field["key"] for field in tomllib.loads(written)["field"]] == ["pat_id", "ovrigt", "v"]
    assert b"HEMLIGT" not in (folder / "blank.pdf").read_bytes()
    assert "HEMLIGT" not in written + (folder / "NOTES.md").read_text()
    assert run(["templates", "check", "--templates", "templates"]) == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    capsys.readouterr()
    assert run(asked) == 4
    assert "already" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_programs_are_told_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small(tmp_path)
    assert run(["templates", "new", "form.pdf", "--name", "prov", *NEW, "--out", "own", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["widgets"], told["fields"], told["faults"]) == (4, 3, [])
    lacking = {warning["code"]: warning["known"] for warning in told["warnings"]}
    assert lacking["missing_critical"] == ["diagnos|sjukdom", "diagnosdatum"]
    assert told["left_out"] == [{"name": "skicka", "reason": "push_button"}]
    assert Path(told["folder"]) == tmp_path / "own" / "prov" / "2026-1"


def test_in_a_workspace_it_is_one_of_the_workspaces_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small(tmp_path)
    assert run(["init", "work", "--key", f"file:{tmp_path / 'key'}"]) == 0
    monkeypatch.setenv("BLANKETT_WORKSPACE", str(tmp_path / "work"))
    assert run(["templates", "new", "form.pdf", "--name", "prov", *NEW]) == 0
    assert (tmp_path / "work" / "templates" / "prov" / "2026-1" / "template.toml").is_file()
    assert "templates edit prov\n" in capsys.readouterr().out
    assert run(["templates", "show", "prov"]) == 0


@pytest.mark.parametrize("wrong", [("--name", "Prov A"), ("--name", "../prov"), ("--version", ".."), ("--title", " ")])
def test_names_that_no_folder_may_have_are_a_wrong_use(tmp_path: Path, wrong: tuple[str, str]) -> None:
    small(tmp_path)
    assert run(["templates", "new", "form.pdf", "--name", "prov", *NEW, *wrong]) == 2
    assert not (tmp_path / "templates").exists()


def test_what_cannot_become_a_template_ends_in_one_line_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path / "form.pdf", Sheet([(100, 600, "Namn")]))
    assert run(["templates", "new", "form.pdf", "--name", "prov", *NEW]) == 4
    told = capsys.readouterr().err.strip()
    assert len(told.splitlines()) == 1
    assert "no form fields" in told
    assert "docs/templates.md" in told
    assert not (tmp_path / "templates").exists()


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="public test data is not beside the project")
@pytest.mark.parametrize(
    ("name", "sheets"), [("TSTRK1031-V02U08", 2), pytest.param("labor_covid19_d_editable_V5", 1, marks=pytest.mark.slow)]
)
def test_a_real_form_goes_all_the_way(name: str, sheets: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["templates", "new", str(PUBLIC / f"{name}.pdf"), "--name", "prov", *NEW]) == 0
    assert run(["templates", "check", "--templates", "templates"]) == 0
    _placed(sheets, capsys)


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="public test data is not beside the project")
def test_a_form_that_is_shown_turned_and_cropped_is_placed_as_it_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pikepdf.open(PUBLIC / "labor_covid19_d_editable_V5.pdf") as pdf:
        pdf.pages[0].obj.Rotate = 270
        pdf.pages[0].obj.CropBox = pikepdf.Array([30, 10, 590, 830])
        pdf.save(tmp_path / "form.pdf")
    assert run(["templates", "new", "form.pdf", "--name", "prov", *NEW]) == 0
    assert run(["templates", "check", "--templates", "templates"]) == 0
    assert run(["templates", "proof", "prov", "--templates", "templates"]) == 0
    _placed(1, capsys)


def _placed(sheets: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Draw two practice scans and read them: each side is placed on its sheet of the template."""
    drawn = [
        "specimens",
        "prov",
        "--n",
        "2",
        "--seed",
        "4",
        "--style",
        "print",
        "--templates",
        "templates",
        "--out",
        "drawn",
    ]
    assert run(drawn) == 0
    capsys.readouterr()
    scans = sorted(str(path) for path in Path("drawn").glob("*.pdf"))
    assert len(scans) == 2
    assert run(["read", *scans, "--templates", "templates", "--json"]) == 0
    for scan in map(json.loads, capsys.readouterr().out.splitlines()):
        placed = [(page["template"], page["sheet"]) for page in scan["pages"]]
        assert placed == [("prov", number) for number in range(1, sheets + 1)], scan["pages"]


def test_an_answer_in_several_boxes_is_one_field_that_is_filled_in_and_read_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [(60, 760 - 24 * i, f"Rad {i}: här frågas efter något om patienten och provet") for i in range(12)]
    printed = [(60, 445, "Personnummer"), (60, 405, "Diagnosdatum"), (60, 365, "Hemresa")]
    comb, frame = {"Ff": 1 << 24}, {"MK": {"BC": pikepdf.Array([0, 0, 0])}}
    boxes = [(140, 440, 120, 0), (270, 440, 60, 0), (140, 400, 30, 2), (180, 400, 30, 2), (220, 400, 60, 4)]
    boxes += [(140, 360, 60, 4), (206, 360, 30, 2), (243, 360, 30, 2)]
    widgets = [
        ((x, y, x + wide, y + 18), text(f"f{n}", **frame, **({"MaxLen": cells, **comb} if cells else {})))
        for n, (x, y, wide, cells) in enumerate(boxes)
    ]
    made(tmp_path / "form.pdf", Sheet([*lines, *printed], widgets))
    assert run(["templates", "new", "form.pdf", "--name", "prov", *NEW]) == 0
    written = tomllib.loads((tmp_path / "templates" / "prov" / "2026-1" / "template.toml").read_text())
    assert [(one["key"], len(one["zones"])) for one in written["field"]] == [
        ("pat_id", 2),
        ("diagnosdatum", 3),
        ("hemkomst", 3),
    ]
    asked = ["--n", "2", "--seed", "2", "--style", "print", "--templates", "templates", "--out", "drawn"]
    assert run(["specimens", "prov", *asked]) == 0
    for scan in sorted(Path("drawn").glob("*.pdf")):
        capsys.readouterr()
        assert run(["read", str(scan), "--templates", "templates", "--json"]) == 0
        (form,) = json.loads(capsys.readouterr().out)["forms"]
        truth = json.loads(scan.with_suffix(".truth.json").read_text())
        assert {key: one["value"] for key, one in form["fields"].items()} == truth["fields"]


def test_a_form_says_which_diseases_it_is_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small(tmp_path)
    asked = ["templates", "new", "form.pdf", "--name", "prov", *NEW]
    assert run([*asked, "--disease", "pest-och-kolera"]) == 2
    assert "pest-och-kolera" in capsys.readouterr().err
    assert run([*asked, "--disease", "mpox", "--disease", "malaria"]) == 0
    written = tomllib.loads((tmp_path / "templates" / "prov" / "2026-1" / "template.toml").read_text())
    assert written["diseases"] == ["mpox", "malaria"]
