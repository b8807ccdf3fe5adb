from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import ReaderError
from pipeline.readers import network as module
from pipeline.readers.network import MODELS, Network


def test_every_model_has_a_card_and_tells_what_it_knows() -> None:
    names = {path.stem for path in MODELS.glob("*.onnx")}
    assert names == {"boxes", "cells", "hands", "lines"}
    assert {path.stem for path in MODELS.glob("*.json")} == names
    assert {path.stem for path in MODELS.glob("*.md")} == {*names, "letters"}
    assert set("0123456789ÅÄÖ") <= set(Network("cells").about.characters) <= set(Network("lines").about.characters)
    assert Network("hands").about.characters == Network("lines").about.characters


def test_what_a_network_was_taught_never_to_be_sure_of_is_taken_back() -> None:
    # Taught with a smoothing of 0.02 a network that is as sure as it may be gives each of 40 classes 0.0005, one 0.9805.
    sure = np.full((1, 40), 0.0005)
    sure[0, 3] = 0.9805
    told = Network("cells").shares(np.log(sure).astype(np.float32))
    assert told[0, 3] == pytest.approx(1.0, abs=1e-5)
    assert told.sum() == pytest.approx(1.0, abs=1e-5)


def test_a_network_without_smoothing_is_taken_at_its_word() -> None:
    told = Network("lines").shares(np.log(np.array([[0.7, 0.2, 0.1]], np.float32)))
    assert told[0] == pytest.approx([0.7, 0.2, 0.1], abs=1e-5)


@pytest.mark.parametrize("broken", ["missing", "cut off", "no card of its own", "wrong card"])
def test_a_model_that_is_missing_or_damaged_is_told_by_name(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MODELS", tmp_path)
    about, weights = (MODELS / "boxes.json").read_bytes(), (MODELS / "boxes.onnx").read_bytes()
    if broken != "missing":
        (tmp_path / "boxes.onnx").write_bytes(weights[:1000] if broken == "cut off" else weights)
    if broken in ("cut off", "wrong card"):
        (tmp_path / "boxes.json").write_bytes(b'{"colour": "blue"}' if broken == "wrong card" else about)
    net = Network("boxes")
    with pytest.raises(ReaderError) as told:
        net.shares(net.run(np.zeros((1, 2, 32, 32), np.uint8))[0])
    assert (told.value.code, told.value.hint) == ("model_missing", "reinstall")
    assert dict(told.value.params) == {"model": "boxes"}


def test_pictures_are_seen_each_for_itself() -> None:
    seen = np.random.default_rng(5).integers(0, 256, (6, 2, 32, 32), np.uint8)
    net = Network("cells")
    together = net.run(seen)[0]
    alone = np.concatenate([net.run(one[None])[0] for one in seen])
    assert np.abs(together - alone).max() < 1e-4
