"""The type checker refuses what the law forbids, before anything runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

HEAD = """
from typing import Literal
from pipeline.domain.form import Form
from pipeline.domain.notification import Barred, ClinicalNotification, Credential, Notification, ParagraphNotification
from pipeline.domain.record import Draft, Open, Record
from pipeline.domain.template import Template
from pipeline.domain.submission import Submission
from pipeline.stages.encode import encode
from pipeline.stages.freeze import Seal, freeze, freeze_for_group, freeze_for_person
from pipeline.stages.notify import LawContext, may_leave, notify
"""

REFUSED = {
    "a draft is not made a notification": "def f(d: Draft, t: Template, c: LawContext) -> object: return notify(d, t, c)",
    "an open form is no record": "def f(d: Open, t: Template, c: LawContext) -> object: return notify(d, t, c)",
    "a draft is not encoded": "def f(d: Draft) -> bytes: return encode(d)",
    "a record is not encoded": "def f(r: Record) -> bytes: return encode(r)",
    "a barred record is not encoded": "def f(b: Barred) -> bytes: return encode(b)",
    "what may be barred is not encoded unasked": (
        "def f(r: Record, t: Template, c: LawContext) -> bytes: return encode(notify(r, t, c))"
    ),
    "a paragraph notification is not frozen for a group": (
        "def f(n: ParagraphNotification, s: Seal) -> Submission: return freeze_for_group(n, s)"
    ),
    "a notification that may be a paragraph is not frozen for a group": (
        "def f(n: Notification, s: Seal) -> Submission: return freeze_for_group(n, s)"
    ),
    "a freezing that may be barred is no submission": (
        "def f(n: Notification, c: Credential, s: Seal) -> Submission: return freeze(n, c, s)"
    ),
    "a paragraph notification may be held back": (
        "def f(n: ParagraphNotification, c: Credential) -> ParagraphNotification: return may_leave(n, c)"
    ),
}
ALLOWED = """
def f(n: ClinicalNotification, s: Seal, c: Credential) -> Submission: return freeze_for_group(may_leave(n, c), s)
def g(n: ParagraphNotification, s: Seal) -> Submission:
    return freeze_for_person(may_leave(n, Credential.SITHS_PERSON), s)
def h(r: Record, t: Template, c: LawContext) -> bytes | Barred:
    told = notify(r, t, c)
    return told if isinstance(told, Barred) else encode(told)
"""


@pytest.fixture(scope="module")
def faulty_lines(tmp_path_factory: pytest.TempPathFactory) -> set[int]:
    """Return the lines, counted from the first snippet, in which mypy finds a fault."""
    place = tmp_path_factory.mktemp("types") / "snippets.py"
    place.write_text(HEAD + "\n".join(REFUSED.values()) + ALLOWED)
    command = [sys.executable, "-m", "mypy", "--strict", "--disable-error-code=no-redef", "--no-error-summary", str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = [line for line in done.stdout.splitlines() if "snippets.py" in line and ": error:" in line]
    assert told, done.stdout + done.stderr
    return {int(line.split(":")[1]) - HEAD.count("\n") - 1 for line in told}


@pytest.mark.parametrize("index", range(len(REFUSED)), ids=[name.replace(" ", "-") for name in REFUSED])
def test_the_type_checker_refuses_it(index: int, faulty_lines: set[int]) -> None:
    assert index in faulty_lines


def test_the_type_checker_lets_the_lawful_way_pass(faulty_lines: set[int]) -> None:
    assert max(faulty_lines) < len(REFUSED)
