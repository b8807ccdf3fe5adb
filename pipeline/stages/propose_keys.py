"""Keys and values made of labels: short, plain letters, and each once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LONGEST = 32
_OTHERS = re.compile(r"[^a-z0-9]+")


def slug(text: str, empty: str = "falt") -> str:
    """Return a text as a key: small letters without marks, digits and underscores; cut between words when it is long."""
    folded = text.casefold().replace("æ", "a").replace("ø", "o")
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    words = [word for word in _OTHERS.split(plain) if word]
    made = ""
    for word in words:
        longer = f"{made}_{word}" if made else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        made = longer
    return made or empty


class Keys:
    """The keys given out for one form; `reserved` ones go only to fields that they are known to mean."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        """Begin with none given out."""
        self._reserved = frozenset(reserved)
        self._taken: set[str] = set()
        self._block = ""

    def known(self, wanted: Iterable[str]) -> str | None:
        """Give the first of the known keys that is free, if one is; one of the same block as the last before others."""
        free = [key for key in wanted if key not in self._taken]
        found = min(free, key=lambda key: key.partition("_")[0] != self._block, default=None)
        if found is not None:
            self._taken.add(found)
            self._block = found.partition("_")[0]
        return found

    def given(self, key: str) -> bool:
        """Tell whether a key has been given out."""
        return key in self._taken

    def made(self, text: str) -> str:
        """Give a key made of a text."""
        plain = slug(text)
        begun = plain if plain[0].isalpha() else f"f_{plain}"
        key, number = begun, 1
        while key in self._taken or key in self._reserved:
            number += 1
            key = f"{begun}_{number}"
        self._taken.add(key)
        return key


def values(texts: Iterable[str]) -> tuple[str, ...]:
    """Return one value for each text, all unlike."""
    made: list[str] = []
    for text in texts:
        begun = value = slug(text, "ruta")
        number = 1
        while value in made:
            number += 1
            value = f"{begun}_{number}"
        made.append(value)
    return tuple(made)
