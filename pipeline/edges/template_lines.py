"""Where in a TOML file each of its tables, keys and items begins."""

from __future__ import annotations

import re
from collections import deque
from itertools import count

from pipeline.errors import Where

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{},=]|[^\s\[\]{},=#"\']+',
    re.DOTALL,
)
_ENDS = frozenset("\n,]}")
Tokens = deque[tuple[str, int]]
Lines = dict[Where, int]


def lines(text: str) -> Lines:
    """Return the line, from 1, of every table, key and item of `text`, which is TOML, by its way from the top."""
    found: Lines = {}
    tokens = _tokens(text)
    table: Where = ()
    while tokens:
        if tokens[0][0] == "\n":
            tokens.popleft()
        elif tokens[0][0] == "[":
            table = _header(tokens, found)
        else:
            _pair(tokens, table, found)
    return found


def line_of(where: Where, found: Lines) -> int:
    """Return the line of what stands at `where`, or else of the nearest table around it; 1 when there is none."""
    return next((found[where[:n]] for n in range(len(where), 0, -1) if where[:n] in found), 1)


def _tokens(text: str) -> Tokens:
    tokens: Tokens = deque()
    line, at = 1, 0
    for token in _TOKEN.finditer(text):
        line, at = line + text.count("\n", at, token.start()), token.start()
        if not token[0].startswith("#"):
            tokens.append((token[0], line))
    return tokens


def _names(tokens: Tokens, end: str) -> list[str]:
    """Return the parts of a name, and take it away with the sign behind it."""
    parts: list[str] = []
    while (token := tokens.popleft()[0]) != end:
        parts += [token[1:-1]] if token[0] in "\"'" else [part for part in token.split(".") if part]
    return parts


def _header(tokens: Tokens, found: Lines) -> Where:
    line, double = tokens[0][1], tokens[1][0] == "["
    for _bracket in range(2 if double else 1):
        tokens.popleft()
    *outer, last = _names(tokens, "]")
    if double:
        tokens.popleft()
    table: Where = ()
    for name in outer:
        table = (*table, name)
        size = _size(table, found)
        table = (*table, size - 1) if size else table
    table = (*table, last)
    found.setdefault(table, line)
    if double:
        table = (*table, _size(table, found))
        found[table] = line
    return table


def _size(array: Where, found: Lines) -> int:
    return next(n for n in count() if (*array, n) not in found)


def _pair(tokens: Tokens, table: Where, found: Lines) -> None:
    line = tokens[0][1]
    for name in _names(tokens, "="):
        table = (*table, name)
        found.setdefault(table, line)
    _value(tokens, table, found)


def _value(tokens: Tokens, at: Where, found: Lines) -> None:
    opened = tokens.popleft()[0]
    if opened not in ("[", "{"):
        while tokens and tokens[0][0] not in _ENDS:  # a day and its time are two
            tokens.popleft()
        return
    number = 0
    while tokens[0][0] not in ("]", "}"):
        if tokens[0][0] in _ENDS:
            tokens.popleft()
        elif opened == "{":
            _pair(tokens, at, found)
        else:
            found[(*at, number)] = tokens[0][1]
            _value(tokens, (*at, number), found)
            number += 1
    tokens.popleft()
