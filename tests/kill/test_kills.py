"""A process may die at any instant: nothing is lost, nothing is read twice into the queue, nothing is sent twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.unit import Unit, hands, unit

TAKING = ("sealed", "intake_in_transaction", "received", "before_remove", "after_remove")
PLACING = (
    "clips_sealed",
    "before_page_kept",
    "after_page_kept",
    "before_scan_placed",
    "after_scan_placed",
    "before_form_read",
    "after_form_read",
    "before_checkpoint",
)
REVIEWING = (
    "lease_taken_in_transaction",
    "lease_taken",
    "verdict_in_transaction",
    "verdict_given",
    "settle_in_transaction",
    "settled",
)
SENDING = ("before_post", "after_post", "receipt_in_transaction", "receipt_stored")


def die_everywhere(at: Unit, every: int = 1) -> None:
    """Let a worker die once at each point, then a reviewer, then a worker that sends; in between all others work on."""
    for point in (*TAKING, *PLACING)[::every]:
        at.drop()
        at.die("worker", point)
    at.run("worker")
    for point in REVIEWING[::every]:
        at.die("reviewer", point, name="anna")
    at.run("reviewer", "anna")
    for point in SENDING[::every]:
        at.die("worker", point)
    at.run("worker")
    at.run("reviewer", "anna")
    while at.run("worker"):
        pass


def test_dying_at_each_step_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with unit(tmp_path) as at:
        die_everywhere(at)
        at.all_is_well()
        assert sum(at.deaths.values()) == 23


@pytest.mark.postgres
def test_dying_at_every_second_step_does_neither_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with unit(tmp_path, postgres_url) as at:
        die_everywhere(at, every=2)
        at.all_is_well()
        assert sum(at.deaths.values()) == 12


@pytest.mark.slow
@pytest.mark.postgres
def test_dying_at_each_step_loses_and_doubles_nothing_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with unit(tmp_path, postgres_url) as at:
        die_everywhere(at)
        at.all_is_well()
        assert sum(at.deaths.values()) == 23


def test_what_a_worker_that_never_comes_back_had_begun_is_taken_over(tmp_path: Path) -> None:
    with unit(tmp_path, worker__dead_seconds=5) as at:
        at.drop(2)
        at.die("worker", "before_page_kept", name="gone")
        at.run("worker", "w2")
        at.run("reviewer", "anna")
        at.run("worker", "w2")
        at.all_is_well()


@pytest.mark.postgres
def test_two_workers_at_once_share_the_work_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with unit(tmp_path, postgres_url) as at:
        at.drop(6)
        with hands(2) as lent:
            workers = dict(zip(("w1", "w2"), lent, strict=True))
            for name, hand in workers.items():
                hand.begin("worker", at.workspace.root, name)
            assert [hand.ended() for hand in lent] == [0, 0]
            at.run("reviewer", "anna")
            for name, hand in workers.items():
                hand.begin("worker", at.workspace.root, name)
            assert [hand.ended() for hand in lent] == [0, 0]
        at.all_is_well()
