"""Every form we ship goes all the way: what a practice form of it says is placed, checked, lawful and sent."""

from __future__ import annotations

import datetime as dt
import io
import json
import random

import numpy as np
import pytest
from PIL import Image

from pipeline.domain.checking import CheckContext
from pipeline.domain.notification import Barred, Blocked, ClinicalNotification, Notification, Step
from pipeline.domain.placement import Placed
from pipeline.domain.policy import CheckPolicy, PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.record import Draft, DraftField, Finding, FindingKind, Record, SettledField, Settlement
from pipeline.domain.scan import Page
from pipeline.domain.template import FormKind, Template
from pipeline.domain.value import Value
from pipeline.drawing.files import Format
from pipeline.drawing.specimens import Specimen, Wish, draw
from pipeline.drawing.story import LATEST, tell
from pipeline.edges import library
from pipeline.receiver.judging import judge
from pipeline.stages.check import check
from pipeline.stages.encode import encode, kind_code
from pipeline.stages.notify import notify
from pipeline.stages.place import place
from tests.support.decoding import decode
from tests.support.drafts import CATALOGUE, TOWNS
from tests.support.lawful import context
from tests.support.recipients import LAW

LIBRARY = library.load([library.shipped()])
TEMPLATES = tuple(LIBRARY)
TOLD = 60
DAMAGES = (
    "scanner",
    "scanner,bilevel",
    "scanner,turn",
    "scanner,fax",
    "copier,dark",
    "scanner,rotate=9",
    "scanner,holes,stamp,fold",
)


def ids(template: Template) -> str:
    return template.id


def stories(template: Template) -> list[dict[str, object]]:
    return [dict(tell(template, random.Random(seed))) for seed in range(TOLD)]


def settled(template: Template, told: dict[str, object]) -> Record:
    fields = (SettledField(key, Value(value), Settlement.CONFIRMED) for key, value in told.items())  # type: ignore[arg-type]
    return Record("7K3Q-DF2M", template.name, template.version, tuple(fields))


def findings(template: Template, told: dict[str, object]) -> tuple[Finding, ...]:
    fields = tuple(DraftField(key, Value(value), 0.99, "eye/1", None) for key, value in told.items())  # type: ignore[arg-type]
    seen = CheckContext(CheckPolicy(), CATALOGUE, LATEST + dt.timedelta(days=1), towns=TOWNS)
    return check(Draft("7K3Q-DF2M", template.name, template.version, fields), template, seen)


def lost(template: Template, specimen: Specimen) -> list[str]:
    """Return the damage of every side that was not placed as the sheet it is."""
    wrong = []
    with Image.open(io.BytesIO(specimen.data)) as picture:
        for number, page in enumerate(specimen.truth["pages"]):
            picture.seek(number)
            grey = np.ascontiguousarray(np.asarray(picture.convert("L")))
            found = place(Page(1, Raster.owning(grey, 0.0)), LIBRARY, PlacePolicy())
            named = (found.identification.id, found.identification.sheet) if isinstance(found, Placed) else None
            if named != (template.id, page["sheet"]):
                wrong.append(f"{specimen.truth['seed']} {page['damage']} {found}")
    return wrong


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_what_a_practice_form_says_goes_the_lawful_way_and_all_of_it_arrives(template: Template) -> None:
    for told in stories(template):
        notice = notify(settled(template, told), template, context())
        if isinstance(notice, Barred):  # a contact who could not be identified, and of whom nothing is told
            assert (notice.reason, told["paragraf"], told["beskrivning"]) == (Blocked.NO_IDENTITY, "3:5", None)
            continue
        body = encode(notice)
        assert judge(json.loads(body), "siths-person", LAW) == ()
        arrived = decode(body)["answers"]
        asked = {key: value for key, value in told.items() if value not in (None, ()) and not key.endswith("_sida2")}
        assert arrived == asked
        assert kind_code(notice).startswith(template.kind.value)


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_what_a_practice_form_says_breaks_no_rule(template: Template) -> None:
    for told in stories(template):
        found = [finding for finding in findings(template, told) if finding.kind is not FindingKind.UNPROVEN]
        if told["annat_nummer"] or told.get("paragraf") == "3:5":  # whose number, or who, is not known
            found = [finding for finding in found if not finding.key.startswith(("pat_", "beskrivning"))]
        assert found == []


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_a_practice_form_is_placed_as_the_form_it_is(template: Template) -> None:
    (specimen,) = draw(template, Wish(1, 31, "mixed", "scanner", Format.TIFF))
    assert lost(template, specimen) == []


