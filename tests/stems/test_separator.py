"""The choice of a separator."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixassistant.errors import MissingError, UsageError
from mixassistant.stems.separator import choose


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A models folder with a file in the place of the default model's weights; choosing does not read it."""
    (tmp_path / "htdemucs.safetensors").write_bytes(b"weights")
    return tmp_path


def test_auto_is_embedded_without_weights(tmp_path: Path) -> None:
    assert choose("auto", "cpu", tmp_path).origin == "embedded"


def test_auto_is_demucs_with_weights(models: Path) -> None:
    assert choose("auto", "cpu", models).origin == "demucs:htdemucs"


def test_embedded_is_embedded_with_weights(models: Path) -> None:
    assert choose("embedded", "cpu", models).origin == "embedded"


def test_file_given_by_path_is_honoured(models: Path) -> None:
    path = models / "mine.th"
    path.write_bytes(b"weights")
    assert choose(str(path), "cpu", models).origin == "demucs:mine"


@pytest.mark.parametrize("name", ["demucs", "demucs:htdemucs_6s"])
def test_missing_weights_are_one_line_that_says_what_to_do(tmp_path: Path, name: str) -> None:
    with pytest.raises(MissingError) as caught:
        choose(name, "cpu", tmp_path)
    assert caught.value.exit_code == 4
    assert "models install" in str(caught.value)
    assert "--separator embedded" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError):
        choose(str(tmp_path / "gone.safetensors"), "cpu", tmp_path)


@pytest.mark.parametrize("name", ["spleeter", "demucs:spleeter", ""])
def test_unknown_separator_is_wrong_usage(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        choose(name, "cpu", tmp_path)
