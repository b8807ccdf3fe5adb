"""Whatever is written wrongly in a template by hand is told at once, each fault in a sentence and in its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import words
from pipeline.edges import library
from pipeline.edges.template_faults import parse
from pipeline.edges.template_lines import lines
from pipeline.edges.template_shape import shaped
from pipeline.errors import Where
from pipeline.web.template_words import sentence, told
from tests.support.editing import GUESSED

SHIPPED = [path.read_text(encoding="utf-8") for path in sorted(library.shipped().glob("*/*/template.toml"))]
ODD = '''a.b."c.d" = """x
[[field]]
"""
[x]
 y = [ 1, [2,
 3], {q=1, r=[
 {s="]"}]} ]  # ]
d = 1979-05-27 07:32:00
[[field]] # first
[field.zone]
x=1
[[ field . option ]]
v='#'
[[field]]
[[field.option]]
'''


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    words.use("en")
    yield
    words.use("en")


def ways(value: object, at: Where = ()) -> Iterator[Where]:
    if at:
        yield at
    if isinstance(value, dict):
        for key, item in value.items():
            yield from ways(item, (*at, key))
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from ways(item, (*at, number))


@pytest.mark.parametrize("text", [ODD, GUESSED, GUESSED.replace("\n", "\r\n"), SHIPPED[0]], ids=range(4))
def test_every_table_key_and_item_has_its_line(text: str) -> None:
    found, written = lines(text), text.splitlines()
    assert set(found) == set(ways(tomllib.loads(text)))
    assert all(str(way[-1]) in written[line - 1] for way, line in found.items() if isinstance(way[-1], str))


def test_a_key_of_an_item_that_stands_further_down_has_its_own_line() -> None:
    assert lines(ODD)["x", "y", 2, "r", 0, "s"] == 7
    assert lines(GUESSED)["field", 1, "zones", 1, "x"] == GUESSED[: GUESSED.index("y = 70")].count("\n") + 1


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('kind = "pnr"', 'kind = "dat"', "field 1, kind: there is no kind “dat” – did you mean “date”?"),
        ('kind = "pnr"', 'kind = "kön"', "field 1, kind: there is no kind “kön” – there are: pnr, snr,"),
        ('kind = "klinisk"', 'kind = "clinic"', "kind: there is no kind “clinic” – did you mean “klinisk”?"),
        ('required = "smi', 'requird = "smi', "field 2: “requird” is nothing that can stand here – did you mean “required”"),
        ('label = "Adress"', 'label = ""', "field 2, label: that cannot be empty"),
        ('label = "Adress"', "label = 3", "field 2, label: 3 is no text: a text stands in quotes"),
        ('key = "adress"', 'key = "Adress"', "field 2, key: “Adress”: it is written in small letters"),
        ('version = "2026-1"', 'version = "2026/1"', "version: “2026/1”: it is written in letters, digits, points"),
        ("width = 61", 'width = "61 mm"', "field 1, zone, width: “61 mm” is no number"),
        ("y = 70", "y = -70", "field 2, zone 2, y: -70 is too small: the limit is 0"),
        ("y = 70", "y = 1070", "field 2, zone 2, y: 1070 is too large: at most 1000"),
        ("gap_mm = 1", "gap = 1", "field 1, comb: “gap” is nothing that can stand here – did you mean “gap_mm”?"),
        ('id = "age_of"', 'id = "age"', "field 2, rule 1: there is no rule “age” – did you mean “age_of”?"),
        ('field = "pat_id"', "field = [1]", "field 2, rule 1, field: “[ … ]” is no single text or number"),
        ('field = "pat_id"', 'field = "pat_idd"', "the field “pat_idd”, which is not there – did you mean “pat_id”?"),
        ('"smittvag=mat|vatten"', '"smitt=mat"', "“smitt”, on which it depends, is not there – did you mean “smittvag”"),
        ('"smittvag=mat|vatten"', '"smittvag=kött"', "“kött”, on which it depends, is not there – there are: mat, v"),
        ("x = 40, y = 90", "x = 21, y = 60", "field 3, box 2, zone: the zone of smittvag=vatten lies over that of adress"),
        ("[[sheet]]", "[[shet]]", "there is no table “shet” – did you mean “sheet”?"),
        ('key = "adress"', "key = adress", 'what stands after = is a text in straight quotes ("…"), a number'),
        ('key = "adress"', "key = “adress”", "true or false, or stands in brackets: key = “adress”"),
        ("x = 40, y = 90", "x = 40,5, y = 90", "NAME = VALUE is wanted, and a number has a point (20.5), no comma: zone ="),
        ("height_mm = 297.0", "height_mm = 297,0", "no comma: height_mm = 297,0"),
        ('key = "adress"', 'key = "adress', 'is not closed; it stands between two quotes, on one line: key = "adress'),
        ('[[field]]\nkey = "adress"', '[[field]\nkey = "adress"', "brackets on a line of its own, as [[field]]: [[field]"),
        ('key = "adress"', 'key = "adress"\nkey = "b"', 'the same name stands before this, in the same table: key = "b"'),
        ('[[field]]\nkey = "adress"', '[[feild]]\nkey = "adress"', "there is no table “feild” – did you mean “field”?"),
        ('[[field]]\nkey = "smittvag"', '[[feild]]\nkey = "smittvag"', "there is no table “feild” – did you mean “field”?"),
        ('[[field]]\n# guess: key', '[field]\n# guess: key', "a table of which there may be several stands in two brackets"),
    ],
)  # fmt: skip
def test_what_is_written_wrongly_by_hand_is_told_in_its_line_with_what_may_stand_there(
    was: str, now: str, said: str
) -> None:
    assert was in GUESSED
    text = GUESSED.replace(was, now, 1)
    found = parse(text)
    assert any(said in told(fault) for fault in found.faults), [told(fault) for fault in found.faults]
    line = GUESSED[: GUESSED.index(was)].count("\n") + 1
    assert line <= min(fault.line for fault in found.faults if said in told(fault)) <= line + now.count("\n")


def test_what_lacks_is_told_at_its_table_and_what_cannot_be_seen_is_not_shown() -> None:
    (fault,) = parse(GUESSED.replace('label_en = "Route"\n', "")).faults
    assert (told(fault), fault.line) == (
        "field 3: “label_en” is missing",
        GUESSED[: GUESSED.index('key = "smi')].count("\n"),
    )
    (fault,) = parse(GUESSED.replace('value = "mat"', 'value = "\\u001b[31m"')).faults
    assert told(replace(fault, code="option_of_no_use", where=("\x1b[31m", 1), known=("a", "\x1b"))).isprintable()
    assert "the box “mat”, on which it depends, is not there – there are: ·[31m, vatten" in told(fault)


def test_all_is_told_at_once_and_nothing_that_only_follows_from_it() -> None:
    text = (
        GUESSED.replace('kind = "pnr"', 'kind = "?"').replace("x = 20, y = 60, ", "").replace('value = "mat"', "value = 1")
    )
    assert [fault.code for fault in parse(text).faults] == [
        "unknown_kind",
        "condition_on_unknown_option",
        "missing",
        "missing",
        "not_a_text",
    ]
    broken = text.replace("width_mm = 210.0", "width_mm = 210,0").replace('label = "Adress"', "label = Adress")
    assert [fault.code for fault in parse(broken).faults] == ["more_on_line", "value_not_understood"]
    misspelt = text.replace('[[field]]\nkey = "smittvag"', '[[feild]]\nkey = "smittvag"')
    assert "unknown_kind" in [fault.code for fault in parse(misspelt).faults]


_values = st.one_of(
    st.sampled_from(
        [None, 3, -1, 1.5, "", "ja", True, [], [1], {}, {"x": 1}, [{}], float("inf"), float("nan"), "\x1b", "Å" * 99]
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), _values), min_size=1, max_size=5))
def test_whatever_a_file_holds_it_is_understood_as_far_as_it_can_be_and_all_is_told_in_words(
    changes: list[tuple[int, Any]],
) -> None:
    raw = tomllib.loads(GUESSED)
    for where, value in changes:
        every = [*ways(raw)]
        *above, last = every[where % len(every)]
        inside: Any = raw
        for part in above:
            inside = inside[part]
        if value is None and isinstance(last, str):
            del inside[last]
            inside[f"{last}x"] = 1
        elif value is not None:
            inside[last] = deepcopy(value)
    _model, unshaped = shaped(raw)
    text = tomlkit.dumps(raw)
    found = parse(text)
    assert found.model is not None
    assert len(found.unshaped) == len(unshaped)
    for fault in found.faults:
        assert 1 <= fault.line <= len(text.splitlines())
        assert sentence(fault) != fault.code
        assert sentence(fault).isprintable()


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(GUESSED)), st.integers(0, 6), st.sampled_from(["", '"', "[", "]", "{", "=", ",", "\n", "'''", "#"])
)
def test_whatever_was_deleted_or_typed_into_a_file_is_told_in_words_and_a_line(at: int, gone: int, typed: str) -> None:
    text = GUESSED[:at] + typed + GUESSED[at + gone :]
    for fault in parse(text).faults:
        assert 1 <= fault.line <= len(text.splitlines())
        assert sentence(fault) != fault.code
