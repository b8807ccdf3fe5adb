"""Changing to a new sealing key: a new key in the ring first, then everything sealed anew, as far as it comes.

It may stop anywhere and be run again: every key stays in the ring, so whatever was not reached still opens.
"""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import dataclass

from pipeline.domain.event import Event, EventKind
from pipeline.edges.backup import Progress, silent
from pipeline.edges.store.resealing import outdated, reseal
from pipeline.edges.vault import Vault
from pipeline.edges.workspace import Workspace
from pipeline.errors import StoreError


@dataclass(frozen=True, slots=True)
class Rotated:
    """A rotation that was done: the new key's id, and how much was sealed anew with it."""

    key: str
    files: int
    values: int


def rotate(workspace: Workspace, now: dt.datetime, progress: Progress = silent) -> Rotated:
    """Make a new current key and seal files and rows anew with it, noting it in the ledger and telling `progress`.

    Raises:
        StoreError: when the key cannot be written, as with a systemd credential, or something no longer opens.
    """
    source = workspace.key_source
    ring = source.load().rotated()
    source.save(ring)
    return seal_anew(workspace, now, progress)


def seal_anew(workspace: Workspace, now: dt.datetime, progress: Progress = silent) -> Rotated:
    """Seal with the current key whatever an older one sealed, noting it in the ledger."""
    vault = Vault(workspace.root / "vault", workspace.key_source.load())
    with closing(workspace.store(vault)) as store:
        wanted, known = outdated(store), sum(1 for _ in vault.names())
        values = reseal(store, tell=lambda done: progress(done, wanted + known))
        files, names = 0, list(vault.names())  # listed after the values: what was sealed meanwhile is reached too
        for done, name in enumerate(names, start=1):
            files += _reseal(vault, name)
            progress(values + done, values + len(names))
        with store.begin() as unit:
            params = (("count", files), ("key", vault.keys.current), ("values", values))
            unit.append(Event(EventKind.KEY_ROTATED, "vault", now, params))
    return Rotated(vault.keys.current, files, values)


def _reseal(vault: Vault, name: str) -> bool:
    """Seal one file anew; one that was erased meanwhile is no fault."""
    try:
        return vault.reseal_file(name)
    except (FileNotFoundError, StoreError):
        if vault.exists(name):
            raise
        return False
