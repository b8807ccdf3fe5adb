"""Check: every reason why a human must look at a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.domain.checking import CheckContext, Examined
from pipeline.domain.record import Draft, Finding
from pipeline.domain.template import Field, Template
from pipeline.stages.check_dates import check_dates
from pipeline.stages.check_form import check_form
from pipeline.stages.check_law import check_law
from pipeline.stages.check_numbers import check_numbers
from pipeline.stages.check_reading import check_reading

RULES: tuple[Callable[[Field, Examined], Iterator[Finding]], ...] = (
    check_reading,
    check_form,
    check_numbers,
    check_dates,
    check_law,
)


def check(draft: Draft, template: Template, context: CheckContext) -> tuple[Finding, ...]:
    """Return the findings of a draft in the template's order of fields, each kind once for a field.

    Parameters of findings hold keys, classes and limits, never what a person wrote.
    """
    seen = Examined(draft, template, context)
    found = [finding for field in template.fields for rule in RULES for finding in rule(field, seen)]
    once = {(finding.key, finding.kind): finding for finding in reversed(found)}
    order = {field.key: place for place, field in enumerate(template.fields)}
    kept = dict.fromkeys((f.key, f.kind) for f in found)
    return tuple(sorted((once[name] for name in kept), key=lambda finding: order[finding.key]))
