"""Judging a bundle as a strict recipient would: what is wrong with it, and the fields to look at.

Written apart from the encoder and after the standard and the law, so that the two can disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LOCAL = "https://blankett.invalid/fhir"
CODED_SYSTEMS = (f"{LOCAL}/sid/rikskod", f"{LOCAL}/sid/annat-nummer")
KINDS = re.compile(r"^(klinisk|paragraf-(3-1|3-5|3-6|4-4|4-5|4-7|4-8)|byte-3-3)$")
FULL_NUMBER = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+ ]?\d{4}(?!\d)")

# What a coded notification may not hold of the patient, and the field each part comes from.
_PATIENT_PARTS = {
    "name": "pat_namn",
    "address": "pat_adress",
    "telecom": "pat_tel",
    "birthDate": "pat_id",
    "photo": "pat_id",
}
_NEVER_ANSWERED = re.compile(r"^(pat_(namn|adress|postnr|ort|tel)|tel_|smittkalla|beskrivning|lma_)")


class Fault(StrEnum):
    """What is wrong, in the words of R4's issue types."""

    STRUCTURE = "structure"
    REQUIRED = "required"
    CODE = "code-invalid"
    RULE = "business-rule"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong and the field it is wrong at; no value is ever repeated."""

    fault: Fault
    field: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """The diseases that are taken, and which of them are told of by code only."""

    diseases: frozenset[str]
    coded: frozenset[str]


def judge(bundle: object, credential: str, law: Law) -> tuple[Issue, ...]:
    """Return all that is wrong with a bundle that came by a credential; nothing when it is taken."""
    structure = tuple(_structure(bundle))
    if structure or not isinstance(bundle, dict):
        return structure or (Issue(Fault.STRUCTURE),)
    try:
        return tuple(_content(bundle, credential, law))
    except (KeyError, TypeError, IndexError, AttributeError):
        return (Issue(Fault.STRUCTURE),)


def _structure(bundle: object) -> Iterator[Issue]:
    """Check the invariants of a document bundle: bdl-7, 9, 10, 11, references that resolve, entries that are reached."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle" or bundle.get("type") != "document":
        yield Issue(Fault.STRUCTURE)
        return
    named = bundle.get("identifier")
    if not isinstance(named, dict) or not named.get("system") or not named.get("value") or not bundle.get("timestamp"):
        yield Issue(Fault.REQUIRED)
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not all(_sound(entry) for entry in entries) or not entries:
        yield Issue(Fault.STRUCTURE)
        return
    resources = {entry["fullUrl"]: entry["resource"] for entry in entries}
    first = entries[0]["resource"]
    if (
        len(resources) != len(entries)
        or first["resourceType"] != "Composition"
        or _reached(entries, resources) != set(resources)
    ):
        yield Issue(Fault.STRUCTURE)


def _sound(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("fullUrl"), str)
        and isinstance(entry.get("resource"), dict)
        and isinstance(entry["resource"].get("resourceType"), str)
    )


def _reached(entries: list[Any], resources: Mapping[str, Any]) -> set[str]:
    """Return the URLs reached from the first entry, with those that nothing answers to."""
    reached: set[str] = set()
    ahead = [entries[0]["fullUrl"]]
    while ahead:
        url = ahead.pop()
        if url not in reached:
            reached.add(url)
            ahead.extend(_references(resources.get(url)))
    return reached


def _references(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("reference"), str):
            yield found["reference"]
        found = list(found.values())
    for inner in found if isinstance(found, list) else ():
        yield from _references(inner)


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    inside = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    for inner in inside:
        yield from _texts(inner)


def _content(bundle: dict[str, Any], credential: str, law: Law) -> Iterator[Issue]:
    composition = bundle["entry"][0]["resource"]
    kind = _code(composition["category"], f"{LOCAL}/CodeSystem/form-kind")
    if not KINDS.match(kind) or _code([composition["type"]], "http://loinc.org") != "34782-3":
        yield Issue(Fault.STRUCTURE)
        return
    if kind != "klinisk" and credential != "siths-person":
        yield Issue(Fault.FORBIDDEN, "paragraf")
    resources = [entry["resource"] for entry in bundle["entry"]]
    disease = _code([_one(resources, "Condition")["code"]], f"{LOCAL}/CodeSystem/disease")
    if disease not in law.diseases:
        yield Issue(Fault.CODE, "diagnos" if kind == "klinisk" else "sjukdom")
    patient = _one(resources, "Patient")
    if kind == "klinisk" and disease in law.coded:
        yield from _coded(bundle, patient, _one(resources, "QuestionnaireResponse"))
    elif kind == "klinisk" and not patient.get("identifier"):
        yield Issue(Fault.REQUIRED, "pat_id")
    if kind != "klinisk" and not composition.get("attester"):
        yield Issue(Fault.REQUIRED, "underskrift")


def _coded(bundle: dict[str, Any], patient: dict[str, Any], response: dict[str, Any]) -> Iterator[Issue]:
    """Check that nothing but a code tells who it is. Source: förordning 2004:255 4 §."""
    for part, field in _PATIENT_PARTS.items():
        if part in patient:
            yield Issue(Fault.RULE, field)
    numbers = patient.get("identifier", [])
    if not numbers or any(number["system"] not in CODED_SYSTEMS for number in numbers):
        yield Issue(Fault.RULE, "pat_id")
    for item in response.get("item", []):
        if _NEVER_ANSWERED.match(item["linkId"]) or any(FULL_NUMBER.search(text) for text in _texts(item.get("answer"))):
            yield Issue(Fault.RULE, item["linkId"])
    if any(FULL_NUMBER.search(text) for text in _texts(patient)):
        yield Issue(Fault.RULE, "pat_id")


def _one(resources: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(resource for resource in resources if resource["resourceType"] == kind)


def _code(concepts: list[dict[str, Any]], system: str) -> str:
    codings = [coding for concept in concepts for coding in concept["coding"]]
    return next((str(coding["code"]) for coding in codings if coding["system"] == system), "")
