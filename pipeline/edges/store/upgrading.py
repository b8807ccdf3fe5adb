"""Bringing a database to this version."""

from __future__ import annotations

from sqlalchemy import Engine

from pipeline.edges.store.guards import lay
from pipeline.edges.store.tables import metadata


def upgrade(engine: Engine) -> None:
    """Make what is missing, up to this version."""
    with engine.begin() as connection:
        metadata.create_all(connection)
        lay(connection)
