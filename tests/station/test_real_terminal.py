"""The station in a real terminal of 80 by 24: tmux between it and us."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.domain.status import Status
from pipeline.edges.workspace import open_workspace
from tests.support.desks import TARM, workspace

BLANKETT = Path(sys.executable).parent / "blankett"
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Tmux:
    """One program in one pane of 80 by 24."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def run(self, *arguments: str) -> str:
        command = ["tmux", "-S", str(self._socket), "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=self.environ()).stdout

    def environ(self) -> dict[str, str]:
        return {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "BLANKETT_LANGUAGE": "en", "TERM": "xterm-256color"}

    def start(self, command: str) -> None:
        self.run("new-session", "-d", "-x", "80", "-y", "24", command)

    def keys(self, *pressed: str) -> None:
        self.run("send-keys", *pressed)

    def seen(self) -> str:
        return self.run("capture-pane", "-p")

    def wait(self, wanted: Callable[[str], object], seconds: float = 20) -> str:
        end = time.monotonic() + seconds
        while not wanted(shown := self.seen()):
            assert time.monotonic() < end, shown
            time.sleep(0.05)
        return shown

    def kill(self) -> None:
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], capture_output=True, check=False)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    made = Tmux(tmp_path / "tmux")
    yield made
    made.kill()


def station(root: Path, *more: str) -> str:
    return f"{BLANKETT} -w {root} review {' '.join(more)}; echo left $?; cat"


def told(root: Path) -> list[Status]:
    store = open_workspace(root).store()
    with store.read() as unit:
        found = [row.state.status for row in unit.forms.all() if row.state]
    store.close()
    return found


def test_two_forms_are_verified_by_keys_alone(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path, (TARM, {**TARM, "pat_id": "19610118-2803", "pat_namn": "Testa Kanariefågel"}))
    tmux.start(station(root))
    shown = tmux.wait(lambda seen: "3 left" in seen)
    assert "Salmonel" in shown
    assert "▀▀▀▀" in shown
    assert re.search(r"lease [89]:\d\d", shown)
    assert all(len(line) <= 80 for line in shown.splitlines())
    tmux.keys("1", "9", "9")
    tmux.wait(lambda seen: "not yet the shape" in seen)
    tmux.keys("Escape")
    tmux.wait(lambda seen: "Enter ok" in seen)
    tmux.keys("Enter", "i", "i")
    shown = tmux.wait(lambda seen: "1 left" in seen)
    assert re.search(r"saved \d\d:\d\d:\d\d", shown)
    tmux.keys("u")
    tmux.wait(lambda seen: "Taken back" in seen and "2 left" in seen)
    tmux.keys("Enter", "Enter")
    tmux.wait(lambda seen: "on its way" in seen and "3 left" in seen)
    tmux.keys("Enter", "Enter", "Enter")
    shown = tmux.wait(lambda seen: "left 0" in seen)
    assert "Settled 2, closed 0." in shown
    assert "Nothing is waiting." in shown
    assert told(root) == [Status.SETTLED, Status.SETTLED]


def test_the_sender_is_rung_and_what_is_told_is_kept_with_who_told_it(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path, ({**TARM, "anm_tel": "018-611 00 00"},))
    tmux.start(station(root))
    tmux.wait(lambda seen: "3 left" in seen)
    tmux.keys("i")
    shown = tmux.wait(lambda seen: "Ring 018-611 00 00: Testkliniken, Test" in seen)
    assert "t the sender told it" in shown
    assert "3 left" in shown
    tmux.keys("t", *"196101182803", "Enter")
    tmux.wait(lambda seen: "who told it>" in seen)
    tmux.keys("-l", "Ssk Testsson")
    tmux.wait(lambda seen: "who told it> Ssk Testsson" in seen)
    tmux.keys("Enter", "Enter", "Enter")
    form = re.search(r"(\S+) is settled", tmux.wait(lambda seen: "left 0" in seen))
    assert form is not None
    command = [BLANKETT, "-w", root, "why", form[1], "pat_id"]
    shown = subprocess.run(command, env=tmux.environ(), capture_output=True, text=True, check=True).stdout
    assert re.search(r"verdict +corrected \(told by the sender\) +19610118-2803", shown)
    assert re.search(r"told by +Ssk Testsson +\d{4}-\d\d-\d\d \d\d:\d\d", shown)


