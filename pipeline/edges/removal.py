"""Taking a file out of a folder that others write to, without ever removing what they wrote meanwhile."""

from __future__ import annotations

import errno
import os
import secrets
import time
from pathlib import Path

from pipeline.edges.open_elsewhere import open_for_writing
from pipeline.edges.stability import Stamp

ASIDE = ".blankett-"
_LONGEST_NAME = 200
_LEFT_S = 60.0


def stamp_of(path: Path) -> Stamp | None:
    """Return how a file looks now, or None when it is gone."""
    try:
        return Stamp.of(path.lstat())
    except OSError:
        return None


def remove_unchanged(path: Path, stamp: Stamp) -> bool:
    """Remove a file if it is still the very same, and tell whether it was.

    It is first renamed aside, so that a new file under its name is never touched; then it is looked at again, and put
    back when it has changed or somebody has it open for writing.

    Raises:
        OSError: when the folder lets nothing be renamed or removed.
    """
    if stamp_of(path) != stamp or open_for_writing(path):
        return False
    kept = path.name if len(os.fsencode(path.name)) <= _LONGEST_NAME else f"scan{path.suffix[:8]}"
    aside = path.with_name(f"{ASIDE}{secrets.token_hex(8)}-{kept}")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if stamp_of(aside) == stamp and not open_for_writing(aside):
        aside.unlink()
        return True
    put_back(aside)
    return False


def put_back(aside: Path) -> None:
    """Give a file that was renamed aside its name again, or one beside it when that has been taken since."""
    token, _, name = aside.name.removeprefix(ASIDE).partition("-")
    wanted = aside.with_name(name or token)
    for target in (wanted, wanted.with_name(f"{wanted.stem}-{token[:6]}{wanted.suffix}")):
        try:
            os.link(aside, target, follow_symlinks=False)
        except FileExistsError:
            continue
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS, errno.EACCES):
                raise
            if target.exists():
                continue
            aside.rename(target)
            return
        aside.unlink(missing_ok=True)
        return


def put_back_left(folder: Path) -> int:
    """Put back what a process that was killed left aside, more than a minute ago; return how many files."""
    left = [path for path in folder.glob(f"{ASIDE}*") if _long_ago(path)]
    for path in left:
        put_back(path)
    return len(left)


def _long_ago(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_ctime > _LEFT_S
    except OSError:
        return False
