"""The door to known words: towns, countries, diseases by all their names, and the unit's own clinics and laboratories."""

from __future__ import annotations

from pipeline.domain.country import COUNTRY_NAMES
from pipeline.domain.lexicon import Lexicon
from pipeline.domain.template import RuleId
from pipeline.edges import catalogue, towns


def load(clinics: tuple[str, ...] = (), laboratories: tuple[str, ...] = ()) -> Lexicon:
    """Return the words that come with the program, and those of a unit."""
    diseases = tuple(name for disease in catalogue.load().diseases for name in (disease.name_sv, *disease.synonyms))
    words: dict[str, tuple[str, ...]] = {
        RuleId.TOWN_OF: towns.load().names,
        RuleId.COUNTRY: COUNTRY_NAMES,
        RuleId.DISEASE: diseases,
        "anm_klinik": clinics,
        "remitterad_till": clinics,
        "lab_namn": laboratories,
    }
    return Lexicon(words)
