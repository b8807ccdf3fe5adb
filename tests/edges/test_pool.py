"""Work is spread over processes, comes back in its order, and its failures come back too."""

from __future__ import annotations

import os
import time
from functools import partial

import pytest

from pipeline.edges.pool import processes, spread
from pipeline.errors import ReaderError

_begun: list[int] = []


def _begin() -> None:
    _begun.append(os.getpid())


def _slower_first(item: int) -> tuple[int, int, list[int]]:
    time.sleep(0.2 if item == 0 else 0.0)
    return item, os.getpid(), _begun


def _fail(item: int) -> int:
    raise ReaderError("reader_missing")


def test_work_comes_back_in_order_from_other_processes_that_each_began_once() -> None:
    done = list(spread(_slower_first, range(6), _begin, 2))
    assert [item for item, _, _ in done] == list(range(6))
    assert os.getpid() not in {pid for _, pid, _ in done}
    assert all(begun == [pid] for _, pid, begun in done)


def test_one_process_is_this_one() -> None:
    _begun.clear()
    assert {pid for _, pid, _ in spread(_slower_first, (1, 2), _begin, 1)} == {os.getpid()}
    assert _begun == [os.getpid()]


def test_a_failure_in_another_process_is_a_failure_here() -> None:
    with pytest.raises(ReaderError, match="reader_missing"):
        list(spread(_fail, (1, 2), partial(int), 2))


def test_there_is_always_a_process() -> None:
    assert 1 <= processes() <= 4
