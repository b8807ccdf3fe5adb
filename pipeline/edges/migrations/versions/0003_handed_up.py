"""Since when a form waits for a supervisor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column."""
    op.add_column("task", sa.Column("handed_up", sa.String(40)))
