"""A proof to look at: every zone over its blank, with key, kind and rules."""

from __future__ import annotations

import io
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from pipeline.domain.geometry import Rect
from pipeline.domain.template import BOX_KINDS, Field, FieldKind, Sheet, Template, Zone
from pipeline.drawing.layers import laid

_CANVAS: Any = Canvas  # neither library carries types
_PDFIUM: Any = pypdfium2
_COLOUR: Any = colors.Color
_NUMBERS = frozenset({FieldKind.PNR, FieldKind.SNR, FieldKind.RIKSKOD, FieldKind.OTHER_NUMBER, FieldKind.DATE})
_COLOURS: dict[str, colors.Color] = {
    "box": _COLOUR(0.80, 0.20, 0.10),
    "number": _COLOUR(0.05, 0.35, 0.75),
    "text": _COLOUR(0.05, 0.50, 0.25),
    "signature": _COLOUR(0.50, 0.20, 0.60),
}
_WAS, _IS, _NEW = _COLOUR(0.80, 0.20, 0.10), _COLOUR(0.05, 0.35, 0.75), _COLOUR(0.05, 0.50, 0.25)
_OF_PRINT = {"was": _WAS, "is": _IS, "new": _NEW}


def proof(template: Template) -> bytes:
    """Return a PDF of the blank with every zone drawn over it; the same template gives the same bytes."""
    return laid(template.blank_path, _overlay(template))


def compared(before: Template, after: Template, changed: Container[str], print_: Sequence[tuple[Zone, str]] = ()) -> bytes:
    """Return a PDF of the later blank with what changed drawn over it: fields by their keys, and print.

    Red is where one was, blue where it is, green what is new; print is told as `was`, `is` or `new`.
    """
    out = io.BytesIO()
    canvas = _CANVAS(out, invariant=1)
    for sheet in after.sheets:
        canvas.setPageSize((sheet.width_mm * mm, sheet.height_mm * mm))
        for field in before.fields_on(sheet.number):
            if field.key in changed:
                _outline(canvas, sheet, field, _WAS)
        for field in after.fields_on(sheet.number):
            if field.key in changed:
                _outline(canvas, sheet, field, _IS if before.has(field.key) else _NEW)
        for zone, how in print_:
            if zone.sheet == sheet.number:
                _frame(canvas, sheet, zone.rect.grown(0.4), _OF_PRINT[how], 0.3)
        canvas.setFillColor(_COLOUR(0, 0, 0))
        _say(canvas, sheet, (8, 6), f"DIFF  {before.id}  ->  {after.id}  sheet {sheet.number}", 7)
        canvas.showPage()
    canvas.save()
    return laid(after.blank_path, out.getvalue())


def _outline(canvas: Any, sheet: Sheet, field: Field, colour: colors.Color) -> None:  # noqa: ANN401
    for zone in field.all_zones:
        if zone.sheet == sheet.number:
            _frame(canvas, sheet, zone.rect, colour)
    extent = field.extent(sheet.number)
    if extent is not None:
        _say(canvas, sheet, (extent.x + 0.3, extent.bottom + 1.4 if colour is _WAS else extent.y - 0.4), field.key, 4.6)


def saved(pdf: bytes, target: Path) -> Iterator[Path]:
    """Write a PDF, and each page of it as a picture beside it; gives the files."""
    target.write_bytes(pdf)
    yield target
    for number, picture in enumerate(pictures(pdf), 1):
        shown = target.with_name(f"{target.stem}-{number}.png")
        picture.save(shown)
        yield shown


def pictures(pdf: bytes, dpi: float = 110.0) -> Iterator[Image.Image]:
    """Draw each page of a PDF in colour, form widgets included."""
    with _PDFIUM.PdfDocument(pdf) as document:
        document.init_forms()
        for page in document:
            yield page.render(scale=dpi / 72).to_pil().convert("RGB")


def _overlay(template: Template) -> bytes:
    out = io.BytesIO()
    canvas = _CANVAS(out, invariant=1)
    for sheet in template.sheets:
        canvas.setPageSize((sheet.width_mm * mm, sheet.height_mm * mm))
        for field in template.fields_on(sheet.number):
            _field(canvas, sheet, field)
        _legend(canvas, sheet, template)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _field(canvas: Any, sheet: Sheet, field: Field) -> None:  # noqa: ANN401 - a canvas has no type
    colour = _colour(field)
    for zone in field.zones:
        if zone.sheet == sheet.number:
            _frame(canvas, sheet, zone.rect, colour)
            comb = field.comb_in(zone)
            for cell in comb.rects(zone.rect) if comb is not None else ():
                _frame(canvas, sheet, cell, colour, 0.3)
    for option in field.options:
        if option.zone.sheet == sheet.number:
            _frame(canvas, sheet, option.zone.rect, colour)
            _say(canvas, sheet, (option.zone.rect.x, option.zone.rect.bottom + 1.5), option.value, 4.2)
    extent = field.extent(sheet.number)
    if extent is not None:
        canvas.setFillColor(colour)
        _say(canvas, sheet, (extent.x + 0.3, extent.y - 0.4 if field.is_boxes else extent.y + 1.6), _told(field), 4.6)


def _told(field: Field) -> str:
    parts = [field.key, str(field.kind)]
    if field.required != "never":
        parts.append("!" if field.required == "always" else f"! {field.required}")
    if field.critical:
        parts.append("critical")
    parts += map(str, field.rules)
    return " · ".join(parts)


def tone(field: Field) -> str:
    """Return which colour a field is drawn in: box, number, text or signature."""
    if field.kind is FieldKind.SIGN:
        return "signature"
    return "box" if field.kind in BOX_KINDS else "number" if field.kind in _NUMBERS else "text"


def _colour(field: Field) -> colors.Color:
    return _COLOURS[tone(field)]


def _frame(canvas: Any, sheet: Sheet, rect: Rect, colour: colors.Color, width: float = 0.7) -> None:  # noqa: ANN401
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(width)
    canvas.setFillColor(_COLOUR(colour.red, colour.green, colour.blue, alpha=0.10))
    canvas.rect(rect.x * mm, (sheet.height_mm - rect.bottom) * mm, rect.width * mm, rect.height * mm, fill=1)
    canvas.setFillColor(colour)


def _say(canvas: Any, sheet: Sheet, place: tuple[float, float], words: str, size: float) -> None:  # noqa: ANN401
    canvas.setFont("Helvetica", size)
    canvas.drawString(place[0] * mm, (sheet.height_mm - place[1]) * mm, words)


def _legend(canvas: Any, sheet: Sheet, template: Template) -> None:  # noqa: ANN401
    canvas.setFillColor(_COLOUR(0, 0, 0))
    _say(canvas, sheet, (8, 6), f"PROOF  {template.id}  sheet {sheet.number}  {template.digest[:12]}", 7)
    for index, (name, colour) in enumerate(_COLOURS.items()):
        canvas.setFillColor(colour)
        _say(canvas, sheet, (110 + index * 22, 6), name, 7)
