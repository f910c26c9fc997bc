"""The settings: what can be read is kept, what cannot is set aside, and nothing stops the program."""

from __future__ import annotations

import json
import logging
from dataclasses import fields
from pathlib import Path

import pytest

from mixassistant.errors import OutputError
from mixassistant.settings import MAX_RECENT, Settings, load_settings, save_settings, settings_path


@pytest.fixture
def warned(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(logging.getLogger("mixassistant"), "propagate", True)
    return caplog


def write(content: bytes) -> Path:
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_without_a_file_the_defaults_stand() -> None:
    assert load_settings() == Settings()


def test_what_was_saved_is_loaded() -> None:
    recent = ('/music/🎸 "it\'s".wav',)
    saved = Settings("dark", "cpu", "embedded", False, recent=recent, geometry="Z2VvbWV0cnk=", layout="bGF5b3V0")
    save_settings(saved)
    assert load_settings() == saved


def test_every_setting_survives_the_file() -> None:
    save_settings(Settings())
    assert set(json.loads(settings_path().read_text("utf-8"))) == {field.name for field in fields(Settings)}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"theme": "da', b"[" * 100_000], ids=["empty", "open", "list", "bytes", "cut", "deep"]
)
def test_a_damaged_file_is_set_aside_and_the_defaults_stand(content: bytes, warned: pytest.LogCaptureFixture) -> None:
    path = write(content)
    assert load_settings() == Settings()
    assert path.with_suffix(".damaged").read_bytes() == content
    assert "defaults are used" in warned.text


def test_a_second_damaged_file_does_not_replace_the_first() -> None:
    for content in (b"first", b"second"):
        path = write(content)
        load_settings()
    assert {file.read_bytes() for file in path.parent.glob("*.damaged")} == {b"first", b"second"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("theme", 3),
        ("device", "toaster"),
        ("level_match", 1),
        ("level_match", "yes"),
        ("recent", "x"),
        ("recent", [1]),
        ("geometry", None),
    ],
)
def test_a_wrong_value_costs_that_setting_alone(name: str, value: object, warned: pytest.LogCaptureFixture) -> None:
    write(json.dumps({"separator": "embedded", name: value}).encode())
    assert load_settings() == Settings(separator="embedded")
    assert name in warned.text


def test_settings_of_another_version_are_passed_over() -> None:
    write(b'{"theme": "light", "from_the_future": 1}')
    assert load_settings() == Settings(theme="light")


def test_a_file_that_cannot_be_read_is_left_where_it_is(warned: pytest.LogCaptureFixture) -> None:
    settings_path().mkdir(parents=True)  # a folder: for an administrator no permission makes a file unreadable
    assert load_settings() == Settings()
    assert settings_path().is_dir()


def test_the_newest_mix_is_first_and_the_oldest_forgotten(tmp_path: Path) -> None:
    settings = Settings()
    for index in [*range(MAX_RECENT + 2), 5]:
        settings = settings.with_recent(tmp_path / f"{index}.wav")
    assert settings.recent[0].endswith("5.wav")
    assert len(settings.recent) == len(set(settings.recent)) == MAX_RECENT


def test_a_folder_that_cannot_be_made_is_an_output_error() -> None:
    folder = settings_path().parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"a file in its place")
    with pytest.raises(OutputError, match="settings folder"):
        save_settings(Settings())
