"""Draw every sample again: `python samples/remake.py` from the top of the checkout; the same fonts give the same bytes.

The table below is the only source of the samples; README.md is written from it too.
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from pipeline.domain.template import Template  # noqa: E402
from pipeline.drawing import damage as damages  # noqa: E402
from pipeline.drawing import digital  # noqa: E402
from pipeline.drawing.files import Format, stored  # noqa: E402
from pipeline.drawing.filling import Filled  # noqa: E402
from pipeline.drawing.printing import fillable  # noqa: E402
from pipeline.drawing.scanner import scan  # noqa: E402
from pipeline.drawing.specimens import Specimen, Wish, draw, page_truth, said  # noqa: E402
from pipeline.drawing.story import tell  # noqa: E402
from pipeline.edges import library  # noqa: E402

TARM, STI, PARAGRAF = "klinisk-tarm", "klinisk-sti", "paragraf"
SCAN = "dpi=200,rotate,scale,shift,blur"


@dataclass(frozen=True)
class Recipe:
    """One sample: its file's name, how it is made, and what it is for. `made` is drawn, widgets, acroform, text or half."""

    name: str
    template: str
    seed: int
    style: str
    damage: str
    format: Format
    purpose: str
    made: str = "drawn"
    answers: dict[str, Any] = field(default_factory=dict)


R, F = Recipe, Format
RECIPES = (
    R("01-tarm-typed", TARM, 101, "print", f"{SCAN},bilevel", F.PDF, "the plain case: typed, two sheets, black and white"),
    R("02-tarm-typed-grey", TARM, 102, "print", f"{SCAN},noise=2,jpeg=55", F.PDF, "typed, grey JPEG in a PDF"),
    R("03-tarm-hand", TARM, 103, "hand", f"{SCAN},bilevel", F.PDF, "written by hand throughout"),
    R(
        "04-tarm-mixed",
        TARM,
        104,
        "mixed",
        f"{SCAN},bilevel",
        F.TIFF_G4,
        "some fields typed, some by hand; multi-page TIFF, G4",
    ),
    R(
        "05-tarm-ehec",
        TARM,
        105,
        "print",
        f"{SCAN},bilevel",
        F.TIFF_G4,
        "EHEC, the most urgent",
        answers={"diagnos": "ehec", "hus": "yes"},
    ),
    R(
        "06-tarm-samordning",
        TARM,
        131,
        "print",
        f"{SCAN},bilevel,turn=180",
        F.PDF,
        "a samordningsnummer; fed upside down",
        answers={
            "pat_id_typ": "snr",
            "pat_id": "19610973-2393",
            "pat_id_sida2": "19610973-2393",
            "annat_nummer": None,
            "pat_kon": "m",
        },
    ),
    R(
        "07-tarm-backs",
        TARM,
        107,
        "print",
        f"{SCAN},bilevel,backs",
        F.PDF,
        "scanned on both sides: a blank back after each sheet",
    ),
    R("08-tarm-shuffled", TARM, 108, "print", f"{SCAN},bilevel,shuffle", F.TIFF_G4, "sheets in the wrong order"),
    R("09-tarm-cover", TARM, 109, "print", f"{SCAN},bilevel,cover", F.PDF, "a cover letter lies on top"),
    R("10-tarm-split", TARM, 110, "print", f"{SCAN},bilevel,split", F.PDF, "one form in two files, a sheet in each"),
    R("11-sti-typed", STI, 111, "print", f"{SCAN},bilevel", F.PDF, "coded identity, typed"),
    R("12-sti-hand", STI, 112, "hand", f"{SCAN},noise=2,jpeg=50", F.JPEG, "coded identity, by hand; JPEG"),
    R("13-sti-mixed", STI, 113, "mixed", f"{SCAN},bilevel", F.PNG, "typed and by hand; PNG"),
    R("14-sti-skew", STI, 114, "print", "dpi=200,rotate=13.5,bilevel", F.TIFF_G4, "turned 13.5 degrees, as laid on a glass"),
    R(
        "15-sti-edges",
        STI,
        115,
        "print",
        "dpi=200,rotate=-4,edges,holes,bilevel",
        F.TIFF_G4,
        "black scanner edges and punch holes",
    ),
    R("16-sti-small", STI, 116, "print", "dpi=200,scale=0.91,bilevel", F.TIFF_LZW, "shrunk to 91 per cent; TIFF, LZW"),
    R("17-sti-large", STI, 117, "print", "dpi=200,scale=1.09,bilevel", F.TIFF_G3, "enlarged to 109 per cent; TIFF, G3"),
    R(
        "18-sti-full-number",
        STI,
        118,
        "print",
        f"{SCAN},bilevel",
        F.PDF,
        "a full number where only a code may stand: must be stopped",
        answers={"pat_id_typ": "annat_nummer", "pat_id": None, "annat_nummer": "19500907-2553"},
    ),
    R("19-sti-colour", STI, 119, "mixed", "dpi=150,rotate,shift,colour,jpeg=45", F.PDF, "in colour, 150 dpi"),
    R("20-sti-two", STI, 120, "print", f"{SCAN},bilevel,two", F.TIFF_G4, "two forms in one file"),
    R(
        "21-paragraf-typed",
        PARAGRAF,
        121,
        "print",
        f"{SCAN},bilevel",
        F.PDF,
        "typed and signed",
        answers={"paragraf": "4:4", "roll": "patient"},
    ),
    R("22-paragraf-hand", PARAGRAF, 122, "hand", f"{SCAN},bilevel,turn=90", F.TIFF_G4, "by hand; fed on its side"),
    R(
        "23-paragraf-unsigned",
        PARAGRAF,
        123,
        "print",
        f"{SCAN},bilevel",
        F.PDF,
        "the signature is missing",
        answers={"underskrift": False},
    ),
    R("24-paragraf-fax", PARAGRAF, 124, "print", "fax", F.TIFF_G4, "a fax: 204 by 98 dots to the inch"),
    R(
        "25-paragraf-copy",
        PARAGRAF,
        125,
        "mixed",
        "dpi=150,rotate,photocopy=0.8,jpeg=40",
        F.TIFF_JPEG,
        "a photocopy; TIFF, JPEG",
    ),
    R("26-paragraf-stamp", PARAGRAF, 126, "mixed", f"{SCAN},stamp,fold,bilevel", F.PDF, "stamped on arrival, and folded"),
    R(
        "27-tarm-widgets",
        TARM,
        127,
        "print",
        f"{SCAN},bilevel",
        F.PDF,
        "filled through the form's own widgets, printed, scanned",
        "widgets",
    ),
    R("28-sti-widgets", STI, 128, "print", "dpi=300,rotate,shift,blur,bilevel", F.PDF, "the same, 300 dpi", "widgets"),
    R("29-paragraf-widgets", PARAGRAF, 129, "print", f"{SCAN},noise=2,jpeg=50", F.PDF, "the same, grey", "widgets"),
    R("30-tarm-acroform", TARM, 130, "print", "none", F.PDF, "never printed: a PDF with its widgets filled in", "acroform"),
    R("31-sti-text", STI, 131, "print", "none", F.PDF, "born digital: a text layer on the face", "text"),
    R("32-tarm-half", TARM, 132, "print", f"{SCAN},bilevel", F.PDF, "sheet 1 scanned, sheet 2 born digital", "half"),
    R("33-sti-600", STI, 133, "print", "dpi=600,rotate,bilevel", F.TIFF_G4, "600 dpi, black and white"),
    R("34-sti-100", STI, 134, "print", "dpi=100,rotate=0.4,jpeg=80", F.PDF, "100 dpi, the coarsest that is read"),
)


