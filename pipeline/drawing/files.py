"""Scanned sides as files: PDF of pictures, TIFF, PNG or JPEG; the same pixels give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pipeline.drawing.scanner import Scanned


class Format(StrEnum):
    """How a scan is stored."""

    PDF = "pdf"
    TIFF = "tiff"
    TIFF_G4 = "tiff-g4"
    TIFF_G3 = "tiff-g3"
    TIFF_LZW = "tiff-lzw"
    TIFF_JPEG = "tiff-jpeg"
    PNG = "png"
    JPEG = "jpeg"

    @property
    def ending(self) -> str:
        """Return the file name's ending, without a dot."""
        return {"png": "png", "jpeg": "jpg", "pdf": "pdf"}.get(self.value, "tif")

    @property
    def single(self) -> bool:
        """Tell whether a file holds one side only."""
        return self in (Format.PNG, Format.JPEG)


_COMPRESSION = {
    Format.TIFF_G4: "group4",
    Format.TIFF_G3: "group3",
    Format.TIFF_LZW: "tiff_lzw",
    Format.TIFF_JPEG: "jpeg",
}


def stored(sides: Sequence[Scanned], how: Format) -> bytes:
    """Return the bytes of a file that holds the sides in their order; PNG and JPEG hold the first only."""
    if how is Format.PDF:
        return _pdf(sides)
    pictures = [_picture(side) for side in sides]
    out = io.BytesIO()
    if how is Format.PNG:
        pictures[0].save(out, "PNG", dpi=sides[0].lay.dpi, optimize=True)
    elif how is Format.JPEG:
        pictures[0].convert("RGB" if pictures[0].mode == "RGB" else "L").save(
            out, "JPEG", dpi=tuple(round(v) for v in sides[0].lay.dpi), quality=sides[0].quality
        )
    else:
        _tiff(pictures, sides, how, out)
    return out.getvalue()


def _picture(side: Scanned) -> Image.Image:
    picture = Image.fromarray(side.pixels)
    return picture.convert("1", dither=Image.Dither.NONE) if side.bilevel else picture


def _tiff(pictures: Sequence[Image.Image], sides: Sequence[Scanned], how: Format, out: io.BytesIO) -> None:
    compression = _COMPRESSION.get(how) or ("group4" if sides[0].bilevel else "tiff_lzw")
    if compression in ("group4", "group3"):
        pictures = [picture.convert("1", dither=Image.Dither.NONE) for picture in pictures]
    elif compression == "jpeg":
        pictures = [picture.convert("L") if picture.mode == "1" else picture for picture in pictures]
    options: dict[str, Any] = {"compression": compression, "dpi": sides[0].lay.dpi}
    if compression == "jpeg":
        options["quality"] = sides[0].quality
    pictures[0].save(out, "TIFF", save_all=True, append_images=pictures[1:], **options)


def _pdf(sides: Sequence[Scanned]) -> bytes:
    with pikepdf.new() as pdf:
        for side in sides:
            height, width = side.pixels.shape[:2]
            points = (width * 72 / side.lay.dpi[0], height * 72 / side.lay.dpi[1])
            page = pdf.add_blank_page(page_size=points)
            page.Resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(_image(pdf, side))))
            page.Contents = pdf.make_stream(f"q {points[0]:.4f} 0 0 {points[1]:.4f} 0 0 cm /Im0 Do Q".encode())
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def _image(pdf: pikepdf.Pdf, side: Scanned) -> pikepdf.Stream:
    height, width = side.pixels.shape[:2]
    about = Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height)
    if side.bilevel:
        about.ColorSpace, about.BitsPerComponent = Name.DeviceGray, 1
        about.DecodeParms = Array([Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True)])
        about.Filter = Array([Name.CCITTFaxDecode])
        return pikepdf.Stream(pdf, _group4(side), about)
    about.ColorSpace = Name.DeviceRGB if side.pixels.ndim == 3 else Name.DeviceGray
    about.BitsPerComponent, about.Filter = 8, Name.DCTDecode
    out = io.BytesIO()
    Image.fromarray(side.pixels).save(out, "JPEG", quality=side.quality)
    return pikepdf.Stream(pdf, out.getvalue(), about)


def _group4(side: Scanned) -> bytes:
    """Return a picture's bare G4 data, as the one strip of a TIFF."""
    out = io.BytesIO()
    height = side.pixels.shape[0]
    _picture(side).save(out, "TIFF", compression="group4", tiffinfo={278: height})
    told = Image.open(out).tag_v2  # type: ignore[attr-defined]
    start, length = told[273][0], told[279][0]
    return out.getvalue()[start : start + length]
