"""The weights store takes in whole, checked files and nothing else, from the network or from the user."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import demucs
import pytest
import torch
import yaml
from demucs.htdemucs import HTDemucs
from web_shelf import LOCAL, Shelf, serve

from mixassistant.errors import Cancelled, InputError, MissingError, OutputError, UsageError
from mixassistant.progress import silent
from mixassistant.stems import download, weights
from mixassistant.stems.fetch import Network
from mixassistant.stems.weights import catalogue, installing, store

NETWORK = Network(schemes=LOCAL, timeout_s=2.0, attempts=3, backoff_s=0.0)
GRAPH = b"\x0a\x0a" + b"\x0a\x01x\x12\x05Const"  # one node, with a name and an operation
NAMES = b'{"classes": ["danceable", "not_danceable"]}'
BAG = ("f7e0c4bc", "d12395a8", "92cfc3b6", "04573f0d")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def checkpoint(path: Path, seed: int = 1) -> Path:
    """Write a small untrained checkpoint."""
    torch.manual_seed(seed)
    sources = ["drums", "bass", "other", "vocals"]
    network = HTDemucs(sources=sources, channels=4, bottom_channels=8, t_layers=1, t_heads=2, dconv_comp=2, segment=Fraction(1))
    args, kwargs = network._init_args_kwargs
    torch.save({"klass": HTDemucs, "args": args, "kwargs": kwargs, "state": network.state_dict(), "training_args": {}}, path)
    return path


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint under the name that a browser gives it."""
    return checkpoint(tmp_path_factory.mktemp("downloads") / "955717e8-8726e21a.th")


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four networks of a bag, as the user downloaded them."""
    folder = tmp_path_factory.mktemp("bag")
    for seed, file in enumerate(weights.MODELS["htdemucs_ft"].files):
        checkpoint(folder / file.urls[0].rpartition("/")[2], seed)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


@pytest.fixture
def shelf(mine: Path, bag: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A server in the place of all sources, with the models' sizes and checksums set to what it has."""
    with serve(Shelf({"/955717e8-8726e21a.th": mine.read_bytes()})) as running:
        running.files |= {f"/{path.name}": path.read_bytes() for path in bag.iterdir()}
        for name in ("discogs-effnet", "danceability-vggish-audioset-1"):
            for file in weights.MODELS[name].files:
                running.files[f"/{file.urls[-1].rpartition('/')[2]}"] = (
                    NAMES if file.name.endswith(".json") else GRAPH + b"\x7a" + bytes([len(file.name)]) + file.name.encode()
                )

        def local(file: weights.WeightsFile) -> weights.WeightsFile:
            path = f"/{file.urls[-1].rpartition('/')[2]}"
            content = running.files.get(path, b"")
            urls = tuple(f"{running.url}/gone{path}" for _ in file.urls[1:])
            sha256 = hashlib.sha256(content).hexdigest() if file.sha256 else ""
            return replace(file, urls=(*urls, running.url + path), size_bytes=len(content), sha256=sha256, hosts=())

        models = {n: replace(m, files=tuple(local(file) for file in m.files)) for n, m in weights.MODELS.items()}
        for module in (catalogue, store, weights):
            monkeypatch.setattr(module, "MODELS", MappingProxyType(models))
        yield running


def content_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def install(name: str, folder: Path, progress: Callable[[str, float], None] = silent) -> weights.Installed:
    return weights.install(name, None, folder, progress, NETWORK)


# What there is


def test_every_model_says_what_the_user_agrees_to() -> None:
    for name, model in weights.MODELS.items():
        assert model.name == name
        assert all(len(text) > 2 for pair in model.facts for text in pair)
        assert model.size_bytes > 1_000_000
        assert model.license in ("MIT", "CC-BY-NC-SA-4.0", "CC-BY-4.0")
        assert ("commercial" in model.terms) == (model.license == "CC-BY-NC-SA-4.0")
        assert ("verified from then on" in model.checksum_note) == (not any(file.sha256 for file in model.files))
    files = [file for model in weights.MODELS.values() for file in model.files]
    assert len({file.name for file in files}) == len(files)
    for file in files:
        assert all(url.startswith("https://") for url in file.urls)
        assert len(file.sha256) in (0, 64)
        assert not Path(file.name).is_absolute()
        assert ".." not in file.name


