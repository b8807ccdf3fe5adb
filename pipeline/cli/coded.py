"""Codes made words: what the program writes as a code for other programs, and as words for people."""

from __future__ import annotations

from pipeline.words import _


def word(code: str) -> str:
    """Return the words of a code; one that is not known stays as it is."""
    known = (
        _of_forms(),
        _of_paper(),
        _of_findings(),
        _of_doubts(),
        _of_sending(),
        _of_faults(),
        _of_exams(),
        _of_the_rest(),
    )
    return next((words[code] for words in known if code in words), code)


def _of_forms() -> dict[str, str]:
    """Return where forms stand, and how fields were settled."""
    return {
        "received": _("received"),
        "waiting": _("waiting"),
        "in_review": _("in review"),
        "settled": _("settled"),
        "submitted": _("submitted"),
        "acknowledged": _("acknowledged"),
        "held": _("held"),
        "barred": _("barred"),
        "refused": _("refused"),
        "questioned": _("questioned"),
        "withdrawn": _("withdrawn"),
        "closed": _("closed"),
        "erased": _("erased"),
        "machine": _("by the machine alone"),
        "confirmed": _("confirmed"),
        "corrected": _("corrected"),
        "illegible": _("illegible"),
        "accept": _("accepted"),
        "correct": _("corrected"),
        "undo": _("taken back"),
        "keyed": _("keyed, and nobody has said the same"),
        "confirm": _("shown"),
        "single": _("keyed by one person"),
        "blind": _("keyed blind"),
        "blind_alone": _("keyed blind twice by one person"),
        "adjudicated": _("decided between keyers"),
        "told": _("told by the sender"),
        "file": _("from a file"),
    }


def _of_paper() -> dict[str, str]:
    """Return where sides stand, and why paper cannot go on."""
    return {
        "placed": _("placed"),
        "blank": _("blank"),
        "foreign": _("foreign"),
        "unknown": _("unknown"),
        "duplicate": _("duplicate"),
        "slip": _("slip"),
        "rejected": _("rejected"),
        "superseded": _("taken too early, came whole later"),
        "password": _("password"),
        "damaged": _("damaged"),
        "no_pages": _("no pages"),
        "not_a_document": _("not a document"),
        "too_many_pixels": _("too many pixels"),
        "too_many_pages": _("too many pages"),
        "too_many_objects": _("too many objects"),
        "too_deep": _("too deep"),
        "too_slow": _("too slow"),
        "too_much_memory": _("too much memory"),
        "too_coarse": _("too coarse"),
        "page_damaged": _("page damaged"),
        "no_template_fits": _("no template fits"),
        "templates_too_alike": _("templates too alike"),
        "poorly_placed": _("poorly placed"),
        "same_bytes": _("same file"),
        "same_picture": _("same picture"),
        "awaits_pages": _("awaits pages"),
        "ambiguous_order": _("ambiguous order"),
        "internal": _("internal fault"),
    }


def _of_findings() -> dict[str, str]:
    """Return why a field must be looked at, as short as it fits beside the field."""
    return {
        "unproven": _("unproven"),
        "unread": _("unread"),
        "low_confidence": _("unsure"),
        "poor_picture": _("poor picture"),
        "visible": _("print visible"),
        "doubted": _("odd"),
        "readers_disagree": _("readers disagree"),
        "doubtful_tick": _("doubtful tick"),
        "too_many_ticks": _("too many ticks"),
        "missing": _("missing"),
        "too_long": _("too long"),
        "bad_format": _("wrong shape"),
        "check_digit": _("check digit"),
        "not_a_date": _("not a date"),
        "date_in_future": _("date in the future"),
        "date_order": _("order of dates"),
        "century_unsure": _("century unsure"),
        "identity_violation": _("identity where a code belongs"),
        "must_be_empty": _("must be empty"),
        "unknown_disease": _("unknown disease"),
        "disease_not_valid": _("disease not valid then"),
        "not_clinician_notifiable": _("not notified by clinicians"),
        "paragraph_disease": _("paragraph and disease"),
        "sex_mismatch": _("sex and number"),
        "page_mismatch": _("pages of different persons"),
        "joined_scans": _("from different scans"),
        "same_case": _("received before"),
        "cross_field": _("against another answer"),
        "out_of_range": _("not possible"),
    }


