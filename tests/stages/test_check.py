from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.domain.calibration import Calibration, Visibility, Worth
from pipeline.domain.form import Form, FormPage
from pipeline.domain.geometry import Transform
from pipeline.domain.placement import Identification, Placed, Registration, ZoneFit
from pipeline.domain.reading import Reading, Style
from pipeline.domain.record import Draft, DraftField, FindingKind
from pipeline.domain.scan import PageId
from pipeline.domain.template import FieldKind, FormKind, Template
from pipeline.domain.value import NOTHING, Plain, Value
from pipeline.stages.build import build
from pipeline.stages.check import check
from tests.support.drafts import CATALOGUE, TODAY, choice, context, draft, field, form, other, reading, rule, template

F = FindingKind
PNR = field("pat_id", FieldKind.PNR)
OFFICIAL = (
    "19500907-2553",
    "19610118-2803",
    "18900202-9800",
    "20030202-2389",
    "19900222-2397",
    "20000125-2386",
    "18960202-9812",
    "19610973-2393",
    "19701063-2391",
)


def found(form: Draft, blank: Template, readings: tuple[Reading, ...] = ()) -> set[tuple[str, FindingKind]]:
    return {(finding.key, finding.kind) for finding in check(form, blank, context(readings=readings))}


@pytest.mark.parametrize("place", range(len(OFFICIAL)))
def test_every_official_test_number_passes(place: int) -> None:
    assert found(draft(pat_id=OFFICIAL[place]), template(PNR)) == set()


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("19500907-2554", F.CHECK_DIGIT),
        ("19671208-1123", F.CHECK_DIGIT),
        ("19501307-2553", F.NOT_A_DATE),
        ("19500992-2553", F.NOT_A_DATE),
        ("1950-0907", None),
        ("ABC", F.BAD_FORMAT),
    ],
)
def test_a_wrong_person_number_is_found(written: str, kind: FindingKind | None) -> None:
    expected = {("pat_id", kind)} if kind else {("pat_id", F.CROSS_FIELD)}
    assert found(draft(pat_id=written), template(PNR)) == expected


def test_a_number_of_someone_not_yet_born_is_found() -> None:
    early = context()
    early = type(early)(early.policy, early.catalogue, dt.date(2003, 2, 1))
    assert [f.kind for f in check(draft(pat_id="20030202-2389"), template(PNR), early)] == [F.DATE_IN_FUTURE]


def test_two_possible_centuries_are_found() -> None:
    code = field("pat_id", FieldKind.RIKSKOD)
    unsure = DraftField("pat_id", Value("80-5528"), 0.95, "eye/1", Style.PRINT, (other("1980-5528"), other("2080-5528")))
    kinds = found(Draft("f", "prov", "1", (unsure,)), template(code, diseases=("klamydia",)))
    assert kinds == {("pat_id", F.CENTURY_UNSURE)}


@pytest.mark.parametrize(
    ("code", "kinds"), [("1967-1123", []), ("1867-1123", [F.OUT_OF_RANGE]), ("2077-1123", [F.OUT_OF_RANGE])]
)
def test_a_rikskod_needs_a_plausible_year(code: str, kinds: list[FindingKind]) -> None:
    blank = template(field("pat_id", FieldKind.RIKSKOD), diseases=("klamydia",))
    assert [f.kind for f in check(draft(pat_id=code), blank, context())] == kinds


@pytest.mark.parametrize(
    ("postcode", "town", "told"),
    [
        ("903 26", "Umeå", False),
        ("203 26", "umeå", True),
        ("903 26", "Övningsdalen", False),
        ("113 26", "Stockholm", False),
        (None, "Umeå", False),
    ],
)
def test_a_town_known_to_have_other_postcodes_is_doubted_with_its_postcode(
    postcode: str | None, town: str, told: bool
) -> None:
    asked = template(
        field("pat_postnr", FieldKind.TEXT15, rule("postcode")),
        field("pat_ort", FieldKind.TEXT40, rule("town_of", field="pat_postnr")),
    )
    doubted = {("pat_ort", F.CROSS_FIELD), ("pat_postnr", F.CROSS_FIELD)} if told else set()
    assert found(draft(pat_postnr=postcode, pat_ort=town), asked) == doubted


