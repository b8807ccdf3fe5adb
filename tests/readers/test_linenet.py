from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageDraw

from benchmarks.reading.exact import distance
from pipeline.domain.reading import Reading, Style
from pipeline.domain.scan import Source
from pipeline.domain.template import Field
from pipeline.domain.value import NOTHING, Value
from pipeline.edges import lexicon
from pipeline.readers.linenet import LineReader, seen
from pipeline.readers.lines import lines
from pipeline.readers.network import network
from pipeline.readers.spelling import spell
from pipeline.readers.strips import strip
from tests.support.strips import PX, Draw, clip, font, handwriting, ticking, writing

EYE = LineReader()
FREE = (
    "Kvarnbacksvägen 14 B", "Ingegerd Åkerblom", "Härnösand", "Förskolan Tallkotten", "Ringer om en vecka",
    "Malmskillnadsgatan 7", "Överläkare Per Dahl", "Söderköping", "Fick feber efter resan", "Lindesbergs lasarett",
)  # fmt: skip
TYPED = {"pat_namn": "Åsa Öberg", "pat_adress": "Östra Ågatan 57 B", "pat_tel": "090-785 00 00", "pat_ort": "Älvsbyn"}


def told(key: str, *draws: Draw, residual_mm: float = 0.1, shift: tuple[float, float] = (0.0, 0.0)) -> Reading:
    return EYE.read([clip(key, *draws, residual_mm=residual_mm, shift=shift)])[0]


@pytest.mark.parametrize("font", ["LiberationSans-Regular", "LiberationSerif-Regular", "DejaVuSans"])
@pytest.mark.parametrize("key", list(TYPED))
def test_typed_lines_are_read_with_their_rings_and_points(key: str, font: str) -> None:
    reading = told(key, writing(TYPED[key], 11, font))
    assert (reading.value, reading.style, reading.doubts) == (Value(TYPED[key]), Style.PRINT, ())


def test_a_rule_a_third_of_a_millimetre_off_is_not_read() -> None:
    assert told("pat_ort", writing("Umeå", 11), shift=(0.25, -0.3)).value == Value("Umeå")


def test_several_lines_are_joined_in_order() -> None:
    typed = writing("Patienten är informerad.\nProv är taget i dag.\nÅter om två veckor.", 11)
    assert told("atgarder", typed).value == Value("Patienten är informerad. Prov är taget i dag. Åter om två veckor.")


def test_an_empty_field_is_surely_blank() -> None:
    reading = told("pat_namn")
    assert (reading.value, reading.style, reading.doubts) == (NOTHING, None, ())
    assert reading.confidence > 0.95


@pytest.mark.parametrize("seed", range(5))
def test_what_is_written_by_hand_is_a_guess_that_a_person_must_look_at(seed: int) -> None:
    reading = told("pat_namn", handwriting("Anna Lindgren", seed))
    assert (reading.style, reading.doubts) == (Style.HAND, ("hand",))
    assert reading.confidence <= 0.5


def test_each_style_is_read_by_its_own_network_which_the_reading_names() -> None:
    print_, hand = clip("pat_namn", writing("Anna Lindgren", 11)), clip("pat_namn", handwriting("Anna Lindgren"))
    by_hand = LineReader(style=Style.HAND)
    assert [(eye.reads(print_), eye.reads(hand)) for eye in (EYE, by_hand)] == [(True, False), (False, True)]
    assert [reading.reader for reading in (*EYE.read([print_]), *by_hand.read([hand]))] == [EYE.name, by_hand.name]
    assert [name.split("/")[0] for name in (EYE.name, by_hand.name)] == ["lines", "hands"]


def test_print_is_read_to_the_bit_as_its_network_alone_reads_it() -> None:
    shown = clip("pat_namn", writing("Åsa Öberg", 11))
    (place,), net = lines(shown).places, network("lines")
    alone = net.shares(net.run(strip(shown.parts[0], place.tight)[None])[0][0])
    assert np.array_equal(seen(shown).steps[0], alone)
    assert seen(shown).spelt == (spell(alone, net.about.characters),)


