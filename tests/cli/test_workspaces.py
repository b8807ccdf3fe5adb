"""A workspace is made, backed up, restored, and its key changed, by commands alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import words
from pipeline.cli import app
from pipeline.domain.notification import Step
from pipeline.domain.submission import Submission
from pipeline.edges import logs
from pipeline.edges.access import Access, Action
from pipeline.edges.store.search import SearchKind
from pipeline.edges.workspace import Workspace, open_workspace
from tests.support.stores import NOW, received

Blankett = Callable[..., str]


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
def made(tmp_path: Path, blankett: Blankett) -> Workspace:
    key = f"file:{tmp_path / 'safe' / 'vault.key'}"
    told = blankett("init", tmp_path / "work", "--inbox", tmp_path / "in", "--key", key)
    assert "0700" in told
    assert "blankett key escrow" in told
    return open_workspace(tmp_path / "work")


def test_a_second_init_is_refused_in_one_line(made: Workspace, blankett: Blankett) -> None:
    told = blankett("init", made.root, code=3)
    assert told.count("\n") == 1
    assert "already" in told


def test_a_backup_is_made_examined_and_restored(made: Workspace, blankett: Blankett, tmp_path: Path) -> None:
    store = made.store()
    with store.begin() as unit:
        form = received(unit, "a", blob=unit.vault.seal_file(b"scan"))
        unit.outbox.freeze(Submission("k" * 64, form.id, "reference", b"{}"), Step.NEW, 1, NOW)
    store.close()
    backed = json.loads(blankett("-w", made.root, "backup", tmp_path / "backups", "--json"))
    folder = backed["backup"]
    assert json.loads(blankett("restore", "--check", folder, "--json"))["faults"] == []
    shutil.rmtree(made.root)
    told = blankett("restore", folder, made.root)
    assert "1 submission may have been sent" in told
    assert ("let only one of the two run" in told) is (made.settings.inbox.path is not None)
    assert open_workspace(made.root).store().verify_ledger() is None
    blankett("restore", folder, code=2)
    blankett("restore", "--check", tmp_path, code=7)


def test_a_faulty_backup_is_told_and_not_restored(made: Workspace, blankett: Blankett, tmp_path: Path) -> None:
    folder = Path(json.loads(blankett("-w", made.root, "backup", tmp_path / "backups", "--json"))["backup"])
    with (folder / "database.sqlite").open("ab") as file:
        file.write(b"x")
    told = blankett("restore", folder, tmp_path / "back", code=7)
    assert "A file was changed, database.sqlite" in told
    assert not (tmp_path / "back").exists()


def test_the_key_goes_to_paper_and_back(
    made: Workspace, blankett: Blankett, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = blankett("-w", made.root, "key", "escrow")
    path = made.key_source.path
    before = path.read_text()
    path.unlink()
    (tmp_path / "typed.txt").write_text(sheet)
    with (tmp_path / "typed.txt").open() as typed:
        monkeypatch.setattr("sys.stdin", typed)
        blankett("key", "restore", made.settings.vault.key)
    assert path.read_text() == before
    blankett("key", "restore", made.settings.vault.key, code=2)


def test_rotation_seals_everything_anew_under_a_running_reader(made: Workspace, blankett: Blankett) -> None:
    vault = made.vault()
    store = made.store(vault)
    with store.begin() as unit:
        form = received(unit, "a", blob=vault.seal_file(b"scan"))
        unit.documents.add(form.id, "draft", {"a": 1}, NOW)
        unit.search.put(form.id, [(SearchKind.NAME, "Anna")])
    told = json.loads(blankett("-w", made.root, "key", "rotate", "--json"))
    assert (told["files"], told["values"]) == (1, 1)
    with store.begin() as unit:
        assert unit.documents.plain(form.id, "draft") == {"a": 1}
        assert [vault.open_file(blob) for blob in unit.blobs()] == [b"scan"]
        assert unit.search.find(SearchKind.NAME, "Anna") == (form.id,)
        assert vault.keys.current == told["key"]
    store.close()


def test_the_access_log_tells_by_form_by_user_and_by_person_and_notes_that_it_was_asked(
    made: Workspace, blankett: Blankett
) -> None:
    vault = made.vault()
    store, log = made.store(vault), made.access(vault)
    with store.begin() as unit:
        form = received(unit, "a")
        unit.search.put(form.id, [(SearchKind.NUMBER, "195009072553")])
    for user, subject in (("anna", form.id), ("bo", "AAAA-BBBB")):
        log.record(Access(user, Action.VIEW, subject, NOW))
    log.close()
    store.close()
    asked = ["-w", made.root, "access"]
    assert "anna" in blankett(*asked, "--form", form.id)
    assert "bo" not in blankett(*asked, "--person", "19500907-2553")
    assert [row["subject"] for row in json.loads(blankett(*asked, "--user", "bo", "--json"))] == ["AAAA-BBBB"]
    assert "read the access log" in blankett(*asked)
    assert "Nobody" in blankett(*asked, "--form", "ZZZZ-ZZZZ")
