"""Bringing a backup back, and examining one without touching anything.

After a restore nothing that may have been sent goes again without a person's answer: what is frozen or sent without a
receipt is questioned at once, and a form whose paper came before the restore is questioned when it is frozen.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from pipeline.domain.event import Event, EventKind
from pipeline.edges import access as access_log
from pipeline.edges import settings as settings_file
from pipeline.edges.backup import ACCESS, DATABASE, Progress, silent
from pipeline.edges.founding import group_id, lay_folders
from pipeline.edges.keys import KeySource
from pipeline.edges.manifest import Manifest, note
from pipeline.edges.settings_shape import Settings
from pipeline.edges.store.carrying import carry, referenced, undone_keys
from pipeline.edges.store.ledger import Ledger
from pipeline.edges.store.opening import Store, make_engine, told
from pipeline.edges.store.people import People
from pipeline.edges.store.resealing import examine
from pipeline.edges.store.upgrading import upgrade, version
from pipeline.edges.vault import Vault, file_fault, sync
from pipeline.edges.workspace import Workspace, default_key, open_workspace
from pipeline.errors import SettingsError, StoreError


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a backup: a code, and the file or place it is about."""

    code: str
    place: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination of a backup found; it can be restored when there are no faults."""

    made: dt.datetime
    files: int
    events: int
    blobs: int
    sealed: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """A workspace brought back, and the keys of submissions that wait for a person's answer."""

    workspace: Workspace
    made: dt.datetime
    questioned: tuple[str, ...]


def keys_for(folder: Path, address: str = "", root: Path | None = None) -> Vault:
    """Return a vault over a backup's files, with the keys from `address`, else from where the backup's settings say.

    Raises:
        StoreError: when there is no backup, or its key is missing or damaged.
        SettingsError: when the backup's settings cannot be read, or nothing says where the key is.
    """
    if not (folder / settings_file.FILE).is_file():
        raise StoreError("backup_missing", hint="backup_folder")
    settings = settings_file.load(folder / settings_file.FILE)
    place = address or settings.vault.key or (f"file:{default_key(root)}" if root else "")
    if not place:
        raise SettingsError("vault_key_source", hint="vault_key_source", source="none")
    return Vault(folder / "vault", KeySource(place, group_id(settings.group)).load())


def check(folder: Path, vault: Vault, progress: Progress = silent) -> Examined:
    """Examine a backup: its manifest, every file's digest, the ledger's chain, and that everything sealed opens."""
    manifest = Manifest.read(folder)
    faults: list[Fault] = [] if manifest.is_ours(vault) else [Fault("manifest_forged", "manifest.json")]
    for done, known in enumerate(manifest.files):
        progress(done, len(manifest.files))
        faults.extend(_file_faults(folder, known.path, known.digest, vault))
    progress(len(manifest.files), len(manifest.files))
    sealed = 0
    if not any(fault.place == DATABASE for fault in faults):
        sealed, row_faults = _row_faults(folder, manifest, vault)
        faults.extend(row_faults)
    blobs = sum(1 for known in manifest.files if known.path.startswith("vault/"))
    return Examined(manifest.made, len(manifest.files), manifest.seq, blobs, sealed, tuple(faults))


def _file_faults(folder: Path, path: str, digest: str, vault: Vault) -> list[Fault]:
    full = folder / path
    if not full.is_file() or folder.resolve() not in full.resolve().parents:
        return [Fault("file_missing", path)]
    if note(folder, full).digest != digest:
        return [Fault("file_changed", path)]
    if path.startswith("vault/"):
        try:
            for _ in vault.stream(full.name):
                pass
        except StoreError as error:
            return [Fault(error.code, path)]
    return []


def _row_faults(folder: Path, manifest: Manifest, vault: Vault) -> tuple[int, list[Fault]]:
    """Examine the rows in a copy, brought to this version: the backup itself is not touched."""
    beside = folder.parent if os.access(folder.parent, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=beside, prefix=".blankett-") as place:
        copy = Path(place) / DATABASE
        shutil.copyfile(folder / DATABASE, copy)
        engine = make_engine(f"sqlite:///{copy}")
        try:
            upgrade(engine)
            with told(), engine.connect() as connection:
                faults = list(_chain_faults(connection, manifest, vault))
                noted = {Path(known.path).name for known in manifest.files} | set(manifest.erased)
                faults.extend(Fault("blob_missing", name) for name in sorted(set(referenced(connection)) - noted))
                return examine(connection, vault), faults
        except StoreError as error:
            return 0, [Fault(error.code, DATABASE)]
        finally:
            engine.dispose()


