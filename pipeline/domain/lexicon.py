"""Words that a field may well hold: they rank what its writing can say, and never decide it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.domain.template import Field

NEAR = 0.5  # share of letters that a word must have in common with what was read to be worth a thought
MOST = 3


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Known words by the id of a rule, or the key, of the fields that may hold them; far from all there are."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def near(self, asked: Field, read: str) -> tuple[str, ...]:
        """Return the few known words of a field that are most like what was read there, in capitals if that is."""
        capitals = read.isupper()
        spelt = {word.casefold(): word.upper() if capitals else word for word in self._of(asked)}
        return tuple(spelt[word] for word in difflib.get_close_matches(read.casefold(), spelt, MOST, NEAR))

    def _of(self, asked: Field) -> tuple[str, ...]:
        return tuple(word for name in (asked.key, *(rule.id for rule in asked.rules)) for word in self.words.get(name, ()))


NO_WORDS = Lexicon()
