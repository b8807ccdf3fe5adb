"""A template goes from one unit to another as one file, and nothing but a whole template comes in."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from pipeline import words
from pipeline.cli.app import run
from pipeline.domain.exam import Readiness
from pipeline.edges import library
from pipeline.edges.form_active import is_active
from pipeline.edges.form_blank import emptied
from pipeline.edges.template_pack import MANIFEST, Pack, opened, packed
from pipeline.errors import TemplateError
from pipeline.jobs.sharing import GIVERS_EXAM, pack, take_in

SHIPPED = library.shipped() / "paragraf" / "2025-1"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A version of our own, with an exam behind it."""
    folder = tmp_path / "own" / "paragraf" / "2026-1"
    shutil.copytree(SHIPPED, folder)
    text = (folder / "template.toml").read_text().replace('version = "2025-1"', 'version = "2026-1"', 1)
    (folder / "template.toml").write_text(text)
    (folder / "exam.json").write_text('{"passed": true}')
    (folder / library.ORIGINAL).write_bytes((folder / "blank.pdf").read_bytes())
    return folder


def refused(file: Path, home: Path, *known: Path) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        take_in(file, home, (home, *known))
    assert not [path for path in home.rglob("*") if path.is_file()] if home.exists() else True
    return caught.value


def sent(folder: Path, to: Path) -> Path:
    to.write_bytes(packed(folder).data)
    return to


def test_a_template_comes_out_of_its_pack_as_it_went_in(own: Path, tmp_path: Path) -> None:
    first, again = pack(own).data, pack(own).data
    assert first == again
    file = tmp_path / "one.zip"
    file.write_bytes(first)
    home = tmp_path / "theirs"
    done = take_in(file, home, (home, library.shipped()))
    assert (done.id, done.was_there, done.givers_exam, done.warnings) == ("paragraf@2026-1", False, True, ())
    assert done.standing is Readiness.DRAFT
    assert (done.folder / library.ORIGINAL).read_bytes() == (own / library.ORIGINAL).read_bytes()
    assert done.digest == library.read(own).digest == library.read(done.folder).digest
    assert {path.name for path in done.folder.iterdir()} == {
        "template.toml",
        "blank.pdf",
        "NOTES.md",
        "face.toml",
        library.ORIGINAL,
        GIVERS_EXAM,
    }
    assert [path.name for path in home.iterdir()] == ["paragraf"]
    assert GIVERS_EXAM not in packed(done.folder).files


def test_in_a_groups_folder_it_is_the_groups(own: Path, tmp_path: Path) -> None:
    home = tmp_path / "theirs"
    home.mkdir()
    home.chmod(0o2770)
    before = os.umask(0o077)
    try:
        done = take_in(sent(own, tmp_path / "one.zip"), home, (home,))
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in done.folder.iterdir()} == {0o660}
    assert {path.stat().st_mode & 0o777 for path in (done.folder, done.folder.parent)} == {0o770}


def test_the_same_again_is_told_and_another_is_never_put_over_it(own: Path, tmp_path: Path) -> None:
    file, home = sent(own, tmp_path / "one.zip"), tmp_path / "theirs"
    take_in(file, home, (home,))
    assert take_in(file, home, (home,)).was_there
    (own / "template.toml").write_text((own / "template.toml").read_text() + "\n")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    with pytest.raises(TemplateError) as caught:
        take_in(sent(own, tmp_path / "two.zip"), home, (home,))
    assert caught.value.code == "template_exists"
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_a_shipped_version_is_not_overshadowed_by_one_from_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "own" / "paragraf" / "2025-1"
    shutil.copytree(SHIPPED, folder)
    (folder / "template.toml").write_text((folder / "template.toml").read_text() + "\n")
    assert refused(sent(folder, tmp_path / "x.zip"), tmp_path / "home", library.shipped()).code == "template_exists"