def _chain_faults(connection: Connection, manifest: Manifest, vault: Vault) -> Iterator[Fault]:
    ledger = Ledger(connection, People(connection, vault))
    broken, head = ledger.first_broken(), ledger.head()
    if broken is not None:
        yield Fault("ledger_broken", f"event {broken}")
    if head != (manifest.seq, manifest.hash):
        yield Fault("ledger_cut", f"event {head[0]}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to restore to; `key` and `database` are addresses that the settings shall name from now on, when given."""

    root: Path
    key: str = ""
    database: str = ""

    def change(self, path: Path) -> None:
        """Write what is given into a settings file."""
        text = path.read_text(encoding="utf-8")
        for section, key, value in (("vault", "key", self.key), ("database", "url", self.database)):
            text = settings_file.with_value(text, section, key, value) if value else text
        path.write_text(text, encoding="utf-8")


def restore(folder: Path, target: Target, vault: Vault, now: dt.datetime) -> Restored:
    """Bring a backup back into an empty folder, and question whatever may have been sent.

    The backup should have been examined by `check`.

    Raises:
        StoreError: when the folder is not empty, the disk is full, or a PostgreSQL to restore into holds rows.
    """
    root = target.root
    if root.exists() and any(root.iterdir()):
        raise StoreError("folder_not_empty", hint="folder_not_empty")
    manifest = Manifest.read(folder)
    part = root.with_name(f".{root.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        group = settings_file.load(folder / settings_file.FILE).group
        lay_folders(part, group_id(group))
        _copy(folder, part, manifest, shared=bool(group))
        target.change(part / settings_file.FILE)
        settings = settings_file.load(part / settings_file.FILE)
        questioned = _bring_rows(part, settings, Vault(part / "vault", vault.keys), manifest, now)
        os.sync()
        part.rename(root)
        sync(root.parent)
    except OSError as error:
        raise file_fault(error) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Restored(open_workspace(root), manifest.made, questioned)


def _copy(folder: Path, part: Path, manifest: Manifest, shared: bool) -> None:
    names = {DATABASE: "blankett.sqlite", ACCESS: "access.sqlite"}
    for known in manifest.files:
        target = part / names.get(known.path, known.path)
        if part.resolve() not in target.resolve().parents:
            raise StoreError("backup_damaged", hint="backup_other")
        for step in reversed([p for p in target.parents if part in p.parents]):
            if not step.exists():
                step.mkdir()
                step.chmod(0o2770 if shared else 0o700)
        shutil.copyfile(folder / known.path, target)
        target.chmod(0o660 if shared else 0o600)


def _bring_rows(part: Path, settings: Settings, vault: Vault, manifest: Manifest, now: dt.datetime) -> tuple[str, ...]:
    local, far = part / "blankett.sqlite", settings.database.url
    store = Store.open(far or f"sqlite:///{local}", vault)
    try:
        if far:
            _refuse_rows(store.engine)
        store.migrate()
        with store.begin() as unit:
            if far:
                _carry_from(local, unit.connection)
            keys = undone_keys(unit.connection)
            unit.append(Event(EventKind.RESTORED, "workspace", now, (("count", len(keys)), ("seq", manifest.seq))))
            for submission in keys:
                unit.outbox.question(submission, now)
            unit.workers.forget_all()
            if far:
                _carry_access(part / "access.sqlite", unit.connection)
    finally:
        store.close()
    if far:
        local.unlink()
        (part / "access.sqlite").unlink()
    return keys


def _refuse_rows(engine: Engine) -> None:
    with told(), engine.connect() as connection:
        if version(connection) is not None:
            raise StoreError("database_not_empty", hint="database_not_empty")


def _carry_from(local: Path, target: Connection) -> None:
    engine = make_engine(f"sqlite:///{local}")
    try:
        upgrade(engine)
        with told(), engine.connect() as source:
            carry(source, target)
    finally:
        engine.dispose()


def _carry_access(local: Path, target: Connection) -> None:
    access_log.lay(target)
    engine = make_engine(f"sqlite:///{local}")
    try:
        with told(), engine.connect() as source:
            carry(source, target, (access_log.table,))
    finally:
        engine.dispose()
