"""The verification queue: tasks, leases, verdicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.value import Value


class VerdictKind(StrEnum):
    """What a reviewer says of one field; `undo` takes back the verdict that stands, nothing is erased."""

    ACCEPT = "accept"
    CORRECT = "correct"
    ILLEGIBLE = "illegible"
    BLANK = "blank"
    UNDO = "undo"


class Ending(StrEnum):
    """Why a form is closed without being sent by us."""

    ALREADY_NOTIFIED = "already_notified"
    OTHER_REGION = "other_region"
    NOT_NOTIFIABLE = "not_notifiable"
    RECEIVED_BY_ADDRESSEE = "received_by_addressee"
    SCANNED_TWICE = "scanned_twice"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reviewer's word on one field; `value` is what stands after it. Later verdicts on a field outweigh earlier."""

    key: str
    kind: VerdictKind
    value: Value
    reviewer: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewer's verdicts on a form, in the order they were given. The machine is reviewer 0 and gives none."""

    form: str
    verdicts: tuple[Verdict, ...]

    def last(self, key: str) -> Verdict | None:
        """Return the verdict that stands for a field, if any was given and not taken back."""
        return standing((self,)).get(key)


def standing(reviews: Iterable[Review]) -> dict[str, Verdict]:
    """Return the verdict that stands for each field, over all reviewers, in the order of time they were given.

    An `undo` takes back the latest verdict on its field that still stands, so the one before it stands again.
    """
    given = sorted((verdict for review in reviews for verdict in review.verdicts), key=lambda verdict: verdict.at)
    stacks: dict[str, list[Verdict]] = {}
    for verdict in given:
        stack = stacks.setdefault(verdict.key, [])
        if verdict.kind is not VerdictKind.UNDO:
            stack.append(verdict)
        elif stack:
            stack.pop()
    return {key: stack[-1] for key, stack in stacks.items() if stack}


@dataclass(frozen=True, slots=True)
class Task:
    """One entry of the verification queue; `due` is None when no date could be read (counts as today)."""

    form: str
    template: str
    version: str
    generation: int
    due: dt.datetime | None
    priority: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The time-limited right to work on a task; renewed by every verdict, taken over when it expires."""

    form: str
    holder: str
    generation: int
    until: dt.datetime
