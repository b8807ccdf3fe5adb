"""The day's commands: what they say, how they end, and that help is quick."""

from __future__ import annotations

import ast
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

from pipeline import words
from pipeline.cli import app, faults, mending
from pipeline.cli.status import as_json, lines
from pipeline.domain.event import Event, EventKind
from pipeline.domain.notification import Blocked
from pipeline.edges import library, logs
from pipeline.edges.workspace import open_workspace
from pipeline.errors import BlankettError
from pipeline.jobs.opening import open_office
from pipeline.jobs.status import standing
from pipeline.stages.due import STOCKHOLM
from tests.support import typed
from tests.support.unit import Unit, unit

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "pipeline" / "schemas"
Blankett = Callable[..., str]


@pytest.fixture
def blankett(capsys: pytest.CaptureFixture[str]) -> Iterator[Blankett]:
    words.use("en")

    def run(*arguments: object, code: int = 0) -> str:
        assert app.run([str(argument) for argument in arguments]) == code
        return capsys.readouterr().out

    yield run
    logs.close()


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    known = library.load()
    path = tmp_path_factory.mktemp("scan") / "a.tif"
    sheets = [typed.sheet(known, "klinisk-tarm@2025-1", number, typed.TARM) for number in (1, 2)]
    typed.save(path, [*sheets, typed.sheet(known, "klinisk-sti@2025-1", 1, typed.STI)])
    return path


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Unit]:
    with unit(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    """A unit whose forms, of two files, wait for a reviewer; no test verifies or takes anything in there."""
    with unit(tmp_path_factory.mktemp("unit")) as made:
        made.drop(2)
        made.run("worker")
        yield made


def test_help_names_every_command_and_imports_none_of_them() -> None:
    heavy = "{'numpy', 'dbos'}"
    script = f"import sys\nfrom pipeline.cli.app import run\nrun(['--help'])\nprint(bool({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False")
    for name in app.commands():
        assert name in done.stdout


@pytest.mark.parametrize("name", list(app.commands()))
def test_every_command_has_help(name: str, blankett: Blankett) -> None:
    assert "Usage: blankett " + name in " ".join(blankett(name, "--help").split())


def test_an_unknown_command_is_misuse() -> None:
    assert app.run(["nonsense"]) == 2


def test_every_failure_that_is_raised_has_its_sentence_and_its_mend() -> None:
    codes, hints = set(), set()
    kinds = {kind.__name__ for kind in BlankettError.__subclasses__()}
    for path in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                if node.args and isinstance(node.args[0], ast.Constant):
                    codes.add(node.args[0].value)
                hints |= {k.value.value for k in node.keywords if k.arg == "hint" and isinstance(k.value, ast.Constant)}
    assert codes - set(faults.sentences()) == set()
    assert hints - set(mending.mends()) - {""} == set()
    assert len(codes) > 50


def test_a_missing_workspace_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words.use("en")
    assert app.run(["-w", str(tmp_path), "status"]) == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "blankett init" in told


def test_a_bug_is_one_line_to_people_and_its_places_to_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def faulty() -> None:
        raise ZeroDivisionError("19500907-2553")

    words.use("en")
    logs.set_up(tmp_path / "log.jsonl")
    assert app.guarded(faulty) == 1
    logs.close()
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith("This is a bug (ZeroDivisionError at test_day:")
    kept = (tmp_path / "log.jsonl").read_text()
    assert "test_day:" in kept
    assert "19500907" not in kept + told


def test_a_file_is_read_without_a_workspace_and_told_by_the_schema(scan: Path, blankett: Blankett) -> None:
    told = json.loads(blankett("read", scan, "--json"))
    jsonschema.validate(told, json.loads((SCHEMAS / "read.json").read_text()))
    assert [form["template"] for form in told["forms"]] == ["klinisk-tarm", "klinisk-sti"]
    assert [form["pages"] for form in told["forms"]] == [[1, 2], [3]]
    fields = told["forms"][0]["fields"]
    assert fields["pat_id"]["value"] == typed.TARM["pat_id"]
    assert fields["diagnos"]["value"] == "salmonella"
    assert fields["pat_id"]["decision"] == "review"
    zone, corners = fields["diagnosdatum"]["zone_mm"], fields["diagnosdatum"]["zone_px"]
    assert corners[0] == pytest.approx([zone["x"] * typed.PX, zone["y"] * typed.PX], abs=2.0)
    several = blankett("read", scan, scan, "--json").splitlines()
    assert len(several) == 2
    assert [json.loads(line)["scan"] for line in several] == [told["scan"]] * 2


