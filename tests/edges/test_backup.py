"""A backup made while it runs comes back whole, and nothing that may have been sent goes again unasked."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.domain.event import EventKind
from pipeline.domain.notification import Step
from pipeline.domain.status import FormState, Status
from pipeline.domain.submission import Receipt, Submission
from pipeline.edges.access import Access, Action
from pipeline.edges.backup import back_up
from pipeline.edges.founding import Plan, make
from pipeline.edges.manifest import Manifest
from pipeline.edges.restore import Target, check, keys_for, restore
from pipeline.edges.store.outbox import OutState
from pipeline.edges.workspace import Workspace
from pipeline.errors import StoreError
from tests.support.stores import NOW, received, waiting

LATER = NOW + dt.timedelta(days=1)


def lived_in(folder: Path, **more: str) -> Workspace:
    """Return a workspace with a form waiting, one frozen, one sent, one receipted, and one look at a form."""
    key = f"file:{folder / 'vault.key'}"
    plan = Plan(folder / "work", folder / "in", key=key, more=tuple((k.replace("_", "."), v) for k, v in more.items()))
    workspace = make(plan, NOW)
    vault = workspace.vault()
    store = workspace.store(vault)
    with store.begin() as unit:
        waiting(unit, "waits")
        for name, key_ in (("frozen", "f"), ("sent", "s"), ("done", "d")):
            form = received(unit, name, blob=vault.seal_file(name.encode() * 100))
            unit.outbox.freeze(Submission(key_ * 64, form.id, "reference", name.encode()), Step.NEW, 1, NOW)
        unit.outbox.tried("s" * 64, NOW, NOW)
        unit.outbox.tried("d" * 64, NOW, NOW)
        unit.outbox.receipt(Receipt("d" * 64, "r-1", NOW, b"{}"), NOW)
        unit.scans.get("x")
        unit.connection.execute(
            text("UPDATE scan SET blob = :b WHERE blob = :z"), {"b": vault.seal_file(b"w"), "z": "0" * 32}
        )
    store.close()
    access = workspace.access(vault)
    access.record(Access("anna", Action.VIEW, "AAAA-BBBB", NOW))
    access.close()
    return workspace


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    if request.param == "postgresql":
        return lived_in(tmp_path, database_url=request.getfixturevalue("postgres_url"))
    return lived_in(tmp_path)


def emptied(workspace: Workspace) -> None:
    """Lose everything but the key."""
    if workspace.settings.database.url:
        store = workspace.store()
        with store.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        store.close()
    shutil.rmtree(workspace.root)


def test_what_was_backed_up_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    made = back_up(workspace, tmp_path / "backups", NOW)
    vault = keys_for(made.folder)
    examined = check(made.folder, vault)
    assert examined.faults == ()
    assert (examined.blobs, examined.events) == (4, made.seq)
    emptied(workspace)
    back = restore(made.folder, Target(workspace.root), vault, LATER)
    assert back.questioned == ("f" * 64, "s" * 64)
    store = back.workspace.store()
    assert store.verify_ledger() is None
    with store.begin() as unit:
        assert unit.ledger.last(EventKind.RESTORED) is not None
        assert [row.state for row in unit.outbox.all()].count(OutState.QUESTIONED) == 2
        assert unit.outbox.due(LATER) == ()
        assert unit.outbox.stored_receipt("d" * 64) is not None
        assert [unit.vault.open_file(blob)[:1] for blob in sorted(unit.blobs())]
        waits = unit.tasks.queue(LATER)[0].form
        state = unit.outbox.freeze(Submission("w" * 64, waits, "reference", b"{}"), Step.NEW, 1, LATER)
        assert state is OutState.QUESTIONED
        assert unit.outbox.answer("w" * 64, False, "anna", LATER)
        assert [row.key for row in unit.outbox.due(LATER)] == ["w" * 64]
        assert unit.forms.state(waits) == FormState(waits, Status.SUBMITTED, 1)
    store.close()
    log = back.workspace.access()
    assert [access.user for access in log.all()] == ["anna"]
    log.close()


def test_a_backup_holds_neither_key_nor_plain_values(tmp_path: Path) -> None:
    made = back_up(lived_in(tmp_path), tmp_path / "backups", NOW)
    key = json.loads((tmp_path / "vault.key").read_text())
    for path in made.folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert not any(bytes.fromhex(hexed) in raw or hexed.encode() in raw for hexed in key["keys"].values())
            assert b"anna" not in raw


def test_the_engines_own_tables_are_left_out(tmp_path: Path) -> None:
    workspace = lived_in(tmp_path)
    with sqlite3.connect(workspace.root / "blankett.sqlite") as connection:
        connection.execute("CREATE TABLE workflow_status (id TEXT PRIMARY KEY)")
        connection.execute("CREATE TABLE operation (id TEXT REFERENCES workflow_status(id))")
        connection.execute("INSERT INTO workflow_status VALUES ('deliver')")
        connection.execute("INSERT INTO operation VALUES ('deliver')")
    connection.close()
    made = back_up(workspace, tmp_path / "backups", NOW)
    copied = sqlite3.connect(made.folder / "database.sqlite")
    names = {name for (name,) in copied.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    copied.close()
    assert "workflow_status" not in names
    assert "event" in names


def _flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda folder: _flip(next(p for p in (folder / "vault").rglob("*") if p.is_file())), "file_changed"),
        (lambda folder: next(p for p in (folder / "vault").rglob("*") if p.is_file()).unlink(), "file_missing"),
        (lambda folder: (folder / "database.sqlite").unlink(), "file_missing"),
        (lambda folder: _forge(folder), "manifest_forged"),
    ],
    ids=["a changed file", "a missing file", "no database", "a forged manifest"],
)
def test_harm_to_a_backup_is_found(tmp_path: Path, harm: Callable[[Path], None], code: str) -> None:
    made = back_up(lived_in(tmp_path), tmp_path / "backups", NOW)
    harm(made.folder)
    assert code in {fault.code for fault in check(made.folder, keys_for(made.folder)).faults}


def _forge(folder: Path) -> None:
    manifest = Manifest.read(folder)
    told = json.loads((folder / "manifest.json").read_text())
    told["seq"] = manifest.seq - 1
    (folder / "manifest.json").write_text(json.dumps(told))


def test_a_cut_ledger_is_found_even_with_a_manifest_of_its_own(tmp_path: Path) -> None:
    made = back_up(lived_in(tmp_path), tmp_path / "backups", NOW)
    connection = sqlite3.connect(made.folder / "database.sqlite")
    connection.execute("DROP TRIGGER event_no_delete")
    connection.execute("DELETE FROM event WHERE seq > 2")
    connection.commit()
    connection.close()
    codes = {fault.code for fault in check(made.folder, keys_for(made.folder)).faults}
    assert "file_changed" in codes


def test_nothing_is_restored_over_something(tmp_path: Path) -> None:
    workspace = lived_in(tmp_path)
    made = back_up(workspace, tmp_path / "backups", NOW)
    with pytest.raises(StoreError, match="folder_not_empty"):
        restore(made.folder, Target(workspace.root), keys_for(made.folder), LATER)
    with pytest.raises(StoreError, match="backup_exists"):
        back_up(workspace, tmp_path / "backups", NOW)
    with pytest.raises(StoreError, match="backup_missing"):
        check(tmp_path, keys_for(made.folder))


def test_a_folder_that_only_holds_backups_is_told_apart_from_a_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="backup_missing"):
        keys_for(tmp_path)


def test_a_backup_is_whole_while_another_process_writes(tmp_path: Path) -> None:
    workspace = lived_in(tmp_path)
    script = f"""
