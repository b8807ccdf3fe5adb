"""The ledger: facts without values, each tied to the one before, and where forms stand after them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from pipeline.domain.event import GENESIS, Event, EventKind, chained
from pipeline.domain.status import FormState, Status, fold
from pipeline.edges.codes import is_code
from pipeline.edges.store.people import People
from pipeline.edges.store.tables import event as table
from pipeline.edges.store.tables import form_state


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the ledger holds it: its place, and the hash that ties it to the one before."""

    seq: int
    event: Event
    hash: str


class Ledger:
    """Appends events and reads them back, within one unit."""

    def __init__(self, connection: Connection, people: People) -> None:
        """Work on an open connection; actors are told by their alias."""
        self._connection = connection
        self._people = people

    def append(self, event: Event) -> int:
        """Append an event, move its form's state in the same commit, and return its sequence number.

        An actor who is a person is written as an alias; moments are written in UTC.

        Raises:
            ValueError: when subject or parameters hold anything but codes, so that no value can slip in.
        """
        clean = _clean(event, self._people.alias(event.actor))
        last = self._connection.execute(select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        self._connection.execute(
            insert(table).values(
                seq=seq,
                kind=clean.kind.value,
                subject=clean.subject,
                at=clean.at,
                params=json.dumps(clean.params, ensure_ascii=True, separators=(",", ":")),
                actor=clean.actor,
                hash=chained(previous, seq, clean),
            )
        )
        self._project(clean)
        return seq

    def _project(self, event: Event) -> None:
        known = self.state(event.subject)
        moved = after(known, event)
        if moved is None or moved == known:
            return
        values = {"status": moved.status.value, "generation": moved.generation}
        if known is None:
            self._connection.execute(insert(form_state).values(form=moved.form, **values))
        else:
            self._connection.execute(update(form_state).where(form_state.c.form == moved.form).values(**values))

    def state(self, form: str) -> FormState | None:
        """Return where a form stands, or None when nothing has moved it yet."""
        row = self._connection.execute(select(form_state).where(form_state.c.form == form)).first()
        return None if row is None else _state(row.form, row.status, row.generation)

    def entries(
        self, subject: str | None = None, since: int = 0, kinds: Iterable[EventKind] | None = None
    ) -> Generator[Entry, None, None]:
        """Yield entries after sequence number `since`, in order, of one subject or of some kinds when told."""
        query = select(table).where(table.c.seq > since).order_by(table.c.seq)
        if subject is not None:
            query = query.where(table.c.subject == subject)
        if kinds is not None:
            query = query.where(table.c.kind.in_([kind.value for kind in kinds]))
        with self._connection.execute(query, execution_options={"yield_per": 1000}) as rows:
            for row in rows:
                yield _entry(row)

    def head(self) -> tuple[int, str]:
        """Return the last sequence number and hash; (0, GENESIS) when nothing has happened."""
        row = self._connection.execute(select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)).first()
        return (row.seq, row.hash) if row else (0, GENESIS)

    def last(self, kind: EventKind) -> Event | None:
        """Return the latest event of a kind, if any."""
        query = select(table).where(table.c.kind == kind.value).order_by(table.c.seq.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else _entry(row).event

    def at_work(self, since: dt.datetime) -> frozenset[str]:
        """Return the aliases of the people who took a form or answered anything since a moment."""
        kinds = (EventKind.LEASE_TAKEN.value, EventKind.VERDICT_GIVEN.value)
        query = select(table.c.actor).where(table.c.at >= since, table.c.kind.in_(kinds)).distinct()
        return frozenset(self._connection.execute(query).scalars())

    def first_broken(self) -> int | None:
        """Return the first sequence number whose place or hash does not follow, or None when the chain is whole."""
        previous, expected = GENESIS, 1
        with closing(self.entries()) as entries:
            for entry in entries:
                if entry.seq != expected or entry.hash != chained(previous, entry.seq, entry.event):
                    return entry.seq
                previous, expected = entry.hash, expected + 1
        return None

    def refold(self) -> int:
        """Drop the projection and build it anew from the events; returns how many forms it tells of."""
        states: dict[str, FormState] = {}
        for entry in self.entries():
            moved = after(states.get(entry.event.subject), entry.event)
            if moved is not None:
                states[moved.form] = moved
        self._connection.execute(delete(form_state))
        rows = [{"form": s.form, "status": s.status.value, "generation": s.generation} for s in states.values()]
        for start in range(0, len(rows), 500):
            self._connection.execute(insert(form_state), rows[start : start + 500])
        return len(rows)


def after(known: FormState | None, event: Event) -> FormState | None:
    """Return where a form stands after one more event; None when it stands nowhere.

    Erasing moves only what is a form already: a scan or a page may be erased too.
    """
    moved = fold(event.subject, (event,))
    if moved is None or (known is None and event.kind is EventKind.ERASED):
        return known
    stamped = event.param("generation")
    if isinstance(stamped, int) or known is None:
        return moved
    return replace(moved, generation=known.generation)


def _entry(row: Row[Any]) -> Entry:
    params = tuple((name, value) for name, value in json.loads(row.params))
    return Entry(row.seq, Event(EventKind(row.kind), row.subject, row.at, params, row.actor), row.hash)


def _state(form: str, status: str, generation: int) -> FormState:
    return FormState(form, Status(status), generation)


def _clean(event: Event, actor: str) -> Event:
    told = (event.subject, *(value for _, value in event.params if isinstance(value, str)))
    if not all(is_code(text) for text in told):
        raise ValueError(f"event {event.kind.value} holds what is no code")
    return replace(event, at=event.at.astimezone(dt.UTC), params=tuple(sorted(event.params)), actor=actor)
