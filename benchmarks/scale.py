"""How cost grows with what is scanned: real workers over drawn scans, and whether each side came to where it belongs.

    python -m benchmarks.scale [--pages 10,100,1000] [--files 1] [--workers 1] [--seed N] [--keep DIR]

Each round draws that many different sides in all (forms of all templates, printed and by hand, scanned at 200 to 300 dpi,
some upside down, with cover letters and empty backs between), spreads them over `--files` PDF files, and lets `--workers`
processes of `blankett run --once` drain a new workspace, each doing one thing at a time. Told for each round: wall and CPU
seconds a side (children and start included), the peak of memory of the largest worker and of all its processes together
(sampled four times a second), and sides by what they were and what they were taken for. `--keep` keeps drawings for other
rounds and other numbers of workers.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from pipeline.domain.placement import PageState
from pipeline.drawing.specimens import Wish, draw
from pipeline.edges.founding import Plan, make
from pipeline.edges.library import load
from pipeline.edges.store.pages import PageRow
from pipeline.edges.workspace import Workspace

_BLANKETT = "from pipeline.cli.app import main; main()"
_DAMAGE = ("scanner", "scanner,cover", "scanner,backs", "scanner,turn", "scanner,shuffle", "scanner,bilevel")
_STYLES = ("print", "mixed", "hand")


@dataclass(frozen=True)
class Side:
    """What a drawn side is: `template` and `sheet` of a form, else empty and its state."""

    state: str
    template: str = ""
    sheet: int = 0


@dataclass(frozen=True)
class Scan:
    """A file of several sides and what each of them is."""

    data: bytes
    sides: tuple[Side, ...]


def forms(seed: int) -> Iterator[Scan]:
    """Draw forms without end, each with what lies around it; the same seed gives the same."""
    templates = load().templates
    for number in range(10**6):
        template = templates[number % len(templates)]
        wish = Wish(1, seed + number, _STYLES[number // 3 % 3], _DAMAGE[number // 9 % len(_DAMAGE)])
        for specimen in draw(template, wish):
            sides = tuple(_side(template.id, page) for page in specimen.truth["pages"])
            yield Scan(specimen.data, sides)


def _side(template: str, page: dict[str, Any]) -> Side:
    if page["state"] == "placed":
        return Side("placed", template, page["sheet"])
    return Side(page["state"])


def gathered(folder: Path, sides: int, files: int, seed: int) -> list[tuple[Path, tuple[Side, ...]]]:
    """Draw just so many sides into just so many files, or find them drawn; a form is never parted over two files."""
    listed = folder / f"{seed}-{sides}-{files}.json"
    if not listed.exists():
        told: list[tuple[str, list[list[Any]]]] = []
        source = forms(seed)
        for number in range(files):
            share = sides * (number + 1) // files - sides * number // files
            name = f"{seed}-{sides}-{files}-{number}.pdf"
            told.append((name, _file(folder / name, share, source)))
        listed.write_text(json.dumps(told))
    found = json.loads(listed.read_text())
    return [(folder / name, tuple(Side(*side) for side in sides_of)) for name, sides_of in found]


def _file(path: Path, share: int, source: Iterator[Scan]) -> list[list[Any]]:
    """Write one file of that many sides, each form whole, and return what they are."""
    kept: list[list[Any]] = []
    with pikepdf.new() as whole:
        while len(kept) < share:
            scan = next(source)
            if len(kept) + len(scan.sides) > share:
                continue
            with pikepdf.open(BytesIO(scan.data)) as part:
                whole.pages.extend(part.pages)
            kept += [[side.state, side.template, side.sheet] for side in scan.sides]
        whole.save(path)
    return kept


def founded(folder: Path) -> Workspace:
    """Found a workspace that waits for nothing, where every worker does one thing at a time."""
    told: dict[str, object] = {
        "unit.region": "C",
        "inbox.quiet_seconds": 0.05,
        "inbox.grace_seconds": 0,
        "worker.concurrency": 1,
    }
    plan = Plan(folder / "workspace", folder / "inbox", key=f"file:{folder / 'key'}", more=tuple(told.items()))
    return make(plan, dt.datetime.now(dt.UTC))


def drained(workspace: Workspace, workers: int) -> dict[str, float]:
    """Let the workers work till nothing is left; return seconds and MiB."""
    before, began = _cpu(), time.perf_counter()
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _BLANKETT, "-w", str(workspace.root), "run", "--once", "--worker"]
    started = [
        subprocess.Popen([*command, f"w{number}"], env=environment, stdout=subprocess.DEVNULL) for number in range(workers)
    ]
    largest = together = 0
    while any(process.poll() is None for process in started):
        for process in started:
            one, whole = _resident(process.pid)
            largest, together = max(largest, one), max(together, whole)
        time.sleep(0.25)
    ends = [process.wait() for process in started]
    if any(ends):
        raise SystemExit(f"a worker ended with {ends}")
    return {
        "wall_s": time.perf_counter() - began,
        "cpu_s": _cpu() - before,
        "worker_mib": largest / 2**20,
        "with_children_mib": together / 2**20,
    }


def _resident(pid: int) -> tuple[int, int]:
    """Return the bytes a process holds in memory, and those it and its children do; what they share counts in each."""
    own = whole = _held(pid)
    waiting = _children(pid)
    while waiting:
        child = waiting.pop()
        whole += _held(child)
        waiting += _children(child)
    return own, whole


def _held(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0  # it has ended


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for path in Path(f"/proc/{pid}/task").glob("*/children") for one in path.read_text().split()]
    except OSError:
        return []


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def judged(workspace: Workspace, files: Sequence[tuple[Path, tuple[Side, ...]]]) -> Counter[str]:
    """Count sides by what became of them, held against what they are."""
    truth = {hashlib.sha256(path.read_bytes()).hexdigest(): sides for path, sides in files}
    store, found = workspace.store(), Counter[str]()
    with store.read() as unit:
        for scan in unit.scans.all():
            rows, sides = unit.pages.of_scan(scan.digest), truth[scan.digest]
            if len(rows) != len(sides):
                raise SystemExit(f"of {len(sides)} sides in a file {len(rows)} were found: {scan.reason or 'no reason'}")
            found.update(_judged(row, side) for row, side in zip(rows, sides, strict=True))
    store.close()
    return found


def _judged(row: PageRow, side: Side) -> str:
    if side.state != "placed":
        return f"{side.state}, {'placed as a form' if row.state is PageState.PLACED else 'not placed'}"
    if row.state is not PageState.PLACED:
        return f"form, refused: {row.reason or row.state.value}"
    seen = row.placed.identification if row.placed else None
    return "form, right" if seen and (seen.id, seen.sheet) == (side.template, side.sheet) else "form, wrong"


def main() -> None:
    """Run by the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pages", default="10,100,1000", help="sides in each round")
    asked.add_argument("--files", type=int, default=1, help="over how many files they are spread")
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--seed", type=int, default=5000)
    asked.add_argument("--keep", type=Path, help="where drawings are kept")
    arguments = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        kept = arguments.keep or Path(made)
        kept.mkdir(parents=True, exist_ok=True)
        for sides in (int(number) for number in arguments.pages.split(",")):
            if sides < 4 * arguments.files:
                raise SystemExit("too few sides for so many files")
            files = gathered(kept, sides, arguments.files, arguments.seed)
            with tempfile.TemporaryDirectory() as folder:
                workspace = founded(Path(folder))
                for path, _ in files:
                    shutil.copy(path, workspace.inbox / path.name)
                took = drained(workspace, arguments.workers)
                count = sum(len(sides_of) for _, sides_of in files)
                told = {
                    "sides": count,
                    "files": len(files),
                    "workers": arguments.workers,
                    **{name: round(value, 1) for name, value in took.items()},
                    "wall_s_a_side": round(took["wall_s"] / count, 3),
                    "cpu_s_a_side": round(took["cpu_s"] / count, 3),
                    **dict(sorted(judged(workspace, files).items())),
                }
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
