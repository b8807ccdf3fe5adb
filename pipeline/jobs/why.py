"""Why a field has its value: picture, readings, reasons, verdicts and what was sent, out of what was kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from pipeline.domain.event import EventKind
from pipeline.domain.form import FormPage
from pipeline.domain.geometry import Rect
from pipeline.domain.reading import Clip, Reading
from pipeline.domain.record import MASKING, Draft, DraftField, Finding, Record, SettledField, is_guess
from pipeline.domain.review import Verdict
from pipeline.domain.status import Status
from pipeline.domain.template import Template
from pipeline.domain.value import NOTHING
from pipeline.edges.access import Action
from pipeline.edges.store import Unit
from pipeline.edges.store.outbox import OutRow
from pipeline.errors import StoreError
from pipeline.jobs.office import Office
from pipeline.jobs.reading import clips_of


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that is known of one field of one form.

    `kept_back` tells that what was read is not shown yet: it is a guess, and nobody has read the field.
    """

    form: str
    template: str
    key: str
    label: str
    status: Status
    page: FormPage | None
    zone: Rect | None
    proposed: DraftField | None
    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    settled: SettledField | None
    settled_at: dt.datetime | None
    sent: tuple[OutRow, ...]
    receipt: str | None
    masked: bool
    kept_back: bool


@dataclass(frozen=True, slots=True)
class FieldStand:
    """Where one field of a form stands: its value so far, how it came to it, and why a human must look, if so."""

    key: str
    label: str
    proposed: DraftField | None
    settled: SettledField | None
    findings: tuple[Finding, ...]
    masked: bool


@dataclass(frozen=True, slots=True)
class FormStand:
    """Where a form stands, field by field."""

    form: str
    template: str
    status: Status
    fields: tuple[FieldStand, ...]


def stand(office: Office, form_id: str, who: str) -> FormStand:
    """Return where every field of a form stands; the question is noted in the access log first.

    Raises:
        StoreError: when there is no such form, or several.
    """
    with office.store.read() as unit:
        form_id = whole_id(unit, form_id)
        row = unit.forms.get(form_id)
        if row is None:
            raise StoreError("form_unknown", hint="find")
        template = office.template(f"{row.template}@{row.version}")
        office.saw(who, Action.WHY, form_id)
        draft = unit.documents.load(Draft, form_id, "draft")
        record = unit.documents.load(Record, form_id, "record")
        findings = unit.documents.load_many(Finding, form_id, "findings")
    if draft is not None and _sways(office, record):
        draft = draft.without_guesses(template)
    proposed = {field.key: field for field in draft.fields} if draft else {}
    settled = {field.key: field for field in record.fields} if record else {}
    fields = tuple(
        FieldStand(f.key, f.label, proposed.get(f.key), settled.get(f.key), found, any(map(_masks, found)))
        for f in template.fields
        for found in [tuple(finding for finding in findings if finding.key == f.key)]
    )
    return FormStand(form_id, template.id, row.state.status if row.state else Status.RECEIVED, fields)


def why(office: Office, form_id: str, key: str, who: str) -> Why:
    """Return why a field has its value; the question is noted in the access log first.

    Raises:
        StoreError: when there is no such form, or it has no such field.
    """
    with office.store.read() as unit:
        form_id = whole_id(unit, form_id)
        form = unit.forms.load(form_id)
        if form is None:
            raise StoreError("form_unknown", hint="find")
        template = office.template(form.template_id)
        if not template.has(key):
            raise StoreError("field_unknown", hint="template_fields")
        office.saw(who, Action.WHY, form_id, key)
        field, state = template.field(key), unit.forms.state(form_id)
        record = unit.documents.load(Record, form_id, "record")
        proposed, readings, kept_back = _proposed(office, unit, (form_id, template, key), record)
        findings = tuple(f for f in unit.documents.load_many(Finding, form_id, "findings") if f.key == key)
        sent = unit.outbox.of_form(form_id)
        receipts = [r.receipt_id for row in sent if (r := unit.outbox.stored_receipt(row.key)) is not None]
        return Why(
            form=form_id,
            template=template.id,
            key=key,
            label=field.label,
            status=state.status if state is not None else Status.RECEIVED,
            page=next((page for page in form.pages if page.sheet == field.sheet), None),
            zone=None if form.by_hand else field.extent(field.sheet),
            proposed=proposed,
            readings=readings,
            findings=findings,
            verdicts=tuple(v for v in unit.documents.load_all(Verdict, form_id, "verdict") if v.key == key),
            settled=next((f for f in record.fields if f.key == key), None) if record else None,
            settled_at=next((e.at for e in unit.events(form_id) if e.kind is EventKind.FORM_SETTLED), None),
            sent=sent,
            receipt=receipts[-1] if receipts else None,
            masked=any(map(_masks, findings)),
            kept_back=kept_back,
        )


def _proposed(
    office: Office, unit: Unit, what: tuple[str, Template, str], record: Record | None
) -> tuple[DraftField | None, tuple[Reading, ...], bool]:
    """Return what is proposed of a field, what was read of it, and whether that is kept back."""
    form_id, template, key = what
    draft = unit.documents.load(Draft, form_id, "draft")
    proposed = next((f for f in draft.fields if f.key == key), None) if draft else None
    readings = tuple(r for r in unit.documents.load_many(Reading, form_id, "readings") if r.key == key)
    kept_back = _sways(office, record) and any(is_guess(template.field(key), r.style) for r in readings)
    if kept_back:
        proposed = replace(proposed, value=NOTHING, alternatives=()) if proposed else None
        readings = tuple(replace(reading, value=NOTHING, alternatives=()) for reading in readings)
    return proposed, readings, kept_back


def _sways(office: Office, record: Record | None) -> bool:
    """Tell whether a guess would sway whoever is yet to read the field."""
    return record is None and not office.policy.check.show_guesses


def _masks(finding: Finding) -> bool:
    return finding.kind in MASKING


def picture(office: Office, form_id: str, key: str, who: str) -> Clip | None:
    """Return the picture of a field; the look is noted first."""
    with office.store.read() as unit:
        form_id = whole_id(unit, form_id)
        form = unit.forms.load(form_id)
        if form is None:
            return None
        office.saw(who, Action.VIEW, form_id, key)
        found = clips_of(office, unit, form, (key,))
    return found[0] if found else None


def whole_id(unit: Unit, told: str) -> str:
    """Return the id of the one form that begins as told.

    Raises:
        StoreError: when none does, or several.
    """
    found = unit.forms.begins(told)
    exact = [form for form in found if form.replace("-", "") == told.upper().replace("-", "")]
    if len(exact or found) != 1:
        raise (
            StoreError("form_ambiguous", hint="form_id", count=len(found))
            if found
            else StoreError("form_unknown", hint="find")
        )
    return (exact or found)[0]
