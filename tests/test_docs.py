"""What the documents promise to list, they list."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from pipeline import errors, words
from pipeline.cli import faults
from pipeline.cli.app import app
from pipeline.domain.exam import ExamFault
from pipeline.domain.notification import Blocked
from pipeline.domain.placement import Reason
from pipeline.domain.record import FindingKind
from pipeline.domain.review import Ending, VerdictKind
from pipeline.domain.submission import RefusalCode
from pipeline.domain.template import FieldKind, RuleId
from pipeline.edges.template_faults import NOT_TOML
from pipeline.edges.template_shape import UNSHAPED
from pipeline.jobs.checked import ALIKE, GUESSES_LEFT
from pipeline.stages.vet import RemarkCode
from pipeline.station.words import all_keys
from pipeline.web.template_words import sentences

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
FOLDERS = (ROOT, DOCS, ROOT / "benchmarks", ROOT / "training", ROOT / "samples", ROOT / "pipeline" / "readers" / "models")
PAGES = sorted(path for folder in FOLDERS for path in folder.glob("*.md"))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = words.current()
    words.use("en")
    yield
    words.use(before)


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(document: str, title: str) -> str:
    """Return what stands under a heading of the second level that begins so."""
    found = re.search(rf"^## {re.escape(title)}.*?$(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def public_nouns() -> set[str]:
    names: set[str] = set()
    for path in (ROOT / "pipeline" / "domain").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names.update(node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    return names


def test_the_glossary_has_one_line_for_every_noun() -> None:
    listed = re.findall(r"^\| `(\w+)` \| \S", section(text("glossary.md"), "Every noun"), re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == public_nouns()


CLOSED: list[tuple[str, type[StrEnum]]] = [
    ("Reasons", Reason),
    ("Findings", FindingKind),
    ("Refusals", RefusalCode),
    ("Blocked", Blocked),
]


@pytest.mark.parametrize(("title", "closed"), CLOSED, ids=[title for title, _ in CLOSED])
def test_every_code_of_a_closed_list_has_a_section_that_says_something(title: str, closed: type[StrEnum]) -> None:
    part = section(text("errors.md"), title)
    told = dict(re.findall(r"^### (\w+)(?: \(\w+\))?\n(.+)$", part, re.MULTILINE))
    assert set(told) == {code.value for code in closed}
    assert all(len(line) > 20 for line in told.values())


def test_headings_of_the_page_of_errors_are_unlike_so_that_links_find_them() -> None:
    headings = re.findall(r"^###? (.+)$", text("errors.md"), re.MULTILINE)
    assert len(headings) == len(set(headings))


def test_every_class_of_failure_stands_with_its_exit_code_and_a_section() -> None:
    page = text("errors.md")
    for kind in errors.BlankettError.__subclasses__():
        assert f"| {kind.exit_code} | `{kind.__name__}` |" in page
        assert f"### {kind.__name__}\n" in page


def test_every_failure_code_stands_with_the_words_that_are_said() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section(text("errors.md"), "Failures by code"), re.MULTILINE))
    assert listed == faults.sentences()


def test_every_key_of_the_station_is_told() -> None:
    page = section(text("review.md"), "Keys")
    assert re.findall(r"^\| (.+?) \| (.+?) \|$", page, re.MULTILINE)[1:] == list(all_keys())


def test_every_verdict_and_ending_of_the_file_of_answers_is_told() -> None:
    page = text("review.md")
    assert all(f"`{kind.value}`" in page for kind in VerdictKind if kind not in (VerdictKind.UNDO, VerdictKind.KEYED))
    assert all(f"`{ending.value}`" in page for ending in Ending)


def test_every_kind_of_field_and_every_rule_is_told() -> None:
    page = text("templates.md")
    assert all(f"`{kind.value}`" in page for kind in FieldKind)
    assert all(f"`{rule.value}`" in page for rule in RuleId)


def test_every_fault_and_warning_of_a_template_has_a_sentence_and_is_told() -> None:
    edges = ROOT / "pipeline" / "edges"
    sources = [path.read_text() for path in (edges / "library.py", *edges.glob("template_*.py"))]
    codes = {code for source in sources for code in re.findall(r'\bFault\(\s*"(\w+)"', source)}
    codes |= {GUESSES_LEFT, *ALIKE.values(), *RemarkCode, *NOT_TOML.values(), *UNSHAPED.values()}
    listed = re.findall(r"^\| (`[^|]*`) \| \S", section(text("templates.md"), "Faults"), re.MULTILINE)
    told = {code for cell in listed for code in re.findall(r"`(\w+)`", cell)}
    said = set(sentences()) - {"not_understood"}
    assert codes <= said
    assert told == said


def test_every_fault_of_an_exam_is_told_with_its_bar() -> None:
    page = section(text("templates.md"), "The exam")
    assert set(re.findall(r"^\| `(\w+)`: ", page, re.MULTILINE)) == {fault.value for fault in ExamFault}


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_links_between_the_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def told_commands(page: str) -> list[list[str]]:
    """Return the words of every command line of ours, in blocks and in running text, without comment and pipe."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^(?:\$ )?(blankett(?: .*)?)$", "\n".join(blocks), re.MULTILINE)
    lines += re.findall(r"(?<!`)`(blankett(?: [^`]*)?)`", page)
    return [shlex.split(line.partition(" | ")[0], comments=True) for line in lines]


