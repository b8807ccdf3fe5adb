"""The report's page needs nothing but itself, tells every figure with its n, and hides what is too small to share."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import jsonschema
import pytest

from pipeline import words
from pipeline.domain.report import Leg, Report, Spread
from pipeline.domain.status import Status
from pipeline.stages.measure import measure
from pipeline.stages.withhold import withhold
from pipeline.web.report import as_html, bar, slices
from pipeline.web.report_plain import SCHEMA, as_csv, as_json, plain
from pipeline.web.report_text import as_text
from pipeline.web.report_words import count, decimal, lasting, percent, sentence
from tests.support.grounds import drawn, line, still

FULL = measure(drawn(3, 160))
SMALL = measure(drawn(5, 23))
EMPTY = measure(drawn(1, 0))
REPORTS = {"full": FULL, "shared": withhold(FULL), "small": SMALL, "small shared": withhold(SMALL), "empty": EMPTY}
every = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


@pytest.fixture(autouse=True, params=["en", "sv"])
def _language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = words.current()
    words.use(request.param)
    yield
    words.use(before)


class _Page(HTMLParser):
    """Balances tags and keeps attributes and texts."""

    VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@every
def test_the_page_is_whole_and_needs_no_network_and_no_script(report: Report) -> None:
    page = as_html(report, "Smittskydd Provlän", {"ehec": "EHEC"})
    found = _Page(page)
    assert not found.open
    assert "script" not in found.tags
    assert len(found.ids) == len(set(found.ids))
    for name, value in found.attributes:
        assert name not in ("src", "onclick", "onload")
        assert name != "href" or value == "data:,"
    assert "@import" not in page
    assert "url(" not in page
    assert f'lang="{words.current()}"' in page


@every
def test_every_labelled_section_has_its_heading(report: Report) -> None:
    found = _Page(as_html(report))
    for name, value in found.attributes:
        assert name != "aria-labelledby" or value in found.ids


def test_what_names_a_group_is_escaped() -> None:
    page = as_html(measure(drawn(3, 40)), "<script>alert(1)</script>", {"ehec": "<b>EHEC</b>"})
    assert "<script>" not in page
    assert "<b>EHEC</b>" not in page


@every
def test_json_keeps_to_its_schema(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    told = json.loads(as_json(report))
    jsonschema.validate(told, schema, format_checker=jsonschema.FormatChecker())


@every
def test_csv_tells_the_same_figures_as_json(report: Report) -> None:
    told = json.loads(as_json(report))
    rows = list(csv.DictReader(io.StringIO(as_csv(report))))
    assert {(row["part"], row["row"], row["figure"]) for row in rows}.__len__() == len(rows)
    legs = {(row["row"], row["figure"]): row["value"] for row in rows if row["part"] == "leg"}
    for leg in told["legs"]:
        shown = legs[(leg["leg"], "spread_median")]
        assert shown == ("" if leg["spread"]["median"] is None else str(leg["spread"]["median"]))
    total = {row["figure"]: row["value"] for row in rows if row["part"] == "total"}
    assert total["n"] == ("" if told["total"]["n"] is None else str(told["total"]["n"]))


@every
def test_the_terminals_lines_fit_and_hold_no_nonsense(report: Report) -> None:
    told = as_text(report)
    assert "None" not in told
    assert "nan" not in told.casefold().split()
    for shown in told.splitlines():
        if not shown.startswith("  "):
            assert len(shown) <= 110


def test_small_counts_are_stars_in_what_is_shared() -> None:
    few = withhold(measure(replace(drawn(3, 0), forms=(line(drawn(3, 0).now.date()),) * 3)))
    page = as_html(few)
    assert re.search(r"<li><b>\*</b>", page)
    assert plain(few)["total"]["n"] is None
    assert "*" in as_text(few)


def test_no_form_is_named_in_any_shape() -> None:
    for told in (as_html(FULL), as_json(FULL), as_csv(FULL), as_text(FULL)):
        assert "7K3Q-DF2M" not in told


def test_the_sentence_says_what_matters() -> None:
    words.use("en")
    today = drawn(3, 0)
    waited = line(today.now.date().replace(day=10), post=5)
    slow = line(today.now.date().replace(day=10), post=1, here_h=48)
    timely = line(today.now.date().replace(day=10))
    assert sentence(EMPTY) == "Nothing came in this period."
    assert sentence(measure(replace(today, forms=(timely,) * 4))) == "None of 4 was late."
    told = sentence(measure(replace(today, forms=(waited, slow, timely, timely))))
    assert told == "2 of 4 were late: 1 when the paper came, 1 made late here."
    waiting = still(line(today.now.date()), Status.WAITING)
    assert sentence(measure(replace(today, forms=(waiting,)))) == "Nothing is late, and nothing has been sent yet."


def test_numbers_are_written_as_people_write_them() -> None:
    words.use("en")
    assert [percent(share) for share in (None, 0.0, 0.666, 0.9999, 1.0)] == ["–", "0 %", "67 %", "99 %", "100 %"]
    assert [decimal(number) for number in (0.0, 1.5, 2.0, 10.04, 100.0)] == ["0", "1.5", "2", "10", "100"]
    assert [lasting(days, False) for days in (None, 0.0, 1e-6, 40 / 86400, 0.5 / 24, 0.25, 3.04)] == [
        "–",
        "0 s",
        "under 1 s",
        "40 s",
        "30 min",
        "6 h",
        "3 d",
    ]
    assert lasting(0.5, True) == "0.5 d"
    assert count(None) == "*"


def test_a_bar_is_drawn_on_the_scale_of_its_group() -> None:
    figures = FULL.legs[:4]
    drawn_bars = [bar(figure, figures) for figure in figures]
    assert max(found.p90 for found in drawn_bars if found) == pytest.approx(100)
    assert bar(replace(figures[0], spread=Spread(0)), figures) is None
    assert FULL.legs[0].leg is Leg.ONSET_DIAGNOSIS


def test_slices_fill_the_row_when_all_are_told() -> None:
    assert sum(part.width for part in slices(FULL.total)) == pytest.approx(100)
    assert slices(EMPTY.total) == ()
