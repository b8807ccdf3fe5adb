"""Work spread over processes: PDFium and Python run one thing at a time in each, and a machine has several cores."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")
_MOST = 4  # each holds some 400 MiB


def processes() -> int:
    """Return how many processes are worth having here."""
    return min(len(os.sched_getaffinity(0)), _MOST)


def spread(work: Callable[[Item], Done], items: Sequence[Item], begin: Callable[[], None], count: int) -> Iterator[Done]:
    """Yield the work done on each item, in their order; each process calls `begin` first. One process is this one."""
    if count <= 1 or len(items) <= 1:
        begin()
        yield from map(work, items)
        return
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begun, (begin,)) as pool:
        try:
            yield from pool.map(work, items)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begun(begin: Callable[[], None]) -> None:
    """Begin in a process of the pool: whoever interrupts the work interrupts the first process, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin()
