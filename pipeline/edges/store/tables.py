"""The tables. What a person wrote stands in none of them but sealed; what is plain here is fact or keyed hash."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pipeline.edges.store.columns import Day, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("params", Text, nullable=False),
    Column("actor", String(20), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_event_subject_seq", "subject", "seq"),
    Index("ix_event_kind_seq", "kind", "seq"),
)

pile = Table(
    "pile",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("arrived", Day, nullable=False),
    Column("sides_fed", Integer),
    Column("named", Moment, nullable=False),
)

scan = Table(
    "scan",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media", String(40), nullable=False),
    Column("received", Moment, nullable=False),
    Column("blob", String(80), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("reason", String(40)),
    Column("pages", Integer),
    Column("generation", Integer, nullable=False),
)

arrival = Table(
    "arrival",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scan", String(64), ForeignKey("scan.digest"), nullable=False, index=True),
    Column("pile", String(40), ForeignKey("pile.id"), index=True),
    Column("at", Moment, nullable=False),
    Column("grade", String(20), nullable=False),
    Column("path_mac", String(64), nullable=False, index=True),
)

form = Table(
    "form",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("template", String(80), nullable=False),
    Column("version", String(40), nullable=False),
    Column("joined", Boolean, nullable=False),
    Column("pile", String(40), ForeignKey("pile.id"), index=True),
    Column("created", Moment, nullable=False),
)

page = Table(
    "page",
    metadata,
    Column("scan", String(64), ForeignKey("scan.digest"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), nullable=False, index=True),
    Column("reason", String(40)),
    Column("template", String(80)),
    Column("version", String(40)),
    Column("sheet", Integer),
    Column("placed", Text),
    Column("width_px", Integer),
    Column("height_px", Integer),
    Column("dpi", Float),
    Column("picture_mac", String(64), index=True),
    Column("form", String(20), ForeignKey("form.id"), index=True),
    Column("clips_blob", String(80)),
    Column("preview_blob", String(80)),
)

form_state = Table(
    "form_state",
    metadata,
    Column("form", String(20), primary_key=True),
    Column("status", String(20), nullable=False, index=True),
    Column("generation", Integer, nullable=False),
)

task = Table(
    "task",
    metadata,
    Column("form", String(20), ForeignKey("form.id"), primary_key=True),
    Column("due", Moment),
    Column("priority", Integer, nullable=False),
    Column("doubtful", Integer, nullable=False),
    Column("holder", String(20)),
    Column("until", Moment),
    Column("handed_up", Moment),
)

passed_on = Table(
    "passed_on",
    metadata,
    Column("form", String(20), ForeignKey("form.id"), primary_key=True),
    Column("person", String(20), primary_key=True),
    Column("until", Moment, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("class_", String(80), primary_key=True),
    Column("n", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("form", String(20), ForeignKey("form.id"), primary_key=True),
    Column("arrived", Day, index=True),
    Column("sealed", LargeBinary, nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form", String(20), ForeignKey("form.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("form", "kind", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("form", String(20), ForeignKey("form.id"), nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("recipient", String(80), nullable=False),
    Column("step", String(20), nullable=False),
    Column("sealed_body", LargeBinary, nullable=False),
    Column("body_sha", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Moment),
    Column("created", Moment, nullable=False),
    Column("sealed_receipt", LargeBinary),
    Column("received_at", Moment),
    Column("refusal", String(20)),
    UniqueConstraint("form", "step", "recipient", "generation"),
    Index("ix_outbox_state_next_try_at", "state", "next_try_at"),
    Index(
        "uq_outbox_one_new",
        "form",
        "recipient",
        unique=True,
        sqlite_where=text("step = 'new' AND state <> 'refused'"),
        postgresql_where=text("step = 'new' AND state <> 'refused'"),
    ),
)

search = Table(
    "search",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("form", String(20), ForeignKey("form.id"), primary_key=True, index=True),
)

case_key = Table(
    "case_key",
    metadata,
    Column("mac", String(64), primary_key=True),
    Column("form", String(20), ForeignKey("form.id"), primary_key=True, index=True),
)

person = Table(
    "person",
    metadata,
    Column("alias", String(20), primary_key=True),
    Column("mac", String(64), nullable=False, unique=True),
    Column("sealed_name", LargeBinary, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("beat_at", Moment, nullable=False),
)

grant = Table(
    "class_grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("class_", String(80), nullable=False),
    Column("manager", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("revoked_at", Moment),
)
