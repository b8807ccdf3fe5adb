"""What the tests of the station share: English words, a clock that is pushed, and an office that goes by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import words
from pipeline.jobs.office import Office
from tests.support.desks import Clock, office


@pytest.fixture
def english() -> Iterator[None]:
    before = words.current()
    words.use("en")
    yield
    words.use(before)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = office(tmp_path, clock)
    yield made
    made.close()
