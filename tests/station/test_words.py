"""The station has words for everything it may have to say."""

from __future__ import annotations

import pytest

from pipeline.domain.notification import Blocked
from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.review import Ending
from pipeline.station import words
from pipeline.station.capability import Lack
from pipeline.station.state import Notice
from pipeline.station.typed import Fit


@pytest.mark.parametrize("kind", FindingKind)
def test_every_reason_to_look_has_words(kind: FindingKind) -> None:
    assert words.why(Finding(kind, "pat_id"))


def test_every_code_of_the_station_has_words() -> None:
    assert all(words.ending(reason) for reason in Ending)
    assert all(words.blocked(reason) for reason in Blocked)
    assert all(words.lack(found) for found in Lack)
    assert all(words.fit(found) for found in Fit if found is not Fit.EMPTY)
    assert all(words.notice(said) for said in Notice if said is not Notice.NONE)


def test_another_form_of_the_same_case_is_named_by_its_id() -> None:
    assert "7K3Q-DF2M" in words.why(Finding(FindingKind.SAME_CASE, "same_case", (("form", "7K3Q-DF2M"),)))