@lru_cache(maxsize=1)
def whole() -> Any:
    """Return the command with all below it; to put it together takes half a second."""
    return get_command(app)


@cache
def found(names: tuple[str, ...]) -> Any:
    """Return the command of that name, or None; each takes a fifth of a second to put together."""
    command = whole()
    for name in names:
        command = command.get_command(command.context_class(command, info_name=name), name) if command else None
    return command


def parsed(told: list[str]) -> tuple[str, ...]:
    """Return the names of the command, after its options and the number of its arguments were checked; nothing is run."""
    command: Any = whole()
    context = command.context_class(command, info_name=told[0])
    names, rest = [], told[1:]
    while True:
        _, rest, _ = command.make_parser(context).parse_args(list(rest))
        if not rest or not hasattr(command, "get_command"):
            assert not rest, f"more than it takes: {rest}"
            return tuple(names)
        command = found((*names, rest[0]))
        assert command is not None, f"no such command: {rest[0]}"
        context = command.context_class(command, info_name=rest[0], parent=context)
        names.append(rest.pop(0))


def every_command() -> set[tuple[str, ...]]:
    def below(command: Any, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if not hasattr(command, "list_commands"):
            yield names
            return
        context = command.context_class(command, info_name="blankett")
        for name in command.list_commands(context):
            yield from below(command.get_command(context, name), (*names, name))

    return set(below(whole(), ()))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_that_is_told_can_be_given(path: Path) -> None:
    for told in told_commands(path.read_text(encoding="utf-8")):
        try:
            parsed(told)
        except Exception as error:
            pytest.fail(f"{shlex.join(told)}: {error}")


def test_every_command_is_told() -> None:
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]
    told = {parsed(line) for page in pages for line in told_commands(page.read_text(encoding="utf-8"))}
    assert not every_command() - told


@pytest.mark.parametrize("line", ["blankett nothing", "blankett run --twice", "blankett status one", "blankett key nothing"])
def test_a_command_that_is_not_there_is_found_out(line: str) -> None:
    with pytest.raises(Exception, match=r"(?i)no such|more than it takes"):
        parsed(shlex.split(line))


def test_every_document_and_heading_that_is_named_exists() -> None:
    missing = []
    for path in [*PAGES, *(ROOT / "pipeline").rglob("*.py"), *ROOT.glob("*.sh")]:
        for name, heading in re.findall(r"\b(docs/[\w-]+\.md)(?:#([\w-]+))?", path.read_text(encoding="utf-8")):
            page = ROOT / name
            there = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE) if page.exists() else []
            if not there or (heading and heading not in {title.lower().replace(" ", "-") for title in there}):
                missing.append(f"{path.relative_to(ROOT)}: {name}#{heading}")
    assert not missing


def test_every_benchmark_is_listed() -> None:
    folder = ROOT / "benchmarks"
    runs = {path.stem for path in folder.glob("*.py") if re.search(r"^def main\(", path.read_text(), re.MULTILINE)}
    runs |= {path.parent.name for path in folder.glob("*/__main__.py")}
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `python -m benchmarks\.(\w+)` \| \S", page, re.MULTILINE)) == runs
