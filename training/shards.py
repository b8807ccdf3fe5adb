"""Draws examples into files, each whole or not at all: `python -m training.shards --help`.

A file holds some thousand examples: their pictures side by side, where each ends, what it says and how it was written; or
windows of cells or boxes and what each says. A seed draws the same examples wherever the same fonts and hands are found.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.reading import Style
from training import boxes, cells, corpus, examples, hands
from training.lists import LISTS

# 1: digits by chance, so that one number in ten fitted its check digit. 2: none of a person's shape ever fits it.
# 3: scribes, and pens of many kinds.
DRAWING = 3
BY_HAND = {"line": 0.32, "hand": 0.8}  # shares
WIDEST = 1600  # px of a strip


def sources(fonts: Path, data: Path) -> examples.Sources:
    """Return the fonts of two folders below `fonts` (`x`: machines, `hand`: hands), and the hands in `data`."""
    types = hands.types(fonts / "x")
    common = tuple(p for p in types if p.stem in LISTS["common_types"])
    return examples.Sources(types, common, hands.hand_fonts([fonts / "hand", data / "fonts"]), data)


def lines(kind: str, count: int, rng: random.Random, letters: examples.Sources) -> Iterator[examples.Example]:
    """Draw examples of a kind: `line` (two thirds printed) or `hand` (a fifth printed)."""
    made = 0
    while made < count:
        by_hand = rng.random() < BY_HAND[kind]
        found = examples.line_of(rng, letters, examples.handwritten if by_hand else examples.printed)
        if found is not None and found.seen.shape[2] <= WIDEST:
            made += 1
            yield found


def save(them: list[examples.Example], path: Path) -> None:
    """Write examples to a file, whole or not at all."""
    _write(
        path,
        seen=np.concatenate([e.seen for e in them], axis=2),
        ends=np.cumsum([e.seen.shape[2] for e in them]),
        text=np.array([e.text for e in them]),
        hand=np.array([e.style is Style.HAND for e in them]),
    )


def save_windows(them: list[cells.Cells] | list[boxes.Boxes], path: Path) -> None:
    """Write windows to a file, whole or not at all."""
    _write(
        path,
        seen=np.concatenate([w.seen for w in them]),
        labels=np.concatenate([w.labels for w in them]),
        hand=np.concatenate([np.full(len(w.labels), isinstance(w, cells.Cells) and w.hand) for w in them]),
    )


def _write(path: Path, **arrays: NDArray[Any]) -> None:
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, allow_pickle=False, drawing=np.array(DRAWING), **arrays)
    part.rename(path)


def main() -> None:
    """Draw."""
    ask = argparse.ArgumentParser(description="Draw examples into files; those that are there are left alone.")
    ask.add_argument(
        "--kind", choices=("line", "hand", "cell", "box"), default="line", help="lines, a third or four fifths by hand"
    )
    ask.add_argument("--count", type=int, default=10_000, help="lines, combs, or groups of boxes")
    ask.add_argument("--each", type=int, default=4_000, help="as many in a file")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--out", type=Path, required=True)
    ask.add_argument("--fonts", type=Path, required=True, help="holds x, fonts of machines, and hand, fonts of hands")
    ask.add_argument("--data", type=Path, required=True, help="holds the collections of handwriting")
    told = ask.parse_args()
    if told.kind in ("line", "hand") and not corpus.WORDS.is_file():
        ask.error(f"no list of Swedish words at {corpus.WORDS}: install wswedish or name one in BLANKETT_WORDS")
    told.out.mkdir(parents=True, exist_ok=True)
    letters = sources(told.fonts, told.data)
    for number, begin in enumerate(range(0, told.count, told.each)):
        path = told.out / f"{told.kind}-{told.seed}-{number:03d}.npz"
        if not path.exists():
            _draw(path, told.kind, min(told.each, told.count - begin), told.seed * 1_000 + number, letters)


def _draw(path: Path, kind: str, count: int, seed: int, letters: examples.Sources) -> None:
    """Draw one file."""
    rng = random.Random(f"{kind}/{seed}")
    if kind == "cell":
        save_windows([cells.comb(rng, letters) for _ in range(count)], path)
    elif kind == "box":
        save_windows([boxes.boxes(rng, letters) for _ in range(count)], path)
    else:
        save(list(lines(kind, count, rng, letters)), path)


if __name__ == "__main__":
    main()
