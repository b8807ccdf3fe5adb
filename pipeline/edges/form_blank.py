"""A fillable PDF made a blank: no widgets, no values, no scripts, no attached files; only what is printed on paper."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pikepdf
from pikepdf import Array, Dictionary, Name

from pipeline.edges.form_active import acts
from pipeline.errors import TemplateError

Made = TypeVar("Made")
_DEPTH = 32
_HIDDEN, _PRINTED = 2 | 32, 4
_RADIO, _PUSHED, _COMB = 1 << 15, 1 << 16, 1 << 24
_COLOUR = {1: "G", 3: "RG", 4: "K"}
_ROUND = 0.5523  # how far a curve's handles lie from its ends, of the radius, so that four of them make a circle


def emptied(path: Path) -> tuple[bytes, int]:
    """Return the PDF without its form, and how many frames that only the form drew were made print.

    A frame that a widget draws around itself is printed with the form, so it stays, as a line of the page. A page that is
    shown turned or cropped becomes one that is written so, since proofs and printed forms are laid over it.

    Raises:
        TemplateError: when its objects are not what they should be.
    """
    return _from_outside(_emptied, path)


def unfilled(path: Path) -> bytes:
    """Return the PDF with its form as it is before anybody fills it in: no values, no scripts.

    Raises:
        TemplateError: when its objects are not what they should be.
    """
    return _from_outside(_unfilled, path)


def _from_outside(make: Callable[[Path], Made], path: Path) -> Made:
    try:
        return make(path)
    except MemoryError:
        raise
    except Exception:  # anything may be wrong in a file from outside
        raise TemplateError("blank_unreadable", hint="blank_save_anew") from None


def _unfilled(path: Path) -> bytes:
    with pikepdf.open(path) as pdf:
        _silence(pdf)
        _drop(pdf.Root.AcroForm, Name.XFA)
        notes = (note for page in pdf.pages for note in page.obj.get(Name.Annots, ()))
        for item in (*pdf.objects, *notes):
            if isinstance(item, Dictionary) and (Name.FT in item or item.get(Name.Subtype) == Name.Widget):
                _clear(item)
        for page in pdf.pages:
            _drop(page.obj, Name.AA)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, encryption=False)
        return out.getvalue()


def _clear(field: Any) -> None:  # noqa: ANN401
    """Take value and scripts off a field or widget, and how it looks, unless it is a box, which looks so when it is on."""
    _drop(field, Name.V, Name.DV, Name.RV, Name.AA, Name.A)
    if _inherited(field, Name.FT) != Name.Btn:
        _drop(field, Name.AP)
    elif Name.AS in field:
        field.AS = Name.Off


def _silence(pdf: pikepdf.Pdf) -> None:
    """Take away what a viewer would run on opening the file, and files in it."""
    _drop(pdf.Root, Name.OpenAction, Name.AA, Name.AF)
    names = pdf.Root.get(Name.Names)
    if isinstance(names, Dictionary):
        _drop(names, Name.JavaScript, Name.EmbeddedFiles)


def _drop(item: Any, *keys: Name) -> None:  # noqa: ANN401
    for key in keys:
        if key in item:
            del item[key]


def _emptied(path: Path) -> tuple[bytes, int]:
    with pikepdf.open(path) as pdf:
        framed = sum(_strip(page) for page in pdf.pages)
        for page in pdf.pages:
            _set_upright(pdf, page)
        _silence(pdf)
        _drop(pdf.Root, Name.AcroForm)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, encryption=False)
        return out.getvalue(), framed


def _strip(page: pikepdf.Page) -> int:
    """Take the widgets off a page, and return how many of their frames were drawn on it."""
    if Name.AA in page.obj:
        del page.obj[Name.AA]
    notes = page.obj.get(Name.Annots)
    if not isinstance(notes, Array):
        return 0
    widgets = [note for note in notes if isinstance(note, Dictionary) and note.get(Name.Subtype) == Name.Widget]
    frames = [drawn for widget in widgets if (drawn := _frame(widget))]
    page.obj.Annots = Array([note for note in notes if isinstance(note, Dictionary) and _is_print(note)])
    if frames:
        page.contents_add(b"q", prepend=True)
        page.contents_add(b"Q q " + " ".join(frames).encode() + b" Q")
    return len(frames)


def _is_print(note: Any) -> bool:  # noqa: ANN401 - pikepdf's objects carry no types
    """Tell whether a note on a page is only seen."""
    action = note.get(Name.A)
    return note.get(Name.Subtype) != Name.Widget and not acts(note) and (action is None or not acts(action))


def _set_upright(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Write a page as it is shown: not turned, its corner at nought."""
    media, crop = (_box(box) for box in (page.mediabox, page.cropbox))
    x0, y0, x1, y1 = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    turned = int(_inherited(page.obj, Name.Rotate) or 0) % 360
    if (turned, x0, y0) == (0, 0.0, 0.0):
        return
    ways = {90: [0, -1, 1, 0, -y0, x1], 180: [-1, 0, 0, -1, x1, y1], 270: [0, 1, -1, 0, y1, -x0]}
    page.contents_coalesce()
    # pikepdf's own as_form_xobject takes the page's commands when the file is saved, after they were changed here.
    form = pdf.make_stream(
        page.obj.Contents.read_bytes(), Type=Name.XObject, Subtype=Name.Form, BBox=Array([x0, y0, x1, y1])
    )
    form.Matrix, form.Resources = Array(ways.get(turned, [1, 0, 0, 1, -x0, -y0])), page.resources
    if Name.Group in page.obj:
        form.Group = page.obj.Group
    width, height = (y1 - y0, x1 - x0) if turned in (90, 270) else (x1 - x0, y1 - y0)
    for key in (Name.CropBox, Name.TrimBox, Name.BleedBox, Name.ArtBox, Name.Annots):
        if key in page.obj:
            del page.obj[key]
    page.obj.Rotate, page.obj.MediaBox, page.obj.CropBox = 0, Array([0, 0, width, height]), Array([0, 0, width, height])
    page.obj.Resources = Dictionary(XObject=Dictionary(Print=form))
    page.obj.Contents = pdf.make_stream(b"/Print Do")


