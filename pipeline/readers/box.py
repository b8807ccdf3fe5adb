"""Tick boxes: what was drawn in each of a field's boxes, by a network that sees picture and blank, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pipeline.domain.reading import ClipPart
from pipeline.readers.network import network
from pipeline.readers.windows import box_window

MODEL = "boxes"
SURE = 0.95  # likelihood from which a box is on or off
STRAYED = 0.3  # likelihood of a stray line or a ring from which a box is doubtful whatever else


class State(StrEnum):
    """What a box says."""

    ON = "on"
    OFF = "off"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a box says, how sure that is (0..1), and whether it was filled all over, as a cancelled one is.

    `unclear` tells that it is on, and may be filled or not.
    """

    state: State
    certainty: float
    filled: bool
    unclear: bool = False

    @property
    def strength(self) -> float:
        """Return how likely it is that the box is meant, 0..1, to rank boxes by."""
        return self.certainty if self.state is State.ON else 1 - self.certainty if self.state is State.OFF else 0.5


def marks(parts: Sequence[ClipPart]) -> tuple[Mark, ...]:
    """Return what each box says.

    Raises:
        ReaderError: when the network is missing or broken.
    """
    if not parts:
        return ()
    net = network(MODEL)
    says, _ = net.run(np.stack([box_window(part, part.zone) for part in parts]))
    return tuple(_judged(*(float(share) for share in row)) for row in net.shares(says))


def _judged(off: float, on: float, filled: float, stray: float) -> Mark:
    full = filled > on
    if stray >= STRAYED:
        return Mark(State.DOUBTFUL, 0.5, full)
    if on + filled >= SURE:
        return Mark(State.ON, on + filled, full, unclear=min(on, filled) > 1 - SURE)
    if off >= SURE:
        return Mark(State.OFF, off, filled=False)
    return Mark(State.DOUBTFUL, 0.5, full)
