"""Practice scans drawn by seed, each with its truth: what it says, and where every sheet lies to the pixel."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.domain.template import Template
from pipeline.domain.value import Plain
from pipeline.drawing import damage, paper, pens
from pipeline.drawing.files import Format, stored
from pipeline.drawing.filling import Filled, Writer, write
from pipeline.drawing.scanner import Scanned, scan
from pipeline.drawing.story import tell

WORK_DPI = 300.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What practice scans are wanted: how many, of which seed, written how (`print`, `hand` or `mixed`), damaged how.

    `answers` stand instead of what chance would tell, by key.
    """

    count: int = 1
    seed: int = 0
    style: str = "mixed"
    damage: str = "scanner"
    format: Format = Format.PDF
    hand_fonts: Path | None = None
    answers: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Specimen:
    """One practice scan: a name without ending, its bytes, and its truth as in `NAME.truth.json`."""

    name: str
    ending: str
    data: bytes
    truth: dict[str, Any]

    @property
    def truth_text(self) -> str:
        """Return the truth as the file holds it."""
        return json.dumps(self.truth, ensure_ascii=False, indent=1) + "\n"

    def save(self, folder: Path) -> Path:
        """Write the scan and its truth beside it, and return the scan's path."""
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{self.name}.{self.ending}"
        target.write_bytes(self.data)
        target.with_suffix(".truth.json").write_text(self.truth_text, encoding="utf-8")
        return target


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of paper on its way into the scanner: its picture, and which sheet of which form it is, if any."""

    picture: paper.Grey
    state: str
    form: int = -1
    sheet: int | None = None


def draw(template: Template, wish: Wish) -> Iterator[Specimen]:
    """Draw practice scans of a template one by one; the same wish gives the same scans.

    Raises:
        UnknownDamage: when the wish names a damage there is not.
    """
    wanted = damage.parse(wish.damage)
    names = {name for name, _ in wanted} | ({"split"} if wish.format.single else set())
    for index in range(wish.count):
        rng = random.Random(f"{wish.seed}/{index}/{template.id}")
        told = tuple((item, _same_for_all(item, amount, rng)) for item, amount in wanted)
        work = max(WORK_DPI, dict(told).get("dpi") or 0.0)
        forms = [_form(template, wish, rng, work) for _ in range(2 if "two" in names else 1)]
        name = f"{template.name}-{wish.seed}-{index + 1:03d}"
        for part, sides in enumerate(_gathered(template, forms, names, rng, work)):
            several = "split" in names
            yield _scanned(template, f"{name}-{part + 1}" if several else name, forms, sides, (wish, told, work, index))


def _same_for_all(name: str, amount: float | None, rng: random.Random) -> float | None:
    """Return the amount of a damage that is one setting of the scanner for all sides, else leave it to each side."""
    return rng.choice((200.0, 240.0, 300.0)) if name == "dpi" and amount is None else amount


def _form(template: Template, wish: Wish, rng: random.Random, dpi: float) -> Filled:
    told = {**tell(template, rng), **wish.answers}
    writer = Writer(wish.style, pens.printer(rng), pens.hand(rng, wish.hand_fonts), rng)
    return write(template, told, writer, dpi)


def _gathered(
    template: Template, forms: Sequence[Filled], names: set[str], rng: random.Random, dpi: float
) -> Iterator[list[_Side]]:
    """Give the sides of each file in the order they are fed."""
    sides: list[_Side] = []
    size = (template.sheets[0].width_mm, template.sheets[0].height_mm)
    if "cover" in names:
        sides.append(_Side(paper.letter(size, dpi, rng), "foreign"))
    for index, form in enumerate(forms):
        sheets = list(template.sheets)
        if "shuffle" in names:
            sheets.reverse()
        for sheet in sheets:
            blank = paper.blank(template.blank_path, sheet.number, dpi)
            sides.append(_Side(paper.inked(blank, form.inks[sheet.number - 1]), "placed", index, sheet.number))
            if "backs" in names:
                sides.append(_Side(paper.back(size, dpi), "blank"))
    if "split" in names:
        yield from ([side] for side in sides)
    else:
        yield sides


def _scanned(
    template: Template, name: str, forms: Sequence[Filled], sides: list[_Side], how: tuple[Wish, Any, float, int]
) -> Specimen:
    wish, wanted, work, index = how
    pages, pictures = [], []
    for number, side in enumerate(sides, 1):
        seed = random.Random(f"{wish.seed}/{index}/{name}/{number}").randrange(2**31)
        suffered = damage.suffer(wanted, random.Random(seed))
        sheet = template.sheets[(side.sheet or 1) - 1]
        scanned = scan(side.picture, work, (sheet.width_mm, sheet.height_mm), suffered, seed)
        pictures.append(scanned)
        page = page_truth(number, scanned, side.state, side.sheet)
        pages.append({**page, "damage": [str(item) for item in suffered]})
    truth = {
        "template": template.name,
        "version": template.version,
        "seed": wish.seed,
        "damage": [name if amount is None else f"{name}={amount:g}" for name, amount in wanted],
        "forms": _forms(template, forms, sides, pages),
        "pages": pages,
        **said(forms[0]),
    }
    return Specimen(name, wish.format.ending, stored(pictures, wish.format), truth)


def page_truth(number: int, scanned: Scanned, state: str, sheet: int | None) -> dict[str, Any]:
    """Return the truth of one page; `mm_to_px` counts pixels from the corner of the picture, its middle at one half."""
    height, width = scanned.pixels.shape[:2]
    matrix = np.round(scanned.lay.mm_to_px.matrix, 9).tolist()
    return {
        "page": number,
        "state": state,
        "sheet": sheet,
        "mm_to_px": matrix if sheet is not None else None,
        "rotation": scanned.lay.rotation,
        "width_px": width,
        "height_px": height,
        "dpi": list(scanned.lay.dpi),
    }


def _forms(
    template: Template, forms: Sequence[Filled], sides: Sequence[_Side], pages: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the forms whose sheets are all here; the lone sheets of another are held."""
    whole = []
    for index, form in enumerate(forms):
        mine = [(side.sheet or 0, page) for side, page in zip(sides, pages, strict=True) if side.form == index]
        if len(mine) == len(template.sheets):
            numbers = [page["page"] for _, page in sorted(mine, key=lambda pair: pair[0])]
            whole.append({"template": template.name, "version": template.version, "pages": numbers, **said(form)})
        else:
            for _, page in mine:
                page["state"] = "held"
    return whole


def said(form: Filled) -> dict[str, Any]:
    """Return what a form says, by key, how each answer was written, and where a tick was taken back."""
    return {
        "fields": {key: _json(value) for key, value in form.values.items()},
        "styles": {key: str(style) for key, style in form.styles.items()},
        "cancelled": list(form.cancelled),
    }


def _json(value: Plain) -> str | int | bool | list[str] | None:
    return list(value) if isinstance(value, tuple) else value
