"""A template's TOML as it is written: its shape, and the noun it becomes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from pipeline.domain.geometry import Rect
from pipeline.domain.template import Comb, FieldKind, FormKind, Option, Rule, Sheet, Template, Zone
from pipeline.domain.template import Field as FieldNoun

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Label = Annotated[str, Field(min_length=1)]
Length = Annotated[float, Field(gt=0, le=1000)]
Place = Annotated[float, Field(ge=0, le=1000)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ZoneModel(_Model):
    """A zone as written, in millimetres from the sheet's top left."""

    sheet: Annotated[int, Field(ge=1)]
    x: Place
    y: Place
    width: Length
    height: Length

    def noun(self) -> Zone:
        """Return the zone."""
        return Zone(self.sheet, Rect(self.x, self.y, self.width, self.height))


class OptionModel(_Model):
    """A box as written."""

    value: Annotated[str, Field(min_length=1)]
    label: Label
    label_en: Label
    zone: ZoneModel


class CombModel(_Model):
    """A comb as written: cells in each group, and the gap between groups in millimetres."""

    groups: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    gap_mm: Annotated[float, Field(ge=0)] = 0.0


class RuleModel(BaseModel):
    """A rule as written: its id, which may be none that we know, and any parameters beside it."""

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)
    __pydantic_extra__: dict[str, str | int | float | bool]
    id: str

    @property
    def params(self) -> dict[str, str | int | float | bool]:
        """Return the parameters by name."""
        return self.__pydantic_extra__

    def noun(self) -> Rule:
        """Return the rule."""
        return Rule(self.id, tuple(sorted(self.params.items())))


class FieldModel(_Model):
    """A field as written."""

    key: Key
    label: Label
    label_en: Label
    kind: FieldKind
    required: str = "never"
    critical: bool = False
    lines: Annotated[int, Field(ge=1)] = 1
    zone: ZoneModel | None = None
    zones: tuple[ZoneModel, ...] = ()
    comb: CombModel | None = None
    option: tuple[OptionModel, ...] = ()
    rules: tuple[RuleModel, ...] = ()

    def noun(self) -> FieldNoun:
        """Return the field."""
        return FieldNoun(
            key=self.key,
            label=self.label,
            label_en=self.label_en,
            kind=self.kind,
            required=self.required,
            critical=self.critical,
            zones=tuple(zone.noun() for zone in ((self.zone,) if self.zone else ()) + self.zones),
            options=tuple(Option(o.value, o.label, o.zone.noun(), o.label_en) for o in self.option),
            comb=Comb(self.comb.groups, self.comb.gap_mm) if self.comb else None,
            rules=tuple(rule.noun() for rule in self.rules),
            lines=self.lines,
        )


class SheetModel(_Model):
    """A sheet as written."""

    number: Annotated[int, Field(ge=1)]
    width_mm: Annotated[float, Field(ge=50, le=1000)]
    height_mm: Annotated[float, Field(ge=50, le=1000)]


class TemplateModel(_Model):
    """A template as written."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")]
    title: Label
    title_en: Label
    kind: FormKind
    diseases: tuple[Key, ...] = ()
    blank: str = "blank.pdf"
    note: str = ""
    sheet: tuple[SheetModel, ...]
    field: tuple[FieldModel, ...]

    def noun(self, blank_path: str, digest: str) -> Template:
        """Return the template."""
        return Template(
            name=self.name,
            version=self.version,
            title=self.title,
            title_en=self.title_en,
            kind=self.kind,
            diseases=self.diseases,
            sheets=tuple(Sheet(s.number, s.width_mm, s.height_mm) for s in self.sheet),
            fields=tuple(field.noun() for field in self.field),
            blank_path=blank_path,
            digest=digest,
            note=self.note,
        )
