"""The station laid out on a screen of characters: rows of styled words, and a place for the picture."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

from pipeline.domain.review import VerificationMode
from pipeline.stages.due import STOCKHOLM
from pipeline.station import words
from pipeline.station.capability import Lack
from pipeline.station.pictures import Window
from pipeline.station.press import ENDINGS, picks
from pipeline.station.state import Mode, Notice, Station
from pipeline.station.typed import judge
from pipeline.words import _, ngettext

LEAST_COLUMNS, LEAST_ROWS = 60, 20
_LEAST_PICTURE = 9
_PROMPT_COLUMNS = 20
_DOTS = "•••••"


class Style(StrEnum):
    """How a piece of text looks; a renderer chooses the colours."""

    PLAIN = "plain"
    TITLE = "title"
    DIM = "dim"
    STRONG = "strong"
    WARN = "warn"
    GOOD = "good"
    KEY = "key"
    CURSOR = "cursor"


@dataclass(frozen=True, slots=True, repr=False)
class Span:
    """A piece of text in one style; it prints as dots, for it may be what a person wrote."""

    text: str
    style: Style = Style.PLAIN

    def __repr__(self) -> str:
        """Hide the text."""
        return f"Span(•••, {self.style})"


Row = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the screen a picture goes, in character cells counted from 0."""

    left: int
    top: int
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Screen:
    """All rows of a screen, and the place left free for the picture, if one is shown."""

    rows: tuple[Row, ...]
    picture: Place | None
    too_small: bool = False


def row(*pieces: str | Span) -> Row:
    """Make a row of pieces; bare text is plain."""
    return tuple(Span(piece) if isinstance(piece, str) else piece for piece in pieces)


def fitted(pieces: Row, columns: int) -> Row:
    """Return a row cut to so many cells, wide letters counted as the two they take."""
    kept: list[Span] = []
    left = columns
    for piece in pieces:
        if cell_len(piece.text) > left:
            cut = set_cell_size(piece.text, left - 1) + "…" if left > 0 else ""
            return (*kept, Span(cut, piece.style))
        kept.append(piece)
        left -= cell_len(piece.text)
    return tuple(kept)


def place(station: Station, size: tuple[int, int]) -> Place | None:
    """Return where the picture goes on a screen of columns and rows, or None where it could not be read."""
    columns, rows = size
    if columns < LEAST_COLUMNS or rows < LEAST_ROWS or not station.asks or station.mode in (Mode.CLOSE, Mode.KEYS):
        return None
    above = len(_above(station, columns))
    free = rows - above - len(_below(station, columns))
    return Place(2, above, columns - 4, max(_LEAST_PICTURE, free))


def screen(station: Station, size: tuple[int, int], shown: Window | None, said: str = "") -> Screen:
    """Lay the station out on a screen of columns and rows.

    `shown` is the part of the picture that is seen, `said` a line about what happened last.
    """
    columns, rows = size
    spot = place(station, size)
    if columns < LEAST_COLUMNS or rows < LEAST_ROWS:
        return Screen((row(Span(words.lack(Lack.TOO_SMALL), Style.WARN)),), None, too_small=True)
    if station.mode is Mode.KEYS:
        body = [row(f"  {key:<10}", Span(does, Style.PLAIN)) for key, does in words.all_keys()]
        return _filled([_head(station), (), *body, row(Span(_("Any key goes back."), Style.DIM))], size, None)
    if station.mode is Mode.CLOSE:
        return _filled([_head(station), (), *_closing()], size, None)
    above, below = _above(station, columns, shown), _below(station, columns, said)
    if shown is None:
        empty = row(Span("  " + _("There is no picture of this field."), Style.WARN))
        return _filled([*above, empty, *[()] * (rows - len(above) - len(below) - 1), *below], size, None)
    return _filled([*above, *[()] * (spot.rows if spot else 0), *below], size, spot)


def _filled(rows: Iterable[Row], size: tuple[int, int], spot: Place | None) -> Screen:
    return Screen(tuple(fitted(pieces, size[0]) for pieces in rows)[: size[1]], spot)


