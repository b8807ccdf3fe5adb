"""Towns are known to doubt by, never to correct by."""

from __future__ import annotations

import pytest

from pipeline.domain.town import UNKNOWN
from pipeline.edges import towns

TOWNS = towns.load()


@pytest.mark.parametrize(
    ("town", "postcode", "fits"),
    [
        ("Umeå", "90326", True),
        ("  umeå ", "90326", True),
        ("UMEÅ", "90326", True),
        ("Umeå", "11122", False),
        ("Nowhereby", "11122", True),
    ],
)
def test_a_postcode_is_held_against_a_known_town_only(town: str, postcode: str, fits: bool) -> None:
    assert TOWNS.fits(town, postcode) is fits


def test_where_nothing_is_known_everything_fits() -> None:
    assert UNKNOWN.fits("Umeå", "11122")


def test_areas_are_two_digits_of_postcodes_there_are() -> None:
    areas = {area for those in TOWNS.areas.values() for area in those}
    assert all(len(area) == 2 and area.isdigit() and area >= "10" for area in areas)
    assert TOWNS.areas
