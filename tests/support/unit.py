"""A whole unit for tests: a workspace, an inbox, a recipient in a process of its own, and what must hold at the end."""

from __future__ import annotations

import atexit
import datetime as dt
import json
import os
import re
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx

from pipeline.domain.event import EventKind
from pipeline.domain.placement import PageState
from pipeline.domain.status import Status
from pipeline.edges.founding import Plan, make
from pipeline.edges.store import Store
from pipeline.edges.store.outbox import OutState
from pipeline.edges.workspace import Workspace
from tests.support import quick

ROOT = Path(__file__).parents[2]
_BLANKETT = "from pipeline.cli.app import main; main()"


class Hand:
    """A program that workers and reviewers are forked from, one after another; it keeps nothing from one to the next."""

    def __init__(self) -> None:
        """Start it; it imports everything once."""
        self._served = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.support.hands", "serve"],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.number = 0

    def begin(self, who: str, root: Path, name: str, env: Mapping[str, str] | None = None) -> None:
        """Fork a worker or a reviewer."""
        told = {"who": who, "root": str(root), "name": name, "env": dict(env or {})}
        stdin, stdout = self._pipes()
        stdin.write(json.dumps(told) + "\n")
        stdin.flush()
        self.number = int(stdout.readline())

    def ended(self, wait: bool = True) -> int | None:
        """Return how it ended, negative for a signal; None while it works, unless we wait."""
        if not self.number:
            return 0
        _, stdout = self._pipes()
        if not wait and not select.select([stdout], [], [], 0)[0]:
            return None
        self.number = 0
        return int(stdout.readline())

    def kill(self) -> None:
        """Let it die."""
        os.kill(self.number, signal.SIGKILL)

    def close(self) -> None:
        """End the program."""
        stdin, stdout = self._pipes()
        stdin.close()
        self._served.wait(60)
        stdout.close()

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._served.stdin is not None
        assert self._served.stdout is not None
        return self._served.stdin, self._served.stdout


