"""Practice scans: the same wish gives the same scans, and the truth is exact under every damage that moves the paper."""

from __future__ import annotations

import datetime as dt
import io
import random
from dataclasses import replace

import jsonschema
import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.domain.geometry import Rect, Transform
from pipeline.domain.template import Field, FieldKind, Rule, RuleId, Template, Zone
from pipeline.drawing import damage, paper
from pipeline.drawing.damage import UnknownDamage
from pipeline.drawing.files import Format
from pipeline.drawing.people import COORDINATION_NUMBERS, PERSON_NUMBERS, RESERVE_NUMBERS
from pipeline.drawing.scanner import scan
from pipeline.drawing.specimens import Specimen, Wish, draw
from pipeline.drawing.story import LATEST, nothing, tell
from pipeline.edges import library
from tests.support.truths import schema

TEMPLATES = {template.name: template for template in library.load([library.shipped()])}
STI, TARM = TEMPLATES["klinisk-sti"], TEMPLATES["klinisk-tarm"]
LIGHT = "dpi=100"


def one(template: Template, **wish: object) -> Specimen:
    return next(draw(template, Wish(**{"seed": 5, "damage": LIGHT, **wish})))  # type: ignore[arg-type]


def frames_found(template: Template, sheet: int, pixels: np.ndarray, way: Transform) -> float:
    """Return the worst distance, in pixels, between where the truth says boxes' frames lie and where they are dark."""
    worst = 0.0
    for field in template.fields_on(sheet):
        for option in field.options:
            if option.zone.sheet != sheet:
                continue
            rect = option.zone.rect
            for middle, across in (((rect.x, rect.centre[1]), (1.0, 0.0)), ((rect.centre[0], rect.bottom), (0.0, 1.0))):
                here = np.array(way.point(*middle))
                step = np.array(way.point(middle[0] + across[0], middle[1] + across[1])) - here
                step /= np.linalg.norm(step)
                reach = 0.45 * float(np.hypot(*(np.array(way.point(1, 0)) - way.point(0, 0))))
                offsets = np.linspace(-reach, reach, 97)
                places = here + offsets[:, None] * step - 0.5
                grey = sampled(pixels, places)
                dark = np.clip(200 - grey, 0, None)
                worst = max(worst, abs(float((dark * offsets).sum() / max(dark.sum(), 1e-9))))
    return worst


def sampled(pixels: np.ndarray, places: np.ndarray) -> np.ndarray:
    x, y = places[:, 0], places[:, 1]
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - left, y - top
    above = pixels[top, left] * (1 - fx) + pixels[top, left + 1] * fx
    below = pixels[top + 1, left] * (1 - fx) + pixels[top + 1, left + 1] * fx
    return above * (1 - fy) + below * fy


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rotate=st.floats(-15, 15),
    scale=st.floats(0.9, 1.1),
    shift=st.floats(0, 4),
    turn=st.sampled_from((0, 90, 180, 270)),
    edges=st.booleans(),
)
def test_the_truth_is_exact_however_the_paper_lies(
    rotate: float, scale: float, shift: float, turn: int, edges: bool
) -> None:
    wanted = f"dpi=300,rotate={rotate},scale={scale},shift={shift},turn={turn}" + (",edges" if edges else "")
    blank = paper.blank(STI.blank_path, 1, 300.0)
    scanned = scan(blank, 300.0, (210.0, 297.0), damage.suffer(damage.parse(wanted), random.Random(1)), 1)
    assert scanned.pixels.shape == (scanned.lay.height, scanned.lay.width)
    assert frames_found(STI, 1, scanned.pixels, scanned.lay.mm_to_px) < 0.15


def test_the_truth_is_exact_at_every_resolution() -> None:
    for dpi in (200, 300, 400, 600):
        blank = paper.blank(STI.blank_path, 1, max(300.0, dpi))
        damages = damage.suffer(damage.parse(f"dpi={dpi},rotate=2"), random.Random(1))
        scanned = scan(blank, max(300.0, dpi), (210.0, 297.0), damages, 1)
        assert frames_found(STI, 1, scanned.pixels, scanned.lay.mm_to_px) < 0.15


def test_the_rotation_told_is_the_turn_back_to_upright() -> None:
    for turn, rotation in ((0, 0), (90, 270), (180, 180), (270, 90)):
        lain = damage.lay(
            (210.0, 297.0), damage.suffer(damage.parse(f"dpi=100,turn={turn}"), random.Random(0)), random.Random(0)
        )
        assert lain.rotation == rotation
        start, right = lain.mm_to_px.point(0, 0), lain.mm_to_px.point(10, 0)
        heading = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turn]
        assert np.sign(round(right[0] - start[0])) == heading[0]
        assert np.sign(round(right[1] - start[1])) == heading[1]


@pytest.mark.parametrize("name", sorted(TEMPLATES))
@pytest.mark.parametrize("style", ["print", "hand", "mixed"])
def test_the_same_wish_gives_the_same_scan_and_truth(name: str, style: str) -> None:
    first, again = one(TEMPLATES[name], style=style), one(TEMPLATES[name], style=style)
    assert first == again
    assert one(TEMPLATES[name], style=style, seed=6).data != first.data
    jsonschema.validate(first.truth, schema("truth"))
    told = set(first.truth["styles"].values())
    assert told <= ({"print", "hand"} if style == "mixed" else {style, "hand"})
    for key, value in first.truth["fields"].items():
        assert (key in first.truth["styles"]) == (value not in (None, [], False)), key


