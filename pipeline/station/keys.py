"""What a terminal sends when keys are pressed, made names of keys."""

from __future__ import annotations

_SEQUENCES = {
    b"\x1b[A": "up",
    b"\x1b[B": "down",
    b"\x1b[C": "right",
    b"\x1b[D": "left",
    b"\x1bOA": "up",
    b"\x1bOB": "down",
    b"\x1bOC": "right",
    b"\x1bOD": "left",
    b"\x1b[H": "home",
    b"\x1b[F": "end",
    b"\x1bOH": "home",
    b"\x1bOF": "end",
    b"\x1b[1~": "home",
    b"\x1b[4~": "end",
    b"\x1b[7~": "home",
    b"\x1b[8~": "end",
    b"\x1b[3~": "delete",
    b"\x1b[Z": "shift-tab",
}
_CONTROLS = {
    b"\r": "enter",
    b"\n": "enter",
    b"\t": "tab",
    b"\x7f": "backspace",
    b"\x08": "backspace",
    b"\x15": "ctrl-u",
    b"\x03": "ctrl-c",
    b"\x04": "ctrl-c",
}
UNKNOWN = "unknown"


def keys(buffer: bytes, *, final: bool = False) -> tuple[list[str], bytes]:
    """Return the keys in what a terminal sent, and the rest that may still grow into one.

    With `final`, nothing more is on its way: a lone escape is the key, half a letter is dropped.
    """
    found: list[str] = []
    while buffer:
        key, length = _first(buffer, final)
        if length == 0:
            break
        found.append(key)
        buffer = buffer[length:]
    return [key for key in found if key != UNKNOWN], b"" if final else buffer


def _first(buffer: bytes, final: bool) -> tuple[str, int]:
    """Return the first key and how many bytes it took; 0 when more must come."""
    if buffer[:1] == b"\x1b":
        return _escape(buffer, final)
    control = _CONTROLS.get(buffer[:1])
    if control is not None:
        return control, 1
    if buffer[0] < 32:
        return UNKNOWN, 1
    return _letter(buffer, final)


def _escape(buffer: bytes, final: bool) -> tuple[str, int]:
    if len(buffer) == 1:
        return ("esc", 1) if final else (UNKNOWN, 0)
    if buffer[1:2] not in (b"[", b"O"):
        return "esc", 1
    for at in range(2, len(buffer)):
        if 0x40 <= buffer[at] <= 0x7E:
            return _SEQUENCES.get(buffer[: at + 1], UNKNOWN), at + 1
    return (UNKNOWN, len(buffer)) if final else (UNKNOWN, 0)


def _letter(buffer: bytes, final: bool) -> tuple[str, int]:
    lead = buffer[0]
    length = 1 if lead < 0x80 else 2 if 0xC0 <= lead < 0xE0 else 3 if lead < 0xF0 else 4
    if lead in range(0x80, 0xC0):
        return UNKNOWN, 1
    if len(buffer) < length:
        return (UNKNOWN, len(buffer)) if final else (UNKNOWN, 0)
    try:
        return buffer[:length].decode(), length
    except UnicodeDecodeError:
        return UNKNOWN, 1
