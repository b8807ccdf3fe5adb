"""Two versions of a form compared: what changed, what keeps its record, and whether pages of them are told apart."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.jobs.checked import sheets_apart
from pipeline.stages.carry import carried
from pipeline.stages.differ import Change, differences
from pipeline.stages.tell_apart import Apart


@dataclass(frozen=True, slots=True)
class Compared:
    """What is told of two templates.

    `keeps` are the later one's fields that keep the record of the earlier one's, `anew` those that do not, of versions of
    one form; `apart` tells of each sheet that both have how surely its pages are told apart.
    """

    changes: tuple[Change, ...]
    keeps: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    apart: tuple[tuple[int, Apart], ...] = ()


def compare(before: Template, after: Template) -> Compared:
    """Compare two templates, their blanks too."""
    changes = differences(before, after)
    if before.digest == after.digest:
        return Compared(changes)
    apart = sheets_apart(before, after)
    if before.name != after.name:
        return Compared(changes, apart=apart)
    kept = carried(before, after, library.of((before, after)))
    keys = [field.key for field in after.fields]
    return Compared(changes, tuple(key for key in keys if key in kept), tuple(key for key in keys if key not in kept), apart)
