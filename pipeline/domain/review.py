"""The verification queue: tasks, leases, verdicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.value import NOTHING, Value


class VerdictKind(StrEnum):
    """What a reviewer says of one field; `undo` takes back the verdict that stands, nothing is erased.

    What is `keyed` was keyed blind, and no other keyer, person or machine, has said the same: it settles nothing yet.
    """

    ACCEPT = "accept"
    CORRECT = "correct"
    KEYED = "keyed"
    ILLEGIBLE = "illegible"
    BLANK = "blank"
    UNDO = "undo"


class VerificationMode(StrEnum):
    """How a verdict came about; it stands in the ledger.

    `confirm`: the machine's value was shown. `single`: nothing was read, and one person keyed it. `blind`: keyed with the
    machine's value hidden, and held against it or against what another person keyed blind. `blind_alone`: keyed twice by the
    same person, since nobody else was there. `adjudicated`: by who had keyed it, with all values shown then. `told`: the
    sender was asked, and said it; nobody read it. `file`: from a file of answers.
    """

    CONFIRM = "confirm"
    SINGLE = "single"
    BLIND = "blind"
    BLIND_ALONE = "blind_alone"
    ADJUDICATED = "adjudicated"
    TOLD = "told"
    FILE = "file"


class Ending(StrEnum):
    """Why a form is closed without being sent by us."""

    ALREADY_NOTIFIED = "already_notified"
    OTHER_REGION = "other_region"
    NOT_NOTIFIABLE = "not_notifiable"
    RECEIVED_BY_ADDRESSEE = "received_by_addressee"
    SCANNED_TWICE = "scanned_twice"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of one field, and how it came about; whoever holds the lease says it, now.

    `told_by` is the person outside who was asked and said it, where the mode is `told`; blank otherwise.
    """

    key: str
    kind: VerdictKind
    value: Value
    mode: VerificationMode = VerificationMode.CONFIRM
    told_by: Value = NOTHING


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reviewer's word on one field; `value` is what stands after it. Later verdicts on a field outweigh earlier.

    `told_by` is who told the reviewer the value, in free text, where the mode is `told`; blank otherwise.
    """

    key: str
    kind: VerdictKind
    value: Value
    reviewer: str
    at: dt.datetime
    mode: VerificationMode = VerificationMode.CONFIRM
    told_by: Value = NOTHING


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewer's verdicts on a form, in the order they were given. The machine is reviewer 0 and gives none."""

    form: str
    verdicts: tuple[Verdict, ...]

    def last(self, key: str) -> Verdict | None:
        """Return the verdict that stands for a field, if any was given and not taken back."""
        return standing((self,)).get(key)


def kept(reviews: Iterable[Review]) -> tuple[Verdict, ...]:
    """Return the verdicts that were not taken back, over all reviewers, in the order of time they were given.

    An `undo` takes back the latest verdict on its field that is still kept, so the one before it stands again.
    """
    given = sorted((verdict for review in reviews for verdict in review.verdicts), key=lambda verdict: verdict.at)
    stack: list[Verdict] = []
    for verdict in given:
        if verdict.kind is not VerdictKind.UNDO:
            stack.append(verdict)
            continue
        latest = next((at for at in reversed(range(len(stack))) if stack[at].key == verdict.key), None)
        if latest is not None:
            del stack[latest]
    return tuple(stack)


def standing(reviews: Iterable[Review]) -> dict[str, Verdict]:
    """Return the verdict that stands for each field: the last one kept that settles anything."""
    return {verdict.key: verdict for verdict in kept(reviews) if verdict.kind is not VerdictKind.KEYED}


@dataclass(frozen=True, slots=True)
class Task:
    """One entry of the verification queue; `due` is None when no date could be read (counts as today).

    `handed_up` is since when it waits for a supervisor; None while anybody takes it in its turn.
    """

    form: str
    template: str
    version: str
    generation: int
    due: dt.datetime | None
    priority: int
    doubtful: int
    handed_up: dt.datetime | None = None

    @property
    def is_handed_up(self) -> bool:
        """Tell whether it waits for a supervisor."""
        return self.handed_up is not None

    @property
    def template_id(self) -> str:
        """Return the form's template as NAME@VERSION."""
        return f"{self.template}@{self.version}"


@dataclass(frozen=True, slots=True)
class Note:
    """What a reviewer wrote when a form was handed up, or a supervisor when it was given back; never sent anywhere."""

    text: Value
    writer: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The time-limited right to work on a task; renewed by every verdict, taken over when it expires."""

    form: str
    holder: str
    generation: int
    until: dt.datetime
