"""Small fillable PDFs for tests: words and widgets where the test puts them, in points of the page's own space."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)
Rect = tuple[float, float, float, float]


@dataclass
class Sheet:
    """A page: words (x, y, text), widgets (rect, entries), and how it is shown."""

    words: Sequence[tuple[float, float, str]] = ()
    widgets: list[tuple[Rect, dict[str, Any]]] = field(default_factory=list)
    rotate: int = 0
    crop: Rect | None = None


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"FT": Name.Tx, "T": String(name), **more}


def box(name: str, export: str = "On", **more: Any) -> dict[str, Any]:
    return {"FT": Name.Btn, "T": String(name), "AS": Name.Off, "AP": look(export), **more}


def look(export: str) -> Dictionary:
    return Dictionary(N=Dictionary({"/" + export: Dictionary(), "/Off": Dictionary()}))


def group(name: str, *, flags: int = 0, tip: str = "", **more: Any) -> dict[str, Any]:
    """Return a field whose widgets are its kids: give it as `Parent` of each."""
    told = {"FT": Name.Btn, "T": String(name), "Ff": flags, **more}
    return {**told, "TU": String(tip)} if tip else told


def made(path: Path, *sheets: Sheet, **form: Any) -> Path:
    """Write the PDF; a `Parent` given as a dict becomes one object for all widgets that share it."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=A4)
    for sheet in sheets:
        canvas.setFont("Helvetica", 9)
        for x, y, words in sheet.words:
            canvas.drawString(x, y, words)
        canvas.showPage()
    canvas.save()
    with pikepdf.open(io.BytesIO(drawn.getvalue())) as pdf:
        fields = Array()
        parents: dict[int, Any] = {}
        for page, sheet in zip(pdf.pages, sheets, strict=True):
            page.obj.Rotate, page.obj.Annots = sheet.rotate, Array()
            if sheet.crop:
                page.obj.CropBox = Array(sheet.crop)
            for rect, entries in sheet.widgets:
                widget = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array(rect), F=4))
                _hang(pdf, widget, dict(entries), (fields, parents))
                page.obj.Annots.append(widget)
        if len(fields) or form:
            pdf.Root.AcroForm = pdf.make_indirect(Dictionary({"/Fields": fields, **_named(form)}))
        pdf.save(path)
    return path


def _hang(pdf: pikepdf.Pdf, widget: Any, entries: dict[str, Any], known: tuple[Array, dict[int, Any]]) -> None:
    """Give a widget its entries, and hang it under its parent, or among the fields."""
    fields, parents = known
    parent = entries.pop("Parent", None)
    for key, value in _named(entries).items():
        widget[key] = value
    if parent is None:
        fields.append(widget)
        return
    if id(parent) not in parents:
        parents[id(parent)] = pdf.make_indirect(Dictionary({**_named(parent), "/Kids": Array()}))
        fields.append(parents[id(parent)])
    widget.Parent = parents[id(parent)]
    parents[id(parent)].Kids.append(widget)


def _named(entries: dict[str, Any]) -> dict[str, Any]:
    return {f"/{key}": value for key, value in entries.items()}
