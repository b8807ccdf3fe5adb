"""A blank PDF from outside is read by a child: locked, odd and hostile ones end in a blank or in a reason, never in us."""

from __future__ import annotations

import io
import resource
import zlib
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name, String

from pipeline.edges import form_blank, form_process, form_widgets
from pipeline.errors import TemplateError
from tests.support.fillable import Sheet, made, text


def refused(path: Path, mib: int = form_process.POLICY.max_mib) -> str:
    with pytest.raises(TemplateError) as error:
        form_process.read(path, replace(form_process.POLICY, max_mib=mib))
    assert error.value.hint
    return error.value.code


def test_a_form_that_only_its_owner_may_change_is_read_as_any_other_and_kept_unlocked(tmp_path: Path) -> None:
    path = made(tmp_path / "a.pdf", Sheet([(100, 625, "Namn")], [((100, 600, 260, 620), text("namn", V=String("X")))]))
    none = pikepdf.Permissions(extract=False, modify_form=False, modify_other=False, print_lowres=False, print_highres=False)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="hemlig", user="", allow=none))
    found = form_process.read(path)
    assert found.form == form_widgets.read(path)
    assert [word.text for word in found.form.words] == ["Namn"]
    assert (found.kept, found.framed) == form_blank.emptied(path)
    for kept in (found.kept, found.original):
        with pikepdf.open(io.BytesIO(kept)) as pdf:
            assert not pdf.is_encrypted


def test_what_cannot_be_read_is_told_by_its_reason(tmp_path: Path) -> None:
    widget = Sheet([], [((9, 9, 90, 20), text("a"))])
    locked = made(tmp_path / "locked.pdf", widget)
    with pikepdf.open(locked, allow_overwriting_input=True) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert refused(locked) == "blank_password"
    assert refused(made(tmp_path / "xfa.pdf", Sheet(), XFA=String("<xdp/>"))) == "blank_xfa"
    assert refused(made(tmp_path / "long.pdf", *[Sheet()] * 200)) == "blank_too_many_pages"
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(made(tmp_path / "whole.pdf", widget).read_bytes()[:300])
    assert refused(damaged) == "blank_unreadable"
    assert refused(tmp_path) == "blank_unreadable"


def test_a_page_that_unpacks_to_more_than_there_is_room_for_takes_the_child_and_not_us(tmp_path: Path) -> None:
    path = made(tmp_path / "bomb.pdf", Sheet([], [((9, 9, 90, 20), text("a"))]))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        packer = zlib.compressobj(1)
        packed = b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(400)), packer.flush()])
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, packed, Filter=Name.FlateDecode)
        pdf.save(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(path, mib=600) == "blank_too_heavy"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 << 10
