"""Draw: the form of a number, filled in and pictured, with its truth; the same seed gives the same form."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.reading import conditions, designs, faces, fonts
from benchmarks.reading.conditions import Condition, Pictured
from benchmarks.reading.desk import Desk, Stock
from benchmarks.reading.filling import Truth, fill
from benchmarks.reading.ink import Inked
from benchmarks.reading.paper import printed, stamp
from benchmarks.reading.scanner import sheet
from benchmarks.reading.story import tell
from pipeline.domain.library import Library
from pipeline.domain.template import Template
from pipeline.edges.library import load, shipped


@dataclass(frozen=True, slots=True)
class World:
    """What forms are drawn from: the templates that are filled in, all that are known, the conditions, and the desks."""

    part: str
    seed: int
    templates: tuple[Template, ...]
    library: Library
    conditions: tuple[Condition, ...]
    stock: Stock
    stamp_font: Path


@dataclass(frozen=True, slots=True)
class Drawn:
    """One form: its number, template, condition, style, the picture of each sheet, and the truth of each field."""

    number: int
    template: Template
    condition: str
    style: str
    sides: tuple[Pictured, ...]
    truths: tuple[Truth, ...]


def world(part: str, seed: int, stock: Stock, folder: Path) -> World:
    """Make the world of a part; its own template is written under `folder`.

    Raises:
        NoFonts: when a font for its template or its stamp is missing.
    """
    sealed = part == "sealed"
    design = designs.read(designs.FORMS / f"{part}.toml")
    library = load([faces.make(design, folder), shipped()])
    templates = tuple(t for t in library.templates if not sealed or t.name == design.name)
    font = fonts.file((), ("FreeSansBold", "DejaVuSans-Bold", "LiberationSans-Bold"))
    if font is None:
        raise fonts.NoFonts
    chosen = conditions.SEALED if sealed else conditions.OPEN
    return World(part, seed, templates, library, chosen, stock, font)


def plan(made: World, number: int) -> tuple[Template, Condition, str]:
    """Return the template, condition and style of a form: every condition in turn, and in time all with all."""
    count = len(made.conditions)
    turn, column = divmod(number, count)
    condition = made.conditions[column]
    template = made.templates[(turn + column) % len(made.templates)]
    by_hand = (turn // len(made.templates) + column + turn) % 2 == 0
    return template, condition, condition.style or ("hand" if by_hand else "print")


def draw(made: World, number: int) -> Drawn:
    """Draw the form of a number."""
    rng = random.Random(f"reading/{made.part}/{made.seed}/{number}")
    template, condition, style = plan(made, number)
    desk = made.stock.desk(style, _off(condition, rng), rng)
    inks, truths = fill(template, tell(template, rng), desk)
    if condition.stamped:
        truths = _stamped(made, template, inks, truths, rng)
    sides = []
    for index, one in enumerate(template.sheets):
        paper = sheet(printed(template, one.number, inks[index], rng), rng)
        sides.append(condition.shoot(paper, rng))
    return Drawn(number, template, condition.name, style, tuple(sides), _noted(truths, sides, desk))


def _off(condition: Condition, rng: random.Random) -> tuple[float, float]:
    """Return how far the printer is out of place: a little always, half a millimetre to a whole one where it is to be so."""
    heading, far = rng.uniform(0, 2 * math.pi), rng.uniform(0.5, 1.0) if condition.off else rng.uniform(0, 0.2)
    return (far * math.cos(heading), far * math.sin(heading))


def _stamped(
    made: World, template: Template, inks: Sequence[Inked], truths: tuple[Truth, ...], rng: random.Random
) -> tuple[Truth, ...]:
    """Press a stamp across an answer on every sheet, and note the fields it touches."""
    touched: set[str] = set()
    for index, one in enumerate(template.sheets):
        written = [t for t in truths if t.sheet == one.number and t.kind not in ("left blank", "tick", "signature")]
        if not written:
            continue
        zone = template.field(rng.choice(written).key).zones[0].rect
        at = (zone.x + min(zone.width / 2, 30) + rng.uniform(-5, 15), zone.centre[1] + rng.uniform(-5, 5))
        x, y, reach = stamp(inks[index], at, made.stamp_font, rng)
        for field in template.fields_on(one.number):
            if any(
                abs(z.rect.centre[1] - y) < z.rect.height / 2 + 12 and z.rect.x < x + reach and x - reach < z.rect.right
                for z in field.all_zones
            ):
                touched.add(field.key)
    return tuple(replace(t, notes=(*t.notes, "under the stamp")) if t.key in touched else t for t in truths)


def _noted(truths: Sequence[Truth], sides: Sequence[Pictured], desk: Desk) -> tuple[Truth, ...]:
    """Note with every field what happened to its sheet, and with print how it was printed."""
    noted = []
    for truth in truths:
        notes = truth.notes + sides[truth.sheet - 1].notes
        if truth.kind.startswith("machine"):
            notes += (f"printer {desk.typist.printer}",)
        elif truth.kind in ("comb digits", "comb letters", "free hand print"):
            notes += (f"pen {desk.nib.kind}",)
        noted.append(replace(truth, notes=notes))
    return tuple(noted)
