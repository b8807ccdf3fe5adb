"""Making a backup while everything runs: rows first, in one moment, then the sealed files those rows refer to.

The backup is a folder: `database.sqlite` (our tables, whatever database they came from), `access.sqlite`, the sealed
files, the settings and the workspace's own templates, and a manifest. The vault's key is not in it.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, make_url

from pipeline.domain.event import Event, EventKind
from pipeline.edges import access as access_log
from pipeline.edges.calibration import FILE as CALIBRATION
from pipeline.edges.manifest import FileNote, Manifest, note
from pipeline.edges.settings import FILE as SETTINGS
from pipeline.edges.store.carrying import OURS, carry, referenced
from pipeline.edges.store.ledger import Ledger
from pipeline.edges.store.opening import Store, driver_fault, make_engine, sqlite_path, told
from pipeline.edges.store.people import People
from pipeline.edges.store.upgrading import upgrade
from pipeline.edges.vault import file_fault, sync
from pipeline.edges.workspace import Workspace
from pipeline.errors import StoreError

DATABASE = "database.sqlite"
ACCESS = "access.sqlite"
Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Tell nobody how far it has come."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made: its folder, and what it holds."""

    folder: Path
    files: int
    bytes: int
    seq: int


def back_up(workspace: Workspace, out: Path, now: dt.datetime, progress: Progress = silent) -> BackedUp:
    """Make a backup in a new folder under `out` and note it in the ledger; half a backup never has its final name.

    Raises:
        StoreError: when it cannot be read or written whole; nothing of it is left then.
    """
    name = f"blankett-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    part, folder = out / f".{name}.part", out / name
    if folder.exists():
        raise StoreError("backup_exists", hint="backup_folder")
    vault = workspace.vault()
    with closing(workspace.store(vault)) as store:
        try:
            part.mkdir(mode=0o700, parents=True)
            manifest = _fill(workspace, store, part, now, progress)
            os.sync()
            part.rename(folder)
            sync(out)
        except OSError as error:
            raise file_fault(error) from None
        finally:
            shutil.rmtree(part, ignore_errors=True)
        total = sum(file.size for file in manifest.files)
        with store.begin() as unit:
            params = (("bytes", total), ("count", len(manifest.files)), ("seq", manifest.seq))
            unit.append(Event(EventKind.BACKUP_MADE, "workspace", now, params))
    return BackedUp(folder, len(manifest.files), total, manifest.seq)


def _fill(workspace: Workspace, store: Store, part: Path, now: dt.datetime, progress: Progress) -> Manifest:
    _copy_rows(store, part / DATABASE)
    _copy_access(workspace, part / ACCESS)
    engine = make_engine(f"sqlite:///{part / DATABASE}")
    try:
        with told(), engine.connect() as connection:
            names = sorted(set(referenced(connection)))
            seq, head = Ledger(connection, People(connection, store.vault)).head()
    finally:
        engine.dispose()
    files, erased = _copy_blobs(store, names, part, progress)
    shutil.copyfile(workspace.root / SETTINGS, part / SETTINGS)
    if (workspace.root / CALIBRATION).is_file():
        shutil.copyfile(workspace.root / CALIBRATION, part / CALIBRATION)
    if (workspace.root / "templates").is_dir():
        shutil.copytree(workspace.root / "templates", part / "templates")
    others = (path for path in sorted(part.rglob("*")) if path.is_file() and part / "vault" not in path.parents)
    manifest = Manifest(now, seq, head, (*files, *(note(part, path) for path in others)), erased).sealed(store.vault)
    manifest.write(part)
    return manifest


def _copy_rows(store: Store, target: Path) -> None:
    source = sqlite_path(store.engine.url)
    if source is not None:
        copy_sqlite(source, target, OURS)
        return
    engine = make_engine(f"sqlite:///{target}")
    try:
        upgrade(engine)
        with store.read() as unit, told(), engine.begin() as connection:
            carry(unit.connection, connection)
    finally:
        engine.dispose()


def _copy_access(workspace: Workspace, target: Path) -> None:
    source = sqlite_path(make_url(workspace.access_url))
    if source is not None:
        copy_sqlite(source, target, frozenset({access_log.table.name}))
        return
    reading, writing = make_engine(workspace.access_url), make_engine(f"sqlite:///{target}")
    try:
        access_log.make(writing)
        carry_access(reading, writing)
    finally:
        reading.dispose()
        writing.dispose()


def carry_access(source: Engine, target: Engine) -> None:
    """Copy the access log's rows from one database to another that has its table."""
    with told(), source.connect() as reading, target.begin() as writing:
        carry(reading, writing, (access_log.table,))


def copy_sqlite(source: Path, target: Path, keep: frozenset[str]) -> None:
    """Copy the tables `keep` of a live SQLite file by its own backup call: one moment of it, with no writer held up.

    Raises:
        StoreError: when either cannot be used.
    """
    address = f"file:{quote(str(source))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")
            for (name,) in writing.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if name not in keep and not name.startswith("sqlite_"):
                    writing.execute(f'DROP TABLE "{name}"')
            writing.commit()
            writing.execute("VACUUM")
        target.chmod(0o600)
    except sqlite3.Error as error:
        raise driver_fault(error) from None


def _copy_blobs(
    store: Store, names: list[str], part: Path, progress: Progress
) -> tuple[tuple[FileNote, ...], tuple[str, ...]]:
    notes: list[FileNote] = []
    erased: list[str] = []
    for done, name in enumerate(names):
        progress(done, len(names))
        target = part / "vault" / name[:2] / name[2:4] / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(store.vault.path(name), target)
        except FileNotFoundError:
            if _still_referenced(store, name):
                raise StoreError("blob_missing", hint="restore_backup", blob=name) from None
            erased.append(name)
        else:
            notes.append(note(part, target))
    progress(len(names), len(names))
    return tuple(notes), tuple(erased)


def _still_referenced(store: Store, name: str) -> bool:
    with store.read() as unit:
        return name in set(unit.blobs())
