"""Sweden's counties: the letter that stands for each, and the names people write.

Source: the letters of the laboratory notification schema; OB, OG, OS and OT are the four offices of Västra Götaland, whose
towns are partly unverified general knowledge.
"""

from __future__ import annotations

import unicodedata

COUNTIES: dict[str, str] = {
    "AB": "Stockholm",
    "C": "Uppsala",
    "D": "Södermanland",
    "E": "Östergötland",
    "F": "Jönköping",
    "G": "Kronoberg",
    "H": "Kalmar",
    "I": "Gotland",
    "K": "Blekinge",
    "M": "Skåne",
    "N": "Halland",
    "O": "Västra Götaland",
    "S": "Värmland",
    "T": "Örebro",
    "U": "Västmanland",
    "W": "Dalarna",
    "X": "Gävleborg",
    "Y": "Västernorrland",
    "Z": "Jämtland",
    "AC": "Västerbotten",
    "BD": "Norrbotten",
    "OB": "Borås",
    "OG": "Göteborg",
    "OS": "Skövde",
    "OT": "Uddevalla",
}
_ALSO = {"sörmland": "D", "jämtland härjedalen": "Z", "vgr": "O", "vg": "O", "kopparberg": "W"}
_FILLING = frozenset({"region", "regionen", "län", "läns", "landsting"})


def county(written: str) -> str | None:
    """Return the letter of the county that `written` names by letter or name, or None when it names none."""
    words = unicodedata.normalize("NFC", written).strip(" .,").casefold().split()
    if len(words) == 1 and words[0].upper() in COUNTIES:
        return words[0].upper()
    name = " ".join(word.strip("().,") for word in words if word.strip("().,") not in _FILLING)
    if name.upper() in COUNTIES:
        return name.upper()
    names = {told.casefold(): letter for letter, told in COUNTIES.items()} | _ALSO
    return names.get(name) or names.get(name.removesuffix("s"))
