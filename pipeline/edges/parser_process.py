"""The parent's end of the parser: starts the child, listens with a limit on patience, and says why it died."""

from __future__ import annotations

import json
import math
import os
import resource
import selectors
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import numpy as np

from pipeline.domain.geometry import Rect
from pipeline.domain.placement import Reason, Rejection
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page, Source, TextItem, Widget
from pipeline.edges.parser_wire import LENGTH, MAX_HEADER, Limits
from pipeline.errors import ReaderError

_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from pipeline.edges.{} import main; main(sys.argv[2:])"
_MOST_BYTES = 256 << 20
_TOO_SLOW = {signal.SIGXCPU, signal.SIGPROF}
_TOO_MUCH = {signal.SIGKILL, signal.SIGABRT}  # the second is how C++ ends when it is given no memory
_NEAR_LIMIT = 0.5


class Unreadable(Exception):
    """A file that cannot go on; `rejection` tells why. Pages given before it stand."""

    def __init__(self, rejection: Rejection) -> None:
        """Keep the rejection."""
        super().__init__(rejection.reason.value)
        self.rejection = rejection


class Died(Exception):
    """The child ended before it had said all; `rejection` is our best account of why."""

    def __init__(self, rejection: Rejection) -> None:
        """Keep the rejection."""
        super().__init__(rejection.reason.value)
        self.rejection = rejection


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the child said: how many pages the file has, and one of them or why it cannot be had."""

    count: int
    number: int = 0
    item: Page | Rejection | None = None


class Child:
    """One child process at work on one file; leaving the `with` block ends it."""

    def __init__(self, path: Path, limits: Limits, room: str = "parser_child") -> None:
        """Start the child with the file already open, so that its name stands in no list of processes.

        `room` is the module of this package that it begins in.

        Raises:
            OSError: when the file cannot be opened or is no regular file.
        """
        self._limits = limits
        self._patience = limits.max_seconds
        self._expected = limits.first if limits.only is None else limits.only
        self._count = 0
        self._ready = False
        # A child's peak of memory counts what we had in hand when we started it: see getrusage(2), execve(2).
        self._ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise OSError(22, "not a regular file")
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START.format(room), _ROOT, str(file), limits.to_json()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(file,),
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            )
        finally:
            os.close(file)
        assert self._process.stdout is not None  # noqa: S101 - it is piped
        self._pipe = self._process.stdout.fileno()
        os.set_blocking(self._pipe, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._pipe, selectors.EVENT_READ)

    def __enter__(self) -> Child:
        """Return the child."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the child and wait for it."""
        self._end()
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def answer(self) -> tuple[dict[str, Any], bytes]:
        """Return the one thing that a child says that gives no pages, and the bytes that go with it.

        Raises:
            Died: when the child dies, is ended for slowness or says what it must not.
            ReaderError: when the child cannot start, or lacks what it needs: the machine's fault, not the paper's.
        """
        while (header := self._header()).get("kind") == "ready":
            self._ready = True
        if header.get("kind") == "lack":
            raise ReaderError("parser_cannot_start", hint="reinstall")
        return header, self._take(_whole(header.get("bytes", 0), 0, _MOST_BYTES))

    def conversation(self) -> Iterator[Said]:
        """Give what the child says until it says that it is done.

        Raises:
            Unreadable: when the child refuses the file.
            Died: when the child dies, is ended for slowness or says what it must not.
            ReaderError: when the child cannot start, or lacks what it needs: the machine's fault, not the paper's.
        """
        while True:
            header = self._header()
            match header.get("kind"):
                case "ready":
                    self._ready = True
                case "lack":
                    raise ReaderError("parser_cannot_start", hint="reinstall")
                case "open":
                    self._count = _whole(header.get("pages"), 1, self._limits.max_pages)
                    yield Said(self._count)
                case "page":
                    yield Said(self._count, self._number(header), self._page(header))
                    self._patience = min(self._limits.max_seconds, self._patience + self._limits.page_seconds)
                case "fault":
                    yield Said(self._count, self._number(header), _rejection(header))
                case "refuse":
                    raise Unreadable(_rejection(header))
                case "end":
                    return
                case _:
                    raise Died(Rejection(Reason.INTERNAL))

    def _number(self, header: dict[str, Any]) -> int:
        number = _whole(header.get("number"), self._expected, self._expected)
        self._expected += 1
        return number

    def _page(self, header: dict[str, Any]) -> Page:
        width = _whole(header.get("width"), 1, self._limits.max_pixels)
        height = _whole(header.get("height"), 1, self._limits.max_pixels // width)
        pixels = np.empty((height, width), dtype=np.uint8)
        self._fill(memoryview(cast(Any, pixels)).cast("B"))
        try:
            return Page(
                number=int(header["number"]),
                raster=Raster.owning(pixels, _real(header["dpi"])),
                source=Source.DIGITAL if header["digital"] is True else Source.IMAGE,
                words=tuple(TextItem(str(text), _rect(box)) for text, *box in header["words"]),
                widgets=tuple(
                    Widget(str(name), value if value is True else str(value), _rect(box))
                    for name, value, *box in header["widgets"]
                ),
                scanned_px=_size(header["scanned"], (width, height)),
            )
        except (KeyError, TypeError, ValueError):
            raise Died(Rejection(Reason.INTERNAL)) from None

    def _header(self) -> dict[str, Any]:
        length = LENGTH.unpack(self._take(LENGTH.size))[0]
        if not 0 < length <= MAX_HEADER:
            raise Died(Rejection(Reason.INTERNAL))
        try:
            header = json.loads(self._take(length))
        except ValueError:
            raise Died(Rejection(Reason.INTERNAL)) from None
        if not isinstance(header, dict):
            raise Died(Rejection(Reason.INTERNAL))
        return header

    def _take(self, size: int) -> bytes:
        buffer = bytearray(size)
        self._fill(memoryview(buffer))
        return bytes(buffer)

    def _fill(self, view: memoryview) -> None:
        """Fill `view` from the pipe, waiting no longer than what is left of our patience."""
        filled = 0
        while filled < len(view):
            begun = time.monotonic()
            ready = self._selector.select(max(self._patience, 0))
            self._patience -= time.monotonic() - begun
            if not ready:
                raise Died(Rejection(Reason.TOO_SLOW))
            try:
                got = os.readv(self._pipe, [view[filled:]])
            except BlockingIOError:
                continue
            if not got:
                raise Died(self._cause())
            filled += got

    def _cause(self) -> Rejection:
        """Say why the child closed its pipe without a word."""
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = code = os.waitstatus_to_exitcode(status)
        if -code in _TOO_SLOW:
            return Rejection(Reason.TOO_SLOW)
        near = usage.ru_maxrss > max(self._ours, _NEAR_LIMIT * self._limits.max_mib * 1024)
        if -code in _TOO_MUCH or near:
            return Rejection(Reason.TOO_MUCH_MEMORY)
        if not self._ready and code > 0:
            raise ReaderError("parser_cannot_start", hint="reinstall")
        return Rejection(Reason.PAGE_DAMAGED if self._count else Reason.DAMAGED)

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _whole(raw: object, least: int, most: int) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
        raise Died(Rejection(Reason.INTERNAL))
    return raw


def _size(raw: object, square: tuple[int, int]) -> tuple[int, int] | None:
    if raw is None:
        return None
    width, height = cast("list[object]", raw)
    return _whole(width, 1, square[0]), _whole(height, 1, square[1])


def _real(raw: object) -> float:
    number = float(cast(float, raw))
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _rect(box: list[object]) -> Rect:
    x, y, width, height = (_real(side) for side in box)
    return Rect(x, y, width, height)


def _rejection(header: dict[str, Any]) -> Rejection:
    try:
        reason = Reason(header["reason"])
        params = header["params"]
        told = tuple((str(name), value) for name, value in sorted(params.items()) if isinstance(value, str | int | float))
    except (KeyError, ValueError, AttributeError):
        return Rejection(Reason.INTERNAL)
    return Rejection(reason, params=told)
