"""Words for practice forms: what clinics write in the open fields, told of nobody."""

from __future__ import annotations

import random

COUNTRIES = (
    "Spanien",
    "Turkiet",
    "Thailand",
    "Egypten",
    "Österrike",
    "Marocko",
    "Polen",
    "Indien",
    "Grekland",
    "Förenade Arabemiraten",
)
DANGEROUS = (
    "Klamydiainfektion",
    "Gonorré",
    "Hivinfektion",
    "Syfilis",
    "Hepatit B",
    "Hepatit C",
    "Tuberkulos",
    "Salmonellainfektion",
    "Shigellainfektion",
)
ABROAD = (
    "Buffé på hotellet under resan",
    "Gatumat på marknad",
    "Badvatten i hotellets pool",
    "Okänd trots noggrann anamnes",
)
_ABOUT: dict[str, tuple[str, ...]] = {
    "serotyp": ("Salmonella Enteritidis", "O157:H7", "Campylobacter jejuni", "Shigella sonnei", "Serogrupp B", "O26"),
    "lab_namn": ("Provlaboratoriet Norr", "Klin. mikrobiologi, Övningslab", "Mikrobiologen Test", "Exempellab Ärlan"),
    "smittkalla": (
        "Otillräckligt stekt kycklingfärs på restaurang",
        "Brunnsvatten vid sommarstuga",
        "Opastöriserad mjölk från gårdsbesök",
        "Kontakt med insjuknat syskon",
        "Okänd trots noggrann anamnes",
    ),
    "misst_livsmedel": (
        "Kycklingsallad",
        "Färska hallon",
        "Opastöriserad ost",
        "Råbiff på restaurang",
        "Egen brunn",
        "Sköldpadda i hemmet",
    ),
    "riskyrke_text": (
        "Kock på skolrestaurang",
        "Undersköterska på äldreboende",
        "Barnskötare, förskola",
        "Servitris på Café Övning",
    ),
    "forskola": ("Förskolan Ärtan", "Förskolan Provkotten", "Övningsdalens förskola"),
    "smittsparare": (
        "Kurator på mottagningen",
        "Anmälande läkare",
        "Distriktssköterska, Provkliniken",
        "Smittspårningsenheten",
    ),
    "smittsparning_resultat": (
        "Två familjemedlemmar har lämnat prov, svar väntas.",
        "Inga fler fall i hushållet. Arbetsplatsen är informerad.",
        "Kontakter är provtagna, alla negativa.",
        "Pågår, kompletteras om en vecka.",
    ),
    "remitterad_till": ("Hud- och könsmottagningen", "Infektionskliniken", "Ungdomsmottagningen", "Kvinnokliniken"),
    "riskgrupp_text": ("Besökare på övningsklubb", "Yrkesrisk", "Flera kontakter utomlands"),
    "orsak_text": (
        "Har inte kommit på tre kallelser",
        "Uppger att behandlingen inte behövs",
        "Vill inte uppge sina kontakter",
    ),
    "index_ref": ("SP-2025-0417", "SP-2025-1183", "Akt 77 B"),
}
_ACTS = (
    "Patienten är informerad muntligt och skriftligt.",
    "Prov taget för odling och PCR.",
    "Förhållningsregler är givna.",
    "Kontrollprov om två veckor.",
    "Avstängd från arbetet tills prov är negativt.",
    "Antibiotika insatt enligt riktlinjer.",
    "Miljökontoret är underrättat.",
    "Återbesök är bokat.",
)
_NOTES = (
    "Hela familjen åt samma måltid.",
    "Inga kända fall i omgivningen.",
    "Diarré i fyra dagar, nu återställd.",
    "Vistas hos anhörig på annan ort.",
    "Behöver tolk.",
    "Kompletterande svar väntas från laboratoriet.",
    "Nås säkrast på eftermiddagen.",
)
_CIRCUMSTANCES = (
    "Kontakten uppges av indexpatienten, som själv är provtagen och behandlad.",
    "Kallelse har sänts två gånger till folkbokföringsadressen.",
    "Telefonsamtal har gjorts vid fyra tillfällen utan svar.",
    "Patienten har vid besöket sagt att reglerna inte kommer att följas.",
    "Personen har setts på mötesplatsen av andra kontakter.",
    "Stöd genom kurator är erbjudet men inte mottaget.",
    "Risken för andra bedöms vara påtaglig.",
)
_LOOKS = (
    "Omkring trettio år, kort mörkt hår, kallas Provis.",
    "Arbetar på restaurang, bor troligen i samma stad.",
    "Möttes på dansställe i mitten av månaden.",
    "Har en tatuering på vänster arm.",
)
_SENTENCES = {"atgarder": _ACTS, "ovrigt": _NOTES, "redogorelse": _CIRCUMSTANCES, "beskrivning": _LOOKS}


def about(key: str, rng: random.Random, lines: int) -> str:
    """Return words for an open field; a field with room for more lines gets more sentences."""
    if key == "lab_nr":
        return f"{rng.choice('BLM')}25-{rng.randint(1000, 99999):05d}"
    if key in _ABOUT:
        return rng.choice(_ABOUT[key])
    sentences = _SENTENCES.get(key, _NOTES)
    count = min(len(sentences), 1 if lines <= 1 else rng.randint(1, lines))
    return " ".join(rng.sample(sentences, count))
