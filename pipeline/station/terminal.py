"""A real terminal held for a while: raw keys in, a full screen out, and all given back however it ends."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import sys
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from pipeline.station import capability as ask
from pipeline.station.keys import keys
from pipeline.station.kitty import DELETE

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"
_ANSWER_SECONDS = 1.0
_ESCAPE_SECONDS = 0.08


class HungUp(Exception):
    """The line is gone or the process was told to end; all that was given is kept."""


class Terminal:
    """The terminal on standard input and output while the station runs."""

    def __init__(self, source: int, target: int, environ: dict[str, str] | None = None) -> None:
        """Use two open file descriptors; both must be terminals to show anything."""
        self._source = source
        self._target = target
        self._environ = dict(os.environ) if environ is None else environ
        self._buffer = b""
        self._waiting: list[str] = []
        self._hung_up = False
        self._wake: int | None = None
        self.capability = ask.Capability(ask.Graphics.NONE, lack=ask.Lack.NO_TERMINAL)

    @property
    def size(self) -> tuple[int, int]:
        """Return columns and rows."""
        with suppress(OSError):
            found = os.get_terminal_size(self._target)
            if found.columns and found.lines:
                return found.columns, found.lines
        return 80, 24

    @contextmanager
    def held(self) -> Iterator[Terminal]:
        """Take the terminal: raw keys, another screen. It is given back however the block ends."""
        before = termios.tcgetattr(self._source)
        handlers = {number: signal.signal(number, self._hang_up) for number in (signal.SIGHUP, signal.SIGTERM)}
        handlers[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, lambda _number, _frame: None)
        wake, waker = os.pipe()
        os.set_blocking(waker, False)
        self._wake = wake
        old_waker = signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        try:
            tty.setraw(self._source, termios.TCSANOW)
            self.capability = self._asked()
            self.write(_ENTER)
            yield self
        finally:
            signal.set_wakeup_fd(old_waker)
            with suppress(OSError):
                self.write((DELETE if self.capability.graphics is ask.Graphics.KITTY else "") + _LEAVE)
            with suppress(termios.error):
                termios.tcsetattr(self._source, termios.TCSADRAIN, before)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            self._wake = None
            os.close(wake)
            os.close(waker)

    def asked(self) -> ask.Capability:
        """Ask the terminal what it can show, and give it back at once."""
        before = termios.tcgetattr(self._source)
        try:
            tty.setraw(self._source, termios.TCSANOW)
            return self._asked()
        finally:
            termios.tcsetattr(self._source, termios.TCSADRAIN, before)

    def write(self, text: str) -> None:
        """Send text to the terminal, all of it."""
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(self._target, data) :]

    def key(self, seconds: float) -> str | None:
        """Return the next key, or None when none came in time or the window changed its size.

        Raises:
            HungUp: when the line is gone.
        """
        if self._waiting:
            return self._waiting.pop(0)
        ready = self._ready(seconds)
        if self._hung_up:
            raise HungUp
        if not ready:
            return None
        self._read()
        while self._buffer and not self._waiting:
            more = self._ready(_ESCAPE_SECONDS)
            if more:
                self._read()
                continue
            self._waiting, self._buffer = keys(self._buffer, final=True)
        return self._waiting.pop(0) if self._waiting else None

    def forget(self) -> None:
        """Forget what was typed so far: it was meant for what stood here before."""
        while self._ready(0):
            self._read()
        self._waiting, self._buffer = [], b""

    def _read(self) -> None:
        data = os.read(self._source, 4096)
        if not data:
            raise HungUp
        found, self._buffer = keys(self._buffer + data)
        self._waiting.extend(found)

    def _ready(self, seconds: float) -> bool:
        """Tell whether something was typed; a signal ends the wait."""
        wake = [] if self._wake is None else [self._wake]
        ready, _, _ = select.select([self._source, *wake], [], [], seconds)
        if self._wake is not None and self._wake in ready:
            os.read(self._wake, 64)
        return self._source in ready

    def _asked(self) -> ask.Capability:
        """Ask the terminal what it can show and wait a moment for its answer."""
        encoding = "utf-8" if sys.stdout.encoding is None else sys.stdout.encoding
        if self._environ.get("TERM", "") in ("", "dumb", "unknown"):
            return ask.capability(b"", self._environ, encoding)
        self.write(ask.question(self._environ).decode("ascii"))
        reply, end = b"", time.monotonic() + _ANSWER_SECONDS
        while not ask.answered(reply) and (left := end - time.monotonic()) > 0:
            if self._ready(left):
                reply += os.read(self._source, 4096)
        found, self._buffer = keys(ask.after_answer(reply))
        self._waiting.extend(found)
        return ask.capability(reply, self._environ, encoding, self._cell())

    def _cell(self) -> tuple[int, int]:
        """Return how many pixels a character is wide and high, as far as the system knows; (0, 0) when it does not."""
        with suppress(OSError):
            rows, columns, width, height = struct.unpack("4H", fcntl.ioctl(self._target, termios.TIOCGWINSZ, b"\0" * 8))
            if rows and columns:
                return width // columns, height // rows
        return 0, 0

    def _hang_up(self, _number: int, _frame: FrameType | None) -> None:
        # Only noted here: raised where the next key is waited for, never in the middle of keeping a verdict.
        self._hung_up = True


def standard() -> Terminal | None:
    """Return the terminal on standard input and output, or None when either is none."""
    try:
        source, target = sys.stdin.fileno(), sys.stdout.fileno()
    except (OSError, ValueError):
        return None
    return Terminal(source, target) if os.isatty(source) and os.isatty(target) else None
