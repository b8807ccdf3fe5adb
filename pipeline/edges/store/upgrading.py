"""Bringing a database to this version, revision by revision, in one transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from pipeline.errors import StoreError

HEAD = "0003"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
UPGRADE_LOCK = 0x626C616E6B657475


def upgrade(engine: Engine) -> None:
    """Run the revisions a database lacks; when it lacks none, that costs one question.

    Raises:
        StoreError: when the database is of a later version than this program.
    """
    with engine.connect().execution_options(blankett_reading=True) as connection:
        if version(connection) == HEAD:
            return
    with engine.begin() as connection:
        if connection.dialect.name != "sqlite":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        stands = version(connection)
        if stands == HEAD:
            return
        from alembic import command  # costly: a database that lacks nothing does without
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        settings = Config()
        settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
        if stands is not None and stands not in known:
            raise StoreError("database_newer", hint="newer_program", version=stands)
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def version(connection: Connection) -> str | None:
    """Return the revision a database stands at, or None when it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
