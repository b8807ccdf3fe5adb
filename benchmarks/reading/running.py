"""A run: form after form is drawn, read by every reader that has not read it, and written down."""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytesseract

from benchmarks.reading import plainly, ppocr, versions
from benchmarks.reading.answering import Answer
from benchmarks.reading.drawing import Drawn, World, draw, plan
from benchmarks.reading.log import DRAWN, Log
from benchmarks.reading.sitting import OURS, Clock, Sat, Setting, Side, opened, sit
from benchmarks.reading.table import count, truth_row
from benchmarks.reading.telling import markdown
from pipeline.domain.calibration import UNMEASURED
from pipeline.domain.reading import Reader
from pipeline.edges import calibration, lexicon, towns
from pipeline.edges.catalogue import load as catalogue
from pipeline.readers.eyes import eyes

WITHOUT = {"whole": plainly.WHOLE, "field": plainly.EACH, "ppocr": plainly.PPOCR}


@dataclass(slots=True)
class Run:
    """What a run needs."""

    world: World
    setting: Setting
    ways: Mapping[str, plainly.Way]
    log: Log
    pages: int
    only: tuple[str, ...]
    scratch: Path
    pictures: Path | None

    @classmethod
    def of(cls, world: World, told: argparse.Namespace, scratch: Path, readers: Sequence[Reader] | None = None) -> Run:
        """Make a run of what was asked for; `readers` stand in for the eyes that are shipped.

        Raises:
            InUse: when the folder holds another run.
        """
        seen = tuple(readers) if readers is not None else eyes(scratch, lexicon.load())
        # What readers of somebody's own say of their confidence was never measured.
        worth = calibration.load() if readers is None else UNMEASURED
        setting = Setting(world.library, catalogue(), towns.load(), worth, seen)
        ways = _ways(tuple(part for part in told.without.split(",") if part))
        wanted = {DRAWN: versions.drawn(world), OURS: versions.ours(world, setting.eyes)}
        wanted |= {who: versions.plain(world, engine) for who, (_, engine) in ways.items()}
        log = Log.open(told.out, (told.part, told.seed), wanted, resume=told.resume)
        if log.stale:
            forms = len({form for form, _ in log.stale})
            print(f"{forms} forms were read or drawn by other versions: they are stale and are done again", file=sys.stderr)
        only = tuple(part for part in told.only.split(",") if part)
        pictures = told.out / "pictures" if told.pictures else None
        return cls(world, setting, {who: way for who, (way, _) in ways.items()}, log, told.pages, only, scratch, pictures)

    def go(self) -> None:
        """Read what is still to be read."""
        bar = _Bar(self.pages)
        done = 0
        self.setting.make_ready()
        for number in self._numbers():
            done += self._form(number)
            bar.show(done)
        bar.end()

    def _numbers(self) -> Iterator[int]:
        """Give the numbers of forms until there are pages enough."""
        pages = 0
        for number in itertools.count():
            if pages >= self.pages:
                return
            template, condition, _ = plan(self.world, number)
            if not self.only or any(part in condition.name for part in self.only):
                pages += len(template.sheets)
                yield number

    def _form(self, number: int) -> int:
        """Read one form by whom it was not read, and return how many pages it has."""
        template, _, _ = plan(self.world, number)
        missing = [who for who in self.log.wanted if not self.log.has(number, who)]
        if missing:
            drawn, clock = draw(self.world, number), Clock()
            self._keep(drawn)
            sides = opened(drawn, self.scratch, clock)
            for who in missing:
                self.log.add(number, who, self._told(who, drawn, sides, clock))
        return len(template.sheets)

    def _told(self, who: str, drawn: Drawn, sides: Sequence[Side], opening: Clock) -> dict[str, Any]:
        if who == DRAWN:
            return {
                "template": drawn.template.name,
                "condition": drawn.condition,
                "style": drawn.style,
                "sides": len(drawn.sides),
                "truths": [truth_row(truth) for truth in drawn.truths],
            }
        if who == OURS:
            return _sat(sit(drawn, sides, self.setting), opening)
        answers, clock = self.ways[who](drawn, sides)
        return {"answers": {who: _rows(answers)}, "ms": _rounded(clock.ms)}

    def _keep(self, drawn: Drawn) -> None:
        if self.pictures is not None:
            self.pictures.mkdir(exist_ok=True)
            for sheet, side in enumerate(drawn.sides, 1):
                name = f"{self.world.part}-{self.world.seed}-{drawn.number:04d}-{sheet}.{side.ending}"
                (self.pictures / name).write_bytes(side.data)

    def tell(self, folder: Path) -> str:
        """Write the table as JSON and Markdown, and return the Markdown."""
        told = count(self.log.forms()).told()
        run = {"part": self.world.part, "seed": self.world.seed, "versions": dict(self.log.wanted)}
        run["missing"] = list(self.world.stock.fonts.missing)
        text = markdown(told, run)
        (folder / "table.json").write_text(
            json.dumps({**run, **told}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        (folder / "table.md").write_text(text, encoding="utf-8")
        return text


def _ways(without: Sequence[str]) -> dict[str, tuple[plainly.Way, str]]:
    """Return the plain ways that can be gone, each with its engine's version."""
    engine = f"tesseract-{str(pytesseract.get_tesseract_version()).split('-', maxsplit=1)[0]}-swe"
    ways: dict[str, tuple[plainly.Way, str]] = {
        plainly.WHOLE: (plainly.whole_page, engine),
        plainly.EACH: (plainly.each_field, engine),
    }
    recogniser = None if "ppocr" in without else ppocr.installed()
    if recogniser is not None:
        ways[plainly.PPOCR] = (plainly.by_ppocr(recogniser), f"ppocrv6-small-{recogniser.version}")
    return {who: way for who, way in ways.items() if who not in [WITHOUT[name] for name in without]}


def _sat(sat: Sat, opening: Clock) -> dict[str, Any]:
    answers = {reader: _rows(them) for reader, them in sat.answers.items()}
    return {"answers": answers, "sides": sat.sides, "ms": _rounded({**opening.ms, **sat.clock.ms})}


def _rows(answers: Sequence[Answer]) -> list[list[Any]]:
    return [answer.row() for answer in answers]


def _rounded(ms: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(spent, 2) for stage, spent in ms.items()}


class _Bar:
    """Progress for somebody who looks on; silent when piped."""

    def __init__(self, pages: int) -> None:
        self._pages, self._begun = pages, time.monotonic()
        self._shown = sys.stderr.isatty()

    def show(self, done: int) -> None:
        if self._shown:
            each = (time.monotonic() - self._begun) / max(1, done)
            left = max(0, self._pages - done) * each / 60
            print(
                f"\r{done}/{self._pages} pages, {each:.1f} s each, {left:.0f} min left ", end="", file=sys.stderr, flush=True
            )

    def end(self) -> None:
        if self._shown:
            print(file=sys.stderr)