@pytest.mark.parametrize(
    ("age", "signed", "told"), [(23, "2026-11-22", False), (22, "2026-01-02", False), (52, "2026-11-22", True)]
)
def test_an_age_is_held_against_the_person_number(age: int, signed: str, told: bool) -> None:
    asked = template(
        field("pat_id", FieldKind.PNR),
        field("pat_alder", FieldKind.TEXT15, rule("integer", min=0, max=120), rule("age_of", field="pat_id")),
        field("anm_datum", FieldKind.DATE),
    )
    doubted = {("pat_alder", F.CROSS_FIELD)} if told else set()
    assert found(draft(pat_id="20030202-2389", pat_alder=age, anm_datum=signed), asked) == doubted


DATES = template(
    field("insjuknandedatum", FieldKind.DATE),
    field("diagnosdatum", FieldKind.DATE, rule("not_before", field="insjuknandedatum")),
    field("anm_datum", FieldKind.DATE, rule("not_before", field="diagnosdatum")),
)


@pytest.mark.parametrize(
    ("ill", "diagnosed", "told", "kinds"),
    [
        ("2026-11-19", "2026-11-21", "2026-11-22", set()),
        ("2026-11-22", "2026-11-22", "2026-11-22", set()),
        ("2026-11-22", "2026-11-21", "2026-11-22", {("insjuknandedatum", F.DATE_ORDER), ("diagnosdatum", F.DATE_ORDER)}),
        ("2026-11-20", "2026-11-21", "2026-11-24", {("anm_datum", F.DATE_IN_FUTURE)}),
        ("2026-11-31", "2026-11-21", "2026-11-22", {("insjuknandedatum", F.NOT_A_DATE)}),
        ("2026-11", "2026-11-21", "2026-11-22", {("insjuknandedatum", F.BAD_FORMAT)}),
        ("1826-11-20", "2026-11-21", "2026-11-22", {("insjuknandedatum", F.OUT_OF_RANGE)}),
    ],
)
def test_dates_are_real_past_and_in_order(ill: str, diagnosed: str, told: str, kinds: set[tuple[str, FindingKind]]) -> None:
    assert found(draft(insjuknandedatum=ill, diagnosdatum=diagnosed, anm_datum=told), DATES) == kinds


def test_a_partial_date_passes_where_the_form_allows_it() -> None:
    assert found(draft(d="2024-05"), template(field("d", FieldKind.DATE, rule("partial")))) == set()
    assert found(draft(d="2031"), template(field("d", FieldKind.DATE, rule("partial")))) == {("d", F.DATE_IN_FUTURE)}


CODED = template(
    field("pat_id", FieldKind.RIKSKOD),
    field("pat_namn", FieldKind.TEXT40),
    field("pat_tel", FieldKind.PHONE),
    field("ovrigt", FieldKind.TEXT1500),
    diseases=("klamydia", "gonorre", "syfilis"),
)


@pytest.mark.parametrize(
    ("key", "plain", "kind"),
    [
        ("pat_namn", "Åsa Öberg", F.IDENTITY_VIOLATION),
        ("pat_id", "19500907-2553", F.IDENTITY_VIOLATION),
        ("ovrigt", "Syster 500907-2553 också sjuk", F.IDENTITY_VIOLATION),
        ("pat_tel", "090-785 00 00", F.MUST_BE_EMPTY),
        ("ovrigt", "prov 261123-1 taget", None),
    ],
)
def test_a_coded_form_carries_no_identity(key: str, plain: str, kind: FindingKind | None) -> None:
    plains: dict[str, Plain] = {"pat_id": "1967-1123", "pat_namn": None, "pat_tel": None, "ovrigt": None, key: plain}
    assert found(draft(**plains), CODED) == ({(key, kind)} if kind else set())


def test_the_same_disease_carries_full_identity_on_a_paragraph_form() -> None:
    blank = template(PNR, field("pat_namn", FieldKind.TEXT40), kind=FormKind.PARAGRAPH, diseases=("klamydia",))
    assert found(draft(pat_id="19500907-2553", pat_namn="Åsa Öberg"), blank) == set()