@dataclass
class Unit:
    """A unit at work. `dropped` counts the files put into its inbox so far."""

    workspace: Workspace
    recipient: str
    hand: Hand
    dropped: int = 0
    deaths: Counter[str] = field(default_factory=Counter)

    def drop(self, count: int = 1) -> None:
        """Let the scanner leave some files."""
        for _ in range(count):
            self.dropped += 1
            quick.write(self.workspace.inbox / f"{self.dropped:04}.png", quick.mixed(self.dropped))

    def run(self, who: str, name: str = "w1", env: Mapping[str, str] | None = None) -> int:
        """Let a worker or a reviewer work till nothing is left, or till it dies; return how it ended."""
        self.hand.begin(who, self.workspace.root, name, env)
        ended = self.hand.ended()
        assert ended is not None
        assert ended <= 0 or ended in (5, 7, 8), f"{who} ended with {ended}"
        return ended

    def die(self, who: str, point: str, count: int = 1, name: str = "w1") -> None:
        """Let a worker or a reviewer die at a point."""
        ended = self.run(who, name, {"BLANKETT_CRASH_POINT": f"{point}:{count}"})
        assert ended == -9, f"{who} did not come to {point}"
        self.deaths[point] += 1

    def store(self) -> Store:
        """Open the store."""
        return self.workspace.store()

    def log(self) -> list[dict[str, Any]]:
        """Return the recipient's own log of every delivery."""
        entries: list[dict[str, Any]] = httpx.get(f"{self.recipient}/log", trust_env=False).json()["entries"]
        return entries

    def all_is_well(self) -> None:
        """Hold the tables, the ledger and the recipient's log against each other and against what was dropped."""
        store = self.store()
        forms = self.dropped * quick.MIXED_FORMS
        with store.read() as unit:
            scans = list(unit.scans.all())
            assert len(scans) == self.dropped
            assert {scan.pages for scan in scans} == {quick.MIXED_SIDES}
            assert unit.pages.counts() == {PageState.PLACED: 3 * self.dropped, PageState.BLANK: self.dropped}
            rows = list(unit.forms.all())
            assert len(rows) == forms
            assert {row.state.status for row in rows if row.state} == {Status.ACKNOWLEDGED}
            assert unit.tasks.queue(dt.datetime.now(dt.UTC)) == ()
            outbox = unit.outbox.all()
            assert [row.state for row in outbox] == [OutState.RECEIPTED] * forms
            assert len({row.form for row in outbox}) == forms
            receipts = {row.key: unit.outbox.stored_receipt(row.key) for row in outbox}
            self._ledger_tells_each_once(list(unit.events()), forms)
            blobs = set(unit.blobs())
            assert all(store.vault.exists(blob) for blob in blobs)
        assert store.verify_ledger() is None
        self._recipient_agrees({row.key: row.body_sha for row in outbox}, receipts)
        assert not list(self.workspace.inbox.glob("*.png"))
        store.close()

    def _ledger_tells_each_once(self, events: list[Any], forms: int) -> None:
        told = Counter(event.kind for event in events)
        for kind in (EventKind.FORM_COMPLETED, EventKind.FORM_READ, EventKind.FORM_SETTLED, EventKind.RECEIPT_STORED):
            assert told[kind] == forms, kind
            assert len({event.subject for event in events if event.kind is kind}) == forms
        assert told[EventKind.SCAN_RECEIVED] == told[EventKind.SCAN_PLACED] == self.dropped
        assert told[EventKind.SCAN_DUPLICATE] == 0
        assert told[EventKind.BUG] == 0
        assert told[EventKind.PAGE_PLACED] == 3 * self.dropped

    def _recipient_agrees(self, bodies: Mapping[str, str], receipts: Mapping[str, Any]) -> None:
        """The recipient's own log is the witness: each key accepted once, always the same bytes, the same receipt."""
        accepted: dict[str, dict[str, Any]] = {}
        for entry in self.log():
            assert entry["outcome"] in ("accepted", "repeated", "unanswered"), entry
            if entry["outcome"] == "accepted":
                assert entry["key"] not in accepted
                accepted[entry["key"]] = entry
            assert entry["body_sha"] == bodies[entry["key"]]
        assert set(accepted) == set(bodies)
        for key, receipt in receipts.items():
            assert receipt is not None
            assert receipt.receipt_id == accepted[key]["receipt"]


_idle: list[Hand] = []  # programs that have nothing to do: their start costs more than most of what they are wanted for


@contextmanager
def hands(count: int) -> Iterator[list[Hand]]:
    """Lend some programs to fork from; one that was left at work is not lent again."""
    lent = [_idle.pop() if _idle else Hand() for _ in range(count)]
    try:
        yield lent
    finally:
        for hand in lent:
            if hand.number:
                hand.close()
            else:
                _idle.append(hand)


@atexit.register
def _close() -> None:
    while _idle:
        _idle.pop().close()


@contextmanager
def receiver(folder: Path, *more: str) -> Iterator[str]:
    """Run the reference recipient in a process of its own, and tell its address."""
    process = subprocess.Popen(
        [sys.executable, "-c", _BLANKETT, "receiver", "--data", str(folder), "--port", "0", *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                yield found.group()
                return
        raise AssertionError("the recipient did not start")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@contextmanager
def unit(folder: Path, url: str = "", *more: str, **settings: object) -> Iterator[Unit]:
    """Found a unit in a folder: no time of grace, quick polls, its recipient beside it. Settings as `section__key`."""
    with receiver(folder / "recipient", *more) as address:
        told: dict[str, object] = {
            "database.url": url,
            "recipient.url": f"{address}/notification",
            "recipient.name": "reference",
            "recipient.retry_seconds": 0.2,
            "unit.region": "C",
            "inbox.quiet_seconds": 0.05,
            "inbox.grace_seconds": 0,
            "inbox.poll_seconds": 0.2,
            "worker.poll_seconds": 0.05,
            "review.lease_seconds": 10,
            **{name.replace("__", "."): value for name, value in settings.items()},
        }
        plan = Plan(folder / "workspace", folder / "inbox", key=f"file:{folder / 'vault.key'}", more=tuple(told.items()))
        with hands(1) as (hand,):
            yield Unit(make(plan, dt.datetime.now(dt.UTC)), address, hand)
