from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ReaderError
from pipeline.readers import letters as module
from pipeline.readers.letters import EDGE, swedish
from pipeline.readers.network import Network
from pipeline.readers.spelling import guess

KNOWN = Network("hands").about.characters


@given(st.text(KNOWN, max_size=8))
def test_the_likelihoods_of_all_that_can_come_next_add_up_to_one(before: str) -> None:
    assert sum(swedish().share(before, letter) for letter in KNOWN + EDGE) == pytest.approx(1.0)


@given(st.text(KNOWN, max_size=8), st.sampled_from("123456789"))
def test_no_digit_is_likelier_than_another(before: str, digit: str) -> None:
    assert swedish().share(before, digit) == swedish().share(before, "0")


def test_a_letter_that_swedes_write_there_is_likelier() -> None:
    assert swedish().share("Norrk", "ö") > 20 * swedish().share("Norrk", "x")


@pytest.mark.parametrize("written", ["Xqzwåj", "Tvårkkböing", "19009-77"])
def test_clear_ink_is_never_bent_to_what_is_usual(written: str) -> None:
    steps = np.full((2 * len(written), len(KNOWN) + 1), 1e-4, np.float32)
    steps[1::2, 0] = 1
    steps[range(0, 2 * len(written), 2), [KNOWN.index(letter) + 1 for letter in written]] = 1
    assert guess(steps / steps.sum(axis=1, keepdims=True), KNOWN, swedish()).text == written


@pytest.mark.parametrize("raw", [None, b"", b"no gzip"])
def test_counts_that_are_missing_or_damaged_are_told(
    raw: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MODELS", tmp_path)
    if raw is not None:
        (tmp_path / "letters.txt.gz").write_bytes(raw)
    with pytest.raises(ReaderError) as told:
        swedish.__wrapped__()
    assert (told.value.code, dict(told.value.params)) == ("model_missing", {"model": "letters"})
