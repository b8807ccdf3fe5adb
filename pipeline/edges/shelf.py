"""A shelf for what is dear to make of a blank and what the next process wants too: files in this account's cache.

Nothing of a person lies there, only what follows from templates. What is missing, damaged or in another's hands is made
anew, and where nothing can be written nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MOST = 2048  # files; a new version of a template lays new ones, and nobody asks for the old again


@dataclass(frozen=True, slots=True)
class Shelf:
    """Bytes by name, each in a file that begins with its SHA-256."""

    folder: Path

    def take(self, name: str) -> bytes | None:
        """Return what was laid under a name, or None when it is not there whole, or not this account's."""
        try:
            with (self.folder / name).open("rb") as file:
                if os.fstat(file.fileno()).st_uid != os.geteuid():
                    return None
                digest, made = file.read(hashlib.sha256().digest_size), file.read()
        except OSError:
            return None
        return made if hashlib.sha256(made).digest() == digest else None

    def lay(self, name: str, made: bytes) -> None:
        """Lay something under a name, whole or not at all; what has lain longest goes when there is too much."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(made).digest() + made)
                Path(part).replace(self.folder / name)
            except OSError:
                Path(part).unlink(missing_ok=True)
                raise
            self._thin()

    def _thin(self) -> None:
        files = list(self.folder.iterdir())
        if len(files) > _MOST:
            for old in sorted(files, key=lambda file: file.stat().st_mtime)[: len(files) - _MOST // 2]:
                old.unlink(missing_ok=True)


def own(environ: Mapping[str, str]) -> Shelf:
    """Return the shelf of this account."""
    return Shelf(Path(environ.get("XDG_CACHE_HOME") or f"{environ.get('HOME', '')}/.cache") / "blankett-blanks")
