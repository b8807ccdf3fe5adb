"""Making a workspace: folders with their rights, settings, key and empty database."""

from __future__ import annotations

import datetime as dt
import grp
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.event import Event, EventKind
from pipeline.edges import settings as settings_file
from pipeline.edges.keys import KeyRing, KeySource
from pipeline.edges.workspace import FOLDERS, Workspace, check_places, default_key, open_workspace
from pipeline.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Plan:
    """What a workspace is made of; `key` is an address as in `KeySource`, empty for the default place.

    `more` are further settings by `section.key`.
    """

    root: Path
    inbox: Path | None = None
    group: str = ""
    key: str = ""
    more: tuple[tuple[str, object], ...] = ()


def make(plan: Plan, now: dt.datetime, environ: Mapping[str, str] | None = None) -> Workspace:
    """Make a workspace and return it; a key that exists already is used, never overwritten.

    Raises:
        SettingsError: when there is a workspace already, the folder holds something else, the group is unknown, or the
            inbox would lie inside the workspace.
    """
    root = plan.root.absolute()
    _refuse(plan, root)
    gid = group_id(plan.group)
    address = plan.key or f"file:{default_key(root, environ)}"
    lay_folders(root, gid)
    if plan.inbox is not None:
        _lay_inbox(plan.inbox, gid)
    given: dict[str, object] = {"vault.key": address, **dict(plan.more)}
    if plan.group:
        given["group"] = plan.group
    if plan.inbox is not None:
        given["inbox.path"] = plan.inbox.absolute()
    _lay_settings(root, settings_file.template(given), gid)
    source = KeySource(address, gid)
    if not source.exists():
        source.save(KeyRing.new())
    workspace = open_workspace(root)
    vault = workspace.vault()
    store = workspace.store(vault)
    with store.begin() as unit:
        unit.append(Event(EventKind.WORKSPACE_MADE, "workspace", now, (("key", vault.keys.current),)))
    store.close()
    workspace.access(vault).close()
    return workspace


def _refuse(plan: Plan, root: Path) -> None:
    if (root / settings_file.FILE).exists():
        raise SettingsError("workspace_exists", hint="workspace_exists")
    if root.exists() and any(root.iterdir()):
        raise SettingsError("folder_not_empty", hint="folder_not_empty")
    if plan.inbox is not None:
        check_places(plan.inbox, root)


def group_id(name: str) -> int | None:
    """Return the id of a group, None for no name.

    Raises:
        SettingsError: when there is no such group.
    """
    if not name:
        return None
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise SettingsError("group_unknown", hint="group_unknown") from None


def lay_folders(root: Path, gid: int | None) -> None:
    """Make a workspace's folders with the rights of one person, or of a group.

    Raises:
        SettingsError: when they cannot be made.
    """
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (root, *(root / name for name in FOLDERS)):
            folder.mkdir(mode=0o700, exist_ok=True)
            if gid is not None:
                os.chown(folder, -1, gid)
            folder.chmod(0o700 if gid is None else 0o2770)
    except OSError as error:
        raise SettingsError("workspace_unwritable", hint="workspace_rights", errno=error.errno or 0) from None


def _lay_inbox(inbox: Path, gid: int | None) -> None:
    """Make the inbox where there is none; that of a group's workspace is the group's, for any of them may run it."""
    if inbox.exists():
        return
    inbox.mkdir(parents=True)
    if gid is not None:
        os.chown(inbox, -1, gid)
        inbox.chmod(0o2770)


def _lay_settings(root: Path, text: str, gid: int | None) -> None:
    path = root / settings_file.FILE
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600 if gid is None else 0o660)
