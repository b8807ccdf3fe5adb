"""Scans: files as the scanner gave them, how they came, and where each stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from pipeline.domain.scan import Scan
from pipeline.edges.store.tables import arrival, scan


class ScanState(StrEnum):
    """Where a scan stands; superseded is a half-grown file that its whole self took the place of."""

    RECEIVED = "received"
    PLACED = "placed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class Grade(StrEnum):
    """How a file came: for the first time, as bytes seen before, or as the whole of one taken too early.

    Grown is what was taken too early, once it has come whole: it is counted there.
    """

    FIRST = "first"
    SAME_BYTES = "same_bytes"
    HEALED = "healed"
    GROWN = "grown"


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan as the store holds it; `generation` fences work on it, `reason` tells why it was rejected."""

    digest: str
    size: int
    media: str
    received: dt.datetime
    blob: str
    state: ScanState
    reason: str | None
    pages: int | None
    generation: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """One time a file came to the inbox.

    `path_mac` is a keyed hash of its path there, never the path; it is empty once the file has been removed.
    `id` numbers all arrivals in order, 0 before it is noted.
    """

    scan: str
    pile: str | None
    at: dt.datetime
    grade: Grade
    path_mac: str
    id: int = 0


class Scans:
    """The scans, within one unit."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open connection."""
        self._connection = connection

    def add(self, new: Scan, blob: str) -> bool:
        """Add a received scan with its sealed file; False, and nothing changed, when the digest is known."""
        if self.get(new.digest) is not None:
            return False
        self._connection.execute(
            insert(scan).values(
                digest=new.digest,
                size=new.size,
                media=new.media,
                received=new.received,
                blob=blob,
                state=ScanState.RECEIVED.value,
                generation=1,
            )
        )
        return True

    def get(self, digest: str) -> ScanRow | None:
        """Return the scan of that digest."""
        row = self._connection.execute(select(scan).where(scan.c.digest == digest)).first()
        return None if row is None else _scan(row)

    def begins(self, prefix: str) -> tuple[ScanRow, ...]:
        """Return the scans whose digest begins so, at most ten."""
        low, high = prefix.lower(), prefix.lower() + "g"
        query = select(scan).where(scan.c.digest >= low, scan.c.digest < high).order_by(scan.c.digest).limit(10)
        return tuple(_scan(row) for row in self._connection.execute(query))

    def all(self, states: Iterable[ScanState] | None = None, pile: str | None = None) -> Iterator[ScanRow]:
        """Yield scans by the time they were received, of some states or of one pile when told."""
        query = select(scan).order_by(scan.c.received, scan.c.digest)
        if states is not None:
            query = query.where(scan.c.state.in_([state.value for state in states]))
        if pile is not None:
            query = query.where(scan.c.digest.in_(select(arrival.c.scan).where(arrival.c.pile == pile)))
        for row in self._connection.execute(query):
            yield _scan(row)

    def move(self, known: ScanRow, to: ScanState, *, reason: str | None = None, pages: int | None = None) -> bool:
        """Move a scan on if it still stands where `known` says; False when another was there first."""
        done = self._connection.execute(
            update(scan)
            .where(
                scan.c.digest == known.digest,
                scan.c.state == known.state.value,
                scan.c.generation == known.generation,
            )
            .values(state=to.value, reason=reason, pages=known.pages if pages is None else pages)
        )
        return done.rowcount == 1

    def again(self, known: ScanRow) -> int | None:
        """Put a scan back to received under the next generation, and return that; None when another was there first."""
        done = self._connection.execute(
            update(scan)
            .where(scan.c.digest == known.digest, scan.c.generation == known.generation)
            .values(state=ScanState.RECEIVED.value, reason=None, generation=known.generation + 1)
        )
        return known.generation + 1 if done.rowcount == 1 else None

    def forget_blob(self, digest: str) -> str | None:
        """Forget a scan's sealed file, and return its name, to be erased when this unit is committed."""
        known = self.get(digest)
        if known is None or not known.blob:
            return None
        self._connection.execute(update(scan).where(scan.c.digest == digest).values(blob=""))
        return known.blob

    def arrive(self, came: Arrival) -> int:
        """Note one arrival of a known scan; returns its number."""
        done = self._connection.execute(
            insert(arrival)
            .values(scan=came.scan, pile=came.pile, at=came.at, grade=came.grade.value, path_mac=came.path_mac)
            .returning(arrival.c.id)
        )
        return int(done.scalar_one())

    def regrade(self, came: Arrival, grade: Grade) -> None:
        """Say otherwise how a file came."""
        self._connection.execute(update(arrival).where(arrival.c.id == came.id).values(grade=grade.value))

    def leave(self, path_mac: str) -> None:
        """Forget the path of a file that has been removed from the inbox."""
        self._connection.execute(update(arrival).where(arrival.c.path_mac == path_mac).values(path_mac=""))

    def arrivals(
        self, scan_: str | None = None, pile: str | None = None, path_mac: str | None = None
    ) -> tuple[Arrival, ...]:
        """Return arrivals, the latest first, of one scan, one pile or one place in the inbox when told."""
        query = select(arrival).order_by(arrival.c.at.desc(), arrival.c.id.desc())
        for column, wanted in ((arrival.c.scan, scan_), (arrival.c.pile, pile), (arrival.c.path_mac, path_mac)):
            if wanted is not None:
                query = query.where(column == wanted)
        rows = self._connection.execute(query)
        return tuple(Arrival(r.scan, r.pile, r.at, Grade(r.grade), r.path_mac, r.id) for r in rows)


def _scan(row: Row[Any]) -> ScanRow:
    return ScanRow(
        row.digest,
        row.size,
        row.media,
        row.received,
        row.blob,
        ScanState(row.state),
        row.reason,
        row.pages,
        row.generation,
    )
