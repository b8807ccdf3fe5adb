"""What makes no sense between the fields of a written template: combs, conditions and rules that nothing can fulfil."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.domain.country import known
from pipeline.domain.county import COUNTIES
from pipeline.domain.template import TEXT_LENGTHS, Condition, FieldKind, RuleId
from pipeline.edges.template_file import FieldModel, RuleModel, TemplateModel
from pipeline.edges.template_shape import shown
from pipeline.errors import Fault, Where

_TEXTS = frozenset({FieldKind.TEXT15, FieldKind.TEXT25, FieldKind.TEXT40, FieldKind.TEXT255, FieldKind.TEXT1500})
_NUMBERS = frozenset({FieldKind.PNR, FieldKind.SNR})
# How many cells may hold such an answer, with and without its hyphens, its century, and where a part of a date will do.
_CELLS = {
    FieldKind.PNR: {10, 11, 12, 13},
    FieldKind.SNR: {10, 11, 12, 13},
    FieldKind.RIKSKOD: {6, 7, 8, 9},
    FieldKind.DATE: {6, 8, 10},
    FieldKind.COUNTY: {1, 2},
    FieldKind.SIGN: set[int](),
}
_FEW = 6
_PARTIAL_CELLS = {4, 7}
_POSTCODE_CELLS = {5, 6}
# The kinds a rule may stand on; those that name a field, with the kinds that one may have.
_ON: Mapping[str, frozenset[FieldKind]] = {
    RuleId.NOT_BEFORE: frozenset({FieldKind.DATE}),
    RuleId.PARTIAL: frozenset({FieldKind.DATE}),
    RuleId.POSTCODE: _TEXTS,
    RuleId.COUNTRY: _TEXTS,
    RuleId.SEX_OF: frozenset({FieldKind.SEX}),
    RuleId.AGE_OF: _TEXTS,
    RuleId.TOWN_OF: _TEXTS,
    RuleId.DISEASE: _TEXTS | {FieldKind.CHOICE1},
    RuleId.INTEGER: _TEXTS,
}
_OF: Mapping[str, frozenset[FieldKind] | None] = {
    RuleId.NOT_BEFORE: frozenset({FieldKind.DATE}),
    RuleId.SEX_OF: _NUMBERS,
    RuleId.AGE_OF: _NUMBERS,
    RuleId.TOWN_OF: _TEXTS,
    RuleId.SAME_AS: None,  # its own kind
}
_SHAPES = {
    FieldKind.PNR: r"\d{8}-\d{4}",
    FieldKind.SNR: r"\d{8}-\d{4}",
    FieldKind.RIKSKOD: r"\d{4}-\d{4}",
    FieldKind.DATE: r"\d{4}(-\d{2}(-\d{2})?)?",
    FieldKind.PHONE: r"[\d+\-() /]+",
    FieldKind.SIGN: r"(?i:true|false)",
}


def senseless(model: TemplateModel) -> Iterator[Fault]:
    """Go through what no filled form could fulfil."""
    fields = {field.key: field for field in model.field}
    conditions = {field.key: on.key for field in model.field if (on := _condition(field)) is not None}
    orders = {rule: _named(model, rule) for rule in (RuleId.NOT_BEFORE, RuleId.SAME_AS)}
    for index, field in enumerate(model.field):
        where: Where = ("field", index)
        if field.comb is not None and not _holds(field, sum(field.comb.groups)):
            cells = [str(cells) for cells in range(1, 41) if _holds(field, cells)] or ["0"]
            known = tuple(cells) if len(cells) <= _FEW else (f"1–{cells[-1]}",)
            yield Fault("comb_does_not_fit_kind", (*where, "comb"), found=str(sum(field.comb.groups)), known=known)
        if field.comb is not None and len(field.zones) > 1 and len(field.zones) != len(field.comb.groups):
            known = (str(len(field.zones)),)
            yield Fault("comb_does_not_fit_zones", (*where, "comb"), found=str(len(field.comb.groups)), known=known)
        if _circles(field.key, conditions):
            yield Fault("condition_in_circle", (*where, "required"), found=field.required)
        else:
            yield from _unmeetable(field, fields, where)
        for number, rule in enumerate(field.rules):
            yield from _of_rule(rule, (*where, "rules", number), field, fields)
        circled = [rule for rule, order in orders.items() if _circles(field.key, order)]
        if circled:
            yield Fault("rule_in_circle", (*where, "rules"), found=circled[0])


def _condition(field: FieldModel) -> Condition | None:
    try:
        return None if field.required in ("always", "never") else Condition.parse(field.required)
    except ValueError:  # told as a fault of its own
        return None


def _named(model: TemplateModel, rule_id: RuleId) -> dict[str, str]:
    """Return what each field's rule of that id leads to."""
    return {
        field.key: str(rule.params.get("field", "")) for field in model.field for rule in field.rules if rule.id == rule_id
    }


