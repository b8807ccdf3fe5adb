"""One key pressed: the station after it, and what must be done in the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.domain.review import Ending
from pipeline.domain.value import Value
from pipeline.station import handing
from pipeline.station.ask import Ask, Choice
from pipeline.station.effects import (
    CloseForm,
    Effect,
    Next,
    OpenPicture,
    Previous,
    Quit,
    RenewLease,
    Reveal,
)
from pipeline.station.line import edited
from pipeline.station.sender import begin, nobody_can_read, teller
from pipeline.station.state import Mode, Notice, Station, View, typing, untouched
from pipeline.station.typed import DIGITS_FIRST, judge
from pipeline.station.verdicts import Pressed, answer, blank, undo

ENDINGS = {str(number): ending for number, ending in enumerate(Ending, start=1)}
FARTHEST_ZOOM = 4
RENEW_SECONDS = 300


def press(station: Station, key: str) -> Pressed:
    """Return the station after a key, and the effects it asks for.

    A key is one character, or one of enter, tab, shift-tab, esc, up, down, left, right, home, end, backspace, delete,
    ctrl-u, ctrl-c. A verdict stands in the returned state at once; the effects say what to keep before it is shown.
    """
    before = replace(station, notice=Notice.NONE)
    if key == "ctrl-c":
        return before, (Quit(),)
    if not station.asks:
        return before, (Quit(),) if key == "q" else ()
    after, effects = _BY_MODE[station.mode](before, key)
    near_end = (station.lease.until - station.now).total_seconds() < RENEW_SECONDS
    if near_end and all(isinstance(effect, OpenPicture | Reveal) for effect in effects):
        effects = (*effects, RenewLease())
    return after, effects


def _look(station: Station, key: str) -> Pressed:
    command = _COMMANDS.get(key)
    chosen = _choice(station.ask, key)
    if chosen is not None:
        return _choose(station, chosen)
    if station.telling and key == "esc":
        return untouched(station), ()
    if station.telling and key not in ("enter", "tab", "shift-tab"):
        return _told(station, Notice.TELL)
    if command is not None:
        return command(station)
    if len(key) == 1 and _startstyping(station.ask, key):
        return _type(typing(station, ""), key)
    return _told(station, Notice.UNKNOWN_KEY if len(key) == 1 else Notice.NONE)


def _choice(ask: Ask, key: str) -> Choice | None:
    return next((choice for choice in ask.choices if choice.press == key), None)


def _startstyping(ask: Ask, key: str) -> bool:
    """Tell whether a key begins the answer: a digit, or a capital where words are written."""
    return not ask.is_choice and (key.isdigit() or (key.isupper() and ask.kind not in DIGITS_FIRST))


def _told(station: Station, notice: Notice) -> Pressed:
    return replace(station, notice=notice), ()


def _choose(station: Station, choice: Choice) -> Pressed:
    if station.covered:
        return _told(station, Notice.MASKED)
    if not station.ask.is_many:
        return answer(station, choice.value)
    picked = set(picks(station))
    return replace(station, ticked=tuple(sorted(picked ^ {str(choice.value.reveal())}))), ()


def picks(station: Station) -> tuple[str, ...]:
    """Return the choices that are ticked just now where several may be."""
    if station.ticked is not None:
        return station.ticked
    given = station.standing.get(station.ask.key)
    plain = (given.value if given else station.ask.proposed).reveal()
    return plain if isinstance(plain, tuple) else ()


def _enter(station: Station) -> Pressed:
    ask = station.ask
    if ask.masked:
        return _told(station, Notice.MASKED)
    if station.ticked is not None:
        return answer(station, Value(tuple(sorted(station.ticked))))
    if ask.has_proposal:
        return answer(station, ask.proposed)
    if ask.is_choice:
        return _told(station, Notice.TELL if station.telling else Notice.PICK_ONE)
    return typing(station, ""), ()


def _moved(step: int) -> Callable[[Station], Pressed]:
    return lambda station: (station.facing((station.at + step) % len(station.asks)), ())


def _zoomed(step: int) -> Callable[[Station], Pressed]:
    def zoom(station: Station) -> Pressed:
        level = max(-FARTHEST_ZOOM, min(FARTHEST_ZOOM, station.view.zoom + step))
        return replace(station, view=View(level, 0, 0)), ()

    return zoom


def _panned(right: int, down: int) -> Callable[[Station], Pressed]:
    def pan(station: Station) -> Pressed:
        view = station.view
        return replace(station, view=View(view.zoom, view.right + right, view.down + down)), ()

    return pan


def _edit(station: Station) -> Pressed:
    if station.covered:
        return _told(station, Notice.MASKED)
    if station.ask.is_choice:
        return _told(station, Notice.PICK_ONE)
    given = station.standing.get(station.ask.key)
    plain = (given.value if given else station.ask.proposed).reveal()
    return typing(station, plain if isinstance(plain, str) else "" if plain is None else str(plain)), ()


def _show(station: Station) -> Pressed:
    if not station.ask.masked:
        return _told(station, Notice.NOT_MASKED)
    if station.shown == station.ask.key:
        return station, ()
    after = replace(station, shown=station.ask.key)
    return (after if after.ask.is_choice else typing(after, "")), (Reveal(station.ask.key),)


def _one(effect: Effect) -> Callable[[Station], Pressed]:
    return lambda station: (station, (effect,))


def _into(mode: Mode) -> Callable[[Station], Pressed]:
    return lambda station: (replace(station, mode=mode), ())


def _type(station: Station, key: str) -> Pressed:
    if key == "enter":
        return _typed(station)
    if key in ("up", "down"):
        return _alternative(station, -1 if key == "up" else 1)
    if key == "esc":
        return untouched(station), ()
    if key in ("tab", "shift-tab"):
        return _COMMANDS[key](station)
    return replace(station, typed=edited(station.typed, key, station.ask.limit)), ()


def _typed(station: Station) -> Pressed:
    judged = judge(station.ask, station.typed.text, station.now.date())
    if not judged.taken:
        return _told(station, Notice.DOES_NOT_FIT)
    return answer(station, judged.value)


def _alternative(station: Station, step: int) -> Pressed:
    """Fetch what else was read into the line: the proposal and the alternatives, round."""
    if station.covered:
        return _told(station, Notice.MASKED)
    values = (station.ask.proposed, *station.ask.alternatives)
    texts = [plain for plain in (value.reveal() for value in values) if isinstance(plain, str)]
    if not texts:
        return station, ()
    at = (texts.index(station.typed.text) + step) % len(texts) if station.typed.text in texts else 0
    return typing(station, texts[at]), ()


def _close(station: Station, key: str) -> Pressed:
    if key in ENDINGS:
        return replace(station, mode=Mode.LOOK), (CloseForm(ENDINGS[key]),)
    if key in ("esc", "c", "q"):
        return replace(station, mode=Mode.LOOK), ()
    return _told(station, Notice.UNKNOWN_KEY)


def _keys(station: Station, _key: str) -> Pressed:
    return replace(station, mode=Mode.LOOK), ()


_COMMANDS: dict[str, Callable[[Station], Pressed]] = {
    "enter": _enter,
    "i": nobody_can_read,
    "t": begin,
    "b": blank,
    "e": _edit,
    "k": _show,
    "u": undo,
    "tab": _moved(1),
    "shift-tab": _moved(-1),
    "o": lambda station: (station, (OpenPicture(station.ask.key),)),
    "+": _zoomed(1),
    "-": _zoomed(-1),
    "left": _panned(-1, 0),
    "right": _panned(1, 0),
    "up": _panned(0, -1),
    "down": _panned(0, 1),
    "h": handing.begin,
    "c": _into(Mode.CLOSE),
    "?": _into(Mode.KEYS),
    "n": _one(Next()),
    "p": _one(Previous()),
    "q": _one(Quit()),
}
_BY_MODE: dict[Mode, Callable[[Station, str], Pressed]] = {
    Mode.LOOK: _look,
    Mode.TYPE: _type,
    Mode.TELLER: teller,
    Mode.NOTE: handing.note,
    Mode.CLOSE: _close,
    Mode.KEYS: _keys,
}
