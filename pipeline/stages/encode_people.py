"""Encode, people: the patient, who notifies, who registered and who receives, as resources of the bundle."""

from __future__ import annotations

from pipeline.domain.disease import Identity
from pipeline.domain.value import Plain
from pipeline.stages.encode_terms import (
    CONFIDENTIALITY,
    COORDINATION,
    OTHER_NUMBER,
    PERSON,
    REGISTRAR,
    RIKSKOD,
    Json,
    Names,
    coded,
    identifier,
)
from pipeline.stages.number import IdNumber, number

# Keys that stand in a resource of their own and therefore not among the answers.
CODED_PATIENT_KEYS = ("pat_id", "annat_nummer", "pat_kon")
FULL_PATIENT_KEYS = (
    *CODED_PATIENT_KEYS,
    *("pat_namn", "pat_adress", "pat_postnr", "pat_ort", "pat_tel", "tel_bostad", "tel_arbete"),
)
# Keys that no coded notification may hold, whatever built it. Source: förordning 2004:255 4 §.
NEVER_CODED = frozenset({*FULL_PATIENT_KEYS, "smittkalla", "beskrivning", "lma_nummer"}) - frozenset(CODED_PATIENT_KEYS)
NOTIFIER_KEYS = ("anm_lakare", "anm_tel", "anm_klinik", "anm_adress")

_SYSTEMS = {
    IdNumber.PERSON: PERSON,
    IdNumber.COORDINATION: COORDINATION,
    IdNumber.RIKSKOD: RIKSKOD,
    IdNumber.OTHER: OTHER_NUMBER,
}
_GENDERS = {"m": "male", "k": "female", "o": "unknown"}
_PHONES = (("pat_tel", None), ("tel_bostad", "home"), ("tel_arbete", "work"))

Plains = dict[str, Plain]


def placed(rule: Identity, answers: Plains) -> frozenset[str]:
    """Return the keys that the people's resources tell, so that the answers need not."""
    patient = CODED_PATIENT_KEYS if rule is Identity.CODED else FULL_PATIENT_KEYS
    at_work = NOTIFIER_KEYS if answers.get("anm_klinik") else ("anm_lakare", "anm_tel")
    told = {key for key in (*patient, *at_work) if answers.get(key)}
    return frozenset(told - ({"pat_kon"} if answers.get("pat_kon") not in _GENDERS else set()))


def patient(rule: Identity, answers: Plains) -> Json:
    """Return the Patient: of a coded notification the code and the sex only, else all that the form told."""
    resource: Json = {"resourceType": "Patient"}
    numbers = [_identity(str(answers["pat_id"]))] if answers.get("pat_id") else []
    if answers.get("annat_nummer"):
        numbers.append({"use": "secondary", **identifier(OTHER_NUMBER, str(answers["annat_nummer"]))})
    if numbers:
        resource["identifier"] = numbers
    if answers.get("pat_kon") in _GENDERS:
        resource["gender"] = _GENDERS[str(answers["pat_kon"])]
    return resource if rule is Identity.CODED else {**resource, **_named(answers)}


def _identity(written: str) -> Json:
    """Return the identifier by what the number proved to be; the Swedish systems write twelve digits, no hyphen."""
    kind = number(written)
    national = kind in (IdNumber.PERSON, IdNumber.COORDINATION)
    return identifier(_SYSTEMS[kind], written.replace("-", "") if national else written)


def _named(answers: Plains) -> Json:
    resource: Json = {}
    if answers.get("pat_namn"):
        resource["name"] = [{"text": answers["pat_namn"]}]
    phones = [
        {"system": "phone", "value": answers[key], **({"use": use} if use else {})}
        for key, use in _PHONES
        if answers.get(key)
    ]
    if phones:
        resource["telecom"] = phones
    where: Json = {
        name: [answers[key]] if name == "line" else answers[key]
        for name, key in (("line", "pat_adress"), ("postalCode", "pat_postnr"), ("city", "pat_ort"))
        if answers.get(key)
    }
    if where:
        resource["address"] = [where]
    if answers.get("skyddad_identitet") == "yes":
        resource["meta"] = {"security": coded(CONFIDENTIALITY, "V")["coding"]}
    return resource


def notifier(names: Names, answers: Plains) -> list[Json]:
    """Return the entries of who notifies: the role, and the doctor and the clinic where they were named."""
    role: Json = {"resourceType": "PractitionerRole"}
    entries: list[Json] = []
    if answers.get("anm_lakare"):
        role["practitioner"] = names.reference("doctor")
        entries.append(names.entry("doctor", {"resourceType": "Practitioner", "name": [{"text": answers["anm_lakare"]}]}))
    if answers.get("anm_klinik"):
        role["organization"] = names.reference("clinic")
        clinic: Json = {"resourceType": "Organization", "name": answers["anm_klinik"]}
        if answers.get("anm_adress"):
            clinic["address"] = [{"text": answers["anm_adress"]}]
        entries.append(names.entry("clinic", clinic))
    if answers.get("anm_tel"):
        role["telecom"] = [{"system": "phone", "value": answers["anm_tel"]}]
    return [names.entry("notifier", role), *entries]


def registrar(names: Names, name: str) -> Json:
    """Return the entry of who verified and registered the form, who is never its notifier."""
    return names.entry("registrar", {"resourceType": "Practitioner", "identifier": [identifier(REGISTRAR, name)]})


def addressee(names: Names, name: str) -> list[Json]:
    """Return the entry of the unit that receives it, that of the region where the doctor works; none without a name."""
    return [names.entry("addressee", {"resourceType": "Organization", "name": name})] if name else []
