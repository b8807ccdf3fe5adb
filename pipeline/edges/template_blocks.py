"""A TOML file cut at the tables of one name, so that each can be changed without touching another."""

from __future__ import annotations

from dataclasses import dataclass


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
    """A text cut up: what comes before the first table, and the tables."""

    head: str
    blocks: tuple[Block, ...]


def blocks(text: str, name: str) -> Blocks:
    """Return a text cut at its `[[name]]` lines; put together again it is the same text."""
    lines = text.splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if line.split("#")[0].strip() == f"[[{name}]]"]
    parts = [lines[begin:end] for begin, end in zip([0, *starts], [*starts, len(lines)], strict=True)]
    head, loose = _closed(parts[0], bool(starts))
    made = []
    for number, part in enumerate(parts[1:], 1):
        kept, after = _closed(part, number < len(starts))
        between, lead = _leading(loose)
        made.append(Block("".join(between), "".join(lead), "".join(kept)))
        loose = after
    return Blocks("".join(head), tuple(made))


def _closed(part: list[str], more: bool) -> tuple[list[str], list[str]]:
    """Return a part's own lines and the empty lines and comments after them, which belong to what comes next."""
    end = len(part)
    while more and end and (not part[end - 1].strip() or part[end - 1].lstrip().startswith("#")):
        end -= 1
    return part[:end], part[end:]


def _leading(loose: list[str]) -> tuple[list[str], list[str]]:
    """Return what merely stands before a table, and what leads it in."""
    start = len(loose)
    while start and loose[start - 1].strip():
        start -= 1
    while start and not loose[start - 1].strip():
        start -= 1
    return loose[:start], loose[start:]
