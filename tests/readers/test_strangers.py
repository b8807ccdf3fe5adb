"""What no reader was taught to read is never taken for an answer: another script, a stamp, a photo, a barcode."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.domain.checking import CheckContext
from pipeline.domain.policy import CheckPolicy
from pipeline.domain.record import FindingKind
from pipeline.domain.template import Field
from pipeline.edges import calibration
from pipeline.readers.eyes import eyes, look
from pipeline.stages.build import build
from pipeline.stages.check import check
from tests.support.drafts import CATALOGUE, TODAY, TOWNS, form
from tests.support.strips import PX, Draw, clip, font, library

KEYS = ("pat_ort", "serotyp", "pat_id", "diagnosdatum", "pat_kon")
OPEN = {FindingKind.UNPROVEN, FindingKind.MISSING}


def script(words: str) -> Draw:
    def write(draw: ImageDraw.ImageDraw, field: Field) -> None:
        zone = field.all_zones[0].rect
        draw.text(((zone.x + 1) * PX, zone.centre[1] * PX), words, font=font(11, "DejaVuSans"), fill=20, anchor="lm")

    return write


def over(paint: Callable[[int, int], Image.Image]) -> Draw:
    """Return what lays a picture over the whole field."""

    def lay(draw: ImageDraw.ImageDraw, field: Field) -> None:
        for zone in field.all_zones:
            size = (round(zone.rect.width * PX), round(zone.rect.height * PX))
            draw.bitmap((zone.rect.x * PX, zone.rect.y * PX), paint(*size), fill=20)

    return lay


def photo(width: int, height: int) -> Image.Image:
    """Return a cloud of greys, as a photograph dithered by a copier."""
    chance = np.random.default_rng(5)
    cloud = np.asarray(
        Image.fromarray(chance.integers(0, 256, (6, 30), np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    )
    return Image.fromarray(np.where(chance.integers(0, 256, cloud.shape) < cloud, 255, 0).astype(np.uint8), "L")


def barcode(width: int, height: int) -> Image.Image:
    chance = random.Random(3)
    picture = Image.new("L", (width, height), 0)
    draw, x = ImageDraw.Draw(picture), 6
    while x < width - 8:
        bar = chance.choice((2, 4, 6))
        draw.rectangle((x, 4, x + bar, height - 5), fill=255)
        x += bar + chance.choice((3, 5, 7))
    return picture


def stamp(width: int, height: int) -> Image.Image:
    picture = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((2, 2, min(width, 360) - 4, height - 3), outline=255, width=5)
    draw.line((10, height - 8, min(width, 340), 8), fill=255, width=6)
    return picture


STRANGERS = {
    "greek": script("Σαλμονέλωση Αθήνα"),
    "russian": script("Сальмонеллёз Жёлтый"),
    "photo": over(photo),
    "barcode": over(barcode),
    "stamp": over(stamp),
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("stranger", list(STRANGERS))
def test_a_strange_clip_is_sent_to_a_person(stranger: str, key: str, tmp_path: object) -> None:
    from pathlib import Path

    shown = clip(key, STRANGERS[stranger])
    template = library().template("klinisk-tarm")
    readings = look([shown], eyes(Path(str(tmp_path))))
    worth = calibration.load()
    draft = build(form(), readings, template, TODAY, worth)
    context = CheckContext(CheckPolicy(), CATALOGUE, TODAY, readings, None, TOWNS, worth)
    told = {finding.kind for finding in check(draft, template, context) if finding.key == key}
    assert told - OPEN, draft.field(key)
