"""The child that opens a blank PDF nobody vouches for: what it asks, and what is kept of it, down the pipe.

It is started by `form_process` as the parser's child is, with the same limits, and writes nothing but the pipe.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.edges.parser_child import guarded
from pipeline.edges.parser_wire import Limits, framed


def main(argv: list[str]) -> None:
    """Read the open PDF `argv[0]` under the limits `argv[1]`, and leave without tidying up."""
    guarded(argv, _told)


def _told(file: BinaryIO, _limits: Limits) -> Iterator[bytes]:
    try:
        from pydantic import TypeAdapter

        from pipeline.domain.fillable import FillableForm
        from pipeline.edges import form_blank, form_widgets
        from pipeline.errors import TemplateError
    except ImportError:
        # Our own libraries are not whole: the machine's fault, never told as the paper's.
        yield framed({"kind": "lack"})
        return
    path = Path(f"/dev/fd/{file.fileno()}")
    try:
        form = form_widgets.read(path)
        kept, frames = form_blank.emptied(path) if form.widgets or form.words else (b"", 0)
        original = form_blank.unfilled(path) if form.widgets else b""
        said = TypeAdapter(FillableForm).dump_json(form)
    except TemplateError as error:
        yield framed({"kind": "refuse", "code": error.code, "params": error.params})
        return
    except (MemoryError, RecursionError):
        yield framed({"kind": "refuse", "code": "blank_too_heavy"})
        return
    parts = [said, kept, original]
    yield framed({"kind": "form", "frames": frames, "parts": [len(part) for part in parts], "bytes": sum(map(len, parts))})
    yield from parts
