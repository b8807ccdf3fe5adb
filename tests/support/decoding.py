"""A notification read back from its bundle, by another hand than the encoder's."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

_PATIENT = {
    "pat_namn": lambda p: p["name"][0]["text"],
    "pat_adress": lambda p: p["address"][0]["line"][0],
    "pat_postnr": lambda p: p["address"][0]["postalCode"],
    "pat_ort": lambda p: p["address"][0]["city"],
    "pat_kon": lambda p: {"male": "m", "female": "k", "unknown": "o"}[p["gender"]],
}
_PHONES = {None: "pat_tel", "home": "tel_bostad", "work": "tel_arbete"}


def decode(body: bytes) -> dict[str, Any]:
    """Return what a bundle says, in the words of a notification."""
    bundle = json.loads(body)
    resources = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    composition = bundle["entry"][0]["resource"]
    patient = resources[composition["subject"]["reference"]]
    response = resources[composition["section"][1]["entry"][0]["reference"]]
    condition = resources[composition["section"][0]["entry"][0]["reference"]]
    items = response.get("item", [])
    answers = {**_patient(patient), **_notifier(resources, resources[composition["author"][0]["reference"]])}
    answers |= {item["linkId"]: _answer(item["answer"]) for item in items if "answer" in item}
    follows = composition.get("relatesTo", [{"targetIdentifier": {"value": None}}])[0]["targetIdentifier"]["value"]
    unit = composition.get("custodian")
    return {
        "answers": answers,
        "disease": condition["code"]["coding"][0]["code"],
        "unknown": tuple(item["linkId"] for item in items if "answer" not in item),
        "form": composition["identifier"]["value"],
        "step": composition["category"][1]["coding"][0]["code"],
        "follows": follows,
        "registrar": resources[response["author"]["reference"]]["identifier"][0]["value"],
        "addressee": resources[unit["reference"]]["name"] if unit else "",
        "made": dt.datetime.fromisoformat(bundle["timestamp"]),
    }


def _patient(patient: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, take in _PATIENT.items():
        try:
            told[key] = take(patient)
        except KeyError:
            continue
    told |= {_PHONES[phone.get("use")]: phone["value"] for phone in patient.get("telecom", [])}
    for number in patient.get("identifier", []):
        national = number["system"].startswith("http://electronichealth.se/")
        key = "annat_nummer" if number.get("use") == "secondary" else "pat_id"
        told[key] = f"{number['value'][:8]}-{number['value'][8:]}" if national else number["value"]
    return told


def _notifier(resources: dict[str, Any], role: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if "practitioner" in role:
        told["anm_lakare"] = resources[role["practitioner"]["reference"]]["name"][0]["text"]
    if "organization" in role:
        clinic = resources[role["organization"]["reference"]]
        told["anm_klinik"] = clinic["name"]
        if "address" in clinic:
            told["anm_adress"] = clinic["address"][0]["text"]
    if "telecom" in role:
        told["anm_tel"] = role["telecom"][0]["value"]
    return told


def _answer(answers: list[dict[str, Any]]) -> Any:
    codings = [answer["valueCoding"]["code"] for answer in answers if "valueCoding" in answer]
    return tuple(codings) if codings else next(iter(answers[0].values()))
