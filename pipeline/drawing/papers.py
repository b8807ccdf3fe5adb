"""Exam papers: practice scans of a template in every condition that paper comes in, each by number and seed."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.template import Template
from pipeline.drawing.files import Format
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


@dataclass(frozen=True, slots=True)
class Paper:
    """One exam paper: in which condition it comes, and its seed."""

    condition: Condition
    seed: int

    def drawn(self, template: Template) -> Specimen:
        """Return the practice scan; the same paper and template give the same scan."""
        wish = Wish(1, self.seed, self.condition.style, self.condition.damage, Format.TIFF)
        return next(draw(template, wish))


def papers(count: int, seed: int) -> tuple[Paper, ...]:
    """Return so many exam papers, the conditions in turn."""
    return tuple(Paper(CONDITIONS[number % len(CONDITIONS)], seed * 100_000 + number) for number in range(count))
