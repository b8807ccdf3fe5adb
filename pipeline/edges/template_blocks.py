"""A TOML file cut at the tables of one name, so that each can be changed without touching another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = re.compile(r"\s*(\[{1,2})\s*([A-Za-z_][\w.-]*)\s*\]{1,2}\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Block:
    """One table of an array: what stands between it and the one before, what leads it in, and itself.

    `lead` is the empty lines and comments directly above the table: they tell of it, and go where it goes.
    """

    between: str
    lead: str
    body: str

    def saying(self, body: str) -> Block:
        """Return the same table with another text."""
        return Block(self.between, self.lead, body)


@dataclass(frozen=True, slots=True)
class Blocks:
    """A text cut up: what comes before the first table, the tables, and what stands behind the last."""

    head: str
    blocks: tuple[Block, ...]
    tail: str = ""


def blocks(text: str, name: str) -> Blocks:
    """Return a text cut at its `[[name]]` lines; put together again it is the same text.

    Tables of other names are no part of the table that they stand behind.
    """
    lines = text.splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if (found := _HEADER.match(line)) and found.groups() == ("[[", name)]
    parts = [lines[begin:end] for begin, end in zip([0, *starts], [*starts, len(lines)], strict=True)]
    head, loose = _closed(parts[0], bool(starts))
    made = []
    for number, part in enumerate(parts[1:], 1):
        end = next(
            (n for n, line in enumerate(part) if (found := _HEADER.match(line)) and not _below(found[2], name)), len(part)
        )
        kept, after = _closed(part[:end], end < len(part) or number < len(starts))
        between, lead = _leading(loose)
        made.append(Block("".join(between), "".join(lead), "".join(kept)))
        loose = after + part[end:]
    return Blocks("".join(head), tuple(made), "".join(loose))


def headers(text: str) -> Iterator[tuple[int, str, str]]:
    """Go through the lines that begin a table: each line, from 1, its brackets, `[` or `[[`, and the table's name."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(line):
            yield number, found[1], found[2]


def before_tables(text: str) -> str:
    """Return what stands before the first table, without the comments that lead that one in."""
    lines = text.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if _HEADER.match(line)), len(lines))
    return "".join(_closed(lines[:start], start < len(lines))[0])


def _below(table: str, name: str) -> bool:
    return table == name or table.startswith(f"{name}.")


def _closed(part: list[str], more: bool) -> tuple[list[str], list[str]]:
    """Return a part's own lines and the empty lines and comments after them, which belong to what comes next."""
    end = len(part)
    while more and end and (not part[end - 1].strip() or part[end - 1].lstrip().startswith("#")):
        end -= 1
    return part[:end], part[end:]


def _leading(loose: list[str]) -> tuple[list[str], list[str]]:
    """Return what merely stands before a table, and what leads it in."""
    start = len(loose)
    while start and loose[start - 1].lstrip().startswith("#"):
        start -= 1
    while start and not loose[start - 1].strip():
        start -= 1
    return loose[:start], loose[start:]
