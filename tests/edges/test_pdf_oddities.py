"""Every broken, locked and odd PDF of three public test suites ends in pages or in a classed reason, soon."""

from __future__ import annotations

import csv
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from pipeline.cli import app
from pipeline.domain.placement import Reason
from pipeline.domain.policy import ParsePolicy
from pipeline.edges.parser import PageFault, Unreadable, pages, probe
from tests.support.truths import schema

ODDITIES = Path(__file__).parents[2].parent / "shared/data/pdf-oddities"
MANIFEST = ODDITIES / "manifest.csv"


@dataclass(frozen=True)
class Outcome:
    count: int
    faults: frozenset[Reason]
    refused: Reason | None
    seconds: float


def _outcome(path: Path) -> Outcome:
    begun, count, faults, refused = time.monotonic(), 0, set[Reason](), None
    probe(path)
    try:
        for item in pages(path, ParsePolicy()):
            count += 1
            if isinstance(item, PageFault):
                faults.add(item.rejection.reason)
    except Unreadable as error:
        refused = error.rejection.reason
    return Outcome(count, frozenset(faults), refused, time.monotonic() - begun)


@pytest.fixture(scope="module")
def outcomes() -> list[tuple[dict[str, str], Outcome]]:
    if not MANIFEST.exists():
        pytest.skip("public test data is not beside the project")
    with MANIFEST.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with ThreadPoolExecutor(2) as pool:
        return list(zip(rows, pool.map(lambda row: _outcome(ODDITIES / row["file"]), rows), strict=True))


def test_each_ends_in_pages_or_a_classed_reason_within_twenty_seconds(
    outcomes: list[tuple[dict[str, str], Outcome]],
) -> None:
    assert len(outcomes) == 159
    for row, outcome in outcomes:
        assert outcome.count or outcome.refused, row["file"]
        assert outcome.refused is not Reason.INTERNAL, row["file"]
        assert Reason.INTERNAL not in outcome.faults, row["file"]
        assert outcome.seconds < 20, row["file"]


def test_pages_are_counted_as_both_references_count_them(outcomes: list[tuple[dict[str, str], Outcome]]) -> None:
    agreed = 0
    for row, outcome in outcomes:
        if row["pikepdf"] == row["pdfium"] == "ok" and row["pikepdf_pages"] == row["pdfium_pages"]:
            agreed += 1
            assert outcome.count == int(row["pdfium_pages"]), row["file"]
            assert outcome.refused is None, row["file"]
    assert agreed > 100


def test_a_password_is_told_where_both_references_ask_for_one(outcomes: list[tuple[dict[str, str], Outcome]]) -> None:
    for row, outcome in outcomes:
        if row["pikepdf"] == row["pdfium"] == "password":
            assert outcome.refused is Reason.PASSWORD, row["file"]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_command_reads_them_all_and_tells_of_each_what_became_of_it(
    outcomes: list[tuple[dict[str, str], Outcome]], capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(ODDITIES / row["file"]) for row, _outcome in outcomes]
    assert app.run(["read", "--json", *files]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == 159
    for found, (row, outcome) in zip(told, outcomes, strict=True):
        jsonschema.validate(found, schema("read"))
        scan = found["scan"]
        assert (len(found["pages"]), scan["reason"]) == (outcome.count, outcome.refused), row["file"]
        assert all(page["state"] != "rejected" or page["reason"] for page in found["pages"]), row["file"]
        assert found["forms"] == [], row["file"]
