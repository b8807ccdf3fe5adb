"""Evidence: how often the machine was right of what people keyed blind, by class. Counts, and nothing of any form."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from pipeline.edges.store.tables import evidence as table


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of `n` fields of a class that were keyed blind, the machine had read `wrong` wrongly and doubted none."""

    class_: str
    n: int
    wrong: int


class EvidenceRoom:
    """The evidence, within one unit."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open connection."""
        self._connection = connection

    def all(self) -> tuple[Evidence, ...]:
        """Return what is known of each class, by name."""
        return tuple(
            Evidence(row.class_, row.n, row.wrong) for row in self._connection.execute(select(table).order_by("class_"))
        )

    def add(self, class_: str, right: bool) -> None:
        """Count one more field."""
        more = {"n": table.c.n + 1, "wrong": table.c.wrong + (not right)}
        done = self._connection.execute(update(table).where(table.c.class_ == class_).values(**more))
        if done.rowcount == 0:
            self._connection.execute(insert(table).values(class_=class_, n=1, wrong=int(not right)))
