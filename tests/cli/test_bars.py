"""Bars on long work, seen through a real pseudo-terminal, and not seen where there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.bars import bar
from tests.support.desks import ASKED, TARM, workspace

BLANKETT = str(Path(sys.executable).parent / "blankett")
ENVIRONMENT = {**os.environ, "BLANKETT_LANGUAGE": "en", "TERM": "xterm-256color", "COLUMNS": "80"}
GONE = "\x1b[2K"


def watched(*arguments: object, all_of_it: bool = False) -> tuple[str, str]:
    """Return what a command writes to stdout, and to a terminal; with `all_of_it` both go to the terminal."""
    ours, theirs = os.openpty()
    command = [BLANKETT, *map(str, arguments)]
    stdout = theirs if all_of_it else subprocess.PIPE
    with subprocess.Popen(command, stdout=stdout, stderr=theirs, env=ENVIRONMENT) as running:
        os.close(theirs)
        seen = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # nobody holds the other end any more
                break
            if not more:
                break
            seen += more
        written = running.stdout.read().decode() if running.stdout is not None else ""
    os.close(ours)
    assert running.returncode == 0, seen
    return written, seen.decode()


def piped(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [BLANKETT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env={**ENVIRONMENT, **environ})


@pytest.fixture
def letters(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for path in made:
        path.write_text("no scan")
    return made


def test_a_bar_is_drawn_on_the_terminal_and_taken_away_while_json_goes_to_stdout(letters: list[Path]) -> None:
    written, seen = watched("read", *letters, "--json")
    assert [json.loads(line)["scan"]["state"] for line in written.splitlines()] == ["rejected", "rejected"]
    assert "0/2" in seen
    assert "1/2" in seen
    assert "rejected" not in seen
    assert GONE in seen[seen.rindex("files read") :]


def test_lines_on_the_same_terminal_stand_clear_of_the_bar(letters: list[Path]) -> None:
    _, seen = watched("read", *letters, all_of_it=True)
    for path in letters:
        before, found, _after = seen.partition(f"{path.name}\r\n  could not be opened")
        assert found
        assert "files read" not in before[before.rindex(GONE) :]


def test_answers_from_a_file_are_counted_by_form(tmp_path: Path) -> None:
    root = workspace(tmp_path, (TARM, {**TARM, "pat_id": "19610118-2803"}))
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"forms": [{"form": "ZZZZ-ZZZZ", "verdicts": {key: {"kind": "accept"} for key in ASKED}}]}))
    written, seen = watched("-w", root, "review", "--verdicts", path, "--json")
    assert json.loads(written)["unanswered"] == 2
    assert "forms answered" in seen
    assert GONE in seen[seen.rindex("forms answered") :]


def test_what_takes_minutes_says_at_each_tenth_how_far_it_has_come_where_nobody_watches(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bar("practice scans read", lines=True) as tell:
        for done in range(64):
            tell(done, 63)
    assert capsys.readouterr() == (
        "",
        "".join(f"practice scans read {n}/63\n" for n in (7, 13, 19, 26, 32, 38, 45, 51, 57, 63)),
    )


def test_nothing_is_drawn_where_nobody_watches(letters: list[Path], tmp_path: Path) -> None:
    done = piped("read", *letters, "--json", FORCE_COLOR="1")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 2
    root = workspace(tmp_path)
    for command in (("benchmark",), ("key", "rotate")):
        assert piped("-w", root, *command, FORCE_COLOR="1").stderr == ""
