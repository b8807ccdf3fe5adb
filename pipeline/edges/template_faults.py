"""Every fault of a written template at once, each with the line it stands in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from pipeline.domain.template import BOX_KINDS, Condition
from pipeline.edges.template_blocks import headers
from pipeline.edges.template_file import FieldModel, TemplateModel, ZoneModel
from pipeline.edges.template_lines import line_of, lines
from pipeline.edges.template_sense import senseless
from pipeline.edges.template_shape import shaped, shown
from pipeline.errors import Fault, Where

_TABLES = ("sheet", "field", "field.option")
# The codes of what the parser says, by how it begins.
NOT_TOML = {
    "Illegal character '\\n'": "text_not_closed",
    "Unterminated string": "text_not_closed",
    'Expected "\'"': "text_not_closed",
    "Invalid value": "value_not_understood",
    "Expected '='": "equals_missing",
    "Unclosed": "bracket_not_closed",
    "Invalid initial character for a key": "bracket_not_closed",
    "Expected newline": "more_on_line",
    "Expected ']": "bad_table",
    "Cannot overwrite": "key_twice",
    "Cannot declare": "key_twice",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A template's file as far as it is understood, None when it is no TOML, and what is wrong in it.

    `unshaped` are the faults of its shape, in whose places the model has stand-ins; `senseless` are the others.
    """

    model: TemplateModel | None
    unshaped: tuple[Fault, ...] = ()
    senseless: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return all faults, in the order of their lines."""
        return tuple(sorted((*self.unshaped, *self.senseless), key=lambda fault: fault.line))


def parse(text: str) -> Written:
    """Return what a template's file says, and every fault of it with its line."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Written(None, tuple(_wrong_tables(str(error), text)) or tuple(_not_toml(str(error), text)))
    except RecursionError:
        return Written(None, (Fault("not_toml", (), 1),))
    model, unshaped = shaped(raw)
    told = tuple(fault for fault in _sense_faults(model, unshaped) if not _follows(fault, unshaped))
    if unshaped or told:
        found = lines(text)
        unshaped, told = (
            tuple(replace(fault, line=line_of(fault.where, found)) for fault in faults) for faults in (unshaped, told)
        )
    return Written(model, unshaped, told)


def _wrong_tables(message: str, text: str) -> Iterator[Fault]:
    """Go through tables whose name or brackets are wrong, over which the parser stumbles later, and what else is wrong."""
    if not message.startswith(("Cannot overwrite", "Cannot declare")):
        return
    mended = text.splitlines()
    for line, bracket, name in headers(text):
        if name in _TABLES and bracket == "[":
            yield Fault("one_bracket", (), line, f"[{name}]")
            mended[line - 1] = f"[[{name}]]"
        elif name not in _TABLES and not name.startswith("field."):
            yield Fault("unknown_table", (), line, name, _TABLES)
            mended[line - 1] = f"[[{(get_close_matches(name, _TABLES, 1) or [name])[0]}]]"
    if mended != text.splitlines():
        yield from parse("\n".join(mended)).faults


def _not_toml(message: str, text: str) -> Iterator[Fault]:
    """Go through what is no TOML, line by line, as long as a line can be left out and the rest be understood."""
    left, line = text.split("\n"), 0
    while True:
        words = message.replace(",", " ").replace(")", " ").split()
        before, line = line, int(words[words.index("line") + 1]) if "line" in words else max(1, len(text.splitlines()))
        if line <= before:
            return
        code = next((code for begins, code in NOT_TOML.items() if message.startswith(begins)), "not_toml")
        yield Fault(code, (), line, found=shown(left[line - 1].strip()))
        if code in ("bracket_not_closed", "bad_table"):
            return
        left[line - 1] = ""
        try:
            tomllib.loads("\n".join(left))
        except tomllib.TOMLDecodeError as error:
            message = str(error)
        else:
            return


def _follows(fault: Fault, unshaped: Sequence[Fault]) -> bool:
    """Tell whether a fault comes of nothing but a stand-in."""
    kinds = [one.where[:2] for one in unshaped if one.where[2:] == ("kind",)]
    unknown = [one.where[:2] for one in unshaped if one.code == "unknown_key"]
    match fault.code:
        case "comb_does_not_fit_kind":
            return fault.where[:2] in kinds
        case "rule_on_wrong_kind":
            return bool(kinds)
        case "text_field_without_zone" | "box_field_without_options":
            return fault.where[:2] in kinds + unknown
        case "zone_on_unknown_sheet" | "zone_outside_sheet":
            return any(one.where[:1] == ("sheet",) for one in unshaped)
    return _within(fault.where, unshaped)


def _within(where: Where, unshaped: Sequence[Fault]) -> bool:
    """Tell whether something is a stand-in or holds one; rules are one thing, since one that is no rule is left out."""
    told = (one.where[:3] if one.where[2:3] == ("rules",) else one.where for one in unshaped)
    return any(where[: len(one)] == one[: len(where)] for one in told)


