"""Small templates and drafts for the tests of the stages."""

from __future__ import annotations

import datetime as dt

from pipeline.domain.checking import CheckContext
from pipeline.domain.form import Form
from pipeline.domain.geometry import Rect
from pipeline.domain.policy import CheckPolicy
from pipeline.domain.reading import Alternative, Reading, Style
from pipeline.domain.record import Draft, DraftField
from pipeline.domain.template import Field, FieldKind, FormKind, Option, Rule, Sheet, Template, Zone
from pipeline.domain.value import Plain, Value
from pipeline.edges import towns
from pipeline.edges.catalogue import load

TODAY = dt.date(2026, 11, 23)
CATALOGUE, TOWNS = load(), towns.load()


def rule(rule_id: str, **params: str | int | float | bool) -> Rule:
    """Return a rule."""
    return Rule(rule_id, tuple(sorted(params.items())))


def field(key: str, kind: FieldKind, *rules: Rule, required: str = "never", critical: bool = False) -> Field:
    """Return a field with one zone, or three boxes for the kinds of boxes."""
    zone = Zone(1, Rect(10, 10, 50, 6))
    offered = {FieldKind.SEX: "mko", FieldKind.YN: ("yes", "no", "unknown")}.get(kind, ("a", "b", "c"))
    boxes = kind in (FieldKind.SEX, FieldKind.YN, FieldKind.CHOICE1, FieldKind.CHOICEN)
    options = tuple(Option(value, value, zone) for value in offered) if boxes else ()
    return Field(key, key, key, kind, required, critical, () if boxes else (zone,), options, None, rules)


def choice(key: str, *values: str, several: bool = False) -> Field:
    """Return a field of boxes with these values."""
    kind = FieldKind.CHOICEN if several else FieldKind.CHOICE1
    zone = Zone(1, Rect(10, 10, 4, 4))
    return Field(key, key, key, kind, options=tuple(Option(value, value, zone) for value in values))


def template(*fields: Field, kind: FormKind = FormKind.CLINICAL, diseases: tuple[str, ...] = ("salmonella",)) -> Template:
    """Return a template of one sheet."""
    return Template("prov", "1", "Prov", "Trial", kind, diseases, (Sheet(1, 210, 297),), fields, "blank.pdf")


def form() -> Form:
    """Return a form without pages."""
    return Form("7K3Q-DF2M", "prov", "1", ())


def reading(key: str, plain: Plain, sure: float = 0.95, reader: str = "eye/1", *doubts: str) -> Reading:
    """Return a reading of machine print."""
    return Reading(key, Value(plain), sure, reader, "0" * 64, Style.PRINT, (), doubts)


def draft(**plains: Plain) -> Draft:
    """Return a draft in which every value was read surely."""
    fields = tuple(DraftField(key, Value(plain), 0.95, "eye/1", Style.PRINT) for key, plain in plains.items())
    return Draft("7K3Q-DF2M", "prov", "1", fields)


def other(plain: Plain, reader: str = "eye/1") -> Alternative:
    """Return an alternative."""
    return Alternative(Value(plain), 0.5, reader)


def context(*straight_through: str, readings: tuple[Reading, ...] = ()) -> CheckContext:
    """Return a context of today."""
    return CheckContext(CheckPolicy(straight_through=straight_through), CATALOGUE, TODAY, readings, None, TOWNS)
