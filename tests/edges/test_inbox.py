"""Scanners write as they like; each file is taken once, whole, and never lost. The clock is ours: nothing sleeps."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.edges.inbox import Candidate, Inbox, Timing
from pipeline.edges.litter import is_litter
from pipeline.edges.removal import ASIDE, put_back, put_back_left, remove_unchanged, stamp_of
from pipeline.edges.sniffing import Media
from pipeline.edges.workspace import check_places
from pipeline.errors import InboxError, SettingsError
from tests.support.paper import full_page, pdf_bytes, picture_bytes, scanned_pdf, sheet, tiff

TIMING = Timing(quiet_s=10, patience_s=600, sweep_s=20)
SMALL = (240, 320)
PNG = picture_bytes(sheet(SMALL), "PNG")
Step = tuple[float, Callable[[], object]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def _replay(inbox: Inbox, steps: list[Step], *, until: float, every: float = 1.0) -> list[tuple[float, Candidate]]:
    """Let a writer do its steps at their times while the inbox is looked at; take whatever rests."""
    taken: list[tuple[float, Candidate]] = []
    todo = sorted(steps, key=lambda step: step[0])
    now = 0.0
    while now <= until:
        while todo and todo[0][0] <= now:
            todo.pop(0)[1]()
        for candidate in inbox.stable(now):
            assert inbox.unchanged(candidate)
            inbox.took(candidate)
            taken.append((now, candidate))
        now += every
    assert not todo
    return taken


def _pages(count: int) -> list[bytes]:
    """Return what lies in the file after each page, as a scanner leaves it that closes the file between pages."""
    return [
        tiff([sheet(SMALL, mark).convert("1") for mark in range(upto)], compression="group4") for upto in range(1, count + 1)
    ]


def _clocked(path: Path, content: bytes, moment: float) -> Callable[[], object]:
    """Write a file over in place, with the time of change that the clock shows."""

    def write() -> None:
        with path.open("r+b" if path.exists() else "wb") as file:
            file.write(content)
            file.truncate()
        os.utime(path, (moment, moment))

    return write


def test_a_file_that_lay_there_at_start_is_taken(folder: Path) -> None:
    (folder / "a.png").write_bytes(PNG)
    inbox = Inbox(folder, TIMING)
    assert inbox.stable(0) == []
    (found,) = inbox.stable(10)
    assert (found.media, found.complete, found.grew_from) == (Media.PNG, True, None)


def test_a_candidate_is_offered_until_it_is_safe(folder: Path) -> None:
    (folder / "a.png").write_bytes(PNG)
    inbox = Inbox(folder, TIMING)
    inbox.stable(0)
    first, again = inbox.stable(10), inbox.stable(500)
    assert first == again
    inbox.took(first[0])
    assert inbox.stable(1000) == []


@pytest.mark.parametrize("pause", [0.2, 4.0, 9.0])
def test_pages_appended_with_short_pauses_come_as_one_file(folder: Path, pause: float) -> None:
    steps = [(n * pause, _clocked(folder / "a.tif", content, n * pause)) for n, content in enumerate(_pages(6))]
    taken = _replay(Inbox(folder, TIMING), steps, until=120, every=0.2 if pause < 1 else 1)
    assert len(taken) == 1
    assert taken[0][1].stamp.size == len(_pages(6)[-1])


def test_pages_appended_with_pauses_of_ninety_seconds_come_as_the_same_file_grown(folder: Path) -> None:
    steps = [(n * 90.0, _clocked(folder / "a.tif", content, n * 90.0)) for n, content in enumerate(_pages(3))]
    taken = [candidate for _, candidate in _replay(Inbox(folder, TIMING), steps, until=300)]
    assert [candidate.grew_from for candidate in taken] == [None, taken[0].stamp, taken[1].stamp]
    assert taken[-1].stamp.size == len(_pages(3)[-1])


def test_a_pdf_appended_page_by_page_is_not_taken_between_its_end_and_its_next(folder: Path) -> None:
    whole = scanned_pdf(3)
    thirds = [whole[: len(whole) // 3], whole[: 2 * len(whole) // 3], whole]
    steps = [(n * 90.0, _clocked(folder / "a.pdf", content, n * 90.0)) for n, content in enumerate(thirds)]
    taken = _replay(Inbox(folder, TIMING), steps, until=300)
    assert [moment for moment, _ in taken] == [190.0]


def test_one_byte_a_second_is_waited_for(folder: Path) -> None:
    file = folder / "a.png"
    steps: list[Step] = [(float(n), _clocked(file, PNG[: n + 1], float(n))) for n in range(len(PNG))]
    taken = _replay(Inbox(folder, TIMING), steps, until=len(PNG) + 30.0)
    assert [moment for moment, _ in taken] == [len(PNG) - 1 + 10.0]


def test_rename_into_place_is_taken_under_its_final_name(folder: Path) -> None:
    part, final = folder / "a.pdf.part", folder / "a.pdf"
    steps: list[Step] = [(0, lambda: part.write_bytes(scanned_pdf())), (30, lambda: part.rename(final))]
    taken = _replay(Inbox(folder, TIMING), steps, until=60)
    assert [(moment, candidate.path) for moment, candidate in taken] == [(40, final)]


def test_a_reused_name_is_a_new_file(folder: Path) -> None:
    file, spare = folder / "SCN_0001.png", folder / ".spare"
    steps: list[Step] = [
        (0, lambda: file.write_bytes(PNG)),
        (30, lambda: spare.write_bytes(picture_bytes(sheet(SMALL, 5), "PNG"))),
        (31, lambda: spare.rename(file)),
    ]
    taken = [candidate for _, candidate in _replay(Inbox(folder, TIMING), steps, until=90)]
    assert [candidate.grew_from for candidate in taken] == [None, None]
    assert taken[0].stamp.inode != taken[1].stamp.inode


def test_a_file_deleted_and_written_anew_under_its_name_is_a_new_file(folder: Path) -> None:
    file = folder / "SCN_0001.png"
    inbox = Inbox(folder, TIMING)
    file.write_bytes(PNG)
    (first,) = [inbox.stable(now) for now in (0, 10)][-1]
    inbox.took(first)
    assert inbox.remove(first)
    file.write_bytes(PNG + b"\0" * 10)  # file systems hand out a freed inode again at once
    (second,) = [inbox.stable(now) for now in (11, 21)][-1]
    assert second.grew_from is None


def test_a_file_that_grows_after_it_was_taken_is_told_as_grown(folder: Path) -> None:
    first, second = _pages(2)
    steps = [(0.0, _clocked(folder / "a.tif", first, 0)), (60.0, _clocked(folder / "a.tif", second, 60))]
    (_, one), (_, two) = _replay(Inbox(folder, TIMING), steps, until=120)
    assert two.grew_from == one.stamp
    assert two.stamp.file == one.stamp.file


def test_what_is_never_finished_is_told_after_long_patience(folder: Path) -> None:
    (folder / "a.pdf").write_bytes(scanned_pdf()[:-300])
    (folder / "empty.pdf").write_bytes(b"")
    taken = _replay(Inbox(folder, TIMING), [], until=700, every=10)
    assert {(moment, candidate.complete) for moment, candidate in taken} == {(600, False)}
    assert len(taken) == 2


def test_a_burst_loses_none(folder: Path) -> None:
    for number in range(200):
        (folder / f"{number:03}.png").write_bytes(PNG)
    taken = _replay(Inbox(folder, TIMING), [], until=12)
    assert sorted(candidate.path.name for _, candidate in taken) == [f"{number:03}.png" for number in range(200)]


def test_without_news_the_folder_is_swept_at_its_time(folder: Path) -> None:
    inbox = Inbox(folder, TIMING)
    inbox.stable(0, news=False)
    (folder / "a.png").write_bytes(PNG)
    assert (inbox.stable(19, news=False), inbox.waiting()) == ([], 0)
    assert (inbox.stable(20, news=False), inbox.waiting()) == ([], 1)
    assert inbox.due(20) == 30
    assert len(inbox.stable(30, news=False)) == 1


def test_an_incomplete_file_does_not_keep_us_looking_all_the_time(folder: Path) -> None:
    (folder / "a.pdf").write_bytes(scanned_pdf()[:-300])
    inbox = Inbox(folder, TIMING)
    inbox.stable(0)
    inbox.stable(10)
    assert inbox.due(10) == 30


def test_only_regular_files_are_seen_and_the_rest_is_counted(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.png"
    outside.write_bytes(PNG)
    (folder / "link.png").symlink_to(outside)
    os.mkfifo(folder / "pipe.png")
    (folder / "sub").mkdir()
    (folder / "Thumbs.db").write_bytes(b"x")
    (folder / ".DS_Store").write_bytes(b"x")
    inbox = Inbox(folder, TIMING)
    inbox.stable(0)
    assert inbox.stable(700) == []
    told = inbox.passed_by
    assert (told.litter, told.links, told.folders) == (2, 2, 1)


def test_a_file_that_becomes_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "a.png").write_bytes(PNG)
    inbox = Inbox(folder, TIMING)
    inbox.stable(0)
    (found,) = inbox.stable(10)
    (folder / "a.png").rename(tmp_path / "moved.png")
    (folder / "a.png").symlink_to(tmp_path / "moved.png")
    assert inbox.open(found) is None
    assert not inbox.remove(found)
    assert (tmp_path / "moved.png").exists()


@pytest.mark.parametrize(
    "name",
    [
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "._a.pdf",
        "~$a.pdf",
        "a.pdf.part",
        "a.PDF.TMP",
        "a.crdownload",
        ".a.pdf.X3f2aQ",
        "a.pdf.filepart",
        ".syncthing.a.pdf.tmp",
        "a.pdf~",
        ".nfs00000001",
        ".fuse_hidden0001",
        "a.pdf.swp",
        "a.pdf.sb-1-x",
    ],
)
def test_litter_is_passed_by(name: str) -> None:
    assert is_litter(name)


@pytest.mark.parametrize("name", ["a.pdf", "SCN_0001.TIF", "utan ändelse", "tmp.pdf", "part.tif", "20261123.jpg", "åäö.PNG"])
def test_scans_are_not_litter(name: str) -> None:
    assert not is_litter(name)


def _candidate(folder: Path) -> tuple[Inbox, Candidate]:
    (folder / "a.png").write_bytes(PNG)
    inbox = Inbox(folder, TIMING)
    inbox.stable(0)
    (found,) = inbox.stable(10)
    inbox.took(found)
    return inbox, found


def test_a_taken_file_is_removed_when_it_is_still_the_same(folder: Path) -> None:
    inbox, found = _candidate(folder)
    with inbox.open(found) as file:  # type: ignore[union-attr]
        assert file.read() == PNG
    assert inbox.remove(found)
    assert list(folder.iterdir()) == []
    assert not inbox.remove(found)


@pytest.mark.parametrize("how", ["grown", "touched", "replaced", "gone"])
def test_a_file_that_is_not_the_same_any_more_is_never_removed(folder: Path, how: str) -> None:
    inbox, found = _candidate(folder)
    if how == "grown":
        with found.path.open("ab") as file:
            file.write(b"x")
    elif how == "touched":
        os.utime(found.path, (1, 1))
    else:
        found.path.unlink()
        if how == "replaced":
            (folder / ".x").write_bytes(b"another, of other length")
            (folder / ".x").rename(found.path)
    assert inbox.open(found) is None
    assert not inbox.remove(found)
    assert found.path.exists() is (how != "gone")


def test_a_file_that_someone_has_open_for_writing_is_not_removed_nor_taken(folder: Path) -> None:
    inbox, found = _candidate(folder)
    with found.path.open("ab"):
        assert not inbox.remove(found)
    assert inbox.remove(found)
    with (folder / "b.png").open("wb") as writer:
        writer.write(PNG)
        writer.flush()
        inbox.stable(20)
        assert inbox.stable(30) == []
    assert len(inbox.stable(40)) == 1


def test_a_file_written_to_in_the_last_instant_is_put_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, found = _candidate(folder)
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        moved = rename(self, target)
        with target.open("ab") as file:
            file.write(b"one page more")
        return moved

    monkeypatch.setattr(Path, "rename", late)
    assert not remove_unchanged(found.path, found.stamp)
    assert found.path.read_bytes() == PNG + b"one page more"
    assert [path.name for path in folder.iterdir()] == ["a.png"]


def test_what_is_put_back_never_overwrites_a_new_file_of_its_name(folder: Path) -> None:
    aside = folder / f"{ASIDE}0011223344556677-a.png"
    aside.write_bytes(PNG)
    (folder / "a.png").write_bytes(b"new")
    put_back(aside)
    assert (folder / "a.png").read_bytes() == b"new"
    assert sorted(path.name for path in folder.iterdir()) == ["a-001122.png", "a.png"]


def test_what_a_killed_process_had_in_hand_is_put_back_at_the_next_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = folder / f"{ASIDE}0011223344556677-a.png"
    aside.write_bytes(PNG)
    assert put_back_left(folder) == 0  # another process may have it in hand right now
    monkeypatch.setattr("pipeline.edges.removal._LEFT_S", -1.0)
    Inbox(folder, TIMING)
    assert (folder / "a.png").read_bytes() == PNG


def test_file_names_are_not_printed(folder: Path) -> None:
    _, found = _candidate(folder)
    assert "a.png" not in repr(found)


def test_an_inbox_that_cannot_be_used_is_told_with_a_hint(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InboxError) as missing:
        Inbox(folder / "none", TIMING)
    assert (missing.value.code, missing.value.hint) == ("inbox_missing", "check_mount")
    denied = {os.R_OK | os.X_OK: "inbox_unreadable", os.W_OK: "inbox_not_writable"}
    for right, code in denied.items():
        monkeypatch.setattr("os.access", lambda _path, asked, right=right: asked != right)
        with pytest.raises(InboxError) as refused:
            Inbox(folder, TIMING)
        assert (refused.value.code, refused.value.hint) == (code, "check_rights")


def test_an_inbox_that_goes_away_is_told_and_comes_back(folder: Path) -> None:
    inbox, _ = _candidate(folder)
    shutil.move(folder, folder.with_name("away"))
    with pytest.raises(InboxError) as missing:
        inbox.stable(30)
    assert missing.value.code == "inbox_missing"
    shutil.move(folder.with_name("away"), folder)
    assert inbox.stable(60) == []


def test_inbox_and_workspace_must_lie_apart(tmp_path: Path) -> None:
    inbox, workspace = tmp_path / "in", tmp_path / "work"
    inbox.mkdir()
    workspace.mkdir()
    check_places(inbox, workspace)
    (tmp_path / "link").symlink_to(workspace / "inside")
    for one, other, code in [
        (inbox, inbox, "inbox_is_workspace"),
        (workspace / "in", workspace, "inbox_inside_workspace"),
        (tmp_path, workspace, "workspace_inside_inbox"),
        (tmp_path / "link", workspace, "inbox_inside_workspace"),
    ]:
        with pytest.raises(SettingsError) as refused:
            check_places(one, other)
        assert refused.value.code == code


def _written(content: bytes, cuts: list[int]) -> Iterator[bytes]:
    for cut in sorted({min(cut, len(content)) for cut in cuts} | {len(content)}):
        yield content[:cut]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["pdf", "tif", "png", "jpg"]),
    cuts=st.lists(st.integers(0, 20_000), max_size=6),
    pauses=st.lists(st.floats(0.2, 90), min_size=8, max_size=8),
    reopen=st.booleans(),
)
def test_however_a_file_is_written_the_last_that_is_taken_is_the_whole(
    tmp_path_factory: pytest.TempPathFactory, kind: str, cuts: list[int], pauses: list[float], *, reopen: bool
) -> None:
    folder = tmp_path_factory.mktemp("in")
    content = {"pdf": _PDF, "tif": _pages(3)[-1], "png": PNG, "jpg": picture_bytes(sheet(SMALL), "JPEG")}[kind]
    now, steps = 0.0, list[Step]()
    for pause, part in zip(pauses, _written(content, cuts), strict=False):
        now += pause
        file = folder / f"a.{kind}"
        steps.append((now, _clocked(file, part, now) if reopen else (lambda f=file, p=part: f.write_bytes(p))))  # type: ignore[misc]
    taken = [candidate for _, candidate in _replay(Inbox(folder, TIMING), steps, until=now + 20, every=2)]
    assert taken[-1].stamp.size == len(content)
    assert all(candidate.complete for candidate in taken)
    assert len({candidate.stamp for candidate in taken}) == len(taken)


_PDF = pdf_bytes(pikepdf.open(io.BytesIO(scanned_pdf())), compress_streams=True)


def test_an_appended_page_of_a_pdf_is_the_file_grown(folder: Path) -> None:
    one = scanned_pdf(1)
    both = pikepdf.open(io.BytesIO(one))
    full_page(both, sheet(mark=3))
    steps = [(0.0, _clocked(folder / "a.pdf", one, 0)), (90.0, _clocked(folder / "a.pdf", pdf_bytes(both), 90))]
    (_, first), (_, second) = _replay(Inbox(folder, TIMING), steps, until=120)
    assert second.grew_from == first.stamp


def test_a_removed_file_leaves_no_stamp(folder: Path) -> None:
    assert stamp_of(folder / "none") is None
