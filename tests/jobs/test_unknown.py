"""A page that no template fits waits with its like, and is read when a template of it is there: once, whatever dies."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

from pipeline.domain.event import EventKind
from pipeline.domain.library import Library
from pipeline.domain.placement import PageState
from pipeline.domain.status import Status
from pipeline.edges import exams
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.founding import Plan, make
from pipeline.edges.library import load, read, shipped
from pipeline.edges.workspace import Workspace
from pipeline.jobs import sweep
from pipeline.jobs.office import Office
from pipeline.jobs.opening import open_office
from pipeline.jobs.placing import put_back
from pipeline.jobs.status import standing
from pipeline.jobs.unknown import offer
from tests.support import quick
from tests.support.stores import NOW
from tests.support.typed import STI
from tests.support.unit import unit

NEW = "klinisk-sti@2026-1"
SIDES = [{"template": NEW, "sheet": 1, "answers": STI, "salt": 1}, {"salt": 1}]


def _add_template(workspace: Workspace) -> None:
    """Put the template of the unknown pages into the workspace, with an exam that it passed."""
    target = workspace.template_dirs[0] / "klinisk-sti" / "2026-1"
    shutil.copytree(shipped() / "klinisk-sti" / "2025-1", target)
    file = target / "template.toml"
    file.write_text(re.sub(r"^version = .*$", 'version = "2026-1"', file.read_text(), count=1, flags=re.MULTILINE))
    held = exams.kept(target)
    assert held is not None
    exams.keep(target, replace(held, template=NEW, digest=read(target).digest))


def _only(whole: Library, name: str) -> Library:
    return Library(tuple(blank for blank in whole.blanks if blank.template.name == name))


def _told(office: Office, kind: EventKind) -> Counter[str]:
    with office.store.read() as unit:
        return Counter(event.subject for event in unit.events(kinds=(kind,)))


def test_a_side_is_read_when_its_template_is_known_and_tried_once_by_each_library(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        whole = office.library
        office.library = _only(whole, "paragraf")
        quick.fed(office, tmp_path / "in", quick.mixed(1), quick.mixed(2))
        with office.store.read() as unit:
            assert unit.pages.counts() == {PageState.UNKNOWN: 6, PageState.BLANK: 2}
        assert put_back(office) == 0
        assert [offer(office), offer(office)] == [True, False]
        office.library = _only(whole, "klinisk-sti")
        assert put_back(office) == 2
        office.engine.drain(10)
        assert put_back(office) == 0
        with office.store.read() as unit:
            assert unit.pages.counts() == {PageState.PLACED: 2, PageState.UNKNOWN: 4, PageState.BLANK: 2}
        office.library = whole
        assert put_back(office) == 2
        office.engine.drain(10)
        with office.store.read() as unit:
            assert unit.pages.counts() == {PageState.PLACED: 6, PageState.BLANK: 2}
            assert [row.state.status for row in unit.forms.all() if row.state] == [Status.WAITING] * 4
            assert all(office.vault.exists(blob) for blob in unit.blobs())
        assert sorted(_told(office, EventKind.PAGE_SET_ASIDE).values()) == [1, 1, 1, 1, 2, 2, 2, 2]
        assert [offer(office), offer(office)] == [True, False]
        assert standing(office).loose.offered == 0
        assert set(_told(office, EventKind.PAGE_PLACED).values()) == {1}


def test_a_worker_takes_up_a_template_that_came_while_it_works(tmp_path: Path) -> None:
    plan = Plan(tmp_path / "w", tmp_path / "in", key=f"file:{tmp_path / 'k'}")
    workspace = make(plan, NOW)
    office = open_office(workspace, "w1", InlineEngine())
    quick.given(office)
    sweep.start(office)
    quick.fed(office, tmp_path / "in", SIDES)
    assert not office.renew_library()
    _add_template(workspace)
    assert office.renew_library()
    assert put_back(office) == 1
    office.engine.drain(10)
    with office.store.read() as unit:
        assert [f"{row.template}@{row.version}" for row in unit.forms.all()] == [NEW]
    office.close()


def test_a_faulty_template_changes_nothing_for_a_worker(tmp_path: Path) -> None:
    plan = Plan(tmp_path / "w", tmp_path / "in", key=f"file:{tmp_path / 'k'}")
    workspace = make(plan, NOW)
    office = open_office(workspace, "w1", InlineEngine())
    before = office.library.digest
    assert before == load().digest
    _add_template(workspace)
    (workspace.template_dirs[0] / "klinisk-sti" / "2026-1" / "blank.pdf").write_bytes(b"no PDF")
    assert not office.renew_library()
    assert office.library.digest == before
    office.close()


def test_dying_while_pages_are_read_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with unit(tmp_path) as at:
        quick.write(at.workspace.inbox / "new.png", SIDES)
        at.run("worker")
        _add_template(at.workspace)
        for point in ("clips_sealed", "before_page_kept", "after_page_kept", "before_scan_placed", "after_scan_placed"):
            at.die("worker", point)
        at.run("worker")
        store = at.store()
        with store.read() as rows:
            assert rows.pages.counts() == {PageState.PLACED: 1, PageState.BLANK: 1}
            assert [row.state.status for row in rows.forms.all() if row.state] == [Status.WAITING]
            assert Counter(event.kind for event in rows.events())[EventKind.FORM_COMPLETED] == 1
            assert all(store.vault.exists(blob) for blob in rows.blobs())
        assert store.verify_ledger() is None
        store.close()
