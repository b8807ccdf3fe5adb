"""Every step of editing does what it says to the fields, and nothing to the others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.editing import (
    AddField,
    AddZone,
    ChangeBox,
    ChangeField,
    FindRight,
    JoinFields,
    LayZones,
    MergeZones,
    PartField,
    RemoveZones,
    SplitZone,
    Spot,
    Step,
)
from pipeline.domain.geometry import Rect
from pipeline.domain.template import Comb, FieldKind, Rule
from pipeline.stages.edit import edit
from tests.support.editing import GUESSED, opened, steps

FIELDS = opened(GUESSED)  # pat_id: a comb of 8 and 4; adress: two zones; smittvag: two boxes
ID, ADDRESS, ROUTE = range(3)


def done(*asked: Step):  # noqa: ANN201
    fields = FIELDS
    for step in asked:
        fields = edit(fields, step)
    return [one.field for one in fields]


def keys(*asked: Step) -> list[str]:
    return [field.key for field in done(*asked)]


def test_zones_are_laid_where_they_are_wanted_in_hundredths_of_a_millimetre() -> None:
    moved = done(LayZones((Spot(ID, 0), Spot(ROUTE, 1)), (Rect(20.123, -1, 60, 7), Rect(41, 90, 4, 4))))
    assert moved[ID].zones[0].rect == Rect(20.12, 0, 60, 7)
    assert moved[ROUTE].options[1].zone.rect == Rect(41, 90, 4, 4)
    assert moved[ADDRESS] == FIELDS[ADDRESS].field


def test_a_zone_of_text_split_is_several_fields_that_do_not_overlap() -> None:
    fields = done(SplitZone(Spot(ADDRESS, 0), 3, stacked=True))
    assert [field.key for field in fields] == ["pat_id", "adress", "adress_2", "adress_3", "smittvag"]
    rects = [field.zones[0].rect for field in fields[1:4]]
    assert all(not one.overlaps(other) for one in rects for other in rects if one is not other)
    assert rects[0].y == 60
    assert rects[-1].bottom == pytest.approx(67, abs=0.02)
    assert len(fields[1].zones) == 2, "its other zone stays with the first"


def test_a_comb_split_side_by_side_is_split_between_its_groups() -> None:
    first, second, *_ = done(SplitZone(Spot(ID, 0), 2, stacked=False))
    assert (first.comb, second.comb) == (Comb((8,)), Comb((4,)))
    assert (first.zones[0].rect.right, second.zones[0].rect.x) == (60, 61)


def test_combs_joined_are_one_with_a_group_in_each_zone_and_parted_are_what_they_were() -> None:
    split = SplitZone(Spot(ID, 0), 2, stacked=False)
    whole = done(split, JoinFields((ID, ID + 1)))[ID]
    assert (whole.comb, len(whole.zones)) == (Comb((8, 4)), 2)
    assert [whole.comb_in(zone) for zone in whole.zones] == [Comb((8,)), Comb((4,))]
    first, second, *_ = done(split, JoinFields((ID, ID + 1)), PartField((Spot(ID, 1),)))
    assert (first.comb, second.comb) == (Comb((8,)), Comb((4,)))


def test_a_box_split_is_several_boxes_of_the_same_field() -> None:
    route = done(SplitZone(Spot(ROUTE, 0), 2, stacked=False))[ROUTE]
    assert [option.value for option in route.options] == ["mat", "vatten", "ruta"]
    assert not route.options[0].zone.rect.overlaps(route.options[2].zone.rect)


def test_zones_merged_are_one_around_them_and_a_field_left_with_none_goes() -> None:
    fields = done(MergeZones((Spot(ID, 0), Spot(ADDRESS, 0), Spot(ADDRESS, 1))))
    assert [field.key for field in fields] == ["pat_id", "smittvag"]
    assert fields[0].zones[0].rect == Rect(20, 40, 80, 37)
    assert fields[0].lines == 3, "they stood one below the other"
    assert done(MergeZones((Spot(ADDRESS, 0), Spot(ADDRESS, 1))))[ADDRESS].zones[0].rect == Rect(20, 60, 80, 17)


def test_fields_joined_are_the_first_with_the_zones_of_all() -> None:
    fields = done(JoinFields((ADDRESS, ID)))
    assert [field.key for field in fields] == ["adress", "smittvag"]
    assert len(fields[0].zones) == 3
    boxes = done(JoinFields((ROUTE, ADDRESS)))
    assert [option.value for option in boxes[-1].options] == ["mat", "vatten", "ruta_1", "ruta_2"]


def test_joined_and_parted_again_the_zones_are_what_they_were() -> None:
    fields = done(JoinFields((ADDRESS, ID)), PartField((Spot(0, 2),)))
    assert [field.key for field in fields] == ["adress", "adress_2", "smittvag"]
    assert fields[1].zones == FIELDS[ID].field.zones


def test_what_is_added_is_a_box_when_it_is_small_and_a_text_otherwise() -> None:
    *_, box, text = done(AddField(1, Rect(100, 100, 4, 4)), AddField(1, Rect(100, 120, 40, 6)))
    assert (box.kind, len(box.options), box.key) == (FieldKind.CHOICE1, 1, "ny")
    assert (text.kind, len(text.zones), text.key) == (FieldKind.TEXT40, 1, "ny_2")
    assert len(done(AddZone(ADDRESS, 1, Rect(100, 120, 40, 6)))[ADDRESS].zones) == 3


def test_the_last_zone_takes_its_field_along() -> None:
    assert keys(RemoveZones((Spot(ADDRESS, 0),))) == ["pat_id", "adress", "smittvag"]
    assert keys(RemoveZones((Spot(ADDRESS, 0), Spot(ADDRESS, 1)))) == ["pat_id", "smittvag"]


def test_a_new_key_and_a_new_value_are_followed_by_whoever_names_them() -> None:
    fields = done(
        ChangeField(ID, "key", "nr"), ChangeField(ROUTE, "key", "vag"), ChangeBox(Spot(ROUTE, 1), "value", "brunn")
    )
    assert fields[ADDRESS].rules == (Rule("age_of", (("field", "nr"),)),)
    assert fields[ADDRESS].required == "vag=mat|brunn"


def test_another_kind_turns_zones_into_boxes_and_back() -> None:
    boxes = done(ChangeField(ADDRESS, "kind", "yn"))[ADDRESS]
    assert (boxes.zones, [option.value for option in boxes.options]) == ((), ["ruta_1", "ruta_2"])
    again = done(ChangeField(ADDRESS, "kind", "yn"), ChangeField(ADDRESS, "kind", "text255"))[ADDRESS]
    assert again == FIELDS[ADDRESS].field
    assert done(ChangeField(ADDRESS, "kind", "text40"))[ADDRESS] == replace(FIELDS[ADDRESS].field, kind=FieldKind.TEXT40)


def test_what_is_typed_is_understood_as_a_person_writes_it() -> None:
    field = done(
        ChangeField(ID, "groups", "6+4"),
        ChangeField(ID, "gap_mm", "2,5"),
        ChangeField(ID, "lines", "2"),
        ChangeField(ID, "critical", "true"),
        ChangeField(ID, "rules", "integer min=0 max=99\n\npostcode"),
    )[ID]
    assert field.comb == Comb((6, 4), 2.5)
    assert (field.lines, field.critical) == (2, True)
    assert field.rules == (Rule("integer", (("max", 99), ("min", 0))), Rule("postcode"))


@pytest.mark.parametrize(
    "step",
    [
        ChangeField(ID, "kind", "poem"),
        ChangeField(ID, "lines", "many"),
        ChangeField(ID, "rules", "same_as pat_id"),
        ChangeField(ID, "zone", "1"),
        ChangeField(9, "key", "a"),
        ChangeField(ROUTE, "gap_mm", "2"),
        ChangeBox(Spot(ID, 0), "value", "a"),
        ChangeBox(Spot(ROUTE, 0), "zone", "a"),
        LayZones((Spot(ID, 1),), (Rect(1, 1, 1, 1),)),
        MergeZones((Spot(ID, 0),)),
        PartField((Spot(ID, 0),)),
        JoinFields((ID, ID)),
        SplitZone(Spot(ID, 0), 1, stacked=False),
        SplitZone(Spot(ROUTE, 0), 30, stacked=False),
    ],
)
def test_a_step_that_cannot_be_done_is_refused(step: Step) -> None:
    with pytest.raises((ValueError, IndexError)):
        edit(FIELDS, step)


@settings(max_examples=200, deadline=None)
@given(st.lists(steps, max_size=8))
def test_no_field_is_ever_without_a_zone_and_none_is_there_twice(asked: list[Step]) -> None:
    fields = FIELDS
    for step in asked:
        try:
            fields = edit(fields, step)
        except (ValueError, IndexError):
            continue
    assert all(one.field.all_zones for one in fields)
    assert all(not (one.field.is_boxes and one.field.zones) for one in fields)
    assert all(one.field.is_boxes or not one.field.options for one in fields)
    origins = [one.origin for one in fields if one.origin is not None]
    assert len(origins) == len(set(origins))


def test_found_right_is_remembered_of_those_fields_alone() -> None:
    assert [one.seen for one in edit(FIELDS, FindRight((0, 2)))] == [True, False, True]
