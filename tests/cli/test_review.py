"""`blankett review` where there is no terminal, and from a file."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.support.desks import ASKED, TARM, workspace

BLANKETT = Path(sys.executable).parent / "blankett"
ENVIRONMENT = {**os.environ, "BLANKETT_LANGUAGE": "en", "DISPLAY": "", "WAYLAND_DISPLAY": ""}


def review(root: Path, *arguments: object, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    command = [str(BLANKETT), "-w", str(root), "review", *map(str, arguments)]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False, env={**ENVIRONMENT, **environ})


def test_without_a_terminal_it_says_so_and_asks_nothing(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    for arguments in ((), ("--plain",), ("--open",)):
        done = review(root, *arguments, typed="\n\n\n")
        assert done.returncode == 2
        assert "No legible picture can be shown here" in done.stderr
        assert TARM["pat_id"] not in done.stdout + done.stderr


def test_with_a_viewer_lines_on_standard_input_are_answers(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    shown = tmp_path / "shown"
    shown.touch()
    viewer = tmp_path / "viewer"
    viewer.write_text(f'#!/bin/sh\nhead -c 8 "$1" >> {shown}\nstat -c %a "$1" >> {shown}\n')
    viewer.chmod(0o700)
    command = [str(BLANKETT), "-w", str(root), "review", "--open"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env={**ENVIRONMENT, "BLANKETT_VIEWER": str(viewer)}, **pipes) as running:  # type: ignore[call-overload]
        end = time.monotonic() + 60
        for number, answer in enumerate(("", "=Testa Testsson", ""), start=1):
            while shown.read_bytes().count(b"600\n") < number:
                assert running.poll() is None
                assert time.monotonic() < end
                time.sleep(0.05)
            running.stdin.write(f"{answer}\n")
            running.stdin.flush()
        told = running.communicate(timeout=60)[0]
    assert running.returncode == 0
    assert "Settled 1, closed 0. Nothing is waiting." in told
    assert shown.read_bytes().count(b"\x89PNG") == 3
    assert not list((root / "tmp").rglob("*.png"))


def test_a_file_of_answers_settles_and_tells_in_json(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    form = review(root, "--open", typed="q\n", BLANKETT_VIEWER="/bin/true").stdout.split(":")[0]
    path = tmp_path / "answers.json"
    verdicts = {key: {"kind": "correct", "value": TARM[key]} for key in ASKED}
    path.write_text(
        json.dumps({"version": 1, "forms": [{"form": form, "verdicts": {**verdicts, "typo": {"kind": "blank"}}}]})
    )
    done = review(root, "--verdicts", path, "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert (told["settled"], told["given"], told["unknown"]) == (1, 3, [[form, "typo"]])
    assert review(root).stdout == "Nothing is waiting.\n"


def test_json_without_a_file_of_answers_is_a_wrong_use(tmp_path: Path) -> None:
    done = review(workspace(tmp_path), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("\nInvalid value for --json: it goes with --verdicts only\n")


def test_a_file_that_is_none_is_told_without_its_values(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    path = tmp_path / "answers.json"
    path.write_text('{"forms": [{"form": "x", "verdicts": {"pat_id": {"kind": "19500907-2553"}}}]}')
    done = review(root, "--verdicts", path)
    assert done.returncode == 2
    assert "forms.0.verdicts.pat_id.kind" in done.stderr
    assert "19500907" not in done.stderr


def test_a_form_that_is_not_known_is_told(tmp_path: Path) -> None:
    done = review(workspace(tmp_path), "ZZZZ-ZZZZ")
    assert done.returncode == 2
    assert "No form is called that" in done.stderr


def test_nothing_a_person_wrote_is_found_outside_what_is_sealed(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    digest = hashlib.sha256(b"scan 0").hexdigest()
    path = tmp_path / "answers.json"
    verdicts = {key: {"kind": "correct", "value": TARM[key]} for key in ASKED}
    verdicts["pat_namn"]["value"] = "Kanariefågel Rättadsson"
    path.write_text(json.dumps({"forms": [{"scan": digest, "verdicts": verdicts}]}))
    done = review(root, "--verdicts", path)
    assert "Settled 1" in done.stdout
    told = done.stdout + done.stderr
    kept = b"".join(file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file())
    for canary in ("Kanariefågel", "Rättadsson", "19500907", "1950-2553", "Testkliniken", "Test Läkare"):
        assert canary not in told
        assert canary.encode() not in kept
        assert canary.encode("latin-1") not in kept
