"""Keys at the verification station."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.notification import Barred, Blocked
from pipeline.domain.review import Ending, Review, Said, Verdict, VerdictKind, VerificationMode, kept
from pipeline.domain.template import Field, FieldKind
from pipeline.domain.value import NOTHING, Value
from pipeline.station.ask import Ask
from pipeline.station.effects import (
    CloseForm,
    Effect,
    GiveVerdict,
    Next,
    OpenPicture,
    Previous,
    Quit,
    RenewLease,
    Reveal,
    Settle,
    Undo,
)
from pipeline.station.press import press
from pipeline.station.state import Given, Mode, Notice, Station, barred, opened, saved
from tests.support.stations import FORM, NAME, NOW, NUMBER, asks, blind, masked, station


def verdict(key: str, kind: VerdictKind, value: Value, mode: VerificationMode = VerificationMode.CONFIRM) -> GiveVerdict:
    return GiveVerdict(Said(key, kind, value, mode))


def typed(state: Station, *keys: str) -> tuple[Station, list[Effect]]:
    effects: list[Effect] = []
    for key in keys:
        state, more = press(state, key)
        effects.extend(more)
    return state, effects


def at(state: Station, key: str) -> Station:
    return state.facing(next(at for at, ask in enumerate(state.asks) if ask.key == key))


def test_enter_accepts_the_machines_value_and_goes_to_the_next_field() -> None:
    after, effects = typed(station(), "enter")
    assert effects == [verdict("pat_id", VerdictKind.ACCEPT, Value(NUMBER))]
    assert after.ask.key == "pat_namn"
    assert after.left == 5


def test_a_typed_number_is_kept_in_normal_form() -> None:
    _, effects = typed(station(), *"196101182803", "enter")
    assert effects == [verdict("pat_id", VerdictKind.CORRECT, Value("19610118-2803"))]


def test_a_typed_value_equal_to_the_machines_accepts_it() -> None:
    _, effects = typed(station(), *"500907-2553", "enter")
    assert effects == [verdict("pat_id", VerdictKind.ACCEPT, Value(NUMBER))]


def test_a_value_that_does_not_fit_is_told_and_not_kept() -> None:
    after, effects = typed(at(station(), "diagnosdatum"), *"20261341", "enter")
    assert (effects, after.notice, after.mode) == ([], Notice.DOES_NOT_FIT, Mode.TYPE)


def test_editing_begins_with_the_machines_value() -> None:
    _, effects = typed(at(station(), "pat_namn"), "e", "backspace", *"en", "enter")
    assert effects == [verdict("pat_namn", VerdictKind.CORRECT, Value(NAME[:-1] + "en"))]


def test_a_capital_begins_a_written_answer_and_escape_leaves_it() -> None:
    after, effects = typed(at(station(), "pat_namn"), *"Bo", "esc")
    assert (effects, after.mode, after.typed.text) == ([], Mode.LOOK, "")


def test_arrows_fetch_what_else_was_read() -> None:
    _, effects = typed(at(station(), "pat_namn"), "e", "down", "enter")
    assert effects == [verdict("pat_namn", VerdictKind.CORRECT, Value("Lyckan Ängros"))]


def test_one_key_picks_a_box_where_one_may_be_ticked() -> None:
    _, effects = typed(at(station(), "pat_kon"), "2")
    assert effects == [verdict("pat_kon", VerdictKind.CORRECT, Value("k"), VerificationMode.SINGLE)]


def test_enter_picks_no_box_where_none_is_proposed() -> None:
    after, effects = typed(at(station(), "pat_kon"), "enter")
    assert (effects, after.notice) == ([], Notice.PICK_ONE)


def test_several_boxes_are_toggled_and_kept_sorted() -> None:
    _, effects = typed(at(station(), "smittvag"), "3", "2", "3", "enter")
    assert effects == [verdict("smittvag", VerdictKind.CORRECT, Value(("mat", "vatten")))]


def test_boxes_toggled_back_to_the_proposal_accept_it() -> None:
    _, effects = typed(at(station(), "smittvag"), "3", "3", "enter")
    assert effects == [verdict("smittvag", VerdictKind.ACCEPT, Value(("mat",)))]


def test_illegible_and_blank_are_one_key_each() -> None:
    _, effects = typed(station(), "i", "b", "tab", "b")
    assert effects == [
        verdict("pat_id", VerdictKind.ILLEGIBLE, NOTHING),
        verdict("pat_namn", VerdictKind.BLANK, NOTHING),
        verdict("smittvag", VerdictKind.BLANK, Value(())),
    ]


def test_tab_goes_round_both_ways_without_a_verdict() -> None:
    after, effects = typed(station(), "shift-tab")
    assert (after.ask.key, effects) == ("underskrift", [])
    assert typed(after, "tab")[0].ask.key == "pat_id"


def test_the_last_verdict_settles_the_form() -> None:
    after, effects = typed(station(), "enter", "enter", "1", "enter", "enter", "enter")
    assert after.done
    assert effects[-1] == Settle()
    assert sum(isinstance(effect, GiveVerdict) for effect in effects) == 6


def test_undo_takes_back_the_latest_verdict_and_shows_its_field() -> None:
    before = typed(station(), "enter")[0]
    after, effects = typed(before, "i", "u")
    assert effects[-1] == Undo("pat_namn")
    assert replace(after, notice=Notice.NONE) == before


def test_undo_with_nothing_to_take_back_says_so() -> None:
    after, effects = typed(station(), "u")
    assert (after.notice, effects) == (Notice.NOTHING_TO_UNDO, [])


def test_closing_asks_for_the_reason_and_nothing_else() -> None:
    after, effects = typed(station(), "c", "1")
    assert effects == [CloseForm(Ending.ALREADY_NOTIFIED)]
    assert typed(station(), "c", "4")[1] == [CloseForm(Ending.RECEIVED_BY_ADDRESSEE)]
    assert typed(station(), "c", "esc", "enter")[1] == [verdict("pat_id", VerdictKind.ACCEPT, Value(NUMBER))]
    assert after.mode is Mode.LOOK


def test_the_other_keys_ask_for_what_they_say() -> None:
    assert typed(station(), "o", "n", "p", "q")[1] == [OpenPicture("pat_id"), Next(), Previous(), Quit()]
    assert typed(station(), "ctrl-c")[1] == [Quit()]


def test_the_list_of_keys_goes_away_at_any_key() -> None:
    after, effects = typed(station(), "?", "enter")
    assert (after.mode, effects) == (Mode.LOOK, [])


def test_a_covered_field_is_not_accepted_edited_or_picked() -> None:
    for key in ("enter", "e"):
        after, effects = typed(station(masked()), key)
        assert (effects, after.notice) == ([], Notice.MASKED)


def test_showing_a_covered_field_is_told_once_and_only_the_code_is_taken() -> None:
    after, effects = typed(station(masked(), *asks()[1:]), "k")
    assert effects == [Reveal("pat_id")]
    assert not after.covered
    refused, none = typed(after, *"195009072553", "enter")
    assert (none, refused.notice) == ([], Notice.DOES_NOT_FIT)
    keyed, effects = typed(after, *"19502553", "enter")
    assert effects == [verdict("pat_id", VerdictKind.CORRECT, Value("1950-2553"))]
    assert typed(keyed, "shift-tab")[0].covered


def test_a_field_that_was_shown_once_is_covered_again_and_can_not_be_accepted() -> None:
    assert typed(station(masked()), "k", "esc")[0].covered
    after, effects = typed(station(masked()), "k", "esc", "enter")
    assert (effects, after.notice) == ([Reveal("pat_id")], Notice.MASKED)


def test_a_field_typed_blind_does_not_fetch_the_covered_number() -> None:
    after, _ = typed(station(masked()), "1", "up", "down")
    assert after.typed.text == "1"


def test_keys_near_the_end_of_the_lease_hold_it_longer() -> None:
    assert typed(station(minutes=4), "tab")[1] == [RenewLease()]
    assert typed(station(minutes=9), "tab")[1] == []


def barred_for(state: Station, reason: Blocked, *keys: str) -> Station:
    again = tuple(ask for ask in (*asks(), extra()) if ask.key in keys)
    return barred(state, Barred(reason, keys), again)


def extra() -> Ask:
    return Ask(Field("smittland", "Smittland", "", FieldKind.TEXT40), Value("Norge"))


def answered() -> Station:
    return typed(station(), "i", "enter", "1", "enter", "enter", "enter")[0]


def test_a_required_answer_nobody_can_read_is_asked_again_and_let_go_by_the_same_key() -> None:
    state = barred_for(answered(), Blocked.REQUIRED_UNKNOWN, "pat_id")
    assert (state.left, state.ask.key, state.let_go) == (1, "pat_id", frozenset())
    after, effects = typed(state, "i")
    assert effects == [verdict("pat_id", VerdictKind.ILLEGIBLE, NOTHING), Settle(frozenset({"pat_id"}))]
    assert typed(after, "u")[0].again == {"pat_id"}
    _, effects = typed(state, *"195009072553", "enter")
    assert effects[-1] == Settle()


def test_a_field_the_machine_was_sure_of_is_asked_when_the_law_bars_the_form() -> None:
    state = barred_for(answered(), Blocked.NO_DATE, "smittland")
    assert (state.ask.key, state.left) == ("smittland", 1)
    assert typed(state, "enter")[1] == [verdict("smittland", VerdictKind.ACCEPT, Value("Norge")), Settle()]


def test_what_was_let_go_stays_so_when_the_form_is_barred_once_more() -> None:
    state = typed(barred_for(answered(), Blocked.REQUIRED_UNKNOWN, "pat_id"), "i")[0]
    state = barred_for(state, Blocked.NO_DATE, "diagnosdatum")
    assert typed(state, "enter")[1][-1] == Settle(frozenset({"pat_id"}))


def test_a_bar_without_fields_lets_any_answer_be_changed() -> None:
    state = barred_for(answered(), Blocked.NEEDS_SITHS_PERSON)
    assert state.done
    assert typed(state, "tab", "b")[1][-1] == Settle()


def test_saving_shows_its_time_and_the_new_lease() -> None:
    start = station()
    lease = replace(start.lease, until=NOW + dt.timedelta(minutes=20))
    after = saved(start, NOW + dt.timedelta(seconds=5), lease)
    assert (after.saved, after.lease.until) == (NOW + dt.timedelta(seconds=5), lease.until)


def test_half_done_work_opens_at_the_first_field_without_a_verdict() -> None:
    verdict = Verdict("pat_id", VerdictKind.ACCEPT, Value(NUMBER), "other", NOW)
    after = opened(station(), (verdict,))
    assert (after.ask.key, after.left) == ("pat_namn", 5)


def test_nothing_a_person_wrote_shows_in_the_stations_own_words() -> None:
    state, effects = typed(station(), *"196101182803", "enter", "e")
    told = repr(state) + repr(effects) + repr(typed(state, "Ö")[0])
    for secret in (NUMBER, NAME, "19610118", "196101182803", "Lyckan", "Salmonella"):
        assert secret not in told


KEYS = st.sampled_from(
    [*"ittbuhekc?o+-np1239Bx ö", "enter", "tab", "shift-tab", "left", "right", "up", "down", "esc", "backspace", "delete"]
)


@given(st.lists(KEYS, max_size=80))
def test_what_is_kept_and_what_is_shown_never_part(keys: list[str]) -> None:
    begun = replace(station(masked(), blind("pat_namn", "B"), *asks()[2:]), contact={"anm_tel": Value("018-611 00 00")})
    state, me = begun, begun.lease.holder
    log: list[Verdict] = []
    for number, key in enumerate(keys):
        state, effects = press(state, key)
        for effect in effects:
            moment = NOW + dt.timedelta(seconds=number)
            if isinstance(effect, GiveVerdict):
                said = effect.said
                log.append(Verdict(said.key, said.kind, said.value, me, moment, said.mode, said.told_by))
                assert said.told_by.is_blank is not (said.mode is VerificationMode.TOLD)
            if isinstance(effect, Undo):
                log.append(Verdict(effect.key, VerdictKind.UNDO, NOTHING, me, moment))
        stored = kept([Review(FORM, tuple(log))])
        told = VerificationMode.TOLD
        assert tuple(Given(v.key, v.kind, v.value, v.reviewer, v.mode is told) for v in stored) == state.given
        resumed = opened(begun, stored)
        assert resumed.standing == state.standing
        if any(isinstance(effect, Settle) for effect in effects):
            assert state.done


@given(st.lists(KEYS, max_size=60))
def test_undo_after_any_verdict_brings_the_answers_back_exactly(keys: list[str]) -> None:
    state = station(blind("pat_id", NUMBER), *asks()[1:])
    for key in keys:
        after, effects = press(state, key)
        if any(isinstance(effect, GiveVerdict) for effect in effects) and not after.done:
            undone, back = press(after, "u")
            assert undone.given == state.given
            assert isinstance(back[0], Undo)
            assert undone.ask.key == state.ask.key
        state = after


@given(st.lists(KEYS, max_size=60))
def test_no_key_settles_a_form_with_an_unanswered_field(keys: list[str]) -> None:
    state = station(blind("pat_id", NUMBER), *asks()[1:])
    for key in keys:
        state, effects = press(state, key)
        assert (Settle() in effects) <= (state.left == 0)
        assert 0 <= state.at < len(state.asks)
        assert 0 <= state.typed.cursor <= len(state.typed.text) <= 40