def _sense_faults(model: TemplateModel, unshaped: Sequence[Fault]) -> Iterator[Fault]:
    yield from _sheet_faults(model)
    yield from _field_faults(model)
    yield from senseless(model)
    yield from _overlap_faults(model, unshaped)


def _sheet_faults(model: TemplateModel) -> Iterator[Fault]:
    if not model.sheet:
        yield Fault("no_sheet", ("sheet",))
    if not model.field:
        yield Fault("no_field", ("field",))
    for index, sheet in enumerate(model.sheet):
        if sheet.number != index + 1:
            found, known = str(sheet.number), (str(index + 1),)
            yield Fault("sheet_number_out_of_order", ("sheet", index, "number"), found=found, known=known)


def _field_faults(model: TemplateModel) -> Iterator[Fault]:
    keys = [field.key for field in model.field]
    for index, field in enumerate(model.field):
        where: Where = ("field", index)
        if keys.index(field.key) != index:
            yield Fault("duplicate_key", (*where, "key"), found=field.key)
        yield from _shape_faults(field, where)
        yield from _condition_faults(model, field, where)
        for path, zone in _zones(field, where):
            yield from _zone_faults(model, zone, path)


def _shape_faults(field: FieldModel, where: Where) -> Iterator[Fault]:
    has_zone = field.zone is not None or bool(field.zones)
    boxes = field.kind in BOX_KINDS
    values = [option.value for option in field.option]
    wrong = {
        "box_field_without_options": boxes and not field.option,
        "box_field_with_text_zone": boxes and (has_zone or field.comb is not None),
        "text_field_without_zone": not boxes and not has_zone,
        "text_field_with_options": not boxes and bool(field.option),
    }
    for code in (code for code, so in wrong.items() if so):
        yield Fault(code, (*where, "kind"), found=field.kind, known=tuple(sorted(BOX_KINDS)))
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Fault("duplicate_option", (*where, "option", index, "value"), found=shown(value))


def _condition_faults(model: TemplateModel, field: FieldModel, where: Where) -> Iterator[Fault]:
    if field.required in ("always", "never"):
        return
    where = (*where, "required")
    try:
        condition = Condition.parse(field.required)
    except ValueError:
        yield Fault("bad_condition", where, found=shown(field.required))
        return
    other = next((other for other in model.field if other.key == condition.key), None)
    if other is None:
        keys = tuple(one.key for one in model.field)
        yield Fault("condition_on_unknown_field", where, found=condition.key, known=keys)
        return
    values = tuple(option.value for option in other.option)
    for value in condition.values if values else ():
        if value not in values:
            yield Fault("condition_on_unknown_option", where, found=shown(value), known=tuple(map(shown, values)))


def _zones(field: FieldModel, where: Where) -> Iterator[tuple[Where, ZoneModel]]:
    if field.zone:
        yield (*where, "zone"), field.zone
    for index, zone in enumerate(field.zones):
        yield (*where, "zones", index), zone
    for index, option in enumerate(field.option):
        yield (*where, "option", index, "zone"), option.zone


def _zone_faults(model: TemplateModel, zone: ZoneModel, where: Where) -> Iterator[Fault]:
    sheet = next((sheet for sheet in model.sheet if sheet.number == zone.sheet), None)
    if sheet is None:
        yield Fault("zone_on_unknown_sheet", where, found=str(zone.sheet))
    elif zone.x + zone.width > sheet.width_mm or zone.y + zone.height > sheet.height_mm:
        reach = f"{zone.x + zone.width:g} × {zone.y + zone.height:g}"
        yield Fault("zone_outside_sheet", where, found=reach, known=(f"{sheet.width_mm:g} × {sheet.height_mm:g}",))


def _overlap_faults(model: TemplateModel, unshaped: Sequence[Fault]) -> Iterator[Fault]:
    every = [found for index, field in enumerate(model.field) for found in _zones(field, ("field", index))]
    laid = [(where, zone.noun()) for where, zone in every if not _within(where, unshaped)]
    for index, (where, zone) in enumerate(laid):
        over = [at for at, one in laid[:index] if zone.sheet == one.sheet and zone.rect.overlaps(one.rect)]
        if over:
            known = tuple(dict.fromkeys(_called(model, at) for at in over))
            yield Fault("zones_overlap", where, found=_called(model, where), known=known)


def _called(model: TemplateModel, where: Where) -> str:
    """Return what a zone is called: its field's key, and its box's value."""
    match where:
        case ("field", int(field), "option", int(option), *_):
            return f"{model.field[field].key}={shown(model.field[field].option[option].value)}"
        case ("field", int(field), *_):
            return model.field[field].key
    return ""
