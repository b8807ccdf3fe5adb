"""The benchmark on one's own forms: only what people judged counts, and nothing changes without their yes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from benchmarks.versions import BEFORE, later
from pipeline.cli import app
from pipeline.domain.calibration import NEVER, Calibration, Visibility, Worth
from pipeline.domain.event import EventKind
from pipeline.domain.record import FindingKind
from pipeline.edges import calibration, library
from pipeline.edges.workspace import open_workspace
from pipeline.errors import StoreError
from pipeline.jobs.benchmark import Benchmark, Line, adopt, adopted, benchmark, life
from pipeline.jobs.office import Office
from pipeline.jobs.opening import look_in, open_office
from pipeline.stages.calibrate import revised
from pipeline.station.desk import Desk
from tests.support.desks import ASKED, TARM, Clock, office, wait, workspace
from tests.support.truths import schema

GROUP = "test/line/print/fine"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path, Clock())
    yield made
    made.close()


def verify(opened: Office, *keys: str) -> None:
    """Answer the fields of the next form with these keys, and settle it."""
    desk = Desk(opened, "anna")
    desk.open()
    for key in keys:
        desk.press(key)


def line(found: Benchmark, name: str) -> Line:
    return next(one for one in (*found.classes, *found.groups) if one.name == name)


def test_nothing_verified_is_nothing_told(opened: Office) -> None:
    wait(opened)
    assert benchmark(opened) == Benchmark(0, (), (), (), opened.calibration, opened.calibration)


def test_what_people_confirmed_and_corrected_is_counted_and_what_nobody_saw_is_not(opened: Office) -> None:
    why = {**ASKED, "pat_namn": FindingKind.LOW_CONFIDENCE}
    wait(opened, "one", why=why)
    verify(opened, "enter", *TARM["pat_namn"], "enter", "enter")
    wait(opened, "two", why=why)
    verify(opened, *"196101182803", "enter", *TARM["pat_namn"], "enter", "enter")
    found = benchmark(opened)
    assert found.forms == 2
    assert (line(found, "pnr/mark").n, line(found, "pnr/mark").right) == (2, 1)
    # pat_id and diagnosdatum stood but for being unproven; pat_namn was sent to a person for its confidence as well.
    assert line(found, GROUP) == Line(GROUP, 6, 5, 4, 1, proved=False)


def test_the_life_of_a_template_is_told_field_by_field(opened: Office) -> None:
    wait(opened, "one")
    verify(opened, "enter", "enter", "enter")
    wait(opened, "two")
    verify(opened, *"196101182803", "enter", "enter", "enter")
    lines = {one.name: (one.n, one.right) for one in life(opened, "klinisk-tarm@2025-1")}
    assert lines == {"pat_id": (2, 1), "pat_namn": (2, 2), "diagnosdatum": (2, 2)}
    assert life(opened, "klinisk-sti@2025-1") == ()


def test_what_nobody_could_read_says_nothing_of_the_machine(opened: Office) -> None:
    wait(opened, why={**ASKED, "anm_lakare": FindingKind.UNREAD})
    verify(opened, "enter", "enter", "enter", "i", "i", "i")
    assert line(benchmark(opened), GROUP).n == 3


def test_what_may_not_stand_on_a_form_says_nothing_of_the_machine(opened: Office) -> None:
    wait(opened, why={**ASKED, "anm_lakare": FindingKind.MUST_BE_EMPTY})
    verify(opened, "enter", "enter", "enter", "delete", "b", "enter")
    found = benchmark(opened)
    assert found.forms == 1
    assert line(found, GROUP).n == 3


def test_a_group_stands_from_where_its_own_forms_prove_it_and_never_where_they_refute_it() -> None:
    known = Calibration({GROUP: Worth((0.0, 1.0), (0.0, 1.0), 0.95, 5000, 1)}, "2026-01-01", "drawn", 0.005, 0.95)
    assert revised(known, {GROUP: [(0.99, True)] * 50}, "2026-02-01").groups == known.groups
    proved = revised(known, {GROUP: [(0.91, True)] * 1500}, "2026-02-01")
    assert (proved.least(GROUP), proved.groups[GROUP].n) == (0.9, 1500)
    refuted = revised(known, {GROUP: [(0.99, index % 20 != 0) for index in range(200)]}, "2026-02-01")
    assert refuted.least(GROUP) == NEVER
    assert revised(known, {"new": [(1.0, True)] * 10}, "2026-02-01").least("new") == NEVER


def test_the_command_tells_and_adopts_only_when_told_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path)
    assert app.run(["-w", str(root), "benchmark"]) == 0
    assert "No form has been verified yet." in capsys.readouterr().out
    made = open_office(open_workspace(root), "seed")
    verify(made, "enter", "enter", "enter")
    made.close()
    assert app.run(["-w", str(root), "benchmark", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, schema("benchmark"))
    assert told["forms"] == 1
    assert {one["name"]: one["n"] for one in told["groups"]} == {GROUP: 3}
    # Under a bar that three right ones prove, the group would stand; only a yes makes it.
    lax = Calibration({GROUP: Worth((0.0, 1.0), (0.0, 1.0), NEVER, 9, 9)}, "2026-01-01", "a test", 0.9, 0.95)
    (root / calibration.FILE).write_text(calibration.dump(lax), encoding="utf-8")
    assert app.run(["-w", str(root), "benchmark"]) == 0
    assert f"{GROUP}: never → " in capsys.readouterr().out
    assert calibration.of(root).least(GROUP) == NEVER
    assert app.run(["-w", str(root), "benchmark", "--adopt"]) == 0
    assert calibration.of(root).least(GROUP) < NEVER
    assert (root / calibration.FILE).stat().st_mode & 0o777 == 0o600
    made = look_in(open_workspace(root))
    with made.store.read() as unit:
        assert [event.param("groups") for event in unit.events(kinds=(EventKind.POLICY_SET,))] == [1]
    made.close()
    assert examined(root, capsys) == (True, "")


def test_a_calibration_that_nobody_adopted_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path)
    assert examined(root, capsys) == (True, "")
    shipped = calibration.SHIPPED.read_text(encoding="utf-8")
    (root / calibration.FILE).write_text(shipped, encoding="utf-8")
    assert examined(root, capsys) == (False, "calibration_not_adopted")


def test_what_cannot_be_written_is_not_told_as_adopted(opened: Office, tmp_path: Path) -> None:
    wait(opened)
    verify(opened, "enter", "enter", "enter")
    with pytest.raises(StoreError):
        adopt(opened, benchmark(opened), tmp_path / "nowhere", "anna")
    assert adopted(opened) is None


def examined(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[bool, str]:
    """Return what `doctor` says of the calibration."""
    capsys.readouterr()
    app.run(["-w", str(root), "doctor", "--json"])
    found = next(one for one in json.loads(capsys.readouterr().out) if one["check"] == "calibration")
    return found["well"], found["fault"]


def test_a_workspaces_own_calibration_counts_before_the_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = workspace(tmp_path)
    own = Calibration(
        {GROUP: Worth((0.0, 1.0), (0.0, 1.0), 0.97, 900, 0)},
        "2026-11-25",
        "a test",
        0.005,
        0.95,
        Visibility(0.8, 0.3, 900, "2026-11-25"),
    )
    (root / calibration.FILE).write_text(calibration.dump(own), encoding="utf-8")
    made = look_in(open_workspace(root))
    assert made.calibration == own
    made.close()
    (root / calibration.FILE).write_text("day = 3", encoding="utf-8")
    assert app.run(["-w", str(root), "benchmark"]) == 3
    assert capsys.readouterr().err.startswith("The workspace's own calibration cannot be read.")


def test_what_was_verified_in_an_earlier_version_counts_for_the_fields_that_did_not_change(
    opened: Office, tmp_path: Path
) -> None:
    wait(opened)
    verify(opened, "enter", "enter", "enter")
    names = {one.name: one.n for one in benchmark(opened).fields}
    assert names == {f"klinisk-tarm@2025-1 {key}": 1 for key in ("diagnosdatum", "pat_id", "pat_namn")}
    second = later(tmp_path, "2026-1", ('label = "Namn"', 'label = "Patientens namn"'))
    vars(opened)["library"] = library.of((library.read(BEFORE), second))
    assert {one.name: one.n for one in benchmark(opened).fields} == {
        "klinisk-tarm@2025-1 pat_namn": 1,
        "klinisk-tarm@2026-1 diagnosdatum": 1,
        "klinisk-tarm@2026-1 pat_id": 1,
    }
