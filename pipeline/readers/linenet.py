"""The eye for lines: a network of our own that sees picture and blank side by side, print and hand print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipeline.domain.reading import Clip, Reading, Style, capped
from pipeline.domain.scan import Source
from pipeline.domain.template import FieldKind
from pipeline.domain.value import NOTHING, text
from pipeline.readers.lines import AFTER, Place, Written, lines
from pipeline.readers.network import Network, network
from pipeline.readers.spelling import Spelt, spell
from pipeline.readers.strips import strip

MODEL = "lines"
EDGE = 16  # px: a point and the space before it, in the largest type that forms are filled in with
STEADY = 0.85  # likelihood of a whole scanned text below which another eye's word does not make it sure


@dataclass(frozen=True, slots=True)
class Seen:
    """The lines of a clip, how likely it is that they are written by hand, and what they say."""

    written: Written
    by_hand: float
    spelt: tuple[Spelt, ...]

    @property
    def style(self) -> Style:
        """Return how the clip was written."""
        return Style.HAND if self.by_hand > 0.5 else Style.PRINT


@lru_cache(maxsize=64)
def seen(clip: Clip) -> Seen:
    """Return what is seen of a text clip without a comb; looked at once for all eyes that ask.

    Raises:
        ReaderError: when the network is missing or broken.
    """
    written = lines(clip)
    net = network(MODEL)
    told = [_spelt(net, clip, place) for place in written.places]
    widths = [place.tight[2] - place.tight[0] for place in written.places]
    by_hand = float(np.average([hand for _, hand in told], weights=widths)) if told else 0.0
    return Seen(written, by_hand, tuple(spelt for spelt, _ in told))


def _spelt(net: Network, clip: Clip, place: Place) -> tuple[Spelt, float]:
    """Return what a line says and how likely it is by hand."""
    says, hand = net.run(strip(clip.parts[place.part], place.tight)[None])
    return spell(net.shares(says[0]), net.about.characters), float(1 / (1 + np.exp(-hand.mean())))


def _to_the_edge(written: Written) -> bool:
    """Tell whether a line ends so close to the field's right edge that a point behind it may be lost in the rule there."""
    return any(place.tight[2] - AFTER > written.inks[place.part].zone[2] - EDGE for place in written.places)


class LineReader:
    """Reads lines of print and of hand; what is written by hand is a guess that a person must look at."""

    @property
    def name(self) -> str:
        """Return name and version.

        Raises:
            ReaderError: when a network is missing.
        """
        return f"{MODEL}/{network(MODEL).about.version}"

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of writing without a comb that was not filled in by a program as a form widget."""
        other = clip.field.is_boxes or clip.field.kind is FieldKind.SIGN or clip.field.comb is not None
        return not other and not any(part.widgets for part in clip.parts)

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Read the clips, one reading each, in their order.

        Raises:
            ReaderError: when a network is missing or broken.
        """
        return tuple(self._read(clip) for clip in clips)

    def _read(self, clip: Clip) -> Reading:
        found = seen(clip)
        if not found.spelt:
            sure = min(one.blankness for one in found.written.inks)
            told = () if sure >= 0.9 else ("specks",)
            return Reading(clip.field.key, NOTHING, capped(sure, clip.residual_mm), self.name, clip.digest, None, (), told)
        by_hand, scanned = found.style is Style.HAND, clip.source is Source.IMAGE
        value = text(" ".join(" ".join(one.text for one in found.spelt).split()))
        if value.is_blank:
            return Reading.silent(clip, self.name, "hand" if by_hand else "unread", found.style)
        sure = float(np.prod([one.likely for one in found.spelt]))
        out = any(one.spilled for one in found.written.inks) or (scanned and _to_the_edge(found.written))
        doubts = ("hand",) if by_hand else ("outside",) if out else ()
        if not doubts and scanned and sure < STEADY:
            doubts = ("wavering",)
        elif doubts:
            sure = min(sure, 0.5)
        return Reading(
            clip.field.key, value, capped(sure, clip.residual_mm), self.name, clip.digest, found.style, (), doubts
        )
