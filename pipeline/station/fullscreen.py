"""The station on a whole terminal: draw, wait for a key, let it have its effect, until the reviewer leaves."""

from __future__ import annotations

from pipeline.station.capability import Graphics, Lack
from pipeline.station.desk import Desk
from pipeline.station.painter import painted, repainted
from pipeline.station.pictures import Window, window
from pipeline.station.screen import Screen, place, screen
from pipeline.station.terminal import HungUp, Terminal

_TICK_SECONDS = 1.0
_LEAVING = frozenset({"q", "ctrl-c"})


class FullScreen:
    """One reviewer's desk on one terminal."""

    def __init__(self, desk: Desk, terminal: Terminal, *, outside: bool = False) -> None:
        """Show a desk that has a form in hand on a terminal that is not held yet; `outside` also opens every picture."""
        self._desk = desk
        self._terminal = terminal
        self._drawn: tuple[Screen, Window | None] | None = None
        self._size = (0, 0)
        self._outside = outside
        self._facing: tuple[str, str] | None = None
        self._form: str | None = None

    def run(self) -> Lack | None:
        """Work until the reviewer leaves or nothing waits; returns why no legible picture can be shown, if so.

        Raises:
            HungUp: when the line is gone; the form in hand has been given back.
            KeyboardInterrupt: when the reviewer broke off; the same holds.
        """
        with self._terminal.held():
            if self._terminal.capability.graphics is Graphics.NONE:
                self._desk.leave()
                return self._terminal.capability.lack
            try:
                self._work()
            except HungUp:
                self._desk.leave()
                raise
        return None

    def _work(self) -> None:
        while self._desk.station is not None:
            self._open_outside()
            self._draw()
            key = self._terminal.key(_TICK_SECONDS)
            if key is None:
                self._desk.tick()
                continue
            if self._drawn is not None and self._drawn[0].too_small and key not in _LEAVING:
                continue
            if not self._desk.press(key):
                if key == "ctrl-c":
                    raise KeyboardInterrupt
                return

    def _begin(self, form: str) -> None:
        """Let nothing that was typed before a form is shown count as an answer to it."""
        if form != self._form:
            self._terminal.forget()
        self._form = form

    def _open_outside(self) -> None:
        """Open the picture of a field that came in front, where that was asked for."""
        station = self._desk.station
        facing = (station.task.form, station.ask.key) if station is not None and station.asks else None
        if self._outside and facing is not None and facing != self._facing:
            self._desk.look_outside()
        self._facing = facing

    def _draw(self) -> None:
        """Draw what changed: all of it, or only the clock in the last row."""
        station, size = self._desk.station, self._terminal.size
        if station is None:
            return
        shown = self._window(size)
        if shown is not None:
            self._desk.look(shown.clamped(station.view))
        now = screen(station, size, shown, self._desk.said)
        before, self._drawn = self._drawn, (now, shown)
        same = before is not None and size == self._size and before[0].rows[:-1] == now.rows[:-1]
        self._size = size
        if same and before is not None and before[1] == shown and len(before[0].rows) == len(now.rows):
            self._terminal.write(repainted(now.rows[-1], len(now.rows) - 1))
            return
        drawing = painted(now, shown, self._terminal.capability, size[1])
        self._begin(station.task.form)
        self._terminal.write(drawing)

    def _window(self, size: tuple[int, int]) -> Window | None:
        station = self._desk.station
        spot = place(station, size) if station is not None else None
        shown = self._desk.picture() if spot is not None else None
        if station is None or spot is None or shown is None:
            return None
        return window(shown, *self._terminal.capability.points(spot.columns, spot.rows), station.view)