def test_a_file_that_cannot_be_opened_is_read_as_rejected(tmp_path: Path, blankett: Blankett) -> None:
    bad = tmp_path / "letter.txt"
    bad.write_text("no scan")
    told = json.loads(blankett("read", bad, "--json"))
    jsonschema.validate(told, json.loads((SCHEMAS / "read.json").read_text()))
    assert told["scan"]["state"] == "rejected"
    assert told["scan"]["reason"] == "not_a_document"


def test_status_says_the_same_to_people_and_to_programs(waiting: Unit, blankett: Blankett) -> None:
    root = waiting.workspace.root
    blankett("-w", root, "pile", "--count", 8)
    told = json.loads(blankett("-w", root, "status", "--json"))
    jsonschema.validate(told, json.loads((SCHEMAS / "status.json").read_text()))
    pile = told["piles"][0]
    assert (pile["sides_fed"], pile["sides_in"], pile["accounted"], pile["whole"]) == (8, 8, 8, True)
    assert pile["sides_in"] == sum(pile["states"].values()) + pile["files_not_opened"] + pile["files_being_placed"]
    shown = blankett("-w", root, "status")
    assert "sides fed 8   sides in 8   accounted for 8   ✓" in shown
    assert "Waiting for you  4" in shown


def test_a_pile_named_again_without_a_count_keeps_its_count(at: Unit, blankett: Blankett) -> None:
    root = at.workspace.root
    assert json.loads(blankett("-w", root, "pile", "--count", 46, "--json"))["sides_fed"] == 46
    assert json.loads(blankett("-w", root, "pile", "--json"))["sides_fed"] == 46
    assert json.loads(blankett("-w", root, "pile", "--count", 44, "--json"))["sides_fed"] == 44
    assert "sides fed 44" in blankett("-w", root, "status")


def test_a_pile_cannot_have_arrived_on_a_day_to_come(
    at: Unit, blankett: Blankett, capsys: pytest.CaptureFixture[str]
) -> None:
    root, today = at.workspace.root, dt.datetime.now(STOCKHOLM).date()
    later = today + dt.timedelta(days=2)
    assert app.run(["-w", str(root), "pile", "--arrived", str(later), "--count", "4"]) == 2
    assert capsys.readouterr().err.endswith("\nInvalid value for --arrived: that day has not come yet\n")
    assert json.loads(blankett("-w", root, "status", "--json"))["piles"] == []
    blankett("-w", root, "pile", "--arrived", today)


def test_what_is_settled_and_may_not_be_sent_is_told_and_can_be_overdue(
    at: Unit, blankett: Blankett, capsys: pytest.CaptureFixture[str]
) -> None:
    at.drop()
    at.run("worker")
    root = at.workspace.root
    store = at.store()
    with store.begin() as work:
        for row in tuple(work.forms.all()):
            told = (("generation", 1), ("reason", Blocked.NEEDS_SITHS_PERSON.value))
            work.append(Event(EventKind.FORM_BARRED, row.id, dt.datetime.now(dt.UTC), told))
    store.close()
    shown = blankett("-w", root, "status", "--check", code=9)
    assert "Waiting for you  0" in shown
    assert "Barred           2 settled, overdue 2" in shown
    told_json = json.loads(blankett("-w", root, "status", "--json"))
    jsonschema.validate(told_json, json.loads((SCHEMAS / "status.json").read_text()))
    assert (told_json["barred"], told_json["barred_overdue"]) == (2, 2)
    assert app.run(["-w", str(root), "submit"]) == 0
    assert "Barred: 2 settled" in capsys.readouterr().err


def test_check_ends_with_nine_while_something_is_overdue(at: Unit, blankett: Blankett) -> None:
    blankett("-w", at.workspace.root, "status", "--check")
    at.drop()
    at.run("worker")
    blankett("-w", at.workspace.root, "status", "--check", code=9)
    at.run("reviewer", "anna")
    at.run("worker")
    blankett("-w", at.workspace.root, "status", "--check")


