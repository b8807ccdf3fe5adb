"""The station's words for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pipeline.domain.notification import Blocked
from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.review import Ending, Note, VerdictKind, VerificationMode
from pipeline.domain.value import Value
from pipeline.stages.due import STOCKHOLM
from pipeline.station.ask import SEEN, SIGNED, UNSIGNED, Ask
from pipeline.station.capability import Lack
from pipeline.station.sender import Sender, sender
from pipeline.station.state import Notice, Station
from pipeline.station.typed import Fit
from pipeline.words import _


def why(finding: Finding) -> str:
    """Return why a human must look, in plain words."""
    told = {
        FindingKind.UNPROVEN: _("important, and this kind of field is not yet proved to be read right"),
        FindingKind.UNREAD: _("something is written that the machine could not read"),
        FindingKind.LOW_CONFIDENCE: _("the machine is unsure of what it read"),
        FindingKind.DOUBTED: _("the machine saw something odd in the writing"),
        FindingKind.READERS_DISAGREE: _("two readings say different things"),
        FindingKind.POORLY_PLACED: _("the paper lies unevenly here"),
        FindingKind.POOR_PICTURE: _("the picture is poor here; some of what was written may be missing"),
        FindingKind.DOUBTFUL_TICK: _("a box is neither clearly ticked nor clearly empty"),
        FindingKind.TOO_MANY_TICKS: _("more than one box is ticked where one may be"),
        FindingKind.MISSING: _("nothing was found where an answer is required"),
        FindingKind.TOO_LONG: _("longer than the field may be"),
        FindingKind.BAD_FORMAT: _("does not have the shape this field should have"),
        FindingKind.CHECK_DIGIT: _("the check digit does not fit the number"),
        FindingKind.NOT_A_DATE: _("there is no such date"),
        FindingKind.DATE_IN_FUTURE: _("the date has not come yet"),
        FindingKind.DATE_ORDER: _("the dates do not come in their order"),
        FindingKind.CENTURY_UNSURE: _("the century is not written"),
        FindingKind.IDENTITY_VIOLATION: _("a full personal number stands where a code belongs; it will not be sent"),
        FindingKind.MUST_BE_EMPTY: _("must be empty on a coded form; it will not be sent"),
        FindingKind.UNKNOWN_DISEASE: _("no notifiable disease has this name"),
        FindingKind.DISEASE_NOT_VALID: _("the disease was not notifiable on that day"),
        FindingKind.NOT_CLINICIAN_NOTIFIABLE: _("clinicians do not notify this disease"),
        FindingKind.PARAGRAPH_DISEASE: _("the paragraph does not apply to this disease"),
        FindingKind.SEX_MISMATCH: _("the sex does not agree with the personal number"),
        FindingKind.PAGE_MISMATCH: _("the pages name different persons"),
        FindingKind.JOINED_SCANS: _("the pages came in different scans; do they belong together?"),
        FindingKind.SAME_CASE: _("the same person and disease were received before"),
        FindingKind.CROSS_FIELD: _("does not agree with another answer"),
        FindingKind.OUT_OF_RANGE: _("not a possible answer"),
        FindingKind.REFUSED: _("the recipient refused it"),
    }
    other = dict(finding.params).get("form")
    return f"{told[finding.kind]} ({other})" if other else told[finding.kind]


def reasons(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return each reason once; "not proved" stands on most fields, so it comes after what is peculiar to this one."""
    last_unproven = sorted(findings, key=lambda finding: finding.kind is FindingKind.UNPROVEN)
    return tuple(dict.fromkeys(why(finding) for finding in last_unproven))


def label(ask: Ask) -> str:
    """Return what is asked: the printed label, or the words of a question that is about no field."""
    return {"same_case": _("Received before?"), "refused": _("The recipient's no")}.get(ask.key, ask.label)


def fit(found: Fit) -> str:
    """Return how what is typed fits, in plain words."""
    told = {
        Fit.EMPTY: "",
        Fit.FITS: _("fits"),
        Fit.CHECK_DIGIT: _("the check digit does not fit; Enter keeps it as written"),
        Fit.OTHER_NUMBER: _("not a personal number; Enter keeps it as another number"),
        Fit.CENTURY: _("the century is guessed; look at it"),
        Fit.NOT_YET: _("not yet the shape this field should have"),
        Fit.NO_SUCH_DAY: _("there is no such day"),
        Fit.IN_FUTURE: _("that day has not come yet"),
        Fit.FULL_NUMBER: _("a full personal number may not stand on this form: key the year and the last four"),
        Fit.FOUR_DIGIT_YEAR: _("key the year with four digits"),
        Fit.NO_SUCH_COUNTY: _("no county has this letter or name"),
        Fit.TOO_SHORT: _("too short for a telephone number"),
    }
    return told[found]


