"""Every fault of a written template at once, each with the line it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pipeline.domain.template import BOX_KINDS, Condition
from pipeline.edges.template_file import FieldModel, TemplateModel, ZoneModel
from pipeline.edges.template_sense import senseless

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a template: a code, where in the file, and in which line, 0 when it is not known."""

    code: str
    where: Where
    line: int = 0

    def __str__(self) -> str:
        """Return `LINE: WHERE: CODE`; an item of a list is told by its number from 1."""
        where = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.where).lstrip(".")
        return f"{self.line}: {where or 'file'}: {self.code}"


def parse(raw: dict[str, Any], text: str) -> TemplateModel | tuple[Fault, ...]:
    """Return the template as written in `raw`, or every fault; `text` is the same file, for the line numbers."""
    model = shaped(raw, text)
    return (sense_faults(model, text) or model) if isinstance(model, TemplateModel) else model


def shaped(raw: dict[str, Any], text: str) -> TemplateModel | tuple[Fault, ...]:
    """Return the template as written in `raw` when it has the shape of one, whether it makes sense or not."""
    try:
        return TemplateModel.model_validate(raw)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)
        return tuple(_at(Fault(item["type"], tuple(item["loc"])), text) for item in told)


def sense_faults(model: TemplateModel, text: str) -> tuple[Fault, ...]:
    """Return every fault of a template that has the shape of one."""
    return tuple(_at(fault, text) for fault in (*_sheet_faults(model), *_field_faults(model)))


def _at(fault: Fault, text: str) -> Fault:
    return Fault(fault.code, fault.where, line_of(fault.where, text))


def _sheet_faults(model: TemplateModel) -> Iterator[Fault]:
    if not model.sheet:
        yield Fault("no_sheet", ("sheet",))
    if not model.field:
        yield Fault("no_field", ("field",))
    for index, sheet in enumerate(model.sheet):
        if sheet.number != index + 1:
            yield Fault("sheet_number_out_of_order", ("sheet", index, "number"))


def _field_faults(model: TemplateModel) -> Iterator[Fault]:
    keys = [field.key for field in model.field]
    for index, field in enumerate(model.field):
        where: Where = ("field", index)
        if keys.index(field.key) != index:
            yield Fault("duplicate_key", (*where, "key"))
        yield from _shape_faults(field, where)
        yield from _condition_faults(model, field, where)
        yield from _rule_faults(keys, field, where)
        for path, zone in _zones(field, where):
            yield from _zone_faults(model, zone, path)
    yield from (Fault(code, where) for code, where in senseless(model))
    yield from _overlap_faults(model)


def _shape_faults(field: FieldModel, where: Where) -> Iterator[Fault]:
    has_zone = field.zone is not None or bool(field.zones)
    values = [option.value for option in field.option]
    shapes = {
        "box_field_without_options": field.kind in BOX_KINDS and not field.option,
        "box_field_with_text_zone": field.kind in BOX_KINDS and (has_zone or field.comb is not None),
        "text_field_without_zone": field.kind not in BOX_KINDS and not has_zone,
        "text_field_with_options": field.kind not in BOX_KINDS and bool(field.option),
        "duplicate_option": len(set(values)) != len(values),
    }
    for code, wrong in shapes.items():
        if wrong:
            yield Fault(code, (*where, "key"))


def _condition_faults(model: TemplateModel, field: FieldModel, where: Where) -> Iterator[Fault]:
    if field.required in ("always", "never"):
        return
    try:
        condition = Condition.parse(field.required)
    except ValueError:
        yield Fault("bad_condition", (*where, "required"))
        return
    other = next((other for other in model.field if other.key == condition.key), None)
    if other is None:
        yield Fault("condition_on_unknown_field", (*where, "required"))
    elif other.option and not set(condition.values) <= {option.value for option in other.option}:
        yield Fault("condition_on_unknown_option", (*where, "required"))


def _rule_faults(keys: Sequence[str], field: FieldModel, where: Where) -> Iterator[Fault]:
    for rule in field.rules:
        if "field" in rule.params and rule.params["field"] not in keys:
            yield Fault("rule_on_unknown_field", (*where, "rules"))


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
        yield Fault("zone_on_unknown_sheet", where)
    elif zone.x + zone.width > sheet.width_mm or zone.y + zone.height > sheet.height_mm:
        yield Fault("zone_outside_sheet", where)


def _overlap_faults(model: TemplateModel) -> Iterator[Fault]:
    every = [found for index, field in enumerate(model.field) for found in _zones(field, ("field", index))]
    for index, (where, zone) in enumerate(every):
        rect = zone.noun().rect
        if any(zone.sheet == other.sheet and rect.overlaps(other.noun().rect) for _, other in every[:index]):
            yield Fault("zones_overlap", where)


def line_of(where: Where, text: str) -> int:
    """Return the line, from 1, where a fault stands: the key inside the nth table of its name; 0 when not found."""
    lines = text.splitlines()
    start, end, header = 0, len(lines), ""
    rest = list(where)
    while len(rest) >= 2 and isinstance(rest[0], str) and isinstance(rest[1], int):
        header = f"{header}.{rest[0]}" if header else rest[0]
        starts = [i for i in range(start, end) if lines[i].strip() == f"[[{header}]]"]
        if rest[1] >= len(starts):
            break
        start, end = starts[rest[1]], starts[rest[1] + 1] if rest[1] + 1 < len(starts) else end
        rest = rest[2:]
    name = next((part for part in rest if isinstance(part, str)), "")
    for index in range(start, end):
        if name and re.match(rf"\s*{re.escape(name)}\s*=", lines[index]):
            return index + 1
    return start + 1 if header else 0
