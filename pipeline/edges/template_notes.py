"""The notes that go with a proposed template: where it comes from, how it was made, and what to look at."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.fillable import FillableForm, FoundBy, ProposedField
from pipeline.edges.template_writer import TOLD, Head

_LEFT_OUT = {
    "push_button": "a push button",
    "hidden_widget": "not to be seen",
    "off_sheet": "outside the sheet",
    "no_place": "without a place",
    "no_kind": "of no known kind",
}


_BY = {
    FoundBy.FIELDS: "the {count} form fields of the PDF",
    FoundBy.PRINT: "what is printed: {count} boxes, combs, cells and lines were found",
    FoundBy.PICTURE: "the scan's picture: {count} boxes, combs, cells and lines were found, and its words read by Tesseract",
}
_KEPT = {
    FoundBy.FIELDS: "`blank.pdf` is that file without its form fields, their values and its scripts.",
    FoundBy.PRINT: "`blank.pdf` is that file without its scripts.",
    FoundBy.PICTURE: "`blank.pdf` is that scan, laid level and on white.",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """The files that a template was made of, the day, and how many frames that only the form drew were made print.

    Filled-in scans are not named: their names and digests could lead to whom they are about.
    """

    files: tuple[tuple[str, bytes], ...]
    day: dt.date
    framed: int


def noted(head: Head, origin: Origin, form: FillableForm, fields: Sequence[ProposedField]) -> str:
    """Return the text of a NOTES.md."""
    return "\n".join(_lines(head, origin, form, fields)) + "\n"


def _lines(head: Head, origin: Origin, form: FillableForm, fields: Sequence[ProposedField]) -> Iterator[str]:
    yield f"# {head.name}@{head.version}"
    yield ""
    yield head.title
    yield ""
    yield "## Where its content comes from"
    yield ""
    if len(origin.files) == 1:
        ((name, content),) = origin.files
        yield f"`{name}`, sheets: {len(form.sheets)}, SHA-256 `{hashlib.sha256(content).hexdigest()}`."
    else:
        yield f"{len(origin.files)} filled-in scans, sheets: {len(form.sheets)}. Traces of what was written on them may be"
        yield "left in `blank.pdf`: look at it before it is given to others."
    yield ""
    yield "## How it was made"
    yield ""
    yield f"By `blankett templates new` on {origin.day.isoformat()}, from {_BY[form.by].format(count=len(form.widgets))}."
    yield _KEPT[form.by]
    if origin.framed:
        yield f"{origin.framed} frames that only the form fields drew are lines of the page now, as they are on paper."
    yield from _left_out(form)
    yield ""
    yield "## What was guessed"
    yield ""
    yield "Each guess stands in `template.toml` on the line above it. Take the comment away when you have looked."
    yield ""
    counts = Counter(guess for one in fields for guess in one.guesses)
    yield from (f"- {TOLD[guess]}: {count}" for guess, count in sorted(counts.items()))
    yield "- English labels are the Swedish ones where nothing else was known."


def _left_out(form: FillableForm) -> Iterator[str]:
    if form.left_out:
        yield ""
        yield "Left out:"
        yield ""
        yield from (f"- `{name or '?'}`: {_LEFT_OUT[reason]}" for name, reason in form.left_out)
