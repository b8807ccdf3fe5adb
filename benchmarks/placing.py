"""How exactly pages are placed: `python benchmarks/placing.py [--pages 20] [--seed 1] [--only NAME,NAME]`.

Filled forms of every template are drawn by seed, damaged, and placed; the truth is the way each went to its pixels.
One line a condition: identification (right, wrong, refused), how far the corners of all zones lie from the truth in
millimetres on the sheet, the share that lie farther off than 0.3 mm and than they tell themselves (`untold`), the median
of the residuals told, zones told to be lost rightly, wrongly, and missed, and CPU milliseconds.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cv2
import numpy as np
import pypdfium2

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.placement import Placed, Rejection
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page
from pipeline.drawing import damage, paper, pens
from pipeline.drawing.filling import Writer, write
from pipeline.drawing.scanner import scan
from pipeline.drawing.story import tell
from pipeline.edges.library import load
from pipeline.stages.cut import cut
from pipeline.stages.place import place

PUBLIC = Path(__file__).resolve().parents[2] / "shared" / "data" / "public-forms"
POLICY = PlacePolicy()
Points = np.ndarray
Way = Callable[[Points], Points]

CONDITIONS: dict[str, str] = {
    "clean 300": "none",
    "scanner 200-300": "scanner",
    "any turn": "scanner,turn",
    "bilevel": "scanner,bilevel",
    "skew -15..15": "scanner,rotate=*",
    "scale 0.9": "scanner,scale=0.9",
    "scale 1.1": "scanner,scale=1.1",
    "black edges": "scanner,edges,rotate=*",
    "holes, stamp, fold": "scanner,holes,stamp,fold",
    "copier": "copier,dark",
    "copy of a copy": "copier,faint,streaks,bilevel=200",
    "fax 204x98": "scanner,fax,stamp",
    "fax turned": "scanner,fax,turn=90",
    "100 dpi": "scanner,dpi=100",
    "600 dpi": "scanner,dpi=600",
    "wrong dpi told": "scanner,turn",
    "bent 0.7 mm": "copier,bent",
    "phone": "scanner,phone",
    "a part cut off": "scanner,rotate=*,cut",
}


@dataclass
class Line:
    """What is counted under one condition."""

    right: int = 0
    wrong: int = 0
    refused: int = 0
    errors: list[float] = field(default_factory=list)
    untold: list[bool] = field(default_factory=list)
    residuals: list[float] = field(default_factory=list)
    lost_right: int = 0
    lost_wrong: int = 0
    lost_missed: int = 0
    place_ms: list[float] = field(default_factory=list)
    cut_ms: list[float] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Drawn:
    """A page and its truth: the way from sheet millimetres to its pixels."""

    page: Page
    blank: SheetBlank
    way: Way


def main() -> None:
    """Draw, place and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    told = parser.parse_args()
    cv2.setNumThreads(1)
    library = load()
    wanted = [name for name in CONDITIONS if not told.only or any(part in name for part in told.only.split(","))]
    for blank in library.blanks:  # made ready once, outside the clock
        place(Page(1, blank.picture), library, POLICY)
    print(f"{len(library.blanks)} sheets, {told.pages} pages a condition, seed {told.seed}")
    print(f"{'condition':20} right wrong ref. untold%  median    p95  worst   told lost ok/bad/missed  place   p95   cut")
    everything = Line()
    for name in wanted:
        line = Line()
        for drawn in pages(name, library, told.pages, told.seed):
            judge(drawn, library, line)
        show(name, line)
        if name not in ("phone", "100 dpi", "fax 204x98", "fax turned"):
            everything.errors += line.errors
            everything.residuals += line.residuals
        everything.untold += line.untold
        everything.right, everything.wrong = everything.right + line.right, everything.wrong + line.wrong
        everything.refused += line.refused
        everything.place_ms += line.place_ms
        everything.cut_ms += line.cut_ms
    show("ALL (mm: 200+ dpi)", everything)
    if not told.only or "none" in told.only:
        strangers(library, told.pages, told.seed)


def pages(name: str, library: Library, count: int, seed: int) -> Iterator[Drawn]:
    """Draw the pages of one condition, going round all sheets."""
    for index in range(count):
        rng = random.Random(f"{seed}/{name}/{index}")
        blank = library.blanks[index % len(library.blanks)]
        words = [word for word in CONDITIONS[name].split(",") if word not in ("bent", "phone", "cut")]
        written = ",".join(words).replace("=*", f"={rng.uniform(-15, 15):.2f}")
        yield _drawn(blank, written, CONDITIONS[name].split(","), (rng, name))


