"""The command line of the benchmark; see the package's own words."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_THREAD_LIMIT", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2

from benchmarks.reading import __doc__ as ABOUT
from benchmarks.reading import conditions, fonts
from benchmarks.reading.desk import Stock
from benchmarks.reading.drawing import World, world
from benchmarks.reading.hands import STROKES
from benchmarks.reading.log import InUse
from benchmarks.reading.running import WITHOUT, Run

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "handwriting"
ONCE = """The sealed part is meant to be used once, before the work it judges is called done.
Whoever looks at it and then changes a reader has made it an open part: say so beside its figures."""


def main(words: list[str] | None = None) -> int:
    """Run the benchmark; 0 done, 2 used wrongly, 130 stopped (go on with --resume)."""
    told = _asked().parse_args(words)
    cv2.setNumThreads(1)
    unknown = _unknown(told)
    if unknown:
        return _refuse(f"nothing is called {unknown}")
    if not (told.data / STROKES).is_file():
        return _refuse(f"no handwriting in {told.data}: name its folder by --data")
    if told.part == "sealed":
        print(ONCE, file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="reading-") as scratch:
        try:
            made = _world(told, Path(scratch))
            run = Run.of(made, told, Path(scratch))
        except fonts.NoFonts:
            return _refuse("too few fonts: install fonts-liberation, fonts-freefont-ttf and fonts-crosextra-carlito")
        except InUse:
            return _refuse(f"{told.out} holds a run: go on with it by --resume, or name another folder by --out")
        try:
            run.go()
        except KeyboardInterrupt:
            print("\nstopped; go on with --resume", file=sys.stderr)
            return 130
        print(run.tell(told.out))
    return 0


def _unknown(told: argparse.Namespace) -> str:
    """Return the first name of a condition or a plain way that is none, or nothing."""
    names = [one.name for one in (conditions.SEALED if told.part == "sealed" else conditions.OPEN)]
    strange = [part for part in _parts(told.only) if not any(part in name for name in names)]
    strange += [part for part in _parts(told.without) if part not in WITHOUT]
    return strange[0] if strange else ""


def _parts(told: str) -> list[str]:
    return [part for part in told.split(",") if part]


def _refuse(why: str) -> int:
    print(f"benchmarks.reading: {why}", file=sys.stderr)
    return 2


def _world(told: argparse.Namespace, scratch: Path) -> World:
    sealed = told.part == "sealed"
    found = fonts.find([*told.fonts, told.data / "fonts"], sealed=sealed)
    return world(told.part, told.seed, Stock(told.data, found, sealed), scratch / "templates")


def _asked() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser("python -m benchmarks.reading", description=ABOUT)
    asked.formatter_class = argparse.RawDescriptionHelpFormatter
    asked.add_argument("--pages", type=int, default=48, help="how many pages at least (48)")
    asked.add_argument("--seed", type=int, default=1, help="where chance comes from (1)")
    asked.add_argument("--out", type=Path, default=Path("reading-benchmark"), help="where the log and the table go")
    asked.add_argument("--resume", action="store_true", help="go on with the run in --out; what is stale is read again")
    asked.add_argument("--part", choices=("open", "sealed"), default="open")
    asked.add_argument(
        "--fonts", type=Path, action="append", default=[], metavar="DIR", help="where else fonts lie; may be repeated"
    )
    asked.add_argument("--data", type=Path, default=_BESIDE, metavar="DIR", help="the collections of handwriting")
    asked.add_argument("--only", default="", metavar="NAME,NAME", help="conditions whose name holds one of these")
    asked.add_argument("--without", default="", metavar="NAME,NAME", help=f"plain ways to leave out: {', '.join(WITHOUT)}")
    asked.add_argument("--pictures", action="store_true", help="keep every page drawn in --out, to look at")
    return asked


if __name__ == "__main__":
    sys.exit(main())
