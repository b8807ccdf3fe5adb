from __future__ import annotations

import pytest

from pipeline.domain.reading import Alternative, Reading, Style
from pipeline.domain.template import FieldKind
from pipeline.domain.value import NOTHING, Value
from pipeline.stages.build import build
from tests.support.drafts import TODAY, field, form, reading, template

NAME = field("pat_namn", FieldKind.TEXT40)
DATE = field("diagnosdatum", FieldKind.DATE)


def test_every_field_of_the_template_is_in_the_draft() -> None:
    built = build(form(), [reading("pat_namn", "Åsa  Öberg")], template(NAME, DATE))
    assert [proposed.key for proposed in built.fields] == ["pat_namn", "diagnosdatum"]
    assert built.value("pat_namn") == Value("Åsa Öberg")
    assert built.field("diagnosdatum").reader == ""


def test_the_reader_told_first_proposes_and_one_that_agrees_strengthens_it() -> None:
    said = [reading("pat_namn", "Åsa Öberg", 0.9), reading("pat_namn", "Åsa Öberg", 0.8, "other/1")]
    proposed = build(form(), said, template(NAME)).field("pat_namn")
    assert (proposed.reader, proposed.alternatives) == ("eye/1", ())
    assert proposed.confidence == pytest.approx(0.98)


def test_a_reader_that_disagrees_is_kept_as_an_alternative_and_lowers_the_confidence() -> None:
    said = [reading("pat_namn", "Åsa Öberg", 0.9), reading("pat_namn", "Asa Oberg", 0.8, "other/1")]
    proposed = build(form(), said, template(NAME)).field("pat_namn")
    assert proposed.value == Value("Åsa Öberg")
    assert proposed.alternatives == (Alternative(Value("Asa Oberg"), 0.8, "other/1"),)
    assert proposed.confidence == 0.5


def test_readers_agree_by_normal_form_not_by_letters() -> None:
    said = [reading("diagnosdatum", "20261123", 0.9), reading("diagnosdatum", "2026-11-23", 0.9, "other/1")]
    assert build(form(), said, template(DATE), TODAY).field("diagnosdatum").alternatives == ()


def test_hand_print_has_its_style_and_no_value() -> None:
    silent = Reading("pat_namn", NOTHING, 0.0, "eye/1", "0" * 64, Style.HAND, (), ("hand",))
    proposed = build(form(), [silent], template(NAME)).field("pat_namn")
    assert (proposed.value, proposed.style, proposed.confidence) == (NOTHING, Style.HAND, 0.0)


def test_two_centuries_are_alternatives_of_the_same_reader() -> None:
    code = field("pat_id", FieldKind.RIKSKOD)
    proposed = build(form(), [reading("pat_id", "80-5528")], template(code), TODAY).field("pat_id")
    assert [other.value for other in proposed.alternatives] == [Value("1980-5528"), Value("2080-5528")]
    assert {other.reader for other in proposed.alternatives} == {"eye/1"}


def test_text_that_has_no_normal_form_is_kept_as_read_and_never_sure() -> None:
    proposed = build(form(), [reading("diagnosdatum", "i fredags", 0.99)], template(DATE), TODAY).field("diagnosdatum")
    assert proposed.value == Value("i fredags")
    assert proposed.confidence <= 0.5


def test_a_draft_prints_no_value() -> None:
    assert "Öberg" not in repr(build(form(), [reading("pat_namn", "Åsa Öberg")], template(NAME)))
