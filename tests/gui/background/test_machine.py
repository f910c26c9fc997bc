"""What the computer has, and emptying the cache: our own entries go, everything else stays."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mixassistant import paths
from mixassistant.errors import Cancelled, MissingError
from mixassistant.gui.background.machine import empty_cache, find_engines, limit_cache, measure_folders
from mixassistant.progress import silent
from mixassistant.stems import device
from mixassistant.stems.stem_files import GONE, LOCK

KEY = "0123456789" * 4


def put(folder: Path, size: int = 1000) -> Path:
    folder.mkdir(parents=True)
    (folder / "drums").write_bytes(bytes(size))
    return folder


def test_folders_that_are_not_there_hold_nothing() -> None:
    assert measure_folders(silent).cache.bytes == measure_folders(silent).library_bytes == 0


def test_files_of_all_depths_count_and_links_do_not_lead_out(tmp_path: Path) -> None:
    put(paths.data_folder() / "models" / "deep", 2000)
    put(paths.cache_folder() / "stems" / KEY, 3000)
    outside = put(tmp_path / "music", 500_000)
    (paths.cache_folder() / "link").symlink_to(outside)
    found = measure_folders(silent)
    assert found.library_bytes == 2000
    assert found.cache.bytes == 3000


def test_measuring_can_be_cancelled() -> None:
    put(paths.cache_folder() / "stems" / KEY)

    def cancelled(stage: str, fraction: float) -> None:
        raise Cancelled()

    with pytest.raises(Cancelled):
        measure_folders(cancelled)


def test_emptying_removes_finished_and_unfinished_stems() -> None:
    stems = paths.cache_folder() / "stems"
    for name in (KEY, f".unfinished-{KEY}", f"{GONE}{KEY}"):
        put(stems / name)
    assert empty_cache(silent).cache.bytes == 0
    assert list(stems.iterdir()) == []


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    stems = paths.cache_folder() / "stems"
    ours, album = put(stems / KEY), put(stems / "My album")
    beside = put(paths.cache_folder() / "photos")
    outside = put(tmp_path / "music")
    (stems / ("f" * 40)).symlink_to(outside, target_is_directory=True)
    (stems / ("e" * 40)).write_bytes(b"a file")
    empty_cache(silent)
    assert not ours.exists()
    assert album.is_dir() and beside.is_dir() and (outside / "drums").is_file()
    assert (stems / ("e" * 40)).is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to a process on Windows, and this test is one")
def test_stems_that_are_being_written_stay() -> None:
    from mixassistant.stems.lock import lock

    busy = put(paths.cache_folder() / "stems" / f".unfinished-{KEY}")
    idle = put(paths.cache_folder() / "stems" / KEY)
    with lock(busy / LOCK):
        left = empty_cache(silent)
    assert busy.is_dir() and not idle.exists()
    assert left.cache.bytes >= 1000


def test_a_limit_is_kept_and_makes_room() -> None:
    entry = put(paths.cache_folder() / "stems" / KEY, 150_000_000)
    assert limit_cache(100_000_000, silent).cache.bytes == 0
    assert not entry.exists()
    assert measure_folders(silent).cache.limit_bytes == 100_000_000


def test_only_devices_that_are_there_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def pick(name: str = "auto") -> str:
        if name == "mps":
            raise MissingError("no-device", "no Apple here", "use another")
        return {"auto": "cuda"}.get(name, name)

    monkeypatch.setattr(device, "pick_device", pick)
    monkeypatch.setattr(device, "describe_device", lambda name: f"the {name}")
    found = find_engines(silent)
    assert found.devices == ("cpu", "cuda")
    assert found.best == "the cuda"
    assert found.models == (), "nothing is installed in a fresh folder"


def test_this_computer_has_a_processor() -> None:
    found = find_engines(silent)
    assert "cpu" in found.devices and "auto" not in found.devices
    assert found.best
