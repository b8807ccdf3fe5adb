"""Sheets become forms when that is the plain reading of their order; else they are held and told."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.assembly import Assembly, Side
from pipeline.domain.placement import Reason
from pipeline.domain.scan import PageId
from pipeline.stages.assemble import assemble

SHEETS = {"one@1": 1, "two@1": 2, "three@1": 3}
BLANK, COVER = "blank", "cover"


def scan(name: str, *sides: str) -> list[Side]:
    """Write sides as `two:1`, `blank`, `cover`."""
    made = []
    for number, side in enumerate(sides, start=1):
        page = PageId(name, number)
        template, _, sheet = side.partition(":")
        if sheet:
            made.append(Side(page, f"{template}@1", int(sheet)))
        else:
            made.append(Side(page, passed_over=side == BLANK))
    return made


def forms(result: Assembly) -> list[list[str]]:
    return [[f"{page.scan}{page.number}" for page in group.pages] for group in result.forms]


def reasons(result: Assembly) -> dict[str, Reason]:
    return {f"{held.page.scan}{held.page.number}": held.reason for held in result.held}


def test_a_single_sheet_is_a_form_at_once() -> None:
    assert forms(assemble([scan("a", "one:1", "one:1")], SHEETS)) == [["a1"], ["a2"]]


def test_blank_backs_lie_between_the_sheets_of_a_form() -> None:
    result = assemble([scan("a", "two:1", BLANK, "two:2", BLANK)], SHEETS)
    assert forms(result) == [["a1", "a3"]]
    assert not result.forms[0].joined


def test_a_form_fed_backwards_is_put_in_order() -> None:
    assert forms(assemble([scan("a", "two:2", "two:1", "two:2", "two:1")], SHEETS)) == [["a2", "a1"], ["a4", "a3"]]


def test_a_cover_letter_parts_its_neighbours_and_they_are_joined_as_inferred() -> None:
    result = assemble([scan("a", "two:1", COVER, "two:2")], SHEETS)
    assert forms(result) == [["a1", "a3"]]
    assert result.forms[0].joined


def test_a_lone_sheet_waits() -> None:
    result = assemble([scan("a", "two:1")], SHEETS)
    assert forms(result) == []
    assert reasons(result) == {"a1": Reason.AWAITS_PAGES}


def test_a_form_spread_over_two_scans_is_joined_and_told() -> None:
    result = assemble([scan("a", "two:1", "two:2", "two:1"), scan("b", "two:2", "two:1", "two:2")], SHEETS)
    assert forms(result) == [["a1", "a2"], ["b2", "b3"], ["a3", "b1"]]
    assert [group.joined for group in result.forms] == [True, True, True]


def test_two_candidates_for_one_missing_sheet_are_both_held() -> None:
    result = assemble([scan("a", "two:1"), scan("b", "two:1"), scan("c", "two:2")], SHEETS)
    assert forms(result) == []
    assert set(reasons(result).values()) == {Reason.AWAITS_PAGES}


def test_all_first_sheets_before_all_second_is_ambiguous() -> None:
    result = assemble([scan("a", "two:1", "two:1", "two:2", "two:2")], SHEETS)
    assert forms(result) == []
    assert set(reasons(result).values()) == {Reason.AMBIGUOUS_ORDER}


def test_a_sheet_too_many_is_left_over_when_only_one_way_remains() -> None:
    result = assemble([scan("a", "two:1", "two:2", "two:2")], SHEETS)
    assert forms(result) == [["a1", "a2"]]
    assert not result.forms[0].joined
    assert reasons(result) == {"a3": Reason.AWAITS_PAGES}


def test_sides_of_different_templates_never_meet() -> None:
    result = assemble([scan("a", "two:1", "three:2", "two:2", "three:1", "three:3")], SHEETS)
    assert forms(result) == [["a1", "a3"], ["a4", "a2", "a5"]]
    assert all(group.joined for group in result.forms)


side = st.sampled_from(["one:1", "two:1", "two:2", "three:1", "three:2", "three:3", BLANK, COVER])


@given(st.lists(st.lists(side, max_size=12), max_size=4))
def test_every_placed_side_ends_in_one_place_and_every_form_is_whole(piles: list[list[str]]) -> None:
    scans = [scan(chr(97 + index), *sides) for index, sides in enumerate(piles)]
    result = assemble(scans, SHEETS)
    placed = [one.page for sides in scans for one in sides if one.template]
    ended = [page for group in result.forms for page in group.pages] + [held.page for held in result.held]
    assert sorted(map(str, ended)) == sorted(map(str, placed))
    where = {one.page: one for sides in scans for one in sides}
    for group in result.forms:
        assert [where[page].sheet for page in group.pages] == list(range(1, SHEETS[group.template] + 1))
        assert {where[page].template for page in group.pages} == {group.template}


@given(st.lists(st.sampled_from(["one", "two", "three"]), max_size=8), st.integers(0, 2**32), st.booleans())
def test_whole_forms_fed_one_after_another_all_come_back(names: list[str], seed: int, backwards: bool) -> None:
    dice = random.Random(seed)
    sides: list[str] = []
    expected = 0
    for name in names:
        numbers = list(range(1, SHEETS[f"{name}@1"] + 1))
        for number in reversed(numbers) if backwards else numbers:
            sides += [f"{name}:{number}"] + [BLANK] * dice.randrange(2)
        expected += 1
    result = assemble([scan("a", *sides)], SHEETS)
    assert len(result.forms) == expected
    assert result.held == ()


@given(st.lists(st.lists(side, max_size=8), min_size=1, max_size=3))
def test_assembling_again_what_was_held_changes_nothing(piles: list[list[str]]) -> None:
    scans = [scan(chr(97 + index), *sides) for index, sides in enumerate(piles)]
    first = assemble(scans, SHEETS)
    taken = {page for group in first.forms for page in group.pages}
    again = [[Side(one.page) if one.page in taken else one for one in sides] for sides in scans]
    second = assemble(again, SHEETS)
    assert second.forms == ()
    assert {held.page for held in second.held} == {held.page for held in first.held}


TWINS = {**SHEETS, "two@2": 2}


def versions(name: str, *sides: str) -> list[Side]:
    """Write sides as `1:1` (version, sheet), `?:2` one of either version, `blank` and `cover`."""
    made = []
    for number, side in enumerate(sides, start=1):
        version, _, sheet = side.partition(":")
        if not sheet:
            made.append(Side(PageId(name, number), passed_over=side == BLANK))
        elif version == "?":
            made.append(Side(PageId(name, number), "two@2", int(sheet), twins=frozenset({"two@1"})))
        else:
            made.append(Side(PageId(name, number), f"two@{version}", int(sheet)))
    return made


def named(result: Assembly) -> list[tuple[str, list[str]]]:
    return [(group.template, [f"{page.scan}{page.number}" for page in group.pages]) for group in result.forms]


def test_a_sheet_of_either_version_goes_with_the_one_beside_it() -> None:
    result = assemble([versions("a", "1:1", BLANK, "?:2", "2:1", "?:2", "1:1", "?:2")], TWINS)
    assert named(result) == [("two@1", ["a1", "a3"]), ("two@2", ["a4", "a5"]), ("two@1", ["a6", "a7"])]
    assert not any(group.joined for group in result.forms)


def test_a_sheet_of_either_version_fed_first_goes_with_the_one_behind_it() -> None:
    result = assemble([versions("a", "?:2", "1:1"), versions("b", COVER, "?:2", "2:1")], TWINS)
    assert named(result) == [("two@1", ["a2", "a1"]), ("two@2", ["b3", "b2"])]


def test_a_sheet_of_either_version_in_another_scan_goes_with_the_only_one_that_waits() -> None:
    result = assemble([versions("a", "1:1"), versions("b", "?:2")], TWINS)
    assert named(result) == [("two@1", ["a1", "b1"])]
    assert result.forms[0].joined


def test_a_sheet_that_either_of_two_wait_for_is_held() -> None:
    result = assemble([versions("a", "1:1"), versions("b", "2:1"), versions("c", "?:2")], TWINS)
    assert named(result) == []
    assert reasons(result) == {
        "a1": Reason.AWAITS_PAGES,
        "b1": Reason.AWAITS_PAGES,
        "c1": Reason.AMBIGUOUS_ORDER,
    }


def test_a_sheet_of_either_version_alone_waits() -> None:
    assert reasons(assemble([versions("a", "?:2")], TWINS)) == {"a1": Reason.AWAITS_PAGES}
    result = assemble([versions("a", "1:1", "?:2"), versions("b", "2:1"), versions("c", "?:2")], TWINS)
    assert named(result) == [("two@1", ["a1", "a2"]), ("two@2", ["b1", "c1"])]


@given(st.lists(st.lists(st.sampled_from(["1:1", "2:1", "?:2", BLANK, COVER]), max_size=6), max_size=4))
def test_every_side_of_either_version_ends_in_one_place(piles: list[list[str]]) -> None:
    scans = [versions(name, *sides) for name, sides in zip("abcd", piles, strict=False)]
    result = assemble(scans, TWINS)
    placed = [side.page for sides in scans for side in sides if side.template]
    ends = [page for group in result.forms for page in group.pages] + [held.page for held in result.held]
    assert sorted(ends, key=str) == sorted(placed, key=str)
    first = {side.page: side.template for sides in scans for side in sides if side.sheet == 1}
    assert all(first[group.pages[0]] == group.template for group in result.forms)


def test_a_sheet_that_forms_of_both_versions_beside_it_lack_is_held() -> None:
    result = assemble([versions("a", "1:1", "?:2", "2:1")], TWINS)
    assert named(result) == []
    assert reasons(result)["a2"] is Reason.AMBIGUOUS_ORDER


@given(st.lists(st.sampled_from(["1", "2"]), min_size=1, max_size=6), st.booleans(), st.booleans())
def test_forms_of_two_versions_fed_in_order_all_come_back(told: list[str], backs: bool, backwards: bool) -> None:
    sides = [side for version in told for side in (f"{version}:1", *([BLANK] if backs else []), "?:2")]
    result = assemble([versions("a", *(sides[::-1] if backwards else sides))], TWINS)
    count = len(sides)
    length = count // len(told)
    whole = [[length * at + 1, length * (at + 1)] for at in range(len(told))]
    pages = [[count + 1 - first, count + 1 - last] for first, last in whole] if backwards else whole
    assert sorted(named(result)) == sorted(
        (f"two@{version}", [f"a{first}", f"a{last}"]) for version, (first, last) in zip(told, pages, strict=True)
    )
    assert not result.held
