"""A recipient that needs no network: it answers from a script, takes each key once, and remembers what came."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.domain.notification import Credential
from pipeline.domain.submission import Receipt, Refusal, RefusalCode, Submission, Unreachable

EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass
class RecordedGateway:
    """A shipped fake of a recipient.

    `script` holds causes of failure, used up one an attempt before any is taken: `lost:CAUSE` takes the notification
    and loses the answer, `no:CODE` refuses, anything else is a cause why it was not reached. `log` is every key and
    digest that came, in order, taken or not; `taken` holds the digest of the body each key was taken with.
    """

    recipient: str = "recorded"
    credential: Credential = Credential.SITHS_PERSON
    script: list[str] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)

    @classmethod
    def failing(cls, script: Iterable[str], recipient: str = "recorded") -> RecordedGateway:
        """Make a recipient that fails by a script before it answers well."""
        return cls(recipient=recipient, script=list(script))

    def send(self, submission: Submission) -> Receipt | Refusal | Unreachable:
        """Answer by the script, else as a good recipient does: the same key and body get the same receipt."""
        digest = hashlib.sha256(submission.body).hexdigest()
        self.log.append((submission.key, digest))
        what, _, more = self.script.pop(0).partition(":") if self.script else ("", "", "")
        if what == "no":
            return Refusal(submission.key, RefusalCode(more))
        if what and what != "lost":
            return Unreachable(submission.key, what)
        if self.taken.setdefault(submission.key, digest) != digest:
            return Refusal(submission.key, RefusalCode.KEY_REUSED)
        if what == "lost":
            return Unreachable(submission.key, more or "answer_lost")
        order = list(self.taken).index(submission.key)
        received = EPOCH + dt.timedelta(seconds=order)
        return Receipt(submission.key, f"recorded-{order + 1}", received, f"{submission.key}".encode())