def test_a_template_for_coded_and_other_diseases_is_coded_until_the_disease_is_known() -> None:
    blank = template(
        choice("diagnos", "klamydia", "salmonella"), field("pat_namn", FieldKind.TEXT40), diseases=("klamydia", "salmonella")
    )
    assert ("pat_namn", F.IDENTITY_VIOLATION) in found(draft(diagnos=None, pat_namn="Åsa Öberg"), blank)
    assert found(draft(diagnos="salmonella", pat_namn="Åsa Öberg"), blank) == set()


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Salmonellainfektion", None),
        ("salmonella", None),
        ("Salmonela", F.UNKNOWN_DISEASE),
        ("Influensa", F.NOT_CLINICIAN_NOTIFIABLE),
    ],
)
def test_a_disease_is_one_of_the_catalogue_and_told_by_clinicians(written: str, kind: FindingKind | None) -> None:
    blank = template(field("sjukdom", FieldKind.TEXT255, rule("disease")), diseases=())
    assert found(draft(sjukdom=written), blank) == ({("sjukdom", kind)} if kind else set())


def test_a_disease_is_checked_against_the_day_of_diagnosis() -> None:
    blank = template(
        field("sjukdom", FieldKind.TEXT255, rule("disease")), field("diagnosdatum", FieldKind.DATE), diseases=()
    )
    assert found(draft(sjukdom="mpox", diagnosdatum="2021-05-01"), blank) == {("sjukdom", F.DISEASE_NOT_VALID)}
    assert found(draft(sjukdom="mpox", diagnosdatum="2026-05-01"), blank) == set()


PARAGRAPH = template(
    choice("paragraf", "3:1", "3:5", "3:6", "4:4"),
    choice("roll", "patient", "kontakt"),
    field("sjukdom", FieldKind.TEXT255, rule("disease")),
    field("redogorelse", FieldKind.TEXT1500),
    kind=FormKind.PARAGRAPH,
    diseases=(),
)


@pytest.mark.parametrize(
    ("paragraph", "role", "disease", "told", "kinds"),
    [
        ("4:4", "patient", "Klamydia", None, set()),
        ("3:6", "kontakt", "Klamydia", "Uteblev", set()),
        ("3:6", "kontakt", "Klamydia", None, {("redogorelse", F.MISSING)}),
        ("3:6", "patient", "Klamydia", "Uteblev", {("roll", F.CROSS_FIELD)}),
        ("4:4", "kontakt", "Klamydia", None, {("roll", F.CROSS_FIELD)}),
        ("4:4", "patient", "Listeria", None, {("sjukdom", F.PARAGRAPH_DISEASE)}),
        ("3:5", "kontakt", "Listeria", None, set()),
    ],
)
def test_a_paragraph_fits_the_role_the_disease_and_the_account(
    paragraph: str, role: str, disease: str, told: str | None, kinds: set[tuple[str, FindingKind]]
) -> None:
    assert found(draft(paragraf=paragraph, roll=role, sjukdom=disease, redogorelse=told), PARAGRAPH) == kinds


def test_sex_and_the_ninth_digit_should_agree() -> None:
    blank = template(PNR, field("pat_kon", FieldKind.SEX, rule("sex_of", field="pat_id")))
    assert found(draft(pat_id="19500907-2553", pat_kon="k"), blank) == {("pat_kon", F.SEX_MISMATCH)}
    assert found(draft(pat_id="19500907-2553", pat_kon="m"), blank) == set()
    assert found(draft(pat_id="19500907-2553", pat_kon="o"), blank) == set()


def test_two_sheets_of_a_form_tell_the_same_person() -> None:
    blank = template(PNR, field("pat_id_sida2", FieldKind.PNR, rule("same_as", field="pat_id")))
    mixed = draft(pat_id="19500907-2553", pat_id_sida2="19610118-2803")
    assert found(mixed, blank) == {("pat_id", F.PAGE_MISMATCH), ("pat_id_sida2", F.PAGE_MISMATCH)}


def test_a_place_of_infection_is_wanted_in_sweden_only() -> None:
    blank = template(field("smittland", FieldKind.TEXT40, rule("country")), field("smittort", FieldKind.TEXT255))
    assert found(draft(smittland="Sverige", smittort=None), blank) == {("smittort", F.MISSING)}
    assert found(draft(smittland="Thailand", smittort=None), blank) == set()
    assert found(draft(smittland="Thajland", smittort=None), blank) == {("smittland", F.BAD_FORMAT)}