def test_find_and_why_lead_from_a_number_to_a_receipt_and_are_logged(at: Unit, blankett: Blankett) -> None:
    at.drop()
    at.run("worker")
    root = at.workspace.root
    found = json.loads(blankett("-w", root, "find", typed.TARM["pat_id"], "--json"))
    assert [one["template"] for one in found] == ["klinisk-tarm@2025-1"]
    form = found[0]["form"]
    before = json.loads(blankett("-w", root, "why", form, "--json"))
    at.run("reviewer", "anna")
    at.run("worker")
    ended = [{**one, "status": "acknowledged"} for one in found]
    assert json.loads(blankett("-w", root, "find", "Kanariefågel", "--json")) == ended
    why = json.loads(blankett("-w", root, "why", form[:6], "pat_ort", "--json"))
    assert why["settled"] == {"value": "Umeå", "how": "machine"}
    assert why["receipt"]
    assert "Umeå" in blankett("-w", root, "why", form, "pat_ort")
    access = open_workspace(root).access()
    assert {entry.action.value for entry in access.by_subject(form)} >= {"search", "why", "review"}
    access.close()
    blankett("-w", root, "why", form, "no_such_field", code=7)
    told = json.loads(blankett("-w", root, "why", form, "--json"))
    stood, stands = ({field["field"]: field["how"] for field in one["fields"]} for one in (before, told))
    assert stood["pat_ort"] == "proposed"
    assert stands["pat_ort"] == "machine"
    assert stands["pat_id"] in ("confirmed", "corrected")
    shown = blankett("-w", root, "why", form)
    assert all(key in shown for key in stands)
    assert "by the machine alone" in shown


def test_a_form_that_is_not_there_is_told_apart_from_one_of_several(
    waiting: Unit, blankett: Blankett, capsys: pytest.CaptureFixture[str]
) -> None:
    root = waiting.workspace.root
    assert app.run(["-w", str(root), "why", "ZZZZ-ZZZZ", "pat_ort"]) == 7
    assert capsys.readouterr().err.startswith("There is no such form. Look")
    assert app.run(["-w", str(root), "why", "", "pat_ort"]) == 7
    assert capsys.readouterr().err.startswith("Several forms begin so (count 4)")


def test_a_full_number_on_a_coded_form_is_covered_for_people(blankett: Blankett) -> None:
    sample = ROOT / "samples" / "18-sti-full-number.pdf"
    shown = blankett("read", sample)
    covered = [line for line in shown.splitlines() if line.split()[:1] == ["annat_nummer"]]
    assert len(covered) == 1
    assert "•••" in covered[0]
    assert "identity where a code belongs" in covered[0]
    assert "19500907" not in shown
    assert "covered: it may not stand on this form" in shown
    assert "_" not in shown.split(":", 1)[1].splitlines()[0]


def test_every_side_is_listed_and_shown_by_pile_and_place(waiting: Unit, blankett: Blankett, tmp_path: Path) -> None:
    root = waiting.workspace.root
    pile = json.loads(blankett("-w", root, "status", "--json"))["piles"][0]["pile"]
    sides = json.loads(blankett("-w", root, "find", "--pile", pile, "--json"))
    assert [(side["file"], side["page"]) for side in sides] == [(file, page) for file in (1, 2) for page in (1, 2, 3, 4)]
    out = tmp_path / "side.jpg"
    blankett("-w", root, "find", "--pile", pile, "--page", "2/3", "--out", out)
    assert out.read_bytes().startswith(b"\xff\xd8")
    blankett("-w", root, "find", "--pile", pile, "--page", "9/9", "--out", out, code=7)


def test_submit_sends_at_once_what_an_outage_put_off(tmp_path: Path, blankett: Blankett) -> None:
    """The recipient is out as long as its address leads to a port where nobody listens."""
    silent = "http://127.0.0.1:9/notification"
    with unit(tmp_path, "", recipient__retry_seconds=600, recipient__url=silent) as at:
        at.drop()
        at.run("worker")
        at.run("reviewer", "anna")
        at.run("worker")
        shown = blankett("-w", at.workspace.root, "status")
        assert "down since" in shown
        rows = json.loads(blankett("-w", at.workspace.root, "submit", "--list", "--json"))
        assert {row["state"] for row in rows} == {"sent"}
        settings = at.workspace.root / "blankett.toml"
        settings.write_text(settings.read_text().replace(silent, f"{at.recipient}/notification"))
        rows = json.loads(blankett("-w", at.workspace.root, "submit", "--json"))
        assert {row["state"] for row in rows} == {"receipted"}
        at.all_is_well()


def test_the_lines_of_an_empty_workspace_say_what_to_do(at: Unit) -> None:
    office = open_office(open_workspace(at.workspace.root), "cli")
    now = standing(office)
    office.close()
    assert any("blankett pile" in line for line in lines(now))
    assert as_json(now)["piles"] == []
