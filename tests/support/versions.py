"""Later versions of a shipped form, drawn anew with something changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.domain.template import Template
from pipeline.drawing.faces import TABLE, face
from pipeline.edges import library

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


def later(folder: Path, version: str, *swaps: Swap) -> Template:
    """Make klinisk-tarm@VERSION under `folder`: the shipped one with texts of its files swapped, and drawn anew."""
    made = folder / "klinisk-tarm" / version
    shutil.copytree(BEFORE, made)
    for name in ("template.toml", TABLE):
        text = (made / name).read_text()
        for was, now in (('version = "2025-1"', f'version = "{version}"'), *swaps):
            text = text.replace(was, now)
        (made / name).write_text(text)
    (made / "blank.pdf").write_bytes(face(library.written(made), made / TABLE))
    return library.read(made)
