"""The access log: who saw, searched, printed or exported whose form, and when; a third, sealed store.

Source: HSLF-FS 2016:40, 4 kap. 9 § (user, patient, action, unit and time; kept five years). Rows are added and never
changed; the database itself refuses to remove one that is younger than five years.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
    text,
)

from pipeline.edges.store.columns import Moment
from pipeline.edges.store.opening import make_engine, set_wal, told
from pipeline.edges.store.upgrading import UPGRADE_LOCK
from pipeline.edges.vault import Vault
from pipeline.errors import StoreError

KEPT_YEARS = 5

metadata = MetaData()
table = Table(
    "access_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("user_mac", String(64), nullable=False),
    Column("form_mac", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_access_log_user_mac_at", "user_mac", "at"),
    Index("ix_access_log_form_mac_at", "form_mac", "at"),
)

_SQLITE = (
    """CREATE TRIGGER IF NOT EXISTS access_no_update BEFORE UPDATE ON access_log
       BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS access_kept BEFORE DELETE ON access_log
       WHEN OLD.at > strftime('%Y-%m-%dT%H:%M:%f', 'now', '-{KEPT_YEARS} years')
       BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END""",
)
_POSTGRES = (
    """CREATE OR REPLACE FUNCTION access_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the access log is append-only'; END $$""",
    f"""CREATE OR REPLACE FUNCTION access_kept() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
            IF OLD.at::timestamptz > now() - interval '{KEPT_YEARS} years' THEN
              RAISE EXCEPTION 'the access log is append-only';
            END IF;
            RETURN OLD;
          END $$""",
    """CREATE OR REPLACE TRIGGER access_no_update BEFORE UPDATE ON access_log
       FOR EACH ROW EXECUTE FUNCTION access_append_only()""",
    """CREATE OR REPLACE TRIGGER access_no_truncate BEFORE TRUNCATE ON access_log
       FOR EACH STATEMENT EXECUTE FUNCTION access_append_only()""",
    """CREATE OR REPLACE TRIGGER access_kept BEFORE DELETE ON access_log
       FOR EACH ROW EXECUTE FUNCTION access_kept()""",
)


def make(engine: Engine) -> None:
    """Make the log's table and its guards where they are missing.

    Raises:
        StoreError: when the database cannot be used.
    """
    with told():
        set_wal(engine)
    with told(), engine.connect().execution_options(blankett_reading=True) as connection:
        if inspect(connection).has_table(table.name):
            return
    with told(), engine.begin() as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        lay(connection)


def lay(connection: Connection) -> None:
    """Make the log's table and its guards on an open connection, where they are missing."""
    if not inspect(connection).has_table(table.name):
        metadata.create_all(connection)
        for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
            connection.exec_driver_sql(statement)


class Action(StrEnum):
    """What someone did; closed."""

    VIEW = "view"
    REVEAL = "reveal"
    REVIEW = "review"
    SEARCH = "search"
    WHY = "why"
    PRINT = "print"
    EXPORT = "export"
    REPORT = "report"
    ACCESS_LOG = "access_log"


@dataclass(frozen=True, slots=True)
class Access:
    """One access: who did what, to which form or page (empty for none), at which unit.

    `detail` may hold what was asked for: it is sealed like everything else here.
    """

    user: str
    action: Action
    subject: str
    at: dt.datetime
    unit: str = ""
    detail: str = ""

    def __repr__(self) -> str:
        """Hide who and what."""
        return f"Access({self.action.value}, •••)"


class AccessLog:
    """The access log of a workspace."""

    def __init__(self, url: str, vault: Vault, busy_ms: int | None = None) -> None:
        """Use the database at an address; its table is made by `open`."""
        self._engine = make_engine(url, busy_ms)
        self._vault = vault

    @classmethod
    def open(cls, url: str, vault: Vault, busy_ms: int | None = None) -> AccessLog:
        """Open the log, making it when there is none; `busy_ms` as in `make_engine`.

        Raises:
            StoreError: when the database cannot be used.
        """
        log = cls(url, vault, busy_ms)
        make(log._engine)
        return log

    def record(self, access: Access) -> None:
        """Add one access; it is on disk when this returns.

        Raises:
            StoreError: when it cannot be written; then nothing may be shown.
        """
        body = {**asdict(access), "at": access.at.astimezone(dt.UTC).isoformat()}
        row = {
            "at": access.at,
            "user_mac": self._vault.mac("access/user", access.user.encode()),
            "form_mac": self._vault.mac("access/form", access.subject.encode()),
            "sealed": self._vault.seal(json.dumps(body).encode(), "access"),
        }
        with told(), self._engine.begin() as connection:
            connection.execute(insert(table).values(**row))

    def by_user(self, user: str, since: dt.datetime | None = None) -> tuple[Access, ...]:
        """Return what one user did, the latest first."""
        return tuple(self._rows(table.c.user_mac == self._vault.mac("access/user", user.encode()), since))

    def by_subject(self, subject: str, since: dt.datetime | None = None) -> tuple[Access, ...]:
        """Return what was done to one form or page, the latest first."""
        return tuple(self._rows(table.c.form_mac == self._vault.mac("access/form", subject.encode()), since))

    def all(self, since: dt.datetime | None = None) -> tuple[Access, ...]:
        """Return every access, the latest first, since a moment when told."""
        return tuple(self._rows(None, since))

    def purge(self, before: dt.datetime, now: dt.datetime) -> int:
        """Remove what is older than a moment that lies at least five years back; returns how many rows.

        Raises:
            StoreError: when the moment lies closer: those rows must be kept.
        """
        if before > now.replace(year=now.year - KEPT_YEARS, day=min(now.day, 28)):
            raise StoreError("access_log_kept", hint="access_log_kept", years=KEPT_YEARS)
        with told(), self._engine.begin() as connection:
            return int(connection.execute(delete(table).where(table.c.at < before)).rowcount)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _rows(self, condition: Any, since: dt.datetime | None) -> Iterator[Access]:  # noqa: ANN401
        query = select(table).order_by(table.c.at.desc(), table.c.id.desc())
        if condition is not None:
            query = query.where(condition)
        if since is not None:
            query = query.where(table.c.at >= since)
        with told(), self._engine.connect().execution_options(blankett_reading=True) as connection:
            for row in connection.execute(query):
                yield self._open(row)

    def _open(self, row: Row[Any]) -> Access:
        body = json.loads(self._vault.unseal(row.sealed, "access"))
        body["at"], body["action"] = dt.datetime.fromisoformat(body["at"]), Action(body["action"])
        return Access(**body)
