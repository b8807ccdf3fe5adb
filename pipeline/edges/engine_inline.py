"""An engine without a worker: jobs wait in memory after their commit and are done when somebody drains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, event

from pipeline.edges.engine import Engine, Handler, Job, Work


class InlineEngine(Engine):
    """Does the work in the caller's own thread, in order of priority, at each `drain`."""

    def __init__(self) -> None:
        self._handlers: Mapping[Work, Handler] = {}
        self._waiting: dict[str, Job] = {}
        self._done: set[str] = set()

    def start(self, handlers: Mapping[Work, Handler]) -> None:
        """Keep the handlers for the next `drain`."""
        self._handlers = handlers

    def enqueue(self, connection: Connection, job: Job) -> None:
        """Let the job wait once the caller's transaction has been committed."""

        def committed(_: Connection) -> None:
            if job.key not in self._done:
                self._waiting.setdefault(job.key, job)

        event.listen(connection, "commit", committed, once=True)

    def ensure(self, jobs: Sequence[Job]) -> int:
        """Let each job wait, also one that was done before."""
        added = [job for job in jobs if job.key not in self._waiting]
        self._done.difference_update(job.key for job in added)
        self._waiting.update({job.key: job for job in added})
        return len(added)

    def drain(self, timeout: float) -> bool:
        """Do every job that waits, and those that they lead to; a handler's exception is raised here."""
        while self._waiting:
            job = min(self._waiting.values(), key=lambda waiting: waiting.priority)
            self._handlers[job.work](job.id, job.generation)
            self._waiting.pop(job.key, None)
            self._done.add(job.key)
        return True

    def reap(self, alive: Collection[str]) -> int:
        """Do nothing: there is one worker, and it is here."""
        return 0

    def purge(self, before: dt.datetime) -> int:
        """Forget what was done."""
        count = len(self._done)
        self._done.clear()
        return count

    def wipe(self) -> None:
        """Forget what waits and what was done."""
        self._waiting.clear()
        self._done.clear()

    def stop(self) -> None:
        """Do nothing: what waits is lost with the process, and the sweeper finds it again."""
