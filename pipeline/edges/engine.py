"""The port to the engine: a list of what to do now. The tables are the truth, and this list can be made anew from them."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection


class Work(StrEnum):
    """The kinds of work that go on without a human."""

    PLACE = "place"
    READ = "read"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do. `id` names a scan, a form or an outbox row and holds no value; lower `priority` goes first."""

    work: Work
    id: str
    generation: int
    priority: int

    @property
    def key(self) -> str:
        """Return the name under which the engine keeps it: the same job twice is one."""
        return f"{self.work}-{self.id}-{self.generation}"


Handler = Callable[[str, int], None]
"""Does one job, given its id and generation; idempotent, and fenced by the generation."""


class Engine(ABC):
    """Durable background work behind a few functions. Handlers are told ids only, and return nothing."""

    fault: BaseException | None = None
    """What a handler raised: the machine's fault that stops the worker. Paper's faults never come here."""

    @abstractmethod
    def start(self, handlers: Mapping[Work, Handler]) -> None:
        """Begin to do what is enqueued.

        Raises:
            StoreError: when another worker of the same name already runs.
        """

    @abstractmethod
    def enqueue(self, connection: Connection, job: Job) -> None:
        """Add a job in the caller's own transaction: it exists if and only if the commit does."""

    @abstractmethod
    def ensure(self, jobs: Sequence[Job]) -> int:
        """Make sure that each job waits or runs, also one that ended before; return how many were added."""

    @abstractmethod
    def drain(self, timeout: float) -> bool:
        """Wait until nothing waits or runs, or a fault came, or `timeout` seconds passed; tell whether all is done."""

    @abstractmethod
    def reap(self, alive: Collection[str]) -> int:
        """Take over what workers that are not `alive` had begun; return how many jobs that was."""

    @abstractmethod
    def purge(self, before: dt.datetime) -> int:
        """Forget the jobs that ended before a moment; return how many."""

    @abstractmethod
    def wipe(self) -> None:
        """Forget everything, as if the engine's tables had been lost."""

    @abstractmethod
    def stop(self) -> None:
        """Finish what has begun, take nothing new, and let go of the worker's name."""
