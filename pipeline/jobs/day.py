"""A worker's day: look into the inbox, let the engine work, sweep now and then, stop when told or when all is done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from pipeline.domain.status import Status
from pipeline.edges.inbox import Inbox, PassedBy, Timing
from pipeline.edges.memory import be_frugal
from pipeline.edges.store.scans import ScanState
from pipeline.edges.watching import Watch
from pipeline.edges.workspace import Workspace
from pipeline.errors import BlankettError
from pipeline.jobs import sweep
from pipeline.jobs.intake import Intake
from pipeline.jobs.office import Office, report_bug
from pipeline.jobs.placing import put_back
from pipeline.jobs.retain import sweep_orphans
from pipeline.jobs.revision import compare_new
from pipeline.jobs.unknown import offer

SWEEP_S = 10.0
_STEP_S = 0.5
_BRIEF_S = 15.0
_PURGE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work has come: scans and forms known, and those that still wait for the machine."""

    scans: int
    scans_waiting: int
    forms: int
    forms_waiting: int


@dataclass(frozen=True, slots=True)
class Done:
    """What a worker has done since it began, and what it leaves behind.

    `files` were taken; `again` of them were known already, `unopened` could not be opened, the others have `sides`.
    `waiting` forms are put before a human. `unfinished` files in the inbox are not whole yet, `staying` ones are
    taken and have not had their grace; `passed_by` is what lies there and is no scan.
    """

    files: int
    again: int
    unopened: int
    sides: int
    waiting: int
    unfinished: int
    staying: int
    passed_by: PassedBy


class Day:
    """One worker at work; a context, so that whatever happens it stops in order."""

    def __init__(self, office: Office, workspace: Workspace, *, brief: bool = False) -> None:
        """Look into the workspace's inbox; a `brief` day does not wait long for a file that does not become whole.

        Raises:
            InboxError: when it is missing or cannot be used.
        """
        settings = workspace.settings
        self._office = office
        self._keep_days = settings.worker.keep_days
        quiet_s = settings.inbox.quiet_seconds
        self._patience_s = max(_BRIEF_S, 3 * quiet_s) if brief else Timing().patience_s
        timing = Timing(quiet_s, self._patience_s, settings.inbox.poll_seconds)
        self._inbox = Inbox(workspace.inbox, timing)
        self._intake = Intake(office, self._inbox)
        self._watch = Watch(workspace.inbox)
        self._swept = float("-inf")
        self._taken = 0
        self._began = office.now()
        self._purged = self._taken_at = time.monotonic()
        self.stopping = threading.Event()

    def __enter__(self) -> Day:
        """Start the engine, put back in its list what the tables say must be done.

        Raises:
            StoreError: when another worker of the same name runs.
        """
        be_frugal()
        sweep.start(self._office)
        self._office.tidy()
        put_back(self._office)
        self._sweep()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop watching; the office stops the engine."""
        self._watch.close()

    def forever(self) -> None:
        """Work until `stopping` is set.

        Raises:
            BlankettError: what stopped the machine; nothing is lost.
        """
        while not self.stopping.is_set():
            self._watch.wait(_STEP_S)
            self._step(self._watch.news())

    def once(self, tell: Callable[[Progress], None] | None = None) -> None:
        """Take all that lies in the inbox, do all that can be done without a human or a recipient, and end.

        Raises:
            BlankettError: what stopped the machine; nothing is lost.
        """
        self._step(news=True)
        while not self.stopping.is_set():
            if tell is not None:
                tell(self.progress())
            if self._office.engine.drain(_STEP_S) and self._nothing_comes():
                self._swept = float("-inf")
                self._step(news=True)
                if self._office.engine.drain(_STEP_S) and self._nothing_comes():
                    self._look_after_forms()
                    return
            self._step(news=self._watch.news())

    def _nothing_comes(self) -> bool:
        """Tell whether no file is left that may come to rest soon; one that is still being written is not waited for."""
        return not self._intake.waiting() or time.monotonic() - self._taken_at > self._patience_s + _STEP_S

    def done(self) -> Done:
        """Return what was done since the worker began."""
        with self._office.store.read() as unit:
            scans = [scan for scan in unit.scans.all() if scan.received >= self._began]
            sides = sum(unit.pages.count_of(scan.digest) for scan in scans if scan.state is ScanState.PLACED)
            waiting = len(unit.tasks.queue(self._office.now()))
        return Done(
            files=self._taken,
            again=max(0, self._taken - len(scans)),
            unopened=sum(scan.reason is not None for scan in scans),
            sides=sides,
            waiting=waiting,
            unfinished=self._intake.waiting(),
            staying=self._intake.staying(),
            passed_by=self._inbox.passed_by,
        )

    def progress(self) -> Progress:
        """Return how far the work has come."""
        with self._office.store.read() as unit:
            states = [scan.state.value for scan in unit.scans.all()]
            counts = unit.forms.counts()
        waiting = sum(count for (_, status), count in counts.items() if status is Status.RECEIVED)
        return Progress(len(states), states.count("received"), sum(counts.values()), waiting)

    def _look_after_forms(self) -> None:
        """See which forms have changed, and which unknown ones are worth a template."""
        compare_new(self._office)
        try:
            offer(self._office)
        except BlankettError:
            raise
        except Exception as bug:  # looking after forms must never stop the day
            report_bug(self._office, "unknown", bug)

    def _step(self, news: bool) -> None:
        self._raise_fault()
        taken = self._intake.look(time.monotonic(), news=news)
        self._taken += taken
        if taken:
            self._taken_at = time.monotonic()
        if time.monotonic() - self._swept >= SWEEP_S:
            self._sweep()

    def _raise_fault(self) -> None:
        if self._office.engine.fault is not None:
            raise self._office.engine.fault

    def _sweep(self) -> None:
        if self._office.renew_library():
            put_back(self._office)
        sweep.sweep(self._office, self._office.worker)
        now = time.monotonic()
        self._swept = now
        if now - self._purged >= _PURGE_S:
            self._purged = now
            sweep.purge(self._office, self._keep_days)
            sweep_orphans(self._office)
            self._look_after_forms()
