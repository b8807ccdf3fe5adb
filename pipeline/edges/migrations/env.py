"""Runs revisions on the connection that `store.upgrading` hands over; there is no other way in."""

from __future__ import annotations

from alembic import context

from pipeline.edges.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
