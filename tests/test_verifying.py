"""The benchmark of verifying shows who catches errors: people who key, and not people who confirm."""

from __future__ import annotations

from argparse import Namespace

from benchmarks.verifying import POLICIES, run
from pipeline.edges import library

TEMPLATE = library.read(library.shipped() / "klinisk-sti" / "2025-1")


def people(**told: float) -> Namespace:
    nothing = dict.fromkeys(("slip", "misled", "silent", "doubted", "wrong"), 0.0)
    return Namespace(**{"forms": 6, "seed": 3, "waved": 1.0, **nothing, **told})


def test_who_confirms_lets_the_machines_errors_stand_and_who_keys_blind_finds_every_one() -> None:
    confirmed, twice, risk, _ = (run(policy, TEMPLATE, people(silent=0.3, doubted=0.5, wrong=0.3)) for policy in POLICIES)
    assert confirmed.wrong[True] > 0
    assert (twice.wrong, risk.wrong[True]) == ({True: 0, False: 0}, 0)
    assert 0 < risk.wrong[False] < confirmed.wrong[False]  # what was wrong and not doubted
    assert confirmed.keys < risk.keys < twice.keys / 2


def test_where_everybody_reads_what_the_machine_read_nothing_is_found() -> None:
    misled = people(silent=0.3, misled=1.0)
    confirmed, twice = run(POLICIES[0], TEMPLATE, misled), run(POLICIES[1], TEMPLATE, misled)
    assert confirmed.wrong == twice.wrong
    assert twice.wrong[True] > 0


def test_one_persons_slips_are_found_by_the_machine_and_by_the_second_person() -> None:
    slips = people(slip=0.1)
    assert run(POLICIES[2], TEMPLATE, slips).wrong == {True: 0, False: 0}
    twice = run(POLICIES[1], TEMPLATE, slips)
    assert twice.wrong[True] <= 0.1**2 * twice.fields[True] + 1  # two who slip alike, at a box of two
