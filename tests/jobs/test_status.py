"""Status: what no task leads to stays in view, and what is covered on a form is covered wherever its sides are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline import words
from pipeline.cli.status import as_json, lines
from pipeline.domain.library import Library
from pipeline.domain.review import Said, VerdictKind
from pipeline.domain.scan import Pile
from pipeline.edges.access import Action
from pipeline.errors import StoreError
from pipeline.jobs import review
from pipeline.jobs.find import listed, original, side_picture
from pipeline.jobs.office import Office
from pipeline.jobs.status import standing
from pipeline.stages.preview import PREVIEW_DPI
from tests.support import quick
from tests.support.typed import STI, TARM


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    words.use("en")
    with quick.office(tmp_path) as made:
        yield made


def fed(office: Office, inbox: Path, template: str, answers: Mapping[str, object]) -> None:
    quick.fed(office, inbox, [{"template": f"{template}@2025-1", "sheet": 1, "answers": answers}])


def pile(office: Office) -> str:
    with office.store.read() as unit:
        return unit.piles.all()[0].id


def test_a_sheet_that_waits_for_another_is_told_also_on_other_days(office: Office, tmp_path: Path) -> None:
    fed(office, tmp_path / "in", "klinisk-tarm", TARM)
    office.clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    with office.store.begin() as unit:
        unit.piles.name(Pile("later", office.now().date(), 10), office.now())
    found = standing(office)
    assert [one.pile.id for one in found.piles] == ["later"]
    assert (found.loose.held, found.loose.unknown) == (1, 0)
    told = next(line for line in lines(found) if line.startswith("Without a form"))
    assert "held 1, of unknown forms 0" in told
    assert as_json(found)["without_form"]["held"] == 1


def test_what_is_settled_and_goes_nowhere_is_overdue_all_the_same(office: Office, tmp_path: Path) -> None:
    fed(office, tmp_path / "in", "klinisk-sti", STI)
    task = review.take(office, "anna")
    assert task is not None
    lease = task.lease
    for key in dict.fromkeys(finding.key for finding in task.findings):
        value = task.draft.value(key)
        renewed = review.give(office, lease, Said(key, VerdictKind.BLANK if value.is_blank else VerdictKind.ACCEPT, value))
        assert renewed is not None
        lease = renewed
    assert isinstance(review.settle(office, lease), review.Done)
    office.clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    found = standing(office)
    assert (found.overdue, found.recipient.overdue, found.unsent, found.unsent_overdue) == (0, 0, 1, 1)
    assert any("settled and without a receipt 1, overdue 1" in line for line in lines(found))


def test_a_full_number_on_a_coded_form_is_covered_in_its_sides_picture(office: Office, tmp_path: Path) -> None:
    fed(office, tmp_path / "in", "klinisk-sti", {**STI, "pat_id": "19500907-2553"})
    rect = office.library.template("klinisk-sti@2025-1").field("pat_id").zones[0].rect
    x, y = (round(v * PREVIEW_DPI / 25.4) for v in rect.centre)

    def dark(*, reveal: bool) -> bool:
        data = side_picture(office, pile(office), (1, 1), "anna", reveal=reveal)
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        return bool(picture[y - 3 : y + 3, x - 20 : x + 20].max() < 60)

    assert dark(reveal=False)
    assert not dark(reveal=True)
    with pytest.raises(StoreError, match="file_covered"):
        original(office, pile(office), 1, "anna")
    assert b"".join(original(office, pile(office), 1, "anna", reveal=True)).startswith(b"\x89PNG")
    assert [entry.action for entry in office.looks.all()][:3] == [Action.REVEAL, Action.REVEAL, Action.VIEW]


def test_where_the_template_is_gone_all_of_such_a_side_is_covered(office: Office, tmp_path: Path) -> None:
    fed(office, tmp_path / "in", "klinisk-sti", {**STI, "pat_id": "19500907-2553"})
    office.library = Library(())
    data = side_picture(office, pile(office), (1, 1), "anna")
    assert cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE).max() < 20


def test_a_side_of_a_form_that_may_say_all_it_says_is_shown_as_it_is(office: Office, tmp_path: Path) -> None:
    fed(office, tmp_path / "in", "klinisk-sti", STI)
    assert side_picture(office, pile(office), (1, 1), "anna") == side_picture(
        office, pile(office), (1, 1), "anna", reveal=True
    )
    assert b"".join(original(office, pile(office), 1, "anna"))
    listed(office, pile(office), "anna")
    assert {entry.action for entry in office.looks.all()} == {Action.VIEW, Action.EXPORT, Action.SEARCH}
