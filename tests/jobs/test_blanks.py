"""A blank is used as it comes: with form fields, flat, or as a scan; what cannot be used is refused with its reason."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from pipeline.domain.fillable import FoundBy, WidgetKind
from pipeline.drawing.specimens import Wish, draw
from pipeline.edges import labels, library
from pipeline.errors import TemplateError
from pipeline.jobs.blanks import Blank, made_ready
from pipeline.readers.engine import Engine
from pipeline.stages.propose import propose
from tests.stages.test_seek import iou
from tests.support.fillable import Sheet, made

KNOWN = labels.load()
MALARIA = next(folder for folder in library.folders(library.search_path()) if folder.parent.name == "klinisk-malaria")
STI = next(folder for folder in library.folders(library.search_path()) if folder.parent.name == "klinisk-sti")


def ready(path: Path, scratch: Path) -> Blank:
    return made_ready([path], KNOWN, Engine(scratch))


def refused(path: Path, scratch: Path, *more: Path) -> str:
    with pytest.raises(TemplateError) as error:
        made_ready([path, *more], KNOWN, Engine(scratch))
    assert error.value.hint
    return error.value.code


def sheet(dpi: float = 300.0) -> np.ndarray:
    with pypdfium2.PdfDocument(STI / "blank.pdf") as document:
        return np.array(document[0].render(scale=dpi / 72, grayscale=True).to_pil().convert("L"))


def scanned(path: Path, pixels: np.ndarray, dpi: float = 300.0) -> Path:
    Image.fromarray(pixels).save(path, dpi=(dpi, dpi))
    return path


def tilted(pixels: np.ndarray, degrees: float) -> np.ndarray:
    height, width = pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    paper = np.asarray(cv2.warpAffine(pixels, turn, (width, height), borderValue=255), dtype=np.float64)
    grain = np.random.default_rng(1).normal(0, 5, paper.shape)
    return np.clip(paper * 0.92 + 8 + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "degrees", "quarters"),
    [("on-its-head.tif", -0.6, 2), pytest.param("level.png", 0.9, 0, marks=pytest.mark.slow)],
)
def test_a_scanned_blank_is_laid_level_and_its_fields_are_found(
    tmp_path: Path, name: str, degrees: float, quarters: int
) -> None:
    path = scanned(tmp_path / name, np.rot90(tilted(sheet(), degrees), quarters))
    blank = ready(path, tmp_path)
    assert blank.form.by is FoundBy.PICTURE
    template = library.read(STI)
    found = [one.zone.rect for one in blank.form.widgets]
    wanted = [zone.rect for field in template.fields for zone in field.all_zones]
    missed = [rect for rect in wanted if max(iou(rect, one) for one in found) < 0.5]
    assert len(missed) <= 1
    invented = [rect for rect in found if max(iou(rect, one) for one in wanted) < 0.3]
    assert len(invented) <= 2
    keys = {one.field.key for one in propose(blank.form, KNOWN)}
    assert {"pat_id", "diagnos", "pat_kon", "diagnosdatum", "anm_datum", "anm_lakare", "riskgrupp"} <= keys
    (tmp_path / "blank.pdf").write_bytes(blank.kept)
    with pypdfium2.PdfDocument(tmp_path / "blank.pdf") as document:
        width, height = document[0].get_size()
    assert (width / 72 * 25.4, height / 72 * 25.4) == pytest.approx((210, 297), abs=0.2)


def test_a_scan_that_tells_no_size_is_a4_when_it_has_that_shape(tmp_path: Path) -> None:
    Image.fromarray(sheet(200.0)).save(tmp_path / "nosize.png")
    form = ready(tmp_path / "nosize.png", tmp_path).form
    assert (form.sheets[0].width_mm, form.sheets[0].height_mm) == pytest.approx((210, 297), abs=0.5)
    assert sum(one.kind is WidgetKind.CHECK for one in form.widgets) == 53
    Image.fromarray(sheet(200.0)[:900]).save(tmp_path / "half.png")
    assert refused(tmp_path / "half.png", tmp_path) == "blank_size_unknown"


def test_a_photo_is_refused(tmp_path: Path) -> None:
    pixels = sheet(150.0)
    height, width = pixels.shape
    before = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    after = before + np.array([(90, 60), (-60, 20), (10, -10), (-10, -90)], np.float32)
    photo = cv2.warpPerspective(pixels, cv2.getPerspectiveTransform(before, after), (width, height), borderValue=90)
    assert refused(scanned(tmp_path / "photo.jpg", np.asarray(photo, dtype=np.uint8), 150.0), tmp_path) == "blank_not_flat"


def test_what_asks_nothing_or_is_no_blank_is_refused(tmp_path: Path) -> None:
    words = [(60, 760 - 24 * row, "Den som misstänker fall ska anmäla det utan dröjsmål") for row in range(20)]
    assert refused(made(tmp_path / "letter.pdf", Sheet(words)), tmp_path) == "blank_without_fields"
    assert refused(scanned(tmp_path / "white.png", np.full((3508, 2480), 255, np.uint8)), tmp_path) == "blank_without_fields"
    sides = [Image.new("1", (100, 140), 1)] * 21
    sides[0].save(tmp_path / "long.tif", save_all=True, append_images=sides[1:], dpi=(75, 75))
    assert refused(tmp_path / "long.tif", tmp_path) == "blank_too_many_pages"
    coarse = np.full((330, 233), 255, np.uint8)
    assert refused(scanned(tmp_path / "coarse.png", coarse, 28.0), tmp_path) == "blank_too_coarse"
    (tmp_path / "rubbish.tif").write_bytes(os.urandom(2000))
    assert refused(tmp_path / "rubbish.tif", tmp_path) == "blank_unreadable"
    (tmp_path / "empty.pdf").write_bytes(b"")
    assert refused(tmp_path / "empty.pdf", tmp_path) == "blank_unreadable"


@pytest.mark.slow
def test_filled_in_scans_make_the_blank_that_they_have_in_common(tmp_path: Path) -> None:
    template = library.read(MALARIA)
    wish = Wish(count=4, seed=11, style="print", damage="turn")
    paths = []
    for one in draw(template, wish):
        paths.append(tmp_path / f"{one.name}.{one.ending}")
        paths[-1].write_bytes(one.data)
    form = made_ready(paths, KNOWN, Engine(tmp_path)).form
    assert form.by is FoundBy.PICTURE
    found = [one.zone.rect for one in form.widgets]
    wanted = [zone.rect for field in template.fields for zone in field.all_zones]
    assert sum(max(iou(rect, one) for one in found) > 0.5 for rect in wanted) >= 0.95 * len(wanted)
    assert len(found) <= len(wanted) + 3
    assert refused(paths[0], tmp_path, paths[1]) == "filled_too_few"
    two_sheets = tmp_path / "two.pdf"
    two_sheets.write_bytes((MALARIA.parent.parent / "paragraf" / "2025-1" / "blank.pdf").read_bytes())
    assert refused(paths[0], tmp_path, paths[1], two_sheets) == "filled_unlike"