def test_required_answers_are_missed_by_their_condition() -> None:
    blank = template(
        choice("hus", "yes", "no"),
        choice("diagnos", "ehec", "kolera"),
        field("text", FieldKind.TEXT40, required="diagnos=ehec"),
        diseases=(),
    )
    assert found(draft(hus=None, diagnos="ehec", text=None), blank) == {("text", F.MISSING)}
    assert found(draft(hus=None, diagnos="kolera", text=None), blank) == set()


@pytest.mark.parametrize(
    ("kind", "plain", "finding"),
    [
        (FieldKind.TEXT15, "x" * 15, None),
        (FieldKind.TEXT15, "x" * 16, F.TOO_LONG),
        (FieldKind.OTHER_NUMBER, "x" * 21, F.TOO_LONG),
        (FieldKind.COUNTY, "AC", None),
        (FieldKind.COUNTY, "Lappland", F.BAD_FORMAT),
        (FieldKind.PHONE, "090-785 00 00", None),
        (FieldKind.PHONE, "1177", F.BAD_FORMAT),
        (FieldKind.YN, "yes", None),
        (FieldKind.YN, "perhaps", F.BAD_FORMAT),
        (FieldKind.CHOICEN, ("a", "c"), None),
    ],
)
def test_length_form_and_choices_are_kept_to(kind: FieldKind, plain: Plain, finding: FindingKind | None) -> None:
    assert found(draft(x=plain), template(field("x", kind))) == ({("x", finding)} if finding else set())


def test_an_integer_has_its_range() -> None:
    blank = template(field("pat_alder", FieldKind.TEXT15, rule("integer", min=0, max=120)))
    assert [found(draft(pat_alder=age), blank) for age in (42, 121, "x")] == [
        set(),
        {("pat_alder", F.OUT_OF_RANGE)},
        {("pat_alder", F.BAD_FORMAT)},
    ]


def test_a_critical_field_is_unproven_until_its_class_is_let_through() -> None:
    blank = template(field("diagnosdatum", FieldKind.DATE, critical=True))
    assert found(draft(diagnosdatum="2026-11-20"), blank) == {("diagnosdatum", F.UNPROVEN)}
    assert check(draft(diagnosdatum="2026-11-20"), blank, context("date/print")) == ()
    assert len(check(draft(diagnosdatum="2026-11-20"), blank, context("date/hand"))) == 1


def test_what_the_eyes_doubted_is_found() -> None:
    blank = template(field("x", FieldKind.CHOICE1), field("t", FieldKind.TEXT40))
    said = (reading("x", "a", 0.95, "marks/1", "cancelled"), reading("t", NOTHING.reveal(), 0.0, "eye/1", "hand"))
    unread = DraftField("t", NOTHING, 0.0, "eye/1", Style.HAND)
    seen = Draft("f", "prov", "1", (*draft(x="a").fields, unread))
    assert found(seen, blank, said) == {("x", F.DOUBTFUL_TICK), ("t", F.UNREAD)}


def test_low_confidence_and_readers_who_disagree_are_found() -> None:
    blank = template(field("t", FieldKind.TEXT40))
    weak = Draft("f", "prov", "1", (DraftField("t", Value("Umeå"), 0.6, "eye/1", Style.PRINT),))
    assert found(weak, blank) == {("t", F.LOW_CONFIDENCE)}
    torn = DraftField("t", Value("Umeå"), 0.95, "eye/1", Style.PRINT, (other("Umea", "other/1"),))
    assert found(Draft("f", "prov", "1", (torn,)), blank) == {("t", F.READERS_DISAGREE)}