def _drawn(blank: SheetBlank, written: str, words: list[str], how: tuple[random.Random, str]) -> Drawn:
    rng, name = how
    template, sheet = blank.template, blank.sheet
    writer = Writer("mixed", pens.printer(rng), pens.hand(rng), rng)
    filled = write(template, tell(template, rng), writer, 300.0)
    picture = paper.inked(paper.blank(template.blank_path, sheet.number, 300.0), filled.inks[sheet.number - 1])
    suffered = damage.suffer(damage.parse(written), rng)
    scanned = scan(picture, 300.0, (sheet.width_mm, sheet.height_mm), suffered, rng.randrange(2**31))
    pixels, matrix = scanned.pixels, scanned.lay.mm_to_px.matrix
    dpi = min(scanned.lay.dpi) if scanned.lay.dpi[0] == scanned.lay.dpi[1] else 0.0
    if "wrong dpi" in name:
        dpi = rng.choice((0.0, 72.0, 600.0, 150.0))

    def way(points: Points) -> Points:
        return _across(matrix, points)

    for word, change in (("bent", _bent), ("phone", _phone), ("cut", _cut)):
        if word in words:
            pixels, way = change(pixels, way, rng)
    return Drawn(Page(1, Raster.owning(np.ascontiguousarray(pixels), dpi)), blank, way)


def _across(matrix: Points, points: Points) -> Points:
    told = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return told[:, :2] / told[:, 2:]


def _bent(pixels: Points, way: Way, rng: random.Random) -> tuple[Points, Way]:
    """Bend the page smoothly by up to 0.7 mm, as a copier's glass and rollers do."""
    height, width = pixels.shape
    size = max(height, width)
    amount = 0.7 * size / 297.0
    parts = [(rng.uniform(0.6, 1.6), rng.uniform(0.6, 1.6), rng.uniform(0, 6.28)) for _ in range(2)]

    def shift(points: Points) -> Points:
        x, y = points[:, 0] / size, points[:, 1] / size
        return np.column_stack([amount * np.sin(6.28 * (a * x + b * y) * 0.8 + c) for a, b, c in parts])

    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).reshape(-1, 2) + 0.5
    at = (grid + shift(grid) - 0.5).astype(np.float32).reshape(height, width, 2)
    bent = cv2.remap(pixels, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderValue=255)

    def bent_way(points: Points) -> Points:
        old = way(points)
        new = old.copy()
        for _ in range(6):
            new = old - shift(new)
        return new

    return bent, bent_way


def _phone(pixels: Points, way: Way, rng: random.Random) -> tuple[Points, Way]:
    """Look at the page from aside: its corners move by up to 6 % of its width."""
    height, width = pixels.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    inner = 0.08 * width
    signs = np.where(corners == 0, 1, -1)
    moved = (corners + signs * [(rng.uniform(0, inner), rng.uniform(0, inner)) for _ in corners]).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    seen = cv2.warpPerspective(pixels, np.linalg.inv(half) @ matrix @ half, (width, height), borderValue=90)
    shade = np.linspace(rng.uniform(0.55, 0.8), 1.0, width)[None] * np.linspace(1.0, rng.uniform(0.7, 1.0), height)[:, None]
    return (seen * shade).astype(np.uint8), lambda points: _across(matrix, way(points))


def _cut(pixels: Points, way: Way, rng: random.Random) -> tuple[Points, Way]:
    """Cut 10 to 40 % off one side."""
    height, width = pixels.shape
    share, side = rng.uniform(0.1, 0.4), rng.randrange(4)
    left, top = (int(width * share) if side == 0 else 0), (int(height * share) if side == 1 else 0)
    right, low = width - (int(width * share) if side == 2 else 0), height - (int(height * share) if side == 3 else 0)
    return pixels[top:low, left:right], lambda points: way(points) - (left, top)


def judge(drawn: Drawn, library: Library, line: Line) -> None:
    """Place one page and count."""
    start = time.process_time()
    placed = place(drawn.page, library, POLICY)
    line.place_ms.append((time.process_time() - start) * 1000)
    if isinstance(placed, Rejection):
        line.refused += 1
        line.reasons.append(placed.reason.value)
        return
    found = placed.identification
    if (found.id, found.sheet) != (drawn.blank.template.id, drawn.blank.sheet.number):
        line.wrong += 1
        return
    line.right += 1
    start = time.process_time()
    cut(drawn.page, placed, library)
    line.cut_ms.append((time.process_time() - start) * 1000)
    _measure(drawn, placed, line)


