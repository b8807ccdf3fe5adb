"""A template's TOML written back to disk: whole, and never over what someone else wrote there meanwhile."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pipeline.errors import TemplateError


def saved(path: Path, was: bytes, now: bytes) -> None:
    """Write `now` in the place of `was`; the file is never seen half-written, and keeps its rights.

    Raises:
        TemplateError: when the file is not what it was any more, or cannot be written; it is left as it is then.
    """
    try:
        if path.read_bytes() != was:
            raise TemplateError("template_changed_meanwhile", hint="template_take_yours")
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(handle, path.stat().st_mode & 0o777)
                file.write(now)
                file.flush()
                os.fsync(handle)
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
    except OSError:
        raise TemplateError("template_unwritable", hint="template_file_rights") from None