def _of_doubts() -> dict[str, str]:
    """Return what a reader doubts."""
    return {
        "missed_ink": _("ink left unread"),
        "miscounted": _("wrong number of letters"),
        "misfits": _("letters that do not fit their ink"),
        "dust": _("dust"),
        "outside": _("writing outside the field"),
        "cancelled": _("struck out"),
        "specks": _("specks"),
        "lookalike": _("letters that look alike"),
        "odd_mark": _("an odd mark"),
        "crowded": _("writing close to print"),
        "wavering": _("a line not surely read"),
    }


def _of_sending() -> dict[str, str]:
    """Return where submissions stand, their steps, and the recipient's no."""
    return {
        "frozen": _("ready"),
        "sent": _("tried, no answer yet"),
        "receipted": _("receipted"),
        "told": _("told"),
        "new": _("new"),
        "supplement": _("supplement"),
        "correction": _("correction"),
        "cancellation": _("cancellation"),
        "invalid": _("invalid"),
        "key_reused": _("key used before"),
        "not_allowed": _("not allowed"),
        "too_large": _("too large"),
        "other": _("other reason"),
    }


def _of_faults() -> dict[str, str]:
    """Return what stands beside a failure."""
    return {
        "cause": _("cause"),
        "class": _("class"),
        "rule": _("rule"),
        "field": _("field"),
        "score": _("score"),
        "longest": _("longest"),
        "clips": _("pictures"),
        "count": _("count"),
        "days": _("days"),
        "errno": _("error number"),
        "faults": _("faults"),
        "folder": _("folder"),
        "key": _("key"),
        "kind": _("kind"),
        "lang": _("language"),
        "line": _("line"),
        "made_by": _("made by"),
        "mode": _("rights"),
        "readings": _("readings"),
        "source": _("source"),
        "status": _("status"),
        "version": _("version"),
        "wanted": _("wanted"),
        "worker": _("worker"),
        "years": _("years"),
    }


def _of_exams() -> dict[str, str]:
    """Return how far templates have come, how practice scans were treated, and why a template does not pass."""
    return {
        "active": _("active"),
        "draft": _("draft"),
        "failed": _("not passed"),
        "changed": _("changed since its exam"),
        "clean": _("clean"),
        "skewed": _("skewed"),
        "copied": _("copied"),
        "faxed": _("faxed"),
        "streaked": _("streaked and stamped"),
        "handwritten": _("by hand"),
        "mixed": _("by hand and machine"),
        "original": _("the original, filled in on the screen"),
        "zones_off": _("zones do not lie where the paper has room for the answers"),
        "taken_for_another": _("sides were taken for another template or sheet"),
        "takes_others": _("sides of another template were taken for it"),
        "like_another": _("a sheet cannot be told from another template's"),
        "too_often_refused": _("too many sides were refused"),
        "wrong_and_accepted": _("too many wrong values stood with nobody sent to look"),
        "too_seldom_right": _("a critical field was too seldom read rightly where it was typed"),
    }


def _of_the_rest() -> dict[str, str]:
    """Return what is wrong with a backup, how the inbox is watched and what lies in it, and when an answer is required."""
    return {
        "manifest_forged": _("The backup's list was not made with this key"),
        "file_missing": _("A file is missing"),
        "file_changed": _("A file was changed"),
        "ledger_broken": _("The chain of the ledger is broken"),
        "ledger_cut": _("The ledger does not end where it did"),
        "always": _("always"),
        "never": _("never"),
        "folders": _("folders"),
        "links": _("links"),
        "unreadable": _("may not be read"),
        "events": _("told of news at once"),
        "sweep": _("not told of news"),
        "server": _("server"),
        "push_button": _("a push button"),
        "hidden_widget": _("not to be seen"),
        "off_sheet": _("outside the sheet"),
        "no_place": _("without a place"),
        "no_kind": _("of no known kind"),
        "no_such_field": _("the form has no such field"),
        "signed_by_hand": _("is signed by hand"),
        "no_such_option": _("is none of its boxes"),
    }
