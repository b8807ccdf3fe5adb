"""The log of a run: one line for each form and reader, so that a run goes on where it was stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "readings.jsonl"
DRAWN = "drawn"


class InUse(Exception):
    """The folder holds the results of another run, and nobody said to go on with it."""


@dataclass(slots=True)
class Log:
    """Results by form and reader. `wanted` is the version of each reader of this run; other versions are stale."""

    path: Path
    part: str
    seed: int
    wanted: Mapping[str, str]
    _kept: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    stale: set[tuple[int, str]] = field(default_factory=set)

    @classmethod
    def open(cls, folder: Path, run: tuple[str, int], wanted: Mapping[str, str], *, resume: bool) -> Log:
        """Open the log of a run (part, seed) in a folder.

        Raises:
            InUse: when there is one and the run shall not go on with it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / NAME
        if path.exists() and path.stat().st_size and not resume:
            raise InUse
        log = cls(path, *run, wanted)
        log._read()
        return log

    def _read(self) -> None:
        if not self.path.exists():
            return
        whole = self.path.read_bytes()
        if whole and not whole.endswith(b"\n"):  # a line torn by a stop; what follows must not be glued to it
            whole = whole[: whole.rfind(b"\n") + 1]
            self.path.write_bytes(whole)
        for raw in whole.decode("utf-8").splitlines():
            line = json.loads(raw)
            if (line["part"], line["seed"]) != (self.part, self.seed) or line["who"] not in self.wanted:
                continue
            key = (line["form"], line["who"])
            if line["version"] == self.wanted[line["who"]]:
                self._kept[key] = line["told"]
                self.stale.discard(key)
            elif key not in self._kept:
                self.stale.add(key)

    def has(self, form: int, who: str) -> bool:
        """Tell whether a form was read by a reader of the version wanted."""
        return (form, who) in self._kept

    def add(self, form: int, who: str, told: dict[str, Any]) -> None:
        """Keep a result and write it down at once."""
        line = {"part": self.part, "seed": self.seed, "form": form, "who": who, "version": self.wanted[who], "told": told}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._kept[form, who] = told
        self.stale.discard((form, who))

    def forms(self) -> Iterator[tuple[dict[str, Any], dict[str, dict[str, Any]]]]:
        """Give every form whose drawing is of this version, as drawn, with what each reader told of it."""
        for (form, who), told in sorted(self._kept.items()):
            if who == DRAWN:
                said = {other: self._kept[form, other] for other in self.wanted if other != DRAWN and self.has(form, other)}
                yield told, said
