"""The samples: truth matches file, file matches table, and nobody in them exists."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from pipeline.domain.geometry import Transform
from pipeline.domain.raster import Pixels
from pipeline.drawing.people import COORDINATION_NUMBERS, PERSON_NUMBERS
from pipeline.edges import library
from tests.support.truths import SAMPLES, samples, schema, truth

SCANS = samples()
LIBRARY = library.load([library.shipped()])


def name(path: Path) -> str:
    return path.stem


def pictures(scan: Path) -> list[Pixels]:
    """Return each page as the truth counts it: a scan's own pixels, a born-digital page at 300 dpi."""
    if scan.suffix != ".pdf":
        with Image.open(scan) as stack:
            found = []
            for index in range(getattr(stack, "n_frames", 1)):
                stack.seek(index)
                found.append(np.array(stack.convert("L")))
            return found
    with pikepdf.open(scan) as pdf, pypdfium2.PdfDocument(scan) as document:
        document.init_forms()
        found = []
        for index, page in enumerate(pdf.pages):
            if "/Im0" in page.Resources.get("/XObject", {}):
                found.append(np.array(pikepdf.PdfImage(page.Resources.XObject["/Im0"]).as_pil_image().convert("L")))
            else:
                found.append(np.array(document[index].render(scale=300 / 72).to_pil().convert("L")))
        return found


@pytest.mark.parametrize("scan", SCANS, ids=name)
def test_the_truth_fits_the_file(scan: Path) -> None:
    told = truth(scan)
    jsonschema.validate(told, schema("truth"))
    pages = pictures(scan)
    assert [(page["height_px"], page["width_px"]) for page in told["pages"]] == [picture.shape for picture in pages]
    template = LIBRARY.template(f"{told['template']}@{told['version']}")
    assert set(told["fields"]) == {field.key for field in template.fields}
    for form in told["forms"]:
        assert len(form["pages"]) == len(template.sheets)


@pytest.mark.parametrize("scan", SCANS, ids=name)
def test_ticked_boxes_are_dark_where_the_truth_says_and_others_are_not(scan: Path) -> None:
    told = truth(scan)
    template = LIBRARY.template(f"{told['template']}@{told['version']}")
    values = {page: form["fields"] for form in told["forms"] for page in form["pages"]}
    shares: dict[bool, list[float]] = {True: [], False: []}
    for page, picture in zip(told["pages"], pictures(scan), strict=True):
        if page["sheet"] is None:
            continue
        way = Transform.of(np.array(page["mm_to_px"]))
        fields = values.get(page["page"], told["fields"])
        for field in template.fields_on(page["sheet"]):
            if field.key in told["cancelled"]:
                continue
            chosen = fields[field.key] if isinstance(fields[field.key], list) else [fields[field.key]]
            for option in field.options:
                if option.zone.sheet == page["sheet"]:
                    shares[option.value in chosen].append(dark(picture, way, option.zone.rect.grown(-0.65).corners))
    assert np.quantile(shares[True], 0.02) > np.quantile(shares[False], 0.98), scan.name


def dark(picture: Pixels, way: Transform, corners: tuple[tuple[float, float], ...]) -> float:
    """Return how dark the inside of a quadrilateral is, 0 to 1, by points on a grid."""
    (x0, y0), (x1, y1) = corners[0], corners[2]
    total = 0.0
    grid = np.linspace(0.02, 0.98, 15)
    for u in grid:
        for v in grid:
            x, y = way.point(x0 + u * (x1 - x0), y0 + v * (y1 - y0))
            total += 255 - float(picture[min(int(y), picture.shape[0] - 1), min(int(x), picture.shape[1] - 1)])
    return total / (255 * len(grid) ** 2)


def test_every_sample_stands_in_the_table_and_has_its_truth() -> None:
    table = (SAMPLES / "README.md").read_text()
    for scan in SCANS:
        assert f"`{scan.name}`" in table
        assert scan.with_suffix(".truth.json").is_file()
    assert len(re.findall(r"^\| `", table, re.MULTILINE)) == len(SCANS)
    assert len(SCANS) >= 30


def test_the_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 6_000_000


def test_only_official_test_numbers_stand_in_the_samples() -> None:
    numbers = {f"{n[:8]}-{n[8:]}" for n in (*PERSON_NUMBERS, *COORDINATION_NUMBERS)}
    codes = {f"{n[:4]}-{n[8:]}" for n in (*PERSON_NUMBERS, *COORDINATION_NUMBERS)}
    for scan in SCANS:
        told = truth(scan)
        for fields in (told["fields"], *(form["fields"] for form in told["forms"])):
            assert fields["pat_id"] in numbers | codes | {None}
            assert fields.get("pat_id_sida2") in (fields["pat_id"], None)


def test_the_samples_show_every_kind_of_file_and_disorder() -> None:
    endings = {scan.suffix for scan in SCANS}
    assert endings == {".pdf", ".tif", ".png", ".jpg"}
    told = [truth(scan) for scan in SCANS]
    states = {page["state"] for one in told for page in one["pages"]}
    assert states == {"placed", "blank", "foreign", "held"}
    assert {page["rotation"] for one in told for page in one["pages"]} >= {0, 180, 270}
    assert any(len(one["forms"]) == 2 for one in told)
    assert {page["dpi"][0] for one in told for page in one["pages"]} >= {100, 150, 200, 300, 600}
