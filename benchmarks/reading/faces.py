"""The benchmark's own templates, made when it runs: a design becomes a folder with template.toml and blank.pdf."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.reading import fonts
from benchmarks.reading.designs import Cell, Design, Look, Row
from pipeline.domain.geometry import Rect

VERSION = "1"
_HEADING = 6.4
_CANVAS: Any = Canvas  # reportlab carries no types
_FONT: Any = TTFont
_METRICS: Any = pdfmetrics


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell's frame, where it is written in, and where its boxes stand."""

    cell: Cell
    frame: Rect
    zone: Rect
    boxes: tuple[Rect, ...]


def make(design: Design, folder: Path) -> Path:
    """Write a design as a template folder under `folder`, and return `folder`.

    Raises:
        NoFonts: when none of the fonts of its face is installed.
    """
    place = folder / design.name / VERSION
    place.mkdir(parents=True, exist_ok=True)
    regular, bold = f"{design.name}-r", f"{design.name}-b"
    for name, files in ((regular, design.look.regular), (bold, design.look.bold)):
        path = fonts.file((), files)
        if path is None:
            raise fonts.NoFonts
        _METRICS.registerFont(_FONT(name, str(path)))
    cells = tuple(_layout(design, regular))
    (place / "template.toml").write_text(_toml(design, cells), encoding="utf-8")
    _print(design, cells, (regular, bold), place / "blank.pdf")
    return folder


def _rows(design: Design) -> Iterator[tuple[Row, float]]:
    """Give each row with the y it begins at; a heading stands above its row."""
    y = design.look.top + 16
    for row in design.rows:
        y += _HEADING + 1 if row.heading else 0
        yield row, y
        y += row.height


def _layout(design: Design, font: str) -> Iterator[_Placed]:
    look = design.look
    for row, y in _rows(design):
        x = look.left
        for cell in row.cells:
            frame = Rect(x, y, look.width * cell.share, row.height)
            inner = Rect(x + 0.7, y + 4.1, frame.width - 1.4, row.height - 4.6)
            yield _Placed(cell, frame, _zone(cell, inner, look), tuple(_boxes(cell, inner, look, font)))
            x += frame.width


def _zone(cell: Cell, inner: Rect, look: Look) -> Rect:
    if not cell.comb:
        return inner
    wide = sum(cell.comb) * look.cell + (len(cell.comb) - 1) * look.gap
    return Rect(inner.x + 0.8, inner.y + 0.8, wide, min(inner.height - 1.2, look.cell * 1.25))


def _boxes(cell: Cell, inner: Rect, look: Look, font: str) -> Iterator[Rect]:
    """Give the boxes of a cell, in one row or more as there is room."""
    x, y = inner.x + 1.0, inner.y + 1.4
    for _, label in cell.options:
        wide = look.box + 2.4 + _METRICS.stringWidth(label, font, look.label_pt + 1.6) / mm + 4.2
        if x + wide > inner.right + 3 and x > inner.x + 2:
            x, y = inner.x + 1.0, y + look.box + 2.6
        yield Rect(round(x, 2), round(y, 2), look.box, look.box)
        x += wide


