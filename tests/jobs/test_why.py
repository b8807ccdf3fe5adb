"""Why a field has its value: a guess of handwriting is told to nobody before somebody has read the field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain.reading import Reading, Style
from pipeline.domain.review import Said, VerdictKind
from pipeline.domain.value import NOTHING, Value
from pipeline.jobs import review
from pipeline.jobs.office import Office
from pipeline.jobs.why import stand, why
from tests.support.desks import ASKED, TARM, Clock, office, wait

GUESS = Value(TARM["pat_namn"])


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path, Clock())
    yield made
    made.close()


@pytest.fixture
def form(opened: Office) -> str:
    """A form whose name was written by hand and guessed at, and whose number was written by hand in its comb."""
    made = wait(opened, by_hand=("pat_namn", "pat_id"))
    readings = tuple(
        Reading(key, Value(TARM[key]), 0.5, "lines/1", "x", Style.HAND, (), ("hand",)) for key in ("pat_namn", "pat_id")
    )
    with opened.store.begin() as unit:
        unit.documents.add(made, "readings", readings, opened.now())
    return made


def shown(opened: Office, form: str, key: str) -> tuple[list[Value], Value, Value, bool]:
    """Return the values of a field's readings, of its draft, its value in the list of all fields, and if it is kept back."""
    found = why(opened, form, key, "anna")
    listed = next(one for one in stand(opened, form, "anna").fields if one.key == key)
    assert found.proposed is not None
    assert listed.proposed is not None
    return [one.value for one in found.readings], found.proposed.value, listed.proposed.value, found.kept_back


def test_a_guess_is_kept_back_until_the_form_is_verified(opened: Office, form: str) -> None:
    assert shown(opened, form, "pat_namn") == ([NOTHING], NOTHING, NOTHING, True)
    number = Value(TARM["pat_id"])
    assert shown(opened, form, "pat_id") == ([number], number, number, False)
    task = review.take(opened, "anna")
    assert task is not None
    lease = task.lease
    for key in ASKED:
        renewed = review.give(opened, lease, Said(key, VerdictKind.CORRECT, Value(TARM[key])))
        assert renewed is not None
        lease = renewed
    assert isinstance(review.settle(opened, lease), review.Done)
    assert shown(opened, form, "pat_namn") == ([GUESS], GUESS, GUESS, False)


def test_a_unit_that_shows_guesses_shows_them_here_too(opened: Office, form: str) -> None:
    policy = opened.habits.policy
    opened.habits = replace(opened.habits, policy=replace(policy, check=replace(policy.check, show_guesses=True)))
    assert shown(opened, form, "pat_namn") == ([GUESS], GUESS, GUESS, False)
