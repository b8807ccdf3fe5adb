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
    """A bias, and a weight for each measure of `style.measured`; above 0 is print."""

    line: tuple[float, ...]
    comb: tuple[float, ...]


STYLE = StyleFigures(
    line=(13.55, 12.05, 7.47, -16.95, -11.77, 12.67, 15.69, -6.99, 27.74, -21.64),
    comb=(12.68, 6.3, 7.79, -6.86, -29.4, -4.52, 40.77, -12.52, 43.54, -25.96),
)
