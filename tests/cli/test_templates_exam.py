"""`blankett templates exam` and `activate`: from a draft to a template that paper is placed on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from pipeline import words
from pipeline.cli import exam_told
from pipeline.cli.app import run
from pipeline.domain.event import EventKind
from pipeline.domain.exam import Exam, ExamFault, OtherMark
from pipeline.edges import exams, library
from pipeline.edges.founding import Plan, make
from pipeline.edges.workspace import Workspace
from pipeline.jobs.opening import look_in, whoami
from tests.jobs.test_exam import own
from tests.support.truths import schema

SHIPPED = [folder.parent.name for folder in library.folders([library.shipped()])]


@pytest.fixture(autouse=True)
def _away_from_any_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLANKETT_WORKSPACE", raising=False)
    before = words.current()
    words.use("en")
    yield
    words.use(before)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    plan = Plan(tmp_path / "ws", tmp_path / "in", key=f"file:{tmp_path / 'key'}")
    return make(plan, dt.datetime.now(dt.UTC))


def shipped() -> Exam:
    found = exams.kept(library.shipped() / "paragraf" / "2025-1")
    assert found is not None
    return found


def examined(folder: Path, exam: Exam) -> None:
    """Keep an exam with a template, as if it had been held of it."""
    template = library.read(folder)
    exams.keep(folder, replace(exam, template=template.id, digest=template.digest))


def told(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    assert run([str(argument) for argument in arguments]) == code
    return capsys.readouterr().out


@pytest.mark.slow
def test_an_exam_is_kept_with_its_template_and_told_once_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = own(tmp_path / "own", "prov", shift=2.0)
    at = ("templates", "exam", "prov", "--templates", tmp_path / "own")
    assert run([str(argument) for argument in (*at, "--n", 7, "--json")]) == 4
    written = capsys.readouterr()
    assert written.err.splitlines()[-1] == "practice scans read 11/11"
    first = json.loads(written.out)
    jsonschema.validate(first, schema("exam"))
    jsonschema.validate(json.loads((folder / exams.FILE).read_text()), schema("exam"))
    assert "zones_off" in first["faults"]
    assert first["sitting"]["scans"] == 7
    assert len(first["conditions"]) == 7
    assert first["others"][0]["other"] == "paragraf@2025-1"
    assert len(first["others"]) == 4
    lines = told(capsys, *at, "--last", code=4)
    assert "pat_kon" in lines
    assert "should lie -2.0 mm to the right and +0.0 mm down" in lines
    assert "near twin" in lines or "cannot be told from paragraf@2025-1" in lines


def test_what_came_of_an_exam_is_told_to_people_and_programs(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "templates", "exam", "paragraf", "--last")
    assert "practice scans, seed 1" in lines
    assert "zones were held against the blank's print" in lines
    assert lines.splitlines()[-1] == "Passed: active; workers take it up by themselves."
    found = json.loads(told(capsys, "templates", "exam", "paragraf", "--last", "--json"))
    jsonschema.validate(found, schema("exam"))
    assert found["life"] == []
    keys = [field.key for field in library.read(library.shipped() / "paragraf" / "2025-1").fields]
    assert [field["key"] for field in found["fields"]] == keys
    assert all(line.split()[1] in keys for line in lines.split("\n\n")[1].splitlines()[1:-1])


def test_templates_drawn_too_are_told_with_the_conditions_in_which_their_sides_went_astray() -> None:
    others = (OtherMark("one@1", 4, 0), OtherMark("two@1", 3, 1), OtherMark("three@1", 5, 1, ("faxed", "clean", "faxed")))
    lines = list(exam_told.told(replace(shipped(), others=others)))
    first = next(n for n, line in enumerate(lines) if "sides drawn" in line) + 1
    assert [line.split(maxsplit=4) for line in lines[first : first + 3]] == [
        ["one@1", "4", "0", "0"],
        ["!", "two@1", "3", "1", "0"],
        ["✗", "three@1", "5", "1", "3 (faxed, clean)"],
    ]


def test_what_has_no_exam_yet_is_a_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own(tmp_path / "own", "prov")
    assert run(["templates", "exam", "prov", "--last", "--templates", str(tmp_path / "own")]) == 2
    assert "no exam of prov@2025-1" in capsys.readouterr().err


def test_a_draft_is_told_everywhere_and_no_page_is_placed_on_it(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = own(workspace.root / "templates", "prov")
    at = ("-w", workspace.root)
    assert "prov@2025-1: no page is placed on them" in told(capsys, *at, "status")
    assert json.loads(told(capsys, *at, "status", "--json"))["drafts"] == ["prov@2025-1"]
    standing = {one["id"]: one["standing"] for one in json.loads(told(capsys, *at, "templates", "list", "--json"))}
    assert standing == {"prov": "draft", **dict.fromkeys(SHIPPED, "active")}
    office = look_in(workspace)
    assert office.library.template("prov").id == "prov@2025-1"
    assert [template.name for template in office.library.active] == SHIPPED
    office.close()
    examined(folder, shipped())
    office = look_in(workspace)
    assert "prov" in [template.name for template in office.library.active]
    office.close()
    assert "drafts" not in told(capsys, *at, "status").casefold()


def test_doctor_tells_what_changed_since_its_exam_and_what_other_readers_read(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = own(workspace.root / "templates", "prov")
    examined(folder, shipped())

    def exam_check() -> dict[str, object]:
        run(["-w", str(workspace.root), "doctor", "--json"])
        found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
        return next(check for check in found if check["check"] == "exams")

    old = replace(shipped().sitting, readers=("line-0",))
    examined(folder, replace(shipped(), sitting=old))
    assert (exam_check()["fault"], library.ready(library.read(folder))) == ("exam_outdated", "active")
    file = folder / library.FILE
    file.write_text(file.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")
    assert exam_check()["fault"] == "template_changed"
    (folder / exams.FILE).unlink()
    check = exam_check()
    assert (check["well"], check["active"], check["drafts"]) == (True, len(SHIPPED), 1)


def test_only_a_named_person_lets_through_what_did_not_pass_and_the_ledger_tells_of_it(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = own(workspace.root / "templates", "prov")
    at = ("-w", workspace.root, "templates", "activate", "prov", "--reason")
    told(capsys, *at, "it is urgent", code=4)
    examined(folder, shipped())
    told(capsys, *at, "it is urgent", code=4)
    examined(folder, replace(shipped(), faults=(ExamFault.LIKE_ANOTHER,)))
    assert "a sheet cannot be told from another template's" in told(capsys, *at[:3], "exam", "prov", "--last", code=4)
    told(capsys, *at, "  ", code=2)
    assert "prov@2025-1 is active" in told(capsys, *at, "the other one is used up")
    assert library.ready(library.read(folder)) == "active"
    lines = told(capsys, *at[:3], "exam", "prov", "--last", code=4)
    assert f"by {whoami()} on " in lines
    assert "the other one is used up" in lines
    store = workspace.store(workspace.vault())
    with store.read() as unit:
        (event,) = unit.events(kinds=(EventKind.POLICY_SET,))
    store.close()
    assert (event.param("template"), event.param("override"), event.param("passed")) == ("prov@2025-1", True, False)
    assert event.actor != "machine"
    assert "used up" not in str(event)
