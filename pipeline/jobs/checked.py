"""A template folder checked: its faults, and if it has none, what should be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from pipeline.domain.disease import Catalogue
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.edges.template_lines import line_of, lines
from pipeline.edges.template_revised import guesses
from pipeline.errors import Fault, TemplateError
from pipeline.stages.tell_apart import Apart, tell_apart
from pipeline.stages.vet import vet

GUESSES_LEFT = "guesses_left"
ALIKE = {Apart.NEVER: "sheet_as_in_other_version", Apart.NOT_BY_FAX: "sheet_alike_by_fax"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one template.

    `faults` keep it from being used. `warnings` do not, and are sought only where there is no fault.
    """

    name: str
    version: str
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]

    def also(self, more: Sequence[Fault]) -> Checked:
        """Return the same with more warnings."""
        return replace(self, warnings=(*self.warnings, *more))


def checked(folder: Path, catalogue: Catalogue) -> Checked:
    """Check the template in a folder FORM/VERSION."""
    try:
        template = library.read(folder)
    except TemplateError as error:
        return Checked(folder.parent.name, folder.name, error.faults, ())
    text = (folder / library.FILE).read_text(encoding="utf-8")
    told = (*warnings(template, text, catalogue), *_guesses_left(template, text))
    return Checked(template.name, template.version, (), told)


def too_alike(folders: Sequence[Path]) -> Iterator[tuple[Path, Fault]]:
    """Go through the sheets that are not surely told from the same sheet of another version, each with its folder."""
    versions: dict[str, list[tuple[Template, Path]]] = defaultdict(list)
    for folder in folders:
        with suppress(TemplateError):
            versions[folder.parent.name].append((library.read(folder), folder))
    for known in versions.values():
        by_version = sorted(known, key=lambda one: one[0].version)
        for (before, _), (after, folder) in combinations(by_version, 2):
            begins = lines((folder / library.FILE).read_text(encoding="utf-8"))
            for number, how in sheets_apart(before, after):
                if how in ALIKE:
                    where = ("sheet", number - 1)
                    line = line_of(where, begins)
                    yield folder, Fault(ALIKE[how], where, line, known=(before.version,), file=_file(after))


def sheets_apart(before: Template, after: Template) -> tuple[tuple[int, Apart], ...]:
    """Return how surely pages of two templates are told apart, for each sheet that both have."""
    known = library.of((before, after))
    numbers = [sheet.number for sheet in after.sheets if sheet.number <= len(before.sheets)]
    return tuple((n, tell_apart(known.blank(before.id, n), known.blank(after.id, n), known, PlacePolicy())) for n in numbers)


def warnings(template: Template, text: str, catalogue: Catalogue) -> tuple[Fault, ...]:
    """Return what a template still lacks for its forms to be settled and sent; `text` is its file, for the lines."""
    begins = lines(text)
    return tuple(
        Fault(remark.code, remark.where, line_of(remark.where, begins), known=remark.about, file=_file(template))
        for remark in vet(template, catalogue)
    )


def _guesses_left(template: Template, text: str) -> Iterator[Fault]:
    guessed = [number for number, told in enumerate(guesses(text)) if told]
    if guessed:
        where = ("field", guessed[0])
        yield Fault(GUESSES_LEFT, where, line_of(where, lines(text)), found=str(len(guessed)), file=_file(template))


def _file(template: Template) -> str:
    return f"{template.name}/{template.version}/{library.FILE}"