def test_a_template_with_faults_is_told_with_its_lines_and_left_out(own: Path, tmp_path: Path) -> None:
    text = (own / "template.toml").read_text().replace("groups = [8, 4]", "groups = [8, 1]", 1)
    (own / "template.toml").write_text(text)
    error = refused(sent(own, tmp_path / "x.zip"), tmp_path / "home")
    assert error.exit_code == 4
    assert [fault.code for fault in error.faults] == ["comb_does_not_fit_kind"]


def test_a_blank_that_lies_elsewhere_does_not_come_in(own: Path, tmp_path: Path) -> None:
    (tmp_path / "blank.pdf").write_bytes((own / "blank.pdf").read_bytes() + b"\n")
    text = (own / "template.toml").read_text().replace("blank.pdf", "../../../blank.pdf", 1)
    (own / "template.toml").write_text(text)
    assert refused(sent(own, tmp_path / "x.zip"), tmp_path / "home").code in ("faulty_template", "pack_damaged")


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["x.exe"] = b"MZ"


def _launching(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Dictionary(S=Name.Launch, F=String("x"))
    )
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def _named(pdf: pikepdf.Pdf) -> None:
    action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), action])))


def _field(pdf: pikepdf.Pdf) -> None:
    look = Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("x")))
    widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]), FT=Name.Tx, T=String("x"), AA=look)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(widget)])
    pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].obj.Annots)


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        *((spoil, "blank.pdf") for spoil in (_script, _attached, _launching, _named, _field)),
        (_field, library.ORIGINAL),
    ],
)
def test_a_pdf_that_does_something_is_neither_given_nor_taken_and_can_be_quietened(
    own: Path, tmp_path: Path, spoil: Callable[[pikepdf.Pdf], None], name: str
) -> None:
    with pikepdf.open(own / name, allow_overwriting_input=True) as pdf:
        spoil(pdf)
        pdf.save(own / name)
    with pytest.raises(TemplateError) as caught:
        pack(own)
    assert caught.value.code == "blank_active"
    assert refused(sent(own, tmp_path / "x.zip"), tmp_path / "home").code == "blank_active"
    assert not is_active(emptied(own / name)[0])


def test_a_blank_that_cannot_be_opened_within_limits_is_refused(own: Path, tmp_path: Path) -> None:
    blank = (own / "blank.pdf").read_bytes()
    (own / "blank.pdf").write_bytes(blank + b"\n1 0 obj" * 2_000_000)
    assert refused(sent(own, tmp_path / "many.zip"), tmp_path / "home").code == "blank_unreadable"
    (own / "blank.pdf").write_bytes(blank)
    (own / library.ORIGINAL).write_bytes(b"%PDF-1.7\n" + b"[" * 200_000)
    assert refused(sent(own, tmp_path / "deep.zip"), tmp_path / "home").code == "blank_unreadable"


def test_an_exam_that_is_no_json_is_not_kept(own: Path, tmp_path: Path) -> None:
    (own / "exam.json").write_bytes(b"\xff{")
    assert refused(sent(own, tmp_path / "x.zip"), tmp_path / "home").code == "pack_damaged"