def test_doubts_of_print_fall_where_an_eye_of_another_kind_says_the_same_and_is_sure() -> None:
    blank = template(field("t", FieldKind.TEXT40))
    alone = DraftField("t", Value("Umeå"), 0.95, "eye/1", Style.PRINT)
    doubted = (reading("t", "Umeå", 0.5, "eye/1", "misfits"),)
    assert found(Draft("f", "prov", "1", (alone,)), blank, doubted) == {("t", F.DOUBTED)}
    borne_out = replace(alone, witnesses=("other/1",))
    for sure, left in ((0.98, set()), (0.97, {("t", F.DOUBTED)})):
        both = (*doubted, reading("t", "Umeå", sure, "other/1"))
        assert found(Draft("f", "prov", "1", (borne_out,)), blank, both) == left
    # Letters that look alike look alike to every eye: that doubt stays.
    lookalike = (reading("t", "Umeå", 0.5, "eye/1", "lookalike"), reading("t", "Umeå", 1.0, "other/1"))
    assert found(Draft("f", "prov", "1", (borne_out,)), blank, lookalike) == {("t", F.DOUBTED)}


@pytest.mark.parametrize(
    ("sure", "group", "stands"),
    [(0.985, "eye/line/print/fine", True), (0.975, "eye/line/print/fine", False), (1.0, "eye/line/print/coarse", False)],
)
def test_a_value_stands_from_the_confidence_that_its_group_has_proved(sure: float, group: str, stands: bool) -> None:
    blank = template(field("t", FieldKind.TEXT40))
    known = Calibration({"eye/line/print/fine": Worth((0.0, 1.0), (0.0, 1.0), 0.98, 700, 0)})
    seen = Draft("f", "prov", "1", (DraftField("t", Value("Umeå"), 0.99, "eye/1", Style.PRINT, group=group, raw=sure),))
    assert (check(seen, blank, replace(context(), calibration=known)) == ()) is stands


def test_the_policy_may_ask_for_more_than_was_proved() -> None:
    blank = template(field("t", FieldKind.TEXT40))
    known = Calibration({"eye/line/print/fine": Worth((0.0, 1.0), (0.0, 1.0), 0.5, 700, 0)})
    seen = Draft("f", "prov", "1", (DraftField("t", Value("Umeå"), 0.8, "eye/1", Style.PRINT, group="eye/line/print/fine"),))
    told = check(seen, blank, replace(context(), calibration=known))
    assert [finding.kind for finding in told] == [F.LOW_CONFIDENCE]


def test_a_picture_in_which_much_print_is_missing_is_found_and_told_as_that() -> None:
    blank = template(field("t", FieldKind.TEXT40), choice("c", "a", "b"))
    known = Calibration(visibility=Visibility(0.85, 0.35, 700, "2026-11-29"))

    def told(visible: float) -> list[tuple[str, FindingKind, tuple[tuple[str, float], ...]]]:
        said = tuple(replace(one, visible=visible) for one in (reading("t", "Umeå"), reading("c", "a")))
        seen = build(form(), said, blank, TODAY, known)
        found = check(seen, blank, replace(context(readings=said), calibration=known))
        return [(finding.key, finding.kind, finding.params) for finding in found]

    assert told(0.81) == []
    assert told(0.6149) == [(key, F.POOR_PICTURE, (("visible", 0.61),)) for key in ("t", "c")]


def test_a_field_no_eye_saw_is_unread() -> None:
    unseen = Draft("f", "prov", "1", (DraftField("t", NOTHING, 0.0, "", None),))
    assert found(unseen, template(field("t", FieldKind.TEXT40))) == {("t", F.UNREAD)}


def test_a_poorly_placed_zone_and_a_form_joined_of_two_scans_are_found() -> None:
    blank = template(PNR)
    fits = (ZoneFit("pat_id", 0, 0.0, 0.0, float("inf")),)
    lies = Registration(Transform.scaling(11.8), 0.1, 0, fits)
    placed = Placed(1, Identification("prov", "1", 1, 0.9, 0.5), lies)
    joined = Form("7K3Q-DF2M", "prov", "1", (FormPage(PageId("0" * 64, 1), placed),), joined=True)
    told = context()
    told = type(told)(told.policy, CATALOGUE, TODAY, (), joined)
    assert [f.kind for f in check(draft(pat_id="19500907-2553"), blank, told)] == [F.POORLY_PLACED, F.JOINED_SCANS]


def test_findings_never_hold_what_a_person_wrote() -> None:
    told = check(draft(pat_id="ABC", pat_namn="Åsa Öberg", pat_tel="1177", ovrigt="500907-2553"), CODED, context())
    assert told
    assert not any(secret in repr(told) for secret in ("ABC", "Öberg", "1177", "2553"))
