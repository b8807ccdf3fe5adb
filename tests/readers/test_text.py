from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.reading import Style
from pipeline.domain.value import NOTHING, Value
from pipeline.errors import ReaderError
from pipeline.readers import engine
from pipeline.readers.engine import Engine
from pipeline.readers.lines import lines
from pipeline.readers.text import TesseractReader
from tests.support.strips import clip, ticking, writing

TYPED = {
    "pat_namn": "Åsa Öberg",
    "pat_adress": "Östra Ågatan 57 B",
    "pat_id": "195009072553",
    "diagnosdatum": "20251123",
    "pat_postnr": "90326",
    "pat_tel": "090-785 00 00",
}


@pytest.fixture(name="eye", scope="module")
def _eye(tmp_path_factory: pytest.TempPathFactory) -> TesseractReader:
    return TesseractReader(tmp_path_factory.mktemp("scratch"))


@pytest.mark.parametrize("font", ["LiberationSans-Regular", "LiberationSerif-Regular", "DejaVuSans"])
def test_typed_fields_and_typed_combs_are_read(eye: TesseractReader, font: str) -> None:
    clips = [clip(key, writing(text, 11, font)) for key, text in TYPED.items()]
    readings = eye.read(clips)
    assert [str(reading.value.reveal()).replace(" ", "") for reading in readings] == [
        t.replace(" ", "") for t in TYPED.values()
    ]
    assert {reading.style for reading in readings} == {Style.PRINT}
    assert [reading.clip for reading in readings] == [shown.digest for shown in clips]


def test_a_rule_a_third_of_a_millimetre_off_is_not_read(eye: TesseractReader) -> None:
    readings = eye.read([clip("pat_id", writing("196101182803", 11), shift=(0.25, -0.3))])
    assert readings[0].value == Value("196101182803")


def test_several_lines_are_joined_in_order(eye: TesseractReader) -> None:
    typed = writing("Patienten är informerad.\nProv är taget i dag.\nÅter om två veckor.", 11)
    assert eye.read([clip("atgarder", typed)])[0].value == Value(
        "Patienten är informerad. Prov är taget i dag. Åter om två veckor."
    )


def test_an_empty_field_is_surely_blank(eye: TesseractReader) -> None:
    reading = eye.read([clip("pat_namn"), clip("pat_id")])
    assert [(one.value, one.doubts) for one in reading] == [(NOTHING, ()), (NOTHING, ())]
    assert all(one.confidence >= 0.9 for one in reading)


def test_changing_one_clip_never_changes_anothers_reading(eye: TesseractReader) -> None:
    name, town = clip("pat_namn", writing("Åsa Öberg")), clip("pat_ort", writing("Umeå"))
    alone = eye.read([town])[0]
    assert eye.read([name, town])[1] == alone
    assert eye.read([clip("pat_namn", writing("XQZ 77 %%")), town])[1] == alone


def test_confidence_is_capped_by_how_well_the_clip_lies(eye: TesseractReader) -> None:
    assert eye.read([clip("pat_ort", writing("Umeå"), residual_mm=0.7)])[0].confidence <= 0.41


def test_it_reads_writing_only(eye: TesseractReader) -> None:
    assert eye.reads(clip("pat_namn"))
    assert not eye.reads(clip("pat_kon", ticking("m")))
    assert not eye.reads(clip("underskrift"))


def test_temporary_files_lie_under_the_folder_handed_in_and_are_gone_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Path, int]] = []
    told = engine._words

    def looking(tsv: str, count: int) -> list[list[engine.Word]]:
        seen.extend((folder, stat.S_IMODE(folder.stat().st_mode)) for folder in tmp_path.iterdir())
        return told(tsv, count)

    monkeypatch.setattr(engine, "_words", looking)
    Engine(tmp_path).prove()
    assert seen
    assert {mode for _, mode in seen} == {0o700}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_own_engine")
def test_a_missing_engine_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ReaderError) as told:
        TesseractReader(tmp_path, command=str(tmp_path / "none")).read([clip("pat_namn", writing("Åsa"))])
    assert (told.value.code, told.value.hint) == ("tesseract_missing", "install_tesseract")


def test_a_missing_language_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ReaderError) as told:
        TesseractReader(tmp_path, lang="tlh").read([clip("pat_namn", writing("Åsa"))])
    assert (told.value.code, told.value.hint) == ("tesseract_language_missing", "install_tesseract_swe")


@pytest.mark.usefixtures("_own_engine")
@pytest.mark.parametrize("fault", ["lies", "crashes", "miscounts"])
def test_an_engine_that_answers_wrongly_is_found_before_it_reads_anything(tmp_path: Path, fault: str) -> None:
    broken = _broken(tmp_path / "tesseract", fault)
    with pytest.raises(ReaderError):
        TesseractReader(tmp_path, command=str(broken)).read([clip("pat_namn", writing("Åsa"))])


@pytest.mark.usefixtures("_own_engine")
def test_a_picture_that_kills_the_engine_costs_its_own_field_and_no_other(tmp_path: Path) -> None:
    shown = [clip(key, writing(text, 11)) for key, text in TYPED.items() if key in ("pat_namn", "pat_ort", "pat_adress")]
    shown.insert(1, clip("anm_klinik", writing("Testkliniken i Umeå", 11)))
    height, width = lines(shown[1]).pictures[0].shape
    mortal = tmp_path / "tesseract"
    mortal.write_text(
        "#!/bin/sh\n"
        f'[ -f "$1" ] && cat $(cat "$1") | grep -aq "^{width} {height}$" && kill -8 $$\n'
        f'exec {shutil.which("tesseract")} "$@"\n'
    )
    mortal.chmod(0o700)
    told = TesseractReader(tmp_path, command=str(mortal)).read(shown)
    assert [(one.value.reveal(), one.doubts) for one in told if one.key == "anm_klinik"] == [(None, ("unread",))]
    others = [one for one in told if one.key != "anm_klinik"]
    assert [one.value.reveal() for one in others] == [TYPED[one.key] for one in others]


@pytest.mark.usefixtures("_own_engine")
def test_an_engine_that_dies_over_every_picture_is_broken(tmp_path: Path) -> None:
    broken = _broken(tmp_path / "tesseract", "dies")
    with pytest.raises(ReaderError) as told:
        TesseractReader(tmp_path, command=str(broken)).read([clip("pat_namn", writing("Åsa"))])
    assert told.value.code == "tesseract_misreads"


@pytest.fixture(name="_own_engine")
def _engine_of_its_own() -> Iterator[None]:
    """Let a test name another engine, and forget what was asked of it."""
    yield
    engine.pytesseract.pytesseract.tesseract_cmd = "tesseract"


_ENDINGS = {"crashes": "exit 1", "dies": "kill -11 $$"}


def _broken(path: Path, fault: str) -> Path:
    """Write a program that says it is Tesseract with Swedish, and answers wrongly."""
    pages = {"lies": 2, "miscounts": 1}.get(fault, 0)
    word = "5\\t{page}\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t96\\tLögn\\n"
    answer = "".join(word.format(page=page + 1) for page in range(pages))
    path.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        '  *--version*) echo "tesseract 5.3.0" ;;\n'
        '  *--list-langs*) printf "List of available languages (1):\\nswe\\n" ;;\n'
        f'  *) {_ENDINGS.get(fault, ":")}; printf "level\\n{answer}" > "$2.tsv" ;;\n'
        "esac\n"
    )
    path.chmod(0o700)
    return path
