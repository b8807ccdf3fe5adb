"""News from the inbox by events where the file system tells them; where it does not, the sweep finds everything anyway."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

from watchdog.events import (
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

_MOUNTS = Path("/proc/self/mountinfo")
_SILENT = ("cifs", "smb", "nfs", "fuse", "9p", "virtiofs", "vboxsf", "afs", "ceph", "glusterfs", "prl_fs", "drvfs")
_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileClosedEvent,
    DirDeletedEvent,
    DirMovedEvent,
]


class Watch:
    """A watch over one folder. `mode` is `events`, or `sweep` where events cannot be relied on."""

    def __init__(self, folder: Path) -> None:
        """Start to watch; what hinders events only turns them off."""
        self._news = threading.Event()
        self._news.set()
        self.file_system = file_system(folder)
        self._observer: BaseObserver | None = None
        if not self.file_system.startswith(_SILENT):
            self._observer = _observer(folder, self._news)

    @property
    def mode(self) -> str:
        """Return `events` or `sweep`."""
        return "sweep" if self._observer is None else "events"

    def news(self) -> bool:
        """Tell whether anything has happened since the last call."""
        happened = self._news.is_set()
        self._news.clear()
        return happened

    def wait(self, timeout_s: float) -> bool:
        """Wait for something to happen, no longer than `timeout_s`, and tell whether it did."""
        return self._news.wait(timeout_s)

    def close(self) -> None:
        """Stop watching."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def __enter__(self) -> Watch:
        """Return the watch."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop watching."""
        self.close()


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """Return the type of file system a folder lies on, such as `ext4` or `cifs`; empty where nobody tells.

    Source: proc(5), /proc/pid/mountinfo.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    where = folder.resolve()
    best, kind = -1, ""
    for line in lines:
        fields, _, rest = line.partition(" - ")
        point = Path(fields.split()[4].encode().decode("unicode_escape"))
        if where.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), rest.split()[0]
    return kind


def _observer(folder: Path, news: threading.Event) -> BaseObserver | None:
    """Return a running observer, or None when the system gives no more watches."""
    observer = Observer()
    try:
        observer.schedule(_Bell(news), str(folder), recursive=False, event_filter=_EVENTS)
        observer.start()
    except OSError:
        return None
    return observer


class _Bell(FileSystemEventHandler):
    def __init__(self, news: threading.Event) -> None:
        self._news = news

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._news.set()
