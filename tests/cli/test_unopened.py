"""A file that could not be opened has its place, its reason in words, a next step, and can be had back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

from pipeline import words
from pipeline.cli import app
from pipeline.cli.advice import advice
from pipeline.cli.coded import word
from pipeline.domain.placement import PageState, Reason
from pipeline.domain.record import FindingKind
from pipeline.domain.status import Status
from pipeline.edges import logs
from pipeline.edges.access import Action
from pipeline.edges.store.scans import ScanState
from pipeline.edges.workspace import open_workspace
from tests.support.unit import Unit, unit

Blankett = Callable[..., str]
LETTER = b"no scan at all"
SCHEMA = Path(__file__).parents[2] / "pipeline" / "schemas" / "status.json"


@pytest.fixture
def blankett(capsys: pytest.CaptureFixture[str]) -> Iterator[Blankett]:
    words.use("en")

    def run(*arguments: object, code: int = 0) -> str:
        assert app.run([str(argument) for argument in arguments]) == code
        told = capsys.readouterr()
        return told.out + told.err

    yield run
    logs.close()


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Unit]:
    with unit(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    """A unit with a pile of three files, of which the second could not be opened; no test takes anything in there."""
    with unit(tmp_path_factory.mktemp("unit")) as made:
        made.drop()
        made.run("worker")
        (made.workspace.inbox / "letter.pdf").write_bytes(LETTER)
        made.run("worker")
        made.drop()
        made.run("worker")
        yield made


@pytest.fixture
def pile(past: Unit, blankett: Blankett) -> str:
    """Its pile's name, as `status` tells it."""
    told = json.loads(blankett("-w", past.workspace.root, "status", "--json"))
    jsonschema.validate(told, json.loads(SCHEMA.read_text()))
    found = str(told["piles"][0]["pile"])
    assert [(one["pile"], one["file"], one["reason"]) for one in told["rejected"]] == [(found, 2, "damaged")]
    return found


def test_it_is_listed_at_its_place_in_the_pile(past: Unit, pile: str, blankett: Blankett) -> None:
    root = past.workspace.root
    listed = json.loads(blankett("-w", root, "find", "--pile", pile, "--json"))
    assert [(one["file"], one["page"]) for one in listed] == [
        *((1, page) for page in (1, 2, 3, 4)),
        (2, None),
        *((3, page) for page in (1, 2, 3, 4)),
    ]
    line = next(line for line in blankett("-w", root, "find", "--pile", pile).splitlines() if line.startswith("2/-"))
    assert line.split(maxsplit=2)[1:] == ["rejected", "damaged"]
    assert f"{pile}, file 2, damaged" in blankett("-w", root, "status")


def test_its_bytes_are_had_back_as_they_came_and_that_is_logged(
    past: Unit, pile: str, blankett: Blankett, tmp_path: Path
) -> None:
    root, out = past.workspace.root, tmp_path / "back.pdf"
    scan = json.loads(blankett("-w", root, "find", "--rejected", "--json"))[0]["scan"]
    access = open_workspace(root).access()
    before = len(access.by_subject(scan))
    told = blankett("-w", root, "find", "--rejected")
    assert f"{pile}  2/-  damaged" in told
    assert f"blankett find --pile {pile} --page 2 --out FILE" in told
    assert advice("damaged") in told
    blankett("-w", root, "find", "--pile", pile, "--page", 2, "--out", out)
    assert out.read_bytes() == LETTER
    assert out.stat().st_mode & 0o777 == 0o600
    assert [entry.action for entry in access.by_subject(scan)[before:]] == [Action.EXPORT]
    access.close()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("2/1", "could not be opened, so it has no sides"),
        ("1/9", "There is no such page"),
        ("7", "There is no such file in that pile"),
        ("7/1", "There is no such file in that pile"),
    ],
)
def test_a_side_that_cannot_be_shown_is_told_truly(
    place: str, said: str, past: Unit, pile: str, blankett: Blankett, tmp_path: Path
) -> None:
    out = tmp_path / "side.jpg"
    told = blankett("-w", past.workspace.root, "find", "--pile", pile, "--page", place, "--out", out, code=7)
    assert said in told
    assert not out.exists()


def test_a_side_without_a_picture_is_not_said_to_be_missing(
    past: Unit, pile: str, blankett: Blankett, tmp_path: Path
) -> None:
    store = past.store()
    with store.begin() as work:
        first = work.scans.arrivals(pile=pile)[-1].scan
        page = work.pages.of_scan(first)[0].id
        work.pages.forget_blobs(page)
    store.close()
    wanted = ("find", "--pile", pile, "--page", "1/1", "--out", tmp_path / "a.jpg")
    assert "no picture to show" in blankett("-w", past.workspace.root, *wanted, code=7)


def test_what_cannot_be_written_is_told_before_anything_is_logged(
    past: Unit, pile: str, blankett: Blankett, tmp_path: Path
) -> None:
    root = past.workspace.root
    gone = tmp_path / "nowhere" / "a.pdf"
    assert "make it first" in blankett("-w", root, "find", "--pile", pile, "--page", 2, "--out", gone, code=2)
    assert "There is no such pile" in blankett("-w", root, "find", "--pile", "1999-01-01", code=7)
    assert "FILE/PAGE" in blankett("-w", root, "find", "--pile", pile, "--page", "x", "--out", gone, code=2)


def test_status_tells_how_many_more_there_are(at: Unit, blankett: Blankett) -> None:
    for number in range(7):
        (at.workspace.inbox / f"{number}.pdf").write_bytes(LETTER + str(number).encode())
    at.run("worker")
    shown = blankett("-w", at.workspace.root, "status")
    assert shown.count("could not be opened: ") == 5
    assert "and 2 more that could not be opened" in shown


def test_a_run_ends_by_telling_what_was_done_and_folders_and_links_are_told(at: Unit, blankett: Blankett) -> None:
    inbox, root = at.workspace.inbox, at.workspace.root
    assert "passed by" not in blankett("-w", root, "status")
    (inbox / "folder").mkdir()
    (inbox / "link.pdf").symlink_to(inbox / "elsewhere.pdf")
    (inbox / "letter.pdf").write_bytes(LETTER)
    last = blankett("-w", root, "run", "--once").splitlines()[-1]
    assert last.startswith("Done: files taken 1, sides 0, forms waiting for you 0, could not be opened 1")
    assert "folders in the inbox, not looked into 1, links in the inbox, not followed 1" in last
    assert "passed by, take them out: folders 1   links 1" in blankett("-w", root, "status")
    assert json.loads(blankett("-w", root, "status", "--json"))["inbox"] == {"folders": 1, "links": 1, "unreadable": 0}
    checks = {one["check"]: one for one in json.loads(blankett("-w", root, "doctor", "--json"))}
    assert (checks["inbox_scans"]["well"], checks["inbox_scans"]["folders"]) == (False, 1)
    assert "never taken (folders 1, links 1)" in blankett("-w", root, "doctor")


def test_every_code_that_people_meet_has_its_words() -> None:
    words.use("en")
    codes = {code.value for closed in (PageState, Reason, FindingKind, Status, ScanState) for code in closed}
    assert {code for code in codes if word(code) == code and "_" in code} == set()
    words.use("sv")
    assert {code for code in codes if word(code) == code} <= {"superseded"}
    words.use("en")


def test_every_reason_of_a_file_says_what_to_do() -> None:
    words.use("en")
    of_files = list(Reason)[: list(Reason).index(Reason.TOO_COARSE)]
    assert all(len(advice(reason.value)) > 20 for reason in (*of_files, Reason.INTERNAL))
