"""What reading costs: pages a minute and CPU seconds a page, stage by stage, beside two plain ways in the same run.

    python -m benchmarks.cost [--pages 12] [--typed] [--profile]

The pages are the samples', or with `--typed` specimens drawn at 300 dpi and filled in by machine. The plain ways are
Tesseract on the whole page, and one pytesseract call for each field. CPU seconds count the children (Tesseract) too.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

os.environ["OMP_THREAD_LIMIT"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cv2
import pytesseract
from PIL import Image

from pipeline.domain.library import Library
from pipeline.domain.placement import Placed
from pipeline.domain.policy import ParsePolicy, PlacePolicy
from pipeline.domain.reading import Clip, Reader
from pipeline.domain.scan import Page
from pipeline.drawing.files import Format
from pipeline.drawing.specimens import Wish, draw
from pipeline.edges import lexicon, parser
from pipeline.edges.library import load
from pipeline.readers.eyes import eyes, look
from pipeline.stages.cut import cut
from pipeline.stages.place import place

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
ONCE = "once"
T = TypeVar("T")


class Clock:
    """Adds up wall and CPU seconds by stage."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.wall: dict[str, float] = defaultdict(float)
        self.cpu: dict[str, float] = defaultdict(float)

    def took(self, stage: str, work: Callable[[], T]) -> T:
        """Do the work and count what it took."""
        wall, cpu = time.perf_counter(), _cpu()
        try:
            return work()
        finally:
            self.wall[stage] += time.perf_counter() - wall
            self.cpu[stage] += _cpu() - cpu


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def samples(count: int) -> Iterator[Path]:
    """Give the sample scans, at most `count` files."""
    found = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".pdf", ".tif", ".tiff", ".png", ".jpg"))
    yield from found[:count]


def typed(library: Library, count: int, folder: Path) -> Iterator[Path]:
    """Draw typed specimens at 300 dpi."""
    for index in range(count):
        template = library.templates[index % len(library.templates)]
        wish = Wish(1, 100 + index, "print", "dpi=300,rotate,scale,shift,blur,noise,jpeg", Format.PDF)
        yield from (specimen.save(folder) for specimen in draw(template, wish))


def read(page: Page, library: Library, readers: Sequence[Reader], clock: Clock) -> tuple[Clip, ...] | None:
    """Read one page our way; None when it is refused."""
    lies = clock.took("place", lambda: place(page, library, PlacePolicy()))
    if not isinstance(lies, Placed):
        return None
    clips = clock.took("cut", lambda: cut(page, lies, library))
    for reader in readers:
        shown = [clip for clip in clips if reader.reads(clip)]
        clock.took(f"read by {reader.name.split('/')[0]}", lambda shown=shown, reader=reader: look(shown, [reader]))
    return clips


def plainly(page: Page, clips: Sequence[Clip], clock: Clock) -> None:
    """Read one page in both plain ways."""
    whole = Image.fromarray(page.raster.pixels)
    clock.took("plain: whole page", lambda: pytesseract.image_to_string(whole, lang="swe"))
    written = [clip for clip in clips if not clip.field.is_boxes]

    def each() -> None:
        for clip in written:
            picture = Image.fromarray(cv2.copyMakeBorder(clip.parts[0].picture.pixels, 10, 10, 10, 10, 0, value=255))
            pytesseract.image_to_string(picture, lang="swe", config="--psm 7")

    clock.took("plain: call a field", each)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Read the pages and return the figures."""
    library, clock = load(), Clock()
    pages = fields = filled = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        readers = eyes(Path(folder), lexicon.load())
        look_ready = [reader.name for reader in readers]
        # A worker works out its blanks once, for as long as it lives.
        clock.took(ONCE, lambda: [place(Page(1, blank.picture), library, PlacePolicy()) for blank in library.blanks])
        files = typed(library, arguments.pages, Path(folder)) if arguments.typed else samples(arguments.pages)
        for path in files:
            for page in clock.took("parse", lambda path=path: list(parser.pages(path, ParsePolicy()))):
                if not isinstance(page, Page):
                    continue
                clips = read(page, library, readers, clock)
                if clips is None:
                    refused += 1
                    continue
                pages += 1
                fields += len(clips)
                filled += sum(reading.confidence > 0 and not reading.value.is_blank for reading in look(clips, readers))
                plainly(page, clips, clock)
    return _told(clock, {"pages": pages, "refused": refused, "fields": fields, "filled": filled, "readers": look_ready})


def _told(clock: Clock, counted: dict[str, object]) -> dict[str, object]:
    pages = max(1, int(str(counted["pages"])))
    once = {"cpu_s": round(clock.cpu.pop(ONCE), 3), "wall_s": round(clock.wall.pop(ONCE), 3)}
    ours = [stage for stage in clock.cpu if not stage.startswith("plain")]
    stages = {
        stage: {"cpu_s": round(clock.cpu[stage] / pages, 3), "wall_s": round(clock.wall[stage] / pages, 3)}
        for stage in clock.cpu
    }
    reading = [stage for stage in ours if stage != "parse"]
    return {
        **counted,
        "once": once,
        "stages_a_page": stages,
        "place_and_read_cpu_s_a_page": round(sum(clock.cpu[stage] for stage in reading) / pages, 3),
        "pages_a_minute": round(60 * pages / max(0.001, sum(clock.wall[stage] for stage in ours)), 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Run by the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pages", type=int, default=12, help="how many files at most")
    asked.add_argument("--typed", action="store_true", help="specimens typed at 300 dpi instead of the samples")
    asked.add_argument("--profile", action="store_true", help="print where the time went, by function")
    arguments = asked.parse_args()
    profile = cProfile.Profile()
    told = profile.runcall(run, arguments) if arguments.profile else run(arguments)
    print(json.dumps(told, indent=1))
    if arguments.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
