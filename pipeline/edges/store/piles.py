"""Piles: paper scanned together."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, insert, select, update

from pipeline.domain.scan import Pile
from pipeline.edges.store.tables import pile as table


class Piles:
    """The piles, within one unit."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open connection."""
        self._connection = connection

    def name(self, pile: Pile, now: dt.datetime) -> None:
        """Name the pile being scanned; a name given before takes the new day and count."""
        values = {"arrived": pile.arrived, "sides_fed": pile.sides_fed}
        done = self._connection.execute(update(table).where(table.c.id == pile.id).values(**values))
        if done.rowcount == 0:
            self._connection.execute(insert(table).values(id=pile.id, named=now, **values))

    def get(self, pile: str) -> Pile | None:
        """Return the pile of that id."""
        row = self._connection.execute(select(table).where(table.c.id == pile)).first()
        return None if row is None else Pile(row.id, row.arrived, row.sides_fed)

    def latest(self) -> Pile | None:
        """Return the pile named last."""
        row = self._connection.execute(select(table).order_by(table.c.named.desc(), table.c.id.desc()).limit(1)).first()
        return None if row is None else Pile(row.id, row.arrived, row.sides_fed)

    def all(self) -> tuple[Pile, ...]:
        """Return every pile, the latest named first."""
        rows = self._connection.execute(select(table).order_by(table.c.named.desc(), table.c.id.desc()))
        return tuple(Pile(row.id, row.arrived, row.sides_fed) for row in rows)
