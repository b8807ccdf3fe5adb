"""What a terminal can show: asked of the terminal itself, guessed from its name where it does not answer."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_KITTY_QUESTION = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
# The size of a character cell, then what every terminal answers: when that comes, all has come.
_QUESTION = b"\x1b[16t\x1b[c"
_ATTRIBUTES = re.compile(rb"\x1b\[\?([\d;]+)c")
_KITTY_OK = re.compile(rb"\x1b_G[^\x1b]*;OK\x1b\\")
_CELL = re.compile(rb"\x1b\[6;(\d+);(\d+)t")
_SIXEL = b"4"
_USUAL_CELL = (8, 16)


class Graphics(StrEnum):
    """How pictures can be shown, best first."""

    KITTY = "kitty"
    SIXEL = "sixel"
    HALF_BLOCKS = "half_blocks"
    TWO_TONES = "two_tones"
    NONE = "none"


class Lack(StrEnum):
    """Why no legible picture can be shown."""

    NO_TERMINAL = "no_terminal"
    DUMB = "dumb"
    NO_BLOCKS = "no_blocks"
    TOO_SMALL = "too_small"
    NO_VIEWER = "no_viewer"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a terminal shows pictures by, how many pixels a character cell is wide and high, and what it lacks."""

    graphics: Graphics
    cell: tuple[int, int] = _USUAL_CELL
    lack: Lack | None = None

    def points(self, columns: int, rows: int) -> tuple[int, int]:
        """Return how many points, across and down, so many cells can show."""
        if self.graphics in (Graphics.KITTY, Graphics.SIXEL):
            return columns * self.cell[0], rows * self.cell[1]
        return columns, rows * 2


def question(environ: Mapping[str, str]) -> bytes:
    """Return what to ask a terminal; tmux and screen would take kitty's own question for a title."""
    between = environ.get("TERM", "").startswith(("tmux", "screen")) or "TMUX" in environ
    return _QUESTION if between else _KITTY_QUESTION + _QUESTION


def answered(reply: bytes) -> bool:
    """Tell whether the terminal has said all it will."""
    return _ATTRIBUTES.search(reply) is not None


def after_answer(reply: bytes) -> bytes:
    """Return what came after the terminal's answers: keys that somebody pressed meanwhile."""
    for pattern in (_KITTY_OK, _CELL, _ATTRIBUTES, re.compile(rb"\x1b_G[^\x1b]*\x1b\\")):
        reply = pattern.sub(b"", reply)
    return reply


def capability(reply: bytes, environ: Mapping[str, str], encoding: str, cell: tuple[int, int] = (0, 0)) -> Capability:
    """Return what a terminal can show, by its answer to `question`, the environment and its encoding.

    `cell` is how large a character is in pixels as the system knows it, for terminals that do not answer that.
    """
    term = environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        return Capability(Graphics.NONE, lack=Lack.DUMB)
    cell = _cell(reply, cell)
    if _KITTY_OK.search(reply):
        return Capability(Graphics.KITTY, cell)
    attributes = _ATTRIBUTES.search(reply)
    if attributes and _SIXEL in attributes[1].split(b";"):
        return Capability(Graphics.SIXEL, cell)
    return _blocks(term, environ, encoding)


def _cell(reply: bytes, known: tuple[int, int]) -> tuple[int, int]:
    found = _CELL.search(reply)
    told = (int(found[2]), int(found[1])) if found else (0, 0)
    return next((cell for cell in (told, known) if cell[0] >= 3 and cell[1] >= 6), _USUAL_CELL)


def _blocks(term: str, environ: Mapping[str, str], encoding: str) -> Capability:
    try:
        unicode = codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        unicode = False
    if not unicode:
        return Capability(Graphics.NONE, lack=Lack.NO_BLOCKS)
    many = "256color" in term or "direct" in term or term.startswith(("xterm-", "tmux", "screen")) or "COLORTERM" in environ
    return Capability(Graphics.HALF_BLOCKS if many and "NO_COLOR" not in environ else Graphics.TWO_TONES)
