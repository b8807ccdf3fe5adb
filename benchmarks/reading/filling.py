"""Filling in: the answers of a form written on its sheets, and the truth of every field as it came to stand."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.reading.desk import Desk
from benchmarks.reading.hands import Hand, Scribe
from benchmarks.reading.ink import PX, Inked
from benchmarks.reading.marks import nearest, signature
from benchmarks.reading.story import Told, nothing
from benchmarks.reading.typist import Typist, typed_tick
from pipeline.domain.geometry import Rect
from pipeline.domain.template import ONE_BOX_KINDS, Field, FieldKind, RuleId, Template
from pipeline.domain.value import Plain

KINDS = (
    "machine print",
    "machine print, font seen in training",
    "comb digits",
    "comb letters",
    "free hand print",
    "left blank",
    "tick",
    "signature",
)
_WORDS = frozenset({FieldKind.TEXT40, FieldKind.TEXT255, FieldKind.TEXT1500})
_CANCELS = 0.05
_LEAST_PT = 7.5
_LEAST_CAP = 2.1


@dataclass(frozen=True, slots=True)
class Truth:
    """What one field really says: its kind in the table, its value in normal form, who wrote it, and what is odd of it."""

    key: str
    sheet: int
    kind: str
    value: Plain
    by: str = ""
    boxes: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Room:
    """Where the next answer goes: the ink of its sheet, its zone, and the field it is of."""

    ink: Inked
    zone: Rect
    field: Field


def fill(template: Template, told: Told, desk: Desk) -> tuple[tuple[Inked, ...], tuple[Truth, ...]]:
    """Write a form; return the ink of its sheets and the truth of its fields, in template order."""
    inks = tuple(Inked(sheet.width_mm, sheet.height_mm) for sheet in template.sheets)
    truths = tuple(_counted(field, _field(inks, field, told, desk)) for field in template.fields)
    return inks, truths


def _counted(field: Field, truth: Truth) -> Truth:
    """Return a truth with a number in normal form where the field asks for one."""
    counted = field.rule(RuleId.INTEGER) is not None and isinstance(truth.value, str)
    return replace(truth, value=int(str(truth.value))) if counted else truth


def _field(inks: Sequence[Inked], field: Field, told: Told, desk: Desk) -> Truth:
    value = told.values[field.key]
    noted = (told.notes[field.key],) if field.key in told.notes and value is not None else ()
    if field.is_boxes:
        return _boxes(inks, field, value, desk)
    room = _Room(inks[field.sheet - 1], field.zones[0].rect, field)
    if field.kind is FieldKind.SIGN:
        if value:
            room.ink.put(signature(room.zone, desk.nib, desk.rng), room.zone.x, room.zone.y)
        return Truth(field.key, field.sheet, "signature", bool(value))
    if value is None:
        return Truth(field.key, field.sheet, "left blank", None)
    text = _fitting(field, str(value))
    if not desk.by_hand():
        kind = "machine print, font seen in training" if desk.typist.seen else "machine print"
        written = _typed_comb(room, text, desk) if field.comb else _typed(room, text, desk)
        return Truth(field.key, field.sheet, kind, written, desk.typist.name, 0, noted)
    if field.comb is not None:
        digits = not any(character.isalpha() for character in text)
        hand = desk.digits if digits else desk.hand
        _comb(room, text, hand, desk.rng)
        return Truth(field.key, field.sheet, "comb digits" if digits else "comb letters", text, hand.name, 0, noted)
    if desk.words is not None and field.kind in _WORDS and not field.rules:
        return _word(room, desk)
    written = _hand_lines(room, text, desk.hand, desk.rng)
    return Truth(field.key, field.sheet, "free hand print", written, desk.hand.name, 0, noted)


def _boxes(inks: Sequence[Inked], field: Field, value: Plain, desk: Desk) -> Truth:
    chosen = value if isinstance(value, tuple) else () if value is None else (value,)
    by_hand, notes = desk.by_hand(), []
    for option in field.options:
        box, ink = option.zone.rect, inks[option.zone.sheet - 1]
        if option.value not in chosen:
            continue
        if by_hand:
            others = [other.zone.rect for other in field.options]
            ink.put(desk.ticker.tick(box, nearest(box, others)), box.x, box.y)
            notes = [desk.ticker.habit]
        else:
            ink.put(typed_tick(desk.typist), box.centre[0] + desk.off[0], box.centre[1] + desk.off[1])
            notes = ["typed"]
    rest = [option for option in field.options if option.value not in chosen]
    if chosen and rest and by_hand and field.kind in ONE_BOX_KINDS and desk.rng.random() < _CANCELS:
        other = desk.rng.choice(rest)
        inks[other.zone.sheet - 1].put(desk.ticker.taken_back(other.zone.rect), other.zone.rect.x, other.zone.rect.y)
        notes.append("cancelled")
    told = value if value not in (None, ()) else nothing(field)
    by = (desk.hand.name if by_hand else desk.typist.name) if chosen else ""
    return Truth(field.key, field.sheet, "tick", told, by, len(field.options), tuple(notes) or ("none ticked",))


def _typed(room: _Room, text: str, desk: Desk) -> str:
    """Type a text and return what found room."""
    zone, most = room.zone, room.field.lines
    typist = desk.typist
    if most == 1:
        wide = typist.width_mm(text)
        points = typist.points * min(1.0, (zone.width - 3) / wide, zone.height * 0.62 / typist.cap_mm)
        typist = typist.sized(max(_LEAST_PT, points))
    lead = min(zone.height / most, typist.points * 25.4 / 72 * 1.25)
    lines = _wrapped(text, zone.width - 3, most, typist)
    first = (zone.height + typist.cap_mm) / 2 if most == 1 else typist.cap_mm + 1.2
    x, y = zone.x + desk.rng.uniform(0.9, 1.8) + desk.off[0], zone.y + first + desk.off[1]
    for index, line in enumerate(lines):
        room.ink.put(typist.line(line), x, y + index * lead)
    return " ".join(lines)


def _wrapped(text: str, width: float, most: int, typist: Typist) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if not line or typist.width_mm(longer) <= width:
            line = longer
        elif len(lines) + 1 == most:
            break
        else:
            lines.append(line)
            line = word
    return [*lines, line.rstrip(",")]


def _fitting(field: Field, text: str) -> str:
    """Return what of a text finds room in a comb's cells, as of a date where only the year is asked for."""
    letters = text.replace("-", "").replace(" ", "")
    return text if field.comb is None or len(letters) <= field.comb.cells else letters[: field.comb.cells]


