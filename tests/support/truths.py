"""The schemas of what programs outside rely on, and the samples with their truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "samples"


def schema(name: str) -> dict[str, Any]:
    """Return a schema of the package by name."""
    told: dict[str, Any] = json.loads((ROOT / "pipeline" / "schemas" / f"{name}.json").read_text())
    return told


def samples() -> list[Path]:
    """Return every sample's scan."""
    return sorted(path for path in SAMPLES.iterdir() if path.suffix in (".pdf", ".tif", ".png", ".jpg"))


def truth(scan: Path) -> dict[str, Any]:
    """Return the truth beside a scan."""
    told: dict[str, Any] = json.loads(scan.with_suffix(".truth.json").read_text())
    return told
