"""The tables are the truth: the engine, a lock or a full disk may fail, and the day goes on where it was."""

from __future__ import annotations

import datetime as dt
import errno
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from pipeline.domain.event import EventKind
from pipeline.domain.status import Status
from pipeline.domain.template import FieldKind
from pipeline.drawing import story
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.inbox import Inbox, Timing
from pipeline.edges.workspace import open_workspace
from pipeline.errors import StoreError
from pipeline.jobs import retain, sweep
from pipeline.jobs.day import Day
from pipeline.jobs.intake import Intake
from pipeline.jobs.opening import open_office
from tests.support import quick
from tests.support.desks import prove
from tests.support.unit import Unit, unit


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Unit]:
    with unit(tmp_path) as made:
        yield made


def test_a_list_of_work_that_is_lost_is_made_anew_from_the_tables(at: Unit) -> None:
    at.drop(2)
    for point in ("before_page_kept", "before_form_read"):
        at.die("worker", point)
    at.run("worker")
    at.die("reviewer", "settled", name="anna")
    office = open_office(open_workspace(at.workspace.root), "wiper")
    office.engine.wipe()
    office.close()
    at.run("reviewer", "anna")
    office = open_office(open_workspace(at.workspace.root), "wiper")
    office.engine.wipe()
    assert sweep.sweep(office).jobs == 4
    office.close()
    at.run("worker")
    at.all_is_well()


def test_sweeping_again_adds_nothing_that_waits_already(at: Unit) -> None:
    at.drop()
    at.die("worker", "received")
    office = open_office(open_workspace(at.workspace.root), "sweeper")
    assert sweep.sweep(office).jobs == 0
    office.engine.wipe()
    assert sweep.sweep(office).jobs == 1
    assert sweep.sweep(office).jobs == 0
    office.close()


def test_a_locked_database_stops_with_a_clear_line_and_nothing_is_lost(at: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.edges.store.opening.BUSY_MS", 200)
    at.drop()
    office = open_office(open_workspace(at.workspace.root), "w1", InlineEngine())
    quick.given(office)
    holder = sqlite3.connect(at.workspace.root / "blankett.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="database_locked"), Day(office, at.workspace, brief=True) as day:
        day.once()
    holder.execute("ROLLBACK")
    holder.close()
    office.close()
    assert list(at.workspace.inbox.glob("*.png"))
    at.run("worker")
    at.run("reviewer", "anna")
    at.run("worker")
    at.all_is_well()


@pytest.mark.parametrize("point", ["seal_counted", "seal_file"])
def test_a_full_disk_stops_with_a_clear_line_and_nothing_is_lost(
    at: Unit, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.drop()
    office = open_office(open_workspace(at.workspace.root), "w1", InlineEngine())
    quick.given(office)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        if point == "seal_file":
            patched.undo()
            patched.setattr(office.vault, "seal_file", lambda *_: (_ for _ in ()).throw(StoreError("disk_full")))
        with pytest.raises(StoreError, match="disk_full"), Day(office, at.workspace, brief=True) as day:
            day.once()
    office.close()
    at.run("worker")
    at.run("reviewer", "anna")
    at.run("worker")
    at.all_is_well()


def test_a_full_database_stops_with_a_clear_line_and_nothing_is_lost(at: Unit) -> None:
    at.drop()
    office = open_office(open_workspace(at.workspace.root), "w1", InlineEngine())
    quick.given(office)
    office.store.engine.dispose()

    def fill(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(office.store.engine, "connect", fill)
    with pytest.raises(StoreError, match="disk_full"), Day(office, at.workspace, brief=True) as day:
        day.once()
    office.close()
    at.run("worker")
    at.run("reviewer", "anna")
    at.run("worker")
    at.all_is_well()


def test_a_lease_that_was_lost_keeps_nothing_and_the_half_done_work_is_found_by_the_next(at: Unit) -> None:
    at.drop()
    at.run("worker")
    at.die("reviewer", "verdict_given", count=2, name="anna")
    office = open_office(open_workspace(at.workspace.root), "cli", InlineEngine())
    from pipeline.jobs import review

    taken = review.take(office, "bo")
    assert taken is not None
    again = review.take(office, "anna")
    assert again is not None
    assert again.task.form != taken.task.form or not again.reviews
    mine = next(one for one in (taken, again) if one.reviews) if taken.reviews or again.reviews else None
    assert mine is None or len(mine.reviews[0].verdicts) == 2
    office.close()


def test_two_workers_share_the_work_on_one_database(at: Unit) -> None:
    at.drop(4)
    at.run("worker", "w1")
    at.run("reviewer", "anna")
    at.run("worker", "w2")
    at.all_is_well()
    store = at.store()
    with store.read() as read:
        assert {row.state.status for row in read.forms.all() if row.state} == {Status.ACKNOWLEDGED}
        assert {"w1", "w2"} <= set(read.workers.heard())
    store.close()


def test_a_form_without_a_finding_goes_straight_through_once_a_manager_lets_its_classes(at: Unit) -> None:
    office = open_office(open_workspace(at.workspace.root), "w1", InlineEngine())
    office.habits = replace(office.habits, blind_share=0.0)
    quick.given(office)
    sweep.start(office)
    template = office.library.template("klinisk-sti@2025-1")
    for seed, granted in ((1, False), (1, True)):
        if granted:
            classes = [f"{kind.value}/{style}" for kind in FieldKind for style in ("print", "hand", "mark")]
            prove(office.store, classes=classes)
            with office.store.begin() as store:
                for name in classes:
                    store.grants.give(name, "chefen", office.now())
        told = story.tell(template, random.Random(seed))
        answers = {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}
        side = {"template": template.id, "sheet": 1, "answers": answers, "salt": int(granted)}
        if granted:
            side["answers"] = {**answers, "pat_id": "1961-2803"}
        quick.write(at.workspace.inbox / f"{granted}.png", [side])
        intake = Intake(office, Inbox(at.workspace.inbox, Timing(quiet_s=0.0)))
        intake.look(0.0)
        office.engine.drain(10)
    with office.store.read() as read:
        states = [row.state.status for row in read.forms.all() if row.state]
        assert states == [Status.WAITING, Status.ACKNOWLEDGED]
        settled = [event for event in read.events() if event.kind is EventKind.FORM_SETTLED]
        assert [event.actor for event in settled] == ["machine"]
    office.close()


def test_sealed_scans_stay_while_their_forms_are_open_and_orphans_are_swept(at: Unit) -> None:
    at.drop()
    at.die("worker", "clips_sealed")
    at.run("worker")
    office = open_office(open_workspace(at.workspace.root), "cli", InlineEngine())
    sealed = set(office.vault.names())
    assert retain.sweep_orphans(office) == 0
    assert retain.closed(office) == ()
    office.clock = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    assert retain.sweep_orphans(office) == 1
    with office.store.read() as read:
        assert set(read.blobs()) == set(office.vault.names()) < sealed
    office.close()
    at.run("reviewer", "anna")
    at.run("worker")
    office = open_office(open_workspace(at.workspace.root), "cli", InlineEngine())
    assert [scan.pages for scan in retain.closed(office)] == [4]
    office.close()
    at.all_is_well()
