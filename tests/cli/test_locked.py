"""Whoever only looks is held up by nobody's writing, and says at once when the database lets nobody in."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipeline import words
from pipeline.cli import app
from pipeline.edges import logs
from tests.support.truths import ROOT
from tests.support.unit import Unit, unit

LOOKS = [
    ("status",),
    ("find",),
    ("find", "--rejected"),
    ("report", "--json"),
    ("access",),
    ("submit", "--list"),
    ("grant",),
    ("doctor",),
]
Blankett = Callable[..., str]


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
    with unit(tmp_path_factory.mktemp("unit")) as made:
        made.drop()
        made.run("worker")
        yield made


@contextmanager
def held(database: Path, *statements: str) -> Iterator[None]:
    """Hold a database, as another program does."""
    with closing(sqlite3.connect(database, isolation_level=None)) as holder:
        for statement in statements:
            holder.execute(statement)
        yield


def test_looking_waits_for_no_writer(at: Unit, blankett: Blankett) -> None:
    form = blankett("-w", at.workspace.root, "find").split()[0]
    with held(at.workspace.root / "blankett.sqlite", "BEGIN EXCLUSIVE"):
        for command in (*LOOKS, ("why", form)):
            began = time.monotonic()
            blankett("-w", at.workspace.root, *command)
            assert time.monotonic() - began < 10, command


@pytest.mark.parametrize("name", ["blankett.sqlite", "access.sqlite"])
def test_a_database_that_lets_nobody_in_is_told_within_seconds(at: Unit, blankett: Blankett, name: str) -> None:
    with held(at.workspace.root / name, "PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE"):
        began = time.monotonic()
        told = blankett("-w", at.workspace.root, "find", code=7)
        assert time.monotonic() - began < 10
    assert told.startswith("The database is locked by another program. Wait, or close the other program")
    assert told.count("\n") == 1
    blankett("-w", at.workspace.root, "find")


def test_looking_never_touches_the_engine(at: Unit) -> None:
    commands = [["-w", str(at.workspace.root), *command] for command in LOOKS]
    script = (
        f"import sys\nfrom pipeline.cli.app import run\nassert [run(one) for one in {commands!r}] == [0] * {len(LOOKS)}\n"
    )
    script += "print('pipeline.jobs.office' in sys.modules, 'dbos' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True False"


@pytest.mark.slow
@pytest.mark.parametrize("command", [("pile", "--count", "4"), ("run", "--once"), ("review", "--plain")])
def test_a_writer_waits_half_a_minute_and_then_says_the_same(at: Unit, blankett: Blankett, command: tuple[str, ...]) -> None:
    with held(at.workspace.root / "blankett.sqlite", "BEGIN IMMEDIATE"):
        began = time.monotonic()
        told = blankett("-w", at.workspace.root, *command, code=7)
        assert 25 < time.monotonic() - began < 60
    assert told.startswith("The database is locked by another program.")
