"""The database's own guards: an event is added at the end, and never changed or removed, whoever asks."""

from __future__ import annotations

from sqlalchemy import Connection

_SQLITE = (
    """CREATE TRIGGER IF NOT EXISTS event_no_update BEFORE UPDATE ON event
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS event_no_delete BEFORE DELETE ON event
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS event_at_end BEFORE INSERT ON event
       WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM event)
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)

_POSTGRES = (
    """CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """CREATE OR REPLACE FUNCTION ledger_at_end() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
            IF NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM event) THEN
              RAISE EXCEPTION 'the ledger is append-only';
            END IF;
            RETURN NEW;
          END $$""",
    """CREATE OR REPLACE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event
       FOR EACH ROW EXECUTE FUNCTION ledger_append_only()""",
    """CREATE OR REPLACE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()""",
    """CREATE OR REPLACE TRIGGER event_at_end BEFORE INSERT ON event
       FOR EACH ROW EXECUTE FUNCTION ledger_at_end()""",
)


def lay(connection: Connection) -> None:
    """Lay the triggers that keep the ledger append-only; laying them again changes nothing."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.exec_driver_sql(statement)
