"""The first tables, and the guards that keep the ledger append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pipeline.edges.store.guards import lay

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything."""
    op.create_table('class_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('class_', sa.String(length=80), nullable=False),
    sa.Column('manager', sa.String(length=20), nullable=False),
    sa.Column('at', sa.String(40), nullable=False),
    sa.Column('revoked_at', sa.String(40), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_grant'))
    )
    op.create_table('event',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('at', sa.String(40), nullable=False),
    sa.Column('params', sa.Text(), nullable=False),
    sa.Column('actor', sa.String(length=20), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_event'))
    )
    op.create_index(op.f('ix_event_at'), 'event', ['at'], unique=False)
    op.create_index('ix_event_kind_seq', 'event', ['kind', 'seq'], unique=False)
    op.create_index('ix_event_subject_seq', 'event', ['subject', 'seq'], unique=False)
    op.create_table('form_state',
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('form', name=op.f('pk_form_state'))
    )
    op.create_index(op.f('ix_form_state_status'), 'form_state', ['status'], unique=False)
    op.create_table('person',
    sa.Column('alias', sa.String(length=20), nullable=False),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.Column('sealed_name', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('alias', name=op.f('pk_person')),
    sa.UniqueConstraint('mac', name=op.f('uq_person_mac'))
    )
    op.create_table('pile',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('arrived', sa.String(10), nullable=False),
    sa.Column('sides_fed', sa.Integer(), nullable=True),
    sa.Column('named', sa.String(40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pile'))
    )
    op.create_table('scan',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('media', sa.String(length=40), nullable=False),
    sa.Column('received', sa.String(40), nullable=False),
    sa.Column('blob', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_scan'))
    )
    op.create_index(op.f('ix_scan_state'), 'scan', ['state'], unique=False)
    op.create_table('worker',
    sa.Column('id', sa.String(length=80), nullable=False),
    sa.Column('beat_at', sa.String(40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worker'))
    )
    op.create_table('arrival',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scan', sa.String(length=64), nullable=False),
    sa.Column('pile', sa.String(length=40), nullable=True),
    sa.Column('at', sa.String(40), nullable=False),
    sa.Column('grade', sa.String(length=20), nullable=False),
    sa.Column('path_mac', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['pile'], ['pile.id'], name=op.f('fk_arrival_pile')),
    sa.ForeignKeyConstraint(['scan'], ['scan.digest'], name=op.f('fk_arrival_scan')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrival'))
    )
    op.create_index(op.f('ix_arrival_path_mac'), 'arrival', ['path_mac'], unique=False)
    op.create_index(op.f('ix_arrival_pile'), 'arrival', ['pile'], unique=False)
    op.create_index(op.f('ix_arrival_scan'), 'arrival', ['scan'], unique=False)
    op.create_table('form',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('template', sa.String(length=80), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('joined', sa.Boolean(), nullable=False),
    sa.Column('pile', sa.String(length=40), nullable=True),
    sa.Column('created', sa.String(40), nullable=False),
    sa.ForeignKeyConstraint(['pile'], ['pile.id'], name=op.f('fk_form_pile')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_form'))
    )
    op.create_index(op.f('ix_form_pile'), 'form', ['pile'], unique=False)
    op.create_table('case_key',
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['form'], ['form.id'], name=op.f('fk_case_key_form')),
    sa.PrimaryKeyConstraint('mac', 'form', name=op.f('pk_case_key'))
    )
    op.create_index(op.f('ix_case_key_form'), 'case_key', ['form'], unique=False)
    op.create_table('document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.String(40), nullable=False),
    sa.ForeignKeyConstraint(['form'], ['form.id'], name=op.f('fk_document_form')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('form', 'kind', 'seq', name=op.f('uq_document_form_kind_seq'))
    )
    op.create_table('facts',
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.Column('arrived', sa.String(10), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['form'], ['form.id'], name=op.f('fk_facts_form')),
    sa.PrimaryKeyConstraint('form', name=op.f('pk_facts'))
    )
    op.create_index(op.f('ix_facts_arrived'), 'facts', ['arrived'], unique=False)
    op.create_table('outbox',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.String(length=80), nullable=False),
    sa.Column('step', sa.String(length=20), nullable=False),
    sa.Column('sealed_body', sa.LargeBinary(), nullable=False),
    sa.Column('body_sha', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.String(40), nullable=True),
    sa.Column('created', sa.String(40), nullable=False),
    sa.Column('sealed_receipt', sa.LargeBinary(), nullable=True),
    sa.Column('received_at', sa.String(40), nullable=True),
    sa.Column('refusal', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['form'], ['form.id'], name=op.f('fk_outbox_form')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_outbox')),
    sa.UniqueConstraint('form', 'step', 'recipient', 'generation', name=op.f('uq_outbox_form_step_recipient_generation'))
    )
    op.create_index(op.f('ix_outbox_form'), 'outbox', ['form'], unique=False)
    op.create_index('ix_outbox_state_next_try_at', 'outbox', ['state', 'next_try_at'], unique=False)
    op.create_index('uq_outbox_one_new', 'outbox', ['form', 'recipient'], unique=True, sqlite_where=sa.text("step = 'new' AND state <> 'refused'"), postgresql_where=sa.text("step = 'new' AND state <> 'refused'"))
    op.create_table('page',
    sa.Column('scan', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('template', sa.String(length=80), nullable=True),
    sa.Column('version', sa.String(length=40), nullable=True),
    sa.Column('sheet', sa.Integer(), nullable=True),
    sa.Column('placed', sa.Text(), nullable=True),
    sa.Column('width_px', sa.Integer(), nullable=True),
    sa.Column('height_px', sa.Integer(), nullable=True),
    sa.Column('dpi', sa.Float(), nullable=True),
    sa.Column('picture_mac', sa.String(length=64), nullable=True),
    sa.Column('form', sa.String(length=20), nullable=True),
    sa.Column('clips_blob', sa.String(length=80), nullable=True),
    sa.Column('preview_blob', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['form'], ['form.id'], name=op.f('fk_page_form')),
    sa.ForeignKeyConstraint(['scan'], ['scan.digest'], name=op.f('fk_page_scan')),
    sa.PrimaryKeyConstraint('scan', 'number', name=op.f('pk_page'))
    )
    op.create_index(op.f('ix_page_form'), 'page', ['form'], unique=False)
    op.create_index(op.f('ix_page_picture_mac'), 'page', ['picture_mac'], unique=False)
    op.create_index(op.f('ix_page_state'), 'page', ['state'], unique=False)
    op.create_table('search',
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['form'], ['form.id'], name=op.f('fk_search_form')),
    sa.PrimaryKeyConstraint('token', 'form', name=op.f('pk_search'))
    )
    op.create_index(op.f('ix_search_form'), 'search', ['form'], unique=False)
    op.create_table('task',
    sa.Column('form', sa.String(length=20), nullable=False),
    sa.Column('due', sa.String(40), nullable=True),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('doubtful', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(length=20), nullable=True),
    sa.Column('until', sa.String(40), nullable=True),
    sa.ForeignKeyConstraint(['form'], ['form.id'], name=op.f('fk_task_form')),
    sa.PrimaryKeyConstraint('form', name=op.f('pk_task'))
    )
    lay(op.get_bind())


def downgrade() -> None:
    """Refuse: a workspace goes back by restoring a backup."""
    raise NotImplementedError
