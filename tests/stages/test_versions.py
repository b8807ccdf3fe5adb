"""Versions of one form: what keeps its record from one to the next, and whether their pages are told apart."""

from __future__ import annotations

import dataclasses
import datetime as dt
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from benchmarks.versions import BEFORE, EDITION, LABEL, MOVED, REWORDED, Swap, later
from pipeline.domain.placement import Placed, Reason, Rejection
from pipeline.domain.policy import ParsePolicy, PlacePolicy, Policy
from pipeline.domain.scan import Page
from pipeline.domain.template import Template
from pipeline.drawing.files import Format
from pipeline.drawing.specimens import Wish, draw
from pipeline.edges import calibration, library, parser, towns
from pipeline.edges.scratch import Scratch
from pipeline.jobs.alone import Alone, read_file
from pipeline.jobs.opening import see
from pipeline.jobs.telling import scan_json
from pipeline.stages.carry import carried
from pipeline.stages.place import place
from pipeline.stages.tell_apart import Apart, tell_apart
from pipeline.stages.twins import twins
from tests.support.lawful import CATALOGUE
from tests.support.truths import schema

FIRST = library.read(BEFORE)


@pytest.mark.parametrize(
    ("swaps", "anew"),
    [
        (LABEL, {"lab_nr"}),
        (MOVED, {"lab_nr", "lab_namn"}),
        (REWORDED, {"smittkalla"}),
        (EDITION, set()),
        ((('label = "EHEC infection"', 'label = "EHEC"'), ('label = "Kolera"', 'label = "Cholera"')), {"diagnos"}),
        ((("groups = [3, 2], gap_mm = 2.6", "groups = [5], gap_mm = 0"),), {"pat_postnr"}),
        ((('rules = [{ id = "country" }]', ""),), {"smittland"}),
        ((('required = "riskyrke=yes"', 'required = "never"'),), set()),
        (((', hint = "ÅÅÅÅMMDD-NNNN"', ', hint = "tolv siffror"'),), set()),
    ],
    ids=["label", "moved", "reworded", "edition", "option", "comb", "rule", "required", "hint above"],
)
def test_only_what_changed_starts_anew(tmp_path: Path, swaps: tuple[Swap, ...], anew: set[str]) -> None:
    second = later(tmp_path, "2026-1", *swaps)
    kept = carried(FIRST, second, library.of((FIRST, second)))
    assert {field.key for field in second.fields} - kept == anew
    assert carried(second, FIRST, library.of((FIRST, second))) == kept


def test_print_that_came_to_stand_under_a_zone_starts_it_anew(tmp_path: Path) -> None:
    line = '{ x = 30, y = 130, size = 8, text = "Skriv tydligt" },\n  { x = 136.2, y = 207.2'
    second = later(tmp_path, "2026-1", ("{ x = 136.2, y = 207.2", line))
    assert {field.key for field in second.fields} - carried(FIRST, second, library.of((FIRST, second))) == {"pat_namn"}


@pytest.mark.parametrize(
    ("swaps", "told"),
    [
        (LABEL, (Apart.SURELY, Apart.BY_NEIGHBOURS)),
        (MOVED, (Apart.SURELY, Apart.BY_NEIGHBOURS)),
        (REWORDED, (Apart.SURELY, Apart.BY_NEIGHBOURS)),
        ((), (Apart.NEVER, Apart.NEVER)),
    ],
    ids=["label", "moved", "reworded", "nothing"],
)
def test_sheets_are_told_apart_by_what_is_printed_on_them(
    tmp_path: Path, swaps: tuple[Swap, ...], told: tuple[Apart, ...]
) -> None:
    second = later(tmp_path, "2026-1", *swaps)
    known = library.of((FIRST, second))
    blanks = [(known.blank(FIRST.id, number), known.blank(second.id, number)) for number in (1, 2)]
    assert tuple(tell_apart(*pair, known, PlacePolicy()) for pair in blanks) == told
    assert tuple(tell_apart(pair[1], pair[0], known, PlacePolicy()) for pair in blanks) == told
    other = library.load([library.shipped()]).blank("paragraf@2025-1", 1)
    assert tell_apart(blanks[0][0], other, known, PlacePolicy()) is Apart.SURELY