def test_free_hand_that_wanders_is_read_better_than_the_network_for_print_alone_reads_it() -> None:
    missed, net = {"seen": 0, "alone": 0}, network("lines")
    for seed, written in enumerate(FREE):
        shown = clip("pat_adress", handwriting(written, seed, wander=3.0))
        (place,) = seen(shown).written.places
        alone = net.shares(net.run(strip(shown.parts[0], place.tight)[None])[0][0])
        missed["seen"] += distance(written, seen(shown).spelt[0].text)
        missed["alone"] += distance(written, spell(alone, net.about.characters).text)
    assert missed["seen"] < missed["alone"]


def test_a_known_word_is_told_beside_what_is_read_and_never_instead_of_it() -> None:
    knowing = LineReader(lexicon.load())
    found = []
    for seed in range(12):
        shown = clip("pat_ort", handwriting("Norköping", seed))
        alone, known = EYE.read([shown])[0], knowing.read([shown])[0]
        assert replace(known, alternatives=()) == alone
        shares = [one.confidence for one in known.alternatives]
        assert shares == sorted(shares, reverse=True)
        found += [one.value for one in known.alternatives]
    assert Value("Norrköping") in found


@pytest.mark.parametrize("town", ["Norrköping", "Kalmarsund"])
def test_what_is_known_or_surely_something_else_has_no_word_beside_it(town: str) -> None:
    reading = LineReader(lexicon.load()).read([clip("pat_ort", writing(town, 11))])[0]
    assert (reading.value, reading.alternatives) == (Value(town), ())


def test_a_units_own_clinics_are_known_words_of_the_field_for_clinics() -> None:
    clinics = ("Vårdcentralen Ärlan, Kalmar", "Infektionskliniken, Växjö")
    shown = clip("anm_klinik", writing("Vårdcentralen Ärian, Kalmar", 9))
    assert LineReader(lexicon.load()).read([shown])[0].alternatives == ()
    reading = LineReader(lexicon.load(clinics)).read([shown])[0]
    assert reading.value == Value("Vårdcentralen Ärian, Kalmar")
    assert [one.value for one in reading.alternatives] == [Value(clinics[0])]


def test_no_word_is_known_of_a_field_that_may_hold_anything() -> None:
    assert LineReader(lexicon.load()).read([clip("pat_namn", handwriting("Norrköping", 3))])[0].alternatives == ()


def test_confidence_is_capped_by_how_well_the_clip_lies() -> None:
    assert told("pat_ort", writing("Umeå", 11), residual_mm=0.7).confidence <= 0.41


def test_it_reads_lines_only() -> None:
    assert EYE.reads(clip("pat_namn"))
    assert not EYE.reads(clip("pat_id"))
    assert not EYE.reads(clip("pat_kon", ticking("m")))


def test_a_scanned_line_not_surely_read_is_doubted_and_one_a_program_drew_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = clip("pat_ort", writing("Umeå", 11))
    monkeypatch.setattr("pipeline.readers.linenet.STEADY", 1.01)
    assert [EYE.read([one])[0].doubts for one in (shown, replace(shown, source=Source.DIGITAL))] == [("wavering",), ()]


@pytest.mark.parametrize(("gap", "doubts"), [(6, ("outside",)), (40, ())])
def test_a_line_that_ends_at_the_rule_may_have_lost_its_point_there(gap: int, doubts: tuple[str, ...]) -> None:
    def to_the_edge(draw: ImageDraw.ImageDraw, field: Field) -> None:
        zone = field.zones[0].rect
        draw.text((zone.right * PX - gap, zone.centre[1] * PX), "samma måltid", font=font(11), fill=20, anchor="rm")

    reading = told("ovrigt", to_the_edge)
    assert (reading.value, reading.doubts) == (Value("samma måltid"), doubts)