def notice(said: Notice) -> str:
    """Return the station's one short line."""
    told = {
        Notice.NONE: "",
        Notice.NOTHING_PROPOSED: _("The machine proposes nothing here."),
        Notice.MASKED: _("Covered: it is never shown or sent. k shows it once (logged), b leaves it out."),
        Notice.NOT_MASKED: _("Nothing is covered here."),
        Notice.NOTHING_TO_UNDO: _("There is nothing to take back."),
        Notice.UNKNOWN_KEY: _("That key means nothing here; ? lists the keys."),
        Notice.DOES_NOT_FIT: _("Not kept: it does not fit the field."),
        Notice.PICK_ONE: _("Pick an answer by its key, or b when none is ticked."),
        Notice.TAKEN_BACK: _("Taken back."),
        Notice.KEY_AGAIN: _("Kept. Nobody has said the same yet: that field comes back."),
        Notice.OTHERS_TURN: _("Kept. Nobody has said the same yet: a colleague keys that field too."),
        Notice.RING: _("Ask the sender."),
        Notice.NOBODY_TO_RING: _("Kept as illegible: the form does not tell whom to ring."),
        Notice.TELL: _("Answer as the sender told it."),
        Notice.WHO_TOLD: _("Who told it? Without that it is not kept."),
        Notice.NO_NOTE: _("Write what it is about; without a note it stays here."),
        Notice.LEASE_LOST: _("Somebody else has taken over this form; the last answer was not kept."),
    }
    return told[said]


def line(station: Station) -> str:
    """Return the station's one short line, with whom to ring while the sender is asked."""
    found = sender(station) if station.telling or station.notice is Notice.RING else None
    if found is None or station.notice not in (Notice.NONE, Notice.RING, Notice.TELL):
        return notice(station.notice)
    return ring(found)


def ring(found: Sender) -> str:
    """Return whom to ring, and whether the number is verified."""
    who = ", ".join(found.who)
    if not found.phone:
        return _("Ring {who}; the form shows no telephone number.").format(who=who)
    told = _("Ring {phone}") if found.sure else _("Ring {phone} (not verified yet)")
    return told.format(phone=found.phone) + (f": {who}" if who else "")


def ending(reason: Ending) -> str:
    """Return why a form is closed without being sent, in plain words."""
    told = {
        Ending.ALREADY_NOTIFIED: _("already notified"),
        Ending.OTHER_REGION: _("belongs to another region"),
        Ending.NOT_NOTIFIABLE: _("not a notifiable disease"),
        Ending.RECEIVED_BY_ADDRESSEE: _("has arrived: its addressee is this unit"),
        Ending.SCANNED_TWICE: _("the same paper was scanned before"),
    }
    return told[reason]


def closed(reason: Ending) -> str:
    """Return the line that tells that a form was closed."""
    return _("Closed: {reason}.").format(reason=ending(reason))


def handed(form: str, up: bool) -> str:
    """Return the line that tells that a form was handed up, or given back."""
    told = _("{form} is handed up, with your note.") if up else _("{form} is given back, with your note.")
    return told.format(form=form)


def note(written: Note) -> str:
    """Return a note with who wrote it and when."""
    when = f"{written.at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
    return _("Note from {who}, {when}: {text}").format(who=written.writer, when=when, text=written.text.reveal())


def blocked(reason: Blocked) -> str:
    """Return why the law does not let a form go on, and what can be done."""
    told = {
        Blocked.IDENTITY_VIOLATION: _(
            "A name or a full number may not leave on a coded form: key the code, or leave it out."
        ),
        Blocked.NEEDS_SITHS_PERSON: _("Settled. It may only be sent by a person logged in with SITHS."),
        Blocked.NO_DISEASE: _("Which disease is it? Without it nothing can be sent."),
        Blocked.DISEASE_NOT_VALID: _("The disease was not notifiable on that day: look at disease and date."),
        Blocked.NO_IDENTITY: _("Without an identity nothing can be sent: key the number, or close the form."),
        Blocked.PAGES_DIFFER: _("The sheets tell of different persons: look at both numbers."),
        Blocked.NO_DATE: _("Without a date nothing can be sent: key it, or close the form."),
        Blocked.NO_PARAGRAPH: _("Which paragraph is it? Without one that is a notification nothing can be sent."),
        Blocked.NO_SIGNATURE: _("A paragraph notification must be signed: look again, or close the form."),
        Blocked.REQUIRED_UNKNOWN: _("Required. Ask the sender (t keeps it); i once more lets it go as unknown."),
    }
    return told[reason]


