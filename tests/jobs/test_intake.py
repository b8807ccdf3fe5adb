"""What the scanner leaves is taken once, whole, and told: duplicates, files that grow, names used again."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.domain.event import EventKind
from pipeline.domain.placement import PageState
from pipeline.domain.status import Status
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.founding import Plan, make
from pipeline.edges.inbox import Inbox, Timing
from pipeline.edges.store.scans import Grade, ScanState
from pipeline.jobs import sweep
from pipeline.jobs.intake import Intake, name_pile
from pipeline.jobs.office import Office
from pipeline.jobs.opening import open_office, see
from pipeline.jobs.report import report
from pipeline.jobs.status import standing
from pipeline.stages.due import STOCKHOLM
from tests.support import quick


@dataclass
class Desk:
    """An office with its inbox and a clock that the test moves."""

    office: Office
    inbox: Path
    intake: Intake
    now: float = 0.0

    def look(self, seconds: float = 2.0) -> int:
        """Let some time pass, look into the inbox, and do the work."""
        taken = 0
        for _ in range(2):
            self.now += seconds / 2
            taken += self.intake.look(self.now)
        self.office.engine.drain(10)
        return taken

    def restart(self) -> None:
        """Forget what is not in the tables."""
        self.intake = Intake(self.office, Inbox(self.inbox, Timing(quiet_s=1.0, sweep_s=0.1)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    told = (("inbox.grace_seconds", 60),)
    plan = Plan(tmp_path / "workspace", tmp_path / "inbox", key=f"file:{tmp_path / 'vault.key'}", more=told)
    workspace = make(plan, dt.datetime.now(dt.UTC))
    office = open_office(workspace, "w1", InlineEngine())
    quick.given(office)
    sweep.start(office)
    made = Desk(office, workspace.inbox, Intake(office, Inbox(workspace.inbox, Timing(quiet_s=1.0, sweep_s=0.1))))
    yield made
    office.close()


def test_a_file_at_rest_is_taken_read_and_removed_after_its_grace(desk: Desk) -> None:
    quick.write(desk.inbox / "a.png", quick.mixed(1))
    assert desk.look() == 1
    assert (desk.inbox / "a.png").exists()
    assert desk.look(30) == 0
    assert (desk.inbox / "a.png").exists()
    desk.look(60)
    assert not (desk.inbox / "a.png").exists()
    with desk.office.store.read() as unit:
        assert unit.pages.counts() == {PageState.PLACED: 3, PageState.BLANK: 1}
        assert [row.state.status for row in unit.forms.all() if row.state] == [Status.WAITING] * 2


def test_the_same_bytes_again_are_a_duplicate_that_is_told_and_no_second_scan(desk: Desk) -> None:
    for name in ("a.png", "b.png"):
        quick.write(desk.inbox / name, quick.mixed(1))
        desk.look()
    with desk.office.store.read() as unit:
        assert len(list(unit.scans.all())) == 1
        assert [arrival.grade for arrival in unit.scans.arrivals()] == [Grade.SAME_BYTES, Grade.FIRST]
        assert sum(event.kind is EventKind.SCAN_DUPLICATE for event in unit.events()) == 1
        assert unit.pages.counts() == {PageState.PLACED: 3, PageState.BLANK: 1}
    desk.look(200)
    assert not list(desk.inbox.glob("*.png"))
    assert standing(desk.office).piles[0].again == 1


def test_the_sides_of_a_file_that_came_again_are_duplicates_in_the_pile_they_came_in(desk: Desk) -> None:
    today = desk.office.now().astimezone(STOCKHOLM).date()
    name_pile(desk.office, today - dt.timedelta(days=3), 8)
    for name in ("a", "b"):
        quick.write(desk.inbox / f"{name}.png", quick.mixed(1))
        desk.look()
    name_pile(desk.office, today, 8)
    for name, number in (("c", 1), ("d", 2)):
        quick.write(desk.inbox / f"{name}.png", quick.mixed(number))
        desk.look()
    second, first = standing(desk.office, every_pile=True).piles
    for pile in (first, second):
        assert dict(pile.states) == {PageState.PLACED: 3, PageState.BLANK: 1, PageState.DUPLICATE: 4}
        assert (pile.pile.sides_fed, pile.sides_in, pile.accounted, pile.whole) == (8, 8, 8, True)
        assert (pile.forms, pile.form_sides, pile.again) == (2, 3, 1)
    told = report(desk.office, None, None, share=False)
    assert (told.sides_fed, told.sides_in, told.accounted) == (16, 16, True)
    assert dict(told.sides) == {PageState.PLACED: 6, PageState.BLANK: 2, PageState.DUPLICATE: 8}


def test_a_file_that_came_again_before_the_first_was_read_is_being_placed_with_it(desk: Desk) -> None:
    quick.write(desk.inbox / "a.png", quick.mixed(1))
    quick.write(desk.inbox / "b.png", quick.mixed(1))
    desk.intake.look(1.0)
    assert desk.intake.look(3.0) == 2
    pile = standing(desk.office).piles[0]
    assert (pile.states, pile.reading, pile.sides_in, pile.accounted) == ((), 2, 2, 0)
    desk.now = 3.0
    desk.look()
    pile = standing(desk.office).piles[0]
    assert (pile.reading, pile.sides_in, pile.accounted, pile.forms) == (0, 8, 8, 2)


def test_what_cannot_be_opened_cannot_be_opened_again(desk: Desk) -> None:
    desk.office.sight = see(desk.office.scratch)
    for name in ("a", "b"):
        (desk.inbox / f"{name}.pdf").write_bytes(b"no scan at all")
        desk.look(700)
    found = standing(desk.office)
    assert (found.piles[0].unopened, found.piles[0].sides_in, found.piles[0].accounted) == (2, 2, 2)
    assert [(one.file, one.reason) for one in found.rejected] == [(1, "not_a_document"), (2, "not_a_document")]


def test_a_file_put_back_just_as_it_was_after_it_was_removed_has_been_fed_again(desk: Desk, tmp_path: Path) -> None:
    quick.write(tmp_path / "kept.png", quick.mixed(1))
    for count in (1, 2):
        shutil.copy2(tmp_path / "kept.png", desk.inbox / "a.png")
        assert desk.look() == 1
        desk.look(120)
        assert not list(desk.inbox.glob("*"))
        desk.restart()
        assert standing(desk.office).piles[0].sides_in == 4 * count


def test_a_slow_copy_of_a_file_that_came_before_is_counted_once(desk: Desk, tmp_path: Path) -> None:
    first, *rest = quick.mixed(1)
    large = {**first, "picture": "x" * 8000}
    quick.write(desk.inbox / "a.png", [large, *rest])
    desk.look()
    path = desk.inbox / "b.png"
    for again in range(2):
        quick.write(path, [large, *rest[:1]])
        desk.look()
        assert standing(desk.office).piles[0].sides_in == 4 + 4 * again + 2
        quick.write(tmp_path / "whole.png", [large, *rest])
        _grow(path, tmp_path / "whole.png")
        desk.look()
        pile = standing(desk.office).piles[0]
        assert (pile.sides_in, pile.accounted, pile.forms) == (8 + 4 * again, 8 + 4 * again, 2)
        path = desk.inbox / "c.png"
    with desk.office.store.read() as unit:
        assert len(unit.tasks.queue(desk.office.now())) == 2


def test_a_part_that_others_came_as_stays_when_it_grows(desk: Desk, tmp_path: Path) -> None:
    first, *rest = quick.mixed(1)
    large = {**first, "picture": "x" * 8000}
    for name in ("a", "b"):
        quick.write(desk.inbox / f"{name}.png", [large, *rest[:1]])
        desk.look()
    quick.write(tmp_path / "whole.png", [large, *rest])
    _grow(desk.inbox / "a.png", tmp_path / "whole.png")
    desk.look()
    pile = standing(desk.office).piles[0]
    assert (pile.sides_in, pile.accounted) == (6, 6)
    with desk.office.store.read() as unit:
        assert {scan.state for scan in unit.scans.all()} == {ScanState.PLACED}
        assert [one.grade for one in unit.scans.arrivals()] == [Grade.HEALED, Grade.FIRST, Grade.GROWN]


def test_the_same_picture_in_another_file_is_a_duplicate_and_no_second_form(desk: Desk) -> None:
    quick.write(desk.inbox / "a.png", quick.mixed(1))
    desk.look()
    quick.write(desk.inbox / "b.png", [*quick.mixed(1), {"salt": 9}])
    desk.look()
    with desk.office.store.read() as unit:
        assert unit.pages.counts() == {PageState.PLACED: 3, PageState.BLANK: 3, PageState.DUPLICATE: 3}
        assert len(list(unit.forms.all())) == 2


def test_a_file_that_grows_after_it_was_taken_is_healed_into_one(desk: Desk) -> None:
    path = desk.inbox / "a.png"
    first, *rest = quick.mixed(1)
    large = {**first, "picture": "x" * 8000}
    quick.write(path, [large, *rest[:1]])
    desk.look()
    whole = desk.inbox.parent / "whole.png"
    quick.write(whole, [large, *rest])
    _grow(path, whole)
    desk.look()
    with desk.office.store.read() as unit:
        scans = {scan.state: scan for scan in unit.scans.all()}
        assert set(scans) == {ScanState.SUPERSEDED, ScanState.PLACED}
        states = [row.state.status for row in unit.forms.all() if row.state]
        assert sorted(states) == [Status.WAITING, Status.WAITING, Status.WITHDRAWN]
        assert sum(event.kind is EventKind.SCAN_HEALED for event in unit.events()) == 1
        assert len(unit.tasks.queue(desk.office.now())) == 2
    pile = standing(desk.office).piles[0]
    assert (pile.sides_in, pile.accounted, pile.forms) == (4, 4, 2)


def _grow(path: Path, whole: Path) -> None:
    """Go on with a file in place: the same inode, most bytes where they were."""
    after = whole.read_bytes()
    assert len(after) > len(path.read_bytes())
    path.write_bytes(after)


def test_another_document_under_a_used_name_is_a_scan_of_its_own(desk: Desk) -> None:
    quick.write(desk.inbox / "a.png", quick.mixed(1))
    desk.look()
    quick.write(desk.inbox / "a.png", quick.mixed(2))
    desk.look()
    with desk.office.store.read() as unit:
        assert [scan.state for scan in unit.scans.all()] == [ScanState.PLACED] * 2
        assert len(list(unit.forms.all())) == 4


def test_what_was_taken_before_a_restart_is_known_and_not_taken_again(desk: Desk) -> None:
    quick.write(desk.inbox / "a.png", quick.mixed(1))
    assert desk.look() == 1
    desk.restart()
    assert desk.look() == 0
    with desk.office.store.read() as unit:
        assert len(unit.scans.arrivals()) == 1
    desk.look(120)
    assert not list(desk.inbox.glob("*.png"))


def test_a_file_that_cannot_be_opened_counts_as_one_and_is_kept(desk: Desk) -> None:
    desk.office.sight = see(desk.office.scratch)
    (desk.inbox / "letter.docx").write_bytes(b"PK\x03\x04 not a scan at all")
    desk.look(700)
    pile = standing(desk.office).piles[0]
    assert (pile.unopened, pile.sides_in, pile.accounted) == (1, 1, 1)
    with desk.office.store.read() as unit:
        scan = next(unit.scans.all())
        assert scan.state is ScanState.REJECTED
        assert scan.reason == "not_a_document"
        assert desk.office.vault.open_file(scan.blob).startswith(b"PK")


def test_the_tick_needs_the_piles_own_count(desk: Desk) -> None:
    quick.write(desk.inbox / "a.png", quick.mixed(1))
    desk.look()
    assert standing(desk.office).piles[0].whole is None
    today = standing(desk.office).piles[0].pile.arrived
    name_pile(desk.office, today, 5)
    assert standing(desk.office).piles[0].whole is False
    name_pile(desk.office, today, 4)
    pile = standing(desk.office).piles[0]
    assert pile.whole is True
    assert (pile.pile.sides_fed, pile.sides_in, pile.accounted) == (4, 4, 4)


def test_a_pile_of_another_day_is_told_apart(desk: Desk) -> None:
    quick.write(desk.inbox / "a.png", quick.mixed(1))
    desk.look()
    friday = standing(desk.office).piles[0].pile.arrived - dt.timedelta(days=3)
    name_pile(desk.office, friday, 4)
    quick.write(desk.inbox / "b.png", quick.mixed(2))
    desk.look()
    sums = {one.pile.arrived: one for one in standing(desk.office).piles}
    assert sums[friday].whole is True
    assert len(sums) == 2
    assert {one.sides_in for one in sums.values()} == {4}