def _head(station: Station) -> Row:
    task = station.task
    count = ngettext("{left} of {total} fields needs you", "{left} of {total} fields need you", station.left)
    overdue = task.due is None or task.due < station.now
    return row(
        Span(f" {station.heading or task.template} ", Style.TITLE),
        " ",
        Span(words.due(task.due, station.now), Style.WARN if overdue else Style.PLAIN),
        Span(" · " + count.format(left=station.left, total=station.total or len(station.asks)), Style.DIM),
        Span(f" · {task.template} {task.version}", Style.DIM),
    )


def _above(station: Station, columns: int, shown: Window | None = None) -> list[Row]:
    number = _("field {at} of {count}").format(at=station.at + 1, count=len(station.asks))
    parts = _parts(shown) if shown is not None else ""
    label = row("  ", Span(words.label(station.ask), Style.STRONG))
    return [_head(station), *_note(station, columns), label, row("  ", Span(f"{number}   {parts}", Style.DIM))]


def _note(station: Station, columns: int) -> list[Row]:
    """Return the rows of the latest note, by which the form was handed up or given back."""
    told = [words.note(written) for written in station.notes[-1:]]
    return [row("  ", Span(line, Style.WARN)) for note in told for line in wrap(note, columns - 4, max_lines=2)]


def _parts(shown: Window) -> str:
    """Tell which part of the picture is seen, when it is not the whole."""
    told = []
    if shown.across.count > 1:
        told.append(f"← {shown.across.index + 1}/{shown.across.count} →")
    if shown.down.count > 1:
        told.append(f"↑ {shown.down.index + 1}/{shown.down.count} ↓")
    return "  ".join(told)


def _below(station: Station, columns: int, said: str = "") -> list[Row]:
    reasons = "; ".join(words.reasons(station.ask.why))
    why = Span(_("why: {reasons}").format(reasons=reasons), Style.DIM)
    said = words.line(station) or said or (words.blocked(station.bar.reason) if station.bar else "")
    return [
        (),
        *_answer(station, columns),
        row("  ", why),
        row("  ", Span(said, Style.WARN)),
        _keys(station),
        status(station),
    ]


def _answer(station: Station, columns: int) -> list[Row]:
    if station.mode in (Mode.TYPE, Mode.TELLER, Mode.NOTE):
        return [_typing(station, columns)]
    ask = station.ask
    given = station.standing.get(ask.key)
    line: list[Span] = [Span(_prompt(station), Style.STRONG)]
    if station.covered:
        line.append(Span(_DOTS, Style.STRONG))
    elif given is not None:
        line += [Span(words.answer(given.kind, given.value, ask), Style.GOOD), Span("  ✓", Style.GOOD)]
    elif ask.has_proposal:
        line.append(Span(words.told_value(ask.proposed, ask), Style.STRONG))
    else:
        line.append(Span(words.nothing_shown(ask, bool(station.keyed(ask.key))), Style.DIM))
    all_shown = ask.mode is VerificationMode.ADJUDICATED
    others = [words.told_value(value, ask) for value in ask.alternatives] if all_shown or not ask.is_choice else []
    if others and given is None and not station.covered:
        line.append(Span("   " + _("or {others}").format(others=", ".join(others)), Style.DIM))
    return [row("  ", *line), *(_choices(station, columns) if ask.is_choice else [])]


def _choices(station: Station, columns: int) -> list[Row]:
    """Return the answers and their keys, as many on a row as fit, at most three rows."""
    picked = set(picks(station)) if station.ask.is_many else set()
    rows: list[list[Span]] = [[]]
    width = 0
    for choice in station.ask.choices:
        mark = ("☒ " if str(choice.value.reveal()) in picked else "☐ ") if station.ask.is_many else ""
        text = f"{mark}{words.choice_label(choice.label)}   "
        needed = cell_len(text) + 2
        if width + needed > columns - 4 and rows[-1]:
            rows.append([])
            width = 0
        rows[-1] += [Span(choice.press, Style.KEY), Span(" " + text)]
        width += needed
    return [row("  ", *pieces) for pieces in rows[:3]]


