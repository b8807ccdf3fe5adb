"""Encode, terms: the systems and codes a bundle speaks in, and the first bricks every resource is built of.

Only codes that were verified stand here: R4's own, LOINC 34782-3, and the Swedish base profiles' identifiers. Whatever
has no public code is told in systems of our own under a name that can never resolve. ICD and SNOMED codes of diseases
are unverified and are not sent.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

Json = dict[str, object]

# `.invalid` is reserved and resolves nowhere (RFC 2606): no one can take these for a public agency's systems.
LOCAL = "https://blankett.invalid/fhir"
KEY = f"{LOCAL}/sid/idempotency-key"
NOTIFICATION = f"{LOCAL}/sid/notification"
FORM = f"{LOCAL}/sid/form"
REGISTRAR = f"{LOCAL}/sid/registrar"
RIKSKOD = f"{LOCAL}/sid/rikskod"
OTHER_NUMBER = f"{LOCAL}/sid/annat-nummer"
KIND = f"{LOCAL}/CodeSystem/form-kind"
STEP = f"{LOCAL}/CodeSystem/step"
DISEASE = f"{LOCAL}/CodeSystem/disease"
ANSWER = f"{LOCAL}/CodeSystem/answer"
QUESTIONNAIRE = f"{LOCAL}/Questionnaire"

# HL7 Sweden, base profiles 1.1.0.
PERSON = "http://electronichealth.se/identifier/personnummer"
COORDINATION = "http://electronichealth.se/identifier/samordningsnummer"

# FHIR R4 4.0.1.
LOINC = "http://loinc.org"
INFECTIOUS_DISEASE_NOTE = "34782-3"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def coded(system: str, code: str) -> Json:
    """Return a CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": code}]}


def identifier(system: str, value: str) -> Json:
    """Return an Identifier."""
    return {"system": system, "value": value}


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of one bundle's resources: each a UUID drawn from the content's digest and the resource's part in it."""

    digest: str

    def of(self, part: str) -> str:
        """Return the id of a part, the same for the same content."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{LOCAL}/{self.digest}/{part}"))

    def reference(self, part: str) -> Json:
        """Return a Reference to a part."""
        return {"reference": f"urn:uuid:{self.of(part)}"}

    def entry(self, part: str, resource: Json) -> Json:
        """Return a bundle entry of a resource, with its id and full URL."""
        return {"fullUrl": f"urn:uuid:{self.of(part)}", "resource": {"id": self.of(part), **resource}}
