"""The house keeps its own rules."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(p for p in (ROOT / "pipeline").rglob("*.py") if "migrations/versions" not in p.as_posix())
REVEALING_ROOMS = {"stages", "readers", "drawing", "station", "jobs", "cli", "web", "domain"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_rooms_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_functions_stay_small(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 40, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_values_are_revealed_in_few_rooms(path: Path) -> None:
    if path.parent.name not in REVEALING_ROOMS and path.parent.parent.name not in REVEALING_ROOMS:
        assert ".reveal()" not in path.read_text()


def test_floors_go_one_way() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_room_is_called_by_a_vague_name() -> None:
    vague = re.compile(r"^(utils?|helpers?|managers?|base|common|misc)\.py$")
    assert not [p for p in MODULES if vague.match(p.name)]
