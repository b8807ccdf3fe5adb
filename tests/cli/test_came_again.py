"""A file whose very same bytes came before was fed: its sides are in the sum, in the list, and can be shown."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline import words
from pipeline.cli import app
from pipeline.edges import logs
from tests.support import quick
from tests.support.truths import ROOT, schema
from tests.support.unit import Unit, unit

Blankett = Callable[..., str]
LETTER = b"no scan at all"


@pytest.fixture
def blankett(capsys: pytest.CaptureFixture[str]) -> Iterator[Blankett]:
    words.use("en")

    def run(*arguments: object, code: int = 0) -> str:
        assert app.run([str(argument) for argument in arguments]) == code
        told = capsys.readouterr()
        return told.out + told.err

    yield run
    logs.close()


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    """A unit with two piles, each of a good file and one that cannot be opened; the second pile is the first once more."""
    words.use("en")
    with unit(tmp_path_factory.mktemp("unit")) as made:
        for days in (3, 0):
            day = (dt.date.today() - dt.timedelta(days=days)).isoformat()  # noqa: DTZ011 - any two days
            assert app.run(["-w", str(made.workspace.root), "pile", "--arrived", day, "--count", "5"]) == 0
            quick.write(made.workspace.inbox / f"{days}.png", quick.mixed(1))
            made.run("worker")
            (made.workspace.inbox / f"{days}.pdf").write_bytes(LETTER)
            made.run("worker")
        yield made


@pytest.fixture
def piles(at: Unit, blankett: Blankett) -> list[dict[str, Any]]:
    """Its piles, the earlier first, as `status` tells them."""
    told = json.loads(blankett("-w", at.workspace.root, "status", "--all", "--json"))
    jsonschema.validate(told, schema("status"))
    found: list[dict[str, Any]] = told["piles"][::-1]
    places = [(one["pile"], one["file"]) for one in told["rejected"]]
    assert places == [(pile["pile"], 2) for pile in found]
    return found


def test_both_piles_add_up_and_the_forms_are_counted_once(at: Unit, piles: list[dict[str, Any]], blankett: Blankett) -> None:
    first, second = piles
    for pile in piles:
        assert (pile["sides_fed"], pile["sides_in"], pile["accounted"], pile["whole"]) == (5, 5, 5, True)
        assert pile["sides_in"] == sum(pile["states"].values()) + pile["files_not_opened"] + pile["files_being_placed"]
        assert pile["files_not_opened"] == 1
    assert (first["forms"], first["form_sides"], first["files_again"]) == (2, 3, 0)
    assert (second["forms"], second["form_sides"], second["files_again"]) == (0, 0, 2)
    assert second["states"] == {"duplicate": 4}
    shown = blankett("-w", at.workspace.root, "status", "--all")
    assert shown.count("sides fed 5   sides in 5   accounted for 5   ✓") == 2
    assert "scanned twice 4   files not opened 1   files that came again 2" in shown
    told = json.loads(blankett("-w", at.workspace.root, "report", "--json"))
    jsonschema.validate(told, json.loads((ROOT / "pipeline" / "web" / "report.schema.json").read_text()))
    paper = told["paper"]
    assert (paper["sides_fed"], paper["sides_in"], paper["accounted"], paper["unopened"]) == (10, 10, True, 2)
    assert paper["sides_in"] == sum(paper["sides"].values()) + paper["unopened"] + paper["waiting"]


def test_every_side_is_listed_as_often_as_it_is_counted(at: Unit, piles: list[dict[str, Any]], blankett: Blankett) -> None:
    for pile in piles:
        listed = json.loads(blankett("-w", at.workspace.root, "find", "--pile", pile["pile"], "--json"))
        jsonschema.validate(listed, schema("sides"))
        assert [(one["file"], one["page"]) for one in listed] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, None)]
        assert Counter(one["state"] for one in listed if one["page"]) == pile["states"]
        first = [one["first"] for one in listed]
        assert first == (
            [None] * 5 if pile is piles[0] else [{"pile": piles[0]["pile"], "file": f} for f in (1, 1, 1, 1, 2)]
        )
        assert len({one["form"] for one in listed if one["form"]}) == pile["forms"]
    rows = blankett("-w", at.workspace.root, "find", "--pile", piles[1]["pile"]).splitlines()
    assert rows[0].split(maxsplit=2)[:2] == ["1/1", "duplicate"]
    assert rows[0].endswith(f"as {piles[0]['pile']}, file 1")


def test_a_side_that_came_again_is_shown_as_the_firsts_and_noted(
    at: Unit, piles: list[dict[str, Any]], blankett: Blankett, tmp_path: Path
) -> None:
    root = at.workspace.root
    shown = []
    for pile in piles:
        out = tmp_path / f"{pile['pile']}.jpg"
        blankett("-w", root, "find", "--pile", pile["pile"], "--page", "1/2", "--out", out)
        shown.append(out.read_bytes())
        blankett("-w", root, "find", "--pile", pile["pile"], "--page", "2", "--out", tmp_path / "back.pdf")
        assert (tmp_path / "back.pdf").read_bytes() == LETTER
    assert shown[0] == shown[1]
    noted = [one for one in json.loads(blankett("-w", root, "access", "--json")) if one["action"] == "view"]
    assert len(noted) == 2
    assert len({one["subject"] for one in noted}) == 1
