"""Sheets filled in by machine, drawn straight onto a blank: for tests of the day, not of reading."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.library import Library
from pipeline.domain.reading import CLIP_DPI
from pipeline.domain.template import Field

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
PX = CLIP_DPI / MM_PER_INCH
Answers = Mapping[str, str | bool | tuple[str, ...]]


def sheet(library: Library, template: str, number: int, answers: Answers) -> Image.Image:
    """Draw the answers that have their place on one sheet."""
    blank = library.blank(template, number)
    picture = Image.fromarray(np.array(blank.picture.pixels))
    pen = ImageDraw.Draw(picture)
    for field in blank.template.fields_on(number):
        if field.key in answers:
            _write(pen, field, number, answers[field.key])
    return picture


def _write(pen: ImageDraw.ImageDraw, field: Field, number: int, answer: str | bool | tuple[str, ...]) -> None:
    if field.is_boxes:
        wanted = (answer,) if isinstance(answer, str) else tuple(answer) if isinstance(answer, tuple) else ()
        for option in field.options:
            if option.value in wanted and option.zone.sheet == number:
                box = option.zone.rect
                inside = [(box.x + 0.4) * PX, (box.y + 0.4) * PX, (box.right - 0.4) * PX, (box.bottom - 0.4) * PX]
                pen.line(inside, fill=0, width=5)
                pen.line([inside[0], inside[3], inside[2], inside[1]], fill=0, width=5)
        return
    zone = next(zone.rect for zone in field.zones if zone.sheet == number)
    if answer is True:
        points = [(zone.x + zone.width * at / 20, zone.y + zone.height * (0.3 + 0.4 * (at % 2))) for at in range(1, 12)]
        pen.line([(x * PX, y * PX) for x, y in points], fill=0, width=4)
        return
    font = ImageFont.truetype(FONT, int(min(4.0, zone.height * 0.6) * PX))
    if field.comb is not None:
        for cell, letter in zip(field.comb.rects(zone), str(answer).replace("-", ""), strict=False):
            pen.text(((cell.x + cell.width / 2) * PX, (cell.y + cell.height / 2) * PX), letter, 0, font, anchor="mm")
        return
    pen.text(((zone.x + 1.0) * PX, (zone.y + zone.height / 2) * PX), str(answer), 0, font, anchor="lm")


def save(path: Path, pages: list[Image.Image]) -> None:
    """Save pages as a TIFF of 300 dpi, whole or not at all."""
    part = path.with_suffix(".part")
    pages[0].save(part, "TIFF", save_all=True, append_images=pages[1:], dpi=(CLIP_DPI, CLIP_DPI), compression="raw")
    part.rename(path)


STI = {
    "pat_id": "1950-2553",
    "pat_kon": "kvinna",
    "diagnos": "klamydia",
    "diagnosdatum": "2026-11-20",
    "anm_lan": "C",
    "anm_lakare": "Test Läkare",
    "anm_klinik": "Testkliniken",
    "anm_datum": "2026-11-21",
}
TARM = {
    "pat_namn": "Kanariefågel Testsson",
    "pat_id": "19500907-2553",
    "pat_id_sida2": "19500907-2553",
    "pat_kon": "kvinna",
    "pat_adress": "Testgatan 1",
    "pat_postnr": "903 26",
    "pat_ort": "Umeå",
    "diagnos": "salmonella",
    "diagnosdatum": "2026-11-20",
    "anm_lan": "C",
    "anm_lakare": "Test Läkare",
    "anm_klinik": "Testkliniken",
    "anm_datum": "2026-11-21",
}
