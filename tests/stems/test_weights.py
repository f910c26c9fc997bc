"""The weights store takes in whole, checked files and nothing else."""

from __future__ import annotations

import hashlib
import os
from fractions import Fraction
from pathlib import Path

import pytest
import torch
from demucs.htdemucs import HTDemucs

from mixassistant.errors import InputError, MissingError, OutputError, UsageError
from mixassistant.stems import weights


@pytest.fixture(scope="module")
def download(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small untrained checkpoint under the name that a browser gives it."""
    torch.manual_seed(1)
    sources = ["drums", "bass", "other", "vocals"]
    network = HTDemucs(sources=sources, channels=4, bottom_channels=8, t_layers=1, t_heads=2, dconv_comp=2, segment=Fraction(1))
    args, kwargs = network._init_args_kwargs
    path = tmp_path_factory.mktemp("downloads") / "955717e8-8726e21a.th"
    torch.save({"klass": HTDemucs, "args": args, "kwargs": kwargs, "state": network.state_dict(), "training_args": {}}, path)
    return path


def test_installed_file_is_the_file(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "models"
    seen: list[float] = []
    done = weights.install("htdemucs", download, folder, lambda _stage, fraction: seen.append(fraction))
    assert done.path == weights.installed("htdemucs", folder) == folder / "htdemucs.th"
    assert done.path.read_bytes() == download.read_bytes()
    assert done.checksum == hashlib.sha256(download.read_bytes()).hexdigest()
    assert not done.is_published
    assert seen[-1] == 1
    assert [path.name for path in folder.iterdir()] == ["htdemucs.th"]


def test_published_file_is_known_by_its_checksum() -> None:
    model = weights.MODELS["htdemucs"]
    assert weights.Installed(model, Path("htdemucs.th"), model.checksum + "0" * 56).is_published


def test_list_shows_what_is_installed_and_what_is_not(download: Path, tmp_path: Path) -> None:
    assert weights.list_installed(tmp_path) == dict.fromkeys(weights.MODELS)
    done = weights.install("htdemucs", download, tmp_path)
    assert weights.list_installed(tmp_path) == {"htdemucs": done, "htdemucs_6s": None}


def test_every_model_says_what_it_is() -> None:
    for name, model in weights.MODELS.items():
        assert model.name == name
        assert model.source.startswith("https://")
        assert model.license
        assert model.size_bytes > 10_000_000
        assert model.description.endswith(".")


def test_new_weights_replace_old_ones(download: Path, tmp_path: Path) -> None:
    (tmp_path / "htdemucs.safetensors").write_bytes(b"old")
    weights.install("htdemucs", download, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["htdemucs.th"]


def test_remove_takes_every_file_of_the_model(tmp_path: Path) -> None:
    for suffix in weights.SUFFIXES:
        (tmp_path / f"htdemucs{suffix}").write_bytes(b"x")
    assert weights.remove("htdemucs", tmp_path)
    assert not weights.remove("htdemucs", tmp_path)
    assert not list(tmp_path.iterdir())


def test_install_without_a_file_says_how(tmp_path: Path) -> None:
    with pytest.raises(MissingError) as caught:
        weights.install("htdemucs", None, tmp_path)
    assert caught.value.exit_code == 4
    assert weights.MODELS["htdemucs"].source in caught.value.hint
    assert "models install htdemucs FILE" in caught.value.hint


@pytest.mark.parametrize("name", ["nothing.th", "nothing.safetensors"])
def test_absent_file_is_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(MissingError, match="nothing"):
        weights.install("htdemucs", tmp_path / name, tmp_path)


def test_file_that_is_no_model_is_refused_and_the_old_one_stays(download: Path, tmp_path: Path) -> None:
    done = weights.install("htdemucs", download, tmp_path / "models")
    (tmp_path / "song.th").write_bytes(b"RIFF")
    with pytest.raises(InputError):
        weights.install("htdemucs", tmp_path / "song.th", tmp_path / "models")
    (tmp_path / "song.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError, match="must end in"):
        weights.install("htdemucs", tmp_path / "song.wav", tmp_path / "models")
    assert weights.checksum_of(done.path) == done.checksum


def test_unknown_model_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="spleeter"):
        weights.install("spleeter", None, tmp_path)


def test_folder_that_is_a_file_cannot_be_written(download: Path, tmp_path: Path) -> None:
    (tmp_path / "models").write_bytes(b"")
    with pytest.raises(OutputError):
        weights.install("htdemucs", download, tmp_path / "models")


def test_cut_off_copy_leaves_nothing(download: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="full"):
        weights.install("htdemucs", download, tmp_path)
    assert not list(tmp_path.iterdir())


def test_weights_live_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MIXASSISTANT_DATA", str(tmp_path))
    assert weights.default_folder() == tmp_path / "models"
