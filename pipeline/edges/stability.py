"""When a file in the inbox has come to rest: pure, the clock handed in.

A file is known by device and inode, so that a reused name is a new file and a renamed one is not. It is at rest when
size, time of change and name have stood still for a while, counted by our own clock: the clocks of scanners and file
servers are not asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file looked like at one moment; two equal stamps are one unchanged file."""

    device: int
    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, seen: os.stat_result) -> Stamp:
        """Make a stamp of what the file system tells."""
        return cls(seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns)

    @property
    def file(self) -> tuple[int, int]:
        """Return what stays the same while a file changes."""
        return (self.device, self.inode)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file as one look at the inbox found it."""

    path: Path
    stamp: Stamp

    def __repr__(self) -> str:
        """Hide the scanner's file name."""
        return f"Sighting({self.stamp.inode}, {self.stamp.size} bytes)"


@dataclass(frozen=True, slots=True)
class Resting:
    """A file that has stood still for `still_s`; `grew_from` is its stamp when it was last taken, if it was."""

    path: Path
    stamp: Stamp
    still_s: float
    grew_from: Stamp | None

    def __repr__(self) -> str:
        """Hide the scanner's file name."""
        return f"Resting({self.stamp.inode}, {self.stamp.size} bytes, {self.still_s:.0f} s)"


@dataclass(slots=True)
class _Watched:
    path: Path
    stamp: Stamp
    since: float
    taken: Stamp | None = None


class Stability:
    """What has been seen in the inbox, since when it stands still, and what of it has been taken."""

    def __init__(self, quiet_s: float) -> None:
        """Begin with nothing seen; `quiet_s` is how long a file must stand still."""
        self._quiet_s = quiet_s
        self._files: dict[tuple[int, int], _Watched] = {}

    def look(self, sightings: Iterable[Sighting], now: float) -> list[Resting]:
        """Note all that is in the inbox at `now`, forget what has gone, and return what rests and is not taken.

        They come in the order in which they were last written.
        """
        seen: dict[tuple[int, int], _Watched] = {}
        for sighting in sightings:
            seen[sighting.stamp.file] = self._noted(sighting, now)
        self._files = seen
        resting = [
            Resting(known.path, known.stamp, now - known.since, known.taken)
            for known in seen.values()
            if known.stamp != known.taken and now - known.since >= self._quiet_s
        ]
        return sorted(resting, key=lambda found: (found.stamp.mtime_ns, found.path))

    def took(self, stamp: Stamp) -> None:
        """Note that a file has been taken as it looked then; it comes again only if it changes."""
        known = self._files.get(stamp.file)
        if known is not None:
            known.taken = stamp

    def remember(self, stamp: Stamp, now: float) -> None:
        """Note a file that was taken before we were started, by its stamp: its name need not be known."""
        self._files[stamp.file] = _Watched(Path(), stamp, now, stamp)

    def forget(self, stamp: Stamp) -> None:
        """Note that a file has been removed: the next with its inode is another."""
        self._files.pop(stamp.file, None)

    def waiting(self) -> int:
        """Return how many files have not been taken as they look now."""
        return sum(known.stamp != known.taken for known in self._files.values())

    def due(self) -> float | None:
        """Return the earliest time at which a file that is not taken may rest, or None."""
        return min((f.since + self._quiet_s for f in self._files.values() if f.stamp != f.taken), default=None)

    def still_since(self, stamp: Stamp) -> float | None:
        """Return since when a file has looked so, or None when it does not."""
        known = self._files.get(stamp.file)
        return known.since if known is not None and known.stamp == stamp else None

    def _noted(self, sighting: Sighting, now: float) -> _Watched:
        known = self._files.get(sighting.stamp.file)
        if known is None:
            return _Watched(sighting.path, sighting.stamp, now)
        if known.stamp == sighting.stamp and (known.path == sighting.path or known.taken == known.stamp):
            known.path = sighting.path
            return known
        # One that has shrunk since it was taken has not grown: another has been written over it.
        taken = known.taken if known.taken is not None and sighting.stamp.size >= known.taken.size else None
        return _Watched(sighting.path, sighting.stamp, now, taken)
