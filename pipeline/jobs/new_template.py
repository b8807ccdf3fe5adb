"""A template made of a blank form: looked through, proposed, written, and read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.fillable import FoundBy, LeftOut
from pipeline.edges import catalogue, labels, library
from pipeline.edges.template_notes import Origin, noted
from pipeline.edges.template_revised import guesses as guessed
from pipeline.edges.template_writer import Head, written
from pipeline.errors import Fault, TemplateError
from pipeline.jobs.blanks import made_ready
from pipeline.jobs.checked import checked
from pipeline.readers.engine import Engine
from pipeline.stages.propose import propose


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """What was made: the folder, by what, how much it holds, what was left out, its faults, and what it still lacks.

    `guesses` is how many fields have something guessed.
    """

    folder: Path
    by: FoundBy
    widgets: int
    fields: int
    guesses: int
    left_out: tuple[tuple[str, LeftOut], ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def new_template(blanks: Sequence[Path], head: Head, out: Path, day: dt.date, scratch: Path) -> NewTemplate:
    """Make the folder FORM/VERSION under `out` of a blank, or of several filled-in scans of one form.

    A folder that is there already is left as it is.

    Raises:
        TemplateError: when the blank cannot be used, the folder is there, or nothing can be written there.
        ReaderError: when the words of a scan cannot be read.
    """
    folder = out / head.name / head.version
    if folder.exists():
        raise TemplateError("template_exists", hint="template_other_version")
    known = labels.load()
    ready = made_ready(blanks, known, Engine(scratch))
    form = ready.form
    fields = propose(form, known)
    origin = Origin(tuple((one.name, one.read_bytes()) for one in blanks), day, ready.framed)
    texts = {library.FILE: written(head, form.sheets, fields), "NOTES.md": noted(head, origin, form, fields)}
    try:
        folder.mkdir(parents=True)
        (folder / "blank.pdf").write_bytes(ready.kept)
        if ready.original is not None:
            (folder / library.ORIGINAL).write_bytes(ready.original)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except FileExistsError:
        raise TemplateError("template_exists", hint="template_other_version") from None
    except OSError:
        raise TemplateError("template_unwritable", hint="template_rights") from None
    guesses = sum(map(bool, guessed(texts[library.FILE])))
    found = checked(folder, catalogue.load())
    return NewTemplate(folder, form.by, len(form.widgets), len(fields), guesses, form.left_out, found.faults, found.warnings)
