"""Reading a form: clips to readings, a draft and its findings, and into the queue, in one commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain.checking import CheckContext
from pipeline.domain.event import EventKind
from pipeline.domain.form import Form
from pipeline.domain.policy import CheckPolicy
from pipeline.domain.reading import Clip, Reading
from pipeline.domain.record import Draft, DraftField, Finding, FindingKind
from pipeline.domain.status import FormState, Status
from pipeline.domain.template import Template
from pipeline.domain.value import NOTHING
from pipeline.edges.crash import crash_point
from pipeline.edges.memory import give_back
from pipeline.edges.store import Unit
from pipeline.errors import BlankettError
from pipeline.jobs import keying
from pipeline.jobs.again import LIKENESS, Signed, index, received_before, same_case, same_paper, signed_of
from pipeline.jobs.clips import unpack, whole
from pipeline.jobs.facts import disease_of, due_of, facts_of, priority_of
from pipeline.jobs.office import Office, report_bug
from pipeline.jobs.rescanned import repeats, stands, withdraw
from pipeline.jobs.settling import settle_form
from pipeline.readers.eyes import look
from pipeline.stages.build import build
from pipeline.stages.check import check
from pipeline.stages.cut import join
from pipeline.stages.due import STOCKHOLM

Proposed = tuple[tuple[Reading, ...], Draft, tuple[Finding, ...]]


def read_form(office: Office, form_id: str, generation: int) -> None:
    """Read one form and put it in the verification queue; done before, nothing is done."""
    with office.store.read() as unit:
        state = unit.forms.state(form_id)
        form = unit.forms.load(form_id)
        if state is None or form is None or state.status is not Status.RECEIVED or state.generation != generation:
            return
        if all(template.id != form.template_id for template in office.library):
            return  # it waits for its template to come back
        clips = () if form.by_hand else clips_of(office, unit, form)
        signed = signed_of(office, unit, form)
        policy = check_policy(office, unit)
    template = office.template(form.template_id)
    give_back()
    try:
        read = _unread(form, template) if form.by_hand else propose(office, (form, template), clips, policy)
    except BlankettError:
        raise
    except Exception as bug:
        report_bug(office, form_id, bug)
        read = _unread(form, template)
    with office.store.read() as unit:
        alike = same_paper(unit, form, read[1], signed)
        repeated = next((other for other in alike.maybe if repeats(office, unit, form, other)), None)
    crash_point("before_form_read")
    try:
        with office.store.begin() as unit:
            if repeated is not None and stands(unit, repeated):
                _keep_repeated(office, unit, (form, generation), read, repeated)
            else:
                _keep(office, unit, (form, template), read, (signed, repeated or alike.likely, generation))
    except BlankettError:
        raise
    except Exception as bug:
        # What is written on one form must never stop the day: a human gets all of it instead.
        report_bug(office, form_id, bug)
        with office.store.begin() as unit:
            _keep(office, unit, (form, template), _unread(form, template), (signed, None, generation))
    crash_point("after_form_read")


def propose(office: Office, what: tuple[Form, Template], clips: Sequence[Clip], policy: CheckPolicy) -> Proposed:
    """Read a form's clips and say what the machine makes of them."""
    form, template = what
    readings = look(clips, office.sight.readers)
    today = office.now().astimezone(STOCKHOLM).date()
    calibration = office.calibration
    draft = build(form, readings, template, today, calibration)
    sampled = keying.sampled(office, form.id, template)
    context = CheckContext(policy, office.catalogue, today, readings, form, office.towns, calibration, sampled)
    return readings, draft, check(draft, template, context)


def _unread(form: Form, template: Template) -> Proposed:
    """Return what is proposed of a form that no machine can read: nothing, and a human for every field."""
    fields = tuple(DraftField(field.key, NOTHING, 0.0, "", None) for field in template.fields)
    findings = tuple(Finding(FindingKind.UNREAD, field.key) for field in template.fields)
    return (), Draft(form.id, template.name, template.version, fields), findings


def clips_of(office: Office, unit: Unit, form: Form, keys: Sequence[str] = ()) -> tuple[Clip, ...]:
    """Open a form's clips, all or those of some fields; one that is typed by hand shows its pages whole for every field."""
    template = office.template(form.template_id)
    if form.by_hand:
        pages = [page for page in unit.pages.of_form(form.id) if page.preview_blob and page.placed is not None]
        told = [(office.vault.open_file(p.preview_blob or ""), p.placed.registration.rotation) for p in pages if p.placed]
        return whole(told, [field for field in template.fields if not keys or field.key in keys])
    clips: list[Clip] = []
    for page in unit.pages.of_form(form.id):
        if page.clips_blob:
            clips.extend(unpack(office.vault.open_file(page.clips_blob), template))
    return join([clip for clip in clips if not keys or clip.field.key in keys])


def check_policy(office: Office, unit: Unit) -> CheckPolicy:
    """Return the policy of checking with the classes that are proved, and that named managers have let through."""
    known = keying.proved(unit.evidence.all())
    let_through = tuple(grant.class_ for grant in unit.grants.active() if grant.class_ in known)
    return replace(office.policy.check, straight_through=let_through)


def _keep(
    office: Office,
    unit: Unit,
    what: tuple[Form, Template],
    read: Proposed,
    known: tuple[Signed, str | None, int],
) -> None:
    """Seal what was read, index it, queue it and tell of it; all or nothing, and only once."""
    form, template = what
    readings, draft, findings = read
    signed, alike, generation = known
    state = unit.forms.state(form.id)
    if state is None or state.status is not Status.RECEIVED or state.generation != generation:
        return
    now = office.now()
    disease = disease_of(draft, template, office.catalogue)
    index(unit, draft)
    again = same_case(unit, draft, disease)
    if alike is not None or again is not None:
        findings = (*findings, received_before(alike, again))
    for kind, content in (("readings", readings), ("draft", draft), ("findings", findings)):
        unit.documents.add(form.id, kind, content, now)
    if signed:
        unit.documents.add(form.id, LIKENESS, signed, now)
    due = due_of(draft, template)
    facts = facts_of(draft, template, disease, due)
    unit.facts.put(replace(facts, arrived=_arrived(unit, form, now), read_at=now))
    doubtful = len({finding.key for finding in findings})
    unit.tasks.put(form.id, due, priority_of(disease, office.policy.law.phone_diseases), doubtful)
    told = {"doubtful": doubtful, "findings": len(findings), "alike": alike}
    office.tell(unit, EventKind.FORM_READ, form.id, generation=generation, **told)
    if not findings:
        settle_form(office, unit, FormState(form.id, Status.WAITING, generation))


def _keep_repeated(office: Office, unit: Unit, what: tuple[Form, int], read: Proposed, other: str) -> None:
    """Seal what was read of a form that repeats another, make it findable, and set it aside."""
    form, generation = what
    readings, draft, findings = read
    state = unit.forms.state(form.id)
    if state is None or state.status is not Status.RECEIVED or state.generation != generation:
        return
    now = office.now()
    index(unit, draft)
    findings = (*findings, received_before(other, None))
    for kind, content in (("readings", readings), ("draft", draft), ("findings", findings)):
        unit.documents.add(form.id, kind, content, now)
    withdraw(office, unit, form.id, other)


def _arrived(unit: Unit, form: Form, now: dt.datetime) -> dt.date:
    """Return the day the paper arrived: its pile's, else the day its first sheet was scanned."""
    row = unit.forms.get(form.id)
    pile = unit.piles.get(row.pile) if row is not None and row.pile else None
    return pile.arrived if pile is not None else now.astimezone(STOCKHOLM).date()
