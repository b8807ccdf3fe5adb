"""What a key asks for in the world: what must be done before the station's next state is shown."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.review import Ending, Said
from pipeline.domain.value import Value


@dataclass(frozen=True, slots=True)
class GiveVerdict:
    """Keep a verdict durably, now."""

    said: Said


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the latest verdict on a field."""

    key: str


@dataclass(frozen=True, slots=True)
class Settle:
    """The last field has its verdict: let the form go on, without the required answers let go, and open the next."""

    let_go: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PassOn:
    """All that is left must be keyed by somebody else too: leave the form to them, and open the next."""


@dataclass(frozen=True, slots=True)
class RenewLease:
    """Somebody is at the keys: hold the task longer."""


@dataclass(frozen=True, slots=True)
class OpenPicture:
    """Open the picture of a field in a viewer."""

    key: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """A covered field is shown once: note in the access log who asked."""

    key: str


@dataclass(frozen=True, slots=True)
class Next:
    """Leave this form as it is, half-done work kept, and open the next one."""


@dataclass(frozen=True, slots=True)
class Previous:
    """Leave this form as it is and open the one that was left before it."""


@dataclass(frozen=True, slots=True)
class CloseForm:
    """Close the form without sending it."""

    ending: Ending


@dataclass(frozen=True, slots=True)
class Hand:
    """Leave this form as it is to a supervisor, or as a supervisor back to the queue, with a note, and open the next one."""

    note: Value
    up: bool


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave the station; everything is saved."""


Effect = GiveVerdict | Undo | Settle | PassOn | RenewLease | OpenPicture | Reveal | Next | Previous | CloseForm | Hand | Quit
