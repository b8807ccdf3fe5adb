"""A settled record takes the law's shape, or is barred with the keys to look at."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.disease import Identity
from pipeline.domain.notification import (
    Barred,
    Blocked,
    ClinicalNotification,
    Credential,
    ParagraphNotification,
)
from pipeline.domain.template import FormKind, Rule, RuleId, Template
from pipeline.edges import library
from pipeline.stages.admit import CODED_CASE, CODED_PATIENT, CODED_RULE
from pipeline.stages.notify import PARAGRAPHS, may_leave, notify
from tests.support.lawful import CATALOGUE, CODED, GUT, SIGNED, blank, context, record

SHIPPED = [library.read(folder) for folder in library.folders(library.search_path())]


def _clinical(values: dict[str, object], **more: object) -> ClinicalNotification | Barred:
    told = notify(record({**values, **more}), blank({**values, **more}), context())  # type: ignore[arg-type]
    assert not isinstance(told, ParagraphNotification)
    return told


def _paragraph(values: dict[str, object], **more: object) -> ParagraphNotification | Barred:
    found = blank({**values, **more}, FormKind.PARAGRAPH, required=("paragraf",))
    told = notify(record({**values, **more}), found, context())  # type: ignore[arg-type]
    assert not isinstance(told, ClinicalNotification)
    return told


def test_a_full_record_becomes_a_clinical_notification_with_its_due() -> None:
    told = _clinical(GUT)
    assert isinstance(told, ClinicalNotification)
    assert (told.disease, told.identity, told.diagnosed) == ("salmonella", Identity.FULL, dt.date(2026, 11, 22))
    assert told.due.moment.astimezone(dt.UTC).isoformat() == "2026-11-23T22:59:59+00:00"
    assert {key for key, _ in told.answers} == set(GUT)
    assert (told.registrar, told.addressee) == ("v2", "Smittskydd Västerbotten")


def test_a_disease_is_found_by_its_name_as_the_doctor_wrote_it() -> None:
    told = _clinical(GUT, diagnos="SALMONELLAINFEKTION")
    assert isinstance(told, ClinicalNotification)
    assert told.disease == "salmonella"


def test_the_template_of_one_disease_needs_no_answer_to_tell_which() -> None:
    values = {key: plain for key, plain in GUT.items() if key != "diagnos"}
    template = dataclasses.replace(blank(values), diseases=("ehec",))
    told = notify(record(values), template, context())
    assert isinstance(told, ClinicalNotification)
    assert told.disease == "ehec"


def test_a_coded_record_becomes_a_coded_notification() -> None:
    told = _clinical(CODED)
    assert isinstance(told, ClinicalNotification)
    assert told.identity is Identity.CODED


@pytest.mark.parametrize("number", ["98240301AA06", "LMA 12-345678", "anonym 7"])
def test_another_number_may_stand_in_for_the_code(number: str) -> None:
    assert isinstance(_clinical(CODED, pat_id=None, annat_nummer=number), ClinicalNotification)
    assert isinstance(_clinical(CODED, pat_id=number), ClinicalNotification)


@pytest.mark.parametrize("name", ["Anna Sven", "Anna 1950", "Testa Testsson 1950-2553", "okänd"])
def test_a_name_may_not_stand_in_for_the_code(name: str) -> None:
    for key in ("pat_id", "annat_nummer"):
        told = {"pat_id": None, "annat_nummer": None, key: name}
        assert _clinical(CODED, **told) == Barred(Blocked.IDENTITY_VIOLATION, (key,))


def test_sheets_of_different_persons_are_never_sent_as_one() -> None:
    for second, sent in (("19610118-2803", False), ("19500907-2553", True), (None, True)):
        values = {**GUT, "pat_id": "19500907-2553", "pat_id_sida2": second}
        template = blank(values)
        again = Rule(RuleId.SAME_AS.value, (("field", "pat_id"),))
        fields = [dataclasses.replace(f, rules=(again,)) if f.key == "pat_id_sida2" else f for f in template.fields]
        told = notify(record(values), dataclasses.replace(template, fields=tuple(fields)), context())
        assert (told != Barred(Blocked.PAGES_DIFFER, ("pat_id", "pat_id_sida2"))) is sent
        assert isinstance(told, ClinicalNotification) is sent


@pytest.mark.parametrize(
    "number",
    [
        "19500907-2553",
        "195009072553",
        "500907-2553",
        "5009072553",
        "19610973-2393",
        "500907+2553",
        "1950 09 07 2553",
        "50.09.07-2553",
    ],
)
@pytest.mark.parametrize("key", ["pat_id", "annat_nummer", "atgarder", "ovrigt", "riskgrupp_text"])
def test_a_whole_number_on_a_coded_form_bars_it_wherever_it_stands(key: str, number: str) -> None:
    written = number if key in ("pat_id", "annat_nummer") else f"se journal {number}, tack"
    assert _clinical(CODED, **{key: written}) == Barred(Blocked.IDENTITY_VIOLATION, (key,))


def test_a_whole_number_with_a_wrong_check_digit_bars_a_coded_form_too() -> None:
    assert _clinical(CODED, pat_id="19500907-2554") == Barred(Blocked.IDENTITY_VIOLATION, ("pat_id",))


@pytest.mark.parametrize("phone", ["070-112 34 56", "0701123456", "+46 70 112 34 56", "090-785 00 00"])
def test_the_doctors_telephone_is_not_taken_for_a_person_number(phone: str) -> None:
    assert isinstance(_clinical(CODED, anm_tel=phone), ClinicalNotification)


@pytest.mark.parametrize("key", ["pat_namn", "pat_adress", "pat_ort", "pat_tel", "smittkalla", "en_ny_nyckel"])
def test_what_is_not_on_the_list_bars_a_coded_form(key: str) -> None:
    assert _clinical(CODED, **{key: "något"}) == Barred(Blocked.IDENTITY_VIOLATION, (key,))


def test_a_name_the_template_never_asked_for_bars_a_coded_form_too() -> None:
    told = notify(record({**CODED, "pat_namn": "Tolvan"}), blank(CODED), context())
    assert told == Barred(Blocked.IDENTITY_VIOLATION, ("pat_namn",))


def test_a_template_may_add_a_field_of_its_disease_to_the_coded_list_but_not_identity() -> None:
    values = {**CODED, "en_ny_nyckel": "ja", "pat_smeknamn": "Tolvan"}
    rules = {"en_ny_nyckel": (Rule(CODED_RULE),), "pat_smeknamn": (Rule(CODED_RULE),)}
    told = notify(record(values), blank(values, rules=rules), context())
    assert told == Barred(Blocked.IDENTITY_VIOLATION, ("pat_smeknamn",))


def test_a_coded_disease_on_a_form_of_full_identity_is_barred() -> None:
    told = _clinical(GUT, diagnos="gonorre")
    assert isinstance(told, Barred)
    assert told.reason is Blocked.IDENTITY_VIOLATION
    assert {"pat_id", "pat_namn", "smittkalla"} <= set(told.keys)


@pytest.mark.parametrize("number", [None, "1950-2553"])
def test_full_identity_is_no_code_and_not_nothing(number: str | None) -> None:
    assert _clinical(GUT, pat_id=number) == Barred(Blocked.NO_IDENTITY, ("pat_id",))


@pytest.mark.parametrize("day", [None, "2026", "2026-11", "2026-02-30"])
def test_without_a_whole_day_there_is_nothing_to_count_from(day: str | None) -> None:
    assert _clinical(GUT, diagnosdatum=day) == Barred(Blocked.NO_DATE, ("diagnosdatum",))


def test_a_disease_nobody_knows_is_barred() -> None:
    assert _clinical(GUT, diagnos="träsksjuka") == Barred(Blocked.NO_DISEASE, ("diagnos",))


def test_a_disease_that_was_not_notifiable_on_the_day_is_barred() -> None:
    aged = dataclasses.replace(
        CATALOGUE,
        diseases=tuple(
            dataclasses.replace(d, valid_to=dt.date(2020, 1, 1)) if d.code == "salmonella" else d for d in CATALOGUE.diseases
        ),
    )
    told = notify(record(GUT), blank(GUT), dataclasses.replace(context(), catalogue=aged))
    assert told == Barred(Blocked.DISEASE_NOT_VALID, ("diagnos",))


def test_a_required_answer_nobody_could_read_bars_until_someone_lets_it_go_as_unknown() -> None:
    settled, template = record(GUT, illegible=("atgarder", "pat_tel")), blank(GUT, required=("atgarder",))
    assert notify(settled, template, context()) == Barred(Blocked.REQUIRED_UNKNOWN, ("atgarder",))
    let_go = dataclasses.replace(context(), may_be_unknown=frozenset({"atgarder"}))
    told = notify(settled, template, let_go)
    assert isinstance(told, ClinicalNotification)
    assert set(told.unknown) == {"pat_tel", "atgarder"}


def test_a_paragraph_notification_carries_full_identity_also_for_a_coded_disease() -> None:
    told = _paragraph(SIGNED)
    assert isinstance(told, ParagraphNotification)
    assert (told.paragraph, told.disease, told.signed) == ("4:4", "hiv", dt.date(2026, 11, 22))
    assert "pat_namn" in dict(told.answers)


@pytest.mark.parametrize("paragraph", [None, "3:2", "4:2", "4:6", "4:10", "5:3"])
def test_what_is_no_notifying_paragraph_is_barred(paragraph: str | None) -> None:
    assert _paragraph(SIGNED, paragraf=paragraph) == Barred(Blocked.NO_PARAGRAPH, ("paragraf",))


@pytest.mark.parametrize("signature", [None, False])
def test_a_paragraph_notification_without_a_signature_is_barred(signature: bool | None) -> None:
    assert _paragraph(SIGNED, underskrift=signature) == Barred(Blocked.NO_SIGNATURE, ("underskrift",))


def test_a_contact_who_was_not_identified_may_be_described_under_3_5_alone() -> None:
    lost = {"pat_id": None, "beskrivning": "omkring trettio, kallas Kråkan"}
    assert isinstance(_paragraph(SIGNED, paragraf="3:5", **lost), ParagraphNotification)
    assert _paragraph(SIGNED, paragraf="3:5", pat_id=None) == Barred(Blocked.NO_IDENTITY, ("pat_id",))
    assert _paragraph(SIGNED, paragraf="3:6", **lost) == Barred(Blocked.NO_IDENTITY, ("pat_id",))


def test_a_change_of_doctor_is_signed_and_told_under_3_3() -> None:
    told = notify(record(SIGNED), blank(SIGNED, FormKind.CHANGE), context())
    assert isinstance(told, ParagraphNotification)
    assert (told.paragraph, told.kind) == ("3:3", FormKind.CHANGE)


@pytest.mark.parametrize("credential", [Credential.GROUP, Credential.SITHS_FUNCTION])
def test_a_paragraph_notification_never_leaves_by_a_service_or_group_account(credential: Credential) -> None:
    told = _paragraph(SIGNED)
    assert not isinstance(told, Barred)
    assert may_leave(told, credential) == Barred(Blocked.NEEDS_SITHS_PERSON)
    assert may_leave(told, Credential.SITHS_PERSON) is told


@given(st.sampled_from(Credential))
def test_a_clinical_notification_leaves_by_any_credential(credential: Credential) -> None:
    told = _clinical(CODED)
    assert isinstance(told, ClinicalNotification)
    assert may_leave(told, credential) is told


@pytest.mark.parametrize("template", [t for t in SHIPPED if t.kind is FormKind.CLINICAL], ids=lambda template: template.id)
def test_every_field_of_a_coded_form_we_ship_may_stand_in_a_coded_notification(template: Template) -> None:
    if template.diseases and all(CATALOGUE.get(code).coded_clinical for code in template.diseases):  # type: ignore[union-attr]
        assert {field.key for field in template.fields} <= CODED_PATIENT | CODED_CASE


@pytest.mark.parametrize("template", SHIPPED, ids=lambda template: template.id)
def test_every_form_we_ship_asks_for_what_a_notification_needs(template: Template) -> None:
    assert template.has("pat_id")
    assert all(CATALOGUE.get(code) for code in template.diseases)
    assert len(template.diseases) == 1 or template.has("diagnos") or template.has("sjukdom")
    if template.kind is FormKind.CLINICAL:
        assert template.has("anm_datum" if template.follows_up else "diagnosdatum")
    else:
        assert template.field("underskrift").required == "always"
    if template.kind is FormKind.PARAGRAPH:
        assert {option.value for option in template.field("paragraf").options} <= PARAGRAPHS
