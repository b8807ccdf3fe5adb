"""Sides of a form nobody told of are listed by look, shown with a note in the access log, and made into a blank."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import jsonschema
import numpy as np
import pikepdf
import pytest
from PIL import Image

from pipeline import words
from pipeline.cli import app
from pipeline.edges import logs
from pipeline.edges.access import Action
from pipeline.edges.workspace import open_workspace
from pipeline.jobs.opening import look_in
from tests.support.truths import schema

Blankett = Callable[..., str]
PX = 8  # to the millimetre: 203 dpi


def _unknown_form(seed: int, turned: bool = False) -> Image.Image:
    """Draw a form of ruled cells with labels that no template tells of, something written in each cell."""
    rng = np.random.default_rng(seed)
    paper = np.full((297 * PX, 210 * PX), 250, np.uint8)
    cv2.putText(paper, "ANMALAN OM SOLSTING", (20 * PX, 25 * PX), cv2.FONT_HERSHEY_DUPLEX, 2.2, (10,), 4)
    for row in range(12):
        for column in range(3):
            left, top = (20 + 58 * column) * PX, (35 + 20 * row) * PX
            cv2.rectangle(paper, (left, top), (left + 55 * PX, top + 18 * PX), (10,), 3)
            label = f"{chr(65 + row)}{column} {('Fraga', 'Svar', 'Plats', 'Tid')[(row + column) % 4]} {row * 37 % 11}"
            cv2.putText(paper, label, (left + 10, top + 30), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (10,), 2)
            said = "".join(rng.choice(list("abcdefghkmnorstu"), 9))
            at = (left + int(rng.integers(20, 120)), top + int(rng.integers(75, 120)))
            cv2.putText(paper, said, at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 1.4, (40,), 3)
    return Image.fromarray(paper).rotate(180 if turned else float(rng.uniform(-1, 1)), fillcolor=250)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace into which five sides of one unknown form came, one of them upside down."""
    folder = tmp_path_factory.mktemp("unknown")
    words.use("en")
    told = ["init", folder / "w", "--inbox", folder / "in", "--key", f"file:{folder / 'k'}"]
    told += ["--set", "inbox.grace_seconds=0", "--set", "inbox.quiet_seconds=0.1"]
    assert app.run([str(one) for one in told]) == 0
    for seed in range(5):
        _unknown_form(seed, turned=seed == 3).save(folder / "in" / f"{seed}.png", dpi=(203.2, 203.2))
    assert app.run(["-w", str(folder / "w"), "run", "--once"]) == 0
    logs.close()
    return folder / "w"


@pytest.fixture
def blankett(root: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Blankett]:
    words.use("en")

    def run(*arguments: object, code: int = 0) -> str:
        assert app.run(["-w", str(root), *(str(argument) for argument in arguments)]) == code
        told = capsys.readouterr()
        return told.out + told.err

    yield run
    logs.close()


def _group(blankett: Blankett) -> str:
    found = json.loads(blankett("unknown", "--json"))
    jsonschema.validate(found, schema("unknown"))
    assert [(len(one["sides"]), one["offered"]) for one in found] == [(5, True)]
    return str(found[0]["group"])


def _looked_at(root: Path, action: Action) -> int:
    office = look_in(open_workspace(root))
    try:
        return sum(entry.action is action for entry in office.looks.all())
    finally:
        office.close()


def test_sides_of_one_form_stand_together_and_status_leads_to_them(blankett: Blankett) -> None:
    group = _group(blankett)
    assert f"{group}  5 sides" in blankett("unknown")
    assert blankett("unknown", group[:6]).count("/1  20") == 5
    assert "unknown forms worth a template 1        blankett unknown" in blankett("status")
    told = json.loads(blankett("status", "--json"))
    jsonschema.validate(told, schema("status"))
    assert told["without_form"]["worth_a_template"] == 1


def test_the_sides_are_shown_beside_each_other_and_each_look_is_noted(
    blankett: Blankett, root: Path, tmp_path: Path
) -> None:
    before = _looked_at(root, Action.VIEW)
    blankett("unknown", _group(blankett), "--picture", tmp_path / "look.jpg")
    assert _looked_at(root, Action.VIEW) == before + 5
    with Image.open(tmp_path / "look.jpg") as shown:
        assert shown.width > 2000
    assert (tmp_path / "look.jpg").stat().st_mode & 0o777 == 0o600


def test_the_blank_is_a_page_at_true_size_and_each_export_is_noted(blankett: Blankett, root: Path, tmp_path: Path) -> None:
    before = _looked_at(root, Action.EXPORT)
    group = _group(blankett)
    told = blankett("unknown", group, group, "--blank", tmp_path / "form.pdf")
    assert "traces" in told
    assert "blankett templates new" in told
    assert _looked_at(root, Action.EXPORT) == before + 10
    with pikepdf.open(tmp_path / "form.pdf") as made:
        boxes = [[float(side) for side in page.mediabox] for page in made.pages]
    assert boxes == [pytest.approx([0, 0, 595.3, 841.9], abs=1.0)] * 2


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("zzz",), 7, "no such group"),
        (("--blank", "form.pdf"), 2, "say which"),
        (("", "", "--picture", "look.jpg"), 2, "one group"),
        (("", "--blank", "form.pdf", "--turn", "45"), 2, "0, 90, 180 or 270"),
        (("zzz", "--as", "klinisk"), 2, "klinisk   klinisk-allman@2025-1         any disease"),
        (("zzz", "--as", "klinisk"), 2, "klinisk   klinisk-malaria@2025-1        Malaria"),
    ],
)
def test_what_cannot_be_is_told(blankett: Blankett, arguments: tuple[str, ...], code: int, told: str) -> None:
    assert told in blankett("unknown", *arguments, code=code)
