"""The printed face of a blank form, drawn from the template's own zones and a table of what stands beside them."""

from __future__ import annotations

import io
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.domain.geometry import Rect
from pipeline.domain.template import Field, FieldKind, Sheet, Template, Zone
from pipeline.drawing import fonts

TABLE = "face.toml"
LABEL_PT, HINT_PT, OPTION_PT = 6.2, 5.6, 7.2
_HAIR, _RULE, _BOX = 0.35, 0.6, 0.8
_DASHED = frozenset({FieldKind.PNR, FieldKind.SNR, FieldKind.RIKSKOD, FieldKind.DATE})
_CANVAS: Any = Canvas  # reportlab carries no types
_FONT: Any = TTFont
_METRICS: Any = pdfmetrics


@dataclass(frozen=True, slots=True)
class _Pen:
    """A canvas that counts millimetres from the sheet's top left."""

    canvas: Any
    sheet: Sheet

    def text(self, x: float, y: float, size: float, words: str, bold: bool = False) -> None:
        self.canvas.setFont("Face-Bold" if bold else "Face", size)
        self.canvas.drawString(x * mm, (self.sheet.height_mm - y) * mm, words)

    def right(self, x: float, y: float, size: float, words: str, bold: bool = False) -> None:
        self.canvas.setFont("Face-Bold" if bold else "Face", size)
        self.canvas.drawRightString(x * mm, (self.sheet.height_mm - y) * mm, words)

    def rect(self, rect: Rect, line: float, fill: float | None = None) -> None:
        self.canvas.setLineWidth(line)
        if fill is not None:
            self.canvas.setFillGray(fill)
        place = (rect.x * mm, (self.sheet.height_mm - rect.bottom) * mm, rect.width * mm, rect.height * mm)
        self.canvas.rect(*place, stroke=int(line > 0), fill=int(fill is not None))
        self.canvas.setFillGray(0)

    def line(self, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
        self.canvas.setLineWidth(width)
        height = self.sheet.height_mm
        self.canvas.line(start[0] * mm, (height - start[1]) * mm, end[0] * mm, (height - end[1]) * mm)


def face(template: Template, table: Path) -> bytes:
    """Return the PDF of a template's face; the same template, table and font files give the same bytes.

    Args:
        template: whose zones, labels, combs and options are printed.
        table: the face.toml that says what else stands on each sheet, and the cell around each field.
    """
    drawn = tomllib.loads(table.read_text(encoding="utf-8"))
    for name, path in zip(("Face", "Face-Bold"), fonts.named(fonts.FACE), strict=True):
        _METRICS.registerFont(_FONT(name, str(path)))
    out = io.BytesIO()
    first = template.sheets[0]
    canvas = _CANVAS(out, pagesize=(first.width_mm * mm, first.height_mm * mm), invariant=1, pageCompression=1)
    canvas.setTitle(f"{template.title} {template.version}")
    canvas.setAuthor(drawn["form"])
    canvas.setSubject("Studieblankett, ej myndighetens")
    for sheet in template.sheets:
        canvas.setPageSize((sheet.width_mm * mm, sheet.height_mm * mm))
        _sheet(_Pen(canvas, sheet), template, drawn["sheet"][sheet.number - 1])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _sheet(pen: _Pen, template: Template, drawn: dict[str, Any]) -> None:
    for band in drawn["bands"]:
        _band(pen, Rect(*band["at"]), band["text"], band.get("style", "grey"))
    for cell in drawn["cells"]:
        if cell.get("frame", True):
            pen.rect(Rect(*cell["at"]), _RULE)
    for text in drawn["texts"]:
        place = pen.right if text.get("right") else pen.text
        place(text["x"], text["y"], text["size"], text["text"], text.get("bold", False))
    for x1, y1, x2, y2 in drawn["lines"]:
        pen.line((x1, y1), (x2, y2), _RULE * 2)
    for cell in drawn["cells"]:
        if "field" in cell:
            _field(pen, template.field(cell["field"]), Rect(*cell["at"]), cell)


def _band(pen: _Pen, rect: Rect, words: str, style: str) -> None:
    if style == "side":
        pen.rect(rect, _RULE, fill=0.93)
        number, *title = words.split("\n")
        pen.text(rect.x + 2, rect.y + 6.2, 13, number, bold=True)
        for index, line in enumerate(title):
            pen.text(rect.x + 2, rect.y + 10.6 + 3.2 * index, 8, line, bold=True)
        return
    pen.rect(rect, _RULE, fill=0.86)
    pen.text(rect.x + 1.6, rect.y + rect.height - 1.7, 8.6, words, bold=True)


def _field(pen: _Pen, field: Field, cell: Rect, drawn: dict[str, Any]) -> None:
    if drawn.get("label", True):
        pen.text(cell.x + 1.0, cell.y + 2.7, LABEL_PT, field.label)
        if drawn.get("hint"):
            after = _METRICS.stringWidth(field.label, "Face", LABEL_PT) / mm
            pen.text(cell.x + 2.2 + after, cell.y + 2.7, HINT_PT, f"({drawn['hint']})")
    if field.comb is not None:
        for zone in _on(field, pen.sheet):
            _comb(pen, field, zone)
    for option in field.options:
        if option.zone.sheet == pen.sheet.number:
            box = option.zone.rect
            pen.rect(box, _BOX)
            pen.text(box.right + 1.2, box.y + box.height / 2 + 0.9, OPTION_PT, option.label)


def _on(field: Field, sheet: Sheet) -> tuple[Zone, ...]:
    return tuple(zone for zone in field.zones if zone.sheet == sheet.number)


def _comb(pen: _Pen, field: Field, place: Zone) -> None:
    comb, zone = field.comb_in(place), place.rect
    if comb is None:
        return
    cells = comb.rects(zone)
    start = 0
    for count in comb.groups:
        group = cells[start : start + count]
        pen.rect(Rect(group[0].x, zone.y, group[-1].right - group[0].x, zone.height), _RULE)
        for cell in group[1:]:
            pen.line((cell.x, zone.y + zone.height * 0.35), (cell.x, zone.bottom), _HAIR)
        start += count
        if start < len(cells) and comb.gap_mm > 0 and field.kind in _DASHED:
            middle = (group[-1].right + cells[start].x) / 2
            pen.line((middle - 0.7, zone.y + zone.height / 2), (middle + 0.7, zone.y + zone.height / 2), _RULE)
