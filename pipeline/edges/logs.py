"""Logs: structured, and with an allow-list of keys, so that nothing a person wrote can slip in under a new name.

An unknown key raises where logs are strict (tests), and is dropped and counted in production. Values are numbers,
truths or short codes; any other value is dropped in the same way.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

from pipeline.edges.codes import is_code
from pipeline.edges.rights import opener
from pipeline.errors import StoreError

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "scan",
        "page",
        "pages",
        "template",
        "version",
        "sheet",
        "field",
        "form",
        "stage",
        "state",
        "status",
        "reason",
        "finding",
        "reader",
        "confidence",
        "residual_mm",
        "count",
        "ms",
        "seconds",
        "bytes",
        "generation",
        "attempts",
        "key",
        "code",
        "hint",
        "kind",
        "work",
        "worker",
        "job",
        "pile",
        "seq",
        "errno",
        "error",
        "where",
        "recipient",
        "language",
        "dropped",
        "pid",
    }
)

dropped: dict[str, int] = {"count": 0}
_open: list[TextIO] = []


class UnknownLogKey(Exception):
    """A log line holds a key or value that is not on the allow-list."""


class AllowList:
    """Lets only known keys and plain codes through."""

    def __init__(self, strict: bool) -> None:
        """Raise on anything else when `strict`, else drop and count it."""
        self.strict = strict

    def __call__(self, _: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
        """Return the line without what is not allowed."""
        unknown = [key for key, value in line.items() if key not in ALLOWED or not _is_plain(value)]
        if unknown and self.strict:
            raise UnknownLogKey(", ".join(sorted(unknown)))
        for key in unknown:
            del line[key]
        if unknown:
            dropped["count"] += len(unknown)
            line["dropped"] = len(unknown)
        return line


def _is_plain(value: object) -> bool:
    if value is None or isinstance(value, bool | int | float):
        return True
    return isinstance(value, str) and is_code(value.replace(" ", "_"))


def _json(_: Any, __: str, line: MutableMapping[str, Any]) -> str:  # noqa: ANN401
    return json.dumps(line, ensure_ascii=True)


class _Writer:
    """Writes lines of at least one level to one place."""

    def __init__(self, out: TextIO, level: int, terminal: bool) -> None:
        self._out = out
        self._level = level
        self._render = structlog.dev.ConsoleRenderer(colors=False) if terminal else _json

    def __call__(self, logger: Any, name: str, line: MutableMapping[str, Any]) -> None:  # noqa: ANN401
        if logging.getLevelNamesMapping().get(str(line.get("level", "info")).upper(), logging.INFO) < self._level:
            return
        self._out.write(f"{self._render(logger, name, dict(line))}\n")
        self._out.flush()


class _Fan:
    """Hands every line to all writers, and nothing further."""

    def __init__(self, writers: list[_Writer]) -> None:
        self._writers = writers

    def __call__(self, logger: Any, name: str, line: MutableMapping[str, Any]) -> str:  # noqa: ANN401
        for writer in self._writers:
            writer(logger, name, line)
        raise structlog.DropEvent


def set_up(file: Path | None = None, *, strict: bool = False, verbose: bool = False, screen: TextIO | None = None) -> None:
    """Send logs to `file` as JSON lines, and to stderr: JSON when it is no terminal, else one readable line.

    Without `verbose`, stderr gets warnings and worse only. Nothing of the standard library's own logging reaches
    either: a library's message may hold anything.

    Raises:
        StoreError: when this account may not write to the file.
    """
    close()
    out = screen or sys.stderr
    level = logging.DEBUG if verbose else logging.WARNING
    writers: list[_Writer] = [_Writer(out, level, terminal=out.isatty())]
    if file is not None:
        _open.append(_opened(file))
        writers.append(_Writer(_open[0], logging.DEBUG, terminal=False))
    logging.getLogger().handlers[:] = [logging.NullHandler()]
    _configure(AllowList(strict), _Fan(writers))


def _configure(allow: AllowList, fan: _Fan) -> None:
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), allow, fan],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )


def close() -> None:
    """Close the log file; later lines are examined and go nowhere until `set_up` is called again."""
    _configure(AllowList(strict=True), _Fan([]))
    while _open:
        _open.pop().close()


def _opened(file: Path) -> TextIO:
    """Open the log file for adding, with the rights of the folder it lies in."""
    try:
        return open(file, "a", encoding="utf-8", opener=opener)
    except PermissionError:
        raise StoreError("workspace_files", hint="workspace_files") from None


def logger() -> structlog.typing.FilteringBoundLogger:
    """Return the log: `log.info("page_placed", page=…, ms=…)`, with the event as a code."""
    made: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return made


close()
