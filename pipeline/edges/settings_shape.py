"""The shape of `blankett.toml`: every setting with its default and what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.domain.notification import Credential
from pipeline.domain.policy import CheckPolicy, LawPolicy, ParsePolicy, PlacePolicy, Policy

Place = Annotated[Path | None, BeforeValidator(lambda written: written or None)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Section(BaseModel):
    """A table of the settings file; unknown keys are refused, and errors never hold what was written."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=False)


class InboxSettings(Section):
    """Where the scanner leaves its files."""

    path: Place = Field(default=None, description="The folder the scanner writes to, outside the workspace.")
    quiet_seconds: Seconds = Field(default=5.0, description="How long a file must lie unchanged before it is taken.")
    grace_seconds: Seconds = Field(
        default=120.0, description="How long a taken file stays, so that one that grows is healed into one."
    )
    poll_seconds: Annotated[float, Field(ge=0.05, le=3_600)] = Field(
        default=20.0, description="How often the folder is swept where file events are not told (SMB, NFS)."
    )


class DatabaseSettings(Section):
    """Where the workspace keeps its rows."""

    url: str = Field(
        default="", description="Empty: SQLite in the workspace. Else postgresql://USER@HOST/NAME, for several workers."
    )


class VaultSettings(Section):
    """Where the vault's key is."""

    key: str = Field(
        default="",
        description="file:PATH, credential:NAME (systemd) or keyring:NAME; empty: a file apart from the data.",
    )


class UnitSettings(Section):
    """Who works here."""

    name: str = Field(default="", description="The care unit's name, as it stands in the access log.")
    address: str = Field(default="", description="The care unit's address, as it is printed on forms.")
    telephone: str = Field(default="", description="The care unit's telephone, as it is printed on forms.")
    hsa_id: str = Field(default="", description="The care unit's HSA-id, as it stands in what is sent.")
    region: str = Field(
        default="", description="The region's county letter: its unit for communicable disease control is the addressee."
    )
    addressee: str = Field(default="", description="Who notifications are addressed to; empty: the unit of the region.")
    registrar: str = Field(default="", description="Who verifies forms here; empty: the unit's name.")
    phone_diseases: tuple[str, ...] = Field(default=(), description="Codes of diseases that must be told by telephone too.")
    clinics: tuple[str, ...] = Field(
        default=(), description="Clinics that notify to the unit; the likeliest are offered beside what is read."
    )
    laboratories: tuple[str, ...] = Field(
        default=(), description="Laboratories that answer to them; offered beside what is read."
    )


class RecipientSettings(Section):
    """Where notifications go."""

    name: str = Field(
        default="", description="The recipient's name; part of every idempotency key, so never change it under way."
    )
    url: str = Field(default="", description="The address that submissions are posted to; empty: nothing is sent.")
    credential: Credential = Field(
        default=Credential.GROUP, description="How we log in: siths-person, siths-function or group."
    )
    certificate: Place = Field(default=None, description="Our client certificate (PEM), for mutual TLS.")
    certificate_key: Place = Field(
        default=None, description="The certificate's private key (PEM), readable by its owner alone."
    )
    ca: Place = Field(default=None, description="The certificate authorities we trust (PEM); empty: the system's.")
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = Field(
        default=30.0, description="How long one attempt may take."
    )
    retry_seconds: Annotated[float, Field(gt=0, le=86_400)] = Field(
        default=60.0, description="How long to wait after an attempt that nobody answered; doubles up to an hour."
    )


class TemplateSettings(Section):
    """Which blanks are known."""

    dirs: tuple[Path, ...] = Field(
        default=(), description="More folders of templates; they come before those that are built in."
    )


class ReviewSettings(Section):
    """How forms are verified."""

    lease_seconds: Annotated[float, Field(ge=10, le=86_400)] = Field(
        default=600.0, description="How long a task is held; every verdict begins the time anew."
    )
    second_minutes: Annotated[float, Field(ge=0, le=10_080)] = Field(
        default=120.0,
        description="How long what one person keyed waits for another person, before the first may key it again.",
    )
    blind_share: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.02,
        description="Share of critical fields that are keyed blind though their class has proved to be read right.",
    )


class WorkerSettings(Section):
    """How background work is done."""

    concurrency: Annotated[int, Field(ge=1, le=64)] = Field(
        default=2, description="How many things one worker does at a time."
    )
    poll_seconds: Annotated[float, Field(ge=0.02, le=60)] = Field(
        default=0.2, description="How often a worker looks for work."
    )
    dead_seconds: Annotated[float, Field(ge=5, le=86_400)] = Field(
        default=120.0, description="How long a worker may be silent before another takes its work over."
    )
    keep_days: Annotated[int, Field(ge=1, le=3_650)] = Field(
        default=14, description="How long the engine remembers finished work."
    )


class Settings(Section):
    """Everything a workspace is told."""

    language: str = Field(default="", pattern="^(|sv|en)$", description="sv or en; empty: as the locale says.")
    group: str = Field(default="", description="The group that shares the workspace; empty: one person.")
    inbox: InboxSettings = InboxSettings()
    database: DatabaseSettings = DatabaseSettings()
    vault: VaultSettings = VaultSettings()
    unit: UnitSettings = UnitSettings()
    recipient: RecipientSettings = RecipientSettings()
    templates: TemplateSettings = TemplateSettings()
    review: ReviewSettings = ReviewSettings()
    worker: WorkerSettings = WorkerSettings()
    parse: ParsePolicy = ParsePolicy()
    place: PlacePolicy = PlacePolicy()
    check: CheckPolicy = CheckPolicy()

    @property
    def policy(self) -> Policy:
        """Return the policies the stages get, each its own."""
        law = LawPolicy(
            region=self.unit.region,
            unit=self.unit.hsa_id or self.unit.name,
            phone_diseases=self.unit.phone_diseases,
        )
        return Policy(parse=self.parse, place=self.place, check=self.check, law=law)


POLICY_WORDS = {
    "parse": "Limits on one file; what breaks them is set aside with its reason.",
    "parse.max_pixels": "Most pixels of one page.",
    "parse.max_pages": "Most pages of one file.",
    "parse.max_objects": "Most objects of one PDF.",
    "parse.max_seconds": "Longest time one file may take before its first page.",
    "parse.page_seconds": "Longest time one further page may take.",
    "parse.max_mib": "Most memory of the process that parses, in MiB.",
    "parse.render_dpi": "Resolution at which born-digital pages are drawn.",
    "parse.min_dpi": "Least resolution that is read.",
    "place": "When a page is blank, foreign, unknown or placed.",
    "place.blank_ink": "Share of dark pixels below which a side is blank.",
    "place.min_score": "Least score of the best template.",
    "place.min_margin": "Least lead of the best template over the next.",
    "place.max_residual_mm": "Worst residual (95th percentile, mm) that is still read.",
    "place.zone_residual_mm": "Residual (mm) from which a single zone is doubtful.",
    "place.min_dpi": "Least number of pixels an inch of the sheet may take, either way.",
    "check": "When a reading is doubtful.",
    "check.accept_text": "Least confidence of machine print that is taken without a finding.",
    "check.accept_box": "Least confidence of a box that is taken without a finding.",
    "check.zone_residual_mm": "Residual (mm) from which a field is a finding.",
    "check.show_guesses": "Show verifiers what was read of free handwriting; a guess that is shown sways who sees it.",
    "check.straight_through": "Classes let through without a human; set by blankett, by a named manager, not here.",
}
