"""What one field says of itself, set to what a person typed."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace

from pipeline.domain.template import BOX_KINDS, Comb, Condition, Field, FieldKind, FormKind, Option, Rule, Template

SAID_BY = {"groups": "comb", "gap_mm": "comb"}  # what is typed of a field, and the key of the file that says it
_WHOLE, _NUMBER = re.compile(r"-?\d{1,9}"), re.compile(r"-?\d{1,9}\.\d{1,6}")


def changed(field: Field, name: str, typed: str) -> Field:
    """Return a field with one thing set as typed: groups as `8 4`, rules as `same_as field=pat_id`, one a line.

    Raises:
        ValueError: when what was typed cannot be understood.
    """
    known = {
        "key": lambda: replace(field, key=typed.strip()),
        "label": lambda: replace(field, label=typed.strip()),
        "label_en": lambda: replace(field, label_en=typed.strip()),
        "kind": lambda: retyped(field, FieldKind(typed)),
        "required": lambda: replace(field, required=typed.strip() or "never"),
        "critical": lambda: replace(field, critical=typed == "true"),
        "lines": lambda: _lined(field, int(typed)),
        "groups": lambda: _grouped(field, typed),
        "gap_mm": lambda: _apart(field, typed),
        "rules": lambda: replace(field, rules=tuple(_rule(line) for line in typed.splitlines() if line.strip())),
    }
    if name not in known:
        raise ValueError("no such thing to change")
    return known[name]()


def _lined(field: Field, lines: int) -> Field:
    if lines < 1:
        raise ValueError("there is room for one line or more")
    return replace(field, lines=lines)


def _grouped(field: Field, typed: str) -> Field:
    groups = tuple(int(part) for part in re.findall(r"[^\s+,]+", typed))
    return replace(field, comb=Comb(groups, field.comb.gap_mm if field.comb else 0.0) if groups else None)


def _apart(field: Field, typed: str) -> Field:
    if field.comb is None:
        raise ValueError("only the groups of a comb stand apart")
    return replace(field, comb=Comb(field.comb.groups, round(float(typed.replace(",", ".")), 2)))


def changed_box(option: Option, name: str, typed: str) -> Option:
    """Return a box with its value or a label set as typed.

    Raises:
        ValueError: when a box has nothing of that name.
    """
    if name not in ("value", "label", "label_en"):
        raise ValueError("a box has a value and two labels")
    said = {"value": option.value, "label": option.label, "label_en": option.label_en, name: typed.strip()}
    return Option(said["value"], said["label"], option.zone, said["label_en"])


def changed_head(template: Template, name: str, typed: str) -> Template:
    """Return a template whose head says one thing as typed; diseases are codes, with spaces or commas between.

    Raises:
        ValueError: when what was typed cannot be understood.
    """
    match name:
        case "title":
            return replace(template, title=typed.strip())
        case "title_en":
            return replace(template, title_en=typed.strip())
        case "kind":
            return replace(template, kind=FormKind(typed))
        case "diseases":
            return replace(template, diseases=tuple(dict.fromkeys(re.findall(r"[^\s,]+", typed))))
    raise ValueError("no such thing to change")


def retyped(field: Field, kind: FieldKind) -> Field:
    """Return a field of another kind: zones of text become boxes, and boxes zones, where the kind asks for it."""
    boxes = kind in BOX_KINDS
    if boxes and not field.is_boxes:
        options = tuple(Option(f"ruta_{n}", f"ruta {n}", zone, f"box {n}") for n, zone in enumerate(field.zones, 1))
        return replace(field, kind=kind, zones=(), options=options, comb=None, lines=1)
    if field.is_boxes and not boxes:
        return replace(field, kind=kind, zones=tuple(option.zone for option in field.options), options=())
    return replace(field, kind=kind)


def renamed(field: Field, was: str, now: str) -> Field:
    """Return a field whose condition and rules call another field by its new key."""
    rules = tuple(
        replace(rule, params=tuple((name, now if (name, value) == ("field", was) else value) for name, value in rule.params))
        for rule in field.rules
    )
    return replace(field, rules=rules, required=_asked(field.required, was, now))


def renamed_box(field: Field, key: str, was: str, now: str) -> Field:
    """Return a field whose condition calls a box of the field `key` by its new value."""
    condition = _condition(field.required)
    if condition is None or condition.key != key or was not in condition.values:
        return field
    values = tuple(now if value == was else value for value in condition.values)
    return replace(field, required=_told(replace(condition, values=values)))


def unlike(name: str, others: Container[str]) -> str:
    """Return a name that none of the others has: itself, or with the first number that is free."""
    stem = re.sub(r"_\d+$", "", name) or name
    number, proposed = 2, name
    while proposed in others:
        proposed, number = f"{stem}_{number}", number + 1
    return proposed


def _asked(required: str, was: str, now: str) -> str:
    condition = _condition(required)
    return required if condition is None or condition.key != was else _told(replace(condition, key=now))


def _condition(required: str) -> Condition | None:
    try:
        return Condition.parse(required)
    except ValueError:
        return None


def _told(condition: Condition) -> str:
    return f"{condition.key}{'!' if condition.negated else ''}={'|'.join(condition.values)}"


def _rule(line: str) -> Rule:
    rule_id, *params = line.split()
    pairs = [part.partition("=") for part in params]
    if not all(name and value for name, _, value in pairs):
        raise ValueError("a rule is ID NAME=VALUE …")
    return Rule(rule_id, tuple(sorted((name, _value(value)) for name, _, value in pairs)))


def _value(typed: str) -> str | int | float | bool:
    if typed in ("true", "false"):
        return typed == "true"
    if _WHOLE.fullmatch(typed):
        return int(typed)
    return float(typed) if _NUMBER.fullmatch(typed) else typed
