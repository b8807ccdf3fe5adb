"""What the check of a draft is told besides the draft, and the classes in which a machine proves itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.domain.calibration import UNMEASURED, Calibration
from pipeline.domain.disease import Catalogue, Disease, Identity, identity
from pipeline.domain.form import Form
from pipeline.domain.policy import CheckPolicy
from pipeline.domain.reading import Reading, Style
from pipeline.domain.record import Draft
from pipeline.domain.template import Field, RuleId, Template
from pipeline.domain.town import UNKNOWN, Towns
from pipeline.domain.value import Plain

DISEASE_KEYS = ("diagnos", "sjukdom")
IDENTITY_KEY = "pat_id"


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The policy, the diseases, the day, what the readers said, and the placed form where it is known.

    Beside them what is known of towns, what confidences have proved to be worth, and the critical fields that go to a person
    whatever is proved of their class: a sample of what would else go straight through.
    """

    policy: CheckPolicy
    catalogue: Catalogue
    today: dt.date
    readings: tuple[Reading, ...] = ()
    form: Form | None = None
    towns: Towns = UNKNOWN
    calibration: Calibration = UNMEASURED
    sampled: frozenset[str] = frozenset()


def field_class(field: Field, style: Style | None) -> str:
    """Return the class a manager may let through, as `pnr/print`; boxes and blanks have the style `mark`."""
    return f"{field.kind.value}/{style.value if style else 'mark'}"


@dataclass(frozen=True, slots=True)
class Examined:
    """A draft beside its template and context, as each rule of the check sees it."""

    draft: Draft
    template: Template
    context: CheckContext

    def plain(self, key: str) -> Plain:
        """Return the proposed value of a field, bare, or None when the form does not ask for it."""
        return self.draft.value(key).reveal()

    def text(self, key: str) -> str:
        """Return the proposed value of a field as text, empty when nothing was written."""
        plain = self.plain(key)
        return plain if isinstance(plain, str) else ""

    def day(self, key: str) -> dt.date | None:
        """Return the proposed value of a field as a whole date, if it is one."""
        try:
            return dt.date.fromisoformat(self.text(key)) if len(self.text(key)) == len("ÅÅÅÅ-MM-DD") else None
        except ValueError:
            return None

    @property
    def disease_field(self) -> Field | None:
        """Return the field that tells the disease, if the form asks for it."""
        asked = [field for field in self.template.fields if field.key in DISEASE_KEYS or field.rule(RuleId.DISEASE)]
        return asked[0] if asked else None

    @property
    def disease(self) -> Disease | None:
        """Return the disease the form is about: as told on it, else the only one its template is for."""
        catalogue, field = self.context.catalogue, self.disease_field
        told = self.text(field.key) if field else ""
        if told:
            return catalogue.get(told) or catalogue.named(told)
        return catalogue.get(self.template.diseases[0]) if len(self.template.diseases) == 1 else None

    @property
    def identity(self) -> Identity:
        """Return the identity rule: by the disease, else coded as soon as any disease of the template is so."""
        catalogue, disease = self.context.catalogue, self.disease
        told = (disease,) if disease else tuple(catalogue.get(code) for code in self.template.diseases)
        rules = [identity(self.template.kind, one) for one in told if one is not None]
        return Identity.CODED if Identity.CODED in rules else Identity.FULL