def _typing(station: Station, columns: int) -> Row:
    typed = station.typed
    begin = max(0, typed.cursor - (columns - _PROMPT_COLUMNS))  # of a long line, where the cursor stands
    fit = Span("")
    if station.mode is Mode.TYPE:
        judged = judge(station.ask, typed.text, station.now.date())
        fit = Span("   " + words.fit(judged.fit), Style.GOOD if judged.taken else Style.WARN)
    under = typed.text[typed.cursor : typed.cursor + 1] or " "
    return row(
        "  ",
        Span(_prompt(station), Style.STRONG),
        Span(typed.text[begin : typed.cursor], Style.STRONG),
        Span(under, Style.CURSOR),
        Span(typed.text[typed.cursor + 1 :], Style.STRONG),
        fit,
    )


def _prompt(station: Station) -> str:
    """Return what stands before the answer: whose it is, when it is not read from the picture."""
    if station.mode is Mode.TELLER:
        return _("who told it") + "> "
    if station.mode is Mode.NOTE:
        return _("note") + "> "
    return _("the sender") + "> " if station.telling else "> "


def _closing() -> list[Row]:
    reasons = [row("  ", Span(key, Style.KEY), f" {words.ending(reason)}") for key, reason in ENDINGS.items()]
    head = row("  ", Span(_("Close this form without sending it, because it is"), Style.STRONG))
    return [head, (), *reasons, (), row("  ", Span(_("Esc goes back."), Style.DIM))]


def _keys(station: Station) -> Row:
    if station.mode is Mode.TYPE:
        pairs = [("Enter", _("keep")), ("Esc", _("back")), ("↑↓", _("other readings")), ("Ctrl-U", _("clear"))]
    elif station.mode in (Mode.TELLER, Mode.NOTE):
        pairs = [("Enter", _("keep")), ("Esc", _("back")), ("Ctrl-U", _("clear"))]
    elif station.telling:
        pairs = [("Enter", _("keep")), ("Esc", _("back"))]
    elif station.notice is Notice.RING:
        pairs = [("t", _("the sender told it")), ("i", _("nobody can read it"))]
    elif station.covered:
        pairs = [("k", _("show once")), ("b", _("leave out")), ("i", _("illegible")), ("c", _("close"))]
    else:
        shown = station.ask.has_proposal or station.ask.key in station.standing
        pairs = [("Enter", _("ok"))] if shown else [] if station.ask.is_choice else [("Enter", _("key it"))]
        pairs += [("i", _("illegible")), ("b", _("blank"))]
        pairs += [("e", _("edit"))] if shown else []
        pairs += [("Tab", _("next")), ("u", _("undo")), ("c", _("close"))]
    if station.mode is Mode.LOOK and not station.telling:
        pairs.insert(3, ("?", _("keys")))
    pieces = [piece for key, does in pairs for piece in ("  ", Span(key, Style.KEY), Span(f" {does}"))]
    return row(*pieces)


def status(station: Station) -> Row:
    """Return the last line: when the last answer was kept, how long the lease runs, how many fields are left."""
    kept = (
        _("saved {time}").format(time=f"{station.saved.astimezone(STOCKHOLM):%H:%M:%S}")
        if station.saved
        else _("nothing given yet")
    )
    left = max(dt.timedelta(), station.lease.until - station.now)
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    held = _("lease {time}").format(time=f"{minutes}:{seconds:02d}")
    fields = ngettext("{count} left", "{count} left", station.left).format(count=station.left)
    return row(
        Span(f"  {kept}", Style.GOOD if station.saved else Style.DIM),
        Span(" ── ", Style.DIM),
        Span(held, Style.WARN if left < dt.timedelta(minutes=1) else Style.DIM),
        Span(" ── ", Style.DIM),
        Span(f"{fields} ── ", Style.DIM),
        Span("q", Style.KEY),
        Span(" " + _("leave"), Style.DIM),
    )
