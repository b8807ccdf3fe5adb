"""Counts how letters follow each other in invented lines: `python -m training.letters`, and `--help` for the rest."""

from __future__ import annotations

import argparse
import gzip
import random
from collections import Counter
from pathlib import Path

from pipeline.readers.letters import EDGE, folded
from pipeline.readers.network import MODELS
from training import corpus

LONGEST = 5  # characters of a run
LEAST = 2  # times that a run of more than two must be met to be kept


def counted(rng: random.Random, lines: int) -> Counter[str]:
    """Return how often each run of characters was met in so many lines that mean something."""
    runs: Counter[str] = Counter()
    for _ in range(lines):
        line = folded(f"{EDGE}{corpus.line(rng, corpus.MEANT)}{EDGE}")
        for end in range(2, len(line) + 1):
            runs.update(line[start:end] for start in range(max(0, end - LONGEST), end))
    return Counter({run: count for run, count in runs.items() if len(run) <= 2 or count >= LEAST})


def main() -> None:
    """Count."""
    ask = argparse.ArgumentParser(description="Count how letters follow each other in invented lines.")
    ask.add_argument("--lines", type=int, default=60_000)
    ask.add_argument("--seed", type=int, default=5)
    ask.add_argument("--out", type=Path, default=MODELS / "letters.txt.gz")
    told = ask.parse_args()
    if not corpus.WORDS.is_file():
        ask.error(f"no list of Swedish words at {corpus.WORDS}: install wswedish or name one in BLANKETT_WORDS")
    runs = counted(random.Random(told.seed), told.lines)
    text = "".join(f"{run} {runs[run]}\n" for run in sorted(runs))
    told.out.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(len(runs), "runs")


if __name__ == "__main__":
    main()