def test_a_form_is_handed_up_and_opens_with_its_note_for_a_supervisor(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path)
    tmux.start(f"{BLANKETT} -w {root} review; {station(root, '--handed-up')}")
    tmux.wait(lambda seen: "3 left" in seen)
    tmux.keys("h")
    tmux.wait(lambda seen: "note>" in seen)
    tmux.keys("-l", "Same person twice?")
    tmux.keys("Enter")
    tmux.wait(lambda seen: re.search(r"Note from \w+, [-\d]+ [\d:]+: Same person twice\?", seen) and "3 left" in seen)
    tmux.keys("h")
    tmux.wait(lambda seen: "note>" in seen)
    tmux.keys("-l", "No")
    tmux.keys("Enter")
    shown = tmux.wait(lambda seen: "left 0" in seen)
    assert "is handed up, with your note." in shown
    assert "is given back, with your note." in shown
    assert "Nothing is handed up." in shown
    assert told(root) == [Status.WAITING]


def test_keys_pressed_before_a_form_is_shown_answer_nothing(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path)
    tmux.start(f"sleep 1; {station(root)}")
    tmux.keys("Enter", "Enter", "Enter")
    tmux.wait(lambda seen: "3 left" in seen)
    tmux.keys("Enter")
    tmux.wait(lambda seen: "2 left" in seen)
    assert told(root) != [Status.SETTLED]


def test_a_window_that_changes_its_size_is_drawn_anew(tmux: Tmux, tmp_path: Path) -> None:
    tmux.start(station(workspace(tmp_path)))
    tmux.wait(lambda seen: "3 left" in seen)
    tmux.run("resize-window", "-x", "50", "-y", "20")
    tmux.wait(lambda seen: "too small" in seen)
    tmux.run("resize-window", "-x", "100", "-y", "40")
    shown = tmux.wait(lambda seen: "3 left" in seen)
    assert shown.count("▀▀▀▀▀▀▀▀▀▀\n") + shown.count("▀▀▀▀▀") > 20


def test_a_line_that_drops_loses_nothing_and_the_next_review_opens_on_the_same_field(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path)
    tmux.start(station(root))
    tmux.wait(lambda seen: "3 left" in seen)
    tmux.keys("Enter")
    tmux.wait(lambda seen: "2 left" in seen)
    tmux.kill()
    again = Tmux(tmp_path / "again")
    try:
        again.start(station(root))
        shown = again.wait(lambda seen: "2 left" in seen)
        assert "field 2 of 3" in shown
        assert "Namn" in shown
    finally:
        again.kill()


def test_the_terminal_is_given_back_as_it_was(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path)
    command = f"stty -a > {tmp_path}/before; {BLANKETT} -w {root} review; stty -a > {tmp_path}/after; echo done; cat"
    tmux.start(command)
    tmux.wait(lambda seen: "3 left" in seen)
    tmux.keys("q")
    tmux.wait(lambda seen: "done" in seen)
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()
    assert "Enter ok" not in tmux.seen()


def test_breaking_off_leaves_with_130_and_the_form_is_free(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path)
    tmux.start(station(root))
    tmux.wait(lambda seen: "3 left" in seen)
    tmux.keys("C-c")
    tmux.wait(lambda seen: "left 130" in seen)
    assert told(root) == [Status.WAITING]


def test_line_by_line_asks_the_same_with_pictures_between(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path)
    tmux.start(station(root, "--plain"))
    tmux.wait(lambda seen: seen.rstrip().endswith(">"))
    tmux.keys("", "Enter")
    tmux.wait(lambda seen: "Field 2 of 3: Namn" in seen and seen.rstrip().endswith(">"))
    tmux.keys("=Testa Testsson", "Enter")
    tmux.wait(lambda seen: "Field 3 of 3" in seen and seen.rstrip().endswith(">"))
    tmux.keys("", "Enter")
    tmux.wait(lambda seen: "left 0" in seen)
    assert told(root) == [Status.SETTLED]


def test_a_dumb_terminal_is_told_so_and_nothing_is_asked(tmux: Tmux, tmp_path: Path) -> None:
    root = workspace(tmp_path)
    tmux.start(f"export TERM=dumb; {station(root)}")
    shown = tmux.wait(lambda seen: "left 2" in seen)
    assert "No legible picture can be shown here" in shown
    assert told(root) == [Status.WAITING]
