"""Forms filled in that never were on paper: text laid on the face, and widgets drawn as a viewer draws them."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.domain.geometry import MM_PER_INCH, Rect, Transform
from pipeline.domain.template import Field, FieldKind, Sheet, Template
from pipeline.domain.value import Plain
from pipeline.drawing import fonts
from pipeline.drawing.filling import Filled, Writer, write
from pipeline.drawing.layers import laid
from pipeline.drawing.paper import Grey
from pipeline.drawing.pens import TypePen, hand
from pipeline.drawing.printing import fillable
from pipeline.drawing.writing import lettered, written

PAGE_DPI = 300.0
DRAWN_DPI = 304.8  # twelve pixels to a millimetre: a sheet comes out in whole pixels, so PDFium does not stretch it
_PDFIUM: Any = pypdfium2  # neither library carries types
_CANVAS: Any = Canvas
_FONT: Any = TTFont
_METRICS: Any = pdfmetrics
_POINTS = 10.0


def fitted(template: Template, told: Mapping[str, Plain]) -> Filled:
    """Return what is told as a computer's type has room for it; nothing is signed."""
    unsigned = {key: False if template.field(key).kind is FieldKind.SIGN else value for key, value in told.items()}
    pen = TypePen(fonts.named((fonts.FACE[0],))[0], _POINTS)
    return write(template, unsigned, Writer("print", pen, hand(random.Random(0)), random.Random(0)), 72.0)


def widgets_drawn(template: Template, filled: Filled) -> tuple[Grey, ...]:
    """Return the sheets of the form filled through its widgets, each drawn by PDFium in grey at `DRAWN_DPI`."""
    with _PDFIUM.PdfDocument(fillable(template, filled.values)) as document:
        document.init_forms()
        return tuple(
            np.array(page.render(scale=DRAWN_DPI / 72 - 1e-5).to_pil().convert("L"), dtype=np.uint8) for page in document
        )


def typeset(template: Template, filled: Filled) -> bytes:
    """Return the form as a PDF with a text layer: the answers typeset on the face."""
    font = fonts.named((fonts.FACE[0],))[0]
    _METRICS.registerFont(_FONT("Answer", str(font)))
    out = io.BytesIO()
    canvas = _CANVAS(out, invariant=1)
    for sheet in template.sheets:
        canvas.setPageSize((sheet.width_mm * mm, sheet.height_mm * mm))
        for field in template.fields_on(sheet.number):
            _set(canvas, sheet, field, filled.values[field.key])
        canvas.showPage()
    canvas.save()
    return laid(template.blank_path, out.getvalue())


def joined(parts: Sequence[tuple[bytes, int]]) -> bytes:
    """Return a PDF of single pages, each given as (PDF, page number from 1)."""
    with pikepdf.new() as pdf:
        for data, number in parts:
            with pikepdf.open(io.BytesIO(data)) as source:
                pdf.pages.append(source.pages[number - 1])
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def page_truth(number: int, sheet: Sheet) -> dict[str, Any]:
    """Return the truth of a page that was born digital: it lies straight, at 300 dpi."""
    scale = PAGE_DPI / MM_PER_INCH
    return {
        "page": number,
        "state": "placed",
        "sheet": sheet.number,
        "mm_to_px": Transform.scaling(scale).matrix.tolist(),
        "rotation": 0,
        "width_px": math.ceil(sheet.width_mm * scale),
        "height_px": math.ceil(sheet.height_mm * scale),
        "dpi": [PAGE_DPI, PAGE_DPI],
        "damage": [],
    }


def _set(canvas: Any, sheet: Sheet, field: Field, value: Plain) -> None:  # noqa: ANN401 - a canvas has no type
    chosen = value if isinstance(value, tuple) else (value,)
    for option in field.options:
        if option.value in chosen and option.zone.sheet == sheet.number:
            _cross(canvas, sheet, option.zone.rect.grown(-0.8))
    if field.is_boxes or isinstance(value, bool) or not isinstance(value, str | int):
        return
    text = str(value)
    for zone, letter, cell in lettered(field, text):
        if zone.sheet == sheet.number:
            wide = _METRICS.stringWidth(letter, "Answer", _POINTS) / mm
            _say(canvas, sheet, (cell.x + (cell.width - wide) / 2, cell.bottom - 1.6), letter)
    if field.comb is not None:
        return
    for zone, part in zip(field.zones, written(field, text), strict=True):
        rect = zone.rect
        base = rect.y + 4.4 if field.lines > 1 else rect.y + rect.height / 2 + 1.3
        lines = _lines(part, rect.width - 3) if field.lines > 1 else [part]
        for index, line in enumerate(lines if zone.sheet == sheet.number else ()):
            _say(canvas, sheet, (rect.x + 1.2, base + index * 4.3), line)


def _lines(text: str, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _METRICS.stringWidth(longer, "Answer", _POINTS) / mm <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _say(canvas: Any, sheet: Sheet, place: tuple[float, float], words: str) -> None:  # noqa: ANN401
    canvas.setFont("Answer", _POINTS)
    canvas.drawString(place[0] * mm, (sheet.height_mm - place[1]) * mm, words)


def _cross(canvas: Any, sheet: Sheet, box: Rect) -> None:  # noqa: ANN401
    canvas.setLineWidth(1.2)
    top, low = (sheet.height_mm - box.y) * mm, (sheet.height_mm - box.bottom) * mm
    canvas.line(box.x * mm, top, box.right * mm, low)
    canvas.line(box.right * mm, top, box.x * mm, low)
