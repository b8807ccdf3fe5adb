"""A screen painted on a real terminal, by what that terminal can do."""

from __future__ import annotations

from pipeline.station.blocks import half_blocks, two_tone_blocks
from pipeline.station.capability import Capability, Graphics
from pipeline.station.kitty import DELETE, kitty
from pipeline.station.pictures import Window, stretched
from pipeline.station.screen import Place, Row, Screen, Span, Style
from pipeline.station.sixel import sixel

# Only colours that can be read on a dark and on a light ground.
_SGR = {
    Style.PLAIN: "",
    Style.TITLE: "1;7",
    Style.DIM: "2",
    Style.STRONG: "1",
    Style.WARN: "1;31",
    Style.GOOD: "32",
    Style.KEY: "1;4",
    Style.CURSOR: "7",
}


def painted(screen: Screen, shown: Window | None, can: Capability, rows: int = 0) -> str:
    """Return what to send to draw a screen on a terminal of so many rows, the picture over its place."""
    out = ["\x1b[?2026h", DELETE if can.graphics is Graphics.KITTY else ""]
    out.extend(repainted(pieces, at) for at, pieces in enumerate(screen.rows))
    out.append(f"\x1b[{len(screen.rows) + 1};1H\x1b[J" if len(screen.rows) < rows else "")
    if screen.picture is not None and shown is not None:
        out.append(_picture(screen.picture, shown, can))
    out.append("\x1b[?2026l")
    return "".join(out)


def repainted(row: Row, at: int) -> str:
    """Return what to send to draw one row anew, counted from 0."""
    # Erased before it is written: after a letter in the last column, erasing would take that letter.
    return f"\x1b[{at + 1};1H\x1b[0m\x1b[K" + "".join(map(_span, row)) + "\x1b[0m"


def inline(shown: Window, can: Capability) -> str:
    """Return a picture to be written between lines of text, ending in a line break."""
    pixels = shown.raster.pixels
    if can.graphics is Graphics.KITTY:
        columns, rows = _cells(shown, can)
        return kitty(shown.raster, columns, rows) + "\n" * (rows + 1)
    if can.graphics is Graphics.SIXEL:
        return sixel(stretched(pixels)) + "\n"
    lines = half_blocks(pixels) if can.graphics is Graphics.HALF_BLOCKS else two_tone_blocks(pixels)
    return "\n".join(lines) + "\n"


def _cells(shown: Window, can: Capability) -> tuple[int, int]:
    return -(-shown.raster.width // can.cell[0]), -(-shown.raster.height // can.cell[1])


def _span(span: Span) -> str:
    # A value may hold letters that steer a terminal; none of them may reach it.
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in span.text)
    code = _SGR[span.style]
    return f"\x1b[0;{code}m{text}" if code else f"\x1b[0m{text}"


def _picture(place: Place, shown: Window, can: Capability) -> str:
    home = f"\x1b[{place.top + 1};{place.left + 1}H"
    pixels = shown.raster.pixels
    if can.graphics is Graphics.KITTY:
        return home + kitty(shown.raster, *_cells(shown, can))
    if can.graphics is Graphics.SIXEL:
        return home + sixel(stretched(pixels))
    lines = half_blocks(pixels) if can.graphics is Graphics.HALF_BLOCKS else two_tone_blocks(pixels)
    return "".join(f"\x1b[{place.top + at + 1};{place.left + 1}H{line}" for at, line in enumerate(lines[: place.rows]))
