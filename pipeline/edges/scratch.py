"""Scratch: what must be a file for a moment lies in a folder that is locked for as long as its process lives.

A process that is killed leaves its folder behind, and the system lets go of its lock. Whoever next makes a folder in the
same place removes what the dead have left: pictures of what persons wrote outlive nobody.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.edges.rights import make_folder, opener
from pipeline.errors import StoreError

TRIES = "tries"
_LOCK = ".lock"


class Scratch:
    """A process's own folder for temporary files, made on first need in the first of some places that can be used."""

    def __init__(self, name: str, *places: Path, alone: bool = False) -> None:
        """Name the folder by whom it is for; nothing is made yet. A place must be this account's `alone`, if told."""
        self.name = name
        self._places = places
        self._alone = alone
        self._folder: Path | None = None
        self._lock: int | None = None
        self._one = threading.Lock()

    @property
    def folder(self) -> Path:
        """Return the folder; the first time it is made, and what the dead have left is removed.

        Raises:
            StoreError: when none can be made.
        """
        with self._one:
            if self._folder is None:
                self.sweep()
                self._folder = self._made()
            return self._folder

    @property
    def tries(self) -> Path:
        """Return the folder of what must outlive a killed process: the counts of how often a thing was begun.

        Raises:
            StoreError: when it cannot be made.
        """
        folder = self._places[0] / TRIES
        try:
            make_folder(self._places[0])
            make_folder(folder)
        except OSError as error:
            raise _unusable(error) from None
        return folder

    def sweep(self) -> None:
        """Remove the folders of processes that are dead, in all places."""
        for place in filter(self._usable, self._places):
            for folder in _folders(place):
                _bury(folder)

    def close(self) -> None:
        """Remove the folder and let go of its lock."""
        with self._one:
            if self._folder is not None and self._lock is not None:
                _remove(self._folder)
                os.close(self._lock)
            self._folder = self._lock = None

    def _usable(self, place: Path) -> bool:
        """Tell whether a place is a folder, and ours where it must be: another may have laid something in its way."""
        try:
            found = place.lstat()
        except OSError:
            return False
        ours = found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) == 0o700
        return stat.S_ISDIR(found.st_mode) and (ours or not self._alone)

    def _made(self) -> Path:
        fault = OSError(errno.EACCES, "")
        for place in self._places:
            try:
                if self._alone:
                    place.mkdir(mode=0o700, exist_ok=True)
                else:
                    make_folder(place)
                if self._usable(place):
                    return self._made_in(place)
            except OSError as error:
                fault = error
        raise _unusable(fault)

    def _made_in(self, place: Path) -> Path:
        while True:
            folder = place / f"{re.sub(r'[^A-Za-z0-9_-]', '_', self.name)}-{secrets.token_hex(4)}"
            self._lock = _locked(_lock_of(folder), os.O_CREAT)
            if self._lock is not None:
                make_folder(folder)
                return folder


def _unusable(error: OSError) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError("disk_full", hint="disk_full")
    return StoreError("scratch_unusable", hint="scratch", errno=error.errno or 0)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_LOCK}")


def _locked(path: Path, make: int = 0) -> int | None:
    """Lock a file if nobody has; None when somebody has, or has removed it meanwhile."""
    handle = opener(path, os.O_RDWR | make)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_ino == os.fstat(handle).st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


def _folders(place: Path) -> Iterator[Path]:
    """Give the folders of a place, and those of which the lock alone is left."""
    try:
        names = {entry.name.removesuffix(_LOCK) for entry in os.scandir(place)}
    except OSError:
        return
    yield from (place / name for name in sorted(names - {TRIES}))


def _bury(folder: Path) -> None:
    """Remove a folder whose process is dead: a lock is made before its folder, and goes after it."""
    try:
        handle = _locked(_lock_of(folder))
    except FileNotFoundError:
        _remove(folder)
        return
    except OSError:
        return
    if handle is not None:
        _remove(folder)
        os.close(handle)


def _remove(folder: Path) -> None:
    """Remove a folder, or what lies in its place, and then its lock, which stays while anything is left."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)
    else:
        folder.unlink(missing_ok=True)
    if not folder.exists():
        _lock_of(folder).unlink(missing_ok=True)


def own(name: str, environ: Mapping[str, str]) -> Scratch:
    """Return a scratch of this account alone, for what is done without a workspace.

    It lies where the system forgets soonest: in the run-time folder, which is memory, else among the temporary files,
    else in the cache.
    """
    account = os.geteuid()
    cache = environ.get("XDG_CACHE_HOME") or f"{environ.get('HOME', '')}/.cache"
    return Scratch(
        name,
        Path(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{account}") / "blankett",
        Path(tempfile.gettempdir()) / f"blankett-{account}",
        Path(cache) / "blankett",
        alone=True,
    )
