from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain.reading import Alternative, Reading, Style
from pipeline.domain.value import Value
from pipeline.errors import ReaderError
from pipeline.readers.eyes import look
from pipeline.readers.faulty import CrashingReader, HangingReader, LyingReader, MiscountingReader
from pipeline.readers.marks import MarksReader
from pipeline.readers.recorded import RecordedReader, record
from tests.support.strips import clip, ticking, writing

NAME = clip("pat_namn", writing("Åsa Öberg"))
SEX = clip("pat_kon", ticking("k"))


def test_what_was_recorded_is_played_back_unchanged(tmp_path: Path) -> None:
    said = (
        Reading(
            "pat_namn",
            Value("Åsa Öberg"),
            0.93,
            "eye/1",
            NAME.digest,
            Style.PRINT,
            (Alternative(Value("Asa"), 0.4, "eye/1"),),
        ),
        Reading("pat_kon", Value("k"), 0.99, "eye/1", SEX.digest, None, (), ("cancelled",)),
    )
    record(tmp_path / "said.json", "eye/1", said)
    assert RecordedReader(tmp_path / "said.json", "eye/1").read([NAME, SEX]) == said


def test_the_same_readings_make_the_same_file(tmp_path: Path) -> None:
    readings = MarksReader().read([SEX])
    for name in ("a", "b"):
        record(tmp_path / name, MarksReader().name, readings)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_unknown_clip_is_an_error_and_no_guess(tmp_path: Path) -> None:
    record(tmp_path / "said.json", "eye/1", ())
    with pytest.raises(ReaderError) as told:
        RecordedReader(tmp_path / "said.json").read([NAME])
    assert told.value.code == "clip_not_recorded"


def test_a_record_of_another_version_is_an_error(tmp_path: Path) -> None:
    record(tmp_path / "said.json", "eye/1", ())
    with pytest.raises(ReaderError) as told:
        RecordedReader(tmp_path / "said.json", "eye/2")
    assert told.value.code == "record_of_other_version"


def test_a_broken_record_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "said.json").write_text("{}")
    with pytest.raises(ReaderError):
        RecordedReader(tmp_path / "said.json")


def test_eyes_with_faults_fail_as_they_are_meant_to() -> None:
    for reader in (CrashingReader(), HangingReader(0.01), MiscountingReader()):
        with pytest.raises(ReaderError):
            look([NAME], [reader])
    assert look([NAME], [LyingReader()])[0].value == Value("Lögn")


def test_each_clip_is_shown_to_the_eyes_that_read_it() -> None:
    readings = look([NAME, SEX], [LyingReader(), MarksReader()])
    assert [(reading.key, reading.reader) for reading in readings] == [
        ("pat_namn", "lying/1"),
        ("pat_kon", MarksReader().name),
    ]