def test_demucs_files_are_those_of_its_own_lists() -> None:
    remote = Path(demucs.__file__).parent / "remote"
    published = {line.partition("-")[0]: line.strip() for line in (remote / "files.txt").read_text().splitlines() if line.endswith(".th")}
    for model in weights.MODELS.values():
        if model.kind == "separation":
            signatures = yaml.safe_load((remote / f"{model.name}.yaml").read_text())["models"]
            names = [file.urls[0].rpartition("/")[2] for file in model.files]
            assert names == [published[signature] for signature in signatures]
            assert all(file.sha256.startswith(name[9:17]) for file, name in zip(model.files, names, strict=True))


def test_essentia_files_are_where_the_descriptors_look_for_them() -> None:
    from mixassistant.features.models.measurement import aesthetics_folder, essentia_folder
    from mixassistant.features.models.networks import BACKBONES, ROUTES

    known = {*BACKBONES, *(route.network.name for routes in ROUTES.values() for route in routes)}
    ours = {Path(f.name) for m in weights.MODELS.values() if m.kind == "descriptors" for f in m.files}
    assert {path.stem for path in ours if path.parts[0] == "essentia"} <= known
    assert {weights.default_folder() / path.parts[0] for path in ours} == {essentia_folder(), aesthetics_folder()}
    for identifier, routes in ROUTES.items():
        reached = [r for r in routes if {f"{n}.pb" for n in (r.network.name, r.network.backbone) if n} <= {path.name for path in ours}]
        assert reached, identifier


def test_unknown_model_is_wrong_usage(tmp_path: Path) -> None:
    for call in (weights.install, weights.remove, weights.state, weights.verify, weights.installed, weights.require):
        with pytest.raises(UsageError, match="spleeter"):
            call("spleeter")


def test_weights_live_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MIXASSISTANT_DATA", str(tmp_path))
    assert weights.default_folder() == tmp_path / "models"


# From a file


def test_installed_file_is_the_file(mine: Path, folder: Path) -> None:
    seen: list[float] = []
    done = weights.install("htdemucs", mine, folder, lambda _stage, fraction: seen.append(fraction))
    assert done.path == weights.installed("htdemucs", folder) == weights.require("htdemucs", folder) == folder / "htdemucs.th"
    assert done.path.read_bytes() == mine.read_bytes()
    assert done.checksum == weights.checksum_of(done.path) == hashlib.sha256(mine.read_bytes()).hexdigest()
    assert not done.is_published
    assert weights.state("htdemucs", folder).kind == "installed"
    assert weights.verify("htdemucs", folder) == done
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert content_of(folder) == {"htdemucs.th", "htdemucs.json"}


@pytest.mark.parametrize("given", ["folder", "file"])
def test_a_bag_is_installed_from_where_its_files_lie(bag: Path, folder: Path, given: str) -> None:
    done = weights.install("htdemucs_ft", bag if given == "folder" else min(bag.iterdir()), folder)
    assert done.path == weights.installed("htdemucs_ft", folder) == folder / "htdemucs_ft"
    assert weights.parts(done.path) == tuple(folder / "htdemucs_ft" / f"{signature}.th" for signature in BAG)
    assert weights.checksum_of(done.path) == done.checksum
    assert weights.verify("htdemucs_ft", folder) == done
    done.files[2].path.unlink()
    assert weights.installed("htdemucs_ft", folder) is None


def test_a_bag_with_a_network_missing_is_refused(bag: Path, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(bag, tmp_path / "three")
    (tmp_path / "three" / "92cfc3b6-ef3bcb9c.th").unlink()
    with pytest.raises(MissingError, match="92cfc3b6"):
        weights.install("htdemucs_ft", tmp_path / "three", folder)
    assert not folder.exists()


def test_half_a_copy_of_a_killed_installation_goes_with_the_next_one(folder: Path, mine: Path) -> None:
    half = folder / ".incoming" / "htdemucs_ft.local" / ".part-held-abcdefgh.th"
    half.parent.mkdir(parents=True)
    half.write_bytes(bytes(1000))
    os.utime(half, (0, 0))
    weights.install("htdemucs", mine, folder)
    assert not half.exists()


def test_parts_of_a_file_are_the_file(mine: Path) -> None:
    assert weights.parts(mine) == (mine,)


def test_descriptors_are_installed_from_a_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "danceability-vggish-audioset-1.pb").write_bytes(GRAPH)
    done = weights.install("danceability-vggish-audioset-1", tmp_path, folder)
    assert content_of(folder) == {"essentia/danceability-vggish-audioset-1.pb", "danceability-vggish-audioset-1.json"}
    (tmp_path / "danceability-vggish-audioset-1.json").write_bytes(NAMES)
    done = weights.install("danceability-vggish-audioset-1", tmp_path / "danceability-vggish-audioset-1.pb", folder)
    assert [file.path.suffix for file in done.files] == [".pb", ".json"]
    assert done.path == folder / "essentia"


