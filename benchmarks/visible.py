"""How much of a blank's print must be visible in a clip for a sure reading of it to be believed; writes it with --write.

    python -m benchmarks.visible --forms 40 --fonts FOLDER --write

Forms of our own drawing and of the reading benchmark's open part take turns. Each box and comb on them that is read rightly
as it was scanned is read again as a scanner gives it whose one level for black is too low: what is printed or written paler
is gone. Told is, by the share of print that is left, how many readings were sure and how many of those were wrong.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.calibrating import BAR, LEVEL, sat
from benchmarks.reading import fonts
from benchmarks.reading.answering import alone
from benchmarks.reading.desk import Stock
from benchmarks.reading.drawing import World, plan, world
from benchmarks.reading.drawing import draw as draw_open
from pipeline.domain.calibration import Visibility
from pipeline.domain.raster import Raster
from pipeline.domain.reading import Clip, print_visible
from pipeline.domain.template import Template
from pipeline.domain.value import Plain, from_json
from pipeline.drawing.files import Format
from pipeline.drawing.specimens import Wish, draw
from pipeline.edges import calibration
from pipeline.readers.combs import CombReader
from pipeline.readers.eyes import look
from pipeline.readers.marks import MarksReader
from pipeline.stages.calibrate import proves

BLACK = (60, 80, 100, 120, 140, 160)  # levels below which a picture is black, and white above
EDGES = tuple(round(0.05 * step, 2) for step in range(20))
GREY = ("300 grey", "print and hand mixed", "printed a little off")
EYES = (MarksReader(), CombReader())
NOTHING = {None, (), False}
MARGIN = (
    0.1  # more must be visible than where none was wrong: whole pages at one level lose pencil a little sooner than clips
)
FALLS = 0.5  # from clear to lost; a tenth of that below clear, the policy's bar of 0.9 is no longer reached
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "handwriting"

Sure = tuple[float, bool]  # the share of print visible, and whether a sure reading was right


def read(clips: Sequence[Clip], truth: Mapping[str, Plain]) -> dict[str, Sure]:
    """Return what the eyes for boxes and combs are sure of in clips of one form, by field."""
    asked = {clip.field.key: clip.field for clip in clips}
    readings = look(clips, EYES)
    told: dict[str, Sure] = {}
    for reading in readings:
        answer = alone(reading, asked[reading.key])
        if answer.accepted:
            right = answer.value == truth[reading.key] or {answer.value, truth[reading.key]} <= NOTHING
            told[reading.key] = (print_visible(readings, reading.key), right)
    return told


def seen(clips: Sequence[Clip], truth: Mapping[str, Plain]) -> Iterator[Sure]:
    """Yield the sure readings of one form, as scanned and at every level, of fields that are read rightly as scanned."""
    good = {key: sure for key, sure in read(clips, truth).items() if sure[1]}
    yield from good.values()
    for level in BLACK:
        told = read([blackened(clip, level) for clip in clips], truth)
        yield from (told[key] for key in good if key in told)


def blackened(clip: Clip, level: int) -> Clip:
    """Return a clip in black and white."""
    parts = (
        replace(
            part, picture=Raster.owning(np.where(part.picture.pixels < level, 0, 255).astype(np.uint8), part.picture.dpi)
        )
        for part in clip.parts
    )
    return replace(clip, parts=tuple(parts))


def own(known: World, number: int, folder: Path) -> tuple[Sequence[Clip], dict[str, Plain]]:
    """Return the clips of a form of our own drawing, and what it says."""
    rng = random.Random(f"visible/{number}")
    template = known.library.templates[number % len(known.library.templates)]
    made = next(
        iter(draw(template, Wish(1, rng.randrange(2**31), rng.choice(("print", "mixed", "hand")), "scanner", Format.TIFF)))
    )
    path = folder / "form.tif"
    path.write_bytes(made.data)
    truth = {key: from_json(told).reveal() for key, told in dict(made.truth["fields"]).items()}
    return _clips(path, template, known), truth


def open_part(known: World, number: int, folder: Path) -> tuple[Sequence[Clip], dict[str, Plain]]:
    """Return the clips of a form of the benchmark's open part, and what it says."""
    drawn = draw_open(known, number)
    clips: list[Clip] = []
    for side in drawn.sides:
        path = folder / f"side.{side.ending}"
        path.write_bytes(side.data)
        clips += _clips(path, drawn.template, known)
    return clips, {truth.key: truth.value for truth in drawn.truths}


def _clips(path: Path, template: Template, known: World) -> tuple[Clip, ...]:
    found = sat(path, template, known.library)
    return found[1] if found is not None else ()


def limits(told: Sequence[Sure], day: str) -> Visibility:
    """Return the limits: a reading stands from a margin above the share from which none was wrong, the bar being proved."""
    for edge in EDGES:
        above = [right for visible, right in told if visible >= edge]
        if all(above) and proves(len(above), 0, BAR, LEVEL):
            clear = edge + MARGIN + FALLS / 10
            return Visibility(round(clear, 2), round(clear - FALLS, 2), len(told), day)
    raise SystemExit("no share of print proves the bar: read more forms")


def main() -> None:
    """Run by the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--forms", type=int, default=40, help="of each kind of drawing (40)")
    asked.add_argument("--fonts", type=Path, action="append", default=[], metavar="DIR", help="where else fonts lie")
    asked.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="the collections of handwriting")
    asked.add_argument("--write", action="store_true", help="into the calibration that ships")
    arguments = asked.parse_args()
    cv2.setNumThreads(1)
    told: list[Sure] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        stock = Stock(arguments.data, fonts.find([*arguments.fonts, arguments.data / "fonts"], sealed=False), sealed=False)
        known = world("open", 1, stock, folder / "templates")
        grey = (number for number in range(10**6) if plan(known, number)[1].name in GREY)
        for number, other in zip(range(arguments.forms), grey, strict=False):
            for clips, truth in (own(known, number, folder), open_part(known, other, folder)):
                told += seen(clips, truth)
    for low, high in zip(EDGES, (*EDGES[1:], 1.01), strict=True):
        within = [right for visible, right in told if low <= visible < high]
        print(f"{low:.2f} to {min(high, 1.0):.2f} visible: {len(within):5d} sure, {within.count(False):4d} wrong")
    found = limits(told, dt.datetime.now(dt.UTC).date().isoformat())
    print(found)
    if arguments.write:
        path = calibration.SHIPPED
        path.write_text(calibration.dump(replace(calibration.load(), visibility=found)), encoding="utf-8")


if __name__ == "__main__":
    main()
