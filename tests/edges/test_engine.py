"""The engine is the list of what to do now; nothing is done twice for being named twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.edges.engine import Handler, Job, Work
from pipeline.edges.engine_dbos import DbosEngine
from pipeline.edges.engine_inline import InlineEngine
from pipeline.errors import ReaderError, StoreError


class Done:
    """Keeps what was done, in order."""

    def __init__(self) -> None:
        self.seen: list[tuple[Work, str, int]] = []
        self.gate = threading.Event()
        self.gate.set()

    def handlers(self) -> dict[Work, Handler]:
        return {work: self._doing(work) for work in Work}

    def _doing(self, work: Work) -> Handler:
        def handle(subject: str, generation: int) -> None:
            assert self.gate.wait(10)
            self.seen.append((work, subject, generation))

        return handle


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/engine.sqlite"


@pytest.fixture
def database(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[DbosEngine]:
    made = DbosEngine(url, "w1", tmp_path / "locks", poll_seconds=0.05)
    yield made
    made.stop()


def test_a_job_exists_if_and_only_if_its_commit_does(engine: DbosEngine, database: sa.Engine) -> None:
    done = Done()
    with database.begin() as connection:
        engine.enqueue(connection, Job(Work.PLACE, "kept", 0, 5))
    with database.connect() as connection:
        transaction = connection.begin()
        engine.enqueue(connection, Job(Work.PLACE, "lost", 0, 5))
        transaction.rollback()
    engine.start(done.handlers())
    assert engine.drain(10)
    assert done.seen == [(Work.PLACE, "kept", 0)]


def test_a_job_named_twice_is_done_once_and_a_new_generation_again(engine: DbosEngine, database: sa.Engine) -> None:
    done = Done()
    with database.begin() as connection:
        for generation in (0, 0, 1):
            engine.enqueue(connection, Job(Work.READ, "form", generation, 5))
    engine.start(done.handlers())
    assert engine.drain(10)
    assert sorted(done.seen) == [(Work.READ, "form", 0), (Work.READ, "form", 1)]


def test_the_urgent_go_first(url: str, database: sa.Engine, tmp_path: Path) -> None:
    engine = DbosEngine(url, "w1", tmp_path / "locks", concurrency=1, poll_seconds=0.05)
    done = Done()
    with database.begin() as connection:
        for name, priority in (("later", 90), ("first", 0), ("second", 10)):
            engine.enqueue(connection, Job(Work.READ, name, 0, priority))
    engine.start(done.handlers())
    assert engine.drain(10)
    engine.stop()
    assert [subject for _, subject, _ in done.seen] == ["first", "second", "later"]


def test_what_ended_is_done_again_only_when_its_owner_says_so(engine: DbosEngine, database: sa.Engine) -> None:
    done = Done()
    job = Job(Work.DELIVER, "key", 0, 5)
    engine.start(done.handlers())
    assert engine.ensure([job]) == 1
    assert engine.drain(10)
    with database.begin() as connection:
        engine.enqueue(connection, job)
    assert engine.drain(10)
    assert len(done.seen) == 1
    assert engine.ensure([job]) == 1
    assert engine.drain(10)
    assert len(done.seen) == 2


def test_what_waits_is_not_added_again(engine: DbosEngine) -> None:
    job = Job(Work.READ, "form", 0, 5)
    assert engine.ensure([job]) == 1
    assert engine.ensure([job]) == 0


def test_a_handlers_fault_stops_the_worker_and_is_told(engine: DbosEngine) -> None:
    def broken(subject: str, generation: int) -> None:
        raise ReaderError("tesseract_missing")

    engine.start(dict.fromkeys(Work, broken))
    engine.ensure([Job(Work.READ, "form", 0, 5), Job(Work.READ, "other", 0, 6)])
    assert not engine.drain(10)
    assert isinstance(engine.fault, ReaderError)


def test_a_second_worker_of_the_same_name_refuses_to_start(engine: DbosEngine, url: str, tmp_path: Path) -> None:
    engine.start(Done().handlers())
    second = DbosEngine(url, "w1", tmp_path / "locks")
    with pytest.raises(StoreError, match="worker_already_runs"):
        second.start(Done().handlers())
    second.stop()


def test_a_dead_workers_work_is_taken_over_in_its_own_queue(url: str, tmp_path: Path) -> None:
    dead = DbosEngine(url, "dead", tmp_path / "locks", poll_seconds=0.05)
    stuck = Done()
    stuck.gate.clear()
    dead.start(stuck.handlers())
    dead.ensure([Job(Work.READ, "form", 0, 5)])
    with sa.create_engine(url).connect() as connection:
        count = sa.text("SELECT count(*) FROM workflow_status WHERE status = 'PENDING' AND executor_id = 'dead'")
        while not connection.execute(count).scalar():
            connection.rollback()
        connection.execute(sa.text("UPDATE workflow_status SET executor_id = 'gone'"))
        connection.commit()
        assert dead.reap({"gone"}) == 0
        assert dead.reap(()) == 1
        while not connection.execute(count).scalar():  # until it is begun again: what is done before that, is done
            connection.rollback()
    stuck.gate.set()
    assert dead.drain(10)
    dead.stop()
    assert stuck.seen.count((Work.READ, "form", 0)) == 2


def test_old_jobs_are_purged_and_all_are_wiped(engine: DbosEngine) -> None:
    engine.start(Done().handlers())
    engine.ensure([Job(Work.READ, str(number), 0, 5) for number in range(3)])
    assert engine.drain(10)
    now = dt.datetime.now(dt.UTC)
    assert engine.purge(now - dt.timedelta(hours=1)) == 0
    assert engine.purge(now + dt.timedelta(seconds=5)) == 3
    engine.ensure([Job(Work.READ, "x", 0, 5)])
    assert engine.drain(10)
    engine.wipe()
    assert engine.ensure([Job(Work.READ, "x", 0, 5)]) == 1
    assert engine.drain(10)


def test_the_inline_engine_waits_for_the_commit_too(database: sa.Engine) -> None:
    engine, done = InlineEngine(), Done()
    engine.start(done.handlers())
    with database.begin() as connection:
        engine.enqueue(connection, Job(Work.PLACE, "kept", 0, 5))
        assert engine.drain(1)
        assert done.seen == []
    with database.connect() as connection:
        transaction = connection.begin()
        engine.enqueue(connection, Job(Work.PLACE, "lost", 0, 5))
        transaction.rollback()
    assert engine.drain(1)
    assert done.seen == [(Work.PLACE, "kept", 0)]
