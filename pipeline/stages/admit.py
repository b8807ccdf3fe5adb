"""Admit: which answers of a record may stand in a notification, by allow-lists."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.domain.disease import Identity
from pipeline.domain.notification import Barred, Blocked
from pipeline.domain.record import Record, Settlement
from pipeline.domain.template import FieldKind, Template
from pipeline.domain.value import Value
from pipeline.stages.number import Search, holds_full_number, like_a_number

Answers = tuple[tuple[str, Value], ...]

# All that a coded notification may tell of who the patient is. Source: förordning 2004:255 4 §.
CODED_PATIENT = frozenset(
    {"pat_id", "annat_nummer", "pat_id_typ", "hemortslan", "riskgrupp", "riskgrupp_text", "pat_kon", "pat_alder"}
)

# What else a coded notification may carry: the case and the notifier. A template adds fields of its own disease by the
# rule `coded_may_carry`; keys of the patient's identity and of the probable source cannot be added so.
CODED_CASE = frozenset(
    {
        *("diagnos", "anmalan_avser", "misstankt_konstaterat", "diagnosdatum", "insjuknandedatum", "symtomfri"),
        *("provtagningsdatum", "lab_namn", "lab_nr", "orsak_provtagning", "provtagningslokal", "infektionstyp", "stadium"),
        *("smittland", "smittort", "resa_fran", "resa_till", "hemkomst", "smittvag", "smittvag_text", "smittvag_sti"),
        *("typ_kontakt", "atgarder", "forhallningsregler", "smittsparning_status", "smittsparare", "remitterad_till"),
        *("skyddad_identitet", "utbrott", "ovrigt", "ankomst_ar", "tidigare_kand", "hiv_typ", "cd4", "aids"),
        *("senast_negativa_test", "graviditet", "vaccinerad"),
        *("anm_lakare", "anm_tel", "anm_klinik", "anm_adress", "anm_lan", "anm_datum", "underskrift"),
    }
)
CODED_RULE = "coded_may_carry"

_NEVER = re.compile(r"^(pat_|tel_|smittkalla|beskrivning|lma_|fodelse)")


def admit(record: Record, template: Template, identity: Identity) -> Answers | Barred:
    """Return the answers that may stand in the notification, in the template's order, blanks left out.

    A coded notification is barred when anything is written at a key that is not on its list, when its identity is
    neither a code nor another number, or when any of its texts holds a whole number: it is never trimmed in silence.
    Keys that the template does not have are never taken. A field that prints the identity again on a later sheet
    (`*_sida2`) serves to compare only.
    """
    written = tuple(
        (field.key, record.value(field.key))
        for field in template.fields
        if not field.key.endswith("_sida2") and record.value(field.key).reveal() not in (None, ())
    )
    if identity is Identity.FULL:
        return written
    allowed = CODED_PATIENT | CODED_CASE | _added(template)
    guilty = [key for key, value in _on_paper(record) if key not in allowed or _tells_who(template, key, value)]
    if guilty:
        return Barred(Blocked.IDENTITY_VIOLATION, tuple(guilty))
    return written


def _added(template: Template) -> frozenset[str]:
    return frozenset(f.key for f in template.fields if f.rule(CODED_RULE) and not _NEVER.match(f.key))


def _on_paper(record: Record) -> Iterable[tuple[str, Value]]:
    """Go through all that the record says was written, `False` of an unticked box or no signature aside."""
    return ((found.key, found.value) for found in record.fields if not found.value.is_blank)


def _tells_who(template: Template, key: str, value: Value) -> bool:
    if key in ("pat_id", "annat_nummer"):
        if not like_a_number(str(value.reveal())):
            return True  # a name, where only a number tells who the patient is
        search = Search.ANY
    elif template.has(key) and template.field(key).kind is FieldKind.PHONE:
        search = Search.TELEPHONE
    else:
        search = Search.LIKELY
    plain = value.reveal()
    texts = plain if isinstance(plain, tuple) else (str(plain),)
    return any(holds_full_number(text, search) for text in texts)


def unreadable(record: Record, template: Template) -> tuple[str, ...]:
    """Return the keys that somebody wrote and nobody could read, in the template's order."""
    lost = {found.key for found in record.fields if found.settlement is Settlement.ILLEGIBLE}
    return tuple(field.key for field in template.fields if field.key in lost)


def demanded(record: Record, template: Template) -> frozenset[str]:
    """Return the keys this form must answer: those always required, and those whose condition the record meets."""
    return frozenset(
        field.key
        for field in template.fields
        if field.required == "always"
        or (field.condition is not None and field.condition.met(record.value(field.condition.key).reveal()))
    )
