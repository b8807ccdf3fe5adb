"""Handing a form up to a supervisor with a note, and giving it back with an answer."""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.value import text
from pipeline.station.effects import Hand
from pipeline.station.line import edited
from pipeline.station.state import Mode, Notice, Station, untouched
from pipeline.station.verdicts import Pressed

NOTE_LENGTH = 120


def begin(station: Station) -> Pressed:
    """Begin the note that a form is handed up or given back with."""
    return replace(untouched(station), mode=Mode.NOTE), ()


def note(station: Station, key: str) -> Pressed:
    """Let a key have its effect on the line of the note."""
    if key == "esc":
        return untouched(station), ()
    if key == "enter":
        written = text(station.typed.text)
        if written.is_blank:
            return replace(station, notice=Notice.NO_NOTE), ()
        return untouched(station), (Hand(written, up=not station.task.is_handed_up),)
    return replace(station, typed=edited(station.typed, key, NOTE_LENGTH)), ()
