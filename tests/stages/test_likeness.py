"""Two scans of one paper are known to be that; two fillings never are, were it for one digit or one tick."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image, ImageSequence

from pipeline.domain.geometry import Rect
from pipeline.domain.placement import Placed
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page
from pipeline.domain.template import Template
from pipeline.domain.value import Plain
from pipeline.drawing.files import Format
from pipeline.drawing.specimens import Wish, draw
from pipeline.stages.cut import cut
from pipeline.stages.likeness import MAYBE, how_unlike, signature
from pipeline.stages.place import place
from pipeline.stages.preview import preview
from pipeline.stages.rescan import Shown, same_paper
from tests.support.scanning import library

SCANS = (
    "scanner,dpi=300,rotate=0.8",
    "scanner,dpi=200,rotate=-1.4,bilevel=165",
    "scanner,dpi=240,rotate=0.2,dark=0.75",
    "scanner,dpi=300,rotate=-4,streaks=2",
)
# Each stands for the digit most like it.
_NEAREST = {"5": "6", "6": "8", "9": "8", "3": "8", "8": "9", "0": "8", "1": "7", "7": "1", "2": "3", "4": "9"}
TEMPLATES = tuple(one for one in library() if one.name in ("klinisk-tarm", "klinisk-sti", "paragraf"))
FEW, MANY = 1, 8


@dataclass(frozen=True)
class Seen:
    """A scanned form: its sheets as they are kept, and what each is known again by."""

    shown: tuple[Shown, ...]
    signed: tuple[bytes, ...]

    def is_like(self, other: Seen) -> bool:
        """Tell whether the quick look takes the two for worth laying upon each other."""
        return all(how_unlike(*pair) < MAYBE for pair in zip(self.signed, other.signed, strict=True))


def scanned(seed: int, damage: str, answers: Mapping[str, Plain]) -> tuple[Seen, Mapping[str, Plain]]:
    """Return the form of a seed as scanned, and what it says; one seed writes in one way, whatever the damage."""
    template, style = _drawn(seed)
    wish = Wish(seed=seed, style=style, damage=damage, format=Format.TIFF, answers=answers)
    specimen = next(draw(template, wish))
    shown, signed = [], []
    with Image.open(io.BytesIO(specimen.data)) as file:
        for number, frame in enumerate(ImageSequence.Iterator(file), start=1):
            page = Page(number, Raster.owning(np.array(frame.convert("L")), 0.0))
            placed = place(page, library(), PlacePolicy())
            assert isinstance(placed, Placed)
            shown.append(Shown(placed, cut(page, placed, library()), preview(page, placed, library())))
            signed.append(signature(page, placed, library()))
    return Seen(tuple(shown), tuple(signed)), specimen.truth["fields"]


def _drawn(seed: int) -> tuple[Template, str]:
    return TEMPLATES[seed % len(TEMPLATES)], ("print", "hand", "print", "mixed")[seed % 4]


def changes(template: Template, told: Mapping[str, Plain], dice: random.Random) -> Iterator[dict[str, Plain]]:
    """Yield some of a form's answers with one digit changed for the one most like it, or with one tick more or moved."""
    fields = list(template.fields)
    dice.shuffle(fields)
    digits = ticks = 0
    for field in fields:
        value = told[field.key]
        others = [option.value for option in field.options if option.value != value]
        if field.is_boxes and isinstance(value, str) and others and ticks < 2:
            ticks += 1
            yield {field.key: dice.choice(others)}
        elif isinstance(value, str) and not field.is_boxes and any(c.isdigit() for c in value) and digits < 2:
            digits += 1
            at = dice.choice([at for at, letter in enumerate(value) if letter.isdigit()])
            yield {field.key: value[:at] + _NEAREST[value[at]] + value[at + 1 :]}


def rescans(count: int) -> tuple[list[bool], list[bool]]:
    """Return for every pair of scans of each paper whether it was known, at a glance and for certain."""
    quick, certain = [], []
    for seed in range(count):
        seen = [scanned(seed, damage, {})[0] for damage in SCANS]
        for at, one in enumerate(seen):
            for other in seen[:at]:
                quick.append(one.is_like(other))
                certain.append(same_paper(one.shown, other.shown))
    return quick, certain


def confused(count: int) -> list[bool]:
    """Return for pairs of papers that differ in one answer, as alike as can be, whether they were taken for one."""
    found = []
    for seed in range(count):
        first = [scanned(seed, damage, {}) for damage in SCANS[:3]]
        dice = random.Random(seed)
        for change in changes(_drawn(seed)[0], first[0][1], dice):
            other = scanned(seed, dice.choice(SCANS), change)[0]
            found += [same_paper(one.shown, other.shown) for one, _ in first]
            found += [same_paper(other.shown, first[0][0].shown)]
    return found


def test_one_paper_is_known_again_and_a_changed_answer_parts_two() -> None:
    quick, certain = rescans(FEW)
    assert sum(certain) >= len(certain) - 1
    assert sum(quick) >= len(quick) - 1
    assert not any(confused(FEW))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nearly_every_paper_is_known_again_and_no_two_are_ever_confused() -> None:
    quick, certain = rescans(MANY)
    assert len(certain) >= 30
    assert sum(certain) >= 0.95 * len(certain)
    assert sum(quick) >= 0.95 * len(quick)
    apart = confused(MANY)
    assert len(apart) >= 100
    assert not any(apart)


def test_two_empty_papers_are_not_known_to_be_one() -> None:
    blank = library().blanks[0]
    page = Page(1, blank.picture)
    placed = place(page, library(), PlacePolicy())
    assert isinstance(placed, Placed)
    shown = Shown(placed, cut(page, placed, library()), preview(page, placed, library()))
    assert not same_paper([shown], [shown])


def test_sheets_in_another_order_or_of_another_form_are_not_one_paper() -> None:
    two = next(seed for seed in range(9) if len(_drawn(seed)[0].sheets) == 2)
    first, second = (scanned(seed, SCANS[0], {})[0] for seed in (two, two + 1))
    assert same_paper(first.shown, first.shown)
    assert not same_paper(first.shown, first.shown[::-1])
    assert not same_paper(first.shown, second.shown)
    assert not same_paper(first.shown, first.shown[:1])
    assert not same_paper([], [])


def test_a_word_written_beside_the_fields_parts_two_scans() -> None:
    seen, _ = scanned(1, SCANS[0], {})
    shown = seen.shown[0]
    pixels = shown.preview.pixels.copy()
    zones = [part.frame for clip in shown.clips for part in clip.parts]
    per_mm = shown.preview.dpi / 25.4
    room = next((x, y) for y in range(20, 270, 2) for x in range(20, 180, 2) if not any(_meets(z, x, y) for z in zones))
    x, y = (round(at * per_mm) for at in room)
    pixels[y : y + 12, x : x + 40] = 30
    noted = Shown(shown.placed, shown.clips, Raster.owning(pixels, shown.preview.dpi))
    assert same_paper([shown], [shown])
    assert not same_paper([shown], [noted])


def _meets(zone: Rect, x: float, y: float) -> bool:
    return zone.overlaps(Rect(x - 2, y - 2, 12, 8))
