"""Figures the eyes judge by, fitted on practice scans; a change here is a new version of the readers."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = "1"


@dataclass(frozen=True, slots=True)
class BoxFigures:
    """How ink in a box becomes a likelihood, and where it is sure enough."""

    bias: float
    by_log_fill: float
    by_reach: float
    on: float
    off: float
    filled_thick: float
    circled_ring: float
    stray_fill: float


BOX = BoxFigures(
    bias=3.0,
    by_log_fill=2.2,
    by_reach=6.0,
    on=0.95,
    off=0.05,
    filled_thick=0.45,
    circled_ring=0.5,
    stray_fill=0.22,
)


@dataclass(frozen=True, slots=True)
class StyleFigures:
    """Weights (bias, feet, heights, strokes, confidence) of the decision print or hand; above 0 is print."""

    line: tuple[float, float, float, float, float]
    comb: tuple[float, float, float, float, float]


STYLE = StyleFigures(line=(-5.0, 3.0, 2.0, 1.0, 4.0), comb=(-5.0, 3.0, 2.0, 1.0, 4.0))
