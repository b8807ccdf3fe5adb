"""A form's original filled in through its own widgets, printed and scanned: it knows nothing of the template's zones."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, String

from pipeline.domain.fillable import FormWidget, PairedWidget, WidgetKind
from pipeline.domain.template import Field, Template, Zone
from pipeline.domain.value import Plain
from pipeline.drawing import damage
from pipeline.drawing.digital import DRAWN_DPI, fitted
from pipeline.drawing.files import Format, stored
from pipeline.drawing.paper import Grey
from pipeline.drawing.pens import MM_PER_POINT
from pipeline.drawing.scanner import scan
from pipeline.drawing.specimens import Specimen, page_truth, said
from pipeline.drawing.story import nothing, tell
from pipeline.drawing.writing import letters, written

_PDFIUM: Any = pypdfium2  # its bindings are made at run time and carry no types
_POINTS = 9
_BROAD, _INSET = 0.6, 4.0  # Courier's letters, of their height; what a viewer leaves free beside a text, in points
_HIDDEN = 2 | 32
_DEPTH = 32
_SIZE = re.compile(r"(?<![\d.])[\d.]+(?=\s+Tf)")


@dataclass(frozen=True, slots=True)
class Original:
    """The PDF that a template was made of, and which widget each of its zones stands for."""

    path: Path
    pairs: tuple[PairedWidget, ...]


def specimen(original: Original, template: Template, seed: int, suffers: str) -> Specimen:
    """Return a practice scan of the original, filled in on the screen; what it has no widget for is left blank."""
    rng = random.Random(f"{seed}/{template.id}")
    told = {field.key: _kept(field, value, original.pairs) for field, value in _answers(template, rng)}
    form = fitted(template, told)
    sheets = _drawn(_filled(original, template, form.values))
    pages, pictures = [], []
    for number, (sheet, picture) in enumerate(zip(template.sheets, sheets, strict=True), 1):
        suffered = damage.suffer(damage.parse(suffers), rng)
        pictures.append(scan(picture, DRAWN_DPI, (sheet.width_mm, sheet.height_mm), suffered, rng.randrange(2**31)))
        pages.append(page_truth(number, pictures[-1], "placed", sheet.number))
    truth = {"template": template.name, "version": template.version, "pages": pages, **said(form)}
    return Specimen(f"{template.name}-{seed}", Format.TIFF.ending, stored(pictures, Format.TIFF), truth)


def _answers(template: Template, rng: random.Random) -> Iterator[tuple[Field, Plain]]:
    told = tell(template, rng)
    for field in template.fields:
        yield field, told[field.key]


def _kept(field: Field, value: Plain, pairs: Sequence[PairedWidget]) -> Plain:
    """Return an answer if the original can be given all of it, else nothing."""
    mine = [one for one in pairs if one.key == field.key]
    if field.is_boxes:
        chosen = value if isinstance(value, tuple) else (value,)
        return value if {one.option for one in mine} >= set(chosen) - {None} else nothing(field)
    room = {one.zone: _room(one.widget) for one in mine if one.option is None and one.widget.kind is WidgetKind.TEXT}
    if not isinstance(value, str):
        return nothing(field)
    while not _fits(field, value, room) and " " in value:
        value = value.rpartition(" ")[0]
    return value if _fits(field, value, room) else nothing(field)


def _fits(field: Field, value: str, room: Mapping[Zone, int]) -> bool:
    """Tell whether every zone has as much room as of an answer is written in it."""
    if field.comb is not None and len(letters(value)) > field.comb.cells:
        return False
    return all(len(part) <= room.get(zone, 0) for zone, part in zip(field.zones, written(field, value), strict=True))


def _room(widget: FormWidget) -> int:
    """Return how many letters a widget has room for, in the widest type a form is likely to be set in."""
    told = widget.max_len or 2000
    broad = widget.comb or widget.multiline
    return told if broad else min(told, int((widget.zone.rect.width / MM_PER_POINT - _INSET) / (_BROAD * _POINTS)))


def _filled(original: Original, template: Template, values: Mapping[str, Plain]) -> bytes:
    fields = {field.key: field for field in template.fields}
    texts, ticks = {}, set()
    for one in original.pairs:
        value = values[one.key]
        if one.option is not None and one.option in (value if isinstance(value, tuple) else (value,)):
            ticks.add((one.widget.name, one.nth))
        elif one.option is None and isinstance(value, str):
            field = fields[one.key]
            texts[one.widget.name, one.nth] = written(field, value)[field.zones.index(one.zone)]
    with pikepdf.open(original.path) as pdf:
        seen: dict[str, int] = {}
        for note in _widgets(pdf):
            name = _name(note)
            place = (name, seen.setdefault(name, 0))
            seen[name] += 1
            if place in texts:
                _write(note, texts[place])
            elif _inherited(note, Name.FT) == Name.Btn:
                _tick(note, place in ticks)
        pdf.Root.AcroForm.NeedAppearances = True
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, encryption=False)
        return out.getvalue()


def _write(note: Any, text: str) -> None:  # noqa: ANN401 - pikepdf's objects carry no types
    look = str(_inherited(note, Name.DA) or "/Helv 9 Tf 0 g")
    note.DA = String(_SIZE.sub(str(_POINTS), look))
    owner = note if Name.T in note else note.get(Name.Parent, note)
    owner.V = String(text)
    if Name.AP in note:
        del note[Name.AP]


def _tick(note: Any, on: bool) -> None:  # noqa: ANN401
    looks = note.get(Name.AP)
    states = [key for key in looks.N if key != "/Off"] if isinstance(looks, Dictionary) and Name.N in looks else []
    state = Name(str(states[0])) if on and states else Name.Off
    note.AS = state
    owner = note if Name.T in note else note.get(Name.Parent, note)
    if on:
        owner.V = state
    elif Name.V not in owner:
        owner.V = Name.Off


def _drawn(data: bytes) -> tuple[Grey, ...]:
    with _PDFIUM.PdfDocument(data) as document:
        document.init_forms()
        scale = DRAWN_DPI / 72 - 1e-5
        return tuple(np.array(page.render(scale=scale).to_pil().convert("L"), dtype=np.uint8) for page in document)


def _widgets(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Give the widgets that can be seen, in the order of pages."""
    for page in pdf.pages:
        for note in page.obj.get(Name.Annots, ()):
            if note.get(Name.Subtype) == Name.Widget and not int(note.get(Name.F, 0)) & _HIDDEN:
                yield note


def _name(note: Any) -> str:  # noqa: ANN401
    names = []
    for _ in range(_DEPTH):
        if Name.T in note:
            names.append(str(note.T))
        if Name.Parent not in note:
            break
        note = note.Parent
    return ".".join(reversed(names))


def _inherited(note: Any, key: Name) -> Any:  # noqa: ANN401
    for _ in range(_DEPTH):
        if key in note:
            return note[key]
        if Name.Parent not in note:
            break
        note = note.Parent
    return None
