"""The benchmark's own forms, as `forms/*.toml` has them: one for the open part, one that only the sealed part knows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMS = Path(__file__).parent / "forms"


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a row: `share` of the row's width, and what the template says of it."""

    key: str
    label: str
    kind: str
    share: float
    comb: tuple[int, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    required: str = "never"
    critical: bool = False
    lines: int = 1
    rules: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Cells beside each other, as high as the row."""

    height: float
    cells: tuple[Cell, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a face is printed; see the comment in the files."""

    regular: tuple[str, ...]
    bold: tuple[str, ...]
    label_pt: float
    title_pt: float
    left: float
    top: float
    width: float
    box: float
    cell: float
    gap: float
    ruled: bool
    open_comb: bool
    ground: float


@dataclass(frozen=True, slots=True)
class Design:
    """A whole form."""

    name: str
    title: str
    subtitle: str
    diseases: tuple[str, ...]
    rows: tuple[Row, ...]
    look: Look
    size: tuple[float, float]


def read(file: Path) -> Design:
    """Return the form in a file."""
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    rows = tuple(
        Row(row["height"], tuple(Cell(**_frozen(cell)) for cell in row["cells"]), row.get("heading", ""))
        for row in raw.pop("row")
    )
    look = Look(**_frozen(raw.pop("look")))
    return Design(**_frozen(raw), rows=rows, look=look)


def _frozen(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table with tuples for its arrays."""
    return {key: _tuple(value) for key, value in table.items()}


def _tuple(value: Any) -> Any:  # noqa: ANN401 - what TOML holds has no one type
    return tuple(_tuple(item) for item in value) if isinstance(value, list) else value
