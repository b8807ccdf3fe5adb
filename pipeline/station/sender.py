"""Asking the sender: whom to ring about the field in front, and what that person told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.domain.value import NOTHING, text
from pipeline.station.line import edited
from pipeline.station.state import Notice, Station, typing, untouched
from pipeline.station.verdicts import Pressed, illegible, told

CONTACT = ("anm_tel", "anm_klinik", "anm_lakare")
TELLER_LENGTH = 60


@dataclass(frozen=True, slots=True, repr=False)
class Sender:
    """Whom to ring: the telephone and who answers it, as the form tells them; `sure` when the number stands already."""

    phone: str
    who: tuple[str, ...]
    sure: bool


def sender(station: Station) -> Sender | None:
    """Return whom to ring about a form: what is settled of it, and what is shown anyway; None when nothing of it is known.

    What is keyed blind or covered is not told here, nor what stands in the very field that is asked about.
    """
    (phone, sure), *others = (_stands(station, key) for key in CONTACT)
    who = tuple(name for name, _sure in others if name)
    return Sender(phone, who, sure) if phone or who else None


def _stands(station: Station, key: str) -> tuple[str, bool]:
    """Return what may be told of a field just now, and whether it stands without a person's word still to come."""
    asked = next((ask for ask in station.asks if ask.key == key), None)
    given = station.standing.get(key)
    if asked is None or given is not None:
        value, sure = given.value if given is not None else station.contact.get(key, NOTHING), True
    else:
        value, sure = NOTHING if asked.masked or key == station.ask.key else asked.proposed, False
    plain = value.reveal()
    return plain if isinstance(plain, str) else "", sure


def nobody_can_read(station: Station) -> Pressed:
    """Tell whom to ring, the first time; then, or where that is not known, say that nobody can read the field in front."""
    key = station.ask.key
    known = sender(station) is not None
    if known and key not in station.rung:
        return replace(station, notice=Notice.RING, rung=station.rung | {key}), ()
    after, effects = illegible(station)
    return after if known else replace(after, notice=Notice.NOBODY_TO_RING), effects


def begin(station: Station) -> Pressed:
    """Begin the sender's answer: typed, or picked by its key."""
    begun = replace(untouched(station), telling=True, shown=station.shown, notice=Notice.TELL)
    return (begun if station.ask.is_choice else typing(begun, "")), ()


def teller(station: Station, key: str) -> Pressed:
    """Let a key have its effect on the line that says who told the answer."""
    if key == "esc":
        return untouched(station), ()
    if key == "enter":
        by = text(station.typed.text)
        if station.heard is None or by.is_blank:
            return replace(station, notice=Notice.WHO_TOLD), ()
        return told(station, station.heard, by)
    return replace(station, typed=edited(station.typed, key, TELLER_LENGTH)), ()
