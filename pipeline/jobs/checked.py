"""A template folder checked: its faults, and if it has none, what should be looked at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from pipeline.domain.disease import Catalogue
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.edges.template_faults import Fault, Where, line_of
from pipeline.errors import TemplateError
from pipeline.stages.tell_apart import Apart, tell_apart
from pipeline.stages.vet import vet

GUESSES_LEFT = "guesses_left"
ALIKE = {Apart.NEVER: "sheet_as_in_other_version", Apart.NOT_BY_FAX: "sheet_alike_by_fax"}
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

    def also(self, more: Iterable[str]) -> Checked:
        """Return the same with more warnings."""
        return replace(self, warnings=(*self.warnings, *more))


def checked(folder: Path, catalogue: Catalogue) -> Checked:
    """Check the template in a folder FORM/VERSION."""
    try:
        template = library.read(folder)
    except TemplateError as error:
        return Checked(folder.parent.name, folder.name, error.faults, ())
    return Checked(template.name, template.version, (), tuple(warnings(folder, template, catalogue)))


def too_alike(folders: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Go through the sheets that are not surely told from the same sheet of another version, each with its folder."""
    versions: dict[str, list[tuple[Template, Path]]] = defaultdict(list)
    for folder in folders:
        with suppress(TemplateError):
            versions[folder.parent.name].append((library.read(folder), folder))
    for known in versions.values():
        by_version = sorted(known, key=lambda one: one[0].version)
        for (before, _), (after, folder) in combinations(by_version, 2):
            for number, how in sheets_apart(before, after):
                if how in ALIKE:
                    where: Where = ("sheet", number - 1)
                    line = line_of(where, (folder / library.FILE).read_text(encoding="utf-8"))
                    told = Fault(ALIKE[how], where, line)
                    yield folder, f"{after.name}/{after.version}/{library.FILE}:{told} ({before.version})"


def sheets_apart(before: Template, after: Template) -> tuple[tuple[int, Apart], ...]:
    """Return how surely pages of two templates are told apart, for each sheet that both have."""
    known = library.of((before, after))
    numbers = [sheet.number for sheet in after.sheets if sheet.number <= len(before.sheets)]
    return tuple((n, tell_apart(known.blank(before.id, n), known.blank(after.id, n), known, PlacePolicy())) for n in numbers)


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
