"""The eye for combs: each cell by a network, printed or by hand, and all of them by what the field must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.reading import Alternative, Clip, ClipPart, Reading, Style, capped
from pipeline.domain.template import Comb
from pipeline.domain.value import NOTHING, text
from pipeline.readers.network import Network, Numbers, network
from pipeline.readers.sense import Row, allowed, expected, rows
from pipeline.readers.windows import windows

EMPTY = 0.5  # a cell with no more than this chance of being written in counts as empty
BY_HAND = 0.5
SPOILT = 0.3  # a cell with more than this chance of being struck out is doubtful
EXPECTED = 0.5  # a written cell less likely than that to hold what the field allows, or its double, is doubtful
MOVED_MM = (-0.3, 0.3)  # where else a comb filled in by hand is looked at from: a poor reading falls apart there
MODEL = "cells"
ASKED = 3  # how the network is asked: stands behind its version, and goes up when that changes


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A comb: likelihoods (cells, classes: nothing, each character, spoilt), and how likely it was filled in by hand."""

    likely: Numbers
    by_hand: float

    @property
    def written(self) -> NDArray[np.bool_]:
        """Return which cells are written in."""
        return np.asarray(self.likely[:, 0] < 1 - EMPTY)

    @property
    def style(self) -> Style:
        """Return how the comb was written."""
        return Style.HAND if self.by_hand > BY_HAND else Style.PRINT


@lru_cache(maxsize=64)
def cells(clip: Clip) -> Cells:
    """Return what is seen in a comb; looked at once for all eyes that ask.

    Raises:
        ReaderError: when the network is missing or broken.
    """
    combs = [(part, comb) for part in clip.parts if (comb := clip.comb_in(part)) is not None]
    if not combs:
        return Cells(np.zeros((0, 2), np.float32), 0.0)
    net = network(MODEL)
    likely, hand = _looked(net, combs, 0.0)
    inked = 1 - likely[:, 0]
    by_hand = float((inked / (1 + np.exp(-hand))).sum() / max(float(inked.sum()), 1e-6))
    if by_hand > BY_HAND:
        looks = [likely, *(_looked(net, combs, moved)[0] for moved in MOVED_MM)]
        likely = np.exp(np.log(np.maximum(looks, 1e-6)).mean(axis=0))
        likely /= likely.sum(axis=1, keepdims=True)
    return Cells(likely, by_hand)


def _looked(net: Network, combs: Sequence[tuple[ClipPart, Comb]], moved_mm: float) -> tuple[Numbers, Numbers]:
    """Return what one look says of every cell: the likelihoods of its classes, and the logit of writing by hand."""
    says, hand = net.run(np.concatenate([windows(part, comb, moved_mm) for part, comb in combs]))
    return net.shares(says), hand


class CombReader:
    """Reads combs cell by cell; the reading's confidence is the likelihood of its row among all that it may be."""

    @property
    def name(self) -> str:
        """Return name and version.

        Raises:
            ReaderError: when the network is missing.
        """
        return f"{MODEL}/{network(MODEL).about.version}.{ASKED}"

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of a comb that was not filled in by a program as a form widget."""
        return clip.field.comb is not None and not any(part.widgets for part in clip.parts)

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Read the clips, one reading each, in their order.

        Raises:
            ReaderError: when the network is missing or broken.
        """
        return tuple(self._read(clip) for clip in clips)

    def _read(self, clip: Clip) -> Reading:
        seen = cells(clip)
        if seen.written.any():
            return self._told(clip, seen)
        sure = float(np.prod(seen.likely[:, 0].astype(np.float64)))
        return Reading(clip.field.key, NOTHING, capped(sure, clip.residual_mm), self.name, clip.digest)

    def _told(self, clip: Clip, seen: Cells) -> Reading:
        characters = network(MODEL).about.characters
        letters = allowed(clip.field, characters)
        which = [characters.index(letter) + 1 for letter in letters]
        likely, written = seen.likely, seen.written
        found = rows(_among(likely[written], which), letters, clip.field)
        best = found[0]
        # How likely it is that every cell is as full or empty as it is taken to be, and none is struck out.
        fullness = np.where(written, 1 - likely[:, 0] - likely[:, -1], likely[:, 0]).astype(np.float64)
        sure = best.likely * float(np.prod(fullness))
        doubts = _doubts(likely, written, [characters.index(letter) + 1 for letter in expected(letters)])
        others = tuple(self._other(row) for row in found[1:] if row.likely > 0.01)
        if doubts:
            sure = min(sure, 0.5)
        return Reading(
            clip.field.key,
            text(best.text),
            capped(sure, clip.residual_mm),
            self.name,
            clip.digest,
            seen.style,
            others,
            doubts,
        )

    def _other(self, row: Row) -> Alternative:
        return Alternative(text(row.text), row.likely, self.name)


def _among(likely: Numbers, which: list[int]) -> Numbers:
    """Return likelihoods among some classes only."""
    kept = np.maximum(likely[:, which], 1e-9)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True), dtype=np.float32)


def _doubts(likely: Numbers, written: NDArray[np.bool_], fitting: list[int]) -> tuple[str, ...]:
    told = []
    if bool((likely[written][:, fitting].sum(axis=1) < EXPECTED).any()):
        told.append("odd_mark")
    if bool((likely[:, -1] > SPOILT).any()):
        told.append("spoilt")
    places = np.flatnonzero(written)
    if bool((~written[places[0] : places[-1] + 1]).any()):
        told.append("gap")
    return tuple(told)
