"""Two versions of a form compared: what changed, what keeps its record, and whether pages of them are told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.geometry import Rect
from pipeline.domain.library import Library
from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.edges.form_widgets import printed
from pipeline.jobs.checked import sheets_apart
from pipeline.stages.carry import carried
from pipeline.stages.differ import Change, ChangeKind, differences
from pipeline.stages.reprint import PrintChange, redrawn, reworded
from pipeline.stages.tell_apart import Apart

_LABELS = frozenset({ChangeKind.LABEL, ChangeKind.OPTION_LABEL})


@dataclass(frozen=True, slots=True)
class Compared:
    """What is told of two templates.

    Of versions of one form, `reprinted` is what is printed otherwise and no change of a label says already; `keeps` are
    the later one's fields that keep the record of the earlier one's, `anew` those that do not. `apart` tells of each
    sheet that both have how surely its pages are told apart.
    """

    changes: tuple[Change, ...]
    reprinted: tuple[PrintChange, ...] = ()
    keeps: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    apart: tuple[tuple[int, Apart], ...] = ()


def compare(before: Template, after: Template) -> Compared:
    """Compare two templates, their blanks too.

    Raises:
        TemplateError: when a blank cannot be opened.
    """
    changes = differences(before, after)
    if before.digest == after.digest:
        return Compared(changes)
    apart = sheets_apart(before, after)
    if before.name != after.name:
        return Compared(changes, apart=apart)
    known = library.of((before, after))
    kept = carried(before, after, known)
    keys = [field.key for field in after.fields]
    return Compared(
        changes,
        tuple(_reprinted(before, after, known, changes)),
        tuple(key for key in keys if key in kept),
        tuple(key for key in keys if key not in kept),
        apart,
    )


def _reprinted(before: Template, after: Template, known: Library, changes: Sequence[Change]) -> Iterator[PrintChange]:
    words = reworded(printed(Path(before.blank_path)), printed(Path(after.blank_path)))
    labels = {_plain(text) for one in changes if one.kind in _LABELS for text in (one.before, one.after)}
    yield from (one for one in words if _plain(one.text) not in labels)
    keys = {one.key for one in changes} | {one.before for one in changes if one.kind is ChangeKind.KEY}
    for sheet in after.sheets[: len(before.sheets)]:
        told = [one.zone.rect for one in words if one.zone.sheet == sheet.number]
        told += [rect for template in (before, after) for rect in _extents(template, keys, sheet.number)]
        yield from redrawn(known.blank(before.id, sheet.number), known.blank(after.id, sheet.number), told)


def _extents(template: Template, keys: set[str], sheet: int) -> Iterator[Rect]:
    """Go through where the fields of some keys stand on a sheet."""
    for field in template.fields_on(sheet):
        extent = field.extent(sheet)
        if field.key in keys and extent is not None:
            yield extent


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
