"""Documents: what was read, proposed, judged and settled of a form, each sealed and never overwritten."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, func, insert, select

from pipeline.edges.store.nouns import from_plain, to_plain
from pipeline.edges.store.tables import document as table
from pipeline.edges.vault import Vault

T = TypeVar("T")


class Documents:
    """The sealed documents, within one unit. A kind is a short word: readings, draft, findings, verdict, record."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Work on an open connection."""
        self._connection = connection
        self._vault = vault

    def put(self, form: str, kind: str, seq: int, content: Any, at: dt.datetime) -> bool:  # noqa: ANN401
        """Seal a noun, a tuple of nouns or plain JSON as number `seq`; False when that number stands already."""
        if self._row(form, kind, seq) is not None:
            return False
        told = json.dumps(to_plain(content), ensure_ascii=False, separators=(",", ":")).encode()
        sealed = self._vault.seal(told, context(form, kind, seq))
        self._connection.execute(insert(table).values(form=form, kind=kind, seq=seq, sealed=sealed, at=at))
        return True

    def add(self, form: str, kind: str, content: Any, at: dt.datetime) -> int:  # noqa: ANN401
        """Seal a noun, a tuple of nouns or plain JSON after the ones there are; returns its number, from 1."""
        seq = self.last_seq(form, kind) + 1
        self.put(form, kind, seq, content, at)
        return seq

    def last_seq(self, form: str, kind: str) -> int:
        """Return the number of the latest of a kind, 0 when there is none."""
        query = select(func.max(table.c.seq)).where(table.c.form == form, table.c.kind == kind)
        return int(self._connection.execute(query).scalar() or 0)

    def plain(self, form: str, kind: str, seq: int | None = None) -> Any:  # noqa: ANN401
        """Return the JSON of one document, the latest of its kind by default; None when there is none."""
        row = self._row(form, kind, self.last_seq(form, kind) if seq is None else seq)
        return None if row is None else self._open(form, kind, row.seq, row.sealed)

    def plains(self, form: str, kind: str) -> tuple[Any, ...]:
        """Return the JSON of all documents of a kind, in order."""
        query = select(table.c.seq, table.c.sealed).where(table.c.form == form, table.c.kind == kind)
        rows = self._connection.execute(query.order_by(table.c.seq))
        return tuple(self._open(form, kind, row.seq, row.sealed) for row in rows)

    def load(self, noun: type[T], form: str, kind: str, seq: int | None = None) -> T | None:
        """Return one document as the noun it is, the latest of its kind by default; None when there is none."""
        told = self.plain(form, kind, seq)
        return None if told is None else from_plain(noun, told)

    def load_all(self, noun: type[T], form: str, kind: str) -> tuple[T, ...]:
        """Return all documents of a kind as the nouns they are, in order."""
        return tuple(from_plain(noun, told) for told in self.plains(form, kind))

    def load_many(self, noun: type[T], form: str, kind: str, seq: int | None = None) -> tuple[T, ...]:
        """Return one document that holds a row of nouns, the latest of its kind by default; empty when there is none."""
        told = self.plain(form, kind, seq)
        return () if told is None else tuple(from_plain(noun, item) for item in told)

    def erase(self, form: str, kind: str | None = None) -> int:
        """Remove a form's documents, of one kind when told; returns how many."""
        query = delete(table).where(table.c.form == form)
        done = self._connection.execute(query if kind is None else query.where(table.c.kind == kind))
        return int(done.rowcount)

    def _row(self, form: str, kind: str, seq: int) -> Any:  # noqa: ANN401
        query = select(table).where(table.c.form == form, table.c.kind == kind, table.c.seq == seq)
        return self._connection.execute(query).first()

    def _open(self, form: str, kind: str, seq: int, sealed: bytes) -> Any:  # noqa: ANN401
        return json.loads(self._vault.unseal(sealed, context(form, kind, seq)))


def context(form: str, kind: str, seq: int) -> str:
    """Return the words that bind a sealed document to its place."""
    return f"document/{form}/{kind}/{seq}"
