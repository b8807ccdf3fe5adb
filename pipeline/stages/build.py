"""Build: what the readers said of a form becomes one draft, each value in normal form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.domain.calibration import FINE_DPI, UNMEASURED, Calibration, group_of
from pipeline.domain.form import Form
from pipeline.domain.reading import Alternative, Reading, Style, capped, print_visible
from pipeline.domain.record import Draft, DraftField
from pipeline.domain.template import Field, FieldKind, Template
from pipeline.domain.value import NOTHING, Plain, Value
from pipeline.stages.normalise import Normal, normalise
from pipeline.stages.warp import density

UNSURE = 0.5


@dataclass(frozen=True, slots=True)
class _Heard:
    """One reading and the normal form of what it says."""

    reading: Reading
    normal: Normal

    @property
    def confidence(self) -> float:
        """Return the reading's confidence, lowered when its text has no normal form or more than one meaning."""
        whole = self.normal.sure and self.normal.formed
        return self.reading.confidence if whole else min(self.reading.confidence, UNSURE)


def build(
    form: Form,
    readings: Sequence[Reading],
    template: Template,
    today: dt.date | None = None,
    calibration: Calibration = UNMEASURED,
) -> Draft:
    """Return the values of a form as the machine proposes them, one for each field of the template.

    Readings of one field are taken in their order: the first that gives a value proposes it. Readers that say the same
    strengthen each other; one that says something else is kept as an alternative and weakens the proposal. What their
    confidence together is worth is told by `calibration`. `today` resolves centuries that were not written.
    """
    of = {field.key: [reading for reading in readings if reading.key == field.key] for field in template.fields}
    fields = (_proposed(field, of[field.key], today) for field in template.fields)
    judged = (_judged(proposed, template, form, (calibration, readings)) for proposed in fields)
    return Draft(form.id, template.name, template.version, tuple(judged))


def _proposed(field: Field, readings: Sequence[Reading], today: dt.date | None) -> DraftField:
    style = next((reading.style for reading in readings if reading.style is not None), None)
    heard = [_Heard(reading, _normal(reading.value, field, today)) for reading in readings]
    speaking = [h for h in heard if not h.reading.doubts or h.normal.plain is not None]
    if not speaking:
        reader = readings[0].reader if readings else ""
        return DraftField(field.key, NOTHING, 0.0, reader, style)
    # Written by hand and seen as such by any eye: what a reader of print makes of it is no proposal.
    first, others = speaking[0], speaking[1:]
    if style is Style.HAND and first.normal.plain is None:
        return DraftField(field.key, NOTHING, 0.0, first.reading.reader, style)
    return DraftField(
        key=field.key,
        value=Value(first.normal.plain),
        confidence=_confidence(first, others),
        reader=first.reading.reader,
        style=style,
        alternatives=_alternatives(first, others),
        witnesses=tuple(other.reading.reader for other in others if other.normal.plain == first.normal.plain),
    )


def _judged(proposed: DraftField, template: Template, form: Form, by: tuple[Calibration, Sequence[Reading]]) -> DraftField:
    """Return a proposal with its group and what its confidence is worth there, capped by how its zones lie and show."""
    field, (calibration, readings) = template.field(proposed.key), by
    placed = [page.placed for page in form.pages if any(zone.sheet == page.sheet for zone in field.all_zones)]
    dpi = min((min(density(one.registration.mm_to_px.matrix)) for one in placed), default=FINE_DPI)
    group = group_of(field, proposed.style, (proposed.reader, *proposed.witnesses), dpi)
    # Where no eye said anything there is nothing to calibrate.
    sure = calibration.calibrated(group, proposed.confidence) if proposed.confidence else 0.0
    for page in form.pages:
        for index, zone in enumerate(field.all_zones):
            if zone.sheet == page.sheet:
                sure = capped(sure, page.placed.registration.fit(field.key, index).residual_mm)
    sure = min(sure, calibration.ceiling(print_visible(readings, field.key)))
    return replace(proposed, confidence=sure, group=group, raw=proposed.confidence)


def _normal(value: Value, field: Field, today: dt.date | None) -> Normal:
    plain = value.reveal()
    if isinstance(plain, str) and not field.is_boxes and field.kind is not FieldKind.SIGN:
        return normalise(plain, field, today)
    return Normal(plain)


def _confidence(first: _Heard, others: Sequence[_Heard]) -> float:
    """Return the proposal's confidence: doubts multiply where readers agree, and it falls where one disagrees."""
    doubt = 1.0 - first.confidence
    for other in others:
        if other.normal.plain != first.normal.plain:
            return min(first.confidence, UNSURE)
        doubt *= 1.0 - other.confidence
    return 1.0 - doubt


def _alternatives(first: _Heard, others: Sequence[_Heard]) -> tuple[Alternative, ...]:
    """Return other values, each once: what others read, other meanings of the text, what the reader also saw."""
    found: dict[Plain, Alternative] = {}
    mine = first.reading
    # What another reader says comes first: that it does must stay known, also where this one thought of it.
    for other in others:
        found.setdefault(other.normal.plain, Alternative(Value(other.normal.plain), other.confidence, other.reading.reader))
    for plain in first.normal.others:
        found.setdefault(plain, Alternative(Value(plain), first.confidence, mine.reader))
    for told in mine.alternatives:
        found.setdefault(told.value.reveal(), told)
    found.pop(first.normal.plain, None)
    return tuple(found.values())
