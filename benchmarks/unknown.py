"""How surely sides of unknown forms are grouped by look: `python -m benchmarks.unknown [--forms 4] [--seed 7]`.

Filled forms of every template are drawn by seed and scanned in four ways, as if no template were known; each pair of sides
counts once: of one form or of two, and whether the look says so.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.domain.policy import ParsePolicy
from pipeline.domain.scan import Page
from pipeline.drawing.specimens import Wish, draw
from pipeline.edges import parser
from pipeline.edges.library import load
from pipeline.stages.look import SAME, Look, alike, grouped, look

WAYS = ("scanner", "copier,stamp", "scanner,turn=180", "scanner,bilevel,streaks")


def sides(forms: int, seed: int) -> Iterator[tuple[str, Page]]:
    """Give drawn sides, each with the name of its sheet."""
    with tempfile.TemporaryDirectory() as folder:
        for template in load():
            for number, way in enumerate(WAYS):
                for specimen in draw(template, Wish(forms, seed + number, damage=way)):
                    path = specimen.save(Path(folder))
                    pages = [page for page in parser.pages(path, ParsePolicy()) if isinstance(page, Page)]
                    for page, told in zip(pages, specimen.truth["pages"], strict=True):
                        yield f"{template.id}#{told['sheet']}", page


def main() -> None:
    """Draw, look, and print the counts."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--forms", type=int, default=4, help="forms of each template in each way")
    told.add_argument("--seed", type=int, default=7)
    wanted = told.parse_args()
    looks: list[tuple[str, Look]] = [(name, look(page)) for name, page in sides(wanted.forms, wanted.seed)]
    pairs = [(one == other, alike(ours, theirs)) for (one, ours), (other, theirs) in combinations(looks, 2)]
    same, apart = [found for kin, found in pairs if kin], [found for kin, found in pairs if not kin]
    groups = [{looks[index][0] for index in group} for group in grouped([seen for _, seen in looks])]
    print(f"sides {len(looks)} of {len({name for name, _ in looks})} sheets, drawn in {len(WAYS)} ways")
    print(f"pairs of one sheet {len(same)}: alike {sum(f >= SAME for f in same)}, least likeness {min(same):.2f}")
    print(f"pairs of two sheets {len(apart)}: alike {sum(f >= SAME for f in apart)}, most likeness {max(apart):.2f}")
    print(f"groups {len(groups)}, of which mixed {sum(len(group) > 1 for group in groups)}")


if __name__ == "__main__":
    main()
