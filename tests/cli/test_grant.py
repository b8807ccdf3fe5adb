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


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    plan = Plan(tmp_path / "ws", tmp_path / "in", key=f"file:{tmp_path / 'key'}")
    return make(plan, dt.datetime.now(dt.UTC))


def test_a_decision_stands_in_the_ledger_until_it_is_taken_back(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["-w", str(workspace.root), "grant"]
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
