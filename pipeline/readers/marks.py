"""The eye for tick boxes and signatures: ink against the blank, with a doubtful outcome between on and off."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.reading import Alternative, Clip, Reading, capped
from pipeline.domain.scan import Source
from pipeline.domain.template import ONE_BOX_KINDS, FieldKind
from pipeline.domain.value import NOTHING, Value
from pipeline.readers.box import MODEL, Mark, State, marks
from pipeline.readers.deprint import DARK
from pipeline.readers.ink import PX_PER_MM, ink
from pipeline.readers.network import network

SIGNATURE_MM = 4.0
SIGNATURE_INK_MM2 = 1.5
STROKE_MM = 2.0  # some stroke of a signature is that long; dust over a wide zone reaches as far, and never is
SIGNATURE_SURE = 0.97  # one measure alone is never surer


class MarksReader:
    """Reads tick boxes and tells whether a signature is there; it never reads a name out of one."""

    @property
    def name(self) -> str:
        """Return name and version.

        Raises:
            ReaderError: when the network is missing.
        """
        return f"marks/{network(MODEL).about.version}"

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of boxes or a signature, and drawn rather than filled in a program."""
        return (clip.field.is_boxes or clip.field.kind is FieldKind.SIGN) and not any(part.widgets for part in clip.parts)

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Read the clips, one reading each, in their order."""
        return tuple(self._signature(clip) if clip.field.kind is FieldKind.SIGN else self._boxes(clip) for clip in clips)

    def _boxes(self, clip: Clip) -> Reading:
        parts = {part.option: part for part in clip.parts if part.option is not None}
        seen = dict(zip(parts, marks(tuple(parts.values())), strict=True))
        single = clip.field.kind in ONE_BOX_KINDS
        chosen, doubts = (_one if single else _several)(seen)
        sure = min((found.certainty for found in seen.values()), default=0.0)
        value = Value(next(iter(chosen), None)) if single else Value(tuple(sorted(chosen)))
        others = _others(seen, chosen, self.name) if single and doubts else ()
        return Reading(clip.field.key, value, capped(sure, clip.residual_mm), self.name, clip.digest, None, others, doubts)

    def _signature(self, clip: Clip) -> Reading:
        inks = [ink(part) for part in clip.parts]
        boxes = [one.box for one in inks if one.box is not None]
        widest = max((max(box[2] - box[0], box[3] - box[1]) for box in boxes), default=0) / PX_PER_MM
        area = sum(float((one.dark >= DARK).sum()) for one in inks) / PX_PER_MM**2
        if not boxes:
            sure = min(one.blankness for one in inks)
            return self._told(clip, Value(False), min(sure, SIGNATURE_SURE))
        if any(one.spilled for one in inks):
            # A stamp beside the line reaches into it as a large signature reaches out of it.
            return Reading(clip.field.key, Value(True), 0.5, self.name, clip.digest, None, (), ("outside",))
        stroke = max(one.longest for one in inks) / PX_PER_MM
        if widest >= SIGNATURE_MM and area >= SIGNATURE_INK_MM2 and stroke >= STROKE_MM:
            # A typed name is ink too: whether it counts as a signature is the reviewer's to say where it matters.
            return self._told(clip, Value(True), SIGNATURE_SURE if clip.source is Source.IMAGE else 0.9)
        return Reading(clip.field.key, NOTHING, 0.5, self.name, clip.digest, None, (), ("specks",))

    def _told(self, clip: Clip, value: Value, sure: float) -> Reading:
        return Reading(clip.field.key, value, capped(sure, clip.residual_mm), self.name, clip.digest)


def _one(marks: dict[str, Mark]) -> tuple[list[str], tuple[str, ...]]:
    """Return the choice of a field that takes one, and what is doubtful in it."""
    doubtful = [option for option, found in marks.items() if found.state is State.DOUBTFUL]
    on = [option for option, found in marks.items() if found.state is State.ON]
    plain = [option for option in on if not marks[option].filled]
    doubts = ("doubtful_tick",) if doubtful else ()
    if len(on) > 1 and len(plain) == 1:
        # A filled box beside a ticked one is the usual way to take a choice back.
        return plain, ("cancelled", *doubts)
    if len(on) > 1:
        return sorted(on, key=lambda option: -marks[option].strength)[:1], ("too_many_ticks", *doubts)
    return on, doubts


def _several(marks: dict[str, Mark]) -> tuple[list[str], tuple[str, ...]]:
    """Return the choices of a field that takes several, and what is doubtful in them."""
    on = [option for option, found in marks.items() if found.state is State.ON]
    plain = [option for option in on if not marks[option].filled]
    doubts = ("doubtful_tick",) if any(found.state is State.DOUBTFUL for found in marks.values()) else ()
    if plain and len(plain) < len(on):
        return plain, ("cancelled", *doubts)
    if len(on) > 1 and any(marks[option].unclear for option in on):
        return on, ("cancelled", *doubts)
    return on, doubts


def _others(marks: dict[str, Mark], chosen: list[str], reader: str) -> tuple[Alternative, ...]:
    """Return the other boxes that may be meant, the likeliest first."""
    rest = [option for option, found in marks.items() if option not in chosen and found.state is not State.OFF]
    rest.sort(key=lambda option: -marks[option].strength)
    return tuple(Alternative(Value(option), marks[option].strength, reader) for option in rest)