def _measure(drawn: Drawn, placed: Placed, line: Line) -> None:
    height, width = drawn.page.raster.height, drawn.page.raster.width
    matrix = placed.registration.mm_to_px.matrix
    line.residuals.append(placed.registration.residual_mm)
    for fit in placed.registration.fits:
        rect = drawn.blank.template.field(fit.key).all_zones[fit.index].rect
        corners = np.array(rect.corners)
        truth = drawn.way(corners)
        inside = bool(((truth >= -2) & (truth <= (width + 2, height + 2))).all())
        if math.isinf(fit.residual_mm):
            line.lost_right, line.lost_wrong = line.lost_right + (not inside), line.lost_wrong + inside
            continue
        if not bool(((truth >= -width * 0.02) & (truth <= (width * 1.02, height * 1.02))).all()):
            line.lost_missed += 1
            continue
        far = _across(np.linalg.inv(matrix), truth) - _across(fit.onto(rect).matrix, corners)
        error = float(np.hypot(far[:, 0], far[:, 1]).max())
        line.errors.append(error)
        line.untold.append(error > max(0.3, fit.residual_mm))


def show(name: str, line: Line) -> None:
    """Print one line of the table."""
    errors = np.array(line.errors or [math.nan])
    residual = float(np.median(line.residuals)) if line.residuals else math.nan
    cut_ms = float(np.median(line.cut_ms)) if line.cut_ms else math.nan
    lost = f"{line.lost_right}/{line.lost_wrong}/{line.lost_missed}"
    counts = f"{name:20} {line.right:5} {line.wrong:5} {line.refused:4} {100 * np.mean(line.untold or [0]):7.2f}"
    far = f"{np.median(errors):7.3f} {np.percentile(errors, 95):6.3f} {errors.max():6.3f} {residual:6.3f} {lost:>18}"
    took = f"{np.median(line.place_ms):6.0f} {np.percentile(line.place_ms, 95):5.0f} {cut_ms:5.0f}"
    print(counts, far, took, " ".join(sorted(set(line.reasons))), flush=True)


def strangers(library: Library, count: int, seed: int) -> None:
    """Print what becomes of pages that are no sheet of the library, and of near twins."""
    groups: dict[str, list[tuple[Page, Library]]] = {"letters": [], "blank sides": [], "template left out": []}
    for index in range(count):
        rng = random.Random(f"{seed}/strangers/{index}")
        groups["letters"].append((_thrown(paper.letter((210.0, 297.0), 300.0, rng), rng), library))
        groups["blank sides"].append((_thrown(paper.back((210.0, 297.0), 300.0), rng), library))
        name = "any turn"
        drawn = next(iter(pages(name, Library((library.blanks[index % len(library.blanks)],)), 1, seed + index)))
        rest = Library(tuple(b for b in library.blanks if b.template.id != drawn.blank.template.id))
        groups["template left out"].append((drawn.page, rest))
    groups["public forms"] = [(page, library) for page in _public(seed)]
    for name, found in groups.items():
        states: dict[str, int] = {}
        start = time.process_time()
        for page, known in found:
            placed = place(page, known, POLICY)
            said = "PLACED" if isinstance(placed, Placed) else f"{placed.state.value}/{placed.reason.value}"
            states[said] = states.get(said, 0) + 1
        took = (time.process_time() - start) * 1000 / max(1, len(found))
        print(f"{name:20} n={len(found)} {states} {took:.0f} ms")


def _thrown(picture: Points, rng: random.Random) -> Page:
    wanted = rng.choice(
        ("scanner", "scanner,turn,bilevel", "scanner,edges,holes", "copier,streaks", "scanner,fax", "scanner,dark")
    )
    scanned = scan(picture, 300.0, (210.0, 297.0), damage.suffer(damage.parse(wanted), rng), rng.randrange(2**31))
    return Page(1, Raster.owning(scanned.pixels, 0.0))


def _public(seed: int) -> Iterator[Page]:
    for path in sorted(PUBLIC.glob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        for number in range(len(document)):
            drawn = document[number].render(scale=300 / 72, grayscale=True, draw_annots=False).to_numpy().squeeze()
            rng = random.Random(f"{seed}/{path.name}/{number}")
            for _ in range(3):
                scale = 300 / MM_PER_INCH
                size = (drawn.shape[1] / scale, drawn.shape[0] / scale)
                told = damage.suffer(damage.parse("scanner,turn"), rng)
                yield Page(1, Raster.owning(scan(drawn, 300.0, size, told, rng.randrange(2**31)).pixels, 0.0))


if __name__ == "__main__":
    main()
