"""Templates proposed for fillable forms: every widget in a field, places kept, guesses told."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.fillable import FillableForm, FormWidget, FoundBy, Guess, PrintedWord, ProposedField, WidgetKind
from pipeline.domain.geometry import Rect
from pipeline.domain.template import FieldKind, Sheet, Zone
from pipeline.edges import labels
from pipeline.stages.propose import propose
from pipeline.stages.propose_keys import Keys, slug, values
from pipeline.stages.propose_room import fitted

KNOWN = labels.load()
A4 = Sheet(1, 210.0, 297.0)
A4_2 = Sheet(2, 210.0, 297.0)


def at(x: float, y: float, width: float = 60.0, height: float = 5.0, sheet: int = 1) -> Zone:
    return Zone(sheet, Rect(x, y, width, height))


def text(name: str, zone: Zone, **more: object) -> FormWidget:
    return FormWidget(name, WidgetKind.TEXT, zone, **more)  # type: ignore[arg-type]


def box(name: str, x: float, y: float, kind: WidgetKind = WidgetKind.CHECK, **more: object) -> FormWidget:
    return FormWidget(name, kind, at(x, y, 4, 4), **{"export": "On", **more})  # type: ignore[arg-type]


def words(line: str, x: float, y: float, height: float = 3.0) -> list[PrintedWord]:
    """Return a printed line, 1.8 mm a letter and 1 mm between words."""
    found = []
    for word in line.split():
        found.append(PrintedWord(word, at(x, y, 1.8 * len(word), height)))
        x += 1.8 * len(word) + 1.0
    return found


def proposed(*widgets: FormWidget, print_: list[PrintedWord] | None = None) -> list[ProposedField]:
    sheets = (A4, A4_2) if any(w.zone.sheet == 2 for w in widgets) else (A4,)
    return list(propose(FillableForm(sheets, widgets, tuple(print_ or ())), KNOWN))


@pytest.mark.parametrize(
    ("tip", "key", "kind"),
    [
        ("Personnummer", "pat_id", FieldKind.PNR),
        ("Patientens personnummer:", "pat_id", FieldKind.PNR),
        ("Diagnosdatum", "diagnosdatum", FieldKind.DATE),
        ("Datum för återbesök", "datum_for_aterbesok", FieldKind.DATE),
        ("Telefon dagtid", "telefon_dagtid", FieldKind.PHONE),
        ("Postnummer", "pat_postnr", FieldKind.TEXT15),
        ("Län", "anm_lan", FieldKind.COUNTY),
        ("Läkarens underskrift", "underskrift", FieldKind.SIGN),
        ("Sannolikt smittland", "smittland", FieldKind.TEXT40),
        ("Rikskod", "pat_id", FieldKind.RIKSKOD),
        ("LMA-nummer", "lma_nummer", FieldKind.OTHER_NUMBER),
        ("Reservnummer", "annat_nummer", FieldKind.OTHER_NUMBER),
        ("Patientens reservnummer", "annat_nummer", FieldKind.OTHER_NUMBER),
        ("LMA number", "lma_number", FieldKind.OTHER_NUMBER),
        ("Personal identity number", "personal_identity_number", FieldKind.PNR),
        ("Ort och datum", "ort_och_datum", FieldKind.TEXT40),
        ("Vilket år kom symtomen?", "vilket_ar_kom_symtomen", FieldKind.DATE),
        ("Favoritfärg", "favoritfarg", FieldKind.TEXT40),
    ],
)
def test_a_label_tells_key_and_kind(tip: str, key: str, kind: FieldKind) -> None:
    (one,) = proposed(text("f1", at(20, 40), tip=tip))
    assert (one.field.key, one.field.kind) == (key, kind)
    assert Guess.LABEL_BY_PRINT not in one.guesses
    assert one.field.zones[0].rect == Rect(20, 40, 60, 5)


@pytest.mark.parametrize(
    ("tip", "cells", "groups", "kind"),
    [
        ("Personnummer", 12, (8, 4), FieldKind.PNR),
        ("Personnummer", 10, (6, 4), FieldKind.PNR),
        ("Något", 12, (8, 4), FieldKind.PNR),
        ("Diagnosdatum", 8, (4, 2, 2), FieldKind.DATE),
        ("Diagnosdatum", 4, (4,), FieldKind.TEXT15),
        ("Insulin sedan år", 4, (4,), FieldKind.DATE),
        ("Reservnummer", 22, (22,), FieldKind.TEXT25),
        ("Rikskod", 8, (4, 4), FieldKind.RIKSKOD),
        ("Postnummer", 5, (3, 2), FieldKind.TEXT15),
        ("Något", 9, (9,), FieldKind.TEXT15),
    ],
)
def test_cells_stand_in_the_groups_that_the_answer_is_written_in(
    tip: str, cells: int, groups: tuple[int, ...], kind: FieldKind
) -> None:
    (one,) = proposed(text("f1", at(20, 40), tip=tip, comb=True, max_len=cells))
    assert one.field.comb is not None
    assert (one.field.comb.groups, one.field.kind) == (groups, kind)


def parts(*lengths: int, comb: bool = True, tips: tuple[str, ...] = (), gap: float = 2.0) -> list[FormWidget]:
    """Return widgets side by side behind room for a label, 4 mm a letter, or 10 mm where none is told."""
    made, x = [], 70.0
    for number, length in enumerate(lengths):
        width = 4.0 * length or 10.0
        tip = tips[number] if tips else ""
        made.append(text(f"f{number}", at(x, 40, width), comb=comb, max_len=length, tip=tip))
        x += width + gap
    return made


@pytest.mark.parametrize(
    ("widgets", "label", "kind", "order", "groups"),
    [
        (parts(4, 2, 2), "Diagnosdatum", FieldKind.DATE, (0, 1, 2), (4, 2, 2)),
        (parts(2, 2, 4), "Nachweisdatum", FieldKind.DATE, (2, 1, 0), (4, 2, 2)),
        (parts(2, 2, 4), "Hemresa", FieldKind.DATE, (2, 1, 0), (4, 2, 2)),
        (parts(2, 2, 4, tips=("Month", "Day", "Year")), "Date of birth", FieldKind.DATE, (2, 0, 1), (4, 2, 2)),
        (parts(4, 2, 2, comb=False), "Diagnosdatum", FieldKind.DATE, (0, 1, 2), None),
        (parts(0, 0, 0, comb=False, tips=("Dag", "Månad", "År")), "Diagnosdatum", FieldKind.DATE, (2, 1, 0), None),
        (parts(8, 4), "Personnummer", FieldKind.PNR, (0, 1), (8, 4)),
        (parts(0, 0, comb=False), "Personnummer", FieldKind.PNR, (0, 1), None),
        (parts(4, 4), "Rikskod", FieldKind.RIKSKOD, (0, 1), (4, 4)),
        (parts(3, 2), "Postnummer", FieldKind.TEXT15, (0, 1), (3, 2)),
    ],
)
def test_the_parts_of_one_answer_side_by_side_are_one_field_in_the_order_that_it_is_read(
    widgets: list[FormWidget], label: str, kind: FieldKind, order: tuple[int, ...], groups: tuple[int, ...] | None
) -> None:
    (one,) = proposed(*widgets, print_=words(label, 40, 41))
    assert (one.field.label, one.field.kind) == (label, kind)
    assert [zone.rect.x for zone in one.field.zones] == [widgets[number].zone.rect.x for number in order]
    assert (one.field.comb.groups if one.field.comb else None) == groups
    assert Guess.JOINED in one.guesses


@pytest.mark.parametrize(
    ("widgets", "print_"),
    [
        (parts(4, 2, 2, gap=9.0), words("Diagnosdatum", 40, 41)),
        (parts(4, 2, 2, gap=7.0), [*words("Diagnosdatum", 40, 41), *words("till", 87, 41, 2.0)]),
        (parts(4, 4), words("Favoritfärg", 40, 41)),
        (parts(0, 0, 0, comb=False), words("Diagnosdatum", 40, 41)),
        (parts(8, 4, comb=False), words("Diarium", 40, 41)),
    ],
)
def test_what_stands_far_apart_has_words_between_or_other_lengths_stays_apart(
    widgets: list[FormWidget], print_: list[PrintedWord]
) -> None:
    found = proposed(*widgets, print_=print_)
    assert len(found) == len(widgets)
    assert not any(Guess.JOINED in one.guesses for one in found)


def test_a_day_printed_day_first_in_one_comb_is_read_year_first() -> None:
    comb = FormWidget("", WidgetKind.TEXT, at(20, 40, 36), heading="Datum", comb=True, max_len=8, groups=(2, 2, 4), gap_mm=2)
    (one,) = proposed(comb)
    assert [(zone.rect.x, round(zone.rect.width, 2)) for zone in one.field.zones] == [(40.0, 16.0), (30.0, 8.0), (20.0, 8.0)]
    assert one.field.comb is not None
    assert one.field.comb.groups == (4, 2, 2)


@pytest.mark.parametrize(
    ("zone", "length", "kind", "lines"),
    [
        (at(20, 40, 20), 0, FieldKind.TEXT15, 1),
        (at(20, 40, 40), 0, FieldKind.TEXT25, 1),
        (at(20, 40, 60), 0, FieldKind.TEXT40, 1),
        (at(20, 40, 150), 0, FieldKind.TEXT255, 1),
        (at(20, 40, 100, 18), 0, FieldKind.TEXT255, 4),
        (at(20, 40, 160, 40), 0, FieldKind.TEXT1500, 8),
        (at(20, 40, 60), 41, FieldKind.TEXT255, 1),
        (at(20, 40, 60), 25, FieldKind.TEXT25, 1),
    ],
)
def test_an_open_text_is_as_long_as_its_length_or_its_room(zone: Zone, length: int, kind: FieldKind, lines: int) -> None:
    (one,) = proposed(text("f1", zone, max_len=length, tip="Om detta", multiline=zone.rect.height > 10))
    assert (one.field.kind, one.field.lines) == (kind, lines)
    assert (Guess.KIND_BY_SIZE in one.guesses) is (length == 0)


def test_labels_are_found_to_the_left_above_and_below() -> None:
    left = proposed(text("f1", at(60, 40)), print_=words("Sannolik smittort:", 20, 41))
    assert (left[0].field.label, left[0].field.key) == ("Sannolik smittort", "smittort")
    assert Guess.LABEL_BY_PRINT in left[0].guesses
    (above,) = proposed(text("f1", at(60, 40)), print_=words("a) Hemkomst ........", 61, 36.5))
    assert (above.field.label, above.field.kind) == ("Hemkomst", FieldKind.DATE)
    under = [*words("Efternamn", 20, 45.5), *words("Gata", 20, 55.5), *words("Ort", 20, 65.5)]
    below = proposed(*(text(f"f{y}", at(20, y)) for y in (40, 50, 60)), print_=under)
    assert [one.field.label for one in below] == ["Efternamn", "Gata", "Ort"]


@pytest.mark.parametrize(
    ("read", "label"),
    [
        ("Personnumrner", "Personnummer"),
        ("Ansvarig för smittspåming", "Ansvarig för smittspårning"),
        ("Hepatit 8", "Hepatit 8"),  # a letter from each of five
        ("Infektion", "Infektion"),  # two letters from reinfektion, and too short for two to be wrong
        ("Ork", "Ork"),  # a letter from ort, and too short for one
    ],
)
def test_a_scans_label_a_letter_or_two_beside_one_known_label_is_spelt_as_that(read: str, label: str) -> None:
    print_ = tuple(words(read, 20, 36))
    for by in (FoundBy.PICTURE, FoundBy.PRINT):
        (one,) = propose(FillableForm((A4,), (text("", at(20, 40)),), print_, by=by), KNOWN)
        mended = by is FoundBy.PICTURE and label != read
        assert one.field.label == (label if mended else read)
        assert (Guess.LABEL_MENDED in one.guesses) is mended


def test_low_letters_of_a_scan_stand_in_the_phrase_of_the_tall_ones_before_them() -> None:
    print_ = (PrintedWord("Anmälan", at(20, 36, 13, 2.4)), PrintedWord("avser", at(34.2, 36.6, 8, 1.7)))
    for by, label in ((FoundBy.PICTURE, "Anmälan avser"), (FoundBy.PRINT, "Anmälan")):
        (one,) = propose(FillableForm((A4,), (text("", at(20, 40)),), print_, by=by), KNOWN)
        assert one.field.label == label


def test_a_further_line_is_called_as_the_first_and_what_has_no_print_by_its_name() -> None:
    found = proposed(
        text("f1", at(60, 40)), text("f2", at(60, 45)), text("Ett_fält", at(60, 200)), print_=words("Adress", 60, 36)
    )
    assert [one.field.label for one in found] == ["Adress", "Adress", "Ett fält"]
    assert [one.field.key for one in found] == ["pat_adress", "adress", "ett_falt"]
    assert found[2].guesses[0] is Guess.LABEL_BY_NAME


def test_yes_and_no_in_columns_are_an_answer_to_the_question_of_the_row() -> None:
    print_ = [*words("Ja", 150, 20), *words("Nej", 160, 20)]
    boxes = []
    for row, question in enumerate(("Har patienten feber? ......", "Har patienten hosta? ......")):
        print_ += words(question, 20, 30 + 10 * row)
        boxes += [box(f"F{row}1", 150, 30 + 10 * row), box(f"F{row}2", 160, 30 + 10 * row)]
    found = proposed(*boxes, print_=print_)
    assert [(one.field.kind, one.field.label) for one in found] == [
        (FieldKind.YN, "Har patienten feber?"),
        (FieldKind.YN, "Har patienten hosta?"),
    ]
    assert [[option.value for option in one.field.options] for one in found] == [["yes", "no"]] * 2


def test_a_radio_group_is_one_choice_with_the_values_it_stands_for() -> None:
    radio = [box("art", 20 + 30 * i, 40, WidgetKind.RADIO, export=e) for i, e in enumerate(("Typ A", "Typ B", "typ-b"))]
    print_ = [*words("Första", 26, 40), *words("Andra", 56, 40), *words("Tredje", 86, 40), *words("Vilken art?", 20, 34)]
    (one,) = proposed(*radio, print_=print_)
    assert (one.field.kind, one.field.label) == (FieldKind.CHOICE1, "Vilken art?")
    assert [(o.value, o.label) for o in one.field.options] == [
        ("typ_a", "Första"),
        ("typ_b", "Andra"),
        ("typ_b_2", "Tredje"),
    ]


def test_boxes_of_one_name_and_other_values_are_one_field_and_their_own_tips_are_their_labels() -> None:
    boxes = [
        box("prov", 20, 40 + 8 * i, export=e, tip=e.title(), group_tip="Provlokal") for i, e in enumerate(("urin", "svalg"))
    ]
    (one,) = proposed(*boxes)
    assert (one.field.key, one.field.kind) == ("provtagningslokal", FieldKind.CHOICEN)
    assert [(o.value, o.label, o.label_en) for o in one.field.options] == [
        ("urin", "Urin", "Urine"),
        ("svalg", "Svalg", "Throat"),
    ]


def test_boxes_of_one_name_take_each_others_ticks_away() -> None:
    boxes = [box("svar", 20 + 30 * i, 40, export=e, tip=e, group_tip="Svar") for i, e in enumerate(("positiv", "negativ"))]
    (one,) = proposed(*boxes)
    assert (one.field.kind, [o.value for o in one.field.options]) == (FieldKind.CHOICE1, ["positiv", "negativ"])


def test_a_question_told_in_every_tip_is_the_label_and_the_rest_of_the_tips_are_the_options() -> None:
    tips = ('Har du varit utomlands? - "JA."', "Har du varit utomlands? - NEJ")
    (one,) = proposed(*(box(f"a.{i}", 20 + 20 * i, 40, tip=tip) for i, tip in enumerate(tips)))
    assert (one.field.kind, one.field.label) == (FieldKind.YN, "Har du varit utomlands?")
    assert [(o.value, o.label) for o in one.field.options] == [("yes", "JA"), ("no", "NEJ")]


def test_what_a_fields_own_tip_asks_is_no_part_of_its_boxes_words() -> None:
    boxes = [
        box("kon", 20 + 30 * i, 40, WidgetKind.RADIO, export=t, tip=f"Kön: {t}", group_tip="Kön")
        for i, t in enumerate(("Kvinna", "Man"))
    ]
    (one,) = proposed(*boxes)
    assert (one.field.kind, one.field.label) == (FieldKind.SEX, "Kön")
    assert [(option.value, option.label) for option in one.field.options] == [("k", "Kvinna"), ("m", "Man")]


def test_sex_has_the_values_that_every_template_has() -> None:
    boxes = [
        box("kon", 20 + 30 * i, 40, WidgetKind.RADIO, export=str(i), tip=t) for i, t in enumerate(("Man", "Kvinna", "Okänt"))
    ]
    (one,) = proposed(*boxes, print_=words("Kön", 20, 34))
    assert (one.field.key, one.field.kind) == ("pat_kon", FieldKind.SEX)
    assert [option.value for option in one.field.options] == ["m", "k", "o"]


def test_lone_boxes_with_alike_names_in_a_row_or_column_are_taken_together_and_others_are_not() -> None:
    row = [box(f"Ruta {i}", 20 + 30 * i, 40, tip=t) for i, t in enumerate(("Vatten", "Mat", "Djur"))]
    column = [box(f"Val.{c}", 20, 100 + 7 * i, tip=c) for i, c in enumerate("ABC")]
    lone = [box("Samtycke", 120, 150, tip="Samtycke"), box("Tolk", 120, 157, tip="Tolk behövs")]
    found = proposed(*row, *column, *lone, print_=words("Smittväg", 20, 35))
    assert [(one.field.label, [o.value for o in one.field.options]) for one in found] == [
        ("Smittväg", ["vatten", "mat", "djur"]),
        ("Val", ["a", "b", "c"]),
        ("Samtycke", ["samtycke"]),
        ("Tolk behövs", ["tolk_behovs"]),
    ]
    assert [Guess.GROUPED in one.guesses for one in found] == [True, True, False, False]


def test_the_same_field_on_the_next_sheet_is_the_same_answer_once_more() -> None:
    told = {"tip": "Personnummer", "comb": True, "max_len": 12}
    first, again = proposed(text("pnr", at(20, 40), **told), text("pnr", at(120, 20, sheet=2), **told))
    assert (first.field.key, again.field.key) == ("pat_id", "pat_id_sida2")
    assert again.field.rules[0].params == (("field", "pat_id"),)
    assert Guess.SAME_AGAIN in again.guesses


def test_a_list_is_a_text_and_tells_what_it_offers_and_required_is_kept() -> None:
    (one,) = proposed(FormWidget("land", WidgetKind.CHOICE, at(20, 40), tip="Vilket?", required=True, choices=("A", "B")))
    assert (one.field.kind, one.choices, one.field.required) == (FieldKind.TEXT40, ("A", "B"), "always")


def test_rules_on_fields_that_the_form_has_not_are_left_out() -> None:
    (alone,) = proposed(text("f1", at(20, 40), tip="Diagnosdatum"))
    assert alone.field.rules == ()
    both = proposed(text("f1", at(20, 40), tip="Diagnosdatum"), text("f2", at(20, 60), tip="Insjuknandedatum"))
    assert [rule.id for rule in both[0].field.rules] == ["not_before"]


def test_zones_that_overlap_are_parted_by_as_little_as_it_takes() -> None:
    zones = [at(20, 40, 60, 5), at(20, 44.84, 60, 5), at(79.9, 40, 30, 4)]
    placed, clipped, shrunk = fitted(zones, [A4])
    assert not clipped
    assert not shrunk
    for before, after in zip(zones, placed, strict=True):
        assert abs(before.rect.y - after.rect.y) <= 0.12
        assert abs(before.rect.bottom - after.rect.bottom) <= 0.12
    (_, inner), _, told = fitted([at(20, 40, 60, 20), at(20, 40, 60, 5)], [A4])
    assert inner.rect == Rect(20, 40, 60, 5)
    assert told == {0}


def test_a_zone_over_the_edge_is_cut_and_told() -> None:
    (one,) = proposed(text("f1", at(180, 290, 60, 20), tip="Namn"))
    assert one.field.zones[0].rect.right <= 210.0
    assert Guess.CLIPPED in one.guesses


RECTS = st.builds(Rect, st.floats(0, 180), st.floats(0, 270), st.floats(2, 60), st.floats(2, 25))


@given(st.lists(RECTS, min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_fitting_never_enlarges_a_zone_or_takes_it_off_its_sheet(rects: list[Rect]) -> None:
    placed, _, _ = fitted([Zone(1, rect) for rect in rects], [A4])
    for before, after in zip(rects, placed, strict=True):
        rect = after.rect
        assert rect.x >= before.x - 0.011
        assert rect.right <= min(before.right + 0.011, 210.0)
        assert rect.bottom <= min(before.bottom + 0.011, 297.0)
        assert rect.width > 0


@given(st.lists(st.tuples(st.floats(0, 0.4), st.floats(0, 0.4)), min_size=9, max_size=9))
@settings(max_examples=60, deadline=None)
def test_slight_overlaps_of_a_grid_are_always_parted(shakes: list[tuple[float, float]]) -> None:
    grid = itertools.product((20.0, 60.0, 100.0), (40.0, 50.0, 60.0))
    zones = [at(x - dx, y - dy, 40.0, 10.0) for (x, y), (dx, dy) in zip(grid, shakes, strict=True)]
    placed, _, _ = fitted(zones, [A4])
    for one, other in itertools.combinations(placed, 2):
        assert not one.rect.overlaps(other.rect)


@given(st.text(max_size=60))
def test_every_text_makes_a_key(label: str) -> None:
    key = Keys().made(label)
    assert key[0].isalpha()
    assert key.isascii()
    assert len(key) <= 40


def test_keys_and_values_are_all_unlike() -> None:
    keys = Keys({"pat_id"})
    assert [keys.made("Pat id"), keys.made("pat-id"), keys.known(["pat_id"]), keys.known(["pat_id"])] == [
        "pat_id_2",
        "pat_id_3",
        "pat_id",
        None,
    ]
    assert values(["Ja", "ja!", "åäö"]) == ("ja", "ja_2", "aao")
    assert slug("Övriga åtgärder & annat") == "ovriga_atgarder_annat"