@pytest.mark.parametrize("damage", ["scanner,rotate=6,edges", "scanner,fax,stamp"])
@pytest.mark.parametrize("swaps", [pytest.param(LABEL, id="label"), pytest.param(MOVED, id="moved", marks=pytest.mark.slow)])
def test_no_page_is_given_to_the_other_version(tmp_path: Path, swaps: tuple[Swap, ...], damage: str) -> None:
    second = later(tmp_path, "2026-1", *swaps)
    known = library.of((FIRST, second))
    for template in (FIRST, second):
        for first, page in pages(tmp_path, template, damage):
            found = place(page, known, PlacePolicy())
            assert isinstance(found, Placed)
            assert found.identification.sheet == (1 if first else 2)
            other = {FIRST.id, second.id} - {found.identification.id}
            alike = twins(known.blank(found.identification.id, found.identification.sheet), known)
            if first:
                assert (found.identification.id, alike) == (template.id, set())
            else:
                assert alike == other


def test_a_sheet_asked_otherwise_is_nobodys_twin(tmp_path: Path) -> None:
    second = later(tmp_path, "2026-1", *LABEL, ('label = "Misstänkt livsmedel, vatten eller djur"', 'label = "Annat"'))
    third = later(tmp_path, "2026-2", *LABEL)
    (Path(third.blank_path)).parent.joinpath("template.toml").write_text(
        Path(third.blank_path).parent.joinpath("template.toml").read_text().replace('kind = "yn"', 'kind = "choice1"')
    )
    third = library.read(Path(third.blank_path).parent)
    for other in (second, third):
        known = library.of((FIRST, other))
        assert all(not twins(blank, known) for blank in known.blanks)


def test_a_file_that_nobody_can_tell_the_version_of_is_told_with_both(tmp_path: Path) -> None:
    second = later(tmp_path, "2026-1")
    with closing(Scratch("t", tmp_path / "scratch")) as scratch:
        known = library.of((FIRST, second))
        by = Alone(see(scratch.folder), known, CATALOGUE, Policy(), dt.date(2026, 11, 28), towns.load(), calibration.load())
        specimen = next(iter(draw(FIRST, Wish(1, 5, "print", "scanner", Format.PDF))))
        read = read_file(specimen.save(tmp_path / "drawn"), by)
    assert not read.forms
    assert [set(page.between) for page in read.pages] == [{FIRST.id, second.id}] * 2
    told = scan_json(read, known)
    jsonschema.validate(told, schema("read"))
    assert set(told["pages"][0]["between"]) == {FIRST.id, second.id}


def test_forms_of_both_versions_in_one_pile_are_each_of_their_own(tmp_path: Path) -> None:
    second = later(tmp_path, "2026-1", *LABEL)
    known = library.of((FIRST, second))
    with closing(Scratch("t", tmp_path / "scratch")) as scratch:
        by = Alone(see(scratch.folder), known, CATALOGUE, Policy(), dt.date(2026, 11, 28), towns.load(), calibration.load())
        for template in (FIRST, second):
            specimen = next(iter(draw(template, Wish(1, 5, "print", "scanner", Format.PDF))))
            read = read_file(specimen.save(tmp_path / template.version), by)
            assert [form.form.template_id for form in read.forms] == [template.id]
            assert [page.placed.identification.id for page in read.pages if page.placed] == [template.id] * 2
            assert read.forms[0].draft.value("pat_id_sida2").reveal() == specimen.truth["fields"]["pat_id_sida2"]


def test_versions_of_one_print_are_refused_by_both_their_names(tmp_path: Path) -> None:
    second = later(tmp_path, "2026-1")
    known = library.of((FIRST, second))
    for _, page in pages(tmp_path, FIRST, "scanner"):
        found = place(page, known, PlacePolicy())
        assert isinstance(found, Rejection)
        assert found.reason is Reason.TEMPLATES_TOO_ALIKE
        assert {dict(found.params)["template"], dict(found.params)["other"]} == {FIRST.id, second.id}


def pages(folder: Path, template: Template, damage: str) -> list[tuple[bool, Page]]:
    """Draw a form, and return its pages as the parser gives them, each with whether it is the first sheet."""
    specimen = next(iter(draw(template, Wish(1, 5, "mixed", damage, Format.TIFF))))
    file = specimen.save(folder / "drawn")
    found = [page for page in parser.pages(file, ParsePolicy()) if isinstance(page, Page)]
    assert len(found) == 2
    return [(truth["sheet"] == 1, page) for truth, page in zip(specimen.truth["pages"], found, strict=True)]


def test_a_field_that_went_by_another_key_starts_anew() -> None:
    fields = tuple(
        dataclasses.replace(field, key="provnummer") if field.key == "lab_nr" else field for field in FIRST.fields
    )
    second = dataclasses.replace(FIRST, version="2026-1", fields=fields)
    kept = carried(FIRST, second, library.of((FIRST, second)))
    assert {field.key for field in second.fields} - kept == {"provnummer"}
