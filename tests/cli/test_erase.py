"""Sealed scans stay till a named person decides; then the pictures go, and the sums, the records and the ledger stay."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

from pipeline import words
from pipeline.cli import app
from pipeline.domain.event import EventKind
from pipeline.edges import logs
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.vault import Vault
from pipeline.edges.workspace import open_workspace
from pipeline.errors import StoreError
from pipeline.jobs import retain
from pipeline.jobs.opening import open_office, whoami
from tests.support.truths import schema
from tests.support.unit import Unit, unit

Blankett = Callable[..., str]
DECISION = ("--decision", "RS-2026-0412")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Unit]:
    """A unit with a pile of two files, verified and sent, and a third that could not be opened."""
    with unit(tmp_path) as made:
        made.drop(2)
        made.run("worker")
        made.run("reviewer", "anna")
        made.run("worker")
        (made.workspace.inbox / "letter.pdf").write_bytes(b"no scan at all")
        made.run("worker")
        yield made


@pytest.fixture
def blankett(at: Unit, capsys: pytest.CaptureFixture[str]) -> Iterator[Blankett]:
    words.use("en")

    def run(*arguments: object, code: int = 0) -> str:
        assert app.run(["-w", str(at.workspace.root), *(str(argument) for argument in arguments)]) == code
        told = capsys.readouterr()
        return told.out + told.err

    yield run
    logs.close()


def listed(blankett: Blankett) -> list[tuple[int, int]]:
    found = json.loads(blankett("erase", "--json"))
    jsonschema.validate(found, schema("erasable"))
    return sorted((one["file"], one["sides"]) for one in found)


def sums(blankett: Blankett) -> list[object]:
    told = [json.loads(blankett(*asked, "--json")) for asked in (("status", "--all"), ("report",))]
    return [{key: value for key, value in one.items() if key not in ("now", "made")} for one in told]


def test_scans_go_by_decision_and_all_that_was_made_of_them_stays(at: Unit, blankett: Blankett, tmp_path: Path) -> None:
    before, pile = sums(blankett), json.loads(blankett("status", "--all", "--json"))["piles"][0]["pile"]
    assert listed(blankett) == [(1, 4), (2, 4), (3, 0)]
    assert "1 scan erased" in blankett("erase", f"{pile}/2", *DECISION, "--yes")
    store = at.store()
    with store.read() as unit_:
        (event,) = unit_.events(kinds=(EventKind.ERASED,))
        kept = unit_.scans.arrivals(pile=pile)
        assert event.subject == kept[1].scan
        assert (event.param("decision"), event.param("what"), event.param("sides")) == ("RS-2026-0412", "scan", 4)
        assert event.actor not in ("machine", whoami())
        assert set(unit_.blobs()) == set(store.vault.names())
        forms = {page.form for page in unit_.pages.of_scan(event.subject)} - {None}
        assert all(unit_.documents.plain(str(form), "record") is not None for form in forms)
    store.close()
    assert listed(blankett) == [(1, 4), (3, 0)]
    assert sums(blankett) == before
    for place in ("2", "2/1"):
        told = blankett("find", "--pile", pile, "--page", place, "--out", tmp_path / "out", code=7)
        assert "no longer kept" in told
    assert "no longer kept" in blankett("erase", f"{pile}/2", *DECISION, "--yes", code=7)
    checks = json.loads(blankett("doctor", "--json"))
    assert all(one["well"] for one in checks if one["check"] in ("vault", "ledger", "sealed"))
    assert at.store().verify_ledger() is None
    assert json.loads(blankett("restore", "--check", backup(blankett, tmp_path), "--json"))["faults"] == []


def backup(blankett: Blankett, out: Path) -> str:
    return str(json.loads(blankett("backup", out, "--json"))["backup"])


def test_what_nobody_verified_goes_only_by_its_own_name(at: Unit, blankett: Blankett) -> None:
    assert "0 scans erased" in blankett("erase", "--closed-before", "2020-01-01", *DECISION)
    assert "2 scans erased" in blankett("erase", "--closed-before", "2999-01-01", *DECISION, "--yes")
    assert listed(blankett) == [(3, 0)]
    told = blankett("erase")
    assert "/3 " in told
    assert "damaged" in told
    pile = json.loads(blankett("erase", "--json"))[0]["pile"]
    assert "1 scan erased" in blankett("erase", f"{pile}/3", *DECISION, "--yes")
    assert "Nothing may be erased" in blankett("erase")
    told = blankett("find", "--rejected")
    assert "no longer kept" in told
    assert "--out" not in told
    store = at.store()
    assert list(store.vault.names()) == []
    store.close()


def test_a_scan_with_an_open_form_is_kept_and_nothing_else_goes_either(at: Unit, blankett: Blankett) -> None:
    at.drop()
    at.run("worker")
    pile = json.loads(blankett("erase", "--json"))[0]["pile"]
    assert listed(blankett) == [(1, 4), (2, 4), (3, 0)]
    told = blankett("erase", f"{pile}/1", f"{pile}/4", *DECISION, "--yes", code=7)
    assert "still open" in told
    assert "blankett erase" in told
    assert listed(blankett) == [(1, 4), (2, 4), (3, 0)]


def test_a_decision_must_be_whole(blankett: Blankett) -> None:
    for arguments, said in (
        (("1", *DECISION, "--yes"), "PILE/FILE"),
        (("2026-11-23/1", "--yes"), "number"),
        (("2026-11-23/1", "--decision", "by law", "--yes"), "no spaces"),
        (("2026-11-23/1", "--closed-before", "2026-01-01", *DECISION), "not both"),
        (DECISION, "say which"),
    ):
        assert said in blankett("erase", *arguments, code=2), arguments


def test_it_asks_once_more_and_nobody_there_is_no_yes(at: Unit, blankett: Blankett, monkeypatch: pytest.MonkeyPatch) -> None:
    pile = json.loads(blankett("erase", "--json"))[0]["pile"]
    wanted = ("erase", f"{pile}/1", *DECISION)
    assert "--yes" in blankett(*wanted, code=2)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for answer, erased in (("", 0), ("no", 0), ("Yes ", 1)):
        monkeypatch.setattr("typer.prompt", lambda *_, said=answer, **__: said)
        assert f"{erased} scan" in blankett(*wanted)
    assert len(listed(blankett)) == 2


def test_what_a_death_leaves_behind_is_swept(at: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    office = open_office(open_workspace(at.workspace.root), "cli", InlineEngine())
    first = retain.closed(office)[0].scan

    def die(*_: object) -> None:
        raise StoreError("vault_unusable")

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "erase", die)
        with pytest.raises(StoreError, match="vault_unusable"):
            retain.erase(office, [first], "RS-1", "chefen")
    with office.store.read() as unit_:
        orphans = set(office.vault.names()) - set(unit_.blobs())
    assert orphans
    assert first not in {one.scan for one in retain.closed(office)}
    later = office.now() + 2 * retain.ORPHAN_AGE
    office.clock = lambda: later
    assert retain.sweep_orphans(office) == len(orphans)
    office.close()


def test_a_repetition_is_kept_as_long_as_what_it_repeats_is_open(at: Unit) -> None:
    office = open_office(open_workspace(at.workspace.root), "cli", InlineEngine())
    at.drop()
    at.run("worker")
    closed = retain.closed(office)
    with office.store.begin() as unit_:
        open_form = unit_.tasks.queue(office.now())[0].form
        scan = next(one for one in closed if one.pages)
        form = next(page.form for page in unit_.pages.of_scan(scan.scan) if page.form)
        state = unit_.forms.state(form)
        assert state is not None
        office.tell(unit_, EventKind.FORM_WITHDRAWN, form, generation=state.generation + 1, alike=open_form)
    assert scan.scan not in {one.scan for one in retain.closed(office)}
    office.close()
