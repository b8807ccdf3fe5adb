from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.domain.disease import Identity, identity
from pipeline.domain.template import FormKind
from pipeline.edges.catalogue import SHIPPED, load
from pipeline.errors import SettingsError


def test_four_diseases_are_told_by_code_and_only_on_clinical_forms() -> None:
    coded = [d for d in load().diseases if identity(FormKind.CLINICAL, d) is Identity.CODED]
    assert {disease.code for disease in coded} == {"gonorre", "hiv", "klamydia", "syfilis"}
    assert {identity(FormKind.PARAGRAPH, disease) for disease in coded} == {Identity.FULL}


def test_every_disease_has_names_and_a_source_and_no_code_claims_to_be_verified() -> None:
    catalogue = load()
    assert len(catalogue.diseases) == 70
    assert all(d.name_sv and d.name_en and d.source and not d.codes_verified for d in catalogue.diseases)


def test_a_name_or_synonym_finds_one_disease() -> None:
    catalogue = load()
    for disease in catalogue.diseases:
        for name in (disease.code, disease.name_sv, disease.name_sv.upper(), *disease.synonyms):
            assert catalogue.named(name) == disease, disease.code


def test_the_catalogue_changes_with_the_date() -> None:
    mpox = load().get("mpox")
    assert mpox is not None
    assert [mpox.valid(dt.date(year, 6, 1)) for year in (2021, 2026)] == [False, True]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('identity = "full"', 'identity = "half"', "catalogue_faulty"),
        ('code = "difteri"', 'code = "campylobacter"', "catalogue_faulty"),
        ("[[disease]]", "[[disease", "catalogue_faulty"),
    ],
)
def test_a_faulty_catalogue_is_refused_with_what_is_wrong(tmp_path: Path, old: str, new: str, code: str) -> None:
    file = tmp_path / "diseases.toml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as told:
        load(file)
    assert told.value.code == code


def test_a_catalogue_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(tmp_path / "none.toml")
