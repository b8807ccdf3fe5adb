"""Changing to a new sealing key: a new key in the ring first, then everything sealed anew, as far as it comes.

It may stop anywhere and be run again: every key stays in the ring, so whatever was not reached still opens.
"""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import dataclass

from pipeline.domain.event import Event, EventKind
from pipeline.edges.store.resealing import reseal
from pipeline.edges.vault import Vault
from pipeline.edges.workspace import Workspace
from pipeline.errors import StoreError


@dataclass(frozen=True, slots=True)
class Rotated:
    """A rotation that was done: the new key's id, and how much was sealed anew with it."""

    key: str
    files: int
    values: int


def rotate(workspace: Workspace, now: dt.datetime) -> Rotated:
    """Make a new current key and seal files and rows anew with it, noting it in the ledger.

    Raises:
        StoreError: when the key cannot be written, as with a systemd credential, or something no longer opens.
    """
    source = workspace.key_source
    ring = source.load().rotated()
    source.save(ring)
    return seal_anew(workspace, now)


def seal_anew(workspace: Workspace, now: dt.datetime) -> Rotated:
    """Seal with the current key whatever an older one sealed, noting it in the ledger."""
    vault = Vault(workspace.root / "vault", workspace.key_source.load())
    with closing(workspace.store(vault)) as store:
        values = reseal(store)
        files = sum(1 for name in list(vault.names()) if _reseal(vault, name))
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
