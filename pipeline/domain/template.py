"""A blank printed form described as data: sheets, fields, zones, options and rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.domain.geometry import Rect, union


class FormKind(StrEnum):
    """What a form is in law; the identity rule is a function of it and the disease."""

    CLINICAL = "klinisk"
    PARAGRAPH = "paragraf"
    CHANGE = "byte"


class FieldKind(StrEnum):
    """The type of a field's answer; text kinds carry their longest length."""

    PNR = "pnr"
    SNR = "snr"
    RIKSKOD = "rikskod"
    OTHER_NUMBER = "annat_nummer"
    DATE = "date"
    SEX = "sex"
    CHOICE1 = "choice1"
    CHOICEN = "choiceN"
    YN = "yn"
    TEXT15 = "text15"
    TEXT25 = "text25"
    TEXT40 = "text40"
    TEXT255 = "text255"
    TEXT1500 = "text1500"
    COUNTY = "county"
    PHONE = "phone"
    SIGN = "sign"


BOX_KINDS = frozenset({FieldKind.SEX, FieldKind.CHOICE1, FieldKind.CHOICEN, FieldKind.YN})
ONE_BOX_KINDS = BOX_KINDS - {FieldKind.CHOICEN}
TEXT_LENGTHS = {
    FieldKind.TEXT15: 15,
    FieldKind.TEXT25: 25,
    FieldKind.TEXT40: 40,
    FieldKind.TEXT255: 255,
    FieldKind.TEXT1500: 1500,
    FieldKind.PHONE: 40,
    FieldKind.OTHER_NUMBER: 20,
}


class RuleId(StrEnum):
    """The checks a template may name; closed. `field` is a parameter that holds another field's key.

    `not_before` (field): a date not before that one. `partial`: a year, or a year and month, will do. `postcode`: `NNN NN`.
    `country`: a country's Swedish name. `same_as` (field): the same answer once more. `sex_of` (field): agrees with the
    ninth digit of that person number. `age_of` (field): the age that person number tells, on the day the form was signed.
    `town_of` (field): a town that postcode can be in. `disease`: the name of a disease in the catalogue. `integer` (min,
    max): a number.
    """

    NOT_BEFORE = "not_before"
    PARTIAL = "partial"
    POSTCODE = "postcode"
    COUNTRY = "country"
    SAME_AS = "same_as"
    SEX_OF = "sex_of"
    AGE_OF = "age_of"
    TOWN_OF = "town_of"
    DISEASE = "disease"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class Zone:
    """Where on which sheet an answer may stand; millimetres from the sheet's top left."""

    sheet: int
    rect: Rect


@dataclass(frozen=True, slots=True)
class Option:
    """A box that can be ticked, and the value it stands for."""

    value: str
    label: str
    zone: Zone
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check with its parameters, as written in the template."""

    id: str
    params: tuple[tuple[str, str | int | float | bool], ...] = ()

    def __str__(self) -> str:
        """Return the rule in one line: its id and its parameters."""
        return " ".join([self.id, *(f"{name}={value}" for name, value in self.params)])

    def param(self, name: str, default: str | int | float | bool = "") -> str | int | float | bool:
        """Return a parameter by name."""
        return dict(self.params).get(name, default)


@dataclass(frozen=True, slots=True)
class Condition:
    """When a field must be answered: another field has, or has not, one of some values.

    Written in a template as `KEY=VALUE|VALUE` or `KEY!=VALUE|VALUE`.
    """

    key: str
    values: tuple[str, ...]
    negated: bool = False

    @classmethod
    def parse(cls, written: str) -> Condition:
        """Make a condition of its written form.

        Raises:
            ValueError: when it is not written so.
        """
        found = re.fullmatch(r"([a-z0-9_]+)(!?)=([^=|]+(?:\|[^=|]+)*)", written)
        if not found:
            raise ValueError("a condition is KEY=VALUE|VALUE or KEY!=VALUE|VALUE")
        return cls(found[1], tuple(found[3].split("|")), bool(found[2]))

    def met(self, plain: str | int | bool | tuple[str, ...] | None) -> bool:
        """Tell whether the condition holds when the other field's answer is `plain`; case does not count."""
        given = plain if isinstance(plain, tuple) else () if plain is None else (str(plain),)
        wanted = {value.casefold() for value in self.values}
        return any(value.casefold() in wanted for value in given) is not self.negated


