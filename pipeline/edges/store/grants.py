"""What named managers have let through, and which workers are alive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.edges.store.people import People
from pipeline.edges.store.tables import grant, worker


@dataclass(frozen=True, slots=True)
class Grant:
    """A class of fields that goes straight through, by whose decision (an alias) and since when."""

    class_: str
    manager: str
    at: dt.datetime


class Grants:
    """Straight-through decisions, within one unit; none stands from the start."""

    def __init__(self, connection: Connection, people: People) -> None:
        """Work on an open connection."""
        self._connection = connection
        self._people = people

    def give(self, class_: str, manager: str, now: dt.datetime) -> bool:
        """Let a class go straight through; False when it does already."""
        if any(given.class_ == class_ for given in self.active()):
            return False
        self._connection.execute(insert(grant).values(class_=class_, manager=self._people.alias(manager), at=now))
        return True

    def revoke(self, class_: str, now: dt.datetime) -> bool:
        """Stop a class from going straight through; False when it did not."""
        done = self._connection.execute(
            update(grant).where(grant.c.class_ == class_, grant.c.revoked_at.is_(None)).values(revoked_at=now)
        )
        return bool(done.rowcount)

    def active(self) -> tuple[Grant, ...]:
        """Return the decisions that stand, by class."""
        rows = self._connection.execute(select(grant).where(grant.c.revoked_at.is_(None)).order_by(grant.c.class_))
        return tuple(Grant(row.class_, row.manager, row.at) for row in rows)


class Workers:
    """Heartbeats, within one unit."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open connection."""
        self._connection = connection

    def beat(self, worker_id: str, now: dt.datetime) -> None:
        """Note that a worker is alive."""
        done = self._connection.execute(update(worker).where(worker.c.id == worker_id).values(beat_at=now))
        if done.rowcount == 0:
            self._connection.execute(insert(worker).values(id=worker_id, beat_at=now))

    def silent(self, since: dt.datetime) -> tuple[str, ...]:
        """Return the workers that have not been heard of since a moment."""
        return tuple(self._connection.execute(select(worker.c.id).where(worker.c.beat_at < since)).scalars())

    def heard(self) -> dict[str, dt.datetime]:
        """Return when each worker was last heard of."""
        return {row.id: row.beat_at for row in self._connection.execute(select(worker))}

    def forget(self, worker_id: str) -> None:
        """Forget a worker whose work has been taken over."""
        self._connection.execute(delete(worker).where(worker.c.id == worker_id))

    def forget_all(self) -> None:
        """Forget every worker, as after a restore."""
        self._connection.execute(delete(worker))
