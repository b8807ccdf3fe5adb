"""A quick sight: sheets whose answers stand beside the picture, so that a day takes seconds and no reading is tried.

Its files are real PNGs with the answers of every side in a text chunk. Only the parser, the placing and the reading are
quick; everything that is about keeping, counting and sending is the real thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from pipeline.domain.calibration import UNMEASURED
from pipeline.domain.geometry import Rect, Transform
from pipeline.domain.library import Library
from pipeline.domain.placement import Identification, PageState, Placed, Reason, Registration, Rejection
from pipeline.domain.policy import ParsePolicy, PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.reading import Clip, ClipPart, Reading, Style
from pipeline.domain.scan import Page, Source, TextItem
from pipeline.domain.value import Value, from_json
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.founding import Plan, make
from pipeline.edges.inbox import Inbox, Timing
from pipeline.edges.parser import Unreadable
from pipeline.jobs import sweep
from pipeline.jobs.intake import Intake
from pipeline.jobs.office import Office, Sight
from pipeline.jobs.opening import open_office
from tests.support.stores import NOW
from tests.support.typed import STI, TARM

_CHUNK = "sides"
_NOWHERE = Rect(0.0, 0.0, 1.0, 1.0)


def write(path: Path, sides: Sequence[Mapping[str, object]]) -> None:
    """Write a file of some sides, whole or not at all.

    A side is `{template, sheet, answers}`, `{between}` when two templates cannot be told apart by it, or empty when blank.
    """
    told = PngInfo()
    told.add_text(_CHUNK, json.dumps(list(sides)))
    part = path.with_suffix(".part")
    Image.fromarray(np.full((8, 8), 255, np.uint8)).save(part, "PNG", pnginfo=told)
    part.rename(path)


def mixed(number: int) -> list[dict[str, object]]:
    """Return a scan of one form of one sheet, one of two, and a blank back; no two numbers show the same picture."""
    return [
        {"template": "klinisk-sti@2025-1", "sheet": 1, "answers": STI, "salt": number},
        {"template": "klinisk-tarm@2025-1", "sheet": 1, "answers": TARM, "salt": number},
        {"salt": number},
        {"template": "klinisk-tarm@2025-1", "sheet": 2, "answers": TARM, "salt": number},
    ]


MIXED_SIDES, MIXED_FORMS = 4, 2


def pages(path: Path, policy: ParsePolicy, first: int = 1) -> Iterator[Page]:
    """Give the sides of a file from `first` on."""
    try:
        with Image.open(path) as image:
            sides = json.loads(image.text[_CHUNK])  # type: ignore[attr-defined]
    except UnidentifiedImageError:
        raise Unreadable(Rejection(Reason.DAMAGED)) from None
    for number, side in enumerate(sides, start=1):
        if number < first:
            continue
        dice = np.random.default_rng([number, side.get("salt", 0)])
        raster = Raster.owning(dice.integers(0, 255, (24, 16), np.uint8, endpoint=True), 300.0)
        yield Page(number, raster, Source.DIGITAL, (TextItem(json.dumps(side), _NOWHERE),))


def place(page: Page, library: Library, policy: PlacePolicy) -> Placed | Rejection:
    """Say which sheet the side tells that it is, if such a template is known."""
    side = json.loads(page.words[0].text)
    if not side.keys() & {"template", "between"}:
        return Rejection(Reason.BLANK, PageState.BLANK)
    if "between" in side:
        pair = tuple(zip(("template", "other"), side["between"], strict=True))
        return Rejection(Reason.TEMPLATES_TOO_ALIKE, PageState.UNKNOWN, pair)
    if all(template.id != side["template"] for template in library):
        return Rejection(Reason.NO_TEMPLATE_FITS, PageState.UNKNOWN)
    name, _, version = side["template"].partition("@")
    found = Identification(name, version, side["sheet"], 1.0, 1.0)
    return Placed(page.number, found, Registration(Transform.scaling(11.8), 0.05, 0, ()))


def cut(page: Page, placed: Placed, library: Library) -> tuple[Clip, ...]:
    """Give each field of the sheet a clip with its answer beside it."""
    side = json.loads(page.words[0].text)
    template = library.template(placed.identification.id)
    clips = []
    for field in template.fields_on(placed.identification.sheet):
        zone = field.all_zones[0]
        told = json.dumps(side["answers"].get(field.key))
        spot = Raster.owning(page.raster.pixels[:4, :4].copy(), 300.0)
        part = ClipPart(zone.sheet, zone.rect, zone.rect, spot, spot, 0.05, words=(TextItem(told, _NOWHERE),))
        clips.append(Clip(field, (part,), Source.DIGITAL))
    return tuple(clips)


class QuickReader:
    """Reads the answer that stands beside the picture."""

    name = "quick 1"

    def reads(self, clip: Clip) -> bool:
        """Read everything."""
        return True

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Give each clip's answer."""
        return tuple(Reading(clip.field.key, self._value(clip), 0.99, self.name, clip.digest, Style.PRINT) for clip in clips)

    def _value(self, clip: Clip) -> Value:
        return from_json(json.loads(clip.parts[0].words[0].text))


def given(office: Office) -> None:
    """Give an office the quick sight; what its reader's confidence is worth was never measured, and is taken as said."""
    office.sight = sight()
    office._doors = replace(office._doors, calibration=lambda: UNMEASURED)


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Found a workspace and open an office on it that sees quickly, with its work done in this process."""
    plan = Plan(folder / "w", folder / "in", key=f"file:{folder / 'k'}")
    made = open_office(make(plan, NOW), "w1", InlineEngine())
    given(made)
    sweep.start(made)
    yield made
    made.close()


def fed(office: Office, inbox: Path, *files: Sequence[Mapping[str, object]]) -> None:
    """Scan some files of some sides each, and do all that can be done."""
    for number, sides in enumerate(files):
        write(inbox / f"{number}.png", sides)
    Intake(office, Inbox(inbox, Timing(quiet_s=0.0))).look(0.0)
    office.engine.drain(60)


def sight() -> Sight:
    """Return the quick sight."""
    return Sight(pages, place, cut, (QuickReader(),))  # type: ignore[arg-type]
