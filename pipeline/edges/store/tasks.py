"""The verification queue: plain rows and leases, the most urgent first.

Order: what is overdue, by disease and then by age; then by due. A form with no readable date counts as due today.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, and_, case, delete, exists, func, insert, literal, or_, select, update

from pipeline.domain.event import Event, EventKind, Param
from pipeline.domain.review import Lease, Task
from pipeline.domain.status import Status
from pipeline.edges.store.columns import Moment
from pipeline.edges.store.ledger import Ledger
from pipeline.edges.store.people import People
from pipeline.edges.store.tables import form, form_state, passed_on
from pipeline.edges.store.tables import task as table

SWEDEN = ZoneInfo("Europe/Stockholm")
_OPEN = (Status.WAITING.value, Status.IN_REVIEW.value)


class Tasks:
    """The queue, within one unit. Taking and leaving a task appends its event."""

    def __init__(self, connection: Connection, ledger: Ledger, people: People) -> None:
        """Work on an open connection."""
        self._connection = connection
        self._ledger = ledger
        self._people = people

    def put(self, form_id: str, due: dt.datetime | None, priority: int, doubtful: int) -> None:
        """Put a form in the queue, or tell its urgency anew; a lower priority number is more urgent."""
        values = {"due": due, "priority": priority, "doubtful": doubtful}
        done = self._connection.execute(update(table).where(table.c.form == form_id).values(**values))
        if done.rowcount == 0:
            self._connection.execute(insert(table).values(form=form_id, **values))

    def drop(self, form_id: str) -> None:
        """Take a form out of the queue, with whatever lease stood on it."""
        self._connection.execute(delete(passed_on).where(passed_on.c.form == form_id))
        self._connection.execute(delete(table).where(table.c.form == form_id))

    def get(self, form_id: str) -> Task | None:
        """Return a form's task while it is open."""
        row = self._connection.execute(_open().where(table.c.form == form_id)).first()
        return None if row is None else _task(row)

    def queue(self, now: dt.datetime, *, limit: int | None = None, free_for: str | None = None) -> tuple[Task, ...]:
        """Return the open tasks, the most urgent first; with `free_for`, only those this person could take now."""
        query = _open()
        if free_for is not None:
            query = query.where(_free(now, self._people.known(free_for)))
        return tuple(_task(row) for row in self._connection.execute(_ordered(query, now).limit(limit)))

    def holder(self, form_id: str, now: dt.datetime) -> str | None:
        """Return the alias of who holds a task now, or None when nobody does."""
        row = self._connection.execute(select(table.c.holder, table.c.until).where(table.c.form == form_id)).first()
        return row.holder if row is not None and row.holder and row.until > now else None

    def take(self, holder: str, now: dt.datetime, seconds: float, form_id: str | None = None) -> Lease | None:
        """Take a task, or the most urgent free one, for some seconds; None when there is none to take.

        A task is free when nobody holds it, its lease has expired, or the same person holds it already: half-done
        work is found as it was left. One that was handed up is taken by its `form_id` only.
        Appends LEASE_TAKEN when the holder is another than before.
        """
        alias = self._people.alias(holder)
        query = _open().where(_free(now, alias))
        query = query.where(table.c.handed_up.is_(None) if form_id is None else table.c.form == form_id)
        row = self._connection.execute(_ordered(query, now).limit(1)).first()
        if row is None:
            return None
        until = now + dt.timedelta(seconds=seconds)
        done = self._connection.execute(
            update(table).where(table.c.form == row.form, _free(now, alias)).values(holder=alias, until=until)
        )
        if done.rowcount != 1:
            return None
        if row.holder != alias or row.status != Status.IN_REVIEW.value:
            self._ledger.append(Event(EventKind.LEASE_TAKEN, row.form, now, (), alias))
        return Lease(row.form, holder, row.generation, until)

    def renew(self, lease: Lease, now: dt.datetime, seconds: float) -> Lease | None:
        """Prolong a lease that still stands; None when it expired or the form has moved on."""
        if not self.holds(lease, now):
            return None
        until = now + dt.timedelta(seconds=seconds)
        self._connection.execute(update(table).where(table.c.form == lease.form).values(until=until))
        return Lease(lease.form, lease.holder, lease.generation, until)

    def holds(self, lease: Lease, now: dt.datetime) -> bool:
        """Tell whether a lease still stands: same holder, same generation, in review, not expired."""
        query = _open().where(
            table.c.form == lease.form,
            table.c.holder == self._people.known(lease.holder),
            table.c.until > now,
            form_state.c.generation == lease.generation,
            form_state.c.status == Status.IN_REVIEW.value,
        )
        return self._connection.execute(query).first() is not None

    def leave(self, lease: Lease, now: dt.datetime, told: tuple[tuple[str, Param], ...] = ()) -> bool:
        """Give a task back to the queue and append LEASE_LEFT; False when the lease no longer stood."""
        if not self.holds(lease, now):
            return False
        self._connection.execute(update(table).where(table.c.form == lease.form).values(holder=None, until=None))
        self._ledger.append(Event(EventKind.LEASE_LEFT, lease.form, now, told, self._people.alias(lease.holder)))
        return True

    def hand(self, lease: Lease, now: dt.datetime, *, up: bool) -> bool:
        """Give a task back for a supervisor to take, or from one into the common queue; False as `leave` has it."""
        if not self.leave(lease, now, (("handed", "up" if up else "back"),)):
            return False
        self._connection.execute(update(table).where(table.c.form == lease.form).values(handed_up=now if up else None))
        return True

    def pass_on(self, lease: Lease, now: dt.datetime, seconds: float) -> bool:
        """Give a task back for somebody else: its holder cannot take it again for some seconds; False as `leave` has it.

        One that was handed up is in the common queue from then on, where somebody else finds it.
        """
        if not self.leave(lease, now):
            return False
        self._connection.execute(update(table).where(table.c.form == lease.form).values(handed_up=None))
        row = {"form": lease.form, "person": self._people.alias(lease.holder)}
        self._connection.execute(delete(passed_on).filter_by(**row))
        self._connection.execute(insert(passed_on).values(**row, until=now + dt.timedelta(seconds=seconds)))
        return True

    def waited(self, lease: Lease) -> bool:
        """Tell whether the holder has passed this form on before, and nobody came."""
        row = {"form": lease.form, "person": self._people.alias(lease.holder)}
        return self._connection.execute(select(passed_on).filter_by(**row)).first() is not None

    def expire(self, now: dt.datetime) -> int:
        """Put every task whose lease has expired back in the queue, appending LEASE_LEFT; returns how many."""
        query = _open().where(table.c.holder.is_not(None), table.c.until <= now)
        rows = self._connection.execute(query).all()
        for row in rows:
            self._connection.execute(update(table).where(table.c.form == row.form).values(holder=None, until=None))
            if row.status == Status.IN_REVIEW.value:
                self._ledger.append(Event(EventKind.LEASE_LEFT, row.form, now, (("expired", True),)))
        return len(rows)


