"""Which fields of a form are keyed blind, who else is here to key them, and what that shows of the reading.

What people key without seeing the machine's value is the one evidence of what it reads in which nobody was swayed. A class
that it proves right is confirmed from then on, but for a share that stays blind; one that it no longer proves is keyed blind
again with the next form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from pipeline.domain.event import Event, EventKind
from pipeline.domain.record import Draft, Finding, FindingKind, Record, is_guess
from pipeline.domain.review import Lease, Review, VerdictKind, VerificationMode, standing
from pipeline.domain.template import Template
from pipeline.domain.value import Value
from pipeline.edges.store import Unit
from pipeline.edges.store.evidence import Evidence
from pipeline.edges.store.people import MACHINE
from pipeline.jobs.office import Office
from pipeline.stages.calibrate import CRITICAL_BAR, enough, proves
from pipeline.stages.keying import alike, machine_says, verification_mode

_LEVEL = 0.95
_AT_WORK = dt.timedelta(hours=12)
_BLIND = frozenset({VerificationMode.BLIND, VerificationMode.BLIND_ALONE, VerificationMode.ADJUDICATED})
_JUDGED = frozenset({VerdictKind.ACCEPT, VerdictKind.CORRECT, VerdictKind.BLANK})


def proved(known: Iterable[Evidence]) -> frozenset[str]:
    """Return the classes of which blind keying proves that few enough are read wrongly."""
    return frozenset(one.class_ for one in known if is_proved(one))


def is_proved(known: Evidence) -> bool:
    """Tell whether fewer than 14 in 10 000 of a class are read wrongly, at 95 %."""
    return proves(known.n, known.wrong, CRITICAL_BAR, _LEVEL)


def left(known: Evidence) -> int:
    """Return how many more fields must be keyed blind, and all of them read rightly, for a class to be proved."""
    return max(0, enough(known.wrong, CRITICAL_BAR, _LEVEL) - known.n)


def blind(
    office: Office, unit: Unit, template: Template, draft: Draft, findings: Sequence[Finding]
) -> Mapping[str, Value | None]:
    """Return the fields of a form that are keyed blind, each with what the machine says of it, None where it cannot tell."""
    known, drawn = proved(unit.evidence.all()), sampled(office, draft.form, template)
    told: dict[str, Value | None] = {}
    for asked in template.fields:
        why = [finding for finding in findings if finding.key == asked.key]
        classes = frozenset[str]() if asked.key in drawn else known
        if verification_mode(asked, why, classes) is VerificationMode.BLIND:
            machine = machine_says(asked, draft.value(asked.key), why)
            # Free handwriting is read rightly too seldom to hold an answer against, but where two keyers are wanted anyway.
            if asked.critical or not (machine is None or is_guess(asked, draft.field(asked.key).style)):
                told[asked.key] = machine
    return told


def sampled(office: Office, form: str, template: Template) -> frozenset[str]:
    """Return the fields of a form that are keyed blind whatever is proved: a share that nobody can foretell."""
    most = office.habits.blind_share * 2**32
    keys = (field.key for field in template.fields if field.critical)
    return frozenset(key for key in keys if int(office.vault.mac("blind", f"{form}/{key}".encode())[:8], 16) < most)


def others(office: Office, unit: Unit, lease: Lease) -> frozenset[str]:
    """Return the other people at work here, by name; nobody when this form waited for them in vain."""
    if unit.tasks.waited(lease):
        return frozenset()
    aliases = unit.ledger.at_work(office.now() - _AT_WORK) - {MACHINE}
    return frozenset(name for alias in aliases if (name := unit.people.name(alias))) - {lease.holder}


def learn(office: Office, unit: Unit, record: Record, draft: Draft, reviews: Sequence[Review]) -> None:
    """Count what was keyed blind of a settled form, and tell of each class that has come to be proved, or no longer is.

    A field counts when nothing but its class was found: what the machine doubted itself was never going to stand.
    """
    findings = unit.documents.load_many(Finding, record.form, "findings")
    before = proved(unit.evidence.all())
    for key, verdict in standing(reviews).items():
        why = [finding for finding in findings if finding.key == key]
        if verdict.mode in _BLIND and verdict.kind in _JUDGED and {one.kind for one in why} == {FindingKind.UNPROVEN}:
            unit.evidence.add(str(dict(why[0].params)["class"]), alike(draft.value(key), record.value(key)))
    for one in unit.evidence.all():
        if is_proved(one) is not (one.class_ in before):
            mode = VerificationMode.CONFIRM if is_proved(one) else VerificationMode.BLIND
            told = (("class", one.class_), ("mode", mode.value), ("n", one.n), ("wrong", one.wrong))
            unit.append(Event(EventKind.POLICY_SET, "policy", office.now(), told))
