"""The outbox: the exact bytes of every submission, frozen before the first attempt, and what the recipient said."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from pipeline.domain.event import Event, EventKind
from pipeline.domain.notification import Step
from pipeline.domain.submission import Receipt, Refusal, Submission
from pipeline.edges.store.ledger import Ledger
from pipeline.edges.store.tables import outbox as table
from pipeline.edges.store.tables import page, scan
from pipeline.edges.vault import Vault


class OutState(StrEnum):
    """Where a submission stands.

    Questioned: it may have been sent before a restore, and waits for a person's answer. Told: a person answered that
    it was taken, so it is never sent again though no receipt is here.
    """

    FROZEN = "frozen"
    SENT = "sent"
    RECEIPTED = "receipted"
    REFUSED = "refused"
    QUESTIONED = "questioned"
    TOLD = "told"


UNDONE = (OutState.FROZEN, OutState.SENT)


@dataclass(frozen=True, slots=True)
class OutRow:
    """A submission as the store holds it, without its body."""

    key: str
    form: str
    generation: int
    recipient: str
    step: Step
    state: OutState
    attempts: int
    next_try_at: dt.datetime | None
    created: dt.datetime
    received_at: dt.datetime | None
    refusal: str | None
    body_sha: str


class Outbox:
    """The outbox, within one unit. Every change appends its event to the ledger, with the form as subject."""

    def __init__(self, connection: Connection, vault: Vault, ledger: Ledger) -> None:
        """Work on an open connection."""
        self._connection = connection
        self._vault = vault
        self._ledger = ledger

    def freeze(
        self, submission: Submission, step: Step, generation: int, now: dt.datetime, actor: str = "machine"
    ) -> OutState:
        """Freeze a submission before its first attempt, appending SUBMISSION_FROZEN; frozen before, nothing is done.

        A form whose paper came before the latest restore may have been sent by what the restore undid: its submission
        is questioned at once. Returns the state it stands in.

        Raises:
            ValueError: when the key is known with another body.
        """
        known = self.get(submission.key)
        sha = hashlib.sha256(submission.body).hexdigest()
        if known is not None:
            if known.body_sha != sha or known.form != submission.form:
                raise ValueError("an idempotency key with another body")
            return known.state
        self._connection.execute(
            insert(table).values(
                key=submission.key,
                form=submission.form,
                generation=generation,
                recipient=submission.recipient,
                step=step.value,
                sealed_body=self._vault.seal(submission.body, body_context(submission.key)),
                body_sha=sha,
                state=OutState.FROZEN.value,
                attempts=0,
                next_try_at=now,
                created=now,
            )
        )
        self._tell(EventKind.SUBMISSION_FROZEN, submission.form, now, submission.key, actor)
        if self._restored_since(submission.form):
            self.question(submission.key, now)
            return OutState.QUESTIONED
        return OutState.FROZEN

    def get(self, key: str) -> OutRow | None:
        """Return a submission by its key."""
        row = self._connection.execute(select(table).where(table.c.key == key)).first()
        return None if row is None else _out(row)

    def of_form(self, form: str) -> tuple[OutRow, ...]:
        """Return a form's submissions by time."""
        rows = self._connection.execute(select(table).where(table.c.form == form).order_by(table.c.created, table.c.key))
        return tuple(_out(row) for row in rows)

    def all(self, states: Iterable[OutState] | None = None) -> tuple[OutRow, ...]:
        """Return submissions by time, of some states when told."""
        query = select(table).order_by(table.c.created, table.c.key)
        if states is not None:
            query = query.where(table.c.state.in_([state.value for state in states]))
        return tuple(_out(row) for row in self._connection.execute(query))

    def due(self, now: dt.datetime, limit: int | None = None) -> tuple[OutRow, ...]:
        """Return the submissions that wait for an attempt now."""
        query = (
            select(table)
            .where(table.c.state.in_([state.value for state in UNDONE]))
            .where(or_(table.c.next_try_at.is_(None), table.c.next_try_at <= now))
            .order_by(table.c.next_try_at, table.c.key)
            .limit(limit)
        )
        return tuple(_out(row) for row in self._connection.execute(query))

    def submission(self, key: str) -> Submission | None:
        """Return the frozen bytes with their key, byte for byte as first frozen."""
        row = self._connection.execute(select(table).where(table.c.key == key)).first()
        if row is None:
            return None
        return Submission(row.key, row.form, row.recipient, self._vault.unseal(row.sealed_body, body_context(key)))

    def tried(self, key: str, now: dt.datetime, next_try_at: dt.datetime | None) -> bool:
        """Note that an attempt begins, and when the next would be, appending SUBMISSION_TRIED; False when none may be made.

        Called and committed before the bytes leave: what may have been sent is known to be so.
        """
        values = {"state": OutState.SENT.value, "attempts": table.c.attempts + 1, "next_try_at": next_try_at}
        return self._move(key, UNDONE, values, EventKind.SUBMISSION_TRIED, now)

    def later(self, key: str, next_try_at: dt.datetime) -> None:
        """Put the next attempt off."""
        states = [state.value for state in UNDONE]
        query = update(table).where(table.c.key == key, table.c.state.in_(states))
        self._connection.execute(query.values(next_try_at=next_try_at))

    def receipt(self, receipt: Receipt, now: dt.datetime) -> bool:
        """Store the recipient's yes, appending RECEIPT_STORED; False when one stands already or the key is unknown."""
        told = json.dumps({"id": receipt.receipt_id, "received": receipt.received.isoformat(), "raw": receipt.raw.hex()})
        sealed = self._vault.seal(told.encode(), receipt_context(receipt.key))
        values = {"state": OutState.RECEIPTED.value, "sealed_receipt": sealed, "received_at": receipt.received}
        states = (*UNDONE, OutState.QUESTIONED, OutState.TOLD)
        return self._move(receipt.key, states, {**values, "next_try_at": None}, EventKind.RECEIPT_STORED, now)

    def stored_receipt(self, key: str) -> Receipt | None:
        """Return the recipient's yes, if it is here."""
        sealed = self._connection.execute(select(table.c.sealed_receipt).where(table.c.key == key)).scalar()
        if sealed is None:
            return None
        told = json.loads(self._vault.unseal(sealed, receipt_context(key)))
        return Receipt(key, told["id"], dt.datetime.fromisoformat(told["received"]), bytes.fromhex(told["raw"]))

    def refuse(self, refusal: Refusal, now: dt.datetime) -> bool:
        """Note the recipient's no, appending REFUSED with its code and keys; False when it was not under way."""
        values = {"state": OutState.REFUSED.value, "refusal": refusal.code.value, "next_try_at": None}
        return self._move(
            refusal.key, UNDONE, values, EventKind.REFUSED, now, code=refusal.code.value, fields=",".join(refusal.fields)
        )

    def question(self, key: str, now: dt.datetime) -> bool:
        """Hold a submission until a person has answered whether it was sent, appending SUBMISSION_QUESTIONED."""
        values = {"state": OutState.QUESTIONED.value, "next_try_at": None}
        return self._move(key, UNDONE, values, EventKind.SUBMISSION_QUESTIONED, now)

    def answer(self, key: str, sent: bool, who: str, now: dt.datetime) -> bool:
        """Answer whether a questioned submission was taken, appending SUBMISSION_ANSWERED; False when none was asked.

        Taken: it is never sent again. Not taken: the same bytes may go under the same key.
        """
        state = OutState.TOLD if sent else OutState.FROZEN
        values = {"state": state.value, "next_try_at": None if sent else now}
        return self._move(key, (OutState.QUESTIONED,), values, EventKind.SUBMISSION_ANSWERED, now, actor=who, sent=sent)

    def _move(
        self,
        key: str,
        expected: Iterable[OutState],
        values: dict[str, Any],
        kind: EventKind,
        now: dt.datetime,
        **told: Any,  # noqa: ANN401
    ) -> bool:
        states = [state.value for state in expected]
        done = self._connection.execute(
            update(table).where(table.c.key == key, table.c.state.in_(states)).values(**values).returning(table.c.form)
        )
        form = done.scalar()
        if form is None:
            return False
        self._tell(kind, form, now, key, **told)
        return True

    def _tell(self, kind: EventKind, form: str, now: dt.datetime, key: str, actor: str = "machine", **told: Any) -> None:  # noqa: ANN401
        self._ledger.append(Event(kind, form, now, (("key", key), *told.items()), actor))

    def _restored_since(self, form: str) -> bool:
        """Tell whether a restore came after the form's paper, and nothing was frozen for it since: asked once is enough."""
        restored = self._ledger.last(EventKind.RESTORED)
        if restored is None:
            return False
        if sum(1 for row in self.of_form(form) if row.created > restored.at) > 1:
            return False
        query = select(scan.c.digest).join(page, page.c.scan == scan.c.digest).where(page.c.form == form)
        return self._connection.execute(query.where(scan.c.received <= restored.at).limit(1)).first() is not None


def body_context(key: str) -> str:
    """Return the words that bind a sealed body to its key."""
    return f"outbox/body/{key}"


def receipt_context(key: str) -> str:
    """Return the words that bind a sealed receipt to its key."""
    return f"outbox/receipt/{key}"


def _out(row: Row[Any]) -> OutRow:
    return OutRow(
        row.key,
        row.form,
        row.generation,
        row.recipient,
        Step(row.step),
        OutState(row.state),
        row.attempts,
        row.next_try_at,
        row.created,
        row.received_at,
        row.refusal,
        row.body_sha,
    )
