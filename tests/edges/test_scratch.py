"""What is a file for a moment goes with its process, however that ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.edges.scratch import Scratch, own
from pipeline.errors import StoreError
from tests.support.truths import ROOT, SAMPLES

MAIN = "from pipeline.cli.app import main; main()"
# A Tesseract that is the real one, but never comes to an end of reading pictures.
SLOW = """#!/bin/sh
case "$1" in
*files.txt) echo $$ >> "{mark}"; exec sleep 100 ;;
*) exec "{real}" "$@" ;;
esac
"""


def left(place: Path) -> list[Path]:
    """Return every file below a place that is no lock."""
    return [path for path in place.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_a_folder_is_made_on_first_need_and_goes_when_it_is_closed(tmp_path: Path) -> None:
    place = tmp_path / "tmp"
    one = Scratch("w/../1", place)
    assert not place.exists()
    (one.folder / "a").write_bytes(b"x")
    assert one.folder.parent == place
    assert stat.S_IMODE(one.folder.stat().st_mode) == 0o700
    one.close()
    assert list(place.iterdir()) == []


def test_the_living_are_left_and_all_else_but_the_counts_is_swept(tmp_path: Path) -> None:
    first = Scratch("a", tmp_path)
    (first.folder / "kept").touch()
    (first.tries / "kept").touch()
    (tmp_path / "of-an-older-version" / "read-x").mkdir(parents=True)
    (tmp_path / "dead.lock").touch()
    (tmp_path / "file").touch()
    second = Scratch("a", tmp_path)
    assert second.folder != first.folder
    assert sorted(path.name for path in left(tmp_path)) == ["kept", "kept"]
    assert len(list(tmp_path.iterdir())) == 5
    second.close()
    first.close()
    assert [path.name for path in tmp_path.iterdir()] == ["tries"]


def test_a_place_that_another_has_laid_in_the_way_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    way, target = tmp_path / f"blankett-{os.geteuid()}", tmp_path / "target"
    target.mkdir(mode=0o700)
    (target / "theirs").touch()
    environ = {"XDG_RUNTIME_DIR": str(tmp_path / "none"), "XDG_CACHE_HOME": str(tmp_path)}
    way.symlink_to(target)
    made = own("read", environ)
    assert made.folder.parent == tmp_path / "blankett"
    made.close()
    way.unlink()
    way.mkdir()
    way.chmod(0o777)
    (way / "theirs").touch()
    made = own("read", environ)
    assert made.folder.parent == tmp_path / "blankett"
    made.close()
    assert (target / "theirs").exists()
    assert (way / "theirs").exists()
    with pytest.raises(StoreError, match="scratch_unusable"):
        own("read", {**environ, "XDG_CACHE_HOME": str(tmp_path / "none")}).folder.exists()


def test_the_runtime_folder_comes_first(tmp_path: Path) -> None:
    made = own("read", {"XDG_RUNTIME_DIR": str(tmp_path)})
    assert made.folder.parent == tmp_path / "blankett"
    made.close()


class Commands:
    """Runs `blankett` as a process of its own, with a Tesseract that never ends."""

    def __init__(self, folder: Path) -> None:
        self.mark, self.runtime = folder / "mark", folder / "run"
        self.runtime.mkdir(mode=0o700)
        slow = folder / "bin" / "tesseract"
        slow.parent.mkdir()
        real = subprocess.run(
            ["sh", "-c", "command -v tesseract"], capture_output=True, text=True, check=True
        ).stdout.strip()
        slow.write_text(SLOW.format(mark=self.mark, real=real))
        slow.chmod(0o755)
        self._env = {**os.environ, "XDG_RUNTIME_DIR": str(self.runtime), "OMP_THREAD_LIMIT": "1"}
        self._slow = {**self._env, "PATH": f"{slow.parent}:{os.environ['PATH']}"}

    def kill_while_reading(self, *arguments: object) -> None:
        """Start a command, and kill it while it reads; what it had started is ended too, afterwards."""
        command = [sys.executable, "-W", "ignore", "-c", MAIN, *map(str, arguments)]
        process = subprocess.Popen(command, cwd=ROOT, env=self._slow)
        end = time.monotonic() + 120
        while not (self.mark.exists() and self.mark.read_text().endswith("\n")):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def end_orphans(self) -> None:
        for line in self.mark.read_text().split() if self.mark.exists() else ():
            os.kill(int(line), signal.SIGKILL)
        self.mark.unlink(missing_ok=True)

    def run(self, *arguments: object) -> str:
        command = [sys.executable, "-W", "ignore", "-c", MAIN, *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, env=self._env, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    made = Commands(tmp_path)
    yield made
    made.end_orphans()


def test_what_a_killed_reading_leaves_is_swept_by_the_next(commands: Commands, tmp_path: Path) -> None:
    place = commands.runtime / "blankett"
    commands.kill_while_reading("read", SAMPLES / "11-sti-typed.pdf")
    assert [path for path in left(place) if path.suffix == ".pgm"]
    with (tmp_path / "b.txt").open("w") as file:
        file.write("no scan")
    commands.run("read", tmp_path / "b.txt")
    assert list(place.iterdir()) == []


def test_what_a_killed_worker_leaves_is_swept_by_whoever_needs_such_files_next(commands: Commands, tmp_path: Path) -> None:
    root, inbox = tmp_path / "ws", tmp_path / "in"
    told = ("--inbox", inbox, "--key", f"file:{tmp_path / 'key'}", "--set", "inbox.quiet_seconds=0.1")
    commands.run("init", root, *told)
    (inbox / "a.pdf").write_bytes((SAMPLES / "11-sti-typed.pdf").read_bytes())
    commands.kill_while_reading("-w", root, "run", "--once")
    assert [path for path in left(root / "tmp") if path.suffix == ".pgm"]
    commands.run("-w", root, "doctor")
    assert left(root / "tmp") == []
    commands.end_orphans()
    commands.kill_while_reading("-w", root, "run", "--once")
    assert left(root / "tmp") != []
    assert "forms waiting for you 1" in commands.run("-w", root, "run", "--once")
    assert left(root / "tmp") == []
