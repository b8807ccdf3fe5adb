"""Two reviewers at one queue, leases that expire, lines that drop: no task twice, no answer lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipeline.domain.event import EventKind
from pipeline.domain.review import Verdict, VerdictKind
from pipeline.domain.status import Status
from pipeline.station.desk import Desk
from tests.support.desks import TARM, Clock, office, prove, wait

WHO = st.sampled_from(["anna", "bo"])
KEYS = st.sampled_from(["enter", "enter", "enter", "i", "b", "u", "tab", "n", "p", "k", "e", "esc", "1", "c"])
NUMBERS = ("19500907-2553", "19610118-2803", "20030202-2389")


class TwoReviewers(RuleBasedStateMachine):
    """Two desks on one store."""

    @initialize(blind=st.booleans())
    def begin(self, blind: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.office = office(Path(self.folder.name), self.clock)
        if blind:
            prove(self.office.store, wrong=100)
        self.forms = [wait(self.office, f"scan {at}", {**TARM, "pat_id": number}) for at, number in enumerate(NUMBERS)]
        self.desks = {who: Desk(self.office, who) for who in ("anna", "bo")}
        self.kept: dict[str, int] = dict.fromkeys(self.forms, 0)

    @rule(who=WHO)
    def open(self, who: str) -> None:
        if self.desks[who].station is None:
            self.desks[who].open()

    @rule(who=WHO, key=KEYS)
    def press(self, who: str, key: str) -> None:
        self.clock.push(1)
        self.desks[who].press(key)

    @rule(who=WHO)
    def line_drops(self, who: str) -> None:
        self.desks[who] = Desk(self.office, who)

    @rule(seconds=st.sampled_from([30, 400, 700]))
    def time_passes(self, seconds: float) -> None:
        self.clock.push(seconds)

    @invariant()
    def nobody_holds_what_another_holds(self) -> None:
        now = self.clock.now
        held = [desk.station.task.form for desk in self.desks.values() if desk.station and desk.station.lease.until > now]
        assert len(held) == len(set(held))

    @invariant()
    def answers_only_grow_and_the_ledger_knows_each(self) -> None:
        with self.office.store.read() as unit:
            for form in self.forms:
                verdicts = unit.documents.load_all(Verdict, form, "verdict")
                told = [event for event in unit.events(form) if event.kind is EventKind.VERDICT_GIVEN]
                assert len(verdicts) == len(told) >= self.kept[form]
                self.kept[form] = len(verdicts)

    @invariant()
    def a_form_goes_on_once_and_only_with_every_answer(self) -> None:
        with self.office.store.read() as unit:
            for form in self.forms:
                state = unit.forms.state(form)
                assert state is not None
                settled = [event for event in unit.events(form) if event.kind is EventKind.FORM_SETTLED]
                assert len(settled) == (state.status is Status.SETTLED)
                if settled:
                    verdicts = unit.documents.load_all(Verdict, form, "verdict")
                    assert len({v.key for v in verdicts if v.kind is not VerdictKind.UNDO}) == 3

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.close()
            self.folder.cleanup()


TestTwoReviewers = TwoReviewers.TestCase
TestTwoReviewers.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
