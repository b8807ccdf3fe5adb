"""Whatever two reviewers and the clock do, one task has one holder, and the projection is the fold."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from pipeline.domain.event import Event, EventKind
from pipeline.domain.review import Lease
from pipeline.domain.status import Status, fold
from pipeline.edges.store.tables import form_state
from tests.support.stores import NOW, open_store, waiting

LEASE_S = 600
PEOPLE = ("anna", "bo")
MOVING = [kind for kind in EventKind if kind not in (EventKind.ERASED,)]


class TwoReviewers(RuleBasedStateMachine):
    """Two reviewers take, renew and leave tasks while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(Path(self.folder.name))
        self.now = NOW
        self.leases: dict[str, Lease | None] = dict.fromkeys(PEOPLE)
        with self.store.begin() as unit:
            self.forms = [waiting(unit, f"s{n}", NOW + dt.timedelta(hours=n)).id for n in range(3)]

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def standing(self, who: str) -> bool:
        lease = self.leases[who]
        return lease is not None and lease.until > self.now

    @rule(who=st.sampled_from(PEOPLE), which=st.none() | st.integers(0, 2))
    def take(self, who: str, which: int | None) -> None:
        wanted = None if which is None else self.forms[which]
        with self.store.begin() as unit:
            lease = unit.tasks.take(who, self.now, LEASE_S, wanted)
        other = next(name for name in PEOPLE if name != who)
        theirs = self.leases[other]
        if lease is not None and theirs is not None and self.standing(other):
            assert lease.form != theirs.form
        if lease is not None:
            self.leases[who] = lease

    @rule(who=st.sampled_from(PEOPLE))
    def renew(self, who: str) -> None:
        lease = self.leases[who]
        if lease is None:
            return
        with self.store.begin() as unit:
            renewed = unit.tasks.renew(lease, self.now, LEASE_S)
        if self.standing(who):
            assert renewed is not None or not self._mine(who)
        else:
            assert renewed is None
        self.leases[who] = renewed or self.leases[who]

    @rule(who=st.sampled_from(PEOPLE))
    def leave(self, who: str) -> None:
        lease = self.leases[who]
        if lease is None:
            return
        with self.store.begin() as unit:
            unit.tasks.leave(lease, self.now)
        self.leases[who] = None

    @rule(minutes=st.integers(1, 12))
    def time_passes(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @rule()
    def leases_expire(self) -> None:
        with self.store.begin() as unit:
            unit.tasks.expire(self.now)

    @precondition(lambda self: any(self.standing(who) for who in PEOPLE))
    @rule(who=st.sampled_from(PEOPLE))
    def settle(self, who: str) -> None:
        lease = self.leases[who]
        if lease is None:
            return
        with self.store.begin() as unit:
            if unit.tasks.holds(lease, self.now):
                unit.append(Event(EventKind.FORM_SETTLED, lease.form, self.now, (), who))
                unit.tasks.drop(lease.form)
        self.leases[who] = None

    def _mine(self, who: str) -> bool:
        lease = self.leases[who]
        with self.store.read() as unit:
            return lease is not None and unit.tasks.holds(lease, self.now)

    @invariant()
    def one_task_has_one_holder(self) -> None:
        held = [self.leases[who] for who in PEOPLE if self._mine(who)]
        forms = [lease.form for lease in held if lease is not None]
        assert len(set(forms)) == len(forms)

    @invariant()
    def the_projection_is_the_fold(self) -> None:
        with self.store.read() as unit:
            for form in self.forms:
                state = unit.forms.state(form)
                assert state == fold(form, unit.events(subject=form))
                assert state is not None
                assert (state.status is Status.SETTLED) == (unit.tasks.get(form) is None)


TestTwoReviewers = TwoReviewers.TestCase
TestTwoReviewers.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(MOVING), st.sampled_from("ABC"), st.none() | st.integers(0, 9)), max_size=30))
def test_refolding_any_history_gives_identical_rows(history: list[tuple[EventKind, str, int | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        with store.begin() as unit:
            for kind, form, generation in history:
                params = () if generation is None else (("generation", generation),)
                unit.append(Event(kind, form, NOW, params))
        with store.read() as unit:
            before = sorted(map(tuple, unit.connection.execute(select(form_state))))
        store.refold()
        with store.read() as unit:
            assert sorted(map(tuple, unit.connection.execute(select(form_state)))) == before
            for form in "ABC":
                assert unit.forms.state(form) == fold(form, unit.events(subject=form))
        assert store.verify_ledger() is None
        store.close()
