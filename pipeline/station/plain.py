"""The station line by line: for screen readers, for poor lines, and for scripts that answer on standard input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from pipeline.domain.review import VerificationMode
from pipeline.stages.due import STOCKHOLM
from pipeline.station import words
from pipeline.station.capability import Capability, Graphics
from pipeline.station.desk import Desk
from pipeline.station.painter import inline
from pipeline.station.pictures import window
from pipeline.station.press import ENDINGS
from pipeline.station.sender import sender
from pipeline.station.state import Mode, Notice, Station, View
from pipeline.words import _, ngettext

COLUMNS, ROWS = 76, 12
_WIDE_PIXELS, _HIGH_PIXELS = 900, 300
_COMMANDS = frozenset({"i", "t", "b", "u", "h", "c", "o", "k", "n", "p", "q", "?", "+", "-"})


class Plain:
    """One reviewer's desk, told and answered in lines."""

    def __init__(self, desk: Desk, say: Callable[[str], None], ask: Callable[[], str | None]) -> None:
        """Tell by `say` (a line, or a picture's lines) and hear by `ask`, which returns None when nobody answers more."""
        self._desk = desk
        self._say = say
        self._ask = ask

    def run(self, can: Capability | None) -> None:
        """Work until the reviewer leaves; pictures are written between the lines, or opened in the viewer without `can`."""
        asked: tuple[str, str] | None = None
        while (station := self._desk.station) is not None:
            if asked != (station.task.form, station.ask.key):
                if asked is None or asked[0] != station.task.form:
                    self._say(_form_words(station))
                    for note in station.notes:
                        self._say(words.note(note))
                self._put(station, can)
                asked = (station.task.form, station.ask.key)
            line = self._ask()
            if line is None:
                self._desk.leave()
                return
            given = len(station.given)
            going_on = self._answer(line.strip())
            self._tell(given)
            if not going_on:
                return

    def _put(self, station: Station, can: Capability | None) -> None:
        """Put one question: picture, field, reason, value, answers; the words last, beside where they are answered."""
        ask = station.ask
        self._show(station, can)
        self._say(
            _("Field {at} of {count}: {label}").format(at=station.at + 1, count=len(station.asks), label=words.label(ask))
        )
        for reason in words.reasons(ask.why):
            self._say(_("Why: {reason}").format(reason=reason))
        given = station.standing.get(ask.key)
        if station.covered:
            self._say(words.notice(Notice.MASKED))
        elif given is not None:
            self._say(_("Answered: {value}").format(value=words.answer(given.kind, given.value, ask)))
        elif ask.has_proposal:
            self._say(_("Value: {value}").format(value=words.told_value(ask.proposed, ask)))
        else:
            told = words.nothing_shown(ask, bool(station.keyed(ask.key)))
            self._say(_("Value: {value}").format(value=told))
            if ask.mode is VerificationMode.ADJUDICATED:
                self._say(", ".join(words.told_value(value, ask) for value in ask.alternatives))
        if ask.is_choice:
            pairs = "; ".join(f"{choice.press} {words.choice_label(choice.label)}" for choice in ask.choices)
            self._say(_("Answers: {pairs}").format(pairs=pairs))
        self._say(_("Enter accepts, =TEXT answers, i illegible, t told by the sender, b blank, ? all answers"))

    def _show(self, station: Station, can: Capability | None) -> None:
        if can is None:
            if not self._desk.look_outside():
                self._say(_("There is no picture of this field."))
            return
        picture = self._desk.picture()
        if picture is None:
            self._say(_("There is no picture of this field."))
            return
        across, down = can.points(COLUMNS, ROWS)
        if can.graphics in (Graphics.KITTY, Graphics.SIXEL):
            across, down = min(across, _WIDE_PIXELS), min(down, _HIGH_PIXELS)
        first = window(picture, across, down, View(station.view.zoom))
        for right in range(-first.across.index, first.across.count - first.across.index):
            self._say(inline(window(picture, across, down, View(station.view.zoom, right)), can))

    def _answer(self, line: str) -> bool:
        """Let a line have its effect: a command, a choice, or the text of the answer after `=` (or without it)."""
        station = self._desk.station
        if station is None:
            return False
        if line in _COMMANDS:
            return self._command(line, station)
        if line == "":
            return self._desk.press("enter")
        if station.ask.is_choice:
            return self._pick(line.removeprefix("="))
        return self._desk.write(line.removeprefix("="))

    def _command(self, command: str, station: Station) -> bool:
        if command == "?":
            for key, does in words.all_keys():
                self._say(f"{key}: {does}")
            return True
        if command == "c":
            for key, reason in ENDINGS.items():
                self._say(f"{key} {words.ending(reason)}")
            choice = (self._ask() or "").strip()
            return self._desk.press("c") and self._desk.press(choice if choice in ENDINGS else "esc")
        if command == "h":
            self._say(_("Your note? An empty line goes back."))
            note = (self._ask() or "").strip()
            return not note or (self._desk.press("h") and self._desk.write(note))
        if command == "t":
            return self._hear_the_sender(station)
        if command == "k":
            going_on = self._desk.press("k")
            self._desk.wait_for_a_line()
            return going_on
        return self._desk.press(command)

    def _hear_the_sender(self, station: Station) -> bool:
        """Ask what the sender told, and who it was; an empty line, or an answer that does not fit, keeps nothing."""
        self._desk.press("t")
        found = sender(station)
        if found is not None:
            self._say(words.ring(found))
        self._say(_("What did the sender tell? An empty line goes back."))
        told = (self._ask() or "").strip().removeprefix("=")
        if told:
            self._pick(told) if station.ask.is_choice else self._desk.write(told)
        if self._desk.station is not None and self._desk.station.mode is Mode.TELLER:
            self._say(_("Who told it?"))
            return self._desk.write((self._ask() or "").strip()) and self._untold()
        return self._untold()

    def _untold(self) -> bool:
        """Go back where the sender's answer was not kept, and say why."""
        station = self._desk.station
        if station is not None and station.telling:
            if station.notice is not Notice.TELL:
                self._say(words.notice(station.notice))
            self._desk.press("esc")
        return True

    def _pick(self, keys: str) -> bool:
        """Pick one box by its key, or set several to exactly those named."""
        station = self._desk.station
        if station is None:
            return False
        presses = {choice.press for choice in station.ask.choices}
        told = set(keys.replace(",", " ").split()) if " " in keys or "," in keys else set(keys)
        if not told <= presses or (len(keys) != 1 and not station.ask.is_many):
            # A line meant for another field must not tick a box of this one.
            self._say(words.notice(Notice.PICK_ONE))
            return True
        if not station.ask.is_many:
            return self._desk.press(keys)
        wanted = told
        ticked = set(self._desk.ticked())
        for choice in station.ask.choices:
            if (choice.press in wanted) != (str(choice.value.reveal()) in ticked):
                self._desk.press(choice.press)
        return self._desk.press("enter")

    def _tell(self, given: int) -> None:
        """Tell what the line did: kept, refused, gone on."""
        station = self._desk.station
        if self._desk.said:
            self._say(self._desk.said)
        if station is None:
            return
        if station.notice is not Notice.NONE:
            self._say(words.line(station))
            if station.notice is Notice.RING:
                self._say(_("t the sender told it, i nobody can read it"))
        elif station.bar is not None:
            self._say(words.blocked(station.bar.reason))
        elif len(station.given) > given and station.saved is not None:
            self._say(_saved(station, station.saved))


def _saved(station: Station, at: dt.datetime) -> str:
    """Return what was saved: when, of which field, and what stands there now."""
    last = station.given[-1]
    asked = next((one for one in station.asks if one.key == last.key), station.ask)
    value = "•••" if asked.masked else words.answer(last.kind, last.value, asked)
    time = f"{at.astimezone(STOCKHOLM):%H:%M:%S}"
    return _("Saved {time}: {label} = {value}").format(time=time, label=words.label(asked), value=value)


def _form_words(station: Station) -> str:
    """Return the line that a form is introduced by."""
    count = ngettext("{left} of {total} fields needs you", "{left} of {total} fields need you", station.left)
    told = count.format(left=station.left, total=station.total or len(station.asks))
    return f"{station.task.form}: {station.heading}, {words.due(station.task.due, station.now)}, {told}"