def _box(raw: Any) -> tuple[float, float, float, float]:  # noqa: ANN401
    a, b, c, d = (float(side) for side in raw)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _frame(widget: Any) -> str:  # noqa: ANN401 - pikepdf's objects carry no types
    """Return the commands that draw a widget's frame; empty when it has none, or is not printed."""
    flags, look = int(widget.get(Name.F, 0)), widget.get(Name.MK)
    ours = _inherited(widget, Name.Ff)
    colour = look.get(Name.BC) if isinstance(look, Dictionary) else None
    if not isinstance(colour, Array) or len(colour) not in _COLOUR or not flags & _PRINTED or flags & _HIDDEN:
        return ""
    width = _width(widget)
    if width <= 0 or (_inherited(widget, Name.FT) == Name.Btn and int(ours or 0) & _PUSHED):
        return ""
    pen = " ".join(f"{float(part):.4g}" for part in colour)
    path = " ".join(_path(widget, int(ours or 0), width))
    return f"{pen} {_COLOUR[len(colour)]} {width:.4g} w {path} S"


def _path(widget: Any, flags: int, width: float) -> Iterator[str]:  # noqa: ANN401
    a, b, c, d = (float(side) for side in widget.Rect)
    x0, y0, x1, y1 = min(a, c) + width / 2, min(b, d) + width / 2, max(a, c) - width / 2, max(b, d) - width / 2
    if _inherited(widget, Name.FT) == Name.Btn and flags & _RADIO:
        yield from _circle((x0 + x1) / 2, (y0 + y1) / 2, min(x1 - x0, y1 - y0) / 2)
        return
    yield f"{x0:.3f} {y0:.3f} {x1 - x0:.3f} {y1 - y0:.3f} re"
    cells = int(_inherited(widget, Name.MaxLen) or 0) if flags & _COMB else 0
    for cell in range(1, cells):
        x = x0 + (x1 - x0) * cell / cells
        yield f"{x:.3f} {y0:.3f} m {x:.3f} {y1:.3f} l"


def _circle(x: float, y: float, r: float) -> Iterator[str]:
    k = r * _ROUND
    yield f"{x + r:.3f} {y:.3f} m"
    for ends in (
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    ):
        yield " ".join(f"{end:.3f}" for end in ends) + " c"


def _width(widget: Any) -> float:  # noqa: ANN401
    style, border = widget.get(Name.BS), widget.get(Name.Border)
    if isinstance(style, Dictionary) and Name.W in style:
        return float(style.W)
    return float(border[2]) if isinstance(border, Array) and len(border) > 2 else 1.0


def _inherited(widget: Any, key: Name) -> Any:  # noqa: ANN401
    for _ in range(_DEPTH):
        if not isinstance(widget, Dictionary):
            return None
        if key in widget:
            return widget[key]
        widget = widget.get(Name.Parent)
    return None
