"""The exam: practice scans of a template are drawn and read, and its zones held against the blank's print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.domain.exam import Answered, Exam, Gauged, Sided, Sitting, Twin
from pipeline.domain.library import Library
from pipeline.domain.policy import Policy
from pipeline.domain.record import OF_CONFIDENCE, FindingKind
from pipeline.domain.template import Template
from pipeline.domain.value import to_json
from pipeline.drawing.original import Original
from pipeline.drawing.papers import Paper, papers
from pipeline.edges import calibration, catalogue, form_widgets, library, towns
from pipeline.edges.pool import spread
from pipeline.jobs.alone import Alone, ReadForm, ReadPage, read_file
from pipeline.jobs.opening import see
from pipeline.stages.alike import difference
from pipeline.stages.gauge import gauge
from pipeline.stages.grade import Seen, grade
from pipeline.stages.identify import paired
from pipeline.stages.outline import outline
from pipeline.stages.pair import beside, pair

Marked = tuple[tuple[Answered, ...], tuple[Sided, ...]]
_NEAREST = 3  # of those that are no near twins, so many are worth naming


@dataclass(frozen=True, slots=True)
class Asked:
    """What an exam is held with.

    Folders of templates, how many scans, the seed, the day, a private folder, the PDF that the template was made of if it is
    at hand, and how many processes read.
    """

    paths: tuple[Path, ...]
    scans: int
    seed: int
    day: dt.date
    scratch: Path
    original: Path | None = None
    processes: int = 1


def sit(template: Template, asked: Asked, tell: Callable[[int, int], None]) -> Exam:
    """Hold the exam of a template against all others in its folders; `tell` hears how many scans were read.

    Raises:
        TemplateError: when a template is faulty.
        ReaderError: when an engine is missing or broken.
    """
    known = library.load(asked.paths)
    original = None if asked.original is None else _original(template, asked.original)
    todo = papers(asked.scans, asked.seed, original)
    tell(0, len(todo))
    zones, twins = tuple(_zones(template, known, original)), tuple(_twins(template, known))
    marked: list[Marked] = []
    for done in spread(partial(_read, template, original), todo, partial(_begin, asked), asked.processes):
        marked.append(done)
        tell(len(marked), len(todo))
    answers = tuple(one for said, _ in marked for one in said)
    sides = tuple(one for _, them in marked for one in them)
    readers = tuple(reader.name for reader in see(asked.scratch).readers)
    sitting = Sitting(len(todo), asked.seed, asked.day.isoformat(), readers, calibration.load().day, len(known) - 1)
    return grade(template, Seen(answers, sides, twins, zones), sitting)


def _original(template: Template, path: Path) -> Original:
    return Original(path, pair(template, form_widgets.read(path)))


def _zones(template: Template, known: Library, original: Original | None) -> Iterator[Gauged]:
    for blank in known.blanks:
        if blank.template.id == template.id:
            yield from gauge(blank)
    yield from map(beside, original.pairs if original is not None else ())


_desk: list[tuple[Alone, Path]] = []


def _begin(asked: Asked) -> None:
    """Open what this process reads by; it stays open for all papers."""
    known = library.load(asked.paths)
    by = Alone(see(asked.scratch), known, catalogue.load(), Policy(), asked.day, towns.load(), calibration.load())
    _desk[:] = [(by, asked.scratch)]


def _read(template: Template, original: Original | None, paper: Paper) -> Marked:
    """Draw and read one paper; the file is gone before the next."""
    by, folder = _desk[0]
    specimen = paper.drawn(template, original)
    path = folder / f"{paper.seed}.{specimen.ending}"
    path.write_bytes(specimen.data)
    try:
        found = read_file(path, by)
    finally:
        path.unlink()
    truth = specimen.truth
    sides = tuple(_sided(paper, page, truth["pages"][page.number - 1], template) for page in found.pages)
    forms = [form for form in found.forms if form.form.template_id == template.id]
    answers = tuple(one for form in forms for one in _answers(paper, form, truth, template))
    return answers, sides


def _sided(paper: Paper, page: ReadPage, truth: dict[str, Any], template: Template) -> Sided:
    name, sheet = paper.condition.name, int(truth["sheet"])
    if page.placed is None:
        return Sided(name, sheet, right=False)
    lies = page.placed.identification
    if (lies.id, lies.sheet) == (template.id, sheet):
        return Sided(name, sheet, right=True, lead=round(lies.margin, 3))
    return Sided(name, sheet, right=False, taken_for=lies.id)


def _answers(paper: Paper, form: ReadForm, truth: dict[str, Any], template: Template) -> Iterator[Answered]:
    for field in template.fields:
        right = truth["fields"][field.key]
        proposed = form.draft.field(field.key)
        why = {finding.kind for finding in form.findings if finding.key == field.key}
        said = to_json(proposed.value)
        yield Answered(
            key=field.key,
            condition=paper.condition.name,
            written=right not in (None, [], False),
            typed=truth["styles"].get(field.key) == "print",
            right=said == right or (said in (None, []) and right in (None, [])),
            stood=why <= {FindingKind.UNPROVEN},
            sure=proposed.confidence if why <= OF_CONFIDENCE else None,
        )


def _twins(template: Template, known: Library) -> Iterator[Twin]:
    """Give the sheets of other templates that are near twins, and of all others those that are most like."""
    others = [blank for blank in known.blanks if blank.template.id != template.id]
    found: list[Twin] = []
    for mine in (blank for blank in known.blanks if blank.template.id == template.id):
        for other in others:
            votes = paired(outline(mine), outline(other))[1]
            apart = difference(outline(mine), outline(other))
            places = len(apart.places) if apart is not None else None
            found.append(Twin(mine.sheet.number, other.template.id, other.sheet.number, votes, places))
    found.sort(key=lambda twin: (twin.places is None, -twin.votes))
    near = [twin for twin in found if twin.places is not None]
    yield from near
    yield from found[len(near) : len(near) + _NEAREST]
