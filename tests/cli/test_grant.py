"""Only a named manager's decision lets a class of critical fields through, and it can be taken back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from pipeline.cli.app import run
from pipeline.domain.event import EventKind
from pipeline.edges.founding import Plan, make
from pipeline.edges.workspace import Workspace
from tests.support.desks import prove


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    plan = Plan(tmp_path / "ws", tmp_path / "in", key=f"file:{tmp_path / 'key'}")
    return make(plan, dt.datetime.now(dt.UTC))


def test_a_decision_stands_in_the_ledger_until_it_is_taken_back(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["-w", str(workspace.root), "grant"]
    prove(workspace.store(workspace.vault()), classes=["date/print"])
    assert run([*at, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run([*at, "date/print", "--json"]) == 0
    assert [given["class"] for given in json.loads(capsys.readouterr().out)] == ["date/print"]
    assert run([*at, "date/print", "--revoke", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    store = workspace.store(workspace.vault())
    with store.read() as unit:
        told = [event.param("straight_through") for event in unit.events(kinds=(EventKind.POLICY_SET,))]
    store.close()
    assert told == [True, False]


def test_a_class_that_no_field_has_is_refused(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-w", str(workspace.root), "grant", "everything"]) == 2
    assert "date/print" in capsys.readouterr().err


def test_what_blind_keying_has_not_proved_cannot_be_let_through_and_sleeps_when_it_is_proved_no_more(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["-w", str(workspace.root), "grant"]
    assert run([*at, "date/print"]) == 2
    assert "2139 more keyed blind" in " ".join(capsys.readouterr().err.split())
    store = workspace.store(workspace.vault())
    prove(store, classes=["date/print"])
    assert run([*at, "date/print"]) == 0
    assert "keyed blind 5000, read wrongly 0: proved" in capsys.readouterr().out
    prove(store, wrong=3, classes=["date/print"])
    assert run(at) == 0
    told = capsys.readouterr().out
    assert "not proved any more: a person is asked" in told
    assert "keyed blind 5000, read wrongly 3: 536 more without a mistake prove it" in told
    store.close()
