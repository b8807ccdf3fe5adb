"""What confidences have proved to be worth: measured on held-back specimens, group by group, and kept as data."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.domain.reading import Style
from pipeline.domain.template import Field, FieldKind

NEVER = 1.01  # no confidence is as high
FINE_DPI = 180.0


@dataclass(frozen=True, slots=True)
class Worth:
    """What one group's confidences are worth.

    `raw` and `sure` are the knots of a rising curve from what readers say to the share that proved right. `least` is what
    readers must say for the calibration's bar to have been proved, `NEVER` where too little was seen to say so. `n` fields
    were seen, `wrong` of them read wrongly.
    """

    raw: tuple[float, ...]
    sure: tuple[float, ...]
    least: float
    n: int
    wrong: int

    def calibrated(self, raw: float) -> float:
        """Return the share that proved right among readings of such a confidence."""
        place = bisect_right(self.raw, raw)
        if place == 0:
            return min(raw, self.sure[0])
        if place == len(self.raw):
            return self.sure[-1]
        low, high = self.raw[place - 1], self.raw[place]
        return self.sure[place - 1] + (raw - low) / (high - low) * (self.sure[place] - self.sure[place - 1])


@dataclass(frozen=True, slots=True)
class Visibility:
    """How much of the blank's print must be visible in a clip for a reading of it to be believed.

    From the share `clear` on a confidence stays as it is; below, no confidence is higher than a line that falls from 1 to 0
    at `lost`. Measured on a `day` with `n` readings.
    """

    clear: float
    lost: float
    n: int
    day: str

    def ceiling(self, visible: float) -> float:
        """Return how high a confidence may be, 0..1, where a share of the print is visible."""
        return max(0.0, min((visible - self.lost) / (self.clear - self.lost), 1.0))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The worth of every group, with the day it was measured and on what; empty where nothing was.

    `bar` is the share of wrong ones that was allowed among those that stand, `level` how sure it is that it is kept.
    `visibility` is None where that was not measured.
    """

    groups: Mapping[str, Worth] = field(default_factory=dict)
    day: str = ""
    source: str = ""
    bar: float = 0.0
    level: float = 0.0
    visibility: Visibility | None = None

    def ceiling(self, visible: float) -> float:
        """Return how high a confidence may be, 0..1, where a share of the blank's print is visible in the clip."""
        return 1.0 if self.visibility is None else self.visibility.ceiling(visible)

    def calibrated(self, group: str, raw: float) -> float:
        """Return what a confidence is worth; as it is said where its group was never measured."""
        worth = self.groups.get(group)
        return worth.calibrated(raw) if worth is not None else raw

    def least(self, group: str) -> float:
        """Return what readers must say for a value to stand: nothing where nothing at all was measured.

        A group that was not, beside others that were, never stands.
        """
        if not self.groups:
            return 0.0
        worth = self.groups.get(group)
        return worth.least if worth is not None else NEVER


UNMEASURED = Calibration()


def group_of(asked: Field, style: Style | None, readers: Sequence[str], dpi: float) -> str:
    """Return the group a field's value is judged in: the readers that say it, what it is read in, the hand, and how finely.

    As `cells+tesseract/comb/print/fine`. Evidence is pooled so first: a template and a field have too little of their own.
    """
    where = "box" if asked.is_boxes else "sign" if asked.kind is FieldKind.SIGN else "comb" if asked.comb else "line"
    how = style.value if style is not None else "mark" if where in ("box", "sign") else "blank"
    who = "+".join(sorted({re.split(r"[-/]", reader, maxsplit=1)[0] for reader in readers}))
    return f"{who}/{where}/{how}/{'fine' if dpi >= FINE_DPI else 'coarse'}"
