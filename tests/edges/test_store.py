"""What is true of the store, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.domain.event import Event, EventKind
from pipeline.domain.facts import Facts
from pipeline.domain.form import Form, FormPage
from pipeline.domain.notification import Step
from pipeline.domain.placement import PageState
from pipeline.domain.record import Draft, DraftField, Finding, FindingKind
from pipeline.domain.review import Verdict, VerdictKind
from pipeline.domain.scan import PageId, Pile, Scan
from pipeline.domain.status import FormState, Status, fold
from pipeline.domain.submission import Receipt, Refusal, RefusalCode, Submission
from pipeline.domain.value import Value
from pipeline.edges.store import Store
from pipeline.edges.store.outbox import OutState
from pipeline.edges.store.pages import PageRow
from pipeline.edges.store.scans import Arrival, Grade, ScanState
from pipeline.edges.store.search import SearchKind
from pipeline.edges.store.tables import event as event_table
from pipeline.edges.store.tables import form_state
from pipeline.errors import StoreError
from tests.support.stores import NOW, digest, open_store, page_id, placed, received, waiting

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    opened = open_store(tmp_path, url)
    yield opened
    opened.close()


def told(kind: EventKind, subject: str, **params: str | int) -> Event:
    return Event(kind, subject, NOW, tuple(params.items()))


class TestLedger:
    def test_every_event_is_tied_to_the_one_before(self, store: Store) -> None:
        with store.begin() as unit:
            assert [unit.append(told(EventKind.BUG, f"b{n}", count=n)) for n in range(5)] == [1, 2, 3, 4, 5]
        assert store.verify_ledger() is None
        with store.read() as unit:
            assert [event.param("count") for event in unit.events(since=2)] == [2, 3, 4]
            assert [event.subject for event in unit.events(subject="b1")] == ["b1"]

    @pytest.mark.parametrize(
        "meddling",
        [
            update(event_table).values(subject="other"),
            delete(event_table),
            insert(event_table).values(seq=9, kind="bug", subject="x", at=NOW, params="[]", actor="machine", hash="0" * 64),
        ],
        ids=["update", "delete", "gap"],
    )
    def test_the_database_itself_refuses_to_change_the_past(self, store: Store, meddling: object) -> None:
        with store.begin() as unit:
            unit.append(told(EventKind.BUG, "b"))
        with pytest.raises((StoreError, IntegrityError)), store.begin() as unit:
            unit.connection.execute(meddling)  # type: ignore[call-overload]
        assert store.verify_ledger() is None

    def test_a_forged_event_is_found_at_its_place(self, store: Store) -> None:
        with store.begin() as unit:
            for n in range(3):
                unit.append(told(EventKind.BUG, f"b{n}"))
            unit.connection.execute(
                insert(event_table).values(
                    seq=4, kind="bug", subject="forged", at=NOW, params="[]", actor="machine", hash="0" * 64
                )
            )
        assert store.verify_ledger() == 4

    @pytest.mark.parametrize("value", ["Anna Andersson", "19500907-2553", "195009072553", "åäö"])
    def test_an_event_takes_codes_and_nothing_a_person_wrote(self, store: Store, value: str) -> None:
        with pytest.raises(ValueError, match="no code"), store.begin() as unit:
            unit.append(told(EventKind.BUG, "b", reason=value))

    def test_a_person_stands_there_by_alias_only(self, store: Store) -> None:
        with store.begin() as unit:
            unit.append(Event(EventKind.POLICY_SET, "policy", NOW, (), "Maria Managersson"))
            unit.append(Event(EventKind.POLICY_SET, "policy", NOW, (), "Maria Managersson"))
            unit.append(Event(EventKind.POLICY_SET, "policy", NOW, (), "Other"))
            assert [event.actor for event in unit.events()] == ["v1", "v1", "v2"]
            assert unit.people.name("v1") == "Maria Managersson"
            assert unit.people.name("v9") is None

    def test_a_unit_that_fails_leaves_nothing(self, store: Store) -> None:
        def fail() -> None:
            with store.begin() as unit:
                unit.append(told(EventKind.BUG, "b"))
                unit.append(told(EventKind.BUG, "no code"))

        with pytest.raises(ValueError, match="no code"):
            fail()
        with store.read() as unit:
            assert unit.ledger.head()[0] == 0

    def test_the_projection_is_what_a_fold_says_and_refolding_gives_identical_rows(self, store: Store) -> None:
        with store.begin() as unit:
            forms = [waiting(unit, f"s{n}") for n in range(4)]
            unit.tasks.take("anna", NOW, 60, forms[0].id)
            unit.append(told(EventKind.FORM_HELD, forms[1].id, generation=7))
            unit.append(told(EventKind.ERASED, digest("s2")))
            unit.append(told(EventKind.ERASED, forms[3].id))
        with store.read() as unit:
            before = set(map(tuple, unit.connection.execute(select(form_state))))
            for form in forms:
                assert unit.forms.state(form.id) == fold(form.id, unit.events(subject=form.id))
            assert unit.forms.state(forms[1].id) == FormState(forms[1].id, Status.HELD, 7)
            assert unit.forms.state(digest("s2")) is None
        assert store.refold() == 4
        with store.read() as unit:
            assert set(map(tuple, unit.connection.execute(select(form_state)))) == before


class TestPaper:
    def test_the_same_bytes_are_one_scan_that_arrived_twice(self, store: Store) -> None:
        scan = Scan(digest("a"), 7, "image/tiff", NOW)
        with store.begin() as unit:
            unit.piles.name(Pile("p1", dt.date(2026, 11, 23), 46), NOW)
            assert unit.scans.add(scan, "0" * 32)
            assert not unit.scans.add(scan, "1" * 32)
            unit.scans.arrive(Arrival(scan.digest, "p1", NOW, Grade.FIRST, "m1"))
            unit.scans.arrive(Arrival(scan.digest, "p1", NOW + MINUTE, Grade.SAME_BYTES, "m1"))
        with store.read() as unit:
            assert [came.grade for came in unit.scans.arrivals(scan.digest)] == [Grade.SAME_BYTES, Grade.FIRST]
            assert [row.blob for row in unit.scans.all(pile="p1")] == ["0" * 32]
            assert unit.piles.latest() == Pile("p1", dt.date(2026, 11, 23), 46)
            assert unit.scans.begins(scan.digest[:9])[0].digest == scan.digest

    def test_a_scan_moves_once_per_generation(self, store: Store) -> None:
        with store.begin() as unit:
            unit.scans.add(Scan(digest("a"), 7, "image/tiff", NOW), "0" * 32)
            row = unit.scans.get(digest("a"))
            assert row is not None
            assert unit.scans.move(row, ScanState.PLACED, pages=2)
            assert not unit.scans.move(row, ScanState.REJECTED, reason="damaged")
            assert unit.scans.again(row) == 2
            assert not unit.scans.move(row, ScanState.PLACED)

    def test_a_page_comes_back_as_it_was_kept(self, store: Store) -> None:
        page = PageRow(digest("a"), 1, PageState.PLACED, None, placed(), 2480, 3508, 300.0, "m", None, "c", "p")
        with store.begin() as unit:
            unit.scans.add(Scan(digest("a"), 7, "image/tiff", NOW), "0" * 32)
            assert unit.pages.keep(page)
            assert not unit.pages.keep(page)
            assert unit.pages.get(page.id) == page
            assert [unit.pages.count_of(scan) for scan in (page.scan, digest("b"))] == [1, 0]
            assert unit.pages.formless(PageState.PLACED, PageState.HELD) == (page.scan,)
            assert unit.pages.same_picture("m") == (page,)
            assert set(unit.blobs()) == {"c", "p", "0" * 32}
            assert unit.pages.counts() == {PageState.PLACED: 1}
            assert unit.pages.forget_blobs(page.id) == ("c", "p")
            assert unit.scans.forget_blob(digest("a")) == "0" * 32
            assert (unit.scans.forget_blob(digest("a")), list(unit.blobs())) == (None, [])
            assert unit.pages.set_state(page.id, PageState.PLACED, PageState.HELD, "awaits_pages")
            assert not unit.pages.set_state(page.id, PageState.PLACED, PageState.HELD)

    def test_a_form_owns_its_pages_and_takes_more_when_they_come(self, store: Store) -> None:
        with store.begin() as unit:
            form = received(unit, "a")
            assert unit.forms.load(form.id) == form
            assert not unit.forms.add(form, NOW)
            unit.scans.add(Scan(digest("b"), 7, "image/tiff", NOW), "0" * 32)
            unit.pages.keep(PageRow(digest("b"), 1, PageState.HELD, "awaits_pages", placed(1, 2)))
            late = FormPage(PageId(digest("b"), 1), placed(1, 2))
            grown = Form(form.id, form.template, form.version, (*form.pages, late), True)
            unit.forms.extend(grown)
            assert unit.forms.load(form.id) == grown
            assert unit.pages.formless(PageState.PLACED, PageState.HELD) == ()
            assert unit.forms.begins(form.id.lower()[:6].replace("-", "")) == (form.id,)

    def test_no_page_is_given_to_two_forms(self, store: Store) -> None:
        with store.begin() as unit:
            form = received(unit, "a")
        with pytest.raises(ValueError, match="taken"), store.begin() as unit:
            unit.forms.add(Form("AAAA-BBBB", form.template, form.version, form.pages), NOW)

    def test_a_step_is_taken_only_from_where_it_was_expected(self, store: Store) -> None:
        with store.begin() as unit:
            form = received(unit, "a")
            read = told(EventKind.FORM_READ, form.id)
            assert not unit.forms.step(read, (Status.RECEIVED,), generation=2)
            assert unit.forms.step(read, (Status.RECEIVED,), generation=1)
            assert not unit.forms.step(read, (Status.RECEIVED,), generation=1)
            assert unit.forms.counts() == {("klinisk-tarm@2025-1", Status.WAITING): 1}


class TestQueue:
    def test_overdue_goes_first_by_disease_then_age_then_the_rest_by_due(self, store: Store) -> None:
        tasks = {
            "tomorrow": (NOW + DAY, 1),
            "undated": (None, 5),
            "overdue_mild_old": (NOW - 9 * DAY, 9),
            "overdue_grave_new": (NOW - DAY, 1),
            "overdue_grave_old": (NOW - 3 * DAY, 1),
            "today": (NOW + 60 * MINUTE, 9),
        }
        with store.begin() as unit:
            names = {waiting(unit, name, *told).id: name for name, told in tasks.items()}
            ordered = [names[task.form] for task in unit.tasks.queue(NOW)]
        assert ordered == ["overdue_grave_old", "overdue_grave_new", "overdue_mild_old", "today", "undated", "tomorrow"]

    def test_two_reviewers_never_hold_one_task(self, store: Store) -> None:
        with store.begin() as unit:
            form = waiting(unit, "a")
            first = unit.tasks.take("anna", NOW, 600)
            assert first is not None
            assert unit.tasks.take("bo", NOW, 600) is None
            assert unit.tasks.queue(NOW, free_for="bo") == ()
            assert unit.tasks.holder(form.id, NOW) == "v1"
            assert unit.forms.state(form.id) == FormState(form.id, Status.IN_REVIEW, 1)

    def test_a_lease_that_expired_is_taken_over_and_the_first_holder_told(self, store: Store) -> None:
        with store.begin() as unit:
            waiting(unit, "a")
            first = unit.tasks.take("anna", NOW, 600)
            later = NOW + 11 * MINUTE
            second = unit.tasks.take("bo", later, 600)
            assert first is not None
            assert second is not None
            assert unit.tasks.renew(first, later, 600) is None
            assert not unit.tasks.leave(first, later)
            assert unit.tasks.renew(second, later + MINUTE, 600) is not None

    def test_a_task_that_is_left_waits_again(self, store: Store) -> None:
        with store.begin() as unit:
            form = waiting(unit, "a")
            lease = unit.tasks.take("anna", NOW, 600)
            assert lease is not None
            assert unit.tasks.leave(lease, NOW)
            assert not unit.tasks.leave(lease, NOW)
            state = unit.forms.state(form.id)
            assert state is not None
            assert state.status is Status.WAITING

    def test_expired_leases_are_put_back_with_an_event(self, store: Store) -> None:
        with store.begin() as unit:
            form = waiting(unit, "a")
            unit.tasks.take("anna", NOW, 600)
            assert unit.tasks.expire(NOW + MINUTE) == 0
            assert unit.tasks.expire(NOW + 11 * MINUTE) == 1
            assert [event.kind for event in unit.events(subject=form.id)][-1] is EventKind.LEASE_LEFT

    def test_a_settled_form_is_no_task(self, store: Store) -> None:
        with store.begin() as unit:
            form = waiting(unit, "a")
            lease = unit.tasks.take("anna", NOW, 600)
            unit.append(told(EventKind.FORM_SETTLED, form.id))
            assert lease is not None
            assert not unit.tasks.holds(lease, NOW)
            assert unit.tasks.get(form.id) is None


class TestDocuments:
    def test_nouns_come_back_as_they_were_and_nothing_is_overwritten(self, store: Store) -> None:
        draft = Draft("F", "klinisk-tarm", "2025-1", (DraftField("pat_namn", Value("Bo Ek"), 0.5, "t", None),))
        many = Draft("F", "klinisk-tarm", "2025-1", (DraftField("x", Value(("a", "b")), 1.0, "t", None),))
        findings = (Finding(FindingKind.TOO_LONG, "pat_namn", (("length", 41),)),)
        verdict = Verdict("pat_namn", VerdictKind.CORRECT, Value("Bo Eek"), "anna", NOW)
        with store.begin() as unit:
            form = received(unit, "a")
            assert unit.documents.put(form.id, "draft", 1, draft, NOW)
            assert not unit.documents.put(form.id, "draft", 1, many, NOW)
            assert unit.documents.add(form.id, "draft", many, NOW) == 2
            unit.documents.add(form.id, "findings", findings, NOW)
            unit.documents.add(form.id, "verdict", verdict, NOW)
            assert unit.documents.load(Draft, form.id, "draft", 1) == draft
            assert unit.documents.load(Draft, form.id, "draft") == many
            assert unit.documents.load_all(Draft, form.id, "draft") == (draft, many)
            assert unit.documents.load_many(Finding, form.id, "findings") == findings
            assert unit.documents.load(Verdict, form.id, "verdict") == verdict
            assert unit.documents.load(Draft, form.id, "record") is None

    def test_a_sealed_document_does_not_open_in_anothers_place(self, store: Store) -> None:
        from pipeline.edges.store.tables import document

        with store.begin() as unit:
            form = received(unit, "a")
            unit.documents.add(form.id, "draft", {"a": 1}, NOW)
            unit.connection.execute(update(document).values(kind="record"))
            with pytest.raises(StoreError, match="sealed_damaged"):
                unit.documents.plain(form.id, "record")

    def test_facts_are_kept_replaced_and_erased(self, store: Store) -> None:
        with store.begin() as unit:
            form = received(unit, "a")
            facts = Facts(form.id, disease="salmonella", arrived=dt.date(2026, 11, 23), read_at=NOW, touch_s=12.5)
            unit.facts.put(Facts(form.id))
            unit.facts.put(facts)
            assert unit.facts.get(form.id) == facts
            assert list(unit.facts.all(dt.date(2026, 11, 24))) == []
            assert list(unit.facts.all()) == [facts]
            unit.facts.erase(form.id)
            assert unit.facts.get(form.id) is None


class TestSearch:
    def test_a_form_is_found_by_number_name_clinic_and_date(self, store: Store) -> None:
        with store.begin() as unit:
            form = received(unit, "a")
            written = [
                (SearchKind.NUMBER, "19500907-2553"),
                (SearchKind.NAME, "Åsa Öberg-Ek"),
                (SearchKind.DATE, "2026-11-22"),
            ]
            unit.search.put(form.id, written)
            for kind, asked in [
                (SearchKind.NUMBER, "500907-2553"),
                (SearchKind.NUMBER, "195009072553"),
                (SearchKind.NAME, "öberg åsa"),
                (SearchKind.NAME, "asa"),
                (SearchKind.DATE, "2026-11-22"),
            ]:
                assert unit.search.find(kind, asked) == (form.id,), kind
            assert unit.search.find(SearchKind.NAME, "Åsa Berg") == ()
            assert unit.search.find(SearchKind.NAME, "") == ()

    def test_the_same_case_is_told_by_identity_and_disease(self, store: Store) -> None:
        with store.begin() as unit:
            one, two = received(unit, "a"), received(unit, "b")
            unit.search.keep_case(one.id, "195009072553", "salmonella")
            unit.search.keep_case(one.id, "195009072553", "salmonella")
            assert unit.search.same_case("19500907-2553", "salmonella", but=two.id) == (one.id,)
            assert unit.search.same_case("19500907-2553", "shigella") == ()


class TestOutbox:
    def frozen(self, store: Store, body: bytes = b"{}") -> tuple[str, Submission]:
        with store.begin() as unit:
            form = received(unit, "a")
            submission = Submission("k" * 64, form.id, "reference", body)
            assert unit.outbox.freeze(submission, Step.NEW, 1, NOW) is OutState.FROZEN
        return form.id, submission

    def test_frozen_bytes_are_sent_again_as_they_were(self, store: Store) -> None:
        form, submission = self.frozen(store, b"\x00exact\xff")
        with store.begin() as unit:
            assert unit.outbox.freeze(submission, Step.NEW, 1, NOW) is OutState.FROZEN
            assert unit.outbox.submission(submission.key) == submission
            assert [row.key for row in unit.outbox.due(NOW)] == [submission.key]
            assert unit.outbox.tried(submission.key, NOW, NOW + MINUTE)
            assert unit.outbox.due(NOW) == ()
            assert [row.attempts for row in unit.outbox.due(NOW + MINUTE)] == [1]
            with pytest.raises(ValueError, match="another body"):
                unit.outbox.freeze(Submission(submission.key, form, "reference", b"x"), Step.NEW, 1, NOW)

    def test_a_receipt_ends_it_once(self, store: Store) -> None:
        form, submission = self.frozen(store)
        receipt = Receipt(submission.key, "r-1", NOW, b"\x01raw")
        with store.begin() as unit:
            unit.outbox.tried(submission.key, NOW, NOW)
            assert unit.outbox.receipt(receipt, NOW)
            assert not unit.outbox.receipt(receipt, NOW)
            assert not unit.outbox.tried(submission.key, NOW, NOW)
            assert unit.outbox.stored_receipt(submission.key) == receipt
            assert unit.forms.state(form) == FormState(form, Status.ACKNOWLEDGED, 1)
            kinds = [event.kind for event in unit.events(subject=form)]
            assert kinds.count(EventKind.RECEIPT_STORED) == 1

    def test_a_form_is_new_to_a_recipient_only_once_unless_refused(self, store: Store) -> None:
        form, submission = self.frozen(store)
        other = Submission("l" * 64, form, "reference", b"[]")
        with pytest.raises(IntegrityError), store.begin() as unit:
            unit.outbox.freeze(other, Step.NEW, 2, NOW)
        with store.begin() as unit:
            assert unit.outbox.refuse(Refusal(submission.key, RefusalCode.INVALID, ("pat_pnr",)), NOW)
            assert unit.outbox.freeze(other, Step.NEW, 2, NOW) is OutState.FROZEN
            refused = unit.outbox.get(submission.key)
            assert refused is not None
            assert refused.refusal == "invalid"

    @pytest.mark.parametrize("sent", [True, False])
    def test_a_questioned_submission_waits_for_a_persons_answer(self, store: Store, sent: bool) -> None:
        form, submission = self.frozen(store)
        with store.begin() as unit:
            assert unit.outbox.question(submission.key, NOW)
            assert unit.outbox.due(NOW + DAY) == ()
            assert not unit.outbox.tried(submission.key, NOW, None)
            assert unit.outbox.answer(submission.key, sent, "anna", NOW)
            assert not unit.outbox.answer(submission.key, sent, "anna", NOW)
            assert [row.key for row in unit.outbox.due(NOW)] == ([] if sent else [submission.key])
            state = unit.forms.state(form)
            assert state is not None
            assert state.status is Status.SUBMITTED

    def test_after_a_restore_old_paper_is_questioned_and_new_paper_is_not(self, store: Store) -> None:
        with store.begin() as unit:
            old = received(unit, "a")
            unit.append(Event(EventKind.RESTORED, "workspace", NOW + MINUTE))
            new = received(unit, "b", NOW + 2 * MINUTE)
            frozen = [
                unit.outbox.freeze(Submission(key * 64, form.id, "reference", b"{}"), Step.NEW, 1, NOW + 3 * MINUTE)
                for key, form in (("k", old), ("l", new))
            ]
            assert frozen == [OutState.QUESTIONED, OutState.FROZEN]


def test_grants_stand_from_a_named_manager_until_revoked(store: Store) -> None:
    with store.begin() as unit:
        assert unit.grants.active() == ()
        assert unit.grants.give("choice1/print", "maria", NOW)
        assert not unit.grants.give("choice1/print", "bo", NOW)
        assert [grant.class_ for grant in unit.grants.active()] == ["choice1/print"]
        assert unit.grants.revoke("choice1/print", NOW)
        assert unit.grants.active() == ()


def test_a_silent_worker_is_told_and_forgotten(store: Store) -> None:
    with store.begin() as unit:
        unit.workers.beat("w1", NOW)
        unit.workers.beat("w2", NOW)
        unit.workers.beat("w2", NOW + MINUTE)
        assert unit.workers.silent(NOW + MINUTE) == ("w1",)
        unit.workers.forget("w1")
        assert unit.workers.heard() == {"w2": NOW + MINUTE}


def test_a_page_is_told_by_its_form(store: Store) -> None:
    with store.begin() as unit:
        form = received(unit, "a")
        page = unit.pages.get(page_id(form))
        assert page is not None
        assert page.form == form.id


def test_sealed_files_that_no_row_refers_to_are_swept_when_they_are_old(store: Store) -> None:
    kept, orphan = store.vault.seal_file(b"kept"), store.vault.seal_file(b"orphan")
    with store.begin() as unit:
        received(unit, "a", blob=kept)
    now = dt.datetime.now(dt.UTC)
    assert store.sweep_vault(now - DAY) == 0
    assert store.sweep_vault(now + DAY) == 1
    assert store.vault.exists(kept)
    assert not store.vault.exists(orphan)
