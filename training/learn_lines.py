"""Teaches the reader of lines: `python -m training.learn_lines`, and `--help` for the rest."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from training.corpus import CHARACTERS
from training.course import Course, questions, shards
from training.networks import LineNet
from training.start import begin

RISING = 20_000  # examples until the rate of learning is highest
EVERY = 10_000  # examples between two tests
PIXELS, TEST_PIXELS = 8_000, 12_000  # columns a batch
INDEX = {letter: place + 1 for place, letter in enumerate(CHARACTERS)}


@dataclass(frozen=True, slots=True)
class Strip:
    """One example: picture (2, height, width), text, and whether by hand."""

    seen: NDArray[np.uint8]
    text: str
    hand: bool


def strips(path: Path) -> list[Strip]:
    """Return the examples in a file."""
    with np.load(path) as packed:
        seen, ends, text, hand = packed["seen"], packed["ends"], packed["text"], packed["hand"]
    begins = np.concatenate([[0], ends[:-1]])
    return [Strip(seen[:, :, a:b], str(t), bool(h)) for a, b, t, h in zip(begins, ends, text, hand, strict=True)]


def batches(them: list[Strip], pixels: int, rng: random.Random) -> Iterator[list[Strip]]:
    """Yield examples of like width together, about so many columns of pixels at a time."""
    them = sorted(them, key=lambda e: e.seen.shape[2] + rng.uniform(0, 24))
    groups: list[list[Strip]] = [[]]
    for one in them:
        if groups[-1] and one.seen.shape[2] * (len(groups[-1]) + 1) > pixels:
            groups.append([])
        groups[-1].append(one)
    rng.shuffle(groups)
    yield from groups


def tensors(batch: list[Strip], rng: random.Random | None) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Return pictures, their widths in steps, targets, lengths of targets, and 1 for hand; varied when given a chance."""
    wide = max(e.seen.shape[2] for e in batch)
    wide += wide % 2
    out = np.zeros((len(batch), *batch[0].seen.shape[:2], wide), np.float32)
    for row, one in zip(out, batch, strict=True):
        row[:, :, : one.seen.shape[2]] = one.seen
    out /= 255.0
    if rng is not None:
        _varied(out, rng)
    steps = torch.tensor([max(1, (e.seen.shape[2] + 1) // 2) for e in batch])
    targets = [torch.tensor([INDEX[c] for c in e.text if c in INDEX]) for e in batch]
    return (
        torch.from_numpy(out),
        steps,
        torch.cat(targets),
        torch.tensor([len(t) for t in targets]),
        torch.tensor([float(e.hand) for e in batch]),
    )


def _varied(out: NDArray[np.float32], rng: random.Random) -> None:
    """Change strength of ink and print a little, and lift or lower a line by a pixel."""
    for row in out:
        if rng.random() < 0.3:
            row[0] = np.power(row[0], rng.uniform(0.7, 1.5))
        if rng.random() < 0.2:
            row[:] = np.roll(row, rng.choice((-1, 1)), axis=1)
        if rng.random() < 0.1:
            row[1] = 0.0 if rng.random() < 0.2 else row[1] * rng.uniform(0.5, 1.0)


def spelt(logits: Tensor, steps: Tensor) -> list[str]:
    """Return the likeliest texts, step by step."""
    best = logits.argmax(dim=2).numpy()
    told = []
    for row, length in zip(best, steps.tolist(), strict=True):
        row = row[:length]
        keep = row[np.concatenate([[True], row[1:] != row[:-1]])]
        told.append("".join(CHARACTERS[i - 1] for i in keep if i))
    return told


def tested(net: nn.Module, them: list[Strip]) -> str:
    """Return shares of lines read whole, for print and hand, and how often print is told from hand."""
    net.eval()
    right: dict[bool, list[bool]] = {False: [], True: []}
    style: list[bool] = []
    with torch.no_grad():
        for batch in batches(them, TEST_PIXELS, random.Random(0)):
            seen, steps, _, _, hand = tensors(batch, None)
            logits, by_hand = net(seen)
            for one, text in zip(batch, spelt(logits, steps), strict=True):
                right[one.hand].append(" ".join(text.split()) == one.text)
            for row, length, truth in zip(by_hand, steps.tolist(), hand.tolist(), strict=True):
                style.append(bool(row[:length].mean() > 0) is bool(truth))
    net.train()
    told = [
        f"{name} {np.mean(right[key]):.4f} of {len(right[key])}"
        for key, name in ((False, "print"), (True, "hand"))
        if right[key]
    ]
    return ", ".join([*told, f"style {np.mean(style):.4f}"])


def lost(net: nn.Module, batch: list[Strip], rng: random.Random) -> Tensor:
    """Return the loss of a batch: that of its texts for each character, and a tenth of that of print against hand."""
    pictures, steps, targets, lengths, hand = tensors(batch, rng)
    with torch.autocast("cpu", torch.bfloat16):  # half as fast again; what follows needs the finer numbers
        logits, by_hand = (told.float() for told in net(pictures.contiguous(memory_format=torch.channels_last)))
    # A text that has more characters than its strip has steps cannot be told; it counts nothing.
    loss = F.ctc_loss(logits.log_softmax(2).permute(1, 0, 2), targets, steps, lengths, zero_infinity=True, reduction="sum")
    loss = loss / max(1, int(lengths.sum()))
    mask = torch.arange(by_hand.shape[1])[None] < steps[:, None]
    style = F.binary_cross_entropy_with_logits(by_hand, hand[:, None].expand_as(by_hand), reduction="none")
    style = (style * mask).sum() / mask.sum()
    return loss + 0.1 * style


def learn(course: Course, folders: tuple[Path, Path], rng: random.Random) -> None:
    """Learn from the files of one folder, tested with those of another."""
    files = shards(folders[0], "*.npz", rng)
    val = [strip for path in sorted(folders[1].glob("*.npz")) for strip in strips(path)]
    while course.unfinished:
        for batch in batches(strips(next(files)), PIXELS, rng):
            course.step(lost(course.net, batch, rng), len(batch))
            course.report(lambda: tested(course.net, val), EVERY)
    course.save()
    print("end", tested(course.net, val), flush=True)


def main() -> None:
    """Learn."""
    ask = questions("Teach the reader of lines.", examples=660_000)
    ask.add_argument("--kind", choices=("line", "hand"), default="line", help="all lines, or those by hand")
    ask.add_argument("--start", type=Path, help="a network that ships, as lines.onnx, to begin from")
    told = ask.parse_args()
    torch.set_num_threads(told.threads)
    torch.manual_seed(told.seed)
    net = LineNet(far=told.kind == "hand").to(memory_format=torch.channels_last)
    if told.start and not told.out.exists():
        rng = random.Random(told.seed)
        them = strips(next(shards(told.shards, "*.npz", rng)))[:600]
        begin(net, told.start, (tensors(batch, None)[0] for batch in batches(them, PIXELS, rng)))
    learn(Course.begun(net, told, min(RISING, told.examples // 20)), (told.shards, told.val), random.Random(told.seed))


if __name__ == "__main__":
    main()
