"""A template made of a fillable PDF: read, proposed, written, and read back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.fillable import LeftOut
from pipeline.edges import form_widgets, labels, library
from pipeline.edges.form_blank import emptied, unfilled
from pipeline.edges.template_notes import Origin, noted
from pipeline.edges.template_writer import Head, written
from pipeline.errors import TemplateError
from pipeline.stages.propose import propose

ORIGINAL = "original.pdf"  # the form with its fields, which the exam fills in


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """What was made: the folder, how much it holds, what was left out of it, and its faults."""

    folder: Path
    widgets: int
    fields: int
    guesses: int
    left_out: tuple[tuple[str, LeftOut], ...]
    faults: tuple[str, ...]


def new_template(blank: Path, head: Head, out: Path, day: dt.date) -> NewTemplate:
    """Make the folder FORM/VERSION under `out` of a fillable PDF; a folder that is there already is left as it is.

    Raises:
        TemplateError: when the PDF cannot be used, the folder is there, or nothing can be written there.
    """
    folder = out / head.name / head.version
    if folder.exists():
        raise TemplateError("template_exists", hint="template_other_version")
    form = form_widgets.read(blank)
    fields = propose(form, labels.load())
    (bare, framed), original = emptied(blank), unfilled(blank)
    origin = Origin(blank.name, blank.read_bytes(), day, framed)
    texts = {library.FILE: written(head, form.sheets, fields), "NOTES.md": noted(head, origin, form, fields)}
    try:
        folder.mkdir(parents=True)
        (folder / "blank.pdf").write_bytes(bare)
        (folder / ORIGINAL).write_bytes(original)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except FileExistsError:
        raise TemplateError("template_exists", hint="template_other_version") from None
    except OSError:
        raise TemplateError("template_unwritable", hint="template_rights") from None
    guesses = sum(len(one.guesses) for one in fields)
    return NewTemplate(folder, len(form.widgets), len(fields), guesses, form.left_out, _faults(folder))


def _faults(folder: Path) -> tuple[str, ...]:
    try:
        library.read(folder)
    except TemplateError as error:
        return error.faults
    return ()
