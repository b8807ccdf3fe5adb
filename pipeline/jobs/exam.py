"""The exam: practice scans of a template are drawn and read, and its zones held against the blank's print.

Practice scans of other templates are drawn too and placed, so that none of their sides is taken for this one's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.domain.exam import Answered, Exam, Gauged, OtherSide, Sided, Sitting, Twin
from pipeline.domain.library import Library
from pipeline.domain.placement import Placed, Rejection
from pipeline.domain.policy import Policy
from pipeline.domain.record import OF_CONFIDENCE, FindingKind
from pipeline.domain.scan import Page
from pipeline.domain.template import Template
from pipeline.domain.value import to_json
from pipeline.drawing.original import Original
from pipeline.drawing.papers import Paper, of_others, papers
from pipeline.drawing.specimens import Specimen
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
from pipeline.stages.twins import twins

_NEAREST = 3  # of those that are no near twins, so many are worth naming
_OTHERS = 2  # for so many scans of the template one of another is drawn


@dataclass(frozen=True, slots=True)
class Marked:
    """What one paper gave: answers and sides of the template examined, or sides of another."""

    answers: tuple[Answered, ...] = ()
    sides: tuple[Sided, ...] = ()
    others: tuple[OtherSide, ...] = ()


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
    """Hold the exam of a template against all others in its folders; `tell` hears how many scans were seen.

    Raises:
        TemplateError: when a template is faulty.
        ReaderError: when an engine is missing or broken.
    """
    known = library.load(asked.paths)
    original = None if asked.original is None else _original(template, asked.original)
    zones, alike = tuple(_zones(template, known, original)), _compared(template, known)
    ranked = tuple(dict.fromkeys(twin.other for twin in alike))
    todo = [(template.id, paper) for paper in papers(asked.scans, asked.seed, original)]
    todo += of_others(ranked, (asked.scans + 1) // _OTHERS, asked.seed)
    tell(0, len(todo))
    marked: list[Marked] = []
    for done in spread(partial(_seen, template, original), todo, partial(_begin, asked), asked.processes):
        marked.append(done)
        tell(len(marked), len(todo))
    seen = Seen(
        tuple(one for mark in marked for one in mark.answers),
        tuple(one for mark in marked for one in mark.sides),
        alike[: sum(twin.places is not None for twin in alike) + _NEAREST],
        zones,
        tuple(one for mark in marked for one in mark.others),
    )
    readers = tuple(reader.name for reader in see(asked.scratch).readers)
    sitting = Sitting(asked.scans, asked.seed, asked.day.isoformat(), readers, calibration.load().day, len(known) - 1)
    return grade(template, seen, sitting)


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


def _seen(template: Template, original: Original | None, what: tuple[str, Paper]) -> Marked:
    """Draw one paper, and read it if it is the template's own, else place it."""
    drawn, paper = what
    if drawn == template.id:
        return _read(template, original, paper)
    by, folder = _desk[0]
    with _filed(paper.drawn(by.library.template(drawn)), folder) as path:
        pages = (page for page in by.sight.pages(path, by.policy.parse, 1) if isinstance(page, Page))
        places = [by.sight.place(page, by.library, by.policy.place) for page in pages]
    return Marked(others=tuple(_other_side((drawn, paper), found, template, by.library) for found in places))


def _other_side(what: tuple[str, Paper], found: Placed | Rejection, template: Template, known: Library) -> OtherSide:
    drawn, paper = what
    if isinstance(found, Rejection):
        return OtherSide(drawn, paper.condition.name, set_aside=template.id in found.between)
    lies = found.identification
    ours = lies.id == template.id and drawn not in twins(known.blank(lies.id, lies.sheet), known)
    return OtherSide(drawn, paper.condition.name, taken=ours)


@contextmanager
def _filed(specimen: Specimen, folder: Path) -> Iterator[Path]:
    """Write a practice scan; it is gone before the next."""
    path = folder / f"{specimen.name}.{specimen.ending}"
    path.write_bytes(specimen.data)
    try:
        yield path
    finally:
        path.unlink()


def _read(template: Template, original: Original | None, paper: Paper) -> Marked:
    by, folder = _desk[0]
    specimen = paper.drawn(template, original)
    with _filed(specimen, folder) as path:
        found = read_file(path, by)
    truth = specimen.truth
    sides = tuple(_sided(paper, page, truth["pages"][page.number - 1], template) for page in found.pages)
    forms = [form for form in found.forms if form.form.template_id == template.id]
    answers = tuple(one for form in forms for one in _answers(paper, form, truth, template))
    return Marked(answers, sides)


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


def _compared(template: Template, known: Library) -> tuple[Twin, ...]:
    """Return the sheets of all other templates beside this one's, near twins first, then those with most in common."""
    others = [blank for blank in known.blanks if blank.template.id != template.id]
    found: list[Twin] = []
    for mine in (blank for blank in known.blanks if blank.template.id == template.id):
        same = twins(mine, known)
        for other in others:
            votes = paired(outline(mine), outline(other))[1]
            apart = difference(outline(mine), outline(other))
            places = len(apart.places) if apart is not None else None
            shared = places == 0 and other.template.id in same
            found.append(Twin(mine.sheet.number, other.template.id, other.sheet.number, votes, places, shared))
    return tuple(sorted(found, key=lambda twin: (twin.places is None, -twin.votes)))
