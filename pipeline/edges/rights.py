"""Rights: what is made in a folder is for whom the folder is for, one person or a group, whatever the process's umask."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def is_shared(folder: Path) -> bool:
    """Tell whether a folder is a group's, and not open to all."""
    return folder.stat().st_mode & 0o022 == 0o020


def make_folder(folder: Path) -> None:
    """Make a folder as the one it lies in, 2770 for a group, else 0700; one that is there already stays as it is.

    Raises:
        OSError: when it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    as_its_folder(folder)


def as_its_folder(folder: Path) -> Path:
    """Give a folder of our own the rights of the one it lies in, and return it."""
    folder.chmod(0o2770 if is_shared(folder.parent) else 0o700)
    return folder


def opener(path: str | os.PathLike[str], flags: int) -> int:
    """Open a file for `open`; its rights are 0660 in a group's folder, else 0600, when it is ours.

    Raises:
        OSError: when it cannot be opened.
    """
    handle = os.open(path, flags | os.O_CLOEXEC, 0o600)
    found = os.fstat(handle)
    wanted = 0o660 if is_shared(Path(path).parent) else 0o600
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != wanted:
        os.fchmod(handle, wanted)
    return handle
