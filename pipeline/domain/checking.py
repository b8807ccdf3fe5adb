"""What the check of a draft is told besides the draft, and the classes in which a machine proves itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.domain.disease import Catalogue
from pipeline.domain.form import Form
from pipeline.domain.policy import CheckPolicy
from pipeline.domain.reading import Reading, Style
from pipeline.domain.template import Field


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The policy, the diseases, the day, what the readers said, and the placed form where it is known."""

    policy: CheckPolicy
    catalogue: Catalogue
    today: dt.date
    readings: tuple[Reading, ...] = ()
    form: Form | None = None


def field_class(field: Field, style: Style | None) -> str:
    """Return the class a manager may let through, as `pnr/print`; boxes and blanks have the style `mark`."""
    return f"{field.kind.value}/{style.value if style else 'mark'}"
