"""Versions: what a result rests on, so that one that was made by another reader or another drawing is known to be stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

import pipeline
from benchmarks.reading import designs
from benchmarks.reading.drawing import World
from pipeline.domain.reading import Reader

_HERE = Path(__file__).parent
_PIPELINE = Path(pipeline.__file__).parent
_DRAWS = (
    "answers", "collected", "conditions", "designs", "desk", "drawing", "faces", "filling", "fonts", "hands", "ink", "kept",
    "letters", "marks", "paper", "pen", "phone", "scanner", "story", "typist", "ways",
)  # fmt: skip
_READS = ("domain", "stages", "readers")


def drawn(world: World) -> str:
    """Return the version of the drawing: its code, the fonts it found, and the templates it fills in."""
    told = [f"{name}={path.name}" for name, path, _ in world.stock.fonts.types]
    told += [f"{name}={path.name}" for name, path in world.stock.fonts.hands]
    told += [template.digest for template in world.templates] + [
        metadata.version(name) for name in ("opencv-python", "pillow")
    ]
    return _digest([*(_HERE / f"{name}.py" for name in _DRAWS), *designs.FORMS.glob("*.toml")], told)


def ours(world: World, readers: Sequence[Reader]) -> str:
    """Return the version of the whole: every eye's own, and a digest of the code and models that place, read and check."""
    files = [path for room in _READS for path in (_PIPELINE / room).rglob("*") if _counts(path)]
    files += [*(_PIPELINE / "edges").glob("parser*.py"), _HERE / "sitting.py", _HERE / "answering.py"]
    code = _digest(files, [template.digest for template in world.library.templates])
    return "; ".join([f"blankett-{pipeline.__version__}+{code}", *(reader.name for reader in readers), drawn(world)])


def plain(world: World, engine: str) -> str:
    """Return the version of a plain way: its engine's, and what turns its text into normal form."""
    files = (_HERE / "plainly.py", _HERE / "ppocr.py", _HERE / "answering.py", _PIPELINE / "stages" / "normalise.py")
    return f"{engine}+{_digest(files, [])}; {drawn(world)}"


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def _digest(files: Iterable[Path], told: Sequence[str]) -> str:
    total = hashlib.sha256("|".join(told).encode())
    for path in sorted(files):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:8]
