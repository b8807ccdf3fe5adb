"""A template being edited: every state it was in, what is wrong with it now, and the way back to its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain.editing import ChangeHead, LayZones, OpenField, Spot, Step
from pipeline.domain.raster import Raster
from pipeline.domain.template import Template
from pipeline.edges import catalogue, library
from pipeline.edges.template_revised import guesses, headed, revised
from pipeline.edges.template_save import saved
from pipeline.errors import Fault, TemplateError
from pipeline.jobs.checked import warnings
from pipeline.stages.edit import edit
from pipeline.stages.edit_field import changed_head
from pipeline.stages.snap import snap

SNAP_DPI = 200.0


UNSHOWN = frozenset({"blank_missing", "blank_unreadable"})


@dataclass(frozen=True, slots=True)
class State:
    """A template at one moment, as far as it is understood, and the file that it would make.

    `faults` keep it from being used, `unshaped` are those of them that have stand-ins, `warnings` are what its forms
    still lack to be sent, `guesses` what is still guessed of each field, `named` what of its head a person has set.
    """

    template: Template
    fields: tuple[OpenField, ...]
    text: str
    faults: tuple[Fault, ...]
    unshaped: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    guesses: tuple[tuple[str, ...], ...]
    named: frozenset[str] = frozenset()


class Editing:
    """The states of a template from the file on; nothing is written before `save`."""

    def __init__(self, folder: Path) -> None:
        """Open the template of a folder, whatever its faults, as long as there is something to show.

        Raises:
            TemplateError: when it came with the program, is no TOML, has no blank to show, or its fields are no tables.
        """
        if folder.resolve().is_relative_to(library.shipped().resolve()):
            raise TemplateError("template_shipped", hint="template_copy", folder=str(folder))
        self._folder, self._path = folder, folder / library.FILE
        self._catalogue = catalogue.load()
        seen = library.look(folder)
        if seen.template is None or not seen.template.sheets or any(fault.code in UNSHOWN for fault in seen.faults):
            raise library.faulty_template(seen.faults)
        self._disk = self._path.read_bytes()
        fields = tuple(OpenField(field, number) for number, field in enumerate(seen.template.fields))
        begun = self._state(self._disk.decode("utf-8"), fields)
        revised(begun.text, begun.fields, begun.fields)
        self._states = [begun]
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

    def picture(self, number: int, dpi: float) -> Raster | None:
        """Return the blank of a sheet, drawn, or None when the blank has no such page."""
        sheet = next((sheet for sheet in self.now.template.sheets if sheet.number == number), None)
        try:
            return library.picture(self.now.template, sheet, dpi) if sheet is not None else None
        except TemplateError:
            return None

    def do(self, step: Step) -> Fault | None:
        """Do a step, and return nothing; or return why it cannot be done, with all as it was.

        A step may leave a template that makes no sense yet, never one whose shape is understood less than before.
        """
        was = self.now
        try:
            state = self._after(step)
        except (ValueError, IndexError, OverflowError):
            return Fault("not_understood")
        except TemplateError as error:
            return Fault(error.code)
        before = Counter((fault.code, fault.found) for fault in was.unshaped)
        worse = next((one for one in state.unshaped if not before[one.code, one.found]), None)
        if worse is None and (state.fields, state.text) != (was.fields, was.text):
            self._states[self._at + 1 :] = [state]
            self._at += 1
        return worse

    def snap(self, spots: Sequence[Spot]) -> Fault | None:
        """Lay zones to the printed lines around them; returns what `do` returns."""
        rects = []
        for spot in spots:
            field = self.now.fields[spot.field].field
            zone = field.all_zones[spot.zone]
            writing, picture = not field.is_boxes and field.comb is None, self.picture(zone.sheet, SNAP_DPI)
            rects.append(snap(picture, zone.rect, inside=writing) if picture is not None else zone.rect)
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

    def _after(self, step: Step) -> State:
        """Return the state after a step."""
        begun, was = self._states[0], self.now
        if isinstance(step, ChangeHead):
            template, fields = changed_head(was.template, step.name, step.typed), was.fields
            named = was.named | {step.name}
        else:
            template, fields, named = was.template, edit(was.fields, step), was.named
        text = headed(revised(begun.text, begun.fields, fields), template, sorted(named))
        return replace(self._state(text, fields), named=named)

    def _state(self, text: str, fields: Sequence[OpenField]) -> State:
        """Return a state whose fields are as they would be read again from the file they make.

        Raises:
            ValueError: when it would be no TOML any more.
        """
        seen = library.look(self._folder, text)
        if seen.template is None:
            raise ValueError("no TOML")
        amiss = [{str(one.where[2]) for one in seen.unshaped if one.where[:2] == ("field", n)} for n in range(len(fields))]
        fields = tuple(
            replace(one, field=field, amiss=frozenset(names))
            for one, field, names in zip(fields, seen.template.fields, amiss, strict=True)
        )
        told = () if seen.unshaped else warnings(seen.template, text, self._catalogue)
        return State(seen.template, fields, text, seen.faults, seen.unshaped, told, guesses(text))
