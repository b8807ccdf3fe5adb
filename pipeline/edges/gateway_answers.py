"""What a recipient answers, and what a body is, parsed with suspicion: anything unexpected is no answer."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from pipeline.domain.submission import RefusalCode

KIND_SYSTEM = "https://blankett.invalid/fhir/CodeSystem/form-kind"
_FIELD = re.compile(r"^[a-z0-9_]{1,40}$")
_CODES = {"code-invalid": RefusalCode.UNKNOWN_DISEASE, "duplicate": RefusalCode.KEY_REUSED}


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Receipt(_Model):
    id: str = Field(min_length=1, max_length=200)
    received: AwareDatetime
    key: str = Field(min_length=1, max_length=200)


class _Issue(_Model):
    severity: str
    code: str
    expression: tuple[str, ...] = ()


class _Outcome(_Model):
    resource_type: str = Field(alias="resourceType", pattern="^OperationOutcome$")
    issue: tuple[_Issue, ...] = Field(min_length=1, max_length=500)


class _Coding(_Model):
    system: str = ""
    code: str = ""


class _Category(_Model):
    coding: tuple[_Coding, ...] = ()


class _Composition(_Model):
    resource_type: str = Field(alias="resourceType", pattern="^Composition$")
    category: tuple[_Category, ...]


class _Entry(_Model):
    resource: _Composition


class _Head(_Model):
    entry: tuple[_Entry, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A receipt as the recipient wrote it."""

    receipt_id: str
    received: dt.datetime
    key: str


@dataclass(frozen=True, slots=True)
class No:
    """A refusal as the recipient wrote it: its code, if we know it, and the fields it points at."""

    code: RefusalCode | None
    fields: tuple[str, ...]


def taken(answer: bytes) -> Taken | None:
    """Return the receipt, or None when the answer is none."""
    try:
        told = _Receipt.model_validate_json(answer)
    except ValidationError:
        return None
    return Taken(told.id, told.received, told.key)


def refused(answer: bytes) -> No | None:
    """Return the refusal, or None when the answer is no OperationOutcome with an error in it.

    Only what looks like a field's key is taken of the places it points at, so that no value comes back this way.
    """
    try:
        issues = _Outcome.model_validate_json(answer).issue
    except ValidationError:
        return None
    errors = [issue for issue in issues if issue.severity in ("error", "fatal")]
    if not errors:
        return None
    fields = dict.fromkeys(place for issue in errors for place in issue.expression if _FIELD.match(place))
    return No(next((_CODES[issue.code] for issue in errors if issue.code in _CODES), None), tuple(fields))


def category(body: bytes) -> str | None:
    """Return a bundle's kind by its composition's category, as `klinisk` or `paragraf-3-6`; None when it tells none."""
    try:
        bundle = json.loads(body)
        first = _Head.model_validate({**bundle, "entry": bundle["entry"][:1]})
    except (ValidationError, ValueError, KeyError, TypeError):
        return None
    codings = [coding for found in first.entry[0].resource.category for coding in found.coding]
    return next((coding.code for coding in codings if coding.system == KIND_SYSTEM), None)
