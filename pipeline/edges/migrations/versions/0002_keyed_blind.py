"""Who passed a form on for somebody else to key, and what blind keying has shown of the reading."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make two tables."""
    op.create_table(
        "passed_on",
        sa.Column("form", sa.String(20), sa.ForeignKey("form.id", name=op.f("fk_passed_on_form_form")), nullable=False),
        sa.Column("person", sa.String(20), nullable=False),
        sa.Column("until", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("form", "person", name=op.f("pk_passed_on")),
    )
    op.create_table(
        "evidence",
        sa.Column("class_", sa.String(80), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("class_", name=op.f("pk_evidence")),
    )
