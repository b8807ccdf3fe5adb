"""Every sealed value that the rows hold: examined, or sealed anew with the current key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, func, select, update

from pipeline.edges.store import tables
from pipeline.edges.store.documents import context as document_context
from pipeline.edges.store.opening import Store
from pipeline.edges.store.outbox import body_context, receipt_context
from pipeline.edges.vault import KEY_ID_BYTES, KEY_ID_FROM, Vault


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of sealed values and the words that bind each to its row."""

    table: Table
    column: Column[Any]
    context: Callable[[Row[Any]], str]


PLACES = (
    _Place(tables.document, tables.document.c.sealed, lambda row: document_context(row.form, row.kind, row.seq)),
    _Place(tables.facts, tables.facts.c.sealed, lambda row: f"facts/{row.form}"),
    _Place(tables.outbox, tables.outbox.c.sealed_body, lambda row: body_context(row.key)),
    _Place(tables.outbox, tables.outbox.c.sealed_receipt, lambda row: receipt_context(row.key)),
    _Place(tables.person, tables.person.c.sealed_name, lambda row: f"person/{row.alias}"),
)


def examine(connection: Connection, vault: Vault) -> int:
    """Open every sealed value; returns how many there are.

    Raises:
        StoreError: at the first that does not open.
    """
    count = 0
    for place in PLACES:
        for _, sealed, context in _values(connection, place):
            vault.unseal(sealed, context)
            count += 1
    return count


def outdated(store: Store) -> int:
    """Return how many values an older key sealed."""
    with store.read() as unit:
        queries = [
            select(func.count()).select_from(place.table).where(place.column.is_not(None), _older(place, store.vault))
            for place in PLACES
        ]
        return sum(unit.connection.execute(query).scalar_one() for query in queries)


def reseal(store: Store, batch: int = 200, tell: Callable[[int], object] | None = None) -> int:
    """Seal anew what an older key sealed, in short units of `batch` values; returns how many were sealed anew.

    `tell` hears after each unit how many were sealed so far.
    """
    done = 0
    while True:
        with store.begin() as unit:
            changed = _reseal_some(unit.connection, store.vault, batch)
        done += changed
        if tell is not None:
            tell(done)
        if changed < batch:
            return done


def _reseal_some(connection: Connection, vault: Vault, limit: int) -> int:
    changed = 0
    for place in PLACES:
        old = _older(place, vault)
        for key, sealed, context in list(_values(connection, place, old, limit - changed)):
            fresh = vault.seal(vault.unseal(sealed, context), context)
            pinned = [column == value for column, value in zip(place.table.primary_key.columns, key, strict=True)]
            connection.execute(update(place.table).where(*pinned).values({place.column.name: fresh}))
            changed += 1
    return changed


def _older(place: _Place, vault: Vault) -> ColumnElement[bool]:
    return func.substr(place.column, KEY_ID_FROM, KEY_ID_BYTES) != bytes.fromhex(vault.keys.current)


def _values(
    connection: Connection, place: _Place, which: ColumnElement[bool] | None = None, limit: int | None = None
) -> Iterator[tuple[tuple[Any, ...], bytes, str]]:
    keys = [column.name for column in place.table.primary_key.columns]
    query = select(place.table).where(place.column.is_not(None)).limit(limit)
    if which is not None:
        query = query.where(which)
    with connection.execute(query, execution_options={"yield_per": 500}) as rows:
        for row in rows:
            told = row._mapping
            yield tuple(told[key] for key in keys), told[place.column.name], place.context(row)
