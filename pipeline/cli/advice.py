"""What to do about a file that could not be opened."""

from __future__ import annotations

from pipeline.words import _


def advice(reason: str) -> str:
    """Return what to do, in one or two sentences; nothing for a reason that is no file's."""
    scanner = _("See what the scanner is set to, or scan the paper again; such files can be made to exhaust a machine.")
    return {
        "password": _(
            "Locked by a password: ask for one without, or unlock it, and put it into the inbox; it is a new file."
        ),
        "damaged": _("It breaks off or contradicts itself: scan the paper again."),
        "no_pages": _("It is whole but holds no page: scan the paper again."),
        "not_a_document": _("Neither PDF, TIFF, PNG nor JPEG, whatever its name says: look at what the scanner is set to."),
        "too_many_pixels": _("A page of more pixels than paper has.") + " " + scanner,
        "too_many_pages": _("More pages than parse.max_pages: scan the pile in parts."),
        "too_many_objects": _("More objects than any scan has.") + " " + scanner,
        "too_deep": _("Its parts contain each other without end.") + " " + scanner,
        "too_slow": _("It took longer to open than parse.max_seconds: scan the paper again, or raise it."),
        "too_much_memory": _("It wanted more memory than parse.max_mib: scan the paper again, or raise it."),
        "internal": _("A bug, told of in the log: please report it. The file is kept."),
    }.get(reason, "")
