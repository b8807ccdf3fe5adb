"""The door to known words: towns, countries, and diseases by all their names."""

from __future__ import annotations

from pipeline.domain.country import COUNTRY_NAMES
from pipeline.domain.lexicon import Lexicon
from pipeline.domain.template import RuleId
from pipeline.edges import catalogue, towns


def load() -> Lexicon:
    """Return the words that come with the program."""
    diseases = tuple(name for disease in catalogue.load().diseases for name in (disease.name_sv, *disease.synonyms))
    return Lexicon({RuleId.TOWN_OF: towns.load().names, RuleId.COUNTRY: COUNTRY_NAMES, RuleId.DISEASE: diseases})