def _circles(key: str, leads: Mapping[str, str]) -> bool:
    """Tell whether following `leads` from a key comes back to it."""
    at, seen = leads.get(key), set[str]()
    while at is not None and at != key and at not in seen:
        seen.add(at)
        at = leads.get(at)
    return at == key


def _holds(field: FieldModel, cells: int) -> bool:
    """Tell whether an answer of the field's kind can stand in so many cells."""
    rules = {rule.id for rule in field.rules}
    if RuleId.POSTCODE in rules:
        return cells in _POSTCODE_CELLS
    if field.kind in _CELLS:
        return cells in _CELLS[field.kind] or (RuleId.PARTIAL in rules and cells in _PARTIAL_CELLS)
    return cells <= TEXT_LENGTHS.get(field.kind, cells)


def _unmeetable(field: FieldModel, fields: Mapping[str, FieldModel], where: Where) -> Iterator[Fault]:
    """Find a condition on an answer that the other field cannot have, or can never lack."""
    condition = _condition(field)
    other = fields.get(condition.key) if condition is not None else None
    if condition is None or other is None:
        return
    if not other.option:
        impossible = [value for value in condition.values if not _sayable(value, other)]
        if impossible:
            found = shown(impossible[0])
            yield Fault("condition_on_impossible_answer", (*where, "required"), found=found, known=(other.key,))
        return
    every = {option.value.casefold() for option in other.option} <= {value.casefold() for value in condition.values}
    if condition.negated and every and other.required == "always":
        yield Fault("condition_never_met", (*where, "required"), found=shown(field.required))


def _sayable(value: str, field: FieldModel) -> bool:
    """Tell whether a field without boxes can have a value as its answer."""
    rules = {rule.id: rule.params for rule in field.rules}
    shape = _SHAPES.get(field.kind)
    if shape is not None:
        return re.fullmatch(shape, value) is not None
    if field.kind is FieldKind.COUNTY:
        return value.upper() in COUNTIES
    if RuleId.COUNTRY in rules and not known(value):
        return False
    if RuleId.POSTCODE in rules:
        return re.fullmatch(r"[1-9]\d{2} \d{2}", value) is not None
    if RuleId.INTEGER in rules and not value.isdecimal():
        return False
    if RuleId.INTEGER in rules:
        limits = [rules[RuleId.INTEGER].get(name, limit) for name, limit in (("min", 0), ("max", 10**9))]
        low, high = (float(limit) if _is_number(limit) else int(value) for limit in limits)
        return low <= int(value) <= high
    return len(value) <= TEXT_LENGTHS.get(field.kind, len(value))


def _of_rule(rule: RuleModel, where: Where, field: FieldModel, fields: Mapping[str, FieldModel]) -> Iterator[Fault]:
    if rule.id not in set(RuleId):
        yield Fault("unknown_rule", where, found=shown(rule.id), known=tuple(RuleId))
        return
    takes = ("field",) if rule.id in _OF else ("min", "max") if rule.id == RuleId.INTEGER else ()
    limits = [limit for name, limit in rule.params.items() if name in ("min", "max")]
    if not {*rule.params} <= {*takes} or not all(map(_is_number, limits)):
        yield Fault("rule_with_wrong_parameter", where, found=rule.id, known=takes or ("–",))
    other = fields.get(str(rule.params.get("field")))
    named = other is not None and rule.id in _OF and other.kind not in (_OF[rule.id] or {field.kind})
    if named or field.kind not in _ON.get(rule.id, {field.kind}):
        yield Fault("rule_on_wrong_kind", where, found=rule.id)
    if "field" not in rule.params and rule.id in _OF:
        yield Fault("rule_without_field", where, found=rule.id)
    elif "field" in rule.params and other is None:
        yield Fault("rule_on_unknown_field", where, found=shown(rule.params["field"]), known=tuple(fields))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
