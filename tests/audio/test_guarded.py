"""The guard around one file: what nobody foresaw names the file, what is ours passes as it is."""

import logging
import struct
from pathlib import Path

import pytest

from mixassistant.audio import tags
from mixassistant.audio.guarded import UNFORESEEN, guarded
from mixassistant.audio.tags import read_tags
from mixassistant.errors import Cancelled, InputError

PATH = Path("Song.mp4")


@pytest.mark.parametrize("error", [RecursionError("too deep"), OSError(22, "Invalid argument"), struct.error("short"), AssertionError()])
def test_what_nobody_foresaw_names_the_file_in_one_line_and_is_logged(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(InputError) as caught, guarded(PATH):
        raise error
    assert caught.value.code == UNFORESEEN and caught.value.exit_code == 3
    assert "“Song.mp4”" in str(caught.value) and type(error).__name__ in str(caught.value) and "\n" not in str(caught.value)
    assert caplog.records[0].exc_info is not None


def test_memory_that_runs_out_is_told_as_that() -> None:
    with pytest.raises(InputError, match="more memory") as caught, guarded(PATH):
        raise MemoryError
    assert caught.value.code == "too-large"


@pytest.mark.parametrize("error", [Cancelled(), InputError("silent", "“a” is silent"), KeyboardInterrupt(), SystemExit(1)])
def test_what_is_ours_and_what_ends_the_program_passes(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, guarded(PATH):
        raise error
    assert caught.value is error


def test_a_reader_of_tags_that_fails_costs_the_tags_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path) -> dict[str, str | bytes]:
        raise RecursionError("tags in tags")

    monkeypatch.setattr(tags, "_by_mutagen", fail)
    assert read_tags(tmp_path / "a.mp3") == {}
