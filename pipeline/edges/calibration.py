"""The door to what confidences have proved to be worth: a TOML file in the package, written by `benchmarks.calibrating`."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.domain.calibration import NEVER, Calibration, Visibility, Worth
from pipeline.edges.rights import opener
from pipeline.edges.vault import file_fault
from pipeline.errors import SettingsError

FILE = "calibration.toml"  # of a workspace, where somebody adopted one of its own
SHIPPED = Path(__file__).parent / "data" / "calibration.toml"


class _Group(BaseModel):
    """One group."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    n: int = Field(gt=0)
    wrong: int = Field(ge=0)
    least: float = Field(ge=0, le=NEVER)
    raw: tuple[float, ...] = Field(min_length=2)
    sure: tuple[float, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        steps = [one for knots in (self.raw, self.sure) for one in pairwise(knots)]
        if len(self.raw) != len(self.sure) or any(low >= high for low, high in steps):
            raise ValueError("the curve does not rise")
        if not (self.raw[0] >= 0 and self.raw[-1] <= 1 and self.sure[0] >= 0 and self.sure[-1] <= 1):
            raise ValueError("the curve leaves what a share can be")
        return self


class _Visibility(BaseModel):
    """How much of the blank's print must be visible in a clip."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    clear: float = Field(gt=0, le=1)
    lost: float = Field(ge=0, lt=1)
    n: int = Field(gt=0)
    day: str

    @model_validator(mode="after")
    def _falls(self) -> Self:
        if self.lost >= self.clear:
            raise ValueError("less is lost than is clear")
        return self


class _File(BaseModel):
    """The file: when, on what and for which bar it was measured, and each group."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    day: str
    source: str = Field(min_length=1)
    bar: float = Field(gt=0, lt=1)
    level: float = Field(gt=0, lt=1)
    visibility: _Visibility | None = None
    groups: dict[str, _Group] = Field(min_length=1)


def load(path: Path = SHIPPED) -> Calibration:
    """Return the calibration in a file.

    Raises:
        SettingsError: when the file is none, or not there: without one every value would stand by its readers' word.
    """
    try:
        told = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise SettingsError("calibration_damaged", hint="calibration") from error
    groups = {name: Worth(one.raw, one.sure, one.least, one.n, one.wrong) for name, one in told.groups.items()}
    seen = Visibility(**told.visibility.model_dump()) if told.visibility else None
    return Calibration(groups, told.day, told.source, told.bar, told.level, seen)


def of(root: Path) -> Calibration:
    """Return a workspace's own calibration, or the one that comes with the program, from which it has what it lacks."""
    shipped, own = load(), root / FILE
    if not own.is_file():
        return shipped
    adopted = load(own)
    return replace(adopted, visibility=adopted.visibility or shipped.visibility)


def save(root: Path, told: Calibration) -> None:
    """Write a workspace's own calibration, whole or not at all, for whoever the workspace is for.

    Raises:
        StoreError: when the disk is full or does not let it be written.
    """
    path = root / FILE
    part = path.with_suffix(".part")
    try:
        with open(part, "w", encoding="utf-8", opener=opener) as file:
            file.write(dump(told))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise file_fault(error) from None


def dump(told: Calibration) -> str:
    """Return a calibration as the text of a file."""
    lines = [
        "# What confidences have proved to be worth, by group (readers, what they read, how it is written, how finely).",
        "# Written by `python -m benchmarks.calibrating`; docs/reading.md tells how.",
        f'day = "{told.day}"',
        f'source = "{told.source}"',
        f"bar = {told.bar}",
        f"level = {told.level}",
    ]
    if (seen := told.visibility) is not None:
        lines += ["", "[visibility]", f"clear = {seen.clear}", f"lost = {seen.lost}", f"n = {seen.n}", f'day = "{seen.day}"']
    for name, worth in sorted(told.groups.items()):
        lines += [
            "",
            f'[groups."{name}"]',
            f"n = {worth.n}",
            f"wrong = {worth.wrong}",
            f"least = {round(worth.least, 9)}",
            f"raw = [{', '.join(str(round(one, 9)) for one in worth.raw)}]",
            f"sure = [{', '.join(str(round(one, 9)) for one in worth.sure)}]",
        ]
    return "\n".join(lines) + "\n"
