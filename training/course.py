"""A course of learning: a network, how far it has come, and the file that it goes on from after a stop."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

LEAST = 2e-6  # rate of learning


def questions(about: str, examples: int) -> argparse.ArgumentParser:
    """Return what every course is asked; `examples` is how many it sees unless told otherwise."""
    ask = argparse.ArgumentParser(description=about)
    ask.add_argument("--shards", type=Path, required=True, help="folder of files to learn from; read again every round")
    ask.add_argument("--val", type=Path, required=True, help="folder of files to be tested with")
    ask.add_argument("--out", type=Path, required=True, help="the weights; gone on from when they are there")
    ask.add_argument("--examples", type=int, default=examples)
    ask.add_argument("--rate", type=float, default=2e-3)
    ask.add_argument("--threads", type=int, default=1)
    ask.add_argument("--seed", type=int, default=1)
    return ask


def shards(folder: Path, pattern: str, rng: random.Random) -> Iterator[Path]:
    """Yield the files of a folder in an order by chance, round after round; files that are new join the next round.

    Raises:
        FileNotFoundError: when there are none.
    """
    while True:
        order = sorted(path for path in folder.glob(pattern) if ".part" not in path.name)
        if not order:
            raise FileNotFoundError(folder / pattern)
        rng.shuffle(order)
        while order:
            yield order.pop()


@dataclass(slots=True)
class Course:
    """A network that learns: the rate rises over some examples, then falls in a straight line to almost nothing."""

    net: nn.Module
    optimiser: torch.optim.Optimizer
    out: Path
    examples: int
    rate: float
    rising: int
    seen: int = 0
    losses: list[float] = field(default_factory=list)
    since: int = 0
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def begun(cls, net: nn.Module, told: argparse.Namespace, rising: int) -> Course:
        """Return a course as answers to `questions` want it, gone on from its file when that is there."""
        print(sum(weight.numel() for weight in net.parameters()), "weights", flush=True)
        optimiser = torch.optim.AdamW(net.parameters(), lr=told.rate, weight_decay=1e-3)
        course = cls(net, optimiser, told.out, told.examples, told.rate, rising)
        if told.out.exists():
            kept = torch.load(told.out, weights_only=True)
            net.load_state_dict(kept["net"])
            optimiser.load_state_dict(kept["optimiser"])
            course.seen = kept["seen"]
        return course

    @property
    def unfinished(self) -> bool:
        """Tell whether there are examples left to see."""
        return self.seen < self.examples

    def step(self, loss: Tensor, count: int) -> None:
        """Learn from the loss of so many examples."""
        # The last file is seen to its end, which is past the last example: the rate must not go below nothing there.
        left = max(0.0, 1 - self.seen / self.examples)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * min(1.0, (self.seen + 500) / self.rising) * left + LEAST
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimiser.step()
        self.seen, self.since = self.seen + count, self.since + count
        self.losses.append(loss.item())

    def report(self, tested: Callable[[], str], every: int) -> None:
        """Print how far it has come and what a test says, and write the file, once in so many examples."""
        if self.since < every:
            return
        pace = self.since / (time.monotonic() - self.began)
        print(f"{self.seen:8d} of {self.examples}  loss {np.mean(self.losses):.4f}  {pace:.0f}/s  {tested()}", flush=True)
        self.save()
        self.losses, self.since, self.began = [], 0, time.monotonic()

    def save(self) -> None:
        """Write weights and where the course stands, whole or not at all."""
        part = self.out.with_suffix(".part")
        torch.save({"net": self.net.state_dict(), "optimiser": self.optimiser.state_dict(), "seen": self.seen}, part)
        part.replace(self.out)
