"""The benchmark of reading tells the truth of what it draws, and shows a reader that lies."""

from __future__ import annotations

import argparse
import ast
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.reading import conditions, designs, drawing, exact, faces, fonts, kept, ppocr
from benchmarks.reading.conditions import Condition
from benchmarks.reading.desk import Stock
from benchmarks.reading.drawing import Drawn, World
from benchmarks.reading.filling import KINDS
from benchmarks.reading.hands import STROKES
from benchmarks.reading.log import NAME, InUse
from benchmarks.reading.running import Run
from benchmarks.reading.story import TODAY
from benchmarks.reading.table import Tally, is_right
from benchmarks.reading.ways import inverse
from pipeline.edges.library import load
from pipeline.readers.faulty import LyingReader
from pipeline.stages.normalise import normalise

ROOT = Path(__file__).resolve().parent.parent
ROOMS = sorted((ROOT / "benchmarks" / "reading").glob("*.py"))
DATA = ROOT.parent / "shared" / "data" / "handwriting"
EVERY = (*conditions.OPEN, *conditions.SEALED[2:])
SMALL = """
name = "provblankett-liten"
title = "Liten provblankett för mätning"
subtitle = "Ej myndighetens. Fyll i alla fält."
diseases = ["tuberkulos"]
size = [130, 100]
[look]
regular = ["DejaVuSans"]
bold = ["DejaVuSans-Bold"]
label_pt = 7
title_pt = 14
left = 10
top = 8
width = 110
box = 3.4
cell = 5.4
gap = 3
ruled = false
open_comb = false
ground = 0.85
[[row]]
height = 12
heading = "Patient"
cells = [
  { key = "pat_kon", label = "Kön", kind = "sex", share = 0.5, options = [["m", "Man"], ["k", "Kvinna"]] },
  { key = "anm_lan", label = "Län", kind = "county", share = 0.5, comb = [2], required = "always" },
]
[[row]]
height = 13
cells = [{ key = "anm_datum", label = "Datum", kind = "date", share = 1, comb = [4, 2, 2], required = "always" }]
[[row]]
height = 12
cells = [
  { key = "anm_klinik", label = "Mottagning", kind = "text255", share = 0.6, required = "always" },
  { key = "underskrift", label = "Underskrift", kind = "sign", share = 0.4 },
]
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world: one form, so that drawing takes no time."""
    if not (DATA / STROKES).is_file():
        pytest.skip("public test data is not beside the project")
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.toml").write_text(SMALL, encoding="utf-8")
    library = load([faces.make(designs.read(folder / "small.toml"), folder / "templates")])
    stock = Stock(DATA, fonts.find([DATA / "fonts"], sealed=False), sealed=False)
    stamp = fonts.file((), ("DejaVuSans-Bold", "LiberationSans-Bold"))
    assert stamp is not None
    return World("open", 7, library.templates, library, conditions.OPEN, stock, stamp)


def under(world: World, condition: Condition, number: int = 0) -> Drawn:
    made = World(world.part, world.seed, world.templates, world.library, (condition,), world.stock, world.stamp_font)
    return drawing.draw(made, number)


@pytest.mark.parametrize("condition", EVERY, ids=lambda condition: condition.name)
def test_every_zone_lies_in_the_picture_and_every_value_is_in_normal_form(small: World, condition: Condition) -> None:
    drawn = under(small, condition)
    assert {truth.key for truth in drawn.truths} == {field.key for field in drawn.template.fields}
    for truth in drawn.truths:
        field, side = drawn.template.field(truth.key), drawn.sides[truth.sheet - 1]
        assert truth.kind in KINDS
        assert set(side.notes) <= set(truth.notes)
        if isinstance(truth.value, str) and not field.is_boxes:
            told = normalise(truth.value, field, TODAY)
            assert (told.plain, told.formed, told.sure) == (truth.value, True, True)
        for zone in field.all_zones:
            corners = np.array(zone.rect.corners)
            there = inverse(side.back, corners, side.size)
            assert ((there > 0) & (there < side.size)).all()
            assert np.abs(side.back(there) - corners).max() < 1e-3


def test_a_ticked_box_is_dark_where_the_truth_says_it_lies_and_the_same_seed_gives_the_same_bytes(small: World) -> None:
    drawn = under(small, conditions.OPEN[0], 3)
    side = drawn.sides[0]
    assert under(small, conditions.OPEN[0], 3).sides[0].data == side.data
    picture = np.array(Image.open(io.BytesIO(side.data)).convert("L"))
    ticked = next(truth.value for truth in drawn.truths if truth.key == "pat_kon")
    light = {}
    for option in drawn.template.field("pat_kon").options:
        quad = inverse(side.back, np.array(option.zone.rect.grown(-0.6).corners), side.size)
        (left, top), (right, low) = quad.min(axis=0).astype(int), quad.max(axis=0).astype(int)
        light[option.value] = picture[top:low, left:right].mean()
    assert min(light, key=light.__getitem__) == ticked
    assert max(light.values()) - min(light.values()) > 10


def asked(out: Path, *, resume: bool = False) -> argparse.Namespace:
    return argparse.Namespace(
        without="whole,field,ppocr",
        out=out,
        part="open",
        seed=7,
        resume=resume,
        pages=2,
        only="grey,bilevel",
        pictures=False,
    )