@pytest.mark.parametrize(("name", "content"), [("x.pb", b"<html>"), ("x.pb", b""), ("x.json", b"<html>"), ("x.json", b"[1]")])
def test_something_else_than_a_network_is_refused(folder: Path, tmp_path: Path, name: str, content: bytes) -> None:
    files = {".pb": GRAPH, ".json": NAMES, Path(name).suffix: content}
    for suffix, data in files.items():
        (tmp_path / f"danceability-vggish-audioset-1{suffix}").write_bytes(data)
    with pytest.raises(InputError, match="not what its name says"):
        weights.install("danceability-vggish-audioset-1", tmp_path, folder)
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", b"\x02" + bytes(7) + b"{}", b"\x02" + bytes(7) + b"[]", b"\xff" * 20])
def test_safetensors_are_known_by_their_header(folder: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    (tmp_path / "config.json").write_bytes(b"{}")
    if content.endswith(b"{}"):
        assert not weights.install("audiobox-aesthetics", tmp_path, folder).is_published
    else:
        with pytest.raises(InputError, match="not what its name says"):
            weights.install("audiobox-aesthetics", tmp_path, folder)


def test_published_files_are_known_by_their_checksum_in_either_format() -> None:
    file = weights.MODELS["htdemucs"].files[0]
    for checksum, is_published in ((file.sha256, True), (file.twin_sha256, True), ("0" * 64, False), ("", False)):
        here = weights.InstalledFile(file, Path("htdemucs.th"), checksum, 1, "")
        assert weights.Installed(weights.MODELS["htdemucs"], here.path, (here,)).is_published is is_published


def test_new_weights_replace_old_ones(mine: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "htdemucs.safetensors").write_bytes(b"old")
    weights.install("htdemucs", mine, folder)
    assert content_of(folder) == {"htdemucs.th", "htdemucs.json"}


def test_list_shows_what_is_installed_and_what_is_not(mine: Path, folder: Path) -> None:
    assert weights.list_installed(folder) == dict.fromkeys(weights.MODELS)
    done = weights.install("htdemucs", mine, folder)
    assert weights.list_installed(folder) == {**dict.fromkeys(weights.MODELS), "htdemucs": done}


@pytest.mark.parametrize("name", ["nothing.th", "nothing.safetensors"])
@pytest.mark.parametrize("model", ["htdemucs", "htdemucs_ft", "msd-musicnn-1"])
def test_absent_file_is_missing(tmp_path: Path, model: str, name: str) -> None:
    with pytest.raises(MissingError, match="nothing"):
        weights.install(model, tmp_path / name, tmp_path)


def test_file_that_is_no_model_is_refused_and_the_old_one_stays(mine: Path, tmp_path: Path, folder: Path) -> None:
    done = weights.install("htdemucs", mine, folder)
    (tmp_path / "song.th").write_bytes(b"RIFF")
    with pytest.raises(InputError):
        weights.install("htdemucs", tmp_path / "song.th", folder)
    (tmp_path / "song.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError, match="must end in"):
        weights.install("htdemucs", tmp_path / "song.wav", folder)
    assert weights.verify("htdemucs", folder) == done


def test_folder_that_is_a_file_cannot_be_written(mine: Path, tmp_path: Path, shelf: Shelf) -> None:
    (tmp_path / "models").write_bytes(b"")
    for given in (mine, None):
        with pytest.raises(OutputError):
            weights.install("htdemucs", given, tmp_path / "models", silent, NETWORK)


def test_cut_off_copy_leaves_nothing(mine: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="full"):
        weights.install("htdemucs", mine, folder)
    assert content_of(folder) == set()


# From the network


def test_a_download_is_installed_and_verified(shelf: Shelf, mine: Path, folder: Path) -> None:
    seen: list[float] = []
    done = install("htdemucs", folder, lambda _stage, fraction: seen.append(fraction))
    assert done.path.read_bytes() == mine.read_bytes()
    assert done.is_published
    assert done.files[0].source == f"{shelf.url}/955717e8-8726e21a.th"
    assert weights.state("htdemucs", folder).kind == "verified"
    assert weights.verify("htdemucs", folder) == weights.list_installed(folder)["htdemucs"] == done
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert content_of(folder) == {"htdemucs.th", "htdemucs.json"}
    assert not (folder / ".incoming").exists()


def test_a_bag_is_downloaded_whole_or_not_at_all(shelf: Shelf, folder: Path) -> None:
    files = dict(shelf.files)
    del shelf.files["/92cfc3b6-ef3bcb9c.th"]
    with pytest.raises(MissingError, match="404"):
        install("htdemucs_ft", folder)
    assert weights.installed("htdemucs_ft", folder) is None
    there = weights.state("htdemucs_ft", folder)
    assert there.kind == "partial"
    assert there.downloaded_bytes == sum(len(files[f"/{n}"]) for n in ("f7e0c4bc-ba3fe64a.th", "d12395a8-e57c48e6.th"))
    shelf.files, shelf.asked = files, []
    assert install("htdemucs_ft", folder).is_published
    assert [asked["path"][1:9] for asked in shelf.asked] == list(BAG[2:])
    assert weights.parts(folder / "htdemucs_ft") == tuple(folder / "htdemucs_ft" / f"{signature}.th" for signature in BAG)


def test_a_cancelled_download_goes_on_and_can_be_thrown_away(shelf: Shelf, folder: Path) -> None:
    def stop(_stage: str, fraction: float) -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        install("htdemucs", folder, stop)
    there = weights.state("htdemucs", folder)
    assert there.kind == "partial"
    assert 0 < there.downloaded_bytes < there.model.size_bytes
    assert "downloaded" in there.text
    shelf.asked.clear()
    install("htdemucs", folder)
    assert shelf.asked[0]["range"] == f"bytes={there.downloaded_bytes}-"

    with pytest.raises(Cancelled):
        install("htdemucs", folder, stop)
    assert weights.state("htdemucs", folder).kind == "verified"  # the old one works while a new one is on its way
    assert weights.remove("htdemucs", folder)
    assert weights.state("htdemucs", folder).kind == "absent"
    assert list(folder.iterdir()) == []


def test_effnet_is_downloaded_with_its_heads(shelf: Shelf, folder: Path) -> None:
    done = install("discogs-effnet", folder)
    assert len(done.files) == 16
    assert done.path == folder / "essentia"
    assert weights.state("discogs-effnet", folder).kind == "verified"
    assert weights.remove("discogs-effnet", folder)
    assert list(folder.iterdir()) == []


def test_without_a_published_checksum_the_first_is_recorded(shelf: Shelf, folder: Path) -> None:
    done = install("danceability-vggish-audioset-1", folder)
    assert not done.is_published
    assert weights.state(done.name, folder).kind == "installed"
    assert weights.verify(done.name, folder) == done
    assert done.files[0].source.startswith(shelf.url)
    assert "/gone/" in shelf.asked[0]["path"]  # the first address has it no more, the second has
    content = bytearray(done.files[0].path.read_bytes())
    content[50] ^= 1
    done.files[0].path.write_bytes(content)
    with pytest.raises(InputError, match="not what was installed"):
        weights.verify(done.name, folder)


def test_names_of_outputs_may_be_gone(shelf: Shelf, folder: Path) -> None:
    del shelf.files["/danceability-vggish-audioset-1.json"]
    assert [file.path.suffix for file in install("danceability-vggish-audioset-1", folder).files] == [".pb"]


def test_models_in_one_folder_leave_each_other_alone(shelf: Shelf, folder: Path) -> None:
    install("discogs-effnet", folder)
    install("danceability-vggish-audioset-1", folder)
    assert weights.remove("discogs-effnet", folder)
    assert weights.verify("danceability-vggish-audioset-1", folder)


def test_a_wrong_checksum_installs_nothing(shelf: Shelf, folder: Path) -> None:
    shelf.files["/955717e8-8726e21a.th"] = shelf.files["/955717e8-8726e21a.th"][::-1]
    with pytest.raises(InputError, match="is not the published"):
        install("htdemucs", folder)
    assert weights.state("htdemucs", folder).kind == "absent"


def test_a_download_that_is_no_network_is_thrown_away(shelf: Shelf, folder: Path) -> None:
    shelf.files["/danceability-vggish-audioset-1.pb"] = b"\x1f\x8b" + bytes(100)
    with pytest.raises(InputError, match="not what its name says"):
        install("danceability-vggish-audioset-1", folder)
    assert weights.state("danceability-vggish-audioset-1", folder).kind == "absent"


def test_nothing_of_a_published_file_is_run(shelf: Shelf, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Malicious:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(tmp_path / "called"),)

    torch.save({"klass": HTDemucs, "args": (), "kwargs": {}, "state": {}, "training_args": Malicious()}, tmp_path / "bad.th")
    with pytest.raises(InputError):
        weights.install("htdemucs", tmp_path / "bad.th", folder)
    content = shelf.files["/955717e8-8726e21a.th"] = (tmp_path / "bad.th").read_bytes()
    model = weights.MODELS["htdemucs"]
    bad = replace(model, files=(replace(model.files[0], size_bytes=len(content), sha256=hashlib.sha256(content).hexdigest()),))
    monkeypatch.setattr(catalogue, "MODELS", {"htdemucs": bad})
    with pytest.raises(InputError):
        install("htdemucs", folder)
    assert not (tmp_path / "called").exists()


def test_too_small_a_disk_is_told_before_the_first_of_several_files(shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = weights.MODELS["htdemucs_ft"].size_bytes
    free = shutil._ntuple_diskusage(0, 0, download.SPARE_BYTES + size - 1)  # type: ignore[attr-defined]
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _path: free)
    with pytest.raises(OutputError, match="htdemucs_ft needs"):
        install("htdemucs_ft", folder)
    assert shelf.asked == []


def test_a_failure_while_files_get_their_places_is_told_and_mended(shelf: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = installing.write_record, []

    def fail(*words: Any) -> None:
        calls.append(words)
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(installing, "write_record", fail)
    with pytest.raises(OutputError, match="full"):
        install("htdemucs_ft", folder)
    assert calls
    monkeypatch.setattr(installing, "write_record", write)
    install("htdemucs_ft", folder)
    assert weights.state("htdemucs_ft", folder).kind == "verified"


# Checking and removing


def test_weights_that_changed_are_told(shelf: Shelf, folder: Path) -> None:
    done = install("htdemucs", folder)
    content = done.path.read_bytes()
    done.path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    with pytest.raises(InputError, match="not what was installed"):
        weights.verify("htdemucs", folder)
    done.path.write_bytes(content[:-1])
    assert weights.state("htdemucs", folder).kind == "changed"
    with pytest.raises(InputError, match="not what was installed"):
        weights.verify("htdemucs", folder)
    install("htdemucs", folder)
    assert weights.state("htdemucs", folder).kind == "verified"


@pytest.mark.parametrize("text", [None, "{", "[]", '{"schema": "other"}', '{"schema": "mixassistant.weights/1", "files": [1]}'])
def test_without_a_record_only_published_weights_pass(shelf: Shelf, mine: Path, folder: Path, text: str | None) -> None:
    install("htdemucs", folder)
    record = folder / "htdemucs.json"
    assert json.loads(record.read_text())["files"][0]["source"].startswith(shelf.url)
    record.write_text(text) if text is not None else record.unlink()
    assert weights.state("htdemucs", folder).kind == "installed"
    assert weights.verify("htdemucs", folder).is_published
    (folder / "htdemucs.th").write_bytes(b"something else")
    with pytest.raises(InputError, match="was not installed by this program"):
        weights.verify("htdemucs", folder)


def test_weights_that_are_not_there_cannot_be_verified(folder: Path) -> None:
    for name in ("htdemucs", "htdemucs_ft", "discogs-effnet"):
        with pytest.raises(MissingError, match=f"models install {name}"):
            weights.verify(name, folder)
    with pytest.raises(MissingError, match="models install htdemucs;"):
        weights.require("htdemucs", folder)


def test_networks_for_descriptors_do_not_separate(folder: Path) -> None:
    with pytest.raises(UsageError, match="htdemucs_ft"):
        weights.require("discogs-effnet", folder)


def test_remove_takes_every_file_of_the_model(tmp_path: Path) -> None:
    for suffix in weights.SUFFIXES:
        (tmp_path / f"htdemucs{suffix}").write_bytes(b"x")
    assert weights.remove("htdemucs", tmp_path)
    assert not weights.remove("htdemucs", tmp_path)
    assert not list(tmp_path.iterdir())
