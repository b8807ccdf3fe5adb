"""`blankett templates` and `blankett specimens` as a person and a program meet them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pdfplumber
import pikepdf
import pytest

from benchmarks.versions import LABEL, later
from pipeline import words
from pipeline.cli.app import run
from pipeline.edges import library
from tests.support.truths import schema

ROOT = Path(__file__).parents[2]
BLANK = library.shipped() / "klinisk-tarm" / "2025-1" / "blank.pdf"


@pytest.fixture(autouse=True)
def _away_from_any_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLANKETT_WORKSPACE", raising=False)


def test_templates_are_listed_for_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["templates", "list"]) == 0
    assert "klinisk-tarm" in capsys.readouterr().out
    assert run(["templates", "list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {item["id"] for item in told} >= {"klinisk-tarm", "klinisk-sti", "paragraf"}


@pytest.mark.parametrize("template", ["klinisk-tarm", "klinisk-sti@2025-1", "paragraf"])
def test_a_template_is_shown_by_its_schema(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["templates", "show", template, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schema("template"))
    assert told["id"] == template.partition("@")[0]
    assert Path(told["blank"]).is_absolute()
    assert Path(told["blank"]).is_file()
    cells = {field["key"]: field["cells"] for field in told["fields"]}
    assert cells["pat_id"] == ([4, 4] if "sti" in template else [8, 4])
    assert cells["diagnosdatum"] == [4, 2, 2]
    assert run(["templates", "show", template]) == 0
    assert "pat_id" in capsys.readouterr().out


def test_a_template_there_is_not_is_a_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["templates", "show", "klinisk-pest"]) == 2
    assert run(["templates", "show", "klinisk-sti@1999-1"]) == 2


def test_checking_tells_every_fault_and_leaves_with_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words.use("en")
    assert run(["templates", "check"]) == 0
    own = tmp_path / "own"
    shutil.copytree(library.shipped() / "paragraf" / "2025-1", own / "paragraf" / "2025-1")
    file = own / "paragraf" / "2025-1" / "template.toml"
    file.write_text(file.read_text().replace('kind = "sex"', 'kind = "?"', 1))
    capsys.readouterr()
    assert run(["templates", "check", "--templates", str(own)]) == 4
    line = file.read_text().split('kind = "?"')[0].count("\n") + 1
    assert f"paragraf/2025-1/template.toml:{line}: field " in (said := capsys.readouterr().out)
    assert "there is no kind “?” – there are: pnr, snr" in said
    assert run(["templates", "check", "--templates", str(own), "--json"]) == 4
    told = {item["id"]: item["faults"] for item in json.loads(capsys.readouterr().out)}
    assert [(fault["code"], fault["line"], fault["found"]) for fault in told["paragraf"]] == [("unknown_kind", line, "?")]
    assert told["klinisk-sti"] == []


def test_what_should_be_looked_at_is_told_with_its_line_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    shutil.copytree(library.shipped() / "paragraf" / "2025-1", own / "paragraf" / "2025-1")
    file = own / "paragraf" / "2025-1" / "template.toml"
    text = file.read_text().replace('key = "underskrift"', 'key = "namnteckning"', 1)
    file.write_text(text.replace('kind = "sign"', '# guess: kind from the label\nkind = "sign"', 1))
    words.use("en")
    assert run(["templates", "check", "--templates", str(own)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "! paragraf@2025-1"
    lacking = "nothing can be sent without these, and the form does not ask for them: underskrift"
    assert told[1] == f"  paragraf/2025-1/template.toml:5: kind: {lacking}"
    line = int(told[2].split(":")[1])
    assert text.splitlines()[line - 1 : line + 1] == ["[[field]]", 'key = "namnteckning"']
    assert told[2].endswith(": fields of which something is still guessed: 1")
    assert run(["templates", "check", "--templates", str(own), "--json"]) == 0
    found = {item["id"]: item for item in json.loads(capsys.readouterr().out)}
    assert len(found["paragraf"]["warnings"]) == 2
    assert found["klinisk-sti"]["warnings"] == []


def test_a_form_is_printed_and_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["templates", "print", "klinisk-sti", "--out", str(tmp_path)]) == 0
    with pikepdf.open(tmp_path / "klinisk-sti-2025-1.pdf") as pdf:
        assert "/AcroForm" in pdf.Root
    assert run(["templates", "proof", "klinisk-sti", "--out", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.split()
    assert [Path(line).suffix for line in lines] == [".pdf", ".pdf", ".png", ".html"]
    assert all(Path(line).is_file() for line in lines)


def test_a_shipped_template_is_not_edited_but_copied(capsys: pytest.CaptureFixture[str]) -> None:
    words.use("en")
    assert run(["templates", "edit", "klinisk-sti", "--no-open"]) == 4
    told = capsys.readouterr().err
    assert "came with the program" in told
    assert "Copy its folder" in told
    assert run(["templates", "edit", "klinisk-pest"]) == 2


def test_a_version_that_is_as_another_is_told_of_the_later_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words.use("en")
    later(tmp_path / "own", "2026-1")
    later(tmp_path / "other", "2026-1", *LABEL)
    assert run(["templates", "check", "--templates", "own"]) == 0
    alike = "its pages cannot be told from those of version 2025-1, and are set aside"
    told = capsys.readouterr().out.splitlines()
    assert told[:3] == [
        "! klinisk-tarm@2026-1",
        f"  klinisk-tarm/2026-1/template.toml:10: sheet 1: {alike}",
        f"  klinisk-tarm/2026-1/template.toml:15: sheet 2: {alike}",
    ]
    assert "✓ klinisk-tarm@2025-1" in told
    assert run(["templates", "check", "--templates", "other"]) == 0
    assert "✓ klinisk-tarm@2026-1" in capsys.readouterr().out


def test_what_is_known_is_printed_in_its_fields_and_nothing_else_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = ["--set", "anm_klinik=Provkliniken", "--set", "anm_lan=ac", "--set", "diagnos=ehec"]
    assert run(["templates", "print", "klinisk-tarm", *known]) == 0
    with pikepdf.open("klinisk-tarm-2025-1.pdf") as pdf:
        values = {str(field.T): str(field.V) for field in pdf.Root.AcroForm.Fields if "/V" in field and field.V != "/Off"}
    assert values == {"anm_klinik": "Provkliniken", "anm_lan": "AC", "diagnos": "/ehec"}
    assert run(["templates", "print", "klinisk-tarm", *known, "--flat"]) == 0
    with pikepdf.open("klinisk-tarm-2025-1.pdf") as pdf:
        assert "/AcroForm" not in pdf.Root
    with pdfplumber.open("klinisk-tarm-2025-1.pdf") as shown, pdfplumber.open(BLANK) as blank:
        more = [
            sorted((Counter(page.extract_text().split()) - Counter(bare.extract_text().split())).elements())
            for page, bare in zip(shown.pages, blank.pages, strict=True)
        ]
    assert more == [[], ["A", "C", "Provkliniken"]]


def test_a_value_that_does_not_fit_is_refused_by_its_key_and_never_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words.use("en")
    wrong = ["--set", "klinik=HEMLIGT", "--set", "diagnos=HEMLIGT", "--set", "underskrift=HEMLIGT"]
    assert run(["templates", "print", "klinisk-tarm", *wrong]) == 2
    told = capsys.readouterr().err
    assert "klinik: the form has no such field; diagnos: is none of its boxes; underskrift: is signed by hand" in told
    wide = f"pat_ort={'W' * 20} {'W' * 19}"
    assert run(["templates", "print", "klinisk-tarm", "--set", wide]) == 2
    assert "pat_ort: too long" in capsys.readouterr().err
    assert run(["templates", "print", "klinisk-tarm", "--set", "HEMLIGT"]) == 2
    assert "HEMLIGT" not in told + capsys.readouterr().err
    assert not Path("klinisk-tarm-2025-1.pdf").exists()


def test_what_the_settings_tell_of_the_unit_is_filled_in_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", "work", "--key", f"file:{tmp_path / 'key'}"]) == 0
    monkeypatch.setenv("BLANKETT_WORKSPACE", str(tmp_path / "work"))
    assert run(["templates", "print", "klinisk-sti", "--unit"]) == 2
    assert "unit.name, unit.telephone, unit.region" in capsys.readouterr().err
    file = tmp_path / "work" / "blankett.toml"
    text = file.read_text()
    assert "[unit]\n" in text
    told = 'name = "Provenheten"\nregion = "AC"\naddress = "Sjukhusvägen 1, Umeå"\ntelephone = "090-123 45"\n'
    file.write_text(text.replace("[unit]\n", "[unit]\n" + told, 1))
    assert run(["templates", "print", "klinisk-tarm", "--unit", "--set", "anm_klinik=Provkliniken"]) == 0
    with pikepdf.open("klinisk-tarm-2025-1.pdf") as pdf:
        values = {str(field.T): str(field.V) for field in pdf.Root.AcroForm.Fields if "/V" in field and field.V != "/Off"}
    known = {"anm_lan": "AC", "anm_adress": "Sjukhusvägen 1, Umeå", "anm_tel": "090-123 45"}
    assert values == {"anm_klinik": "Provkliniken", **known}


def test_out_names_a_file_when_it_ends_in_pdf_and_a_folder_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words.use("en")
    form, proof = tmp_path / "form.pdf", tmp_path / "PROOF.PDF"
    assert run(["templates", "print", "klinisk-sti", "--out", str(form)]) == 0
    assert run(["templates", "proof", "klinisk-sti", "--out", str(proof)]) == 0
    assert form.is_file()
    assert proof.is_file()
    assert (tmp_path / "PROOF-1.png").is_file()
    assert run(["templates", "print", "klinisk-sti", "--out", str(tmp_path / "new")]) == 0
    assert (tmp_path / "new" / "klinisk-sti-2025-1.pdf").is_file()
    capsys.readouterr()
    assert run(["templates", "print", "klinisk-sti", "--out", str(tmp_path / "none" / "form.pdf")]) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
    assert run(["templates", "print", "klinisk-sti", "--out", str(form / "under")]) == 2


def test_no_key_is_cut_when_the_fields_are_piped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["templates", "show", "klinisk-tarm"]) == 0
    shown = capsys.readouterr().out
    assert "…" not in shown
    listed = {line.split()[0] for line in shown.splitlines()[2:]}
    assert listed == {field.key for field in library.read(library.shipped() / "klinisk-tarm" / "2025-1").fields}


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_reader_that_has_seen_enough_is_no_failure(more: tuple[str, ...]) -> None:
    script = "from pipeline.cli.app import main; main()"
    command = [sys.executable, "-W", "error", "-c", script, "templates", "show", "klinisk-tarm", *more]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
        assert done.stdout is not None
        assert done.stderr is not None
        done.stdout.close()
        assert done.stderr.read() == b""
    assert done.returncode == 0


def test_a_face_is_drawn_where_its_table_lies(tmp_path: Path) -> None:
    folder = tmp_path / "paragraf" / "2025-1"
    shutil.copytree(library.shipped() / "paragraf" / "2025-1", folder)
    (folder / "blank.pdf").unlink()
    assert run(["templates", "draw", str(folder)]) == 0
    assert library.read(folder).id == "paragraf@2025-1"


def test_specimens_are_drawn_with_their_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["specimens", "klinisk-sti", "--n", "2", "--seed", "3", "--style", "print", "--damage", "dpi=100,bilevel"]
    assert run([*wanted, "--out", str(tmp_path / "one")]) == 0
    assert run([*wanted, "--out", str(tmp_path / "two")]) == 0
    made = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(made) == 4
    for name in made:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    truth = json.loads((tmp_path / "one" / "klinisk-sti-3-001.truth.json").read_text())
    jsonschema.validate(truth, schema("truth"))
    assert truth["template"] == "klinisk-sti"
    assert capsys.readouterr().out.count("\n") == 2


def test_an_unknown_damage_is_a_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["specimens", "klinisk-sti", "--damage", "rost"]) == 2
    assert "rotate" in capsys.readouterr().err


def test_a_faulty_template_is_listed_as_one_and_hides_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words.use("en")
    later(tmp_path / "own", "2026-1")
    (tmp_path / "own" / "klinisk-tarm" / "2026-1" / "template.toml").write_text("name = ", encoding="utf-8")
    assert run(["templates", "list", "--templates", "own"]) == 0
    told = capsys.readouterr().out
    assert re.search(r"klinisk-tarm +2026-1 +faulty +blankett templates check tells why", told)
    assert re.search(r"paragraf +2025-1 .* active", told)
