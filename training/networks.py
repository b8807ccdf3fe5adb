"""The networks that are trained here; what they become in the package is an ONNX file and nothing of torch."""

from __future__ import annotations

from torch import Tensor, nn

from pipeline.readers.strips import HEIGHT
from training.cells import LETTERS
from training.corpus import CHARACTERS

CELL_CLASSES = len(LETTERS) + 2  # nothing, every letter, spoilt
CLASSES = len(CHARACTERS) + 1  # and the blank of CTC, class 0


def _conv(inside: int, outside: int, kernel: tuple[int, int], pad: tuple[int, int], dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, padding=pad, dilation=(1, dilation), bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """Looks along the line: a convolution whose output is added to what came in."""

    def __init__(self, width: int, dilation: int) -> None:
        """Look five steps of `dilation` wide."""
        super().__init__()
        self.one = _conv(width, width, (1, 5), (0, 2 * dilation), dilation)

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum."""
        return x + self.one(x)


class LineNet(nn.Module):
    """A strip (n, 2, HEIGHT, width) in 0..1 to the likelihoods of characters every second pixel, and print against hand.

    Nothing in it remembers: what it says of a place depends on some four letters to either side, or ten where it looks far.
    """

    def __init__(self, *, far: bool = False) -> None:
        """Make the layers; one that looks `far` has two more along the line."""
        super().__init__()
        assert HEIGHT == 32  # noqa: S101 - the layers below halve it three times and close over the rest
        self.eye = nn.Sequential(
            nn.Conv2d(2, 24, (4, 4), stride=2, padding=1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            _conv(24, 32, (3, 3), (1, 1)),
            nn.MaxPool2d((2, 1), (2, 1)),
            _conv(32, 56, (3, 3), (1, 1)),
            nn.MaxPool2d((2, 1), (2, 1)),
            _conv(56, 96, (3, 3), (1, 1)),
            _conv(96, 128, (4, 1), (0, 0)),
        )
        self.along = nn.Sequential(
            *(Residual(128, apart) for apart in (1, 2, 4, *((8, 16) if far else ()))), nn.Dropout(0.1)
        )
        self.say = nn.Conv2d(128, CLASSES, 1)
        self.hand = nn.Conv2d(128, 1, 1)

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (n, steps, classes), and (n, steps): above 0 where it looks handwritten."""
        x = self.along(self.eye(seen))
        return self.say(x)[:, :, 0].permute(0, 2, 1), self.hand(x)[:, 0, 0]


class CellNet(nn.Module):
    """A window (n, 2, SIDE, SIDE) in 0..1 to the likelihoods of what it says, and of its being written by hand.

    A cell says nothing, a letter, or something spoilt. With four classes it tells what a tick box says.
    """

    def __init__(self, classes: int = CELL_CLASSES) -> None:
        """Make the layers."""
        super().__init__()
        self.eye = nn.Sequential(
            _conv(2, 16, (3, 3), (1, 1)),
            nn.MaxPool2d(2, 2),
            _conv(16, 32, (3, 3), (1, 1)),
            _conv(32, 48, (3, 3), (1, 1)),
            nn.MaxPool2d(2, 2),
            _conv(48, 80, (3, 3), (1, 1)),
            _conv(80, 96, (3, 3), (1, 1)),
            nn.MaxPool2d(2, 2),
            nn.Dropout(0.1),
            _conv(96, 160, (4, 4), (0, 0)),
            nn.Dropout(0.25),
        )
        self.say = nn.Conv2d(160, classes, 1)
        self.hand = nn.Conv2d(160, 1, 1)

    def forward(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (n, classes), and (n,): above 0 where it looks handwritten."""
        x = self.eye(seen)
        return self.say(x)[:, :, 0, 0], self.hand(x)[:, 0, 0, 0]
