"""The template editor in a real Chromium: what a person does with mouse and keyboard ends in the TOML."""

from __future__ import annotations

import difflib
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from pipeline import words
from pipeline.cli.app import run
from pipeline.edges import library
from tests.support.browsing import Desk, chromium, served
from tests.support.editing import GUESSED, copied

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    words.use("en")
    with chromium() as started:
        yield started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a template of three fields (a comb, a text of two zones, two boxes) on a real blank."""
    folder = copied("paragraf", "2025-1", tmp_path)
    folder = folder.rename(folder.with_name("2026-1"))
    folder = folder.parent.rename(folder.parent.with_name("prov")) / "2026-1"
    second = "\n[[sheet]]\nnumber = 2\nwidth_mm = 210.0\nheight_mm = 297.0\n"
    (folder / "template.toml").write_text(GUESSED.replace("\n# Who it is", second + "\n# Who it is"))
    return folder


@pytest.fixture
def desk(browser: Browser, folder: Path) -> Iterator[Desk]:
    """Open the editor, and see at the end that it neither complained nor asked anything of another place."""
    words.use("en")
    with served(folder) as address:
        context = browser.new_context(viewport={"width": 1300, "height": 900})
        desk = Desk(context.new_page(), address)
        yield desk
        assert desk.complaints == []
        assert [url for url in desk.outside if not url.startswith("data:")] == []
        context.close()


def fields(text: str) -> list[dict[str, Any]]:
    return tomllib.loads(text)["field"]  # type: ignore[no-any-return]


def changed(before: str, after: str) -> list[str]:
    told = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in told if line[:2] not in ("--", "++", "@@")]


def test_a_zone_is_dragged_and_saved_as_one_line(desk: Desk, folder: Path) -> None:
    file = folder / "template.toml"
    before = file.read_text()
    desk.drag("#zone-0-0 > rect", 12, 5)
    assert file.read_text() == before
    assert desk.told.startswith("Not saved yet")
    desk.press("Control+s")
    assert desk.told.startswith("Saved.")
    was, now = changed(before, file.read_text())
    assert now.endswith("width = 61, height = 7 }  # the outer frame")
    moved = fields(file.read_text())[0]["zone"]
    assert (moved["x"], moved["y"]) == (pytest.approx(32, abs=0.11), pytest.approx(45, abs=0.11))
    assert "x = 20, y = 40" in was


def test_a_handle_makes_a_zone_larger_and_the_sheet_holds_it(desk: Desk) -> None:
    desk.choose("0-0")
    desk.drag(".handle[data-side=se]", 10, 3)
    zone = fields(desk.text)[0]["zone"]
    assert (zone["x"], zone["y"]) == (20, 40)
    assert (zone["width"], zone["height"]) == (pytest.approx(71, abs=0.11), pytest.approx(10, abs=0.11))
    desk.drag("#zone-0-0 > rect", -60, 0)
    assert fields(desk.text)[0]["zone"]["x"] == 0


def test_arrows_nudge_and_one_way_back_undoes_them_together(desk: Desk) -> None:
    desk.choose("1-1")
    before = desk.text
    desk.press("ArrowRight", "ArrowRight", "Shift+ArrowDown")
    zone = fields(desk.text)[1]["zones"][1]
    assert (zone["x"], zone["y"]) == (20.2, 71)
    desk.press("Control+ArrowLeft")
    assert fields(desk.text)[1]["zones"][1]["width"] == 79.9
    desk.press("Control+z", "Control+z")
    assert desk.text == before
    assert desk.chosen == ["1-1"]
    desk.press("Control+Shift+Z")
    assert fields(desk.text)[1]["zones"][1]["x"] == 20.2


def test_all_is_done_by_keyboard_from_the_zone_to_its_name_and_back(desk: Desk) -> None:
    desk.page.locator("#zone-0-0").focus()
    desk.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "in-key"
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.type("nummer")
    desk.press("Tab")
    assert desk.page.evaluate("document.activeElement.id") == "in-label"
    assert [fields(desk.text)[0]["key"], fields(desk.text)[1]["rules"][0]["field"]] == ["nummer", "nummer"]
    desk.press("Escape")
    assert desk.page.evaluate("document.activeElement.id") == "zone-0-0"


def test_everything_a_field_says_of_itself_can_be_changed(desk: Desk) -> None:
    desk.choose("0-0")
    for name, typed in {
        "label": "Nr",
        "label_en": "No",
        "groups": "6 4",
        "gap_mm": "2",
        "lines": "2",
        "width": "60",
    }.items():
        desk.type(name, typed)
    desk.page.locator("#in-critical").check()
    desk.type("required", "smittvag!=mat")
    desk.type("rules", "partial")
    desk.page.locator("#in-kind").select_option("text40")
    desk.idle()
    told = fields(desk.text)[0]
    assert told == {
        "key": "pat_id",
        "label": "Nr",
        "label_en": "No",
        "kind": "text40",
        "required": "smittvag!=mat",
        "critical": True,
        "lines": 2,
        "comb": {"groups": [6, 4], "gap_mm": 2},
        "rules": [{"id": "partial"}],
        "zone": {"sheet": 1, "x": 20, "y": 40, "width": 60, "height": 7},
    }
    desk.choose("2-1")
    desk.type("box-value", "brunn")
    assert fields(desk.text)[2]["option"][1]["value"] == "brunn"


def test_what_is_typed_while_an_answer_is_under_way_is_not_lost(desk: Desk) -> None:
    desk.choose("0-0")
    desk.page.evaluate(
        "() => { const asked = fetch; window.fetch = async (...all) => {"
        " await new Promise((go) => setTimeout(go, 400)); return asked(...all); }; }"
    )
    desk.page.locator("#in-critical").click()
    desk.page.locator("#in-label").press("Control+a")
    desk.page.keyboard.type("Num")
    desk.page.wait_for_timeout(700)
    desk.page.keyboard.type("mer")
    desk.press("Tab")
    told = fields(desk.text)[0]
    assert (told["critical"], told["label"]) == (True, "Nummer")
    desk.page.locator("#in-label").fill("Nr")
    desk.page.locator("#in-critical").click()
    desk.page.wait_for_timeout(600)  # the label is answered, the tick not yet
    assert not desk.page.locator("#in-critical").is_checked()
    desk.idle()
    told = fields(desk.text)[0]
    assert ("critical" in told, told["label"]) == (False, "Nr")


def test_a_key_that_cannot_be_is_refused_in_words_and_a_fault_is_told_at_its_field(desk: Desk) -> None:
    desk.choose("0-0")
    before = desk.text
    desk.type("key", "Å Ä")
    assert "it is written in small letters a-z" in desk.told
    assert desk.text == before
    desk.type("key", "adress")
    assert "another field has the key “adress” too" in desk.page.locator("#list li[data-f='1']").inner_text()
    assert "faults: 2" in desk.told
    desk.does("fault")
    assert desk.chosen == ["1-0"]


def test_a_field_is_moved_in_the_order_of_fields_by_keyboard_and_by_button(desk: Desk) -> None:
    before = desk.text
    desk.page.locator("#field-0").focus()
    desk.press("Alt+ArrowDown")
    assert [field["key"] for field in fields(desk.text)] == ["adress", "pat_id", "smittvag"]
    assert (desk.chosen, desk.page.evaluate("document.activeElement.id")) == (["1-0"], "field-1")
    desk.press("Alt+ArrowDown", "Alt+ArrowDown")
    assert [field["key"] for field in fields(desk.text)] == ["adress", "smittvag", "pat_id"]
    assert desk.page.locator("[data-do=later]").is_disabled()
    desk.does("earlier")
    assert [field["key"] for field in fields(desk.text)] == ["adress", "pat_id", "smittvag"]
    desk.press("Control+z", "Control+z", "Control+z")
    assert desk.text == before


def test_the_form_as_a_whole_is_told_of_where_nothing_is_chosen(desk: Desk, folder: Path) -> None:
    desk.press("Escape")
    desk.type("title", "Anmälan")
    desk.type("diseases", "salmonella, campylobacter")
    desk.page.locator("#in-form-kind").select_option("byte")
    desk.does("save")
    told = tomllib.loads((folder / "template.toml").read_text())
    assert (told["title"], told["kind"], told["diseases"]) == ("Anmälan", "byte", ["salmonella", "campylobacter"])
    assert desk.page.locator("h1").inner_text() == "Anmälan"
    desk.type("diseases", "snuva")
    assert "no disease of the catalogue has this code: snuva" in desk.page.locator("#list .warned").first.inner_text()
    desk.choose("0-0")
    desk.press("w")
    assert (desk.chosen, desk.page.evaluate("document.activeElement.id")) == ([], "in-title")


def test_what_was_written_wrongly_by_hand_is_a_fault_at_its_field_and_mended_there(browser: Browser, folder: Path) -> None:
    file = folder / "template.toml"
    told = {'"klinisk"': '"clinic"', 'kind = "pnr"': 'kind = "pnm"  # by hand', 'id = "age_of"': 'id = "age"'}
    wrong = file.read_text()
    for was, now in told.items():
        wrong = wrong.replace(was, now, 1)
    file.write_text(wrong)
    words.use("en")
    with served(folder) as address:
        desk = Desk(browser.new_page(viewport={"width": 1300, "height": 900}), address)
        assert desk.text == wrong
        assert desk.page.locator("#in-form-kind").input_value() == "clinic"
        desk.page.locator("#in-form-kind").select_option("klinisk")
        desk.press("f")
        assert desk.chosen == ["0-0"]
        assert "there is no kind “pnm” – did you mean “pnr”?" in desk.page.locator("#panel").inner_text()
        assert desk.page.locator("#in-kind").input_value() == "pnm"
        desk.page.locator("#in-kind").select_option("text40")
        desk.idle()
        desk.press("f")
        assert desk.page.locator("#in-rules").input_value() == "age field=pat_id"
        desk.type("rules", "postcode")
        desk.press("Control+s")
        assert desk.told.startswith("Saved. · warnings")
        desk.page.close()
    assert changed(wrong, file.read_text()) == [
        '-kind = "clinic"',
        '+kind = "klinisk"',
        '-kind = "pnm"  # by hand',
        '+kind = "text40"  # by hand',
        "-rules = [",
        '-  { id = "age", field = "pat_id" },  # for trial\'s sake',
        "-]",
        '+rules = [{ id = "postcode" }]',
    ]


def test_zones_are_split_merged_joined_and_parted(desk: Desk) -> None:
    desk.choose("0-0")
    desk.press("s")
    assert [field["key"] for field in fields(desk.text)] == ["pat_id", "pat_id_2", "adress", "smittvag"]
    desk.choose("0-0", "1-0")
    desk.press("m")
    assert [field["key"] for field in fields(desk.text)] == ["pat_id", "adress", "smittvag"]
    assert fields(desk.text)[0]["zone"]["width"] == pytest.approx(61, abs=0.02)
    desk.choose("1-0")
    desk.page.locator("#parts").fill("3")
    desk.does("stacked")
    assert [field["key"] for field in fields(desk.text)][1:4] == ["adress", "adress_2", "adress_3"]
    desk.press("Escape", "Control+z")
    desk.choose("0-0", "1-0")
    desk.press("j")
    assert len(fields(desk.text)[0]["zones"]) == 3
    desk.choose("0-2")
    desk.press("p")
    assert [field["key"] for field in fields(desk.text)] == ["pat_id", "pat_id_2", "smittvag"]
    assert desk.chosen == ["1-0"]
    desk.press("Delete")
    assert [field["key"] for field in fields(desk.text)] == ["pat_id", "smittvag"]


def test_a_new_field_is_drawn_by_mouse_or_set_in_the_middle_by_keyboard(desk: Desk) -> None:
    desk.press("n")
    desk.draw(30, 110, 50, 8)
    desk.press("n", "Enter")
    *_, drawn, middle = fields(desk.text)
    assert drawn["zone"]["width"] == pytest.approx(50, abs=0.5)
    assert drawn["zone"]["y"] == pytest.approx(110, abs=0.5)
    assert (middle["zone"]["width"], middle["zone"]["height"]) == (40, 6)
    assert desk.chosen == ["4-0"]
    desk.choose("2-0")
    desk.press("b")
    desk.draw(60, 90, 4, 4)
    assert len(fields(desk.text)[2]["option"]) == 3


def test_a_zone_is_laid_to_the_printed_lines(desk: Desk) -> None:
    printed = library.read(library.shipped() / "paragraf" / "2025-1").fields_on(1)
    rect = next(field for field in printed if field.is_boxes).options[0].zone.rect
    desk.choose("2-0")
    for name, value in {"x": rect.x + 0.8, "y": rect.y - 0.6}.items():
        desk.type(name, f"{value:.2f}")
    desk.press("Escape", "l")
    zone = fields(desk.text)[2]["option"][0]["zone"]
    assert [zone[side] for side in ("x", "y")] == [pytest.approx(rect.x, abs=0.3), pytest.approx(rect.y, abs=0.3)]


def test_what_looks_right_is_a_guess_no_more_and_the_next_guess_is_shown(desk: Desk) -> None:
    assert "with guesses: 2" in desk.told
    desk.press("g")
    assert desk.chosen == ["0-0"]
    assert "guess: key from the label" in desk.page.locator("#list").inner_text()
    desk.press("o")
    assert "# guess: key" not in desk.text
    assert desk.chosen == ["2-0"]
    assert desk.page.evaluate("document.activeElement.id") == "zone-2-0"
    assert "guess: options' labels" in desk.page.locator("#panel").inner_text()
    desk.press("o")
    assert "# guess" not in desk.text
    desk.does("save")
    assert desk.told == "Saved. · warnings: 4"


def test_a_file_changed_by_another_is_not_written_over(desk: Desk, folder: Path) -> None:
    file = folder / "template.toml"
    theirs = file.read_text() + "# theirs\n"
    file.write_text(theirs)
    desk.choose("0-0")
    desk.press("ArrowRight", "Control+s")
    assert "NOT saved" in desk.told
    assert file.read_text() == theirs
    assert "x = 20.1" in desk.text


def test_another_window_does_not_undo_what_this_one_did(desk: Desk) -> None:
    other = Desk(desk.page.context.new_page(), desk.address)
    desk.choose("0-0")
    desk.press("Shift+ArrowRight")
    other.choose("0-0")
    other.press("Shift+ArrowDown")
    assert "another window" in other.told
    zone = fields(desk.text)[0]["zone"]
    assert (zone["x"], zone["y"]) == (21, 40)
    other.choose("0-0")
    other.press("Shift+ArrowDown")
    assert fields(desk.text)[0]["zone"]["y"] == 41


def test_larger_and_narrow_everything_is_still_there(desk: Desk) -> None:
    before = desk.scale
    desk.press("+", "+")
    assert desk.scale > before * 1.4
    desk.drag("#zone-0-0 > rect", 10, 0)
    assert fields(desk.text)[0]["zone"]["x"] == pytest.approx(30, abs=0.11)
    desk.press("0")
    assert desk.scale == pytest.approx(before, rel=0.02)
    desk.page.set_viewport_size({"width": 420, "height": 800})
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 420
    desk.choose("0-0")
    desk.type("key", "nummer")
    assert fields(desk.text)[0]["key"] == "nummer"


def test_every_control_has_a_name(desk: Desk) -> None:
    nameless = """[...document.querySelectorAll("button,input,select,textarea,a")].filter((one) =>
        !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length)).map((one) => one.outerHTML)"""
    assert desk.page.evaluate(nameless) == []
    assert desk.page.get_by_label("What it is in law").is_visible()
    desk.choose("2-0")
    assert desk.page.evaluate(nameless) == []


def test_the_proof_needs_no_network_and_no_script_and_lights_both_ways(browser: Browser, tmp_path: Path) -> None:
    words.use("sv")
    assert run(["templates", "proof", "klinisk-sti", "--out", str(tmp_path)]) == 0
    asked: list[str] = []
    page = browser.new_page(java_script_enabled=False)
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "klinisk-sti-2025-1-proof.html").as_uri())
    assert [url for url in asked if not url.startswith(("data:", "file:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) == 1

    def shade(what: str) -> str:
        return page.locator(what).first.evaluate("(one) => getComputedStyle(one).getPropertyValue('--deep')")  # type: ignore[no-any-return]

    assert shade("#zone-3-0") == ""
    page.locator("li[data-f='3']").hover()
    assert shade("#zone-3-0") == ".3"
    page.locator("#zone-4-0 > rect").first.hover()
    assert (shade("li[data-f='4']"), shade("li[data-f='3']")) == (".3", "")
    page.locator("#field-2").focus()
    assert shade("#zone-2-0") == ".3"
    assert "krävs alltid" in page.locator("#list").inner_text()
    page.close()


def test_the_command_opens_the_browser_and_serves_until_ctrl_c(browser: Browser, folder: Path) -> None:
    file = folder / "template.toml"
    file.write_text(file.read_text().replace('kind = "pnr"', 'kind = "pnm"'))
    opener = folder / "browser"
    opener.write_text(f"#!/bin/sh\necho $1 > {folder}/opened\n")
    opener.chmod(0o755)
    command = [sys.executable, "-c", "from pipeline.cli.app import main; main()", "templates", "edit", "prov"]
    environ = {**os.environ, "BLANKETT_LANGUAGE": "en", "PYTHONPATH": str(ROOT), "BROWSER": str(opener)}
    command += ["--templates", str(folder.parent.parent)]
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        assert served.stderr is not None
        address = served.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address)
        desk = Desk(browser.new_page(), address)
        desk.choose("0-0")
        desk.press("ArrowRight")
        assert (folder / "opened").read_text().strip() == address
        served.send_signal(signal.SIGINT)
        assert served.wait(20) == 130
        said = served.stderr.read()
        assert "there is no kind “pnm” – did you mean “pnr”?" in said
        assert "What was not saved is lost." in said
    desk.press("ArrowRight")
    assert "The program has ended" in desk.told
    desk.page.close()
    assert library.look(folder).template.fields[0].zones[0].rect.x == 20
