"""What an answer to the field in front becomes: a verdict, and the field that comes next."""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.review import Said, VerdictKind, VerificationMode
from pipeline.domain.value import NOTHING, Value, same
from pipeline.stages.keying import held
from pipeline.station.ask import Ask
from pipeline.station.effects import Effect, GiveVerdict, PassOn, Settle, Undo
from pipeline.station.line import Typed
from pipeline.station.state import Given, Mode, Notice, Station

Pressed = tuple[Station, tuple[Effect, ...]]


def answer(station: Station, value: Value) -> Pressed:
    """Keep an answer: it accepts the machine's value when it is the same, else corrects it, or waits for another keyer.

    What the sender told waits for who it was.
    """
    if station.telling:
        return replace(station, mode=Mode.TELLER, typed=Typed(), heard=value), ()
    if station.ask.mode is VerificationMode.BLIND:
        return _keyed(station, value)
    return verdict(station, _agrees(station.ask, value), value)


def told(station: Station, value: Value, by: Value) -> Pressed:
    """Keep what the sender told, and who it was: it settles the field at once, also one that is keyed blind."""
    return verdict(station, _agrees(station.ask, value), value, VerificationMode.TOLD, by)


def _agrees(ask: Ask, value: Value) -> VerdictKind:
    return VerdictKind.ACCEPT if ask.read is not None and same(value, ask.read) else VerdictKind.CORRECT


def _keyed(station: Station, value: Value) -> Pressed:
    """Keep what was keyed blind: settled when another keyer says the same, else somebody keys it too."""
    ask, me = station.ask, station.lease.holder
    keyed = station.keyed(ask.key)
    kind = held(value, ask.machine, [given.value for given in keyed])
    others = [given for given in keyed if given.by != me]
    alone = held(value, ask.machine, [given.value for given in others]) is VerdictKind.KEYED is not kind
    after, effects = verdict(station, kind, value, VerificationMode.BLIND_ALONE if alone else VerificationMode.BLIND)
    if kind is VerdictKind.KEYED:
        after = replace(after, notice=Notice.OTHERS_TURN if ask.key in after.others_turn else Notice.KEY_AGAIN)
    return after, effects


def verdict(
    station: Station, kind: VerdictKind, value: Value, mode: VerificationMode | None = None, told_by: Value = NOTHING
) -> Pressed:
    """Give a verdict on the field in front, and go on to the next that needs one."""
    key = station.ask.key
    given = Given(key, kind, value, station.lease.holder, mode is VerificationMode.TOLD)
    after = replace(station, given=(*station.given, given))
    effects: tuple[Effect, ...] = (GiveVerdict(Said(key, kind, value, mode or _mode(station.ask), told_by)),)
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


def illegible(station: Station) -> Pressed:
    """Say that nobody can read the field in front."""
    return verdict(station, VerdictKind.ILLEGIBLE, NOTHING)


def blank(station: Station) -> Pressed:
    """Say that nothing is written in the field in front."""
    ask = station.ask
    return (
        _keyed(station, ask.empty) if ask.mode is VerificationMode.BLIND else verdict(station, VerdictKind.BLANK, ask.empty)
    )


def undo(station: Station) -> Pressed:
    """Take back the answer given last; not what somebody else keyed blind, which is not seen here."""
    last = {given.key: place for place, given in enumerate(station.given)}
    mine = [
        place
        for place in last.values()
        if station.given[place].kind is not VerdictKind.KEYED or station.given[place].by == station.lease.holder
    ]
    if not mine:
        return replace(station, notice=Notice.NOTHING_TO_UNDO), ()
    place = max(mine)
    key = station.given[place].key
    at = next(at for at, ask in enumerate(station.asks) if ask.key == key)
    after = replace(station, given=(*station.given[:place], *station.given[place + 1 :])).facing(at)
    return replace(after, notice=Notice.TAKEN_BACK), (Undo(key),)
