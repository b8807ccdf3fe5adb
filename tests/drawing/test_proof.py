"""The proof shows every zone and its key."""

from __future__ import annotations

import io

import pdfplumber
import pytest

from pipeline.domain.template import Template
from pipeline.drawing.proof import pictures, proof
from pipeline.edges import library


@pytest.mark.parametrize("template", tuple(library.load([library.shipped()])), ids=lambda template: template.id)
def test_a_proof_names_every_field_and_option(template: Template) -> None:
    drawn = proof(template)
    assert drawn == proof(template)
    with pdfplumber.open(io.BytesIO(drawn)) as pdf:
        text = " ".join(page.extract_text(x_tolerance=1) for page in pdf.pages)
        count = sum(len(page.rects) for page in pdf.pages)
    with pdfplumber.open(template.blank_path) as pdf:
        printed = sum(len(page.rects) for page in pdf.pages)
    zones = sum(len(field.all_zones) for field in template.fields)
    cells = sum(field.comb.cells for field in template.fields if field.comb)
    assert count == printed + zones + cells
    assert template.id in text


def test_a_proof_can_be_looked_at() -> None:
    template = library.read(library.shipped() / "paragraf" / "2025-1")
    seen = list(pictures(proof(template), 60.0))
    assert len(seen) == 2
    assert all(picture.mode == "RGB" and picture.width > 450 for picture in seen)
