"""Takes a taught network into the package, as ONNX and what must be known of it: `python -m training.export --help`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from torch import nn

from pipeline.readers.network import MODELS
from pipeline.readers.strips import HEIGHT
from pipeline.readers.windows import SIDE
from training.boxes import CLASSES as BOX_CLASSES
from training.cells import LETTERS
from training.corpus import CHARACTERS
from training.learn_cells import SMOOTHING
from training.networks import CellNet, LineNet

_KNOWN = {"line": CHARACTERS, "hand": CHARACTERS, "cell": LETTERS, "box": ""}


def main() -> None:
    """Export."""
    ask = argparse.ArgumentParser(description="Take a taught network into the package.")
    ask.add_argument("--kind", choices=tuple(_KNOWN), required=True)
    ask.add_argument("--weights", type=Path, required=True)
    ask.add_argument("--name", required=True)
    ask.add_argument("--version", required=True)
    ask.add_argument("--into", type=Path, default=MODELS)
    told = ask.parse_args()
    wide = told.kind in ("line", "hand")
    net: nn.Module = LineNet(far=told.kind == "hand") if wide else CellNet(BOX_CLASSES) if told.kind == "box" else CellNet()
    net.load_state_dict(torch.load(told.weights, weights_only=True)["net"])
    net.eval()
    told.into.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        net,
        (torch.rand(1, 2, HEIGHT, 240) if wide else torch.rand(1, 2, SIDE, SIDE),),
        str(told.into / f"{told.name}.onnx"),
        input_names=["seen"],
        output_names=["says", "hand"],
        dynamic_axes={"seen": {0: "n", 3: "w"}, "says": {0: "n", 1: "t"}, "hand": {0: "n", 1: "t"}}
        if wide
        else {"seen": {0: "n"}, "says": {0: "n"}, "hand": {0: "n"}},
        dynamo=False,
        opset_version=17,
    )
    about: dict[str, object] = {"version": told.version, "characters": _KNOWN[told.kind]}
    if not wide:
        about["smoothing"] = SMOOTHING
    (told.into / f"{told.name}.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
