"""The verification station as one frozen value, for every kind of screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pipeline.domain.notification import Barred, Blocked
from pipeline.domain.review import Lease, Note, Task, Verdict, VerdictKind, VerificationMode
from pipeline.domain.value import Value
from pipeline.stages.keying import shows_all
from pipeline.station.ask import Ask
from pipeline.station.line import Typed


class Mode(StrEnum):
    """What the keys mean just now."""

    LOOK = "look"
    TYPE = "type"
    TELLER = "teller"
    NOTE = "note"
    CLOSE = "close"
    KEYS = "keys"


class Notice(StrEnum):
    """One short line that the station has to say; a screen finds the words."""

    NONE = ""
    NOTHING_PROPOSED = "nothing_proposed"
    MASKED = "masked"
    NOT_MASKED = "not_masked"
    NOTHING_TO_UNDO = "nothing_to_undo"
    UNKNOWN_KEY = "unknown_key"
    DOES_NOT_FIT = "does_not_fit"
    PICK_ONE = "pick_one"
    TAKEN_BACK = "taken_back"
    KEY_AGAIN = "key_again"
    OTHERS_TURN = "others_turn"
    LEASE_LOST = "lease_lost"
    RING = "ring"
    NOBODY_TO_RING = "nobody_to_ring"
    TELL = "tell"
    WHO_TOLD = "who_told"
    NO_NOTE = "no_note"


@dataclass(frozen=True, slots=True)
class View:
    """How a picture is looked at: zoom steps up or down, and windows moved to the right and down."""

    zoom: int = 0
    right: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict as the station knows it: on which field, what kind, what stands after it, and whose it is.

    What was `told` by the sender was keyed from no picture, and is not held against what others keyed.
    """

    key: str
    kind: VerdictKind
    value: Value
    by: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """The law does not let the form go on as it was answered: why, and which fields need another answer.

    `since` is how many verdicts had been given by then. `let_go` are required fields that were let go as unknown before.
    """

    reason: Blocked
    keys: frozenset[str]
    since: int
    let_go: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Station:
    """All that a screen must know of one task: what is asked, what was answered, what is being typed.

    `given` holds every verdict that was not taken back, oldest first. `ticked` are the choices picked so far where
    several may be; None while they are as the machine proposes. `shown` is the covered field that is shown just now.
    `others` are the other people at work here, who may be asked to key a field too.

    `notes` are those it was handed up and given back with, oldest first.

    `contact` are the values of the form that tell whom to ring, where they are not asked here. `rung` are the fields on
    which it was shown whom to ring. `telling`: the answer that is being given is the sender's; `heard` is that answer
    while it is asked who told it.
    """

    task: Task
    asks: tuple[Ask, ...]
    lease: Lease
    now: dt.datetime
    heading: str = field(default="", repr=False)
    total: int = 0
    given: tuple[Given, ...] = ()
    at: int = 0
    mode: Mode = Mode.LOOK
    typed: Typed = field(default_factory=Typed)
    ticked: tuple[str, ...] | None = field(default=None, repr=False)
    view: View = View()
    shown: str | None = None
    notice: Notice = Notice.NONE
    saved: dt.datetime | None = None
    bar: Bar | None = None
    others: frozenset[str] = field(default=frozenset(), repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)
    contact: Mapping[str, Value] = field(default_factory=dict, repr=False)
    rung: frozenset[str] = frozenset()
    telling: bool = False
    heard: Value | None = None

    @property
    def ask(self) -> Ask:
        """Return the field in front; with all values shown once enough people have keyed it and differ."""
        one = self.asks[self.at]
        keyed = self.keyed(one.key)
        if one.mode is VerificationMode.BLIND and shows_all(one.field, [given.by for given in keyed], self.lease.holder):
            return one.showing(given.value for given in keyed)
        return one

    def keyed(self, key: str) -> tuple[Given, ...]:
        """Return what was keyed from the picture of a field by anybody, oldest first, and not taken back."""
        keyed = (given for given in self.given if given.key == key and not given.told)
        return tuple(given for given in keyed if given.kind is not VerdictKind.ILLEGIBLE)

    @property
    def covered(self) -> bool:
        """Tell whether picture and value of the field in front must be covered."""
        return self.ask.masked and self.shown != self.ask.key

    @property
    def standing(self) -> dict[str, Given]:
        """Return the verdict that stands for each field."""
        return {given.key: given for given in self.given if given.kind is not VerdictKind.KEYED}

    @property
    def open(self) -> frozenset[str]:
        """Return the keys of the fields that need a verdict from here: without any, or asked again after a bar."""
        unanswered = {ask.key for ask in self.asks}.difference(self.standing)
        return frozenset(unanswered | self.again) - self.others_turn

    @property
    def others_turn(self) -> frozenset[str]:
        """Return the keys of the critical fields that were keyed here, agree with nobody, and that others can key too."""
        me, standing = self.lease.holder, self.standing
        keyers: dict[str, set[str]] = {}
        for given in self.given:
            keyers.setdefault(given.key, set()).add(given.by)
        waiting = {ask.key for ask in self.asks if ask.field.critical}.difference(standing).intersection(keyers)
        return frozenset(key for key in waiting if me in keyers[key] and self.others - keyers[key])

    @property
    def again(self) -> frozenset[str]:
        """Return the keys that need another answer before the law lets the form go on."""
        return self.bar.keys.difference(given.key for given in self.given[self.bar.since :]) if self.bar else frozenset()

    @property
    def let_go(self) -> frozenset[str]:
        """Return the required fields that were found illegible once more after they were asked again: let go as unknown."""
        if self.bar is None:
            return frozenset()
        asked = self.bar.keys if self.bar.reason is Blocked.REQUIRED_UNKNOWN else frozenset[str]()
        standing = self.standing
        again = {given.key for given in self.given[self.bar.since :]}
        illegible = {key for key in asked & again if standing[key].kind is VerdictKind.ILLEGIBLE}
        return self.bar.let_go | illegible

    @property
    def left(self) -> int:
        """Return how many fields need a verdict."""
        return len(self.open)

    @property
    def done(self) -> bool:
        """Tell whether every field has its verdict."""
        return self.left == 0

    def facing(self, at: int) -> Station:
        """Return the station with another field in front, looked at afresh."""
        return replace(untouched(self), at=at, view=View(), notice=Notice.NONE)


