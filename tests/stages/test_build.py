from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.calibration import Calibration, Visibility, Worth
from pipeline.domain.reading import Alternative, Reading, Style, print_visible
from pipeline.domain.record import DraftField
from pipeline.domain.template import Comb, FieldKind
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


def test_those_who_say_the_same_are_witnesses_and_make_the_group() -> None:
    said = [reading("pat_namn", "Åsa Öberg", 0.9, "lines/1"), reading("pat_namn", "Åsa Öberg", 0.8, "tesseract-5.5-swe/2")]
    proposed = build(form(), said, template(NAME)).field("pat_namn")
    assert (proposed.witnesses, proposed.group) == (("tesseract-5.5-swe/2",), "lines+tesseract/line/print/fine")
    torn = [said[0], reading("pat_namn", "Asa Oberg", 0.8, "tesseract-5.5-swe/2")]
    assert build(form(), torn, template(NAME)).field("pat_namn").group == "lines/line/print/fine"


def test_a_confidence_becomes_what_its_group_has_proved_it_to_be_worth() -> None:
    known = Calibration({"eye/line/print/fine": Worth((0.8, 0.9, 1.0), (0.5, 0.7, 0.99), 0.95, 100, 3)})
    said = [reading("pat_namn", "Åsa Öberg", 0.95)]
    proposed = build(form(), said, template(NAME), TODAY, known).field("pat_namn")
    assert (proposed.confidence, proposed.raw) == (pytest.approx(0.845), 0.95)
    other = [reading("pat_namn", "Åsa Öberg", 0.95, "stranger/1")]
    assert build(form(), other, template(NAME), TODAY, known).field("pat_namn").confidence == pytest.approx(0.95)


def test_a_guess_of_free_handwriting_is_kept_but_can_be_put_aside() -> None:
    blank = template(NAME, replace(field("pat_id", FieldKind.PNR), comb=Comb((12,))))
    hand = [
        replace(reading("pat_namn", "Åsa Öberg", 0.4, "lines/1", "hand"), style=Style.HAND),
        replace(reading("pat_id", "195009072553", 0.99, "cells/1"), style=Style.HAND),
    ]
    built = build(form(), hand, blank)
    assert built.value("pat_namn") == Value("Åsa Öberg")
    shown = built.without_guesses(blank)
    assert (shown.value("pat_namn"), shown.field("pat_namn").alternatives) == (NOTHING, ())
    assert shown.value("pat_id") == Value("19500907-2553")
    assert built.value("pat_namn") == Value("Åsa Öberg")


def test_what_another_reader_says_is_its_own_also_where_the_first_thought_of_it() -> None:
    thought = (Alternative(Value("Asa Oberg"), 0.2, "eye/1"),)
    said = [
        replace(reading("pat_namn", "Åsa Öberg", 0.9), alternatives=thought),
        reading("pat_namn", "Asa Oberg", 0.8, "other/1"),
    ]
    proposed = build(form(), said, template(NAME)).field("pat_namn")
    assert [other.reader for other in proposed.alternatives] == ["other/1"]


def test_where_no_eye_said_anything_no_calibration_makes_it_sure() -> None:
    known = Calibration({"eye/line/blank/fine": Worth((0.0, 1.0), (0.99, 1.0), 0.0, 700, 0)})
    silent = Reading("pat_namn", NOTHING, 0.0, "eye/1", "0" * 64, None, (), ("specks",))
    assert build(form(), [silent], template(NAME), TODAY, known).field("pat_namn").confidence == 0.0


SHARE = st.floats(0, 1)


@given(SHARE, SHARE, SHARE, SHARE)
def test_what_is_missing_of_the_print_only_ever_lowers_a_confidence(
    said: float, one: float, other: float, clear: float
) -> None:
    worth = {"eye/line/print/fine": Worth((0.0, 1.0), (0.2, 0.9), 0.9, 700, 0)}
    bare = Calibration(worth)
    known = Calibration(worth, visibility=Visibility(clear, clear - 0.5, 700, "2026-11-29"))

    def sure(by: Calibration, visible: float) -> DraftField:
        seen = replace(reading("pat_namn", "Åsa Öberg", said), visible=visible)
        return build(form(), [seen], template(NAME), TODAY, by).field("pat_namn")

    poor, good = sorted((one, other))
    assert sure(known, poor).confidence <= sure(known, good).confidence <= sure(bare, good).confidence
    assert sure(known, poor).raw == sure(bare, poor).raw
    assert sure(known, max(clear, good)) == sure(bare, good)


@pytest.mark.parametrize(
    ("shares", "worst", "best"),
    [((0.9,), 0.9, 0.9), ((0.3, 1.0, 1.0, 1.0, 1.0), 0.3, 1.0), ((0.3, 0.5, 0.6, 0.9, 1.0), 0.3, 0.5)],
)
def test_where_print_is_missing_in_a_quarter_of_a_forms_clips_no_clip_is_good(
    shares: tuple[float, ...], worst: float, best: float
) -> None:
    said = [replace(reading(f"f{number}", "Umeå"), visible=share) for number, share in enumerate(shares)]
    assert (print_visible(said, "f0"), print_visible(said, f"f{len(shares) - 1}")) == (worst, best)