def hostile(own: Path, change: Callable[[zipfile.ZipFile, Pack], None]) -> bytes:
    """Return a zip that begins as a pack does and then goes wrong."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed(own).data)) as good, zipfile.ZipFile(out, "w") as file:
        for entry in good.infolist():
            file.writestr(entry, good.read(entry))
        change(file, packed(own))
    return out.getvalue()


def _link(file: zipfile.ZipFile, pack: Pack) -> None:
    entry = zipfile.ZipInfo("passwd")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    file.writestr(entry, "/etc/passwd")


def _twice(file: zipfile.ZipFile, pack: Pack) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("template.toml", pack.files["template.toml"])


@pytest.mark.parametrize(
    "change",
    [
        lambda file, pack: file.writestr("../evil.toml", "x"),
        lambda file, pack: file.writestr("/etc/evil", "x"),
        lambda file, pack: file.writestr("setup.py", "x"),
        lambda file, pack: file.writestr("bomb", b"\0" * (1 << 24), zipfile.ZIP_DEFLATED),
        lambda file, pack: setattr(file, "comment", b"hidden"),
        _link,
        _twice,
    ],
    ids=["above", "root", "unknown", "bomb", "comment", "link", "twice"],
)
def test_nothing_hides_in_a_pack(own: Path, tmp_path: Path, change: Callable[[zipfile.ZipFile, Pack], None]) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(hostile(own, change))
    assert refused(file, tmp_path / "home").code == "pack_damaged"
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_is_compressed_is_not_opened(own: Path, tmp_path: Path, method: int) -> None:
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(io.BytesIO(packed(own).data)) as good, zipfile.ZipFile(file, "w", method) as made:
        for entry in good.infolist():
            made.writestr(entry.filename, good.read(entry))
    assert refused(file, tmp_path / "home").code == "pack_damaged"


@pytest.mark.parametrize("name", ["../paragraf", "Paragraf", "", "a" * 99, 7])
def test_a_name_that_is_none_makes_no_folder(own: Path, tmp_path: Path, name: object) -> None:
    found = packed(own)
    file = tmp_path / "x.zip"
    file.write_bytes(Pack(name, found.version, found.files).data)  # type: ignore[arg-type]
    assert refused(file, tmp_path / "home").code == "pack_damaged"


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    with file.open("wb") as made:
        made.truncate(1 << 40)
    assert refused(file, tmp_path / "home").code == "pack_too_large"


WHOLE = packed(SHIPPED).data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_pack_with_any_byte_changed_is_refused_and_nothing_else_happens(tmp_path: Path, data: st.DataObject) -> None:
    spoilt = bytearray(WHOLE)
    ends = st.one_of(st.integers(0, 2000), st.integers(len(WHOLE) - 1500, len(WHOLE)), st.integers(0, len(WHOLE)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(ends)
        how = data.draw(st.sampled_from(["change", "cut", "put"]))
        some = data.draw(st.binary(min_size=1, max_size=8))
        if how == "change":
            spoilt[at : at + len(some)] = some
        elif how == "cut":
            del spoilt[at : at + data.draw(st.integers(1, 4000))]
        else:
            spoilt[at:at] = some
    file = tmp_path / "x.zip"
    file.write_bytes(bytes(spoilt))
    if bytes(spoilt) == WHOLE:
        assert opened(file).name == "paragraf"
    else:
        with pytest.raises(TemplateError) as caught:
            opened(file)
        assert caught.value.code == "pack_damaged"


def test_the_two_commands_meet(own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BLANKETT_WORKSPACE", raising=False)
    words.use("en")
    assert run(["templates", "export", "paragraf@2026-1", "--templates", "own", "--json"]) == 0
    given_ = json.loads(capsys.readouterr().out)
    assert given_["file"] == "paragraf-2026-1.zip"
    assert MANIFEST not in given_["files"]
    assert run(["templates", "import", "paragraf-2026-1.zip", "--json"]) == 0
    taken = json.loads(capsys.readouterr().out)
    assert (taken["sha256"], taken["digest"]) == (given_["sha256"], given_["digest"])
    assert Path(taken["folder"]) == tmp_path / "templates" / "paragraf" / "2026-1"
    assert run(["templates", "import", "paragraf-2026-1.zip"]) == 0
    assert "already" in capsys.readouterr().out
    assert run(["templates", "import", "paragraf-2026-1.zip", "--out", "more"]) == 0
    told = capsys.readouterr().out
    assert "It is a draft" in told
    for verb in ("edit", "exam", "activate"):
        assert f"  blankett templates {verb} paragraf@2026-1 --templates more" in told
    assert run(["templates", "exam", "paragraf@2026-1", "--templates", "more", "--last"]) == 2
    assert "here it proves nothing" in told
    Path("x.zip").write_bytes(b"PK")
    assert run(["templates", "import", "x.zip"]) == 4