@pytest.mark.parametrize("form", list(Format), ids=lambda form: form.value)
def test_every_format_holds_the_sides_at_the_size_and_resolution_told(form: Format) -> None:
    specimen = one(TARM, format=form, damage=f"{LIGHT},bilevel" if form in (Format.TIFF_G3, Format.TIFF_G4) else LIGHT)
    sizes = [(page["width_px"], page["height_px"]) for page in specimen.truth["pages"]]
    if form is Format.PDF:
        with pikepdf.open(io.BytesIO(specimen.data)) as pdf:
            found = [(int(p.Resources.XObject["/Im0"].Width), int(p.Resources.XObject["/Im0"].Height)) for p in pdf.pages]
            assert [round(float(p.mediabox[2])) for p in pdf.pages] == [595, 595]
    else:
        with Image.open(io.BytesIO(specimen.data)) as picture:
            found = []
            for index in range(getattr(picture, "n_frames", 1)):
                picture.seek(index)
                found.append(picture.size)
                assert round(float(picture.info["dpi"][0])) == 100
    assert found == sizes
    assert len(found) == (1 if form.single else 2)


def test_a_black_and_white_pdf_is_white_where_nothing_is_written() -> None:
    specimen = one(STI, damage="dpi=150,bilevel")
    with pikepdf.open(io.BytesIO(specimen.data)) as pdf:
        grey = np.asarray(pikepdf.PdfImage(pdf.pages[0].Resources.XObject["/Im0"]).as_pil_image().convert("L"))
    assert np.mean(grey > 128) > 0.85


@pytest.mark.parametrize("name", [*damage.ON_PAPER, *damage.ON_PICTURE, "fax", "edges", "scanner", "copier"])
def test_every_damage_changes_the_picture_and_is_told(name: str) -> None:
    plain = one(STI)
    hurt = one(STI, damage=f"{LIGHT},{name}" if name not in damage.BUNDLES else name)
    assert hurt.data != plain.data
    told = " ".join(hurt.truth["pages"][0]["damage"])
    assert all(f"{item.split('=')[0]}=" in told for item in damage.BUNDLES.get(name, (name,)))


def test_a_damage_there_is_not_is_refused() -> None:
    for wrong in ("rost", "rotate=mycket", ""):
        with pytest.raises(UnknownDamage):
            damage.parse(wrong)


def test_paper_comes_in_every_disorder() -> None:
    def states(wanted: str) -> list[tuple[str, int | None]]:
        return [(page["state"], page["sheet"]) for page in one(TARM, damage=f"{LIGHT},{wanted}").truth["pages"]]

    assert states("shuffle") == [("placed", 2), ("placed", 1)]
    assert states("backs") == [("placed", 1), ("blank", None), ("placed", 2), ("blank", None)]
    assert states("cover") == [("foreign", None), ("placed", 1), ("placed", 2)]
    two = one(TARM, damage=f"{LIGHT},two,shuffle").truth
    assert [form["pages"] for form in two["forms"]] == [[2, 1], [4, 3]]
    assert two["forms"][0]["fields"] != two["forms"][1]["fields"]
    halves = list(draw(TARM, Wish(1, 5, "print", f"{LIGHT},split")))
    assert [half.truth["pages"][0]["state"] for half in halves] == ["held", "held"]
    assert [half.truth["pages"][0]["sheet"] for half in halves] == [1, 2]
    assert all(half.truth["forms"] == [] for half in halves)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_stories_are_consistent_and_of_nobody(name: str) -> None:
    template = TEMPLATES[name]
    official = {f"{n[:8]}-{n[8:]}" for n in (*PERSON_NUMBERS, *COORDINATION_NUMBERS)}
    codes = {f"{n[:4]}-{n[8:]}" for n in (*PERSON_NUMBERS, *COORDINATION_NUMBERS)}
    blank_optional = 0
    for seed in range(120):
        told = tell(template, random.Random(seed))
        assert list(told) == [field.key for field in template.fields]
        coded = template.field("pat_id").kind is FieldKind.RIKSKOD
        assert told["pat_id"] in (codes if coded else official) | {None}
        assert told["annat_nummer"] in (*RESERVE_NUMBERS, None)
        for field in template.fields:
            value = told[field.key]
            if field.kind is FieldKind.DATE and isinstance(value, str):
                if not field.rule("partial"):
                    assert dt.date.fromisoformat(value) <= LATEST
                rule = field.rule("not_before")
                before = told.get(str(rule.param("field"))) if rule else None
                assert before is None or str(before) <= value, field.key
            condition = field.condition
            wanted = field.required == "always" or (condition is not None and condition.met(told[condition.key]))
            if field.key.startswith("pat_id") and told["annat_nummer"]:
                continue
            if wanted and told.get("paragraf") != "3:5":
                assert value != nothing(field), field.key
            if field.options and isinstance(value, str):
                assert value in {option.value for option in field.options}
            blank_optional += value == nothing(field)
    assert blank_optional > 120


@pytest.mark.parametrize(("width", "rules", "length"), [(10.0, ("partial",), 4), (10.0, (), 10), (40.0, ("partial",), 10)])
def test_where_a_year_is_asked_for_and_there_is_room_for_no_more_a_year_is_told(
    width: float, rules: tuple[str, ...], length: int
) -> None:
    template = library.load().template("klinisk-tarm")
    zone = Zone(1, Rect(20, 20, width, 6))
    told = tuple(Rule(RuleId(rule)) for rule in rules)
    asked = Field("insulin_sedan_ar", "Insulin sedan år", "", FieldKind.DATE, "always", zones=(zone,), rules=told)
    only = replace(template, fields=(asked,))
    assert {len(str(tell(only, random.Random(seed))["insulin_sedan_ar"])) for seed in range(5)} == {length}