def test_a_reader_that_lies_is_shown_as_wrong_and_accepted(
    small: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    run = Run.of(small, asked(out), tmp_path, [LyingReader()])
    run.go()
    text = run.tell(out)
    told = json.loads((out / "table.json").read_text(encoding="utf-8"))
    assert told["pages"]["all"]["right"]["hits"] == 2
    assert told["pages"]["all"]["error_mm"]["p95"] < 0.5
    rows = {(row["reader"], row["kind"]): row for row in told["rows"] if row["condition"] == "all"}
    lies = [row for (reader, kind), row in rows.items() if reader == "lying/1" and kind in KINDS[:5]]
    assert sum(row["wrong_and_accepted"]["hits"] for row in lies) >= 2
    assert all(row["exact"]["hits"] == 0 for row in lies)
    assert any(reader == "blankett" and row["wrong_and_accepted"]["hits"] for (reader, _), row in rows.items())
    assert "lying/1" in text
    assert "2 forms, 2 pages" in text
    assert capsys.readouterr().err == ""

    before = (out / NAME).read_text(encoding="utf-8")
    with pytest.raises(InUse):
        Run.of(small, asked(out), tmp_path, [LyingReader()])
    (out / NAME).write_text(before + '{"part": "torn', encoding="utf-8")
    again = Run.of(small, asked(out, resume=True), tmp_path, [LyingReader()])
    again.go()
    assert (out / NAME).read_text(encoding="utf-8") == before
    changed = Run.of(small, asked(out, resume=True), tmp_path, [LyingReader(name="lying/2")])
    assert "2 forms were read or drawn by other versions" in capsys.readouterr().err
    assert len(changed.log.stale) == 2


def test_an_interval_is_exact() -> None:
    assert exact.interval(0, 10) == pytest.approx((0, 0.30850), abs=1e-5)
    assert exact.interval(5, 10) == pytest.approx((0.18709, 0.81291), abs=1e-5)
    assert exact.interval(10, 10) == pytest.approx((0.69150, 1), abs=1e-5)
    assert exact.interval(1, 5000) == pytest.approx((5.06e-6, 0.0011138), rel=1e-3)
    assert exact.interval(0, 0) == (0, 1)


def test_distance_and_calibration_are_measured_as_they_say() -> None:
    assert exact.distance("Åker", "Aker") == 1
    assert exact.distance("kitten", "sitting") == 3
    assert exact.distance("", "abc") == 3
    error, points = exact.curve([(0.95, True), (0.95, False), (0.15, False)])
    assert error == pytest.approx((2 * 0.45 + 0.15) / 3)
    assert [point["n"] for point in points] == [1, 2]
    assert exact.curve([])[0] is None
    assert exact.quantile([3, 1, 2], 0.5) == 2


def test_a_reader_is_right_only_about_what_it_saw() -> None:
    from benchmarks.reading.answering import Answer
    from benchmarks.reading.filling import Truth

    empty = Truth("a", 1, "left blank", None)
    assert is_right(empty, Answer("a", None, 0.9, True))
    assert not is_right(empty, Answer.none("a", "not placed"))
    tally = Tally()
    tally.add_boxes(Truth("a", 1, "tick", ("x", "y"), "", 4), Answer("a", ("y", "z"), 1.0, True))
    assert (tally.n, tally.exact, tally.accepted, tally.wrong) == (4, 2, 4, 2)


def test_a_number_that_is_asked_for_is_told_as_a_number_and_other_digits_as_text() -> None:
    from benchmarks.reading.filling import Truth, _counted

    template = load().template("klinisk-hiv")
    told = [_counted(template.field(key), Truth(key, 1, "comb digits", "0042")).value for key in ("cd4", "pat_id")]
    assert told == [42, "0042"]


def test_a_network_s_steps_become_a_text_without_doubles_and_blanks() -> None:
    steps = np.zeros((6, 3), np.float32)
    for step, (letter, sure) in enumerate([(1, 0.9), (1, 0.8), (0, 1.0), (1, 0.7), (2, 0.6), (0, 0.9)]):
        steps[step, letter] = sure
    text, sure = ppocr.decoded(steps, ("a", "b"))
    assert text == "aab"
    assert math.isclose(sure, (0.9 + 0.7 + 0.6) / 3, rel_tol=1e-5)


def test_the_sealed_part_shares_no_hand_no_font_no_form_and_no_damage_with_the_open_one() -> None:
    assert len(kept.writers(sealed=True)) == 4
    assert not set(kept.writers(sealed=True)) & set(kept.writers(sealed=False))
    families = {sealed: {one.family for one in kept.types(sealed=sealed)} for sealed in (True, False)}
    hands = {sealed: set(kept.hand_fonts(sealed=sealed)) for sealed in (True, False)}
    assert len(families[True] | hands[True]) == 3
    assert not (families[True] & families[False]) | (hands[True] & hands[False])
    assert not any(one.seen for one in kept.types(sealed=True))
    sealed, open_ = ({one.name for one in part} for part in (conditions.SEALED, conditions.OPEN))
    assert len(sealed - open_) == 2
    forms = [designs.read(designs.FORMS / f"{part}.toml").name for part in ("open", "sealed")]
    assert len(set(forms)) == 2


def test_what_is_kept_here_is_what_training_keeps() -> None:
    path = ROOT / "training" / "hands.py"
    if not path.parent.is_dir():
        return  # nothing is trained in a checkout without it
    told = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.startswith("TEST_")
    }
    assert set(kept.HAND_FONTS) == set(told["TEST_FONTS"])
    for one in kept.TYPES:
        assert all(any(name.lower() in file.lower() for name in told["TEST_TYPES"]) for file in one.files)
    for name in told["TEST_TYPES"]:
        assert any(name.lower() in file.lower() for one in kept.TYPES for file in one.files)
    assert set(kept.DHSD) == {str(w) for w in range(1, 28) if sum(str(w).encode()) % told["TEST_WRITERS"] == 0}


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.name)
def test_the_benchmark_shares_no_renderer_and_its_rooms_stay_small(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        assert not [name for name in names if name.startswith(("pipeline.drawing", "training", "tests"))]
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno + 1 <= 40
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
