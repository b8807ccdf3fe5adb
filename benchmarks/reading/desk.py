"""Who fills in a form and with what: one printer, one pen, one person, and by which of them each field is filled in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reading import kept
from benchmarks.reading.collected import DigitHand, WordHand
from benchmarks.reading.fonts import Fonts
from benchmarks.reading.hands import FontHand, Hand, Scribe, StrokeHand
from benchmarks.reading.marks import Ticker
from benchmarks.reading.pen import Nib
from benchmarks.reading.typist import Typist

STYLES = ("print", "hand", "mixed")


@dataclass(frozen=True, slots=True)
class Desk:
    """What one form is filled in with. `off` is how far the printer is out of place, in mm."""

    style: str
    typist: Typist
    hand: Hand
    digits: Scribe
    words: WordHand | None
    ticker: Ticker
    nib: Nib
    off: tuple[float, float]
    rng: random.Random

    def by_hand(self) -> bool:
        """Tell whether the next field is filled in by hand."""
        return self.rng.random() < 0.5 if self.style == "mixed" else self.style == "hand"


@dataclass(frozen=True, slots=True)
class Stock:
    """What a part's desks are taken from: where the collections lie, and the fonts."""

    data: Path
    fonts: Fonts
    sealed: bool

    def desk(self, style: str, off: tuple[float, float], rng: random.Random) -> Desk:
        """Set up a desk: seven in ten are typed in a font that training never saw."""
        nib = Nib.drawn(rng)
        hand, digits, words = self._people(nib, rng)
        typist = Typist.of(self._font(rng), rng)
        return Desk(style, typist, hand, digits, words, Ticker.of(nib, rng), nib, off, rng)

    def _font(self, rng: random.Random) -> tuple[str, Path, bool]:
        seen = rng.random() < 0.3
        those = [font for font in self.fonts.types if font[2] is seen] or list(self.fonts.types)
        return rng.choice(those)

    def _people(self, nib: Nib, rng: random.Random) -> tuple[Hand, Scribe, WordHand | None]:
        """Return who writes letters, digits and, where someone does, whole words."""
        writer = StrokeHand.of(self.data, rng.choice(kept.writers(sealed=self.sealed)), nib, rng)
        share = rng.random()
        if share < 0.2 and self.fonts.hands:
            font = FontHand.of(rng.choice(self.fonts.hands), nib, rng)
            return font, font, None
        if share < 0.5 and not self.sealed:
            return (
                writer,
                DigitHand.of(self.data, nib, rng),
                WordHand.of(self.data, rng.choice(kept.DHSD), Nib.drawn(rng, "ball"), rng),
            )
        return writer, writer, None
