"""What a person wrote, in normal form, told to nobody by accident.

Normal forms: text is NFC, single-spaced, trimmed; a date `ÅÅÅÅ-MM-DD` (partial `ÅÅÅÅ`, `ÅÅÅÅ-MM` where the form allows);
a person number `ÅÅÅÅMMDD-NNNN`; a rikskod `ÅÅÅÅ-NNNN`; an integer a number; one choice the option's value;
several choices a tuple sorted by code point; tick and signature a bool; nothing written is `None`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

Plain = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """A value that prints as dots; `reveal` is called in few named rooms."""

    _plain: Plain

    def reveal(self) -> Plain:
        """Return the value itself."""
        return self._plain

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was written."""
        return self._plain is None or self._plain == () or self._plain is False

    def __repr__(self) -> str:
        """Hide the value."""
        return "Value(•••)"

    __str__ = __repr__


NOTHING = Value(None)


def text(raw: str) -> Value:
    """Return `raw` in normal form: NFC, single spaces, trimmed; nothing when empty."""
    clean = " ".join(unicodedata.normalize("NFC", raw).split())
    return Value(clean or None)


def same(one: Value, other: Value) -> bool:
    """Tell whether two values say the same; a tick that is there is not the number 1."""
    return type(one.reveal()) is type(other.reveal()) and one == other


def to_json(value: Value) -> str | int | bool | list[str] | None:
    """Return the value as JSON has it; a tuple of choices becomes a list."""
    plain = value.reveal()
    return list(plain) if isinstance(plain, tuple) else plain


def from_json(raw: object) -> Value:
    """Make a value of what JSON held.

    Raises:
        ValueError: when `raw` is no normal form; the message does not tell it.
    """
    if raw is None or isinstance(raw, str | bool | int):
        return Value(raw)
    if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return Value(tuple(sorted(raw)))
    raise ValueError("not a normal form")
