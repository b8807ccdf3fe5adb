"""Lay one small homography through many shifts seen on a sheet, none of which is to be trusted alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.stages.bend import bend
from pipeline.stages.warp import Matrix

Floats = NDArray[np.float64]

_BENT_MM = 1.5  # how far beside the homography a bend may take a shift
_UNIT_MM = 100.0  # coordinates are told in this, so that all terms are of one size
_LEAST = 6
_TOLD = 0.02


def fitted(places: Floats, shifts: Floats, weights: Floats, reach_mm: float) -> Matrix | None:
    """Return the homography, sheet to sheet, that takes places by most of their shifts; None when too few say anything.

    Args:
        places: where on the sheet, (n, 2) mm.
        shifts: how far from there the print was found, (n, 2) mm.
        weights: how much each is to be believed across and down, (n, 2).
        reach_mm: how far the print was sought; shifts near that are wild more often than not.
    """
    if (weights > _TOLD).any(axis=1).sum() < _LEAST:
        return None
    centre = places.mean(axis=0)
    points = (places - centre) / _UNIT_MM
    start = _median(shifts, weights)
    shape = np.array([start[0], 0, 0, start[1], 0, 0, 0, 0], dtype=np.float64)
    stiff = 2.0 * reach_mm
    for turn in range(6):
        bound = max(_BENT_MM, reach_mm * 0.8**turn)
        far = shifts - _modelled(shape, points)
        kept = weights * np.clip(1 - (far / bound) ** 2, 0, None) ** 2
        shape = _least(points, shifts, kept, stiff)
    # what a bend explains is no outlier: the last fit weighs each shift by whether its neighbours agree with it
    kept = bend(places, shifts - _modelled(shape, points), weights).weights
    if (kept > _TOLD).any(axis=1).sum() < _LEAST:
        return None
    return _matrix(_least(points, shifts, kept, 0.3 * stiff), centre)


def _median(values: Floats, weights: Floats) -> tuple[float, float]:
    """Return the weighted median of each column."""
    told = []
    for column in (0, 1):
        order = np.argsort(values[:, column], kind="stable")
        mass = np.cumsum(weights[order, column])
        told.append(float(values[order[int(np.searchsorted(mass, mass[-1] / 2))], column]))
    return told[0], told[1]


def _design(points: Floats) -> tuple[Floats, Floats]:
    """Return what each of the eight terms does to each point, across and down."""
    x, y = points[:, 0], points[:, 1]
    one, none = np.ones_like(x), np.zeros_like(x)
    first = np.column_stack([one, x, y, none, none, none, x * x, x * y])
    second = np.column_stack([none, none, none, one, x, y, x * y, y * y])
    return first, second


def _modelled(shape: Floats, points: Floats) -> Floats:
    first, second = _design(points)
    return np.column_stack([first @ shape, second @ shape])


def _least(points: Floats, shifts: Floats, weights: Floats, stiff: float) -> Floats:
    """Return the terms with the least weighted squares; a pull to no change holds the sheet where nothing tells of it."""
    first, second = _design(points)
    rows = np.vstack([first, second])
    mass = np.concatenate([weights[:, 0], weights[:, 1]])
    told = np.concatenate([shifts[:, 0], shifts[:, 1]])
    pull = np.array([1e-6, stiff, stiff, 1e-6, stiff, stiff, 4 * stiff, 4 * stiff]) * 0.2
    normal = (rows * mass[:, None]).T @ rows + np.diag(pull)
    return np.asarray(np.linalg.solve(normal, (rows * mass[:, None]).T @ told), dtype=np.float64)


def _matrix(shape: Floats, centre: Floats) -> Matrix:
    """Return the homography whose small displacements are those of the terms, in millimetres."""
    a0, a1, a2, b0, b1, b2, g, h = shape / _UNIT_MM
    small = np.array([[1 + a1, a2, a0], [b1, 1 + b2, b0], [-g, -h, 1.0]])
    unit = 1 / _UNIT_MM
    there = np.array([[unit, 0, -centre[0] * unit], [0, unit, -centre[1] * unit], [0, 0, 1.0]])
    return np.asarray(np.linalg.inv(there) @ small @ there, dtype=np.float64)
