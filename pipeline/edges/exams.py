"""The door to `exam.json`, which keeps what came of a template's exam in the template's folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.domain.exam import Exam
from pipeline.errors import TemplateError

FILE = "exam.json"
_EXAM = TypeAdapter(Exam)


def kept(folder: Path) -> Exam | None:
    """Return the exam kept in a template's folder, or None when there is none that can be understood."""
    try:
        return _EXAM.validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def keep(folder: Path, exam: Exam) -> None:
    """Write an exam into its template's folder, whole or not at all.

    Raises:
        TemplateError: when nothing can be written there.
    """
    part = folder / f"{FILE}.part"
    try:
        part.write_text(dump(exam), encoding="utf-8")
        part.replace(folder / FILE)
    except OSError:
        part.unlink(missing_ok=True)
        raise TemplateError("template_unwritable", hint="template_rights") from None


def dump(exam: Exam) -> str:
    """Return an exam as the file holds it: one line a field, a zone, a twin."""
    return "{\n" + ",\n".join(f' "{name}": {_told(part)}' for name, part in as_json(exam).items()) + "\n}\n"


def _told(part: object) -> str:
    if not isinstance(part, tuple) or not part:
        return json.dumps(part, ensure_ascii=False)
    return "[\n" + ",\n".join(f"  {json.dumps(one, ensure_ascii=False)}" for one in part) + "\n ]"


def as_json(exam: Exam) -> dict[str, Any]:
    """Return an exam as programs get it; the shape is a contract (schemas/exam.json) and only grows."""
    return asdict(exam)
