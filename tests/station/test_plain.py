"""The station line by line."""

from __future__ import annotations

import pytest

from pipeline.domain.record import FindingKind, Record
from pipeline.domain.review import Verdict
from pipeline.domain.status import Status
from pipeline.jobs.office import Office
from pipeline.station.capability import Capability, Graphics
from pipeline.station.desk import Desk
from pipeline.station.plain import Plain
from tests.support.desks import ASKED, TARM, wait

pytestmark = pytest.mark.usefixtures("english")


def talked(opened: Office, *lines: str, pictures: list[bytes] | None = None, can: Capability | None = None) -> list[str]:
    shown: list[bytes] = [] if pictures is None else pictures

    def viewer(picture: bytes) -> bool:
        shown.append(picture)
        return True

    desk = Desk(opened, "anna", viewer)
    desk.open()
    told: list[str] = []
    answers = iter(lines)
    Plain(desk, told.append, lambda: next(answers, None)).run(can)
    return told


def status(opened: Office, form: str) -> Status:
    with opened.store.read() as unit:
        state = unit.forms.state(form)
    assert state is not None
    return state.status


def record(opened: Office, form: str) -> Record:
    with opened.store.read() as unit:
        found = unit.documents.load(Record, form, "record")
    assert found is not None
    return found


def test_every_field_is_told_with_reason_and_value_and_answered_by_a_line(opened: Office) -> None:
    form = wait(opened)
    pictures: list[bytes] = []
    told = talked(opened, "", "=Testa Testsson", "20261119", pictures=pictures)
    assert "Field 1 of 3: Personnummer eller samordningsnummer (Personal or coordination number)" in told
    assert f"Value: {TARM['pat_id']}" in told
    assert any(line.startswith("Saved ") for line in told)
    assert len(pictures) == 3
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert record(opened, form).value("pat_namn").reveal() == "Testa Testsson"
    assert record(opened, form).value("diagnosdatum").reveal() == "2026-11-19"


def test_a_line_that_does_not_fit_is_told_and_asked_again(opened: Office) -> None:
    wait(opened)
    told = talked(opened, "19501332", "q")
    assert "Not kept: it does not fit the field." in told


def test_a_word_that_is_also_a_command_is_given_after_an_equals_sign(opened: Office) -> None:
    form = wait(opened)
    talked(opened, "", "=b", "")
    assert record(opened, form).value("pat_namn").reveal() == "b"


def test_several_boxes_are_set_by_naming_their_keys(opened: Office) -> None:
    why = {"smittvag": FindingKind.UNPROVEN}
    form = wait(opened, values={**TARM, "smittvag": ("livsmedel",)}, why=why)
    blank = opened.library.template("klinisk-tarm").field("smittvag")
    told = talked(opened, "13")
    wanted = tuple(sorted((blank.options[0].value, blank.options[2].value)))
    assert record(opened, form).value("smittvag").reveal() == wanted
    assert any(line.startswith("Answers: 1 ") for line in told)


def test_a_covered_field_is_shown_only_when_asked_for(opened: Office) -> None:
    sti = {key: value for key, value in TARM.items() if key != "pat_namn"} | {"diagnos": "klamydia", "hemortslan": "C"}
    form = wait(opened, "sti", sti, {"pat_id": FindingKind.IDENTITY_VIOLATION}, "klinisk-sti")
    told = talked(opened, "", "k", "1950-2553")
    assert not any("19500907" in line for line in told)
    assert record(opened, form).value("pat_id").reveal() == "1950-2553"


def test_closing_asks_for_a_reason(opened: Office) -> None:
    form = wait(opened)
    told = talked(opened, "c", "2")
    assert status(opened, form) is Status.CLOSED
    assert "Closed: belongs to another region." in told


def test_when_nobody_answers_more_the_form_is_given_back(opened: Office) -> None:
    form = wait(opened)
    talked(opened, "")
    assert status(opened, form) is Status.WAITING


def test_pictures_stand_between_the_lines_where_the_terminal_shows_them(opened: Office) -> None:
    wait(opened)
    pictures: list[bytes] = []
    told = talked(opened, "q", pictures=pictures, can=Capability(Graphics.HALF_BLOCKS))
    assert pictures == []
    assert any("▀▀▀" in line for line in told)
    assert sum("▀▀▀" in line for line in told) > 1, "all windows of the comb are written"


def test_every_command_leads_somewhere(opened: Office) -> None:
    wait(opened)
    told = talked(opened, "?", "i", "u", "b", "u", "n", "p", "+", "-", "o", "q")
    assert any(line.startswith("Enter: ") for line in told)
    assert "Taken back." in told
    assert len(ASKED) == 3


def test_a_line_meant_for_another_field_ticks_no_box(opened: Office) -> None:
    form = wait(opened, why={"diagnos": FindingKind.UNPROVEN})
    told = talked(opened, "200001252387", "2000-01-25", "12", "q")
    assert sum("Pick an answer by its key" in line for line in told) == 3
    with opened.store.read() as unit:
        assert unit.documents.load_all(Verdict, form, "verdict") == ()


def test_it_is_told_what_was_saved_where(opened: Office) -> None:
    wait(opened)
    told = talked(opened, "", "=Testa Testsson", "q")
    assert any(line.startswith("Saved ") and line.endswith("= Testa Testsson") for line in told)
