"""The witness: an append-only record of every delivery that reached the recipient, and of what became of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS post (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL, key TEXT NOT NULL, body_sha TEXT NOT NULL, outcome TEXT NOT NULL, receipt TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX IF NOT EXISTS taken_once ON post (key) WHERE outcome = 'accepted';
CREATE TRIGGER IF NOT EXISTS post_stands BEFORE UPDATE ON post BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS post_stays BEFORE DELETE ON post BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""


class Outcome(StrEnum):
    """What became of one delivery; `accepted` happens once for a key, ever."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery: its number, when it came, its key, the digest of its body, what became of it and its receipt."""

    seq: int
    at: str
    key: str
    body_sha: str
    outcome: Outcome
    receipt: str


class Witness:
    """An SQLite file of its own; it keeps digests, never a body."""

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        self._path = path
        with self._begun() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with self._begun() as connection:
            for statement in _statements():
                connection.execute(statement)

    def take(self, key: str, body_sha: str, at: dt.datetime) -> Entry:
        """Write down a sound delivery and return what became of it, in one commit.

        A new key is accepted. The same key with the same body is a repetition and gets the first receipt, with the time
        it was first taken; with another body it is a conflict.
        """
        with self._begun() as connection:
            row = connection.execute("SELECT * FROM post WHERE key = ? AND outcome = 'accepted'", (key,)).fetchone()
            first = _entry(row) if row else None
            if first is None:
                return self._append(connection, (at.isoformat(), key, body_sha, Outcome.ACCEPTED, str(uuid.uuid4())))
            same = first.body_sha == body_sha
            told = (first.at, key, body_sha, Outcome.REPEATED, first.receipt) if same else None
            return self._append(connection, told or (at.isoformat(), key, body_sha, Outcome.CONFLICT, ""))

    def refuse(self, key: str, body_sha: str, at: dt.datetime, outcome: Outcome = Outcome.REFUSED) -> Entry:
        """Write down a delivery that was not taken."""
        with self._begun() as connection:
            return self._append(connection, (at.isoformat(), key, body_sha, outcome, ""))

    def entries(self, since: int = 0, limit: int = 100_000) -> tuple[Entry, ...]:
        """Return deliveries after number `since`, in order."""
        with self._begun() as connection:
            rows = connection.execute("SELECT * FROM post WHERE seq > ? ORDER BY seq LIMIT ?", (since, limit)).fetchall()
        return tuple(_entry(row) for row in rows)

    def counts(self) -> dict[str, int]:
        """Return how many deliveries ended in each outcome."""
        with self._begun() as connection:
            rows = connection.execute("SELECT outcome, count(*) FROM post GROUP BY outcome").fetchall()
        return {**{outcome.value: 0 for outcome in Outcome}, **dict(rows)}

    @contextmanager
    def _begun(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30.0, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                connection.execute("BEGIN IMMEDIATE")
            yield connection
            if connection.in_transaction:
                connection.execute("COMMIT")
        finally:
            connection.close()

    def _append(self, connection: sqlite3.Connection, told: tuple[str, str, str, Outcome, str]) -> Entry:
        row = connection.execute(
            "INSERT INTO post (at, key, body_sha, outcome, receipt) VALUES (?, ?, ?, ?, ?) RETURNING *", told
        ).fetchone()
        return _entry(row)


def _statements() -> Iterator[str]:
    statement = ""
    for line in _TABLES.strip().splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _entry(row: tuple[int, str, str, str, str, str]) -> Entry:
    return Entry(row[0], row[1], row[2], row[3], Outcome(row[4]), row[5])


def told(entry: Entry) -> dict[str, str | int]:
    """Return an entry as JSON has it."""
    return asdict(entry)
