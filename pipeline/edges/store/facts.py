"""Facts: one sealed, erasable row a form, for due dates and reports."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.domain.facts import Facts
from pipeline.edges.store.nouns import from_plain, to_plain
from pipeline.edges.store.tables import facts as table
from pipeline.edges.vault import Vault


class FactsRoom:
    """The facts, within one unit."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Work on an open connection."""
        self._connection = connection
        self._vault = vault

    def put(self, facts: Facts) -> None:
        """Keep a form's facts in place of those there were."""
        told = json.dumps(to_plain(facts), separators=(",", ":")).encode()
        values = {"arrived": facts.arrived, "sealed": self._vault.seal(told, f"facts/{facts.form}")}
        done = self._connection.execute(update(table).where(table.c.form == facts.form).values(**values))
        if done.rowcount == 0:
            self._connection.execute(insert(table).values(form=facts.form, **values))

    def get(self, form: str) -> Facts | None:
        """Return a form's facts."""
        row = self._connection.execute(select(table).where(table.c.form == form)).first()
        return None if row is None else self._open(row.form, row.sealed)

    def all(self, since: dt.date | None = None) -> Iterator[Facts]:
        """Yield the facts of all forms, of those that arrived since a day when told."""
        query = select(table).order_by(table.c.form)
        if since is not None:
            query = query.where(table.c.arrived >= since)
        with self._connection.execute(query, execution_options={"yield_per": 1000}) as rows:
            for row in rows:
                yield self._open(row.form, row.sealed)

    def erase(self, form: str) -> None:
        """Remove a form's facts."""
        self._connection.execute(delete(table).where(table.c.form == form))

    def _open(self, form: str, sealed: bytes) -> Facts:
        return from_plain(Facts, json.loads(self._vault.unseal(sealed, f"facts/{form}")))