def _cells(room: _Room, text: str) -> Iterator[tuple[str, Rect]]:
    if room.field.comb is None:
        raise ValueError(room.field.key)
    letters = text.replace("-", "").replace(" ", "")
    yield from zip(letters, room.field.comb.rects(room.zone), strict=False)


def _typed_comb(room: _Room, text: str, desk: Desk) -> str:
    for letter, cell in _cells(room, text):
        typist = desk.typist.sized(min(desk.typist.points, cell.height * 0.62 / 0.7 * 72 / 25.4))
        x = cell.x + (cell.width - typist.width_mm(letter)) / 2 + desk.off[0]
        room.ink.put(typist.line(letter), x, cell.y + (cell.height + typist.cap_mm) / 2 + desk.off[1])
    return text


def _comb(room: _Room, text: str, hand: Scribe, rng: random.Random) -> None:
    """Write one letter in each cell, as tall as this person writes, sitting a little off the middle."""
    cells = list(_cells(room, text))
    tall = min(cells[0][1].height * rng.uniform(0.55, 0.8), 4.6)
    off = (rng.gauss(0, 0.25), rng.gauss(0, 0.2))
    for letter, cell in cells:
        patch = hand.letter(letter, tall * rng.uniform(0.93, 1.06))
        left, top, right, bottom = patch.ink_mm
        x = cell.x + cell.width / 2 - (left + right) / 2 + off[0] + rng.gauss(0, 0.18)
        y = cell.y + cell.height / 2 - (top + bottom) / 2 + off[1] + rng.gauss(0, 0.16)
        room.ink.put(patch, x, y)


def _word(room: _Room, desk: Desk) -> Truth:
    """Write a word of a collection, and let it be the field's truth."""
    if desk.words is None:
        raise ValueError(room.field.key)
    zone = room.zone
    patch, text = desk.words.word(zone.width - 4, min(zone.height * 0.85, 6.4))
    _, top, _, bottom = patch.ink_mm
    line = zone.height / room.field.lines if room.field.lines > 1 else zone.height
    y = zone.y + min(line, zone.height) / 2 - (top + bottom) / 2 + desk.rng.gauss(0, 0.3)
    room.ink.put(patch, zone.x + desk.rng.uniform(1.5, 4.0), max(y, zone.y - top + 0.2))
    return Truth(room.field.key, room.field.sheet, "free hand print", text, desk.words.name)


def _hand_lines(room: _Room, text: str, hand: Hand, rng: random.Random) -> str:
    """Write a text by hand, smaller where it must be, and return the words that found room."""
    zone, most = room.zone, room.field.lines
    pitch = zone.height / most
    cap = min(rng.uniform(2.7, 3.6), pitch * 0.56)
    width = zone.width - 4
    if most == 1:
        cap = max(_LEAST_CAP, cap * min(1.0, 0.97 * width / max(_width(hand, text, cap), 1.0)))
    whole = most == 1 and _width(hand, text, cap) <= width + 2
    lines = [text] if whole else _hand_wrapped(text, width, most, (hand, cap))
    for index, line in enumerate(lines):
        base = zone.y + pitch * index + pitch * 0.5 + cap * 0.48 + rng.gauss(0, 0.15)
        room.ink.put(hand.line(line, cap), zone.x + rng.uniform(1.0, 2.4), base)
    return " ".join(lines)


def _width(hand: Hand, text: str, cap: float) -> float:
    return hand.line(text, cap).dark.shape[1] / PX


def _hand_wrapped(text: str, width: float, most: int, by: tuple[Hand, float]) -> list[str]:
    hand, cap = by
    lines: list[str] = []
    line, gone = "", 0.0
    for word in text.split():
        wide = _width(hand, word, cap) + cap * 0.7
        if not line or gone + wide <= width:
            line, gone = f"{line} {word}".strip(), gone + wide
        elif len(lines) + 1 == most:
            break
        else:
            lines.append(line)
            line, gone = word, wide
    return [*lines, line.rstrip(",")]
