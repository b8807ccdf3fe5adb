"""What is laid on the shelf is taken again whole, or not at all, and a shelf that cannot be used costs nothing but time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.edges import library, shelf
from pipeline.edges.shelf import Shelf, own
from pipeline.stages.outline import outlined


def test_what_was_laid_is_taken_again_and_what_was_not_is_not_there(tmp_path: Path) -> None:
    one = Shelf(tmp_path / "deep" / "shelf")
    assert one.take("a") is None
    one.lay("a", b"made")
    one.lay("a", b"made anew")
    assert (one.take("a"), one.take("b")) == (b"made anew", None)
    assert [file.name for file in one.folder.iterdir()] == ["a"]
    assert one.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("spoilt", [b"", b"short", b"x" * 36], ids=["empty", "short", "other"])
def test_what_was_damaged_is_not_taken(tmp_path: Path, spoilt: bytes) -> None:
    one = Shelf(tmp_path)
    one.lay("a", b"made")
    (tmp_path / "a").write_bytes(spoilt)
    assert one.take("a") is None


def test_a_shelf_that_cannot_be_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    one = Shelf(tmp_path / "file" / "shelf")
    one.lay("a", b"made")
    assert one.take("a") is None


def test_what_has_lain_longest_goes_when_there_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_MOST", 4)
    one = Shelf(tmp_path)
    for name in "abcde":
        one.lay(name, b"")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["d", "e"]


def test_a_blank_is_found_again_by_the_very_same_keypoints_whether_they_lay_on_the_shelf_or_not(tmp_path: Path) -> None:
    """Also of the account's own shelf: whoever changes how keypoints are made must change the name they lie under."""
    blank = library.load().blanks[0]
    fresh = outlined(replace(blank, shelf=None))
    for at in (Shelf(tmp_path), own({"HOME": str(tmp_path)}), blank.shelf):
        for told in (outlined(replace(blank, shelf=at)), outlined(replace(blank, shelf=at))):
            assert np.array_equal(told.points, fresh.points)
            assert np.array_equal(told.descriptors, fresh.descriptors)
    assert len(list(tmp_path.iterdir())) == 2