@pytest.mark.slow
@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_no_form_is_taken_for_another_however_it_was_scanned(template: Template) -> None:
    for number, damage in enumerate(DAMAGES):
        (specimen,) = draw(template, Wish(1, 50 + number, "mixed", damage, Format.TIFF))
        assert lost(template, specimen) == []


@pytest.mark.parametrize("name", ["klinisk-tb-uppf", "klinisk-komplettering"])
def test_what_follows_a_notification_is_a_supplement_counted_from_its_signature(name: str) -> None:
    template = LIBRARY.template(name)
    told = stories(template)[0]
    notice = notify(settled(template, told), template, context())
    assert isinstance(notice, ClinicalNotification)
    assert (notice.step, notice.diagnosed) == (Step.SUPPLEMENT, None)
    assert notice.due.counted_from.isoformat() == told["anm_datum"]


def test_a_box_ticked_for_a_supplement_makes_one() -> None:
    template = LIBRARY.template("klinisk-hepatit")
    steps = {}
    for told in stories(template):
        notice = notify(settled(template, told), template, context())
        assert isinstance(notice, Notification)
        steps[told["anmalan_avser"]] = notice.step
    assert steps == {"ny": Step.NEW, "overtag": Step.NEW, "komplettering": Step.SUPPLEMENT}


@pytest.mark.parametrize("written", ["Hivinfektion", "Syfilis", "Gonorré", "Klamydiainfektion"])
@pytest.mark.parametrize("name", ["klinisk-komplettering", "klinisk-allman"])
def test_a_coded_disease_with_a_full_identity_is_stopped_where_the_disease_is_written_too(name: str, written: str) -> None:
    template = LIBRARY.template(name)
    told = {**stories(template)[0], "sjukdom": written, "pat_id": "19500907-2553"}
    found = {(finding.key, finding.kind) for finding in findings(template, told)}
    assert {("pat_id", FindingKind.IDENTITY_VIOLATION), ("pat_namn", FindingKind.IDENTITY_VIOLATION)} <= found
    notice = notify(settled(template, told), template, context())
    assert isinstance(notice, Barred)
    assert notice.reason is Blocked.IDENTITY_VIOLATION


def test_every_disease_with_full_identity_can_be_notified_on_the_general_form() -> None:
    template = LIBRARY.template("klinisk-allman")
    told = stories(template)[0]
    day = dt.date.fromisoformat(str(told["diagnosdatum"]))
    known = [one for one in CATALOGUE.diseases if one.clinician_notifies and not one.coded_clinical and one.valid(day)]
    assert len(known) > 50
    for disease in known:
        written = {**told, "anmalan_avser": "ny", "sjukdom": disease.name_sv}
        notice = notify(settled(template, written), template, context())
        assert isinstance(notice, ClinicalNotification), disease.code
        assert (notice.disease, notice.step) == (disease.code, Step.NEW)


@pytest.mark.parametrize("name", ["klinisk-komplettering", "klinisk-allman", "byte-lakare", "paragraf"])
def test_latent_tuberculosis_is_no_disease_that_is_notified(name: str) -> None:
    template = LIBRARY.template(name)
    told = {**stories(template)[0], "sjukdom": "Latent tuberkulos"}
    assert ("sjukdom", FindingKind.UNKNOWN_DISEASE) in {(finding.key, finding.kind) for finding in findings(template, told)}
    notice = notify(settled(template, told), template, context())
    assert isinstance(notice, Barred)
    assert notice.reason is Blocked.NO_DISEASE


def test_a_change_of_doctor_may_lack_the_second_half_and_never_the_signature_of_the_first() -> None:
    template = LIBRARY.template("byte-lakare")
    assert template.kind is FormKind.CHANGE
    half = next(told for told in stories(template) if not told["intyg"])
    assert not {finding for finding in findings(template, half) if finding.kind is FindingKind.MISSING}
    begun = {**half, "intyg": ("overtagit",)}
    missing = {finding.key for finding in findings(template, begun) if finding.kind is FindingKind.MISSING}
    assert missing == {"intyg_lakare", "intyg_datum", "intyg_underskrift"}
    notice = notify(settled(template, {**half, "underskrift": False}), template, context())
    assert isinstance(notice, Barred)
    assert notice.reason is Blocked.NO_SIGNATURE
