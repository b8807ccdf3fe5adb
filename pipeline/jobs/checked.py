"""A template folder checked: its faults, and if it has none, what should be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.disease import Catalogue
from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.edges.template_faults import Fault, line_of
from pipeline.errors import TemplateError
from pipeline.stages.vet import vet

GUESSES_LEFT = "guesses_left"
_GUESS = re.compile(r"^\s*# guess:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one template, each as FORM/VERSION/template.toml:LINE: WHERE: CODE.

    `faults` keep it from being used. `warnings` do not, and are sought only where there is no fault.
    """

    name: str
    version: str
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def checked(folder: Path, catalogue: Catalogue) -> Checked:
    """Check the template in a folder FORM/VERSION."""
    try:
        template = library.read(folder)
    except TemplateError as error:
        return Checked(folder.parent.name, folder.name, error.faults, ())
    return Checked(template.name, template.version, (), tuple(warnings(folder, template, catalogue)))


def warnings(folder: Path, template: Template, catalogue: Catalogue) -> Iterator[str]:
    """Go through what should be looked at in a template without faults."""
    text = (folder / library.FILE).read_text(encoding="utf-8")
    told = f"{template.name}/{template.version}/{library.FILE}"
    for remark in vet(template, catalogue):
        yield f"{told}:{Fault(remark.code, remark.where, line_of(remark.where, text))} ({', '.join(remark.about)})"
    guesses = [found.start() for found in _GUESS.finditer(text)]
    if guesses:
        first = text.count("\n", 0, guesses[0]) + 1
        yield f"{told}:{Fault(GUESSES_LEFT, (), first)} ({len(guesses)})"
