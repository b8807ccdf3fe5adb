"""A blank filled in: every answer written in its zones, by machine, by hand, or by both."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipeline.domain.geometry import Rect
from pipeline.domain.reading import Style
from pipeline.domain.template import ONE_BOX_KINDS, Field, FieldKind, Template
from pipeline.domain.value import Plain
from pipeline.drawing.pens import MM_PER_POINT, HandPen, Ink, Pen, TypePen
from pipeline.drawing.ticks import Tick, fill, signature, tick
from pipeline.drawing.writing import lettered, letters, written

_OPEN = frozenset({FieldKind.TEXT40, FieldKind.TEXT255, FieldKind.TEXT1500})
_CANCELLED = 0.012


@dataclass(frozen=True, slots=True)
class Filled:
    """A form's ink, one layer a sheet, and what it says: the values as they were fitted in, and how each was written.

    `cancelled` names the fields where a tick was taken back by filling its box, before another was made.
    """

    inks: tuple[Ink, ...]
    values: Mapping[str, Plain]
    styles: Mapping[str, Style]
    cancelled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Who fills in: the pens at hand, which of them `style` uses, and where chance comes from."""

    style: str
    typed: TypePen
    hand: Pen
    rng: random.Random

    def pen(self) -> Pen:
        """Return the pen for the next field."""
        if self.style == "mixed":
            return self.typed if self.rng.random() < 0.5 else self.hand
        return self.typed if self.style == "print" else self.hand


def write(template: Template, told: Mapping[str, Plain], writer: Writer, dpi: float) -> Filled:
    """Write what is `told` on a template's sheets; what finds no room is left out of the values too."""
    inks = tuple(Ink.over(sheet.width_mm, sheet.height_mm, dpi) for sheet in template.sheets)
    values: dict[str, Plain] = dict(told)
    styles: dict[str, Style] = {}
    cancelled: list[str] = []
    manner = _Manner.of(writer)
    for field in template.fields:
        pen = writer.pen()
        value = told[field.key]
        if value in (None, (), False):
            continue
        if field.comb is not None and len(letters(str(value))) > field.comb.cells:
            values[field.key] = None
            continue
        if field.kind is FieldKind.SIGN:
            zone = field.zones[0]
            signature(inks[zone.sheet - 1], zone.rect, manner.shake, manner.nib(writer.hand))
            styles[field.key] = Style.HAND
            continue
        if field.is_boxes:
            if _tick(inks, field, value, manner, pen):
                cancelled.append(field.key)
        elif field.comb is not None:
            _comb(inks, field, str(value), writer, pen)
        else:
            values[field.key] = _texts(inks, field, str(value), writer, pen)
        styles[field.key] = pen.style
    return Filled(inks, values, styles, tuple(cancelled))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How this writer ticks."""

    shake: np.random.Generator
    by_hand: tuple[Tick, ...]
    by_machine: Tick
    rng: random.Random

    @classmethod
    def of(cls, writer: Writer) -> _Manner:
        habit = writer.rng.choice((Tick.CROSS, Tick.CROSS, Tick.TICK, Tick.FILL))
        others = (habit,) * 6 + (Tick.CROSS, Tick.TICK)
        machine = writer.rng.choice((Tick.TYPED, Tick.TYPED, Tick.DOT))
        return cls(np.random.default_rng(writer.rng.randrange(2**31)), others, machine, writer.rng)

    def nib(self, pen: Pen) -> tuple[float, int]:
        """Return the width and grey of a pen's line."""
        if isinstance(pen, HandPen):
            return max(pen.width, 0.32), pen.grey
        return 0.45, pen.grey if isinstance(pen, TypePen) else 0


