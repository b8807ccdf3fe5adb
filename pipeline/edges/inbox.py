"""The folder the scanner writes to: what lies there at rest, and how it is taken out without a race.

Nothing is taken that is still being written, nothing is lost that could not be taken: a file is offered again until
`took` says that it is safe elsewhere, and stays in the folder until `remove`.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.edges.completeness import Shape, examine
from pipeline.edges.litter import is_litter
from pipeline.edges.open_elsewhere import open_for_writing
from pipeline.edges.removal import put_back_left, remove_unchanged, stamp_of
from pipeline.edges.sniffing import Media
from pipeline.edges.stability import Resting, Sighting, Stability, Stamp
from pipeline.errors import InboxError


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient the inbox is, in seconds.

    `quiet_s`: how long a file must stand still. `patience_s`: after so long even what is incomplete, or still held
    open, is given out, to be told of. `sweep_s`: how often we look without being called.
    """

    quiet_s: float = 10.0
    patience_s: float = 600.0
    sweep_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file at rest, ready to be taken.

    `complete` is false for one whose end has not come in a long time. `grew_from` is how it looked when it was last
    taken, when this is the same file gone on with.
    """

    path: Path
    stamp: Stamp
    media: Media
    complete: bool
    grew_from: Stamp | None = None

    def __repr__(self) -> str:
        """Hide the scanner's file name."""
        return f"Candidate({self.stamp.inode}, {self.stamp.size} bytes, {self.media})"


@dataclass(frozen=True, slots=True)
class PassedBy:
    """What lies in the inbox and is no scan: counts of litter, links and other things that are no files, and folders."""

    litter: int = 0
    links: int = 0
    folders: int = 0
    unreadable: int = 0


class Inbox:
    """The inbox. `stable` is asked again and again with the time in seconds of any clock that only goes forward."""

    def __init__(self, folder: Path, timing: Timing = Timing()) -> None:
        """Put back what a killed process had in hand; look at nothing else yet.

        Raises:
            InboxError: when the folder is missing or cannot be read and written.
        """
        self.folder = folder
        self._timing = timing
        self._stability = Stability(timing.quiet_s)
        self._shapes: dict[Stamp, Shape] = {}
        self._looked: float | None = None
        self.passed_by = PassedBy()
        check_inbox(folder)
        put_back_left(folder)

    def stable(self, now: float, *, news: bool = True) -> list[Candidate]:
        """Return the files that have come to rest and are complete, oldest first; each until `took` or changed.

        Without `news` the folder is looked at only when a sweep is due or a file may have come to rest.

        Raises:
            InboxError: when the folder cannot be read.
        """
        if not news and now < self.due(now):
            return []
        self._looked = now
        resting = self._stability.look(self._sightings(), now)
        found = [candidate for file in resting if (candidate := self._candidate(file)) is not None]
        held = {file.stamp for file in resting}
        self._shapes = {stamp: shape for stamp, shape in self._shapes.items() if stamp in held}
        return found

    def due(self, now: float) -> float:
        """Return when the folder should be looked at next though nothing is heard of it."""
        if self._looked is None:
            return now
        sweep = self._looked + self._timing.sweep_s
        rest = self._stability.due()
        return sweep if rest is None or rest <= self._looked else min(sweep, rest)

    def waiting(self) -> int:
        """Return how many files lie here that have not been taken as they look now."""
        return self._stability.waiting()

    def took(self, candidate: Candidate) -> None:
        """Note that a candidate is safe elsewhere; it is offered again only if it changes."""
        self._stability.took(candidate.stamp)

    def remember(self, stamp: Stamp, now: float) -> None:
        """Note what was taken before a restart, so that it is not offered again unless it has grown."""
        self._stability.remember(stamp, now)

    def still_since(self, candidate: Candidate) -> float | None:
        """Return since when a file has looked as it was taken, or None when it does not any more."""
        return self._stability.still_since(candidate.stamp)

    def open(self, candidate: Candidate) -> BinaryIO | None:
        """Open a candidate for reading; None when it is gone or no longer the same.

        Raises:
            InboxError: when it is there and cannot be read.
        """
        try:
            file = os.open(candidate.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO):
                return None
            raise InboxError("file_unreadable", hint="check_rights", errno=error.errno or 0) from None
        if Stamp.of(os.fstat(file)) != candidate.stamp:
            os.close(file)
            return None
        return os.fdopen(file, "rb")

    def unchanged(self, candidate: Candidate) -> bool:
        """Tell whether a candidate still lies there as it was; asked after it has been copied."""
        return stamp_of(candidate.path) == candidate.stamp

    def remove(self, candidate: Candidate) -> bool:
        """Take a file out of the inbox if it is still the very same and nobody writes to it; tell whether it was.

        Raises:
            InboxError: when the folder lets nothing be removed.
        """
        try:
            removed = remove_unchanged(candidate.path, candidate.stamp)
        except OSError as error:
            raise InboxError("inbox_not_writable", hint="check_rights", errno=error.errno or 0) from None
        if removed:
            self._stability.forget(candidate.stamp)
        return removed

    def _candidate(self, file: Resting) -> Candidate | None:
        """Return what may be taken of what rests: what is complete, or has been waited for too long."""
        patient = file.still_s < self._timing.patience_s
        try:
            shape = self._shapes.get(file.stamp) or self._examined(file)
        except OSError:
            return None
        if shape is None or (patient and (not shape.complete or open_for_writing(file.path))):
            return None
        return Candidate(file.path, file.stamp, shape.media, shape.complete, file.grew_from)

    def _examined(self, file: Resting) -> Shape | None:
        opened = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
        with os.fdopen(opened, "rb") as stream:
            if Stamp.of(os.fstat(opened)) != file.stamp:
                return None
            self._shapes[file.stamp] = shape = examine(stream)
        return shape

    def _sightings(self) -> Iterator[Sighting]:
        """Give the regular files of the folder, and count what is passed by."""
        seen, self.passed_by = _sorted(self.folder)
        yield from seen


def passed_by(folder: Path) -> PassedBy:
    """Return what lies in an inbox and is no scan.

    Raises:
        InboxError: when the folder cannot be read.
    """
    return _sorted(folder)[1]


def _sorted(folder: Path) -> tuple[list[Sighting], PassedBy]:
    """Return the regular files of a folder, and count what is passed by."""
    litter = links = folders = unreadable = 0
    files = []
    for entry in _entries(folder):
        try:
            seen = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(seen.st_mode):
            folders += not is_litter(entry.name)
        elif not stat.S_ISREG(seen.st_mode):
            links += 1
        elif is_litter(entry.name):
            litter += 1
        else:
            unreadable += not os.access(entry.path, os.R_OK)
            files.append(Sighting(Path(entry.path), Stamp.of(seen)))
    return files, PassedBy(litter, links, folders, unreadable)


def check_inbox(folder: Path) -> None:
    """Make sure that a folder can serve as inbox.

    Raises:
        InboxError: when it is missing, is no folder, or lets us not read, or not remove what we have taken.
    """
    if not folder.is_dir():
        raise InboxError("inbox_missing", hint="check_mount")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise InboxError("inbox_unreadable", hint="check_rights")
    if not os.access(folder, os.W_OK):
        raise InboxError("inbox_not_writable", hint="check_rights")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        code, hint = ("inbox_missing", "check_mount") if missing else ("inbox_unreadable", "check_rights")
        raise InboxError(code, hint=hint, errno=error.errno or 0) from None
