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
NAMED = {
    "Tuberkulos": "tuberkulos",
    "Hepatit B": "hepatit_b",
    "Hepatit C": "hepatit_c",
    "Malaria": "malaria",
    "Mässling": "massling",
    "Kikhosta": "kikhosta",
    "Difteri": "difteri",
}
WARM = ("Uganda", "Ghana", "Nigeria", "Kenya", "Indien", "Tanzania")
TICKS = ("Utö, Stockholms skärgård", "Ängsö i Mälaren", "Ett sommarhus utanför Norrtälje", "Skogen norr om Lidköping")
_INHALED = (
    "Sjuk anhörig i hemmet",
    "Arbetskamrat med långvarig hosta",
    "Härbärge",
    "Okänd trots noggrann anamnes",
)
_BLOOD = ("Delad spruta för flera år sedan", "Tatuering utomlands", "Blodtransfusion i barndomen", "Modern, vid födelsen")
_CLOSE = ("Sjukt syskon", "Klasskamrat", "Resenär på samma flyg", "Okänd trots noggrann anamnes")
_CARE = (
    "Tidigare sjukhusvård",
    "Rumskamrat på vårdavdelning",
    "Familjemedlem som är bärare",
    "Okänd trots noggrann anamnes",
)
# Where the disease may have come from; what is not here is told of as an infection of the gut.
SOURCES: dict[str, tuple[str, ...]] = {
    "tuberkulos": _INHALED,
    "hepatit_a": ("Frysta bär", "Smittat barn i hushållet", "Skaldjur under resan"),
    "hepatit_b": _BLOOD,
    "hepatit_c": _BLOOD,
    "hepatit_d": _BLOOD,
    "hepatit_e": ("Korv av otillräckligt upphettat griskött", "Vatten under resan", "Vildsvinskött"),
    "viral_meningoencefalit": ("Fästing i trädgården", "Fästing under svampplockning", "Opastöriserad getmjölk"),
    "malaria": ("Mygga, sov utan nät", "Mygga, vistelse på landsbygden", "Mygga, släktbesök"),
    **dict.fromkeys(("massling", "passjuka", "roda_hund", "kikhosta", "difteri", "polio"), _CLOSE),
    "stelkramp": ("Stickskada av rostig spik", "Sår under trädgårdsarbete"),
    **dict.fromkeys(("meningokock", "pneumokock_invasiv", "hi_invasiv", "gas_invasiv"), _CLOSE),
    **dict.fromkeys(("mrsa", "vre", "esbl_carba", "pnsp"), _CARE),
}
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
    "lokalisation_text": ("Lymfkörtlar på halsen", "Lungsäck", "Kotpelare", "Njure"),
    "serogrupp": ("Serogrupp W", "Serogrupp Y", "Serotyp 19A", "Typ b", "emm1"),
    "vacc_preparat": ("FSME-Immun, vårdcentralen", "Priorix", "Prevenar 13", "Engerix-B", "Infanrix, barnhälsovården"),
    "malariaprofylax_preparat": ("Malarone", "Lariam", "Doxycyklin"),
    "verksamhet": ("Förskolan Ärtan", "Övningsskolan, årskurs 3", "Äldreboendet Provgården", "Café Övning"),
    "bakterieart": ("S. aureus, mecA", "E. faecium, vanB", "K. pneumoniae, OXA-48", "E. coli, NDM-5", "S. pneumoniae"),
}
_ABOUT_ELSEWHERE = {
    "remitterad_till": ("Infektionskliniken", "Lungmottagningen", "Vårdcentralen Exemplet", "Barnmottagningen"),
    "serotyp": ("Genotyp B3", "Genotyp 3a", "Serogrupp W", "Spoligotyp Beijing"),
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
_OTHER_ACTS = (
    "Patienten är informerad muntligt och skriftligt.",
    "Prov är taget på nära kontakter.",
    "Inlagd på infektionskliniken.",
    "Behandling är påbörjad.",
    "Återbesök är bokat om en månad.",
    "Vårdhygien är underrättad.",
    "Kontakter erbjuds vaccination.",
)
_OTHER_NOTES = (
    "Inga kända fall i omgivningen.",
    "Behöver tolk.",
    "Kompletterande svar väntas från laboratoriet.",
    "Nås säkrast på eftermiddagen.",
    "Flyttar till annan ort i nästa månad.",
    "Feber och hosta i två veckor före besöket.",
    "Väl vid återbesök.",
)
_ELSEWHERE = {"atgarder": _OTHER_ACTS, "ovrigt": _OTHER_NOTES}
_SENTENCES = {"atgarder": _ACTS, "ovrigt": _NOTES, "redogorelse": _CIRCUMSTANCES, "beskrivning": _LOOKS}


def about(key: str, rng: random.Random, lines: int, topic: str = "") -> str:
    """Return words for an open field on a form about a disease; a field with room for more lines gets more sentences."""
    if key == "lab_nr":
        return f"{rng.choice('BLM')}25-{rng.randint(1000, 99999):05d}"
    if topic in SOURCES and key in _ABOUT_ELSEWHERE:
        return rng.choice(_ABOUT_ELSEWHERE[key])
    if key in _ABOUT:
        return rng.choice(_ABOUT[key])
    told = _ELSEWHERE if topic in SOURCES else _SENTENCES
    sentences = told.get(key, told["ovrigt"])
    count = min(len(sentences), 1 if lines <= 1 else rng.randint(1, lines))
    return " ".join(rng.sample(sentences, count))