import datetime as dt, time
from pathlib import Path
from pipeline.edges.workspace import open_workspace
from tests.support.stores import received
workspace = open_workspace(Path({str(workspace.root)!r}))
vault = workspace.vault()
store = workspace.store(vault)
print("ready", flush=True)
n = 0
while n < 100000:
    blob = vault.seal_file(b"x" * 5000)
    with store.begin() as unit:
        received(unit, f"n{{n}}", blob=blob)
    n += 1
    time.sleep(0.005)  # SQLite has no queue: who never lets go starves all others
"""
    writer = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        for n in range(3):
            made = back_up(workspace, tmp_path / "backups", NOW + n * dt.timedelta(seconds=1))
            assert check(made.folder, keys_for(made.folder)).faults == ()
    finally:
        writer.kill()
        writer.wait()
        if writer.stdout is not None:
            writer.stdout.close()


def test_a_backup_finds_its_key_where_it_is_told(tmp_path: Path) -> None:
    workspace = lived_in(tmp_path)
    made = back_up(workspace, tmp_path / "backups", NOW)
    moved = tmp_path / "elsewhere.key"
    (tmp_path / "vault.key").rename(moved)
    with pytest.raises(StoreError, match="vault_key_missing"):
        keys_for(made.folder)
    vault = keys_for(made.folder, f"file:{moved}")
    back = restore(made.folder, Target(tmp_path / "second", f"file:{moved}"), vault, LATER)
    assert back.workspace.settings.vault.key == f"file:{moved}"
    assert back.workspace.vault().keys == vault.keys


@pytest.mark.postgres
def test_a_workspace_moves_to_postgresql_by_backup_and_restore(tmp_path: Path, postgres_url: str) -> None:
    made = back_up(lived_in(tmp_path), tmp_path / "backups", NOW)
    vault = keys_for(made.folder)
    back = restore(made.folder, Target(tmp_path / "second", database=postgres_url), vault, LATER)
    assert back.workspace.database_url == postgres_url
    assert not list(back.workspace.root.glob("*.sqlite"))
    store = back.workspace.store()
    with store.begin() as unit:
        assert {row.state for row in unit.outbox.all()} == {OutState.QUESTIONED, OutState.RECEIPTED}
        received(unit, "new", LATER)
    assert store.verify_ledger() is None
    store.close()
    with pytest.raises(StoreError, match="database_not_empty"):
        restore(made.folder, Target(tmp_path / "third", database=postgres_url), vault, LATER)
