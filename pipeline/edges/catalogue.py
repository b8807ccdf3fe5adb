"""The door to the catalogue of diseases: a TOML file in the package, or one of the workspace's own."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.domain.disease import Catalogue, Disease
from pipeline.errors import SettingsError

SHIPPED = Path(__file__).parent / "data" / "diseases.toml"


class _Line(BaseModel):
    """One disease as the file tells it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    sv: str
    en: str
    also: tuple[str, ...] = ()
    dangerous: bool
    societal: bool
    traced: bool
    clinician: bool
    identity: Literal["full", "coded"]
    phone: Literal["cluster", "acute", "likely", "always"]
    phone_source: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    icd10: str = ""
    snomed: str = ""
    codes: Literal["verified", "unverified"]
    source: str = Field(min_length=1)
    certainty: Literal["high", "medium", "low"]
    note: str = ""

    def disease(self) -> Disease:
        """Return the noun."""
        return Disease(
            code=self.code,
            name_sv=self.sv,
            name_en=self.en,
            dangerous=self.dangerous,
            societal=self.societal,
            traced=self.traced,
            clinician_notifies=self.clinician,
            coded_clinical=self.identity == "coded",
            phone=self.phone,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            synonyms=self.also,
            source=self.source,
            icd10=self.icd10,
            snomed=self.snomed,
            codes_verified=self.codes == "verified",
        )


class _File(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    disease: tuple[_Line, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_code_once(self) -> _File:
        codes = [line.code for line in self.disease]
        if len(codes) != len(set(codes)):
            raise ValueError("a code stands twice")
        return self


def load(path: Path = SHIPPED) -> Catalogue:
    """Return the catalogue of a file.

    Raises:
        SettingsError: when the file cannot be read, or tells of a disease wrongly (the first few faults are told).
    """
    try:
        raw = path.read_bytes()
        lines = _File.model_validate(tomllib.loads(raw.decode("utf-8"))).disease
    except OSError as error:
        raise SettingsError("catalogue_unreadable", hint="catalogue", cause=type(error).__name__) from error
    except ValidationError as error:
        told = [".".join(str(step) for step in fault["loc"]) + ":" + fault["type"] for fault in error.errors()[:5]]
        raise SettingsError("catalogue_faulty", hint="catalogue", faults="; ".join(told)) from error
    except ValueError as error:
        raise SettingsError("catalogue_faulty", hint="catalogue", faults=type(error).__name__) from error
    return Catalogue(tuple(line.disease() for line in lines), hashlib.sha256(raw).hexdigest())
