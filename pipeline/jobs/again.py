"""Whether the same paper, or the same case, came before: never dropped, always told to whoever reviews it."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass

from pipeline.domain.disease import Disease
from pipeline.domain.form import Form
from pipeline.domain.record import Draft, DraftField, Finding, FindingKind, Record
from pipeline.domain.status import Status
from pipeline.edges.store import Unit
from pipeline.edges.store.search import SearchKind
from pipeline.jobs.clips import likeness
from pipeline.jobs.facts import text_of
from pipeline.jobs.office import Office
from pipeline.stages.likeness import LIKELY, MAYBE, how_unlike

SAME_CASE = "same_case"
LIKENESS = "likeness"
_SURE = 0.8
_GONE = frozenset({Status.WITHDRAWN, Status.ERASED})
_TELLING = ("pat_id", "diagnosdatum", "diagnos", "anm_datum")
_WORTH_LAYING = 4
Signed = dict[str, str]
"""What each sheet of a form is known again by, in base64."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Forms that may be the same paper, worth laying upon each other, and the one that is so like that it is told."""

    maybe: tuple[str, ...] = ()
    likely: str | None = None


_SEARCHED = {
    SearchKind.NUMBER: ("pat_id", "annat_nummer", "lab_nr"),
    SearchKind.NAME: ("pat_namn",),
    SearchKind.CLINIC: ("anm_klinik",),
    SearchKind.DATE: ("diagnosdatum", "anm_datum"),
}


def same_case(unit: Unit, told: Draft | Record, disease: Disease | None) -> Finding | None:
    """Note which case a form tells of; the finding names the form that told of the same case first.

    The finding is about no field of its own, so that an answer to the number never hides it. Forms that name this one
    already are passed over: the question is asked once, and the two are never made one.
    """
    identity = text_of(told, "pat_id")
    if not identity or disease is None:
        unit.search.leave_case(told.form)
        return None
    others = unit.search.same_case(identity, disease.code, but=told.form)
    unit.search.keep_case(told.form, identity, disease.code)
    open_ones = sorted((form for form in others if not _names(unit, form, told.form)), key=lambda form: _made(unit, form))
    if not open_ones:
        return None
    return Finding(FindingKind.SAME_CASE, SAME_CASE, (("form", open_ones[0]), ("count", len(others))))


def _names(unit: Unit, form: str, other: str) -> bool:
    """Tell whether a form's findings name another as its case."""
    findings = unit.documents.load_many(Finding, form, "findings")
    return any(found.kind is FindingKind.SAME_CASE and dict(found.params).get("form") == other for found in findings)


def _made(unit: Unit, form: str) -> tuple[str, str]:
    row = unit.forms.get(form)
    return (row.created.isoformat() if row is not None else "", form)


def index(unit: Unit, told: Draft | Record) -> None:
    """Make a form findable by number, name, clinic and date, through keyed hashes."""
    unit.search.put(told.form, _words(told))


def _words(told: Draft | Record) -> list[tuple[SearchKind, str]]:
    return [(kind, text) for kind, keys in _SEARCHED.items() for key in keys if (text := text_of(told, key))]


def signed_of(office: Office, unit: Unit, form: Form) -> Signed:
    """Return what each sheet of a form is known again by."""
    signed: Signed = {}
    for page in unit.pages.of_form(form.id):
        told = likeness(office.vault.open_file(page.clips_blob)) if page.clips_blob else b""
        if told and page.placed is not None:
            signed[str(page.placed.identification.sheet)] = base64.b64encode(told).decode()
    return signed


def same_paper(unit: Unit, form: Form, draft: Draft, signed: Signed) -> Alike:
    """Return the forms that may be the same paper scanned again, after registration, the most alike first.

    Looked at are the forms of the template made last, and those that share a number, name, clinic or date.
    """
    found: list[tuple[float, str]] = []
    near = unit.search.near(_words(draft), but=form.id) if signed else ()
    for other in dict.fromkeys((*near, *unit.forms.recent(form.template, form.version))) if signed else ():
        state = unit.forms.state(other)
        if other == form.id or state is None or state.status in _GONE:
            continue
        unlike = _unlike(signed, unit.documents.plain(other, LIKENESS))
        if unlike < MAYBE and not _contradicts(draft, unit, other):
            found.append((unlike, other))
    found.sort()
    return Alike(tuple(other for _, other in found[:_WORTH_LAYING]), found[0][1] if found and found[0][0] < LIKELY else None)


def _unlike(signed: Signed, theirs: object) -> float:
    """Return how unlike two forms are on the sheet where they are most unlike."""
    if not isinstance(theirs, dict) or theirs.keys() != signed.keys():
        return math.inf
    return max(how_unlike(base64.b64decode(signed[sheet]), base64.b64decode(theirs[sheet])) for sheet in signed)


def _contradicts(draft: Draft, unit: Unit, other: str) -> bool:
    """Tell whether both forms were read with confidence, and tell of different persons or days: a picture may mislead."""
    theirs = unit.documents.load(Draft, other, "draft")
    if theirs is None:
        return False
    sure = {field.key for field in theirs.fields if _is_sure(field)}
    ours = (field.key for field in draft.fields if field.key in _TELLING and field.key in sure and _is_sure(field))
    return any(text_of(draft, key) != text_of(theirs, key) for key in ours)


def _is_sure(field: DraftField) -> bool:
    """Tell whether something was read, and readers were sure of it: a poor reading may be worth much in its group."""
    return not field.value.is_blank and min(field.raw or field.confidence, field.confidence) >= _SURE


def received_before(alike: str | None, again: Finding | None) -> Finding:
    """Return one finding of what came before: the same paper, or the same case."""
    if alike is None and again is not None:
        return again
    return Finding(FindingKind.SAME_CASE, SAME_CASE, (("form", alike or ""), ("grade", "same_picture")))
