"""A parser that cannot start is the machine's fault, and no paper is blamed for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain.policy import ParsePolicy
from pipeline.edges import parser, parser_process
from pipeline.errors import ReaderError
from tests.support.paper import picture_bytes, sheet


def test_a_child_that_cannot_load_our_code_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = tmp_path / "scan"
    scan.write_bytes(picture_bytes(sheet(), "PNG"))
    lacking = parser_process._START.replace("import sys;", "import sys; sys.modules['pipeline'] = None;")
    monkeypatch.setattr(parser_process, "_START", lacking)
    with pytest.raises(ReaderError, match="parser_cannot_start"):
        list(parser.pages(scan, ParsePolicy()))


def test_a_child_that_lacks_a_library_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = tmp_path / "scan"
    scan.write_bytes(picture_bytes(sheet(), "PNG"))
    lacking = parser_process._START.replace("import sys;", "import sys; sys.modules['PIL'] = None;")
    monkeypatch.setattr(parser_process, "_START", lacking)
    with pytest.raises(ReaderError, match="parser_cannot_start"):
        list(parser.pages(scan, ParsePolicy()))