def made(recipe: Recipe, template: Template) -> list[Specimen]:
    """Return the files of a recipe: one, or several when each side is a file of its own."""
    if recipe.made == "drawn":
        wish = Wish(1, recipe.seed, recipe.style, recipe.damage, recipe.format, None, recipe.answers)
        drawn = list(draw(template, wish))
        if len(drawn) == 1:
            return [Specimen(recipe.name, drawn[0].ending, drawn[0].data, drawn[0].truth)]
        return [Specimen(f"{recipe.name}-{n}", s.ending, s.data, s.truth) for n, s in enumerate(drawn, 1)]
    filled = digital.fitted(template, {**tell(template, random.Random(recipe.seed)), **recipe.answers})  # noqa: S311
    pages = [digital.page_truth(sheet.number, sheet) for sheet in template.sheets]
    if recipe.made == "acroform":
        data = fillable(template, filled.values)
    elif recipe.made == "text":
        data = digital.typeset(template, filled)
    else:
        data, pages = _scanned(recipe, template, filled, pages)
    form = {
        "template": template.name,
        "version": template.version,
        "pages": [page["page"] for page in pages],
        **said(filled),
    }
    head = {"template": template.name, "version": template.version, "seed": recipe.seed, "damage": recipe.damage.split(",")}
    return [Specimen(recipe.name, recipe.format.ending, data, {**head, "forms": [form], "pages": pages, **said(filled)})]


def _scanned(
    recipe: Recipe, template: Template, filled: Filled, pages: list[dict[str, Any]]
) -> tuple[bytes, list[dict[str, Any]]]:
    sides, told = [], list(pages)
    for sheet, picture in zip(template.sheets, digital.widgets_drawn(template, filled), strict=True):
        suffered = damages.suffer(damages.parse(recipe.damage), random.Random(recipe.seed + sheet.number))  # noqa: S311
        scanned = scan(picture, digital.DRAWN_DPI, (sheet.width_mm, sheet.height_mm), suffered, recipe.seed + sheet.number)
        if recipe.made == "widgets" or sheet.number == 1:
            sides.append(scanned)
            truth = page_truth(sheet.number, scanned, "placed", sheet.number)
            told[sheet.number - 1] = {**truth, "damage": [str(item) for item in suffered]}
    data = stored(sides, recipe.format)
    if recipe.made == "half":
        data = digital.joined([(data, 1), (digital.typeset(template, filled), 2)])
    return data, told


def main() -> None:
    """Write every sample, its truth, and the table in README.md."""
    rows = []
    for recipe in RECIPES:
        template = library.read(library.shipped() / recipe.template / "2025-1")
        for old in HERE.glob(f"{recipe.name}*"):
            old.unlink()
        for specimen in made(recipe, template):
            path = specimen.save(HERE)
            how = {"drawn": f"{recipe.style}, seed {recipe.seed}, `{recipe.damage}`"}.get(
                recipe.made, f"{recipe.made}, seed {recipe.seed}, `{recipe.damage}`"
            )
            rows.append(f"| `{path.name}` | {recipe.template} | {how} | {recipe.purpose} |")
    told = (HERE / "README.md").read_text(encoding="utf-8")
    head = told.split("| file |")[0]
    table = "\n".join(("| file | template | how made | purpose |", "|---|---|---|---|", *rows))
    (HERE / "README.md").write_text(f"{head}{table}\n", encoding="utf-8")
    total = sum(path.stat().st_size for path in HERE.iterdir())
    sys.stdout.write(json.dumps({"scans": len(rows), "bytes": total}) + "\n")


if __name__ == "__main__":
    main()
