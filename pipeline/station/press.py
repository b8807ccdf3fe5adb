"""One key pressed: the station after it, and what must be done in the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.domain.review import Ending, Said, VerdictKind, VerificationMode
from pipeline.domain.value import NOTHING, Value
from pipeline.stages.keying import held
from pipeline.station.ask import Ask, Choice, same
from pipeline.station.state import (
    CloseForm,
    Effect,
    Given,
    GiveVerdict,
    Mode,
    Next,
    Notice,
    OpenPicture,
    PassOn,
    Previous,
    Quit,
    RenewLease,
    Reveal,
    Settle,
    Station,
    Typed,
    Undo,
    View,
    typing,
)
from pipeline.station.typed import DIGITS_FIRST, judge

Pressed = tuple[Station, tuple[Effect, ...]]
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
        return _answer(station, choice.value)
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
        return _answer(station, Value(tuple(sorted(station.ticked))))
    if ask.has_proposal:
        return _verdict(station, VerdictKind.ACCEPT, ask.proposed)
    if ask.is_choice:
        return _told(station, Notice.PICK_ONE)
    return typing(station, ""), ()


def _answer(station: Station, value: Value) -> Pressed:
    """Keep an answer: it accepts the machine's value when it is the same, else corrects it, or waits for another keyer."""
    ask = station.ask
    if ask.mode is VerificationMode.BLIND:
        return _keyed(station, value)
    machine = ask.machine if ask.mode is VerificationMode.ADJUDICATED else ask.proposed if ask.has_proposal else None
    agrees = machine is not None and same(value, machine)
    return _verdict(station, VerdictKind.ACCEPT if agrees else VerdictKind.CORRECT, value)


def _keyed(station: Station, value: Value) -> Pressed:
    """Keep what was keyed blind: settled when another keyer says the same, else somebody keys it too."""
    ask, me = station.ask, station.lease.holder
    keyed = station.keyed(ask.key)
    kind = held(value, ask.machine, [given.value for given in keyed])
    others = [given for given in keyed if given.by != me]
    alone = held(value, ask.machine, [given.value for given in others]) is VerdictKind.KEYED is not kind
    after, effects = _verdict(station, kind, value, VerificationMode.BLIND_ALONE if alone else VerificationMode.BLIND)
    if kind is VerdictKind.KEYED:
        after = replace(after, notice=Notice.OTHERS_TURN if ask.key in after.others_turn else Notice.KEY_AGAIN)
    return after, effects


def _verdict(station: Station, kind: VerdictKind, value: Value, mode: VerificationMode | None = None) -> Pressed:
    key = station.ask.key
    after = replace(station, given=(*station.given, Given(key, kind, value, station.lease.holder)))
    effects: tuple[Effect, ...] = (GiveVerdict(Said(key, kind, value, mode or _mode(station.ask))),)
    if after.done:
        return after.facing(after.at), (*effects, PassOn() if after.others_turn else Settle(after.let_go))
    return after.facing(_unanswered(after)), effects


def _mode(ask: Ask) -> VerificationMode:
    """Return how a field in front is verified: what is not proposed cannot be confirmed."""
    single = ask.mode is VerificationMode.CONFIRM and not ask.has_proposal
    return VerificationMode.SINGLE if single else ask.mode


def _unanswered(station: Station) -> int:
    """Return the next field that needs a verdict, from the one after that in front onwards and round."""
    wanted = station.open
    count = len(station.asks)
    order = [(station.at + step) % count for step in range(1, count + 1)]
    return next(at for at in order if station.asks[at].key in wanted)


def _illegible(station: Station) -> Pressed:
    return _verdict(station, VerdictKind.ILLEGIBLE, NOTHING)


def _blank(station: Station) -> Pressed:
    ask = station.ask
    return (
        _keyed(station, ask.empty) if ask.mode is VerificationMode.BLIND else _verdict(station, VerdictKind.BLANK, ask.empty)
    )


def _undo(station: Station) -> Pressed:
    """Take back the answer given last; not what somebody else keyed blind, which is not seen here."""
    last = {given.key: place for place, given in enumerate(station.given)}
    mine = [
        place
        for place in last.values()
        if station.given[place].kind is not VerdictKind.KEYED or station.given[place].by == station.lease.holder
    ]
    if not mine:
        return _told(station, Notice.NOTHING_TO_UNDO)
    place = max(mine)
    key = station.given[place].key
    at = next(at for at, ask in enumerate(station.asks) if ask.key == key)
    after = replace(station, given=(*station.given[:place], *station.given[place + 1 :])).facing(at)
    return replace(after, notice=Notice.TAKEN_BACK), (Undo(key),)


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
    typed = station.typed
    if key == "enter":
        return _typed(station)
    if key in ("up", "down"):
        return _alternative(station, -1 if key == "up" else 1)
    if key in _EDITS:
        return replace(station, typed=_EDITS[key](typed)), ()
    if key == "esc":
        return replace(station, mode=Mode.LOOK, typed=Typed(), shown=None), ()
    if key in ("tab", "shift-tab"):
        return _COMMANDS[key](station)
    if len(key) == 1 and key.isprintable():
        return replace(station, typed=typed.insert(key, station.ask.limit)), ()
    return station, ()


def _typed(station: Station) -> Pressed:
    judged = judge(station.ask, station.typed.text, station.now.date())
    if not judged.taken:
        return _told(station, Notice.DOES_NOT_FIT)
    return _answer(station, judged.value)


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


_EDITS: dict[str, Callable[[Typed], Typed]] = {
    "backspace": lambda typed: typed.without(before=True),
    "delete": lambda typed: typed.without(before=False),
    "left": lambda typed: typed.moved(typed.cursor - 1),
    "right": lambda typed: typed.moved(typed.cursor + 1),
    "home": lambda typed: typed.moved(0),
    "end": lambda typed: typed.moved(len(typed.text)),
    "ctrl-u": lambda _typed: Typed(),
}
_COMMANDS: dict[str, Callable[[Station], Pressed]] = {
    "enter": _enter,
    "i": _illegible,
    "b": _blank,
    "e": _edit,
    "k": _show,
    "u": _undo,
    "tab": _moved(1),
    "shift-tab": _moved(-1),
    "o": lambda station: (station, (OpenPicture(station.ask.key),)),
    "+": _zoomed(1),
    "-": _zoomed(-1),
    "left": _panned(-1, 0),
    "right": _panned(1, 0),
    "up": _panned(0, -1),
    "down": _panned(0, 1),
    "c": _into(Mode.CLOSE),
    "?": _into(Mode.KEYS),
    "n": _one(Next()),
    "p": _one(Previous()),
    "q": _one(Quit()),
}
_BY_MODE: dict[Mode, Callable[[Station, str], Pressed]] = {
    Mode.LOOK: _look,
    Mode.TYPE: _type,
    Mode.CLOSE: _close,
    Mode.KEYS: _keys,
}