def _tick(inks: tuple[Ink, ...], field: Field, value: Plain, manner: _Manner, pen: Pen) -> bool:
    """Tick the boxes chosen, and tell whether another was taken back first."""
    chosen = value if isinstance(value, tuple) else (value,)
    for option in field.options:
        ink = inks[option.zone.sheet - 1]
        if option.value in chosen:
            how = manner.by_machine if pen.style is Style.PRINT else manner.rng.choice(manner.by_hand)
            tick(ink, option.zone.rect, how, manner.shake, manner.nib(pen))
    taken_back = pen.style is Style.HAND and field.kind in ONE_BOX_KINDS and manner.rng.random() < _CANCELLED
    others = [option for option in field.options if option.value not in chosen]
    if not taken_back or not others:
        return False
    other = manner.rng.choice(others)
    for _ in range(3):
        fill(inks[other.zone.sheet - 1], other.zone.rect.grown(0.3), manner.shake, manner.nib(pen))
    return True


def _comb(inks: tuple[Ink, ...], field: Field, value: str, writer: Writer, pen: Pen) -> None:
    rng = writer.rng
    off = (rng.gauss(0, 0.25), rng.gauss(0, 0.2))
    for zone, letter, cell in lettered(field, value):
        fitted = _fit(pen, letter, cell.width - 0.6, cell.height - 1.4)
        tall = _cap(fitted)
        x = cell.x + (cell.width - fitted.width_mm(letter)) / 2 + off[0] + rng.gauss(0, 0.12)
        y = cell.y + (cell.height + tall) / 2 + off[1] + (rng.gauss(0, 0.12) if pen.style is Style.HAND else 0)
        fitted.write(inks[zone.sheet - 1], (x, y), letter)


def _texts(inks: tuple[Ink, ...], field: Field, value: str, writer: Writer, pen: Pen) -> str:
    """Write a text in its zones and return what found room."""
    parts = zip(field.zones, written(field, value), strict=True)
    return "-".join(_text(inks[zone.sheet - 1], (zone.rect, field.lines), part, writer, pen) for zone, part in parts if part)


def _text(ink: Ink, place: tuple[Rect, int], value: str, writer: Writer, pen: Pen) -> str:
    """Write a text at a place of so many lines and return what found room."""
    rect, count = place
    room = Rect(rect.x + 0.8, rect.y + 0.3, rect.width - 2.0, rect.height - 0.6)
    fitted = _fit(pen, value if count == 1 else "", room.width, min(room.height, 6.4))
    most = 1 if count == 1 else max(1, int((room.height - _cap(fitted)) / fitted.leading_mm) + 1)
    lines = _wrapped(fitted, value, room.width, most)
    rng = writer.rng
    if count == 1:
        base = room.y + (room.height + _cap(fitted)) / 2 + rng.gauss(0, 0.3)
    else:
        base = room.y + _cap(fitted) * 1.35 + abs(rng.gauss(0, 0.3))
    for index, line in enumerate(lines):
        at = (room.x + abs(rng.gauss(0, 0.7)) * (1 if index == 0 else 0.3), base + index * fitted.leading_mm)
        fitted.write(ink, at, line)
    return " ".join(lines)


def _cap(pen: Pen) -> float:
    """Return the height of a pen's capitals in mm."""
    return (
        pen.height_mm if isinstance(pen, HandPen) else pen.points * MM_PER_POINT * 0.7 if isinstance(pen, TypePen) else 3.0
    )


def _fit(pen: Pen, text: str, width: float, height: float) -> Pen:
    """Return the pen made small enough for the room, but never illegibly small."""
    wide = pen.width_mm(text) if text else 0.0
    factor = min(1.0, width / wide if wide > width else 1.0, height / (_cap(pen) * 1.25))
    if factor >= 1.0:
        return pen
    if isinstance(pen, TypePen):
        return replace(pen, points=max(7.5 if pen.style is Style.PRINT else 9.0, pen.points * factor))
    if isinstance(pen, HandPen):
        return replace(pen, height_mm=max(2.4, pen.height_mm * factor))
    return pen


def _wrapped(pen: Pen, text: str, width: float, most: int) -> list[str]:
    """Return the text in at most `most` lines; words without room are dropped from the end."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if not line or pen.width_mm(longer) <= width:
            line = longer
        elif len(lines) + 1 < most:
            lines.append(line)
            line = word
        else:
            break
    return [*lines, line.rstrip(",")]
