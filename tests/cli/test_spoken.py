"""The framework's own words and the program's codes are said in the chosen language."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import pytest

from pipeline import words
from pipeline.cli import app
from pipeline.cli.coded import word
from pipeline.cli.spoken import said
from pipeline.domain.notification import Step
from pipeline.domain.placement import PageState, Reason
from pipeline.domain.record import FindingKind, Settlement
from pipeline.domain.review import VerdictKind, VerificationMode
from pipeline.domain.status import Status
from pipeline.domain.submission import RefusalCode
from pipeline.edges.store.outbox import OutState

MISUSES = (
    (["nonsense"], "Det finns inget kommando 'nonsense'."),
    (["status", "--nonsense"], "Det finns inget alternativ --nonsense"),
    (["status", "--chec"], "Det finns inget alternativ --chec (möjliga: "),
    (["find", "a", "b"], "Oväntade ytterligare argument (b)"),
    (["find", "--by"], "Alternativet '--by' kräver ett värde."),
    (["find", "--rejected=3"], "Alternativet '--rejected' tar inget värde."),
    (["find", "--by", "shoe"], "'shoe' är inget av 'number', 'name', 'clinic', 'date'."),
    (["why"], "Argumentet 'form' saknas."),
    (["pile", "--count", "few"], "Ogiltigt värde för '--count': det ska vara ett heltal"),
    (["pile", "--count", "-1"], "det ska vara minst 0"),
    (["receiver", "--busy", "2"], "det ska vara högst 1"),
    (["receiver", "--busy", "much"], "det ska vara ett tal"),
    (["report", "--since", "2026-13-01"], "'2026-13-01' har inte formen '%Y-%m-%d'."),
    (["read", "/nowhere.pdf"], "filen '/nowhere.pdf' finns inte."),
    (["read", "/"], "'/' är en mapp och ingen fil."),
)


@pytest.fixture
def swedish() -> Iterator[None]:
    before = words.current()
    words.use("sv")
    yield
    words.use(before)


@pytest.mark.usefixtures("swedish")
@pytest.mark.parametrize(("arguments", "told"), MISUSES, ids=[" ".join(arguments) for arguments, _told in MISUSES])
def test_misuse_is_told_in_swedish(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(arguments) == 2
    assert told in capsys.readouterr().err


@pytest.mark.usefixtures("swedish")
def test_misuse_begins_with_how_the_command_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["find", "a", "b"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "Användning: blankett find [ALTERNATIV] [written]",
        "Pröva 'blankett find --help' för hjälp.",
        "Oväntade ytterligare argument (b)",
    ]


@pytest.mark.usefixtures("swedish")
@pytest.mark.parametrize("name", ["", *app.commands()])
def test_help_has_swedish_headings(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run([*name.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Användning: blankett" in shown
    assert "Alternativ" in shown
    assert "Visa denna hjälp och avsluta." in " ".join(shown.replace("│", " ").split())
    for english in ("Usage:", "Options", "Commands", "Arguments ", "[default", "[required", "this message"):
        assert english not in shown


def test_a_sentence_that_is_not_known_stays_as_it_is() -> None:
    assert said("Nothing of the kind.") == "Nothing of the kind."


@pytest.mark.usefixtures("swedish")
@pytest.mark.parametrize(
    "kind", [Status, PageState, Reason, FindingKind, Settlement, VerdictKind, VerificationMode, OutState, Step, RefusalCode]
)
def test_every_code_has_its_words(kind: type[StrEnum]) -> None:
    for member in kind:
        assert word(member.value) != member.value
