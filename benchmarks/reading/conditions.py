"""The conditions of the table: what happens to a filled-in sheet on its way to a file."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.reading import fonts, scanner
from benchmarks.reading.ink import PX, Grey, grain, piece
from benchmarks.reading.phone import photographed
from benchmarks.reading.ways import Shot, Way, chain

FAX = (204.0, 98.0)


@dataclass(frozen=True, slots=True)
class Pictured:
    """A side as it comes: the bytes of its file, the file's ending, its size in pixels, the way back to the sheet's mm."""

    data: bytes
    ending: str
    size: tuple[int, int]
    back: Way
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A column of the table. `style` is None where forms are typed and written by hand in turn."""

    name: str
    shoot: Callable[[Grey, random.Random], Pictured]
    style: str | None = None
    off: bool = False
    stamped: bool = False


def _filed(picture: Grey, how: str, dpi: tuple[float, float] | None, quality: int = 85) -> tuple[bytes, str]:
    out = io.BytesIO()
    told = {} if dpi is None else {"dpi": dpi}
    if how == "jpeg":
        Image.fromarray(picture).save(out, "JPEG", quality=quality, **told)
        return out.getvalue(), "jpg"
    if how == "png":
        Image.fromarray(picture).save(out, "PNG", compress_level=3, **told)
        return out.getvalue(), "png"
    Image.fromarray(picture).convert("1", dither=Image.Dither.NONE).save(out, "TIFF", compression=how, **told)
    return out.getvalue(), "tif"


def _pictured(shot: Shot, picture: Grey, filed: tuple[bytes, str], *notes: str) -> Pictured:
    return Pictured(*filed, (picture.shape[1], picture.shape[0]), shot.back, notes)


def grey_300(paper: Grey, rng: random.Random) -> Pictured:
    """Scan at 300 dpi in grey; half are packed as JPEG."""
    shot = scanner.scanned(paper, (300.0, 300.0), rng)
    picture = scanner.grey(shot, rng)
    if rng.random() < 0.5:
        return _pictured(shot, picture, _filed(picture, "png", (300, 300)), "png")
    quality = rng.randint(62, 90)
    return _pictured(shot, picture, _filed(picture, "jpeg", (300, 300), quality), f"jpeg {quality // 10}0s")


def bilevel_200(paper: Grey, rng: random.Random) -> Pictured:
    """Scan at 200 dpi in black and white, by neighbourhood or by one level."""
    shot = scanner.scanned(paper, (200.0, 200.0), rng)
    seen = scanner.grey(shot, rng)
    local = rng.random() < 0.6
    picture = scanner.by_neighbours(seen, 200, rng) if local else scanner.by_level(seen, rng, 0.56, 0.74)
    return _pictured(shot, picture, _filed(picture, "group4", (200, 200)), "local threshold" if local else "one threshold")


def fax(paper: Grey, rng: random.Random) -> Pictured:
    """Send as a coarse fax: twice as fine across as down, a line of the sender at the top, now and then lines lost."""
    shot = scanner.scanned(paper, FAX, rng)
    picture = scanner.by_level(scanner.Sensor.made(rng).seen(shot.pixels), rng, 0.7, 0.82)
    _sender(picture, rng)
    lost = rng.random() < 0.3
    if lost:
        for row in rng.sample(range(2, picture.shape[0]), rng.randint(2, 9)):
            picture[row] = picture[row - 1]
    return _pictured(shot, picture, _filed(picture, "group3", FAX), "lines lost" if lost else "clean line")


def _sender(picture: Grey, rng: random.Random) -> None:
    strip = Image.new("L", (picture.shape[1], 13), 255)
    told = f"{rng.randint(1, 28):02d}/11 2026 {rng.randint(7, 17):02d}:{rng.randint(0, 59):02d}  FAX 031-390 06 00   S. 1"
    path = fonts.file((), ("DejaVuSansMono", "LiberationMono-Regular"))
    if path is not None:
        ImageDraw.Draw(strip).text((60, 0), told, font=fonts.sized(path, 11), fill=0)
    picture[2:15] = np.minimum(picture[2:15], np.where(np.array(strip) < 150, 0, 255))


def copy_of_copy(paper: Grey, rng: random.Random) -> Pictured:
    """Copy twice, then scan at 300 dpi in grey."""
    first = scanner.copied(paper, rng)
    second = scanner.copied(first.paper, rng)
    shot = scanner.scanned(second.paper, (300.0, 300.0), rng)
    whole = Shot(shot.pixels, chain([shot.back, second.back, first.back]))
    picture = scanner.grey(whole, rng)
    return _pictured(whole, picture, _filed(picture, "jpeg", (300, 300), rng.randint(70, 90)), "copied twice")


def phone(paper: Grey, rng: random.Random) -> Pictured:
    """Photograph with a telephone; no resolution is told."""
    shot = photographed(paper, rng)
    return _pictured(shot, shot.pixels, _filed(shot.pixels, "jpeg", None, rng.randint(68, 86)), "photo")


def photo_mode(paper: Grey, rng: random.Random) -> Pictured:
    """Scan at 200 dpi in a photo mode, where grey becomes dots; only in the sealed part."""
    shot = scanner.scanned(paper, (200.0, 200.0), rng)
    picture = scanner.spread_error(scanner.grey(shot, rng))
    return _pictured(shot, picture, _filed(picture, "group4", (200, 200)), "error spread")


def creased(paper: Grey, rng: random.Random) -> Pictured:
    """Crease, wet and dry the paper, then scan at 300 dpi in grey; only in the sealed part."""
    chance = np.random.default_rng(rng.randrange(2**31))
    worn: Grey = paper
    flakes = np.where(grain(19, 3.0) > 0.52, 215, 60).astype(np.uint8)
    for _ in range(rng.randint(2, 4)):
        start, end = (tuple(int(v) for v in chance.integers(0, paper.shape[::-1])) for _ in range(2))
        line = np.zeros_like(worn)
        cv2.line(line, start, end, 255, rng.randint(5, 11), cv2.LINE_AA)
        left = cv2.multiply(line, piece(flakes, worn.shape, chance), scale=1 / 255)
        worn = 255 - cv2.multiply(255 - worn, 255 - left, scale=1 / 255)
    at = (rng.randrange(worn.shape[1]), rng.randrange(worn.shape[0]))
    ring = np.full_like(worn, 255)
    cv2.circle(ring, at, round(40 * PX), rng.randint(120, 170), round(2.5 * PX))
    cv2.circle(ring, at, round(39 * PX), rng.randint(232, 244), -1)
    worn = cv2.multiply(worn, cv2.GaussianBlur(ring, (0, 0), 9), scale=1 / 255)
    made = grey_300(np.asarray(worn, np.uint8), rng)
    return Pictured(made.data, made.ending, made.size, made.back, ("creased and stained",))


OPEN = (
    Condition("300 grey", grey_300),
    Condition("200 bilevel", bilevel_200),
    Condition("fax 204x98", fax),
    Condition("copy of a copy", copy_of_copy),
    Condition("phone photo", phone),
    Condition("print and hand mixed", grey_300, style="mixed"),
    Condition("stamp across", grey_300, stamped=True),
    Condition("printed a little off", grey_300, style="print", off=True),
)
SEALED = (
    Condition("300 grey", grey_300),
    Condition("200 bilevel", bilevel_200),
    Condition("200 photo mode", photo_mode),
    Condition("creased and stained", creased),
)