def _open() -> Select[Any]:
    return (
        select(table, form.c.template, form.c.version, form_state.c.status, form_state.c.generation)
        .join(form, form.c.id == table.c.form)
        .join(form_state, form_state.c.form == table.c.form)
        .where(form_state.c.status.in_(_OPEN))
    )


def _free(now: dt.datetime, alias: str | None) -> Any:  # noqa: ANN401 - SQLAlchemy's condition
    others = exists().where(passed_on.c.form == table.c.form, passed_on.c.person == alias, passed_on.c.until > now)
    return and_(or_(table.c.holder.is_(None), table.c.until <= now, table.c.holder == alias), ~others)


def _ordered(query: Select[Any], now: dt.datetime) -> Select[Any]:
    today = now.astimezone(SWEDEN).replace(hour=23, minute=59, second=59, microsecond=999_999)
    due = func.coalesce(table.c.due, literal(today, Moment()))
    overdue = due < literal(now, Moment())
    return query.order_by(
        case((overdue, 0), else_=1),
        case((overdue, table.c.priority), else_=0),
        due,
        table.c.priority,
        form.c.created,
        table.c.form,
    )


def _task(row: Row[Any]) -> Task:
    return Task(row.form, row.template, row.version, row.generation, row.due, row.priority, row.doubtful, row.handed_up)