@dataclass(frozen=True, slots=True)
class Comb:
    """Equal cells for one character each, in groups from left to right with a gap between groups."""

    groups: tuple[int, ...]
    gap_mm: float = 0.0

    @property
    def cells(self) -> int:
        """Return how many characters fit."""
        return sum(self.groups)

    def rects(self, zone: Rect) -> tuple[Rect, ...]:
        """Return each cell's rectangle within `zone`, left to right."""
        width = (zone.width - self.gap_mm * (len(self.groups) - 1)) / self.cells
        rects: list[Rect] = []
        x = zone.x
        for count in self.groups:
            rects.extend(Rect(x + i * width, zone.y, width, zone.height) for i in range(count))
            x += count * width + self.gap_mm
        return tuple(rects)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing the form asks.

    `zones` are where text, comb or signature may stand, in the order in which they are read; a box kind has `options`
    instead, one zone each. A comb in as many zones as it has groups has one group in each.
    `required` is `always`, `never` or a written `Condition`.
    `critical` fields are never accepted without a human while their class is unproven.
    `lines` is how many lines of writing the zone has room for.
    """

    key: str
    label: str
    label_en: str
    kind: FieldKind
    required: str = "never"
    critical: bool = False
    zones: tuple[Zone, ...] = ()
    options: tuple[Option, ...] = ()
    comb: Comb | None = None
    rules: tuple[Rule, ...] = ()
    lines: int = 1

    @property
    def is_boxes(self) -> bool:
        """Tell whether the answer is given by ticking."""
        return self.kind in BOX_KINDS

    @property
    def all_zones(self) -> tuple[Zone, ...]:
        """Return the zones of text and of options, in their order."""
        return self.zones + tuple(option.zone for option in self.options)

    def comb_in(self, zone: Zone) -> Comb | None:
        """Return the cells that stand in one of the `zones`: one group where each has a zone of its own, else all."""
        if self.comb is None or len(self.zones) == 1 or len(self.zones) != len(self.comb.groups):
            return self.comb
        return Comb((self.comb.groups[self.zones.index(zone)],))

    def extent(self, sheet: int) -> Rect | None:
        """Return the union of the field's zones on one sheet, or None when it has none there."""
        rects = tuple(zone.rect for zone in self.all_zones if zone.sheet == sheet)
        return union(rects) if rects else None

    @property
    def sheet(self) -> int:
        """Return the sheet the field's first zone is on."""
        return self.all_zones[0].sheet

    @property
    def condition(self) -> Condition | None:
        """Return the condition under which an answer is required, or None when it is always or never so."""
        return None if self.required in ("always", "never") else Condition.parse(self.required)

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule of that id, if the field has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page of a template."""

    number: int
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Template:
    """A blank form with its version; `digest` covers the TOML and the blank, so a changed file is another template."""

    name: str
    version: str
    title: str
    title_en: str
    kind: FormKind
    diseases: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    fields: tuple[Field, ...]
    blank_path: str
    digest: str = ""
    note: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """Return NAME@VERSION."""
        return f"{self.name}@{self.version}"

    @property
    def follows_up(self) -> bool:
        """Tell whether it adds to a notification made before: a clinical form that asks when that was."""
        return self.kind is FormKind.CLINICAL and self.has("tidigare_anm_datum") and not self.has("diagnosdatum")

    def field(self, key: str) -> Field:
        """Return the field of that key.

        Raises:
            KeyError: when the template has none.
        """
        for found in self.fields:
            if found.key == key:
                return found
        raise KeyError(key)

    def has(self, key: str) -> bool:
        """Tell whether the template asks for `key`."""
        return any(found.key == key for found in self.fields)

    def sheet(self, number: int) -> Sheet:
        """Return the sheet of that number."""
        return next(sheet for sheet in self.sheets if sheet.number == number)

    def fields_on(self, sheet: int) -> tuple[Field, ...]:
        """Return the fields that have a zone on a sheet, in template order."""
        return tuple(found for found in self.fields if any(zone.sheet == sheet for zone in found.all_zones))
