"""Events come where the file system tells them, and are not relied on where it does not."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from pipeline.edges.watching import Watch, file_system


def test_a_new_file_is_heard_of(tmp_path: Path) -> None:
    with Watch(tmp_path) as watch:
        assert watch.mode == "events"
        assert watch.news()  # what lay there at start is news
        assert not watch.news()
        (tmp_path / "a.pdf").write_bytes(b"x")
        assert watch.wait(10)
        assert watch.news()


def test_a_rename_into_place_is_heard_of(tmp_path: Path) -> None:
    (tmp_path / "a.part").write_bytes(b"x")
    with Watch(tmp_path) as watch:
        watch.news()
        (tmp_path / "a.part").rename(tmp_path / "a.pdf")
        assert watch.wait(10)


def test_reading_is_no_news(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    with Watch(tmp_path) as watch:
        watch.news()
        (tmp_path / "a.pdf").read_bytes()
        assert not watch.wait(0.3)


def test_a_system_without_watches_left_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(self: object) -> None:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    monkeypatch.setattr("watchdog.observers.api.BaseObserver.start", none_left)
    with Watch(tmp_path) as watch:
        assert watch.mode == "sweep"


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/srv/scans/hp", "cifs"), ("/srv/scans/with space/a", "nfs4"), ("/srv", "ext4"), ("/srv/scans", "ext4")],
)
def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
        "30 22 0:40 / /srv/scans/hp rw shared:9 - cifs //server/scans rw\n"
        "31 22 0:41 / /srv/scans/with\\040space rw - nfs4 server:/scans rw\n"
    )
    assert file_system(Path(folder), mounts) == kind


def test_a_network_folder_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 8:1 / / rw - ext4 /dev/root rw\n30 22 0:40 / {tmp_path} rw - cifs //server/scans rw\n")
    monkeypatch.setattr("pipeline.edges.watching.file_system", lambda folder: file_system(folder, mounts))
    with Watch(tmp_path) as watch:
        assert (watch.mode, watch.file_system) == ("sweep", "cifs")
        assert watch.news()
