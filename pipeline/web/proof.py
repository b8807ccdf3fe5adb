"""A template's proof as a page: every zone over its blank, every field beside it; hovering one lights the other.

The page that is handed over needs nothing but itself: no network, no script. The editor serves the same page with tools.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from pipeline import words
from pipeline.domain.editing import OpenField, Spot
from pipeline.domain.raster import Raster
from pipeline.domain.template import FieldKind, FormKind, Template
from pipeline.drawing.proof import tone
from pipeline.edges import library
from pipeline.edges.template_revised import guesses
from pipeline.errors import Fault
from pipeline.web.proof_words import asked, sayings, tones
from pipeline.web.template_words import sentence

HERE = Path(__file__).parent
PICTURE_DPI = 150.0


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows of a template: fields, faults, warnings and guesses, its head, and which state of them it is."""

    fields: tuple[OpenField, ...]
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    guesses: tuple[tuple[str, ...], ...] = ()
    revision: int = 0

    def of(self, number: int, told: Sequence[Fault]) -> tuple[Fault, ...]:
        """Return those of some faults or warnings that are one field's; of -1, those that are no field's."""
        return tuple(fault for fault in told if field_of(fault) == number)

    def unknown_kind(self, *where: str | int) -> str:
        """Return what the file says at a place where no known kind stands, or an empty text."""
        return next((fault.found for fault in self.faults if fault.where == where and fault.code == "unknown_kind"), "")

    def fields_chosen(self, chosen: Sequence[Spot]) -> int:
        """Return how many fields the chosen zones are of."""
        return len({spot.field for spot in chosen})

    @property
    def faulty(self) -> frozenset[tuple[int, int]]:
        """Return the zones that lie where they cannot, as numbers of field and zone."""
        return frozenset(spot for fault in self.faults if (spot := self._spot(fault)) is not None)

    def _spot(self, fault: Fault) -> tuple[int, int] | None:
        match fault.where:
            case ("field", int(field), "zone"):
                return field, 0
            case ("field", int(field), "zones", int(zone)):
                return field, zone
            case ("field", int(field), "option", int(option), "zone"):
                return field, len(self.fields[field].field.zones) + option
        return None


def field_of(fault: Fault) -> int:
    """Return the number of the field that a fault or warning is about, -1 when it is about the form as a whole."""
    return int(fault.where[1]) if fault.where[:1] == ("field",) and len(fault.where) > 1 else -1


def as_html(template: Template) -> str:
    """Return the page in the chosen language, with its blank in it and what is still guessed in its file."""
    text = (Path(template.blank_path).parent / library.FILE).read_text(encoding="utf-8")
    view = View(tuple(OpenField(field) for field in template.fields), guesses=guesses(text))
    shown = {sheet.number: _embedded(library.picture(template, sheet, PICTURE_DPI)) for sheet in template.sheets}
    return page(template, view, shown, editing=False)


def _embedded(picture: Raster) -> str:
    return f"data:image/png;base64,{base64.b64encode(png(picture)).decode()}"


def page(template: Template, view: View, pictures: Mapping[int, str], editing: bool) -> str:
    """Return the whole page; `pictures` are the addresses of the sheets' pictures."""
    return (
        _environment()
        .get_template("proof.html")
        .render(
            template=template,
            view=view,
            pictures=pictures,
            editing=editing,
            language=words.current(),
            style=(HERE / "proof.css").read_text(encoding="utf-8"),
            tones=tones(),
            sayings=sayings() if editing else {},
        )
    )


def parts(template: Template, view: View, chosen: Sequence[Spot]) -> dict[str, str]:
    """Return the parts of the page that a step changes, by the name of the element they stand in."""
    made = _macros()
    zones = {f"zones-{sheet.number}": str(made.zones(view, sheet)) for sheet in template.sheets}
    told = {"title": html.escape(template.title), "list": str(made.listed(view)), "panel": panel(template, view, chosen)}
    return {**zones, **told}


def panel(template: Template, view: View, chosen: Sequence[Spot]) -> str:
    """Return the form for what is chosen; for nothing, that of the template's head."""
    return str(_macros().panel(template, view, chosen))


def png(picture: Raster) -> bytes:
    """Return a picture as a PNG of sixteen greys, which is enough to look at print."""
    out = io.BytesIO()
    shown = Image.fromarray(picture.pixels >> 4, "P")
    shown.putpalette([level * 17 for level in range(16) for _channel in range(3)])
    shown.save(out, "PNG", bits=4)
    return out.getvalue()


def _macros() -> Any:  # noqa: ANN401 - a module of macros has no type
    return _environment().get_template("proof_parts.html").make_module()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    said = {"_": words._, "ngettext": words.ngettext, "asked": asked, "sentence": sentence}
    environment.globals.update(said, tone=tone, kinds=tuple(FieldKind), form_kinds=tuple(FormKind), enumerate=enumerate)
    return environment
