"""Small scans made on the spot: one drawn page, in every format a scanner or a person may send it in."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pikepdf
from PIL import Image, ImageDraw

A4_300 = (2480, 3508)
A4_200 = (1654, 2339)
A4_POINTS = (595.2, 841.92)
Name = pikepdf.Name


def sheet(size: tuple[int, int] = A4_200, mark: int = 0) -> Image.Image:
    """Draw a page that looks different in every orientation and after every reflection; `mark` tells pages apart."""
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    width, height = size
    pen.rectangle((width // 20, height // 20, width // 2, height // 12), fill=0)
    pen.rectangle((width // 20, height // 6, width // 8, height // 2), fill=60)
    for number in range(mark):
        pen.rectangle(
            (width * 3 // 4, height // 2 + number * 40, width * 3 // 4 + 60, height // 2 + number * 40 + 20), fill=0
        )
    return picture


def pixels(picture: Image.Image) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a grey picture as the parser would hand it over."""
    return np.asarray(picture.convert("L"), dtype=np.uint8)


def picture_bytes(picture: Image.Image, kind: str, **how: object) -> bytes:
    """Return a picture as a file of that format."""
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def tiff(pages: list[Image.Image], **how: object) -> bytes:
    """Return a TIFF of several pages."""
    return picture_bytes(pages[0], "TIFF", save_all=True, append_images=pages[1:], **how)


def pdf_bytes(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    """Return a PDF as a file."""
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def image_stream(pdf: pikepdf.Pdf, picture: Image.Image, **more: object) -> pikepdf.Stream:
    """Return a picture as an image of a PDF, its pixels as they are."""
    grey = picture.mode == "L"
    stream = pikepdf.Stream(pdf, picture.tobytes())
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height = picture.size
    stream.ColorSpace, stream.BitsPerComponent = (Name.DeviceGray if grey else Name.DeviceRGB), 8
    for key, value in more.items():
        stream["/" + key] = value
    return stream


def full_page(
    pdf: pikepdf.Pdf,
    picture: Image.Image,
    *,
    size: tuple[float, float] = A4_POINTS,
    matrix: tuple[float, ...] | None = None,
    over: bytes = b"",
    **more: object,
) -> pikepdf.Page:
    """Add a page that is one image, and perhaps something painted `over` it."""
    page = pdf.add_blank_page(page_size=size)
    image = pdf.make_indirect(image_stream(pdf, picture, **more))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image), Font=pikepdf.Dictionary(F=_font(pdf)))
    lie = " ".join(f"{number:g}" for number in matrix or (size[0], 0, 0, size[1], 0, 0))
    page.Contents = pikepdf.Stream(pdf, f"q {lie} cm /I Do Q ".encode() + over)
    return page


def text_page(pdf: pikepdf.Pdf, content: bytes, size: tuple[float, float] = A4_POINTS) -> pikepdf.Page:
    """Add a page with a content stream that may use Helvetica as /F."""
    page = pdf.add_blank_page(page_size=size)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=_font(pdf)))
    page.Contents = pikepdf.Stream(pdf, content)
    return page


def scanned_pdf(count: int = 1) -> bytes:
    """Return a PDF of scanned pages, each with its own mark."""
    pdf = pikepdf.new()
    for number in range(count):
        full_page(pdf, sheet(mark=number))
    return pdf_bytes(pdf)


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.make_indirect(
        pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
