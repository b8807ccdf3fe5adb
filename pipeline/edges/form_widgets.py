"""The door to a fillable PDF: its widgets and printed words, in millimetres of each sheet as it is shown. Nothing is run.

Type, flags, length, tip and choices may stand on the widget or on any parent of it. Source: ISO 32000-1, 12.7.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2
from pdfminer.pdftypes import resolve1

from pipeline.domain.fillable import FillableForm, FormWidget, LeftOut, PrintedWord, WidgetKind
from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.template import Sheet, Zone
from pipeline.edges.parser_widgets import (
    clean,
    every_widget_of,
    full_name,
    hidden,
    inherited,
    int_of,
    lineage,
    name_of,
    text_of,
)
from pipeline.edges.parser_words import VisiblePage
from pipeline.errors import TemplateError

MOST_PAGES = 20
_DPI = 100.0
_REQUIRED, _MULTILINE, _RADIO, _PUSHED, _COMB = 1 << 1, 1 << 12, 1 << 15, 1 << 16, 1 << 24
_NO_COMB = 1 << 12 | 1 << 13 | 1 << 20  # of several lines, a password, or a file's name
_PDFIUM: Any = pypdfium2
Untyped = Any  # what pdfplumber and pdfminer give
for _library in ("pdfminer", "pikepdf"):  # what they say of a file while they read it is not for whoever asked
    logging.getLogger(_library).setLevel(logging.CRITICAL)


def read(path: Path) -> FillableForm:
    """Return the sheets, widgets and printed words of a PDF; a flat one has no widgets.

    Raises:
        TemplateError: when it cannot be opened, asks for a password, is too long, or has only fields that are no part of it.
    """
    dynamic = _looked_over(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            form = _read(path)
    except MemoryError:
        raise
    except Exception:  # anything may be wrong in a file from outside
        raise TemplateError("blank_unreadable", hint="blank_save_anew") from None
    if dynamic and not form.widgets:
        raise TemplateError("blank_xfa", hint="blank_flatten")
    return form


def printed(path: Path) -> tuple[PrintedWord, ...]:
    """Return the words printed on the sheets of a blank; none where its text cannot be read, as of a scan.

    Raises:
        TemplateError: when it cannot be opened.
    """
    _looked_over(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(path).words
    except MemoryError:
        raise
    except Exception:  # anything may be wrong in a file from outside
        return ()


def _looked_over(path: Path) -> bool:
    """Tell whether the file holds an XFA form.

    Raises:
        TemplateError: when it cannot be used at all.
    """
    try:
        with pikepdf.open(path) as pdf:
            count = len(pdf.pages)
            form = pdf.Root.get("/AcroForm")
            dynamic = isinstance(form, pikepdf.Dictionary) and "/XFA" in form
    except pikepdf.PasswordError:
        raise TemplateError("blank_password", hint="blank_unlock") from None
    except (pikepdf.PdfError, OSError):
        raise TemplateError("blank_unreadable", hint="blank_save_anew") from None
    if count == 0:
        raise TemplateError("blank_no_pages", hint="blank_save_anew")
    if count > MOST_PAGES:
        raise TemplateError("blank_too_many_pages", hint="blank_fewer_pages", pages=count)
    return dynamic


def _read(path: Path) -> FillableForm:
    sheets: list[Sheet] = []
    widgets: list[FormWidget] = []
    words: list[PrintedWord] = []
    left_out: list[tuple[str, LeftOut]] = []
    with _PDFIUM.PdfDocument(path) as document, pdfplumber.open(path, raise_unicode_errors=False) as pdf:
        for number, (plain, shown) in enumerate(zip(pdf.pages, document, strict=True), 1):
            width, height = shown.get_size()
            sheets.append(Sheet(number, round(width * MM_PER_INCH / 72, 2), round(height * MM_PER_INCH / 72, 2)))
            drawn = shown.render(scale=_DPI / 72, grayscale=True, draw_annots=False).to_pil().convert("L")
            place = _Place(VisiblePage(plain, drawn, (width, height)), sheets[-1], drawn.size)
            words.extend(place.words())
            for found in place.widgets():
                if isinstance(found, FormWidget):
                    widgets.append(found)
                else:
                    left_out.append(found)
    return FillableForm(tuple(sheets), tuple(widgets), tuple(words), tuple(left_out))


class _Place:
    """One page, with the way from the pixels of its drawing to millimetres."""

    def __init__(self, page: VisiblePage, sheet: Sheet, pixels: tuple[int, int]) -> None:
        self._page = page
        self._sheet = sheet
        self._across, self._down = sheet.width_mm / pixels[0], sheet.height_mm / pixels[1]

    def words(self) -> Iterator[PrintedWord]:
        try:
            found = self._page.words()
        except MemoryError:
            raise
        except Exception:  # fonts may be broken in many ways; labels come from names then
            return
        for text, *box in found:
            yield PrintedWord(text, self._zone((box[0], box[1], box[2], box[3])))

    def widgets(self) -> Iterator[FormWidget | tuple[str, LeftOut]]:
        for note in every_widget_of(self._page.page_obj):
            line = list(lineage(note))
            name, kind = full_name(line), _kind(line)
            if hidden(note):
                yield name, LeftOut.HIDDEN
            elif kind is None:
                yield name, LeftOut.PUSH_BUTTON if name_of(inherited(line, "FT")) == "Btn" else LeftOut.NO_KIND
            else:
                yield self._placed(note, line, kind)

    def _placed(
        self, note: dict[str, Any], line: list[dict[str, Any]], kind: WidgetKind
    ) -> FormWidget | tuple[str, LeftOut]:
        try:
            zone = self._zone(self._page.box(note))
        except (KeyError, TypeError, ValueError):
            return full_name(line), LeftOut.NO_PLACE
        rect = zone.rect
        if rect.width <= 0 or rect.height <= 0:
            return full_name(line), LeftOut.NO_PLACE
        if not rect.overlaps(Rect(0, 0, self._sheet.width_mm, self._sheet.height_mm)):
            return full_name(line), LeftOut.OFF_SHEET
        return _widget(note, line, kind, zone)

    def _zone(self, box: tuple[float, float, float, float]) -> Zone:
        x, y, width, height = box
        rect = Rect(x * self._across, y * self._down, width * self._across, height * self._down)
        return Zone(self._sheet.number, rect)


def _kind(line: list[dict[str, Any]]) -> WidgetKind | None:
    """Return what a widget is for; None for a push button, and for what belongs to no field."""
    flags = int_of(inherited(line, "Ff"))
    match name_of(inherited(line, "FT")):
        case "Tx":
            return WidgetKind.TEXT
        case "Ch":
            return WidgetKind.CHOICE
        case "Sig":
            return WidgetKind.SIGN
        case "Btn" if not flags & _PUSHED:
            return WidgetKind.RADIO if flags & _RADIO else WidgetKind.CHECK
        case _:
            return None


def _widget(note: dict[str, Any], line: list[dict[str, Any]], kind: WidgetKind, zone: Zone) -> FormWidget:
    flags, length = int_of(inherited(line, "Ff")), max(0, int_of(inherited(line, "MaxLen")))
    text = kind is WidgetKind.TEXT
    box = kind in (WidgetKind.CHECK, WidgetKind.RADIO)
    return FormWidget(
        name=full_name(line),
        kind=kind,
        zone=zone,
        export=_export(note, line) if box else "",
        tip=_line(text_of(resolve1(note.get("TU")))),
        group_tip=_line(text_of(inherited(line[1:], "TU"))),
        required=bool(flags & _REQUIRED),
        comb=text and bool(flags & _COMB) and not flags & _NO_COMB and length > 0,
        multiline=text and bool(flags & _MULTILINE),
        max_len=length if text else 0,
        choices=tuple(_choices(inherited(line, "Opt"))) if kind is WidgetKind.CHOICE else (),
    )


def _export(note: dict[str, Any], line: list[dict[str, Any]]) -> str:
    """Return what a box stands for when it is on: its state, or what the field's list says of that state."""
    appearance = resolve1(note.get("AP"))
    looks = (resolve1(appearance.get(key)) for key in ("N", "D")) if isinstance(appearance, dict) else ()
    states = [state for look in looks if isinstance(look, dict) for state in map(str, look) if state != "Off"]
    state = states[0] if states else name_of(resolve1(note.get("AS")))
    listed = inherited(line, "Opt")
    if isinstance(listed, list) and state.isdecimal() and int(state) < len(listed):
        return _line(text_of(resolve1(listed[int(state)]))) or state
    return "" if state == "Off" else _line(state)


def _choices(listed: Untyped) -> Iterator[str]:
    """Give what a list offers, as a person sees it."""
    for option in listed if isinstance(listed, list) else []:
        pair = resolve1(option)
        shown = resolve1(pair[-1]) if isinstance(pair, list) and pair else pair
        if told := _line(text_of(shown)):
            yield told


def _line(text: str) -> str:
    return " ".join(clean(text).split())
