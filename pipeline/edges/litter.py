"""Names of what lies in a shared folder and is no scan: what sync programs, viewers and half-done copies leave there."""

from __future__ import annotations

_NAMES = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}
_STARTS = (".", "~", "__macosx")
_ENDS = (
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".opdownload",
    ".aria2",
    ".swp",
    ".lock",
    ".lck",
    ".!sync",
    ".bts",
    ".syncing",
    ".upload",
    ".inprogress",
    ".writing",
    "~",
)
_INSIDE = (".sb-", "_vti_")


def is_litter(name: str) -> bool:
    """Tell whether a file of this name is passed by.

    Dot files cover resource forks (`._a.pdf`), NFS and FUSE leftovers and the temporary files of rsync and syncthing.
    """
    low = name.casefold()
    return low in _NAMES or low.startswith(_STARTS) or low.endswith(_ENDS) or any(part in low for part in _INSIDE)
