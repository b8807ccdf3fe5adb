"""Settings tell their faults by line, never by value, and every setting is in the file that init writes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.notification import Credential
from pipeline.edges import settings
from pipeline.edges.settings_shape import Settings
from pipeline.errors import SettingsError


def written(folder: Path, text: str) -> Path:
    path = folder / settings.FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_the_written_file_says_the_defaults_and_what_was_given(tmp_path: Path) -> None:
    assert settings.load(written(tmp_path, settings.template())) == Settings()
    told = settings.load(written(tmp_path, settings.template({"inbox.path": Path("/srv/å"), "language": "sv"})))
    assert (told.inbox.path, told.language) == (Path("/srv/å"), "sv")


def test_every_commented_default_is_the_default(tmp_path: Path) -> None:
    lines = settings.template().splitlines()
    bare = "\n".join(line[2:] if line.startswith("# ") and " = " in line else line for line in lines if line != "#")
    assert settings.load(written(tmp_path, bare)) == Settings()


def test_every_setting_says_what_it_is_for() -> None:
    for section, entries in settings.sections():
        for key, words, _ in entries:
            assert words.endswith("."), f"{section}.{key}"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("language = 'sv'\n\n[inbox]\npaht = 'x'\n", "settings_unknown_key", 4),
        ("lnguage = 'sv'\n", "settings_unknown_key", 1),
        ("[inbx]\npath = 'x'\n", "settings_unknown_key", 1),
        ("language = 'sv'\n[worker]\nconcurrency = 'Anna'\n", "settings_wrong_value", 3),
        ("[place]\nmin_score = 'Anna'\n", "settings_wrong_value", 2),
        ("inbox.quiet_seconds = -1\n", "settings_wrong_value", 1),
        ("language = 'sv'\npath = [\n", "settings_not_toml", 2),
        ("language = 'de'\n", "settings_wrong_value", 1),
    ],
)
def test_a_fault_is_told_with_its_line_and_without_what_was_written(tmp_path: Path, text: str, code: str, line: int) -> None:
    with pytest.raises(SettingsError) as told:
        settings.load(written(tmp_path, text))
    assert (told.value.code, told.value.params["line"]) == (code, line)
    assert "Anna" not in str(told.value)
    assert told.value.exit_code == 3


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="settings_missing"):
        settings.load(tmp_path / "none.toml")


@given(st.text(max_size=300))
def test_no_text_does_more_than_fail_with_a_settings_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        assert isinstance(settings.load(path), Settings)
    except SettingsError as error:
        assert error.code.startswith("settings_")  # noqa: PT017 - both outcomes are right


def test_one_setting_is_changed_and_the_rest_is_left(tmp_path: Path) -> None:
    text = settings.with_value(settings.template(), "vault", "key", "file:/k")
    assert settings.load(written(tmp_path, text)).vault.key == "file:/k"
    assert len(text.splitlines()) == len(settings.template().splitlines())
    assert tomllib.loads(settings.with_value("[vault]\n", "vault", "key", "k")) == {"vault": {"key": "k"}}
    assert tomllib.loads(settings.with_value("", "vault", "key", "k")) == {"vault": {"key": "k"}}


def test_an_empty_path_is_no_path(tmp_path: Path) -> None:
    told = settings.load(written(tmp_path, '[recipient]\ncertificate = ""\ncredential = "siths-person"\n'))
    assert told.recipient.certificate is None
    assert told.recipient.credential is Credential.SITHS_PERSON


def test_the_stages_get_their_policies(tmp_path: Path) -> None:
    told = settings.load(written(tmp_path, '[place]\nmin_score = 0.5\n[unit]\nregion = "AC"\nphone_diseases = ["ehec"]\n'))
    assert told.policy.place.min_score == 0.5
    assert (told.policy.law.region, told.policy.law.phone_diseases) == ("AC", ("ehec",))


def test_the_page_of_settings_tells_of_every_setting_as_it_is() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == settings.reference()


def test_no_setting_is_told_by_its_own_name() -> None:
    for section, entries in settings.sections():
        for key, told, _ in entries:
            assert told.rstrip(".").lower() != key.replace("_", " "), f"{section}.{key}"