def opened(station: Station, verdicts: tuple[Verdict, ...]) -> Station:
    """Return the station with the verdicts already kept for the form, facing the first field without one.

    `verdicts` are those not taken back, oldest first; on fields that are not asked here they are left out.
    """
    known = {ask.key for ask in station.asks}
    given = tuple(
        Given(v.key, v.kind, v.value, v.reviewer, v.mode is VerificationMode.TOLD) for v in verdicts if v.key in known
    )
    saved = max((v.at for v in verdicts), default=None)
    return facing_open(replace(station, given=given, saved=saved))


def facing_open(station: Station) -> Station:
    """Return the station with the first field in front that needs a verdict."""
    wanted = station.open
    return station.facing(next((at for at, ask in enumerate(station.asks) if ask.key in wanted), 0))


def barred(station: Station, why: Barred, asks: tuple[Ask, ...]) -> Station:
    """Return the station after the law did not let the form go on; `asks` are those of the fields to look at again."""
    known = {ask.key for ask in station.asks}
    everything = (*station.asks, *(ask for ask in asks if ask.key not in known))
    keys = frozenset(why.keys) & {ask.key for ask in everything}
    bar = Bar(why.reason, keys, len(station.given), station.let_go)
    return facing_open(replace(station, asks=everything, bar=bar))


def untouched(station: Station) -> Station:
    """Return the station with the field in front as it was before its answer was begun."""
    return replace(station, mode=Mode.LOOK, typed=Typed(), ticked=None, shown=None, telling=False, heard=None)


def typing(station: Station, text: str) -> Station:
    """Return the station with a line of text being typed, the cursor at its end."""
    return replace(station, mode=Mode.TYPE, typed=Typed(text, len(text)))


def later(station: Station, now: dt.datetime) -> Station:
    """Return the station at a later time."""
    return replace(station, now=now)


def saved(station: Station, at: dt.datetime, lease: Lease) -> Station:
    """Return the station after what it asked for was kept durably and its lease renewed."""
    return replace(station, saved=at, lease=lease, now=at)
