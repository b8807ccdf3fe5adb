"""A file rests when nothing about it has changed for a while by our own clock."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.stability import Sighting, Stability, Stamp

A, B = Path("/in/a.pdf"), Path("/in/b.pdf")


def _stamp(inode: int = 1, size: int = 100, mtime: int = 5) -> Stamp:
    return Stamp(1, inode, size, mtime)


def test_a_file_rests_after_the_quiet_time_and_not_before() -> None:
    watched = Stability(10)
    assert watched.look([Sighting(A, _stamp())], 0) == []
    assert watched.look([Sighting(A, _stamp())], 9.9) == []
    (found,) = watched.look([Sighting(A, _stamp())], 10)
    assert (found.path, found.still_s, found.grew_from) == (A, 10, None)


def test_any_change_begins_the_wait_anew() -> None:
    for changed in (_stamp(size=101), _stamp(mtime=6)):
        watched = Stability(10)
        watched.look([Sighting(A, _stamp())], 0)
        assert watched.look([Sighting(A, changed)], 9) == []
        assert watched.look([Sighting(A, changed)], 18) == []
        assert len(watched.look([Sighting(A, changed)], 19)) == 1


def test_a_rename_begins_the_wait_anew_for_what_is_not_taken() -> None:
    watched = Stability(10)
    watched.look([Sighting(A, _stamp())], 0)
    assert watched.look([Sighting(B, _stamp())], 10) == []
    assert [found.path for found in watched.look([Sighting(B, _stamp())], 20)] == [B]


def test_what_is_taken_is_offered_no_more_even_renamed() -> None:
    watched = Stability(10)
    watched.look([Sighting(A, _stamp())], 0)
    (found,) = watched.look([Sighting(A, _stamp())], 10)
    assert watched.look([Sighting(A, _stamp())], 11) == [found.__class__(A, _stamp(), 11, None)]
    watched.took(found.stamp)
    assert watched.look([Sighting(A, _stamp())], 12) == []
    assert watched.look([Sighting(B, _stamp())], 50) == []
    assert watched.waiting() == 0


def test_what_grows_after_it_was_taken_is_offered_as_grown() -> None:
    watched = Stability(10)
    watched.look([Sighting(A, _stamp())], 0)
    watched.look([Sighting(A, _stamp())], 10)
    watched.took(_stamp())
    grown = _stamp(size=300, mtime=9)
    assert watched.look([Sighting(A, grown)], 60) == []
    (found,) = watched.look([Sighting(A, grown)], 70)
    assert found.grew_from == _stamp()


def test_what_shrank_after_it_was_taken_is_another_file() -> None:
    watched = Stability(10)
    watched.look([Sighting(A, _stamp())], 0)
    watched.took(_stamp())
    watched.look([Sighting(A, _stamp(size=40, mtime=9))], 60)
    (found,) = watched.look([Sighting(A, _stamp(size=40, mtime=9))], 70)
    assert found.grew_from is None


def test_a_reused_name_with_a_new_inode_is_another_file() -> None:
    watched = Stability(10)
    watched.look([Sighting(A, _stamp())], 0)
    watched.took(_stamp())
    watched.look([Sighting(A, _stamp(inode=2, size=300))], 60)
    (found,) = watched.look([Sighting(A, _stamp(inode=2, size=300))], 70)
    assert found.grew_from is None


def test_what_was_taken_before_a_restart_can_be_remembered() -> None:
    watched = Stability(10)
    watched.remember(_stamp(), 0)
    assert watched.look([Sighting(A, _stamp())], 100) == []
    watched.look([Sighting(A, _stamp(size=200, mtime=7))], 110)
    (found,) = watched.look([Sighting(A, _stamp(size=200, mtime=7))], 120)
    assert found.grew_from == _stamp()


def test_what_has_gone_is_forgotten() -> None:
    watched = Stability(10)
    watched.look([Sighting(A, _stamp())], 0)
    watched.took(_stamp())
    watched.look([], 20)
    watched.look([Sighting(A, _stamp())], 30)
    assert len(watched.look([Sighting(A, _stamp())], 40)) == 1


def test_files_come_in_the_order_they_were_last_written() -> None:
    watched = Stability(0)
    seen = [Sighting(A, _stamp(1, mtime=9)), Sighting(B, _stamp(2, mtime=3))]
    assert [found.path for found in watched.look(seen, 0)] == [B, A]


@given(
    pauses=st.lists(st.floats(0.2, 90), min_size=1, max_size=20),
    sweep=st.floats(0.5, 30),
    quiet=st.floats(1, 60),
)
def test_whatever_the_pauses_nothing_rests_that_was_written_within_the_quiet_time(
    pauses: list[float], sweep: float, quiet: float
) -> None:
    writes = [sum(pauses[:count]) for count in range(len(pauses) + 1)]
    watched = Stability(quiet)
    now = 0.0
    while now < writes[-1] + quiet + 2 * sweep:
        written = [moment for moment in writes if moment <= now]
        for found in watched.look([Sighting(A, _stamp(size=100 * len(written), mtime=len(written)))], now):
            assert now - written[-1] >= quiet
            watched.took(found.stamp)
        now += sweep
    assert watched.waiting() == 0
