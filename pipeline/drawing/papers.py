"""Exam papers: practice scans of a template in every condition that paper comes in, each by number and seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from pipeline.domain.template import Template
from pipeline.drawing.files import Format
from pipeline.drawing.original import Original, specimen
from pipeline.drawing.specimens import Specimen, Wish, draw


@dataclass(frozen=True, slots=True)
class Condition:
    """One way in which paper comes: its name, how it is filled in, and what it suffers."""

    name: str
    style: str
    damage: str


CONDITIONS = (
    Condition("clean", "print", "none"),
    Condition("skewed", "print", "dpi,rotate=5,scale,edges,blur,noise,jpeg"),
    Condition("copied", "print", "copier"),
    Condition("faxed", "print", "fax,rotate,shift,noise,bilevel"),
    Condition("streaked", "print", "scanner,streaks,stamp"),
    Condition("handwritten", "hand", "scanner"),
    Condition("mixed", "mixed", "scanner"),
)
ORIGINAL = Condition("original", "print", "dpi=300,rotate,scale,shift,blur,noise,jpeg")
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Paper:
    """One exam paper: in which condition it comes, and its seed."""

    condition: Condition
    seed: int

    def drawn(self, template: Template, original: Original | None = None) -> Specimen:
        """Return the practice scan; the same paper and template give the same scan."""
        if original is not None and self.condition == ORIGINAL:
            return specimen(original, template, self.seed, self.condition.damage)
        wish = Wish(1, self.seed, self.condition.style, self.condition.damage, Format.TIFF)
        return next(draw(template, wish))


def papers(count: int, seed: int, original: Original | None = None) -> tuple[Paper, ...]:
    """Return so many exam papers, the conditions in turn; where there is an original, its own among them."""
    turn = CONDITIONS if original is None else (ORIGINAL, *CONDITIONS)
    return tuple(Paper(turn[number % len(turn)], seed * 100_000 + number) for number in range(count))


def of_others(ranked: Sequence[str], count: int, seed: int) -> tuple[tuple[str, Paper], ...]:
    """Return so many exam papers of other templates, each with its template's id; `ranked` are those, the nearest first.

    Every other paper is of one of the three nearest in turn, the rest of all others in turn.
    """
    turns = cycle(ranked[:_NEAREST]), cycle(ranked[_NEAREST:] or ranked)
    return tuple((next(turns[number % 2]), paper) for number, paper in enumerate(papers(count, seed))) if ranked else ()
