from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.calibration import NEVER, Calibration, Visibility, Worth
from pipeline.edges import calibration
from pipeline.errors import SettingsError
from pipeline.stages.calibrate import calibrate, proves

SEEN = Visibility(0.75, 0.25, 1200, "2026-11-29")


def test_how_many_faultless_readings_prove_a_bar() -> None:
    # The rule of three, exactly: the least n with (1 - 0.005)^n <= 0.05, and the same for 0.0014.
    assert (proves(597, 0, 0.005, 0.95), proves(598, 0, 0.005, 0.95)) == (False, True)
    assert (proves(2138, 0, 0.0014, 0.95), proves(2139, 0, 0.0014, 0.95)) == (False, True)
    # With one wrong among them many more are needed (946 by tables of the Poisson law, 4.744 / 0.005).
    assert not proves(900, 1, 0.005, 0.95)
    assert proves(950, 1, 0.005, 0.95)


def test_a_value_stands_from_the_lowest_confidence_that_is_proved() -> None:
    sure = [(0.9999, True)] * 1500
    shaky = [(0.96, index % 20 != 0) for index in range(1000)]
    worth = calibrate({"g": [*sure, *shaky]}, 0.005)["g"]
    assert worth.calibrated(0.96) < worth.least <= worth.calibrated(0.9999)
    assert (worth.n, worth.wrong) == (2500, 50)
    assert worth.calibrated(0.96) == pytest.approx(0.95, abs=0.01)


def test_too_little_is_never_enough() -> None:
    assert calibrate({"g": [(1.0, True)] * 200}, 0.005)["g"].least == NEVER
    assert calibrate({"g": [(1.0, index > 30) for index in range(3000)]}, 0.005)["g"].least == NEVER
    assert calibrate({"g": []}, 0.005) == {}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.floats(0, 1), st.floats(0, 1))
def test_the_curve_rises_and_stays_a_share(told: list[tuple[float, bool]], one: float, other: float) -> None:
    worth = calibrate({"g": told}, 0.005)["g"]
    low, high = sorted((one, other))
    assert 0 <= worth.calibrated(low) <= worth.calibrated(high) <= 1
    assert len(worth.raw) == len(worth.sure)


def test_what_is_proved_holds_for_readings_that_were_not_seen() -> None:
    """Drawn many times from readers whose share of wrong ones is just above the bar, few calibrations let it stand."""
    chance = random.Random(7)
    slips = 0
    for _ in range(300):
        told = [(0.9999, chance.random() > 0.0055) for _ in range(1500)]
        slips += calibrate({"g": told}, 0.005)["g"].least != NEVER
    assert slips <= 300 * 0.05 + 8


def test_a_calibration_is_written_and_read_back(tmp_path: Path) -> None:
    made = Calibration(
        calibrate({"a+b/line/print/fine": [(0.99995, True)] * 1200}, 0.005), "2026-11-25", "a test", 0.005, 0.95, SEEN
    )
    path = tmp_path / "calibration.toml"
    path.write_text(calibration.dump(made), encoding="utf-8")
    found = calibration.load(path)
    group = found.groups["a+b/line/print/fine"]
    assert group.least == made.groups["a+b/line/print/fine"].least == 0.9
    assert (found.day, found.source, found.bar, found.level, group.n) == ("2026-11-25", "a test", 0.005, 0.95, 1200)
    assert found.visibility == SEEN


def test_a_calibration_of_ones_own_that_lacks_how_much_must_be_visible_has_that_from_the_shipped_one(tmp_path: Path) -> None:
    own = Calibration({"g": Worth((0.0, 1.0), (0.5, 0.9), 0.9, 700, 0)}, "2026-11-25", "a test", 0.005, 0.95)
    assert calibration.of(tmp_path) == calibration.load()
    calibration.save(tmp_path, own)
    assert calibration.of(tmp_path) == replace(own, visibility=calibration.load().visibility)
    calibration.save(tmp_path, replace(own, visibility=SEEN))
    assert calibration.of(tmp_path).visibility == SEEN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("least = 0.9", "least = nan"),
        ("least = 0.9", "least = 1.5"),
        ("raw = [0.0, 1.0]", "raw = [0.0, 0.5, 1.0]"),
        ("raw = [0.0, 1.0]", "raw = [1.0, 0.0]"),
        ("sure = [0.5, 0.9]", "sure = [0.5, 5.0]"),
        ('[groups."g"]', '[groups."g"]\ngone = 1'),
        ("lost = 0.25", "lost = 0.75"),
    ],
)
def test_a_calibration_that_makes_no_sense_is_refused(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "calibration.toml"
    text = calibration.dump(
        Calibration({"g": Worth((0.0, 1.0), (0.5, 0.9), 0.9, 700, 0)}, "2026-11-25", "a test", 0.005, 0.95, SEEN)
    )
    path.write_text(text, encoding="utf-8")
    assert calibration.load(path).least("g") == 0.9
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError):
        calibration.load(path)


@pytest.mark.parametrize("text", [None, "", 'day = "d"\nsource = "s"\nbar = 0.005\nlevel = 0.95\n[groups]\n'])
def test_without_a_calibration_nothing_is_taken_for_measured(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "calibration.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        calibration.load(path)
