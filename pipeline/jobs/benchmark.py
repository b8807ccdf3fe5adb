"""Benchmark: what the machine proposed, held against what people made of it, on forms that were verified here.

Only what a person looked at counts, and not what nobody could read. A value that was shown before it was judged is judged
the milder for it: what comes out is the best that can be said, never the worst.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.calibration import Calibration
from pipeline.domain.checking import field_class
from pipeline.domain.event import Event, EventKind
from pipeline.domain.record import MASKING, OF_CONFIDENCE, Draft, Finding, FindingKind, Record, Settlement
from pipeline.edges import calibration
from pipeline.edges.store import Unit
from pipeline.jobs.office import Office
from pipeline.stages.calibrate import CRITICAL_BAR, Told, proves, revised
from pipeline.stages.carry import carried

_JUDGED = frozenset({Settlement.CONFIRMED, Settlement.CORRECTED, Settlement.BLANK})


@dataclass(frozen=True, slots=True)
class Verified:
    """One field that a person judged: of which template, its class and group, and whether the machine was right.

    `raw` is the readers' confidence.
    `stood` tells that nobody was sent to it for any reason but that its class is unproven.
    """

    template: str
    key: str
    class_: str
    group: str
    critical: bool
    raw: float
    right: bool
    stood: bool
    only_confidence: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of a class or a group: fields verified, read rightly; those that stood, and wrong ones among them."""

    name: str
    n: int
    right: int
    stood: int
    wrong: int
    proved: bool


@dataclass(frozen=True, slots=True)
class Benchmark:
    """How reading proved on verified forms, and what calibration that would make of the one in force."""

    forms: int
    classes: tuple[Line, ...]
    groups: tuple[Line, ...]
    fields: tuple[Line, ...]
    before: Calibration
    after: Calibration

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the groups that would stand from elsewhere."""
        return tuple(sorted(g for g in self.after.groups if self.after.least(g) != self.before.least(g)))


def benchmark(office: Office, tell: Callable[[int, int], None] = lambda done, total: None) -> Benchmark:
    """Hold every verified form's draft against its record; `tell` hears how many forms were gone through."""
    fields: list[Verified] = []
    forms = 0
    with office.store.read() as unit:
        rows = tuple(unit.forms.all())
        for done, row in enumerate(rows, start=1):
            found = tuple(_verified(office, unit, row.id))
            forms += bool(found)
            fields += found
            tell(done, len(rows))
    told: dict[str, list[Told]] = defaultdict(list)
    for field in fields:
        if field.only_confidence:
            told[field.group].append((field.raw, field.right))
    known = office.calibration
    after = revised(known, told, office.now().date().isoformat()) if known.groups and told else known
    classes = _lines(fields, lambda field: field.class_ if field.critical else "")
    groups = _lines(fields, lambda field: field.group)
    return Benchmark(forms, classes, groups, _lines(fields, _Heirs(office).name), known, after)


def life(office: Office, template_id: str) -> tuple[Line, ...]:
    """Return what is known of each field of one template from its forms that were verified here."""
    with office.store.read() as unit:
        rows = [row for row in tuple(unit.forms.all()) if f"{row.template}@{row.version}" == template_id]
        fields = [one for row in rows for one in _verified(office, unit, row.id)]
    return _lines(fields, lambda field: field.key)


def adopt(office: Office, found: Benchmark, root: Path, actor: str) -> None:
    """Put the proposed calibration in force, and tell it in the ledger under the name of who decided it.

    The file comes before the end of the commit: should that fail, `doctor` tells that nobody adopted what is in force.

    Raises:
        StoreError: when the disk is full, or the database cannot be written.
    """
    with office.store.begin() as unit:
        told = (("calibration", digest(calibration.dump(found.after))), ("groups", len(found.changed)))
        unit.append(Event(EventKind.POLICY_SET, "policy", office.now(), told, actor))
        calibration.save(root, found.after)


def adopted(office: Office) -> str | None:
    """Return the digest of the calibration that was adopted last, as the ledger tells it; None when none was."""
    with office.store.read() as unit:
        told = [event.param("calibration") for event in unit.events(kinds=(EventKind.POLICY_SET,))]
    return next((str(one) for one in reversed(told) if one is not None), None)


def digest(text: str) -> str:
    """Return what a calibration's file is known by in the ledger."""
    return hashlib.sha256(text.encode()).hexdigest()


def _verified(office: Office, unit: Unit, form: str) -> Iterator[Verified]:
    record, draft = unit.documents.load(Record, form, "record"), unit.documents.load(Draft, form, "draft")
    whole = unit.forms.load(form)
    if record is None or draft is None or whole is None or whole.by_hand:
        return
    try:
        template = office.library.template(f"{draft.template}@{draft.version}")
    except KeyError:
        return  # a template that is gone: nothing can be said of its fields
    findings = unit.documents.load_many(Finding, form, "findings")
    settled = {field.key: field for field in record.fields}
    for proposed in draft.fields:
        stands = settled.get(proposed.key)
        if stands is None or stands.settlement not in _JUDGED or not template.has(proposed.key):
            continue
        asked = template.field(proposed.key)
        why = {finding.kind for finding in findings if finding.key == proposed.key}
        if why & MASKING:
            continue  # what stood there may not stand on the form: that it was changed says nothing of the reading
        right = proposed.value == stands.value or (proposed.value.is_blank and stands.value.is_blank)
        yield Verified(
            template.id,
            proposed.key,
            field_class(asked, proposed.style),
            proposed.group,
            asked.critical,
            proposed.raw,
            right,
            why <= {FindingKind.UNPROVEN},
            # What stood unseen and was changed all the same says nothing: those that were not changed are not counted.
            bool(why) and why <= OF_CONFIDENCE,
        )


class _Heirs:
    """Whose record a field's reading counts for: the last version's, when nothing it depends on has changed since."""

    def __init__(self, office: Office) -> None:
        self._known = office.library
        self._carried: dict[str, frozenset[str]] = {}

    def name(self, field: Verified) -> str:
        """Return NAME@VERSION KEY."""
        before = self._known.template(field.template)
        last = self._known.template(before.name)
        if last.id != before.id and before.id not in self._carried:
            self._carried[before.id] = carried(before, last, self._known)
        heir = last if field.key in self._carried.get(before.id, frozenset()) else before
        return f"{heir.id} {field.key}"


def _lines(fields: Sequence[Verified], name: Callable[[Verified], str]) -> tuple[Line, ...]:
    held: dict[str, list[Verified]] = defaultdict(list)
    for field in fields:
        held[name(field)].append(field)
    return tuple(_line(key, them) for key, them in sorted(held.items()) if key)


def _line(name: str, them: list[Verified]) -> Line:
    stood = [field for field in them if field.stood]
    wrong = sum(not field.right for field in stood)
    proved = proves(len(stood), wrong, CRITICAL_BAR, 0.95)
    return Line(name, len(them), sum(field.right for field in them), len(stood), wrong, proved)
