"""Teaches the readers of combs and boxes: `python -m training.learn_cells --kind cell|box`, and `--help` for the rest."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from training.boxes import CLASSES as BOX_CLASSES
from training.boxes import NAMES
from training.cells import EMPTY, SPOILT
from training.course import Course, questions, shards
from training.networks import CellNet

SMOOTHING = 0.02  # of the labels: any class may be meant in two cases of a hundred
BATCH = 256
RISING = 30_000  # examples until the rate of learning is highest
EVERY = 250_000  # examples between two tests

Windows = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.float32]]


def loaded(path: Path) -> Windows:
    """Return windows, labels, and 1 for hand, of a file."""
    with np.load(path) as packed:
        return packed["seen"], packed["labels"].astype(np.int64), packed["hand"].astype(np.float32)


def batches(windows: Windows, rng: random.Random) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Yield windows by chance, varied, with labels and 1 for hand; the last few that fill no batch are left out."""
    pictures, labels, hand = windows
    mixed = np.random.default_rng(rng.randrange(2**31)).permutation(len(labels))
    for at in range(0, len(mixed) - BATCH + 1, BATCH):
        which = mixed[at : at + BATCH]
        varied = _varied(torch.from_numpy(pictures[which].astype(np.float32) / 255))
        yield (
            varied.contiguous(memory_format=torch.channels_last),
            torch.from_numpy(labels[which]),
            torch.from_numpy(hand[which]),
        )


def _varied(pictures: Tensor) -> Tensor:
    """Move windows by a pixel, and change the ink's strength and the print's."""
    n = pictures.shape[0]
    strength = torch.empty(n, 1, 1).uniform_(0.75, 1.35)
    pictures[:, 0] = pictures[:, 0] ** strength
    pictures[:, 1] *= torch.empty(n, 1, 1).uniform_(0.6, 1.0)
    dx, dy = (int(v) for v in torch.randint(-1, 2, (2,)))
    return torch.roll(pictures, (dy, dx), (2, 3))


def tested(net: nn.Module, kind: str, val: Windows) -> str:
    """Return the shares of windows read right, by what they say, and how often print is told from hand."""
    net.eval()
    seen, labels, hand = val
    said, style = [], []
    with torch.no_grad():
        for at in range(0, len(seen), 1024):
            logits, by_hand = net(torch.from_numpy(seen[at : at + 1024].astype(np.float32) / 255))
            said.append(logits.argmax(1).numpy())
            style.append((by_hand > 0).numpy())
    net.train()
    right, styled = np.concatenate(said) == labels, np.concatenate(style) == (hand > 0.5)
    groups = _cells(labels, hand > 0.5) if kind == "cell" else {name: labels == at for at, name in enumerate(NAMES)}
    told = [f"{name} {right[mask].mean():.4f} of {mask.sum()}" for name, mask in groups.items()]
    return ", ".join([*told, f"style {styled[labels > 0].mean():.4f}"])


def _cells(labels: NDArray[np.int64], hand: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Return which cells are of which kind; what is printed is never spoilt."""
    empty, spoilt = labels == EMPTY, labels == SPOILT
    return {
        "print": ~hand & ~empty,
        "hand digits": hand & (labels >= 1) & (labels <= 10),
        "hand letters": hand & (labels > 10) & ~spoilt,
        "empty": empty,
        "spoilt": spoilt,
    }


def learn(course: Course, kind: str, folders: tuple[Path, Path], rng: random.Random) -> None:
    """Learn from the files of one folder, tested with those of another."""
    files = shards(folders[0], f"{kind}-*.npz", rng)
    held = [loaded(path) for path in sorted(folders[1].glob(f"{kind}-*.npz"))]
    seen, labels, hands = (np.concatenate(parts) for parts in zip(*held, strict=True))
    while course.unfinished:
        for pictures, said, hand in batches(loaded(next(files)), rng):
            logits, by_hand = course.net(pictures)
            style = F.binary_cross_entropy_with_logits(by_hand, hand, reduction="none")
            style = (style * (said > 0)).sum() / (said > 0).sum()
            course.step(F.cross_entropy(logits, said, label_smoothing=SMOOTHING) + 0.1 * style, BATCH)
            course.report(lambda: tested(course.net, kind, (seen, labels, hands)), EVERY)
    course.save()
    print("end", tested(course.net, kind, (seen, labels, hands)), flush=True)


def main() -> None:
    """Learn."""
    ask = questions("Teach the reader of combs or of tick boxes.", examples=2_200_000)
    ask.add_argument("--kind", choices=("cell", "box"), default="cell")
    told = ask.parse_args()
    torch.set_num_threads(told.threads)
    torch.manual_seed(told.seed)
    net = CellNet(BOX_CLASSES) if told.kind == "box" else CellNet()
    course = Course.begun(net.to(memory_format=torch.channels_last), told, RISING)
    learn(course, told.kind, (told.shards, told.val), random.Random(told.seed))


if __name__ == "__main__":
    main()
