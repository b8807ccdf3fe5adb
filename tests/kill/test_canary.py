"""A canary's name goes through the whole day, failures and all, and sings nowhere but in vault and access log."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipeline.domain.reading import Clip, Reading
from pipeline.domain.review import Said, VerdictKind, VerificationMode
from pipeline.domain.value import Value
from pipeline.edges import logs
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.inbox import Inbox, Timing
from pipeline.edges.workspace import open_workspace
from pipeline.errors import ReaderError
from pipeline.jobs import review, sweep
from pipeline.jobs.intake import Intake
from pipeline.jobs.office import Office
from pipeline.jobs.opening import open_office
from tests.support import quick
from tests.support.typed import STI, TARM
from tests.support.unit import ROOT, Unit, unit

NAME, STREET, CLINIC, DOCTOR, FILE = "Kanariefågel", "Canarygatan", "Kanariekliniken", "Zwitschermann", "Vogelscan"
NUMBER, CODE = "19610118-2803", "1961-2803"
CANARIES = (NAME, STREET, CLINIC, DOCTOR, FILE, NUMBER, NUMBER.replace("-", ""), NUMBER[2:], CODE, "anna-canary")
WRITTEN = {
    "klinisk-sti": {**STI, "pat_id": CODE, "anm_klinik": CLINIC, "anm_lakare": DOCTOR},
    "klinisk-tarm": {
        **TARM,
        "pat_namn": f"{NAME} Testsson",
        "pat_id": NUMBER,
        "pat_id_sida2": NUMBER,
        "pat_adress": f"{STREET} 1",
        "anm_klinik": CLINIC,
        "anm_lakare": DOCTOR,
    },
}
QUIET = (("status",), ("status", "--json"), ("find",), ("find", "--json"), ("find", "--rejected"), ("submit", "--list"))
TOLD = (*QUIET, ("report",), ("report", "--json"), ("report", "--csv"), ("doctor", "--ledger"), ("access", "--help"))


class Stumbling(quick.QuickReader):
    """Falls over a form with its value on its lips, once; then says that its engine is broken, once; then reads."""

    def __init__(self, *falls: BaseException) -> None:
        self.falls = list(falls)

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Fall, or read."""
        if self.falls:
            raise self.falls.pop(0)
        return super().read(clips)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Unit]:
    with unit(tmp_path, "", "--busy", "0.3") as made:
        yield made
    logs.close()


def drop(at: Unit) -> None:
    coded = {"template": "klinisk-sti@2025-1", "sheet": 1, "answers": WRITTEN["klinisk-sti"], "salt": 1}
    quick.write(at.workspace.inbox / f"{FILE}-1.png", [coded])
    sides = [{"template": "klinisk-tarm@2025-1", "sheet": n, "answers": WRITTEN["klinisk-tarm"], "salt": 2} for n in (1, 2)]
    quick.write(at.workspace.inbox / f"{FILE}-2.png", sides)
    (at.workspace.inbox / f"{FILE}-3.pdf").write_bytes(b"%PDF-1.7 " + NAME.encode() + b" is damaged\n%%EOF\n")


def day(at: Unit, office: Office) -> None:
    """Work through everything, starting again whenever the machine's fault stopped it."""
    intake = Intake(office, Inbox(at.workspace.inbox, Timing(quiet_s=0.0, patience_s=0.0)))
    sweep.start(office)
    for now in range(8):
        try:
            intake.look(float(now * 10))
            sweep.sweep(office)
            office.engine.drain(10)
        except ReaderError:
            continue
    while (task := review.take(office, "anna-canary")) is not None:
        answer(office, task)
    for _ in range(6):
        office.clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
        sweep.sweep(office)
        office.engine.drain(10)


def answer(office: Office, task: review.Opened) -> None:
    """Hand the form up with a name in the note, and key what stands on the sheets, as told by that name."""
    assert review.hand(office, task.lease, Value(NAME), up=True)
    again = review.take(office, "anna-canary", task.task.form)
    assert again is not None
    lease = again.lease
    for key in dict.fromkeys(finding.key for finding in task.findings):
        told = WRITTEN[task.draft.template].get(key)
        kind = VerdictKind.BLANK if told is None else VerdictKind.CORRECT
        renewed = review.give(office, lease, Said(key, kind, Value(told), VerificationMode.TOLD, Value(NAME)))
        assert renewed is not None
        lease = renewed
    assert isinstance(review.settle(office, lease), review.Done)


def heard(text: bytes) -> list[str]:
    told = text.decode("utf-8", "replace").casefold() + text.decode("latin-1").casefold()
    return [canary for canary in CANARIES if canary.casefold() in told]


def command(at: Unit, *words: str, env: dict[str, str] | None = None) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli.app import main; main()", *words],
        cwd=ROOT,
        env={**os.environ, "BLANKETT_WORKSPACE": str(at.workspace.root), **(env or {})},
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 7, 8), (words, done.stderr)
    return done.stdout + done.stderr


def test_a_canary_sings_only_in_the_vault(at: Unit, capfd: pytest.CaptureFixture[str]) -> None:
    drop(at)
    logs.set_up(at.workspace.log, verbose=True)
    office = open_office(open_workspace(at.workspace.root), "w1", InlineEngine())
    reader = Stumbling(ValueError(f"cannot read {NAME} {NUMBER}"), ReaderError("tesseract_failed"))
    real = quick.sight()
    office.sight = type(real)(real.pages, real.place, real.cut, (reader,))
    day(at, office)
    office.close()
    told = [command(at, *words) for words in TOLD]
    assert heard(b"".join(told)) == []
    out, err = capfd.readouterr()
    assert heard(out.encode() + err.encode()) == []
    for path in at.workspace.root.rglob("*"):
        if path.is_file():
            assert heard(path.read_bytes()) == [], path.relative_to(at.workspace.root)
            assert heard(str(path.relative_to(at.workspace.root)).encode()) == []
    assert heard((at.workspace.root.parent / "recipient" / "receiver.sqlite").read_bytes()) == []
    found = command(at, "find", NUMBER)
    assert b"acknowledged" in found
    assert heard(found) == []
    assert NAME.encode() in command(at, "why", found.split()[0].decode(), "pat_namn")


def test_a_bug_is_told_by_type_and_place_only(at: Unit) -> None:
    script = f"import pipeline.cli.told as t; t.noting = lambda *a: (_ for _ in ()).throw(ValueError('{NAME}'))"
    done = subprocess.run(
        [sys.executable, "-c", f"{script}; from pipeline.cli.app import main; main()", "pile"],
        cwd=ROOT,
        env={**os.environ, "BLANKETT_WORKSPACE": str(at.workspace.root)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"ValueError" in done.stderr
    assert heard(done.stdout + done.stderr) == []
