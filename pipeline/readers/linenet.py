"""The eyes for lines: networks of our own that see picture and blank side by side, one for print and one for free hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipeline.domain.lexicon import NO_WORDS, Lexicon
from pipeline.domain.reading import Alternative, Clip, Reading, Style, capped
from pipeline.domain.scan import Source
from pipeline.domain.template import FieldKind
from pipeline.domain.value import NOTHING, text
from pipeline.readers.letters import swedish
from pipeline.readers.lines import AFTER, Written, lines
from pipeline.readers.network import Numbers, network
from pipeline.readers.spelling import Spelt, guess, likelihood, spell
from pipeline.readers.strips import strip

MODELS = {Style.PRINT: "lines", Style.HAND: "hands"}
EDGE = 16  # px: a point and the space before it, in the largest type that forms are filled in with
KNOWN = 1e-6  # least share of a known word beside what was read: of other words it is a thousandth of that and less
STEADY = 0.85  # likelihood of a whole scanned text below which another eye's word does not make it sure


@dataclass(frozen=True, slots=True)
class Seen:
    """The lines of a clip, how they are written, and what they say.

    `steps` are each line's likelihoods, (steps, 1 + characters), of which the text is the likeliest; by hand, beside how
    letters follow each other.
    """

    written: Written
    style: Style
    spelt: tuple[Spelt, ...]
    steps: tuple[Numbers, ...]


@lru_cache(maxsize=64)
def seen(clip: Clip) -> Seen:
    """Return what is seen of a text clip without a comb; looked at once for all eyes that ask.

    Raises:
        ReaderError: when a network is missing or broken.
    """
    written = lines(clip)
    strips = [strip(clip.parts[place.part], place.tight)[None] for place in written.places]
    told = [network(MODELS[Style.PRINT]).run(one) for one in strips]
    widths = [place.tight[2] - place.tight[0] for place in written.places]
    by_hand = [float(1 / (1 + np.exp(-hand.mean()))) for _, hand in told]
    if not told or float(np.average(by_hand, weights=widths)) <= 0.5:
        net = network(MODELS[Style.PRINT])
        steps = tuple(net.shares(says[0]) for says, _ in told)
        return Seen(written, Style.PRINT, tuple(spell(one, net.about.characters) for one in steps), steps)
    net = network(MODELS[Style.HAND])
    steps = tuple(net.shares(net.run(one)[0][0]) for one in strips)
    return Seen(written, Style.HAND, tuple(guess(one, net.about.characters, swedish()) for one in steps), steps)


def _named(style: Style) -> str:
    return f"{MODELS[style]}/{network(MODELS[style]).about.version}"


def _to_the_edge(written: Written) -> bool:
    """Tell whether a line ends so close to the field's right edge that a point behind it may be lost in the rule there."""
    return any(place.tight[2] - AFTER > written.inks[place.part].zone[2] - EDGE for place in written.places)


class LineReader:
    """Reads lines of one style, print or hand; what is written by hand is a guess that a person must look at."""

    def __init__(self, lexicon: Lexicon = NO_WORDS, style: Style = Style.PRINT) -> None:
        """Know the words that fields may well hold, and what to read."""
        self._lexicon, self._style = lexicon, style

    @property
    def name(self) -> str:
        """Return name and version.

        Raises:
            ReaderError: when a network is missing.
        """
        return _named(self._style)

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of writing of this style without a comb; not if a program filled it in as a form widget.

        Where nothing is written it counts as print.
        """
        other = clip.field.is_boxes or clip.field.kind is FieldKind.SIGN or clip.field.comb is not None
        return not other and not any(part.widgets for part in clip.parts) and seen(clip).style is self._style

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Read the clips, one reading each, in their order.

        Raises:
            ReaderError: when a network is missing or broken.
        """
        return tuple(self._read(clip) for clip in clips)

    def _read(self, clip: Clip) -> Reading:
        found = seen(clip)
        name = _named(found.style)
        if not found.spelt:
            sure = min(one.blankness for one in found.written.inks)
            told = () if sure >= 0.9 else ("specks",)
            return Reading(clip.field.key, NOTHING, capped(sure, clip.residual_mm), name, clip.digest, None, (), told)
        by_hand, scanned = found.style is Style.HAND, clip.source is Source.IMAGE
        value = text(" ".join(" ".join(one.text for one in found.spelt).split()))
        if value.is_blank:
            return Reading.silent(clip, name, "hand" if by_hand else "unread", found.style)
        sure = float(np.prod([one.likely for one in found.spelt]))
        out = any(one.spilled for one in found.written.inks) or (scanned and _to_the_edge(found.written))
        doubts = ("hand",) if by_hand else ("outside",) if out else ()
        if not doubts and scanned and sure < STEADY:
            doubts = ("wavering",)
        elif doubts:
            sure = min(sure, 0.5)
        known = self._known(clip, found)
        return Reading(clip.field.key, value, capped(sure, clip.residual_mm), name, clip.digest, found.style, known, doubts)

    def _known(self, clip: Clip, found: Seen) -> tuple[Alternative, ...]:
        """Return the known words that a line may say instead, the likeliest first: each with its share among all these."""
        if len(found.spelt) != 1:
            return ()
        read, characters = found.spelt[0], network(MODELS[found.style]).about.characters
        near = [word for word in self._lexicon.near(clip.field, read.text) if set(word) <= set(characters)]
        if read.text in near:
            return ()
        likely = {word: likelihood(found.steps[0], [characters.index(letter) + 1 for letter in word]) for word in near}
        whole = read.likely + sum(likely.values())
        ranked = sorted(((share / whole, word) for word, share in likely.items()), reverse=True)
        return tuple(
            Alternative(text(word), capped(share, clip.residual_mm), _named(found.style))
            for share, word in ranked
            if share >= KNOWN
        )
