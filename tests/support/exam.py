"""An exam for the eyes: practice scans drawn by seed go all the way to a checked draft, held against the truth."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.calibrating import DAMAGES, TODAY
from pipeline.domain.checking import CheckContext
from pipeline.domain.form import Form, FormPage
from pipeline.domain.library import Library
from pipeline.domain.placement import Placed
from pipeline.domain.policy import CheckPolicy, ParsePolicy, PlacePolicy
from pipeline.domain.reading import Clip, Reader, Reading
from pipeline.domain.record import Draft, Finding, FindingKind
from pipeline.domain.scan import Page, PageId
from pipeline.domain.template import Template
from pipeline.domain.value import to_json
from pipeline.drawing.files import Format
from pipeline.drawing.specimens import Specimen, Wish, draw
from pipeline.edges import calibration, parser, towns
from pipeline.edges.catalogue import load
from pipeline.readers.eyes import look
from pipeline.stages.build import build
from pipeline.stages.check import check
from pipeline.stages.cut import cut, join
from pipeline.stages.place import place

CATALOGUE, TOWNS, CALIBRATION = load(), towns.load(), calibration.load()


@dataclass(frozen=True, slots=True)
class Answer:
    """One field as the machine left it, beside the truth."""

    specimen: str
    key: str
    style: str
    boxes: int
    truth: object
    value: object
    confidence: float
    findings: tuple[str, ...]
    damage: str = ""

    @property
    def right(self) -> bool:
        """Tell whether the machine's value is the truth."""
        return self.value == self.truth

    @property
    def told(self) -> bool:
        """Tell whether a person is sent to the field for any other reason than that its class is unproven."""
        return any(kind != FindingKind.UNPROVEN for kind in self.findings)


@dataclass(slots=True)
class Marks:
    """What an exam came to."""

    answers: list[Answer] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def of(self, *, boxes: bool, style: str | None = None) -> list[Answer]:
        """Return the answers of boxes, or of writing in a style."""
        return [a for a in self.answers if bool(a.boxes) is boxes and (style is None or a.style == style)]

    def silent(self) -> list[Answer]:
        """Return the answers that are wrong with nobody sent to look."""
        return [a for a in self.answers if not a.right and not a.told]


def specimens(library: Library, count: int, seed: int) -> Iterator[tuple[Template, Specimen]]:
    """Draw specimens of every template in turn, with every kind of damage."""
    rng = random.Random(f"exam/{seed}")
    templates = library.templates
    for index in range(count):
        style = rng.choice(("print", "mixed", "mixed", "hand"))
        wish = Wish(1, rng.randrange(2**31), style, rng.choice(DAMAGES), Format.TIFF)
        template = templates[index % len(templates)]
        yield from ((template, specimen) for specimen in draw(template, wish))


def sit(library: Library, eyes: Sequence[Reader], count: int, seed: int, folder: Path) -> Marks:
    """Put the eyes to the exam and return its marks."""
    marks = Marks()
    for template, specimen in specimens(library, count, seed):
        path = specimen.save(folder)
        try:
            form, clips = placed(path, template, library)
        except parser.Unreadable:
            form, clips = None, ()
        if form is None:
            marks.refused.append(specimen.name)
        else:
            draft, findings, _ = read(form, clips, template, eyes)
            marks.answers.extend(_answers(specimen, template, draft, findings))
        path.unlink()
        path.with_suffix(".truth.json").unlink()
    return marks


def placed(path: Path, template: Template, library: Library) -> tuple[Form | None, tuple[Clip, ...]]:
    """Return the form in a file with its clips, or None when a page of it was refused or taken for another."""
    pages, clips = [], []
    for page in parser.pages(path, ParsePolicy()):
        assert isinstance(page, Page)
        lies = place(page, library, PlacePolicy())
        if not isinstance(lies, Placed) or lies.identification.id != template.id:
            return None, ()
        pages.append(FormPage(PageId("0" * 64, page.number), lies))
        clips.extend(cut(page, lies, library))
    return Form("7K3Q-DF2M", template.name, template.version, tuple(pages)), join(clips)


def read(
    form: Form, clips: Sequence[Clip], template: Template, eyes: Sequence[Reader]
) -> tuple[Draft, tuple[Finding, ...], tuple[Reading, ...]]:
    """Return the draft of a form with its findings and readings."""
    readings = look(clips, eyes)
    draft = build(form, readings, template, TODAY, CALIBRATION)
    return (
        draft,
        check(draft, template, CheckContext(CheckPolicy(), CATALOGUE, TODAY, readings, form, TOWNS, CALIBRATION)),
        readings,
    )


def _answers(specimen: Specimen, template: Template, draft: Draft, findings: Sequence[Finding]) -> Iterator[Answer]:
    fields, styles = specimen.truth["fields"], specimen.truth["styles"]
    for asked in template.fields:
        proposed = draft.field(asked.key)
        yield Answer(
            specimen.name,
            asked.key,
            styles.get(asked.key, "blank"),
            len(asked.options),
            fields[asked.key],
            to_json(proposed.value),
            proposed.confidence,
            tuple(finding.kind for finding in findings if finding.key == asked.key),
            ",".join(specimen.truth["damage"]),
        )
