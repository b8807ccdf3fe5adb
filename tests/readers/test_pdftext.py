from __future__ import annotations

from dataclasses import replace

from pipeline.domain.geometry import Rect
from pipeline.domain.reading import Clip, Style
from pipeline.domain.scan import Source, TextItem, Widget
from pipeline.domain.value import NOTHING, Value
from pipeline.readers.marks import MarksReader
from pipeline.readers.pdftext import PdfTextReader
from tests.support.strips import clip

EYE = PdfTextReader()


def digital(key: str, *, words: tuple[TextItem, ...] = (), widgets: dict[str, Widget] | None = None) -> Clip:
    shown = clip(key)
    parts = tuple(
        replace(part, words=words, widgets=(widgets[part.option or ""],) if (part.option or "") in (widgets or {}) else ())
        for part in shown.parts
    )
    return replace(shown, parts=parts, source=Source.DIGITAL)


BOX = Rect(20, 125, 30, 5)


def test_a_widgets_text_is_what_was_typed() -> None:
    reading = EYE.read([digital("pat_namn", widgets={"": Widget("pat_namn", "Åsa  Öberg", BOX)})])[0]
    assert (reading.value, reading.confidence, reading.style) == (Value("Åsa Öberg"), 1.0, Style.PRINT)


def test_an_empty_widget_is_a_blank_answer() -> None:
    reading = EYE.read([digital("pat_namn", widgets={"": Widget("pat_namn", "", BOX)})])[0]
    assert (reading.value, reading.confidence) == (NOTHING, 1.0)


def test_words_are_joined_line_by_line_from_left_to_right() -> None:
    words = (
        TextItem("taget.", Rect(40, 165, 10, 4)),
        TextItem("informerad.", Rect(45, 160, 20, 4)),
        TextItem("Patienten", Rect(20, 160, 20, 4)),
        TextItem("Prov", Rect(20, 165.2, 10, 4)),
    )
    assert EYE.read([digital("atgarder", words=words)])[0].value == Value("Patienten informerad. Prov taget.")


def test_a_combs_letters_make_one_word() -> None:
    words = tuple(TextItem(digit, Rect(16 + 5 * place, 115, 2, 4)) for place, digit in enumerate("195009072553"))
    assert EYE.read([digital("pat_id", words=words)])[0].value == Value("195009072553")


def test_ticked_widgets_are_choices() -> None:
    one = digital("pat_kon", widgets={"k": Widget("pat_kon", True, BOX)})
    assert EYE.read([one])[0].value == Value("k")
    several = clip("smittvag").field.options[:2]
    many = digital("smittvag", widgets={option.value: Widget("smittvag", True, BOX) for option in several})
    assert EYE.read([many])[0].value == Value(tuple(sorted(option.value for option in several)))


def test_a_field_with_widgets_is_left_to_this_eye_alone() -> None:
    shown = digital("pat_kon", widgets={"k": Widget("pat_kon", True, BOX)})
    assert EYE.reads(shown)
    assert not MarksReader().reads(shown)


def test_a_scanned_page_is_not_its_to_read() -> None:
    assert not EYE.reads(clip("pat_namn"))


def test_a_signature_made_in_a_program_is_there() -> None:
    signed, unsigned = (
        EYE.read([digital("underskrift", widgets={"": Widget("underskrift", value, BOX)})])[0] for value in (True, "")
    )
    assert (signed.value, unsigned.value) == (Value(True), Value(False))
