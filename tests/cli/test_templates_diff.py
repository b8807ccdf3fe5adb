"""What changed between two versions of a form is told field by field, and drawn."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline import words
from pipeline.cli.app import run
from pipeline.edges import library

FOLDER = library.shipped() / "klinisk-sti" / "2025-1"
BEFORE, AFTER = "klinisk-sti@2025-1", "klinisk-sti@2026-1"
Told = Callable[..., str]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLANKETT_WORKSPACE", raising=False)
    words.use("en")

    def tell(*arguments: str) -> str:
        assert run(["templates", "diff", *arguments]) == 0
        return capsys.readouterr().out

    return tell


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A later version in which one of everything changed."""
    later = tmp_path / "own" / "klinisk-sti" / "2026-1"
    shutil.copytree(FOLDER, later)
    text = (later / "template.toml").read_text()
    for was, now in (
        ('version = "2025-1"', 'version = "2026-1"'),
        ('label = "Syfilis"', 'label = "Syfilis (lues)"'),
        ("x = 49.2, y = 62.9, width = 48.4", "x = 49.2, y = 65.9, width = 48.4"),
        ('value = "overtag"', 'value = "annat"'),
        ('key = "annat_nummer"', 'key = "reservnummer"'),
        ('key = "hemortslan"', 'key = "hemlan"'),
        ("x = 49.2, y = 74.1", "x = 59.2, y = 74.1"),
        ('required = "pat_id_typ=rikskod"', 'required = "always"'),
        ('label = "Identitet anges med"', 'label = "Identitet"'),
    ):
        assert was in text, was
        text = text.replace(was, now, 1)
    (later / "template.toml").write_text(text)
    library.read(later)
    return tmp_path / "own"


def test_each_change_is_told_once_and_by_its_kind(own: Path, told: Told) -> None:
    found = json.loads(told(BEFORE, AFTER, "--templates", str(own), "--json"))
    changes = {(one["kind"], one["field"], one["option"]): one for one in found["changes"]}
    assert set(changes) == {
        ("option_label", "diagnos", "syfilis"),
        ("option_appeared", "anmalan_avser", "annat"),
        ("option_vanished", "anmalan_avser", "overtag"),
        ("label", "pat_id_typ", None),
        ("moved", "pat_id", None),
        ("required", "pat_id", None),
        ("key", "reservnummer", None),
        ("appeared", "hemlan", None),
        ("vanished", "hemortslan", None),
    }
    assert changes["moved", "pat_id", None]["mm"] == 3.0
    label = changes["label", "pat_id_typ", None]
    assert (label["before"], label["after"]) == ("Identitet anges med", "Identitet")
    lines = told(BEFORE, AFTER, "--templates", str(own)).splitlines()
    assert lines[len(changes) :] == [
        "29 fields keep their record",
        "starts anew: diagnos, anmalan_avser, pat_id_typ, pat_id, reservnummer, hemlan",
        "sheet 1 is printed the same: its pages are set aside",
    ]
    assert len(found["keeps_record"]) == 29
    assert found["starts_anew"] == ["diagnos", "anmalan_avser", "pat_id_typ", "pat_id", "reservnummer", "hemlan"]
    assert found["told_apart"] == [{"sheet": 1, "how": "never"}]
    assert "pat_id  moved 3.0 mm" in lines
    assert "diagnos/syfilis  label: Syfilis → Syfilis (lues)" in lines
    assert "reservnummer  key: annat_nummer → reservnummer" in lines
    assert "hemortslan  gone" in lines


def test_a_template_does_not_differ_from_itself(told: Told) -> None:
    assert told(BEFORE, BEFORE) == "Nothing that a template tells has changed.\n"


def test_what_changed_is_drawn_and_nothing_else(own: Path, told: Told, tmp_path: Path) -> None:
    files = told(BEFORE, AFTER, "--templates", str(own), "--out", str(tmp_path)).splitlines()[-2:]
    assert [Path(file).suffix for file in files] == [".pdf", ".png"]
    told(BEFORE, BEFORE, "--out", str(tmp_path))
    drawn, same = (np.asarray(Image.open(name).convert("RGB"), dtype=int) for name in (files[1], _same(tmp_path)))
    changed = (np.abs(drawn - same).max(axis=2) > 40).any(axis=1)
    mm = np.flatnonzero(changed) * 25.4 / 110
    assert all(any(low <= y <= high for low, high in ((3, 8), (30, 84))) for y in mm)
    assert ((mm > 64) & (mm < 73)).any()


def _same(folder: Path) -> Path:
    return folder / "klinisk-sti-2025-1-2025-1-diff-1.png"
