"""How surely two versions of a form are told apart: `python -m benchmarks.versions [--forms 3] [--seed 5]`.

Filled forms of both versions are drawn by seed, damaged, placed and put together, with both versions and the other
shipped templates known. The later versions of `klinisk-tarm` are made here, each with one thing changed; with
`--templates FOLDER`, every two versions of one form in that folder are held against each other instead. One line a pair,
condition and sheet: pages given to the right version, to the wrong one, and set aside; then forms likewise.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.domain.assembly import Side
from pipeline.domain.library import Library
from pipeline.domain.placement import Placed
from pipeline.domain.policy import ParsePolicy, PlacePolicy
from pipeline.domain.scan import Page, PageId
from pipeline.domain.template import Template
from pipeline.drawing.faces import TABLE, face
from pipeline.drawing.files import Format
from pipeline.drawing.specimens import Specimen, Wish, draw
from pipeline.edges import library, parser
from pipeline.stages.assemble import assemble
from pipeline.stages.place import place
from pipeline.stages.twins import twins

BEFORE = library.shipped() / "klinisk-tarm" / "2025-1"
Swap = tuple[str, str]
LABEL: tuple[Swap, ...] = (('label = "Labnummer"', 'label = "Provnummer"'),)
REWORDED: tuple[Swap, ...] = (('label = "Sannolik smittkälla"', 'label = "Trolig smittkälla, om känd"'),)
MOVED: tuple[Swap, ...] = (
    ("x = 151.7, y = 176.9, width = 42.6", "x = 141.7, y = 176.9, width = 52.6"),
    ("x = 75.7, y = 176.9, width = 74.6", "x = 75.7, y = 176.9, width = 64.6"),
    ("at = [75, 173.4, 76, 12.2]", "at = [75, 173.4, 66, 12.2]"),
    ("at = [151, 173.4, 44, 12.2]", "at = [141, 173.4, 54, 12.2]"),
)
EDITION: tuple[Swap, ...] = (("version 2025-1", "version 2026-1"),)
CHANGES: Mapping[str, tuple[Swap, ...]] = {
    "label": LABEL,
    "moved": MOVED,
    "reworded": REWORDED,
    "edition": EDITION,
    "nothing": (),
}
CONDITIONS: Mapping[str, str] = {
    "clean": "none",
    "scanner": "scanner",
    "skewed 6°": "scanner,rotate=6,edges",
    "copy of a copy": "copier,faint,streaks,bilevel=200",
    "stamped fax": "scanner,fax,stamp",
}


def later(folder: Path, version: str, *swaps: Swap) -> Template:
    """Make klinisk-tarm@VERSION under `folder`: the shipped one with texts of its files swapped, and drawn anew."""
    made = folder / "klinisk-tarm" / version
    shutil.copytree(BEFORE, made)
    for name in ("template.toml", TABLE):
        text = (made / name).read_text(encoding="utf-8")
        for was, now in (('version = "2025-1"', f'version = "{version}"'), *swaps):
            text = text.replace(was, now)
        (made / name).write_text(text, encoding="utf-8")
    (made / "blank.pdf").write_bytes(face(library.written(made), made / TABLE))
    return library.read(made)


def pairs(folder: Path, own: Path | None) -> Iterator[tuple[str, Template, Template]]:
    """Go through two versions at a time."""
    if own is None:
        for name, swaps in CHANGES.items():
            yield name, library.read(BEFORE), later(folder, name, *swaps)
        return
    for one, other in combinations([library.read(path) for path in library.folders([own])], 2):
        if one.name == other.name:
            yield f"{one.name} {one.version}/{other.version}", one, other


def judged(template: Template, specimen: Specimen, file: Path, known: Library) -> Iterator[tuple[str, str]]:
    """Place and put together the pages of a drawn form; gives what each page, and then the form, came to."""
    sides = []
    for page, truth in zip(parser.pages(file, ParsePolicy()), specimen.truth["pages"], strict=True):
        found = place(page, known, PlacePolicy()) if isinstance(page, Page) else None
        where, number = f"sheet {truth['sheet']}", PageId("0" * 64, page.number)
        if not isinstance(found, Placed):
            sides.append(Side(number))
            yield where, "set aside"
            continue
        told = found.identification
        either = twins(known.blank(told.id, told.sheet), known)
        sides.append(Side(number, told.id, told.sheet, twins=either))
        right = told.sheet == truth["sheet"] and template.id in {told.id, *either}
        yield where, "right" if right else "wrong"
    forms = assemble([sides], {one.id: len(one.sheets) for one in known}).forms
    yield "forms", "set aside" if not forms else "right" if forms[0].template == template.id else "wrong"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def main() -> None:
    """Measure, and print a line for each pair and condition."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--forms", type=int, default=3, help="forms of each version in each condition")
    asked.add_argument("--seed", type=int, default=5)
    asked.add_argument("--templates", type=Path, help="a folder with versions of forms")
    told = asked.parse_args()
    others = [template for template in library.load([library.shipped()]) if template.name != "klinisk-tarm"]
    with tempfile.TemporaryDirectory() as folder:
        for name, before, after in pairs(Path(folder), told.templates):
            known = library.of((before, after, *others))
            for condition, damage in CONDITIONS.items():
                found: dict[str, Counter[str]] = {}
                for template in (before, after):
                    for specimen in draw(template, Wish(told.forms, told.seed, "mixed", damage, Format.TIFF)):
                        file = specimen.save(Path(folder) / "drawn")
                        for where, what in judged(template, specimen, file, known):
                            found.setdefault(where, Counter())[what] += 1
                line = "; ".join(
                    f"{where}: {', '.join(f'{n} {what}' for what, n in c.items())}" for where, c in found.items()
                )
                print(f"{name:<12} {condition:<15} {line}", flush=True)


if __name__ == "__main__":
    main()