def _toml(design: Design, cells: Sequence[_Placed]) -> str:
    def quoted(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    head = {"name": design.name, "version": VERSION, "title": design.title, "title_en": design.title, "kind": "klinisk"}
    lines = [f"{key} = {quoted(value)}" for key, value in head.items()]
    lines += [f"diseases = {quoted(list(design.diseases))}", 'blank = "blank.pdf"', ""]
    lines += ["[[sheet]]", "number = 1", f"width_mm = {design.size[0]}", f"height_mm = {design.size[1]}", ""]
    for placed in cells:
        cell = placed.cell
        lines += ["[[field]]", f'key = "{cell.key}"', f"label = {quoted(cell.label)}", f"label_en = {quoted(cell.label)}"]
        lines += [f'kind = "{cell.kind}"', f'required = "{cell.required}"', f"critical = {str(cell.critical).lower()}"]
        lines.append(f"lines = {cell.lines}")
        if cell.comb:
            lines.append(f"comb = {{ groups = {list(cell.comb)}, gap_mm = {design.look.gap} }}")
        if cell.rules:
            told = ", ".join("{ " + ", ".join(f"{k} = {quoted(v)}" for k, v in rule.items()) + " }" for rule in cell.rules)
            lines.append(f"rules = [{told}]")
        if not cell.options:
            lines.append(f"zone = {_rect(placed.zone)}")
        for (value, label), box in zip(cell.options, placed.boxes, strict=True):
            lines += ["[[field.option]]", f"value = {quoted(value)}", f"label = {quoted(label)}"]
            lines += [f"label_en = {quoted(label)}", f"zone = {_rect(box)}"]
        lines.append("")
    return "\n".join(lines)


def _rect(rect: Rect) -> str:
    return f"{{ sheet = 1, x = {rect.x:.2f}, y = {rect.y:.2f}, width = {rect.width:.2f}, height = {rect.height:.2f} }}"


@dataclass(frozen=True, slots=True)
class _Press:
    """A canvas that counts millimetres from the sheet's top left."""

    canvas: Any
    high: float

    def line(self, start: tuple[float, float], end: tuple[float, float], wide: float) -> None:
        self.canvas.setLineWidth(wide)
        self.canvas.line(start[0] * mm, (self.high - start[1]) * mm, end[0] * mm, (self.high - end[1]) * mm)

    def frame(self, rect: Rect, wide: float) -> None:
        self.canvas.setLineWidth(wide)
        self.canvas.rect(rect.x * mm, (self.high - rect.bottom) * mm, rect.width * mm, rect.height * mm)

    def ground(self, rect: Rect, grey: float) -> None:
        self.canvas.setFillGray(grey)
        place = (rect.x * mm, (self.high - rect.bottom) * mm, rect.width * mm, rect.height * mm)
        self.canvas.rect(*place, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def text(self, at: tuple[float, float], words: str, font: tuple[str, float]) -> None:
        self.canvas.setFont(*font)
        self.canvas.drawString(at[0] * mm, (self.high - at[1]) * mm, words)


def _print(design: Design, cells: Sequence[_Placed], names: tuple[str, str], path: Path) -> None:
    wide, high = design.size
    press = _Press(_CANVAS(str(path), pagesize=(wide * mm, high * mm), invariant=1), high)
    look = design.look
    press.text((look.left, look.top + 6), design.title, (names[1], look.title_pt))
    press.text((look.left, look.top + 12), design.subtitle, (names[0], look.label_pt + 1))
    for row, y in _rows(design):
        if row.heading:
            press.ground(Rect(look.left, y - _HEADING, look.width, _HEADING), look.ground)
            press.text((look.left + 1.5, y - 1.9), row.heading, (names[1], look.label_pt + 3))
    for placed in cells:
        _cell(press, placed, look, names[0])
    press.text((look.left, high - 9), f"{design.name} {VERSION}", (names[0], 6))
    press.canvas.showPage()
    press.canvas.save()


def _cell(press: _Press, placed: _Placed, look: Look, font: str) -> None:
    frame = placed.frame
    if look.ruled:
        press.canvas.setDash(1, 1.5)
        press.line((frame.x, frame.bottom), (frame.right - 2, frame.bottom), 0.5)
        press.canvas.setDash()
    else:
        press.frame(frame, 0.5)
    press.text((frame.x + 1.1, frame.y + 3.1), placed.cell.label, (font, look.label_pt))
    if placed.cell.comb:
        _comb(press, placed.cell.comb, placed.zone, look)
    for (_, label), box in zip(placed.cell.options, placed.boxes, strict=True):
        press.frame(box, 0.7)
        press.text((box.right + 1.4, box.bottom - 0.7), label, (font, look.label_pt + 1.6))


def _comb(press: _Press, groups: Sequence[int], zone: Rect, look: Look) -> None:
    x = zone.x
    for count in groups:
        if look.open_comb:
            for cell in range(count + 1):
                at = x + cell * look.cell
                press.line((at, zone.bottom), (at, zone.bottom - zone.height * 0.35), 0.7)
            press.line((x, zone.bottom), (x + count * look.cell, zone.bottom), 0.7)
        else:
            for cell in range(count):
                press.frame(Rect(x + cell * look.cell, zone.y, look.cell, zone.height), 0.5)
        x += count * look.cell + look.gap
