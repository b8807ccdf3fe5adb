"""A backup's manifest: every file with its digest, where the ledger stood, and a keyed hash over it all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipeline.edges.vault import Vault
from pipeline.errors import StoreError

FILE = "manifest.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class FileNote:
    """One file of a backup: its path there, SHA-256 and size."""

    path: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `seq` and `hash` are the ledger's last; `erased` names files erased while it was made."""

    made: dt.datetime
    seq: int
    hash: str
    files: tuple[FileNote, ...]
    erased: tuple[str, ...] = ()
    version: int = VERSION
    mac: str = ""

    def sealed(self, vault: Vault) -> Manifest:
        """Return the manifest with its keyed hash, so that nobody without the key can make one."""
        return replace(self, mac=vault.mac("backup", self._told()))

    def is_ours(self, vault: Vault) -> bool:
        """Tell whether the keyed hash is right."""
        return self.mac == vault.mac("backup", self._told())

    def _told(self) -> bytes:
        told = asdict(replace(self, mac=""))
        return json.dumps({**told, "made": self.made.isoformat()}, sort_keys=True).encode()

    def write(self, folder: Path) -> None:
        """Write the manifest into a backup's folder."""
        told = {**asdict(self), "made": self.made.isoformat()}
        (folder / FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a backup.

        Raises:
            StoreError: when the folder is no backup, or one of a later version.
        """
        try:
            told = json.loads((folder / FILE).read_text(encoding="utf-8"))
            files = tuple(FileNote(str(n["path"]), str(n["digest"]), int(n["size"])) for n in told["files"])
            made = dt.datetime.fromisoformat(told["made"])
            version = int(told["version"])
            read = cls(made, int(told["seq"]), str(told["hash"]), files, tuple(told["erased"]), version, str(told["mac"]))
        except FileNotFoundError:
            raise StoreError("backup_missing", hint="backup_folder") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise StoreError("backup_damaged", hint="backup_other") from None
        if version != VERSION:
            raise StoreError("backup_newer", hint="newer_program", version=version)
        return read


def note(folder: Path, path: Path) -> FileNote:
    """Return the note of one file in a backup's folder, read from disk."""
    total, size = hashlib.sha256(), 0
    with path.open("rb") as reading:
        while piece := reading.read(1 << 20):
            total.update(piece)
            size += len(piece)
    return FileNote(path.relative_to(folder).as_posix(), total.hexdigest(), size)
