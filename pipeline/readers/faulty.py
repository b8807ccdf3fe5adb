"""Readers with a fault, shipped to prove that one bad eye never stops the day: they crash, hang, lie or miscount."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.reading import Clip, Reading, Style
from pipeline.domain.value import text
from pipeline.errors import ReaderError


@dataclass(frozen=True, slots=True)
class CrashingReader:
    """Fails on every form, as an engine that is gone does."""

    name: str = "crashing/1"

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of writing."""
        return not clip.field.is_boxes

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Fail.

        Raises:
            ReaderError: always.
        """
        raise ReaderError("engine_crashed", hint="reinstall_tesseract", clips=len(clips))


@dataclass(frozen=True, slots=True)
class HangingReader:
    """Answers nothing for `seconds`, then fails, as an engine that waits for something does."""

    seconds: float
    name: str = "hanging/1"

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of writing."""
        return not clip.field.is_boxes

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Wait, then fail.

        Raises:
            ReaderError: always.
        """
        time.sleep(self.seconds)
        raise ReaderError("engine_too_slow", hint="reinstall_tesseract", clips=len(clips))


@dataclass(frozen=True, slots=True)
class LyingReader:
    """Says the same sure word of every clip, whatever stands in it."""

    lie: str = "Lögn"
    name: str = "lying/1"

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of writing."""
        return not clip.field.is_boxes

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Lie about every clip."""
        return tuple(Reading(clip.field.key, text(self.lie), 1.0, self.name, clip.digest, Style.PRINT) for clip in clips)


@dataclass(frozen=True, slots=True)
class MiscountingReader:
    """Gives one reading too few."""

    name: str = "miscounting/1"

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of writing."""
        return not clip.field.is_boxes

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Leave out the last clip."""
        return tuple(Reading.silent(clip, self.name, "unread") for clip in clips[:-1])