def lack(found: Lack) -> str:
    """Return why no legible picture can be shown."""
    told = {
        Lack.NO_TERMINAL: _("this is no terminal"),
        Lack.DUMB: _("the terminal says it can only show text (TERM)"),
        Lack.NO_BLOCKS: _("the terminal's language is not UTF-8"),
        Lack.NO_VIEWER: _("there is no viewer: BLANKETT_VIEWER names none, and no desktop was found"),
        Lack.TOO_SMALL: _("the window is too small: at least 60 by 20 is needed"),
    }
    return told[found]


def answer(kind: VerdictKind, value: Value, ask: Ask) -> str:
    """Return a verdict as it is shown beside its field."""
    if kind is VerdictKind.ILLEGIBLE:
        return _("illegible")
    if kind is VerdictKind.BLANK:
        return _("nothing written")
    return told_value(value, ask)


def nothing_shown(ask: Ask, keyed: bool) -> str:
    """Return what stands where no value is shown; `keyed` tells that the field was keyed before."""
    if ask.mode is VerificationMode.ADJUDICATED:
        return _("the keyers differ: key what you see")
    if ask.mode is VerificationMode.BLIND:
        return _("key it once more, from the picture alone") if keyed else _("key it: what the machine read is hidden")
    return _("the machine proposes nothing")


def told_value(value: Value, ask: Ask) -> str:
    """Return a value in the words of its field: labels of ticked boxes, else as it stands."""
    plain = value.reveal()
    labels = {str(choice.value.reveal()): choice_label(choice.label) for choice in ask.choices}
    if isinstance(plain, tuple):
        return ", ".join(labels.get(item, item) for item in plain) or _("none ticked")
    if isinstance(plain, bool):
        return labels.get(str(plain)) or (_("signed") if plain else _("not signed"))
    return "" if plain is None else labels.get(str(plain), str(plain))


def choice_label(label: str) -> str:
    """Return the label of a choice; those that are not printed on the form have words of their own."""
    return {SIGNED: _("signed"), UNSIGNED: _("not signed"), SEEN: _("seen")}.get(label, label)


def due(moment: dt.datetime | None, now: dt.datetime) -> str:
    """Return when a notification is due, as short as can be; no readable date counts as today."""
    if moment is None:
        return _("no date read: due today")
    local, today = moment.astimezone(STOCKHOLM), now.astimezone(STOCKHOLM).date()
    if moment < now:
        return _("overdue since {date}").format(date=f"{local:%Y-%m-%d %H:%M}")
    if local.date() == today:
        return _("due today {time}").format(time=f"{local:%H:%M}")
    return _("due {date}").format(date=f"{local:%Y-%m-%d %H:%M}")


def all_keys() -> tuple[tuple[str, str], ...]:
    """Return every key of the station and what it does."""
    return (
        ("Enter", _("accept the machine's value; keep what is typed or picked")),
        ("0-9 A-Z", _("begin to type the answer")),
        ("e", _("edit the machine's value; ↑ ↓ fetch other readings")),
        ("1 2 3 …", _("pick a box; several where several may be ticked")),
        ("i", _("illegible: tells whom to ring; once more: nobody can read it")),
        ("t", _("told: begin the sender's answer; then who told it")),
        ("b", _("blank: nothing is written there")),
        ("u", _("undo the last answer")),
        ("Tab ⇧Tab", _("next and previous field")),
        ("← → ↑ ↓", _("move the picture")),
        ("+ -", _("larger and smaller")),
        ("o", _("open the picture in a viewer")),
        ("k", _("show a covered field once and key the code (logged)")),
        ("h", _("hand up to a supervisor with a note; from there, give back")),
        ("c", _("close the form with a reason, without sending it")),
        ("n p", _("next form, and back; what is answered stays")),
        ("q", _("leave; everything is saved")),
    )
