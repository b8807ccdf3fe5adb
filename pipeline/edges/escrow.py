"""The escrow sheet: the key ring as numbered lines to print, lock away, and type in again.

Each line holds ten bytes as sixteen letters of Crockford's base 32 (no I, L, O, U) in groups of four, and two letters
that check the line and its number; four bytes at the end check the whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from pipeline.edges.keys import ID_BYTES, KEY_BYTES, KeyRing
from pipeline.errors import StoreError

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SAME = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LINE = re.compile(r"\s*(\d{1,3})\s*[:.)]?\s+((?:[0-9A-Za-z]{4}[ -]+){4}[0-9A-Za-z]{2})\s*")
_BYTES = 10
_VERSION = 1


def sheet(ring: KeyRing) -> tuple[str, ...]:
    """Return the lines of the sheet, as `01  ABCD EFGH JKMN PQRS  TV`."""
    body = bytes([_VERSION, len(ring.keys), [name for name, _ in ring.keys].index(ring.current)])
    body += b"".join(bytes.fromhex(name) + key for name, key in ring.keys) + ring.index
    body += hashlib.sha256(body).digest()[:4]
    body += b"\0" * (-len(body) % _BYTES)
    lines = [body[start : start + _BYTES] for start in range(0, len(body), _BYTES)]
    return tuple(_written(number, line) for number, line in enumerate(lines, 1))


def read_sheet(typed: Iterable[str]) -> KeyRing:
    """Return the ring that typed lines tell; lines that are no numbered line of a sheet are passed over.

    Raises:
        StoreError: with the number of the first line that is mistyped or missing.
    """
    found: dict[int, bytes] = {}
    for line in typed:
        match = _LINE.fullmatch(line)
        if match:
            number = int(match.group(1))
            found[number] = _read(number, match.group(2))
    for number in range(1, max(found, default=0) + 1):
        if number not in found:
            raise StoreError("escrow_line_missing", hint="escrow_line", line=number)
    return _ring(b"".join(found[number] for number in sorted(found)))


def _ring(body: bytes) -> KeyRing:
    if len(body) < 3 or body[0] != _VERSION:
        raise StoreError("escrow_not_a_sheet", hint="escrow_line")
    size = 3 + body[1] * (ID_BYTES + KEY_BYTES) + KEY_BYTES
    told, check = body[:size], body[size : size + 4]
    if hashlib.sha256(told).digest()[:4] != check or body[2] >= body[1]:
        raise StoreError("escrow_not_whole", hint="escrow_line")
    each = ID_BYTES + KEY_BYTES
    parts = [told[start : start + each] for start in range(3, size - KEY_BYTES, each)]
    keys = tuple((part[:ID_BYTES].hex(), part[ID_BYTES:]) for part in parts)
    return KeyRing(keys[body[2]][0], keys, told[-KEY_BYTES:])


def _written(number: int, line: bytes) -> str:
    letters = _encoded(int.from_bytes(line, "big"), 16)
    groups = " ".join(letters[start : start + 4] for start in range(0, 16, 4))
    return f"{number:02}  {groups}  {_check(number, line)}"


def _read(number: int, typed: str) -> bytes:
    letters = "".join(typed.upper().translate(_SAME).replace("-", " ").split())
    if any(letter not in _LETTERS for letter in letters):
        raise StoreError("escrow_line_mistyped", hint="escrow_line", line=number)
    value = 0
    for letter in letters[:16]:
        value = value * 32 + _LETTERS.index(letter)
    line = value.to_bytes(_BYTES, "big")
    if _check(number, line) != letters[16:]:
        raise StoreError("escrow_line_mistyped", hint="escrow_line", line=number)
    return line


def _check(number: int, line: bytes) -> str:
    return _encoded(int.from_bytes(hashlib.sha256(bytes([number % 256]) + line).digest()[:2], "big") % 1024, 2)


def _encoded(value: int, length: int) -> str:
    return "".join(_LETTERS[(value >> (5 * place)) & 31] for place in range(length - 1, -1, -1))
