"""A grey picture with its resolution; equal when its pixels are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """A grey picture, (height, width) uint8, 0 black and 255 white, never changed after it is made.

    `dpi` is what the pixels are believed to be; 0 when the file does not say.
    An array breaks a plain dataclass's `==` and `hash`, so both go by digest; pickling keeps the read-only flag.
    """

    pixels: Pixels
    dpi: float

    def __post_init__(self) -> None:
        """Take a read-only, contiguous view, copying only when the array could be changed from outside."""
        pixels = self.pixels
        if pixels.ndim != 2 or pixels.dtype != np.uint8:
            raise ValueError("a raster is (height, width) uint8")
        if pixels.flags.writeable or not pixels.flags.c_contiguous:
            pixels = np.array(pixels, dtype=np.uint8, order="C", copy=True)
            pixels.setflags(write=False)
            object.__setattr__(self, "pixels", pixels)

    @classmethod
    def owning(cls, pixels: Pixels, dpi: float) -> Raster:
        """Make a raster of an array the caller gives up, without a copy."""
        owned = np.ascontiguousarray(pixels)
        owned.setflags(write=False)
        return cls(owned, dpi)

    @property
    def width(self) -> int:
        """Return the width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return int(self.pixels.shape[0])

    @property
    def digest(self) -> str:
        """Return the SHA-256 of size and pixels, in hex."""
        head = f"{self.width}x{self.height}:".encode()
        return hashlib.sha256(head + self.pixels.tobytes()).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Compare pixels and resolution."""
        if not isinstance(other, Raster):
            return NotImplemented
        return self.dpi == other.dpi and np.array_equal(self.pixels, other.pixels)

    def __hash__(self) -> int:
        """Hash by digest."""
        return hash((self.digest, self.dpi))

    def __reduce__(self) -> tuple[object, ...]:
        """Unpickle through `owning`, so that the copy is read-only too."""
        return (Raster.owning, (self.pixels, self.dpi))
