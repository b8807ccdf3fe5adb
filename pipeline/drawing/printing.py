"""A form to fill on screen: AcroForm widgets laid on the printed face from the template's zones."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from itertools import islice

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from pipeline.domain.geometry import MM_PER_INCH, Rect, union
from pipeline.domain.template import Field, FieldKind, Template
from pipeline.domain.value import Plain
from pipeline.drawing.writing import letters, written

POINTS_PER_MM = 72 / MM_PER_INCH
_MULTILINE, _COMB, _NO_SCROLL = 1 << 12, 1 << 24, 1 << 23
_RADIO = 1 << 15
_PRINT = 4
_APPEARANCE = "/Helv {size} Tf 0 g"


def fillable(template: Template, values: Mapping[str, Plain] | None = None) -> bytes:
    """Return the face as a PDF with a widget in every zone but signatures, filled with `values` (normal forms by key).

    A text field is named by its key; a comb of several groups is one field `KEY.1`, `KEY.2` … a group; a choice of one is a
    group of boxes named by its key, whose export values are the options' values; a choice of several is `KEY.VALUE`.
    """
    given = values or {}
    with pikepdf.open(template.blank_path) as pdf:
        fields = Array()
        for field in template.fields:
            for widget in _lay(pdf, template, field, given.get(field.key)):
                fields.append(widget)
        font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding, Name=Name.Helv
            )
        )
        pdf.Root.AcroForm = pdf.make_indirect(
            Dictionary(
                Fields=fields,
                DR=Dictionary(Font=Dictionary(Helv=font)),
                DA=String(_APPEARANCE.format(size=10)),
                NeedAppearances=True,
            )
        )
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def _lay(pdf: pikepdf.Pdf, template: Template, field: Field, value: Plain) -> Iterator[pikepdf.Object]:
    if field.kind is FieldKind.SIGN:
        return
    if field.kind is FieldKind.CHOICEN:
        yield _several(pdf, template, field, value)
    elif field.is_boxes:
        yield _one(pdf, template, field, value)
    elif field.comb is not None and len(field.comb.groups) > 1:
        yield _comb(pdf, template, field, value)
    else:
        yield from _texts(pdf, template, field, value)


def _widget(pdf: pikepdf.Pdf, template: Template, place: tuple[int, Rect], tip: str) -> pikepdf.Object:
    number, rect = place
    height = template.sheet(number).height_mm
    corners = (rect.x, height - rect.bottom, rect.right, height - rect.y)
    page = pdf.pages[number - 1]
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            Rect=Array([round(corner * POINTS_PER_MM, 3) for corner in corners]),
            F=_PRINT,
            P=page.obj,
            TU=String(tip),
        )
    )
    if Name.Annots not in page.obj:
        page.obj.Annots = pdf.make_indirect(Array())
    page.obj.Annots.append(widget)
    return widget


def _texts(pdf: pikepdf.Pdf, template: Template, field: Field, value: Plain) -> Iterator[pikepdf.Object]:
    parts = written(field, "" if value is None else str(value))
    for index, (zone, part) in enumerate(zip(field.zones, parts, strict=True)):
        widget = _widget(pdf, template, (zone.sheet, zone.rect), field.label)
        widget.FT, widget.T = Name.Tx, String(field.key if index == 0 else f"{field.key}_{index + 1}")
        _write(widget, _size(field), part)
        if field.lines > 1:
            widget.Ff = _MULTILINE
        if field.comb is not None:
            widget.Ff, widget.MaxLen = _COMB | _NO_SCROLL, field.comb.cells
        yield widget


def _size(field: Field) -> int:
    return 9 if field.lines > 1 else 10


def _write(widget: pikepdf.Object, size: int, text: str) -> None:
    widget.DA = String(_APPEARANCE.format(size=size))
    if text:
        widget.V = String(text)


def _comb(pdf: pikepdf.Pdf, template: Template, field: Field, value: Plain) -> pikepdf.Object:
    parent = pdf.make_indirect(Dictionary(T=String(field.key), FT=Name.Tx, Ff=_COMB | _NO_SCROLL, TU=String(field.label)))
    parent.Kids = Array()
    rest = iter(letters("" if value is None else str(value)))
    for index, (place, count) in enumerate(_groups(field)):
        widget = _widget(pdf, template, place, field.label)
        widget.T, widget.MaxLen, widget.Parent = String(str(index + 1)), count, parent
        _write(widget, 11, "".join(islice(rest, count)))
        parent.Kids.append(widget)
    return parent


def _groups(field: Field) -> Iterator[tuple[tuple[int, Rect], int]]:
    """Give where each group of a comb stands, sheet and rectangle, and how many cells it has."""
    for zone in field.zones:
        comb = field.comb_in(zone)
        cells = iter(comb.rects(zone.rect) if comb is not None else ())
        for count in comb.groups if comb is not None else ():
            yield (zone.sheet, union(tuple(islice(cells, count)))), count


def _one(pdf: pikepdf.Pdf, template: Template, field: Field, value: Plain) -> pikepdf.Object:
    parent = pdf.make_indirect(Dictionary(T=String(field.key), FT=Name.Btn, Ff=_RADIO, TU=String(field.label)))
    parent.V = Name(f"/{value}") if value else Name.Off
    parent.Kids = Array()
    for option in field.options:
        widget = _widget(pdf, template, (option.zone.sheet, option.zone.rect), f"{field.label}: {option.label}")
        widget.Parent = parent
        _tickable(pdf, widget, option.value, option.zone.rect, value == option.value)
        parent.Kids.append(widget)
    return parent


def _several(pdf: pikepdf.Pdf, template: Template, field: Field, value: Plain) -> pikepdf.Object:
    ticked = value if isinstance(value, tuple) else ()
    parent = pdf.make_indirect(Dictionary(T=String(field.key), FT=Name.Btn, TU=String(field.label)))
    parent.Kids = Array()
    for option in field.options:
        widget = _widget(pdf, template, (option.zone.sheet, option.zone.rect), f"{field.label}: {option.label}")
        widget.T, widget.Parent = String(option.value), parent
        widget.V = Name(f"/{option.value}") if option.value in ticked else Name.Off
        _tickable(pdf, widget, option.value, option.zone.rect, option.value in ticked)
        parent.Kids.append(widget)
    return parent


def _tickable(pdf: pikepdf.Pdf, widget: pikepdf.Object, value: str, rect: Rect, on: bool) -> None:
    side = (rect.width * POINTS_PER_MM, rect.height * POINTS_PER_MM)
    inset = 0.22
    left, right, low, high = side[0] * inset, side[0] * (1 - inset), side[1] * inset, side[1] * (1 - inset)
    falling, rising = f"{left:.2f} {high:.2f} m {right:.2f} {low:.2f} l", f"{left:.2f} {low:.2f} m {right:.2f} {high:.2f} l"
    cross = f"q 1.3 w 1 J {rising} {falling} S Q"
    pictures = Dictionary({"/Off": _form(pdf, side, ""), f"/{value}": _form(pdf, side, cross)})
    widget.AP = Dictionary(N=pictures)
    widget.MK = Dictionary(CA=String("8"))  # a viewer that draws its own tick draws a cross
    widget.AS = Name(f"/{value}") if on else Name.Off


def _form(pdf: pikepdf.Pdf, side: tuple[float, float], content: str) -> pikepdf.Object:
    box = Array([0, 0, round(side[0], 3), round(side[1], 3)])
    return pikepdf.Stream(pdf, content.encode(), Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=box))
