"""Swedish and English are complete."""

from __future__ import annotations

import re

import pytest

from pipeline import words
from pipeline.words import update

PLACEHOLDER = re.compile(r"\{[a-z_0-9.]*[^}]*\}|%\([a-z_]+\)[sd]|%[sd]")


def test_every_message_has_its_swedish() -> None:
    assert update.untranslated() == []


def test_the_machine_form_is_that_of_the_written_one() -> None:
    assert update.PO.with_suffix(".mo").read_bytes() == update.compiled()


def test_a_translation_keeps_every_placeholder() -> None:
    for message in update.updated():
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = set(PLACEHOLDER.findall(str(ids[-1])))
        for string in strings:
            assert set(PLACEHOLDER.findall(str(string))) == wanted, ids[0]


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "sv_SE.UTF-8"}, "sv"),
        ({"LC_ALL": "C", "LANG": "sv_SE.UTF-8"}, "en"),
        ({"BLANKETT_LANGUAGE": "sv", "LC_ALL": "C"}, "sv"),
    ],
)
def test_the_language_follows_the_locale(environ: dict[str, str], lang: str) -> None:
    assert words.language(environ) == lang
