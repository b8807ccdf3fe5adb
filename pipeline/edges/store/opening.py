"""Opening the database: one engine factory for workers and commands alike.

SQLite stands in WAL mode (set once, by `migrate`), every writing unit begins with BEGIN IMMEDIATE, so that two writers
queue instead of meeting half way, and every commit is on disk before it returns. On PostgreSQL a writing unit takes one
advisory lock first, which serialises writers in the same way: the chain of the ledger holds, and no two units can
wait for each other.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from pipeline.edges.store.unit import Unit
from pipeline.edges.vault import Vault
from pipeline.errors import StoreError

BUSY_MS = 30_000
LOOK_MS = 3_000
WRITERS_LOCK = 0x626C616E6B657474


def make_engine(url: str, busy_ms: int | None = None) -> Engine:
    """Return the engine of a database address; parameters never stand in its errors.

    `busy_ms` is how long to wait for another's lock, by default as long as a writer should.

    Raises:
        StoreError: when the address is not one of SQLite or PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except SQLAlchemyError:
        raise StoreError("database_address", hint="database_address") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url, busy_ms or BUSY_MS)
    if parsed.get_backend_name() == "postgresql":
        spelled = parsed.set(drivername="postgresql+psycopg")
        return create_engine(spelled, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20)
    raise StoreError("database_address", hint="database_address", kind=parsed.get_backend_name())


def _sqlite_engine(url: str, busy_ms: int) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, pool_size=10, max_overflow=40, connect_args={"timeout": busy_ms / 1000}
    )

    def connected(connection: sqlite3.Connection, _: Any) -> None:  # noqa: ANN401
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={busy_ms}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("blankett_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def set_wal(engine: Engine) -> None:
    """Set a SQLite file to WAL once: it stays so. Needs no transaction, so it goes to the driver itself."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            cursor.execute("PRAGMA journal_mode=WAL")
    finally:
        raw.close()


class Store:
    """The one database of a workspace, with the vault that seals what it must not show."""

    def __init__(self, engine: Engine, vault: Vault, busy_ms: int | None = None) -> None:
        """Use an engine made by `make_engine` with the same patience."""
        self.engine = engine
        self.vault = vault
        self._busy_ms = busy_ms or BUSY_MS

    @classmethod
    def open(cls, url: str, vault: Vault, busy_ms: int | None = None) -> Store:
        """Open the database at an address; nothing is connected before the first unit."""
        return cls(make_engine(url, busy_ms), vault, busy_ms)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    def migrate(self) -> None:
        """Bring the tables to this version, making them when there are none; safe to run at every start.

        Raises:
            StoreError: when the database cannot be used, or is of a later version than this.
        """
        from pipeline.edges.store.upgrading import upgrade

        with told():
            set_wal(self.engine)
            upgrade(self.engine)

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        """Begin a unit that may write: all of it is committed at the end, or none when anything is raised.

        Raises:
            StoreError: when the database is locked, full, unreachable or not migrated.
        """
        with told(), self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {self._busy_ms}")
                connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {2 * BUSY_MS}")
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
            yield Unit(connection, self.vault)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """Begin a unit that only reads: it sees one moment and holds nobody up.

        Raises:
            StoreError: as `begin`.
        """
        with told(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection = connection.execution_options(blankett_reading=True)
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin() as held:
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {self._busy_ms}")
                yield Unit(connection, self.vault)
                held.rollback()

    def verify_ledger(self) -> int | None:
        """Return the first sequence number whose hash does not follow from the one before, or None when all do."""
        with self.read() as unit:
            return unit.ledger.first_broken()

    def refold(self) -> int:
        """Drop the projection of forms' states and build it again from the ledger; returns how many rows it has."""
        with self.begin() as unit:
            return unit.ledger.refold()

    def sweep_vault(self, older_than: dt.datetime) -> int:
        """Remove sealed files that no row refers to and that are older than a moment, a day back or more.

        A file is sealed before the commit that refers to it: the margin keeps those under way. Returns how many went.
        """
        with self.read() as unit:
            kept = set(unit.blobs())
        return self.vault.sweep(kept, older_than)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def told() -> Iterator[None]:
    """Turn a database's faults into a `StoreError` with a mend, without the statement's values."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise driver_fault(error.orig) from None
    except sqlite3.Error as error:
        raise driver_fault(error) from None


_SIGNS = (
    ("locked", "database_locked", "database_locked"),
    ("busy", "database_locked", "database_locked"),
    ("lock timeout", "database_locked", "database_locked"),
    ("idle-in-transaction", "database_locked", "database_locked"),
    ("disk is full", "disk_full", "disk_full"),
    ("no space left", "disk_full", "disk_full"),
    ("disk i/o", "disk_fault", "disk_full"),
    ("readonly", "database_rights", "database_rights"),
    ("permission denied", "database_rights", "database_rights"),
    ("unable to open", "database_missing", "database_missing"),
    ("no such table", "database_not_migrated", "database_migrate"),
    ("relation", "database_not_migrated", "database_migrate"),
    ("does not exist", "database_missing", "database_address"),
    ("not a database", "database_damaged", "restore_backup"),
    ("malformed", "database_damaged", "restore_backup"),
    ("append-only", "ledger_append_only", "report_bug"),
    ("connect", "database_unreachable", "database_address"),
)


def driver_fault(error: BaseException | None) -> StoreError:
    """Return what a driver's fault means to a person, without its words: they may hold values."""
    said = str(error).casefold()
    for sign, code, hint in _SIGNS:
        if sign in said:
            return StoreError(code, hint=hint)
    return StoreError("database_fault", hint="report_bug", kind=type(error).__name__)


def sqlite_path(url: URL) -> Path | None:
    """Return the file of a SQLite address, or None for another database."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
