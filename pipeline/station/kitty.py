"""Pictures by the kitty graphics protocol: a PNG in base64, in pieces of at most 4096 letters."""

from __future__ import annotations

import base64

from pipeline.domain.raster import Raster
from pipeline.station.pictures import png

_PIECE = 4096
DELETE = "\x1b_Ga=d,d=A,q=2\x1b\\"


def kitty(raster: Raster, columns: int, rows: int) -> str:
    """Return the stream that draws a picture at the cursor over so many character cells, the cursor left where it is."""
    data = base64.standard_b64encode(png(raster)).decode("ascii")
    pieces = [data[at : at + _PIECE] for at in range(0, len(data), _PIECE)]
    told = []
    for at, piece in enumerate(pieces):
        head = f"a=T,f=100,q=2,C=1,c={columns},r={rows}," if at == 0 else ""
        told.append(f"\x1b_G{head}m={int(at < len(pieces) - 1)};{piece}\x1b\\")
    return "".join(told)
