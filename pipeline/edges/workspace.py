"""A workspace: one folder with settings, database, vault and logs, for one person or for one group.

blankett.toml     settings
blankett.sqlite   rows (unless a PostgreSQL is named)
access.sqlite     the access log
vault/            sealed files
templates/        the workspace's own blanks, which come before those built in
logs/             the log
tmp/              temporary files, in a locked folder for each living process; what the dead leave is swept
locks/            one locked file for each living worker
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.event import EventKind
from pipeline.edges import settings as settings_file
from pipeline.edges.access import AccessLog
from pipeline.edges.keys import KeySource
from pipeline.edges.settings_shape import Settings
from pipeline.edges.store.opening import Store
from pipeline.edges.vault import Vault
from pipeline.errors import SettingsError

SYSTEM_KEYS = Path("/etc/blankett")
VARIABLE = "BLANKETT_WORKSPACE"
FOLDERS = ("vault", "templates", "logs", "tmp", "locks")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace that has been found and whose rights are as they should be."""

    root: Path
    settings: Settings

    @property
    def database_url(self) -> str:
        """Return the address of the database."""
        return self.settings.database.url or f"sqlite:///{self.root / 'blankett.sqlite'}"

    @property
    def access_url(self) -> str:
        """Return the address of the access log's database: its own SQLite file, or the same PostgreSQL."""
        return self.settings.database.url or f"sqlite:///{self.root / 'access.sqlite'}"

    @property
    def tmp(self) -> Path:
        """Return the folder for temporary files."""
        return self.root / "tmp"

    @property
    def locks(self) -> Path:
        """Return the folder of the workers' locks."""
        return self.root / "locks"

    @property
    def log(self) -> Path:
        """Return the log file."""
        return self.root / "logs" / "blankett.log"

    @property
    def inbox(self) -> Path:
        """Return the scanner's folder.

        Raises:
            SettingsError: when none is set.
        """
        if self.settings.inbox.path is None:
            raise SettingsError("inbox_not_set", hint="settings_inbox")
        return self._at(self.settings.inbox.path)

    @property
    def template_dirs(self) -> tuple[Path, ...]:
        """Return the workspace's own folders of templates, the first found first."""
        return (self.root / "templates", *map(self._at, self.settings.templates.dirs))

    @property
    def key_source(self) -> KeySource:
        """Return where the vault's key is kept."""
        return KeySource(self.settings.vault.key or f"file:{default_key(self.root)}", shared_group(self.root))

    def vault(self) -> Vault:
        """Open the vault.

        Raises:
            StoreError: when its key is missing, damaged or open to others.
        """
        source = self.key_source
        return Vault(self.root / "vault", source.load(), source.load)

    def store(self, vault: Vault | None = None, busy_ms: int | None = None) -> Store:
        """Open the store, with its tables brought to this version; `busy_ms` is how long another's lock is waited for.

        Raises:
            StoreError: when database or key cannot be used, or the key is another workspace's, or was replaced since.
        """
        opened = vault or self.vault()
        store = Store.open(self.database_url, opened, busy_ms)
        store.migrate()
        self._share(self.root / "blankett.sqlite")
        _refuse_other_keys(store, opened)
        return store

    def access(self, vault: Vault | None = None, busy_ms: int | None = None) -> AccessLog:
        """Open the access log, as `store`.

        Raises:
            StoreError: when database or key cannot be used.
        """
        log = AccessLog.open(self.access_url, vault or self.vault(), busy_ms)
        self._share(self.root / "access.sqlite")
        return log

    def _at(self, path: Path) -> Path:
        """Return a path as the settings mean it: from home when it begins with ~, else from the workspace."""
        return self.root / path.expanduser()

    def _share(self, file: Path) -> None:
        """Give a new database file the workspace's rights: it was made by whoever came first."""
        wanted = 0o660 if shared_group(self.root) is not None else 0o600
        for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            if path.exists() and path.stat().st_uid == os.geteuid() and stat.S_IMODE(path.stat().st_mode) != wanted:
                path.chmod(wanted)


def _refuse_other_keys(store: Store, vault: Vault) -> None:
    """Refuse a ring that lacks the key the ledger names: what it sealed would not open beside the rest."""
    with store.read() as unit:
        told = [unit.ledger.last(kind) for kind in (EventKind.WORKSPACE_MADE, EventKind.KEY_ROTATED)]
    for event in told:
        if event is not None and (key := event.param("key")) is not None:
            vault.know(str(key))


def find(given: Path | None = None, environ: Mapping[str, str] | None = None, start: Path | None = None) -> Path:
    """Return the root of the workspace: the one given, else by BLANKETT_WORKSPACE, else upwards from `start`.

    Raises:
        SettingsError: when there is none.
    """
    told = (os.environ if environ is None else environ).get(VARIABLE, "")
    named = given or (Path(told) if told else None)
    if named is not None:
        if not (named / settings_file.FILE).is_file():
            raise SettingsError("workspace_missing", hint="init")
        return named.resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / settings_file.FILE).is_file():
            return folder
    raise SettingsError("workspace_not_found", hint="init")


def open_workspace(root: Path) -> Workspace:
    """Open a workspace.

    Raises:
        SettingsError: when its settings are wrong, its rights too open, or its inbox lies inside it.
    """
    refuse_open_rights(root)
    settings = settings_file.load(root / settings_file.FILE)
    workspace = Workspace(root, settings)
    if settings.inbox.path is not None:
        check_places(workspace.inbox, root)
    return workspace


def check_places(inbox: Path, workspace: Path) -> None:
    """Make sure that inbox and workspace lie apart: neither is the other nor inside it, links followed.

    Raises:
        SettingsError: when they do not.
    """
    inside, outside = inbox.resolve(), workspace.resolve()
    if inside == outside:
        raise SettingsError("inbox_is_workspace", hint="move_inbox")
    if inside.is_relative_to(outside):
        raise SettingsError("inbox_inside_workspace", hint="move_inbox")
    if outside.is_relative_to(inside):
        raise SettingsError("workspace_inside_inbox", hint="move_inbox")


def refuse_open_rights(root: Path) -> None:
    """Refuse a workspace that others may enter: 0700 for one person, 2770 for a group.

    Raises:
        SettingsError: when its rights are others, or it cannot be entered at all.
    """
    try:
        mode = stat.S_IMODE(root.stat().st_mode)
    except OSError:
        raise SettingsError("workspace_missing", hint="init") from None
    if mode not in (0o700, 0o2770):
        raise SettingsError("workspace_rights", hint="workspace_rights", mode=oct(mode))
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        raise SettingsError("workspace_closed", hint="workspace_rights")


def default_key(root: Path, environ: Mapping[str, str] | None = None) -> Path:
    """Return where a workspace's key is laid when nothing is told: apart from the data, named after its place."""
    env = os.environ if environ is None else environ
    name = f"{root.name}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}.key"
    if os.geteuid() == 0:
        return SYSTEM_KEYS / name
    return Path(env.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "blankett" / name


def shared_group(root: Path) -> int | None:
    """Return the id of the group that shares a workspace, or None when it is one person's."""
    status = root.stat()
    return status.st_gid if stat.S_IMODE(status.st_mode) & 0o020 else None
