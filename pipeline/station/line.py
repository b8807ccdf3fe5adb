"""A line of text while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """What has been typed so far and where the cursor stands; it prints as dots."""

    text: str = ""
    cursor: int = 0

    def __repr__(self) -> str:
        """Hide the text."""
        return "Typed(•••)"

    def insert(self, letter: str, limit: int) -> Typed:
        """Return the text with a letter put in at the cursor, unless it is full."""
        if len(self.text) >= limit:
            return self
        return Typed(self.text[: self.cursor] + letter + self.text[self.cursor :], self.cursor + len(letter))

    def without(self, before: bool) -> Typed:
        """Return the text with the letter before the cursor, or under it, taken out."""
        at = self.cursor - 1 if before else self.cursor
        if not 0 <= at < len(self.text):
            return self
        return Typed(self.text[:at] + self.text[at + 1 :], at)

    def moved(self, to: int) -> Typed:
        """Return the text with the cursor elsewhere."""
        return Typed(self.text, max(0, min(len(self.text), to)))


def edited(typed: Typed, key: str, limit: int) -> Typed:
    """Return the line after a key that edits it, at most so many letters long; as it was after any other key."""
    if key in _EDITS:
        return _EDITS[key](typed)
    return typed.insert(key, limit) if len(key) == 1 and key.isprintable() else typed


_EDITS: dict[str, Callable[[Typed], Typed]] = {
    "backspace": lambda typed: typed.without(before=True),
    "delete": lambda typed: typed.without(before=False),
    "left": lambda typed: typed.moved(typed.cursor - 1),
    "right": lambda typed: typed.moved(typed.cursor + 1),
    "home": lambda typed: typed.moved(0),
    "end": lambda typed: typed.moved(len(typed.text)),
    "ctrl-u": lambda _typed: Typed(),
}
