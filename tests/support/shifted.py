"""Templates whose zones lie where they should not."""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.library import SheetBlank
from pipeline.domain.template import Field, Template, Zone

SHIFTS = ((2.0, 0.0), (-2.0, 0.0), (0.0, 2.0), (0.0, -2.0))


def shifted(template: Template, dx: float, dy: float) -> Template:
    """Return a template with all its zones moved."""

    def moved(zone: Zone) -> Zone:
        return Zone(zone.sheet, zone.rect.moved(dx, dy))

    def field(asked: Field) -> Field:
        options = tuple(replace(option, zone=moved(option.zone)) for option in asked.options)
        return replace(asked, zones=tuple(map(moved, asked.zones)), options=options)

    return replace(template, fields=tuple(map(field, template.fields)), digest=f"{dx}/{dy}")


def on(blank: SheetBlank, template: Template) -> SheetBlank:
    """Return the same printed sheet under another template."""
    return SheetBlank.holding(template, blank.sheet, blank.picture)
