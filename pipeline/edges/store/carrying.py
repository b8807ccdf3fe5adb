"""Carrying our tables from one database to another, whatever engine either is on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, func, insert, select, text

from pipeline.edges.store.tables import metadata, outbox, page, scan

BATCH = 500
OURS = frozenset({*metadata.tables, "alembic_version"})


def carry(source: Connection, target: Connection, tables: Sequence[Table] | None = None) -> int:
    """Copy every row of our tables, in an order that references hold, batch by batch; returns how many rows."""
    total = 0
    for table in tables or metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        rows = source.execute(select(table).order_by(*keys), execution_options={"yield_per": BATCH})
        with rows:
            for batch in rows.partitions():
                target.execute(insert(table), [dict(row._mapping) for row in batch])
                total += len(batch)
        _set_counter(target, table)
    return total


def _set_counter(target: Connection, table: Table) -> None:
    """Let PostgreSQL's counter of a numbered table go on after the rows that were carried."""
    numbered = table.autoincrement_column
    if target.dialect.name != "postgresql" or numbered is None or not numbered.autoincrement:
        return
    last = target.execute(select(func.max(numbered))).scalar()
    if last is not None:
        target.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{numbered.name}'), :last)"), {"last": last}
        )


def referenced(connection: Connection) -> Iterator[str]:
    """Yield the name of every sealed file that a row refers to."""
    for column in (scan.c.blob, page.c.clips_blob, page.c.preview_blob):
        query = select(column).where(column.is_not(None), column != "").distinct()
        with connection.execute(query, execution_options={"yield_per": 1000}) as names:
            yield from names.scalars()


def undone_keys(connection: Connection) -> tuple[str, ...]:
    """Return the keys of submissions that are frozen or sent, and have no receipt."""
    query = select(outbox.c.key).where(outbox.c.state.in_(("frozen", "sent"))).order_by(outbox.c.key)
    return tuple(connection.execute(query).scalars())
