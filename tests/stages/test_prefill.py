"""What is printed beforehand stands in a field only in its normal form, and where the field has room for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.template import TEXT_LENGTHS
from pipeline.edges import library
from pipeline.stages.prefill import Misfit, prefill

TEMPLATE = library.read(library.shipped() / "klinisk-tarm" / "2025-1")


@pytest.mark.parametrize(
    ("key", "written", "told"),
    [
        ("anm_klinik", "  Prov   kliniken ", "Prov kliniken"),
        ("anm_lan", "Västerbotten", "AC"),
        ("pat_postnr", "90326", "903 26"),
        ("anm_datum", "2026-11-22", "2026-11-22"),
        ("diagnos", "ehec", "ehec"),
        ("smittvag", "vatten|livsmedel", ("livsmedel", "vatten")),
        ("diagnos", "ehec|kolera", Misfit.NO_SUCH_OPTION),
        ("diagnos", "pest", Misfit.NO_SUCH_OPTION),
        ("anm_lan", "Q", Misfit.BAD_FORMAT),
        ("anm_datum", "i går", Misfit.BAD_FORMAT),
        ("anm_datum", "26-11-22", Misfit.BAD_FORMAT),
        ("anm_lakare", "x" * 41, Misfit.TOO_LONG),
        ("underskrift", "ja", Misfit.SIGNED_BY_HAND),
        ("anm_klinikk", "Prov", Misfit.NO_SUCH_FIELD),
    ],
)
def test_a_value_takes_its_normal_form_or_is_told_why_it_cannot(key: str, written: str, told: object) -> None:
    assert prefill(TEMPLATE, {key: written}) == {key: told}


def test_what_is_asked_for_once_more_is_filled_in_once_more_and_nothing_else_is() -> None:
    told = prefill(TEMPLATE, {"pat_id": "195009072553"})
    assert told == {"pat_id": "19500907-2553", "pat_id_sida2": "19500907-2553"}


@given(st.text(), st.sampled_from([field.key for field in TEMPLATE.fields if not field.is_boxes]))
def test_no_field_gets_more_than_it_may_hold(written: str, key: str) -> None:
    told = prefill(TEMPLATE, {key: written})[key]
    field = TEMPLATE.field(key)
    if not isinstance(told, Misfit):
        assert len(str(told)) <= TEXT_LENGTHS.get(field.kind, 13)
        assert field.comb is None or len(str(told).replace("-", "").replace(" ", "")) <= field.comb.cells
