"""Words for people: gettext, Swedish and English, chosen by locale at the door."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"
LANGUAGES = ("en", "sv")


def language(environ: dict[str, str] | None = None) -> str:
    """Return `sv` when the locale is Swedish (BLANKETT_LANGUAGE, LC_ALL, LC_MESSAGES, LANGUAGE, LANG in turn), else `en`."""
    env = os.environ if environ is None else environ
    for name in ("BLANKETT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        value = env.get(name, "")
        if value:
            return "sv" if value.lower().startswith("sv") else "en"
    return "en"


def translations(lang: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; English is the source and needs none."""
    return gettext.translation("blankett", LOCALES, languages=[lang], fallback=True)


_lang = language()
_current = translations(_lang)


def use(lang: str) -> None:
    """Choose the language of all words from now on, in this process."""
    global _current, _lang
    _current, _lang = translations(lang), lang


def current() -> str:
    """Return the language chosen."""
    return _lang


def _(message: str) -> str:
    """Return a message in the chosen language."""
    return _current.gettext(message)


def later(message: str) -> str:
    """Mark a message for the catalogue and return it as it is; `_` says it in the chosen language when it is needed."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """Return the message for a count in the chosen language."""
    return _current.ngettext(one, many, count)
