"""Stems on disk are what was written, whole, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mixassistant.stems.stem_files import JOURNAL, Shape, StemFiles, is_in_use, open_sealed

SHAPE = Shape(("a", "b"), 2, 1000, 8000)
RNG = np.random.default_rng(2)
FULL = {part: RNG.standard_normal((2, 1000)).astype(np.float32) for part in SHAPE.parts}


def block(start: int, stop: int) -> dict[str, np.ndarray]:
    return {part: samples[:, start:stop] for part, samples in FULL.items()}


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_read_is_what_was_written(tmp_path: Path, kept: bool) -> None:
    files = StemFiles(SHAPE, tmp_path / "new" if kept else None)
    for start in range(0, 1000, 300):
        files.append(block(start, start + 300))
    assert files.done == 1000
    np.testing.assert_array_equal(files.read("b", 250, 650), FULL["b"][:, 250:650])
    np.testing.assert_array_equal(files.read("b", -5, 5000), FULL["b"])
    np.testing.assert_array_equal(files.part("a").read(0, 10), FULL["a"][:, :10])
    shown = {part: files.audio(part) for part in SHAPE.parts}
    if kept:
        files.seal({"x": 1})
        sealed, facts = open_sealed(tmp_path / "new", lambda _stage, _fraction: None)
        assert facts == {"x": 1}
        assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a.npy", "b.npy", "entry.json"]
        shown |= sealed
    files.close()
    for part, audio in shown.items():
        np.testing.assert_array_equal(audio.samples, FULL[part])
        assert (audio.sample_rate_hz, audio.samples.flags.writeable) == (8000, False)


def test_without_room_for_temporary_files_there_is_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 100}))
    files = StemFiles(SHAPE)
    files.append(block(0, 1000))
    np.testing.assert_array_equal(files.audio("a").samples, FULL["a"])
    files.close()


def test_folder_without_room_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 100}))
    with pytest.raises(OSError, match="space"):
        StemFiles(SHAPE, tmp_path / "new")


def test_work_goes_on_after_the_last_whole_block(tmp_path: Path) -> None:
    files = StemFiles(SHAPE, tmp_path, {"by": 1})
    files.append(block(0, 300))
    files.append(block(300, 600))
    files.close()
    again = StemFiles(SHAPE, tmp_path, {"by": 1})
    assert again.done == 600
    again.append(block(600, 1000))
    again.seal({})
    parts, _facts = open_sealed(tmp_path, lambda _stage, _fraction: None)
    np.testing.assert_array_equal(parts["a"].samples, FULL["a"])


@pytest.mark.parametrize(("shape", "making"), [(SHAPE, {"by": 2}), (Shape(("a", "b"), 2, 999, 8000), {"by": 1})])
def test_stems_made_otherwise_are_begun_anew(tmp_path: Path, shape: Shape, making: dict[str, int]) -> None:
    files = StemFiles(SHAPE, tmp_path, {"by": 1})
    files.append(block(0, 300))
    files.close()
    other = StemFiles(shape, tmp_path, making)
    assert other.done == 0
    other.discard()
    assert not tmp_path.exists()


def test_only_one_program_works_in_a_folder(tmp_path: Path) -> None:
    files = StemFiles(SHAPE, tmp_path)
    files.append(block(0, 300))
    assert is_in_use(tmp_path)
    with pytest.raises(BlockingIOError):
        StemFiles(SHAPE, tmp_path)
    assert files.read("a", 0, 300).any()
    files.close()
    assert not is_in_use(tmp_path)


def test_work_without_a_block_leaves_nothing(tmp_path: Path) -> None:
    StemFiles(SHAPE, tmp_path / "new").close()
    assert not (tmp_path / "new").exists()


def test_unfinished_or_temporary_files_cannot_be_sealed(tmp_path: Path) -> None:
    for folder in (tmp_path, None):
        files = StemFiles(SHAPE, folder)
        files.append(block(0, 300))
        with pytest.raises(ValueError, match="whole"):
            files.seal({})
        files.close()


def test_any_damage_to_what_was_sealed_is_found(tmp_path: Path) -> None:
    files = StemFiles(SHAPE, tmp_path)
    files.append(block(0, 600))
    files.append(block(600, 1000))
    files.seal({})
    whole = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    rng = np.random.default_rng(3)
    for _ in range(60):
        name = str(rng.choice(["a.npy", "b.npy"]))
        damaged = bytearray(whole[name])
        damaged[int(rng.integers(128, len(damaged)))] ^= 1 << int(rng.integers(8))
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(ValueError, match="samples"):
            open_sealed(tmp_path, lambda _stage, _fraction: None)
        (tmp_path / name).write_bytes(whole[name])
    document = json.loads(whole["entry.json"])
    for change in ({"parts": ["../a"]}, {"blocks": document["blocks"][:1]}, {"length": 10}, {"channels": 1}):
        (tmp_path / "entry.json").write_text(json.dumps(document | change))
        with pytest.raises(ValueError):
            open_sealed(tmp_path, lambda _stage, _fraction: None)
    assert not (tmp_path / JOURNAL).exists()
