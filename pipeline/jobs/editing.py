"""A template being edited: every state it was in, what is wrong with it now, and the way back to its file."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain.editing import LayZones, OpenField, Spot, Step
from pipeline.domain.raster import Raster
from pipeline.domain.template import Template
from pipeline.edges import library
from pipeline.edges.template_faults import Fault, sense_faults, shaped
from pipeline.edges.template_file import TemplateModel
from pipeline.edges.template_revised import guesses, revised, was_fields
from pipeline.edges.template_save import saved
from pipeline.errors import TemplateError
from pipeline.stages.edit import edit
from pipeline.stages.snap import snap

SNAP_DPI = 200.0


@dataclass(frozen=True, slots=True)
class State:
    """The fields at one moment, the file they would make, what is wrong in it, and what is still guessed of each field."""

    fields: tuple[OpenField, ...]
    text: str
    faults: tuple[Fault, ...]
    guesses: tuple[tuple[str, ...], ...]


class Editing:
    """The states of a template from the file on; nothing is written before `save`."""

    def __init__(self, folder: Path) -> None:
        """Open the template of a folder.

        Raises:
            TemplateError: when it came with the program, or is not of a template's shape.
        """
        if folder.resolve().is_relative_to(library.shipped().resolve()):
            raise TemplateError("template_shipped", hint="template_copy", folder=str(folder))
        self._path = folder / library.FILE
        self.template: Template = library.loose(folder)
        self._disk = self._path.read_bytes()
        self._begun = self._disk.decode("utf-8")
        fields = tuple(OpenField(field, number) for number, field in enumerate(was_fields(self._begun)))
        self._states = [_state(self._begun, fields)]
        self._at = 0

    @property
    def now(self) -> State:
        """Return the state that is looked at."""
        return self._states[self._at]

    @property
    def can_undo(self) -> bool:
        """Tell whether there is a state before this one."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Tell whether a step was undone and can be done again."""
        return self._at + 1 < len(self._states)

    @property
    def unsaved(self) -> bool:
        """Tell whether the file would change by saving."""
        return self.now.text.encode() != self._disk

    def picture(self, number: int, dpi: float) -> Raster:
        """Return the blank of a sheet, drawn."""
        return library.picture(self.template, self.template.sheet(number), dpi)

    def do(self, step: Step) -> str:
        """Do a step, and return nothing; or return the code of why it cannot be done, with all as it was.

        A step may leave a template that makes no sense yet, never one that has not the shape of one any more: what was
        saved can always be opened again.
        """
        try:
            fields = edit(self.now.fields, step)
            state = _state(self._begun, fields)
        except (ValueError, IndexError, OverflowError):
            return "not_understood"
        except TemplateError as error:
            return error.code
        if state.fields != self.now.fields:
            self._states[self._at + 1 :] = [state]
            self._at += 1
        return ""

    def snap(self, spots: Sequence[Spot]) -> str:
        """Lay zones to the printed lines around them; returns what `do` returns."""
        rects = []
        for spot in spots:
            field = self.now.fields[spot.field].field
            zone = field.all_zones[spot.zone]
            writing = not field.is_boxes and field.comb is None
            rects.append(snap(self.picture(zone.sheet, SNAP_DPI), zone.rect, inside=writing))
        return self.do(LayZones(tuple(spots), tuple(rects)))

    def undo(self) -> None:
        """Go back to the state before, if there is one."""
        self._at -= self.can_undo

    def redo(self) -> None:
        """Go to the state that was left by undoing, if there is one."""
        self._at += self.can_redo

    def save(self) -> None:
        """Write the file as it is now; faults do not stand in the way.

        Raises:
            TemplateError: when the file was changed by someone else meanwhile, or cannot be written.
        """
        text = self.now.text.encode()
        saved(self._path, self._disk, text)
        self._disk = text


def _state(begun: str, fields: tuple[OpenField, ...]) -> State:
    """Return a state whose fields are as they would be read again from the file they make."""
    text = revised(begun, fields)
    model = shaped(tomllib.loads(text), text)
    if not isinstance(model, TemplateModel):
        raise TemplateError(model[0].code)
    fields = tuple(replace(one, field=written.noun()) for one, written in zip(fields, model.field, strict=True))
    return State(fields, text, sense_faults(model, text), guesses(text))
