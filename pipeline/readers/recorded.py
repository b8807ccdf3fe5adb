"""Readings kept in a file by clip digest and reader version, and played back where the engine is not wanted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline.domain.reading import Alternative, Clip, Reading, Style
from pipeline.domain.value import from_json, to_json
from pipeline.errors import ReaderError


class RecordedReader:
    """Plays back the readings of one reader; a clip or a version it does not know is an error, never a guess."""

    def __init__(self, path: Path, version: str | None = None) -> None:
        """Open a record of readings.

        Raises:
            ReaderError: when the file is no such record, or was made by another version than `version`.
        """
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            self._name = str(raw["reader"])
            self._readings = {digest: _reading(told, digest, self._name) for digest, told in raw["readings"].items()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReaderError("record_unreadable", hint="record_again", cause=type(error).__name__) from None
        if version is not None and version != self._name:
            raise ReaderError("record_of_other_version", hint="record_again", made_by=self._name, wanted=version)

    @property
    def name(self) -> str:
        """Return name and version of the reader that was recorded."""
        return self._name

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip was recorded."""
        return clip.digest in self._readings

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Play back one reading for each clip, in their order.

        Raises:
            ReaderError: when a clip was not recorded.
        """
        if any(clip.digest not in self._readings for clip in clips):
            raise ReaderError("clip_not_recorded", hint="record_again")
        return tuple(self._readings[clip.digest] for clip in clips)


def record(path: Path, reader: str, readings: Iterable[Reading]) -> None:
    """Write readings of one reader to a file, sorted by clip, so that the same readings make the same bytes."""
    told = {reading.clip: _told(reading) for reading in readings if reading.reader == reader}
    raw = {"reader": reader, "readings": dict(sorted(told.items()))}
    path.write_text(json.dumps(raw, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _told(reading: Reading) -> dict[str, Any]:
    return {
        "key": reading.key,
        "value": to_json(reading.value),
        "confidence": round(reading.confidence, 4),
        "style": reading.style,
        "alternatives": [[to_json(other.value), round(other.confidence, 4), other.reader] for other in reading.alternatives],
        "doubts": list(reading.doubts),
    }


def _reading(told: dict[str, Any], digest: str, reader: str) -> Reading:
    return Reading(
        key=str(told["key"]),
        value=from_json(told["value"]),
        confidence=float(told["confidence"]),
        reader=reader,
        clip=digest,
        style=Style(told["style"]) if told["style"] else None,
        alternatives=tuple(Alternative(from_json(v), float(c), str(r)) for v, c, r in told["alternatives"]),
        doubts=tuple(str(doubt) for doubt in told["doubts"]),
    )
