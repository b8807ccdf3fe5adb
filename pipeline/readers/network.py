"""Networks of our own, run by OpenCV: small, without memory, each picture seen for itself."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ReaderError

MODELS = Path(__file__).parent / "models"
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class About:
    """What is written beside a model: its version, the characters it knows, and how much its labels were smoothed.

    With a smoothing of 0.02 it was taught that any class may be meant in two cases of a hundred.
    """

    version: str
    characters: str = ""
    smoothing: float = 0.0


class Network:
    """One network with what is written beside it: its version and the characters it knows.

    Threads take turns: OpenCV keeps a network's working memory inside it.
    """

    def __init__(self, name: str) -> None:
        """Name the model, `models/NAME.onnx` with `models/NAME.json`; it is opened when it is first asked."""
        self.name = name
        self._turn = threading.Lock()

    @cached_property
    def about(self) -> About:
        """Return what is written beside the model.

        Raises:
            ReaderError: when that is missing or broken.
        """
        try:
            return About(**json.loads((MODELS / f"{self.name}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ReaderError("model_missing", hint="reinstall", model=self.name) from error

    @cached_property
    def _net(self) -> cv2.dnn.Net:
        try:
            return cv2.dnn.readNetFromONNX(str(MODELS / f"{self.name}.onnx"))
        except cv2.error as error:
            raise ReaderError("model_missing", hint="reinstall", model=self.name) from error

    def run(self, seen: NDArray[np.uint8]) -> tuple[Numbers, Numbers]:
        """Return what is said of pictures (n, 2, height, width) of darkness 0..255: classes, and how it is written.

        Both are logits: (n, classes) or (n, steps, classes), and (n) or (n, steps), above 0 where written by hand.

        Raises:
            ReaderError: when the model is missing or broken.
        """
        with self._turn:
            self._net.setInput(seen.astype(np.float32) / np.float32(255))
            says, hand = self._net.forward(["says", "hand"])
            return np.array(says, dtype=np.float32), np.array(hand, dtype=np.float32)

    def shares(self, logits: Numbers) -> Numbers:
        """Return likelihoods along the last axis: softmax, the smoothing that the network was taught with taken back."""
        raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
        told = raised / raised.sum(axis=-1, keepdims=True) - self.about.smoothing / logits.shape[-1]
        told = np.maximum(told, 0)
        return np.asarray(told / told.sum(axis=-1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=8)
def network(name: str) -> Network:
    """Return a network; one for all who ask."""
    return Network(name)
