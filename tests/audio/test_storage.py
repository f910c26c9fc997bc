"""Where whole pieces of audio are kept: the same numbers in memory and in files, and files that leave nothing behind."""

from __future__ import annotations

import errno
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio import storage
from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.resample import resample
from mixassistant.audio.storage import StorageTuning, blank, gathered
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain, Compression, Width
from signals import noise

CHAIN = Chain(
    (Band("bell", 1000.0, 3.0, 1.2), Band("high_pass", 60.0, 0.0, 0.71), Band("high_shelf", 6000.0, -2.0, 0.71)),
    Compression(-20.0, 3.0, 0.01, 0.1, 6.0, 2.0, 2.0),
    -1.5,
    (Width(3.0, 200.0, 20_000.0), Width(-1.0, 20.0, 20_000.0)),
)


@pytest.fixture
def in_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Let everything lie in files of a folder of its own."""
    monkeypatch.setattr(storage, "STORAGE", StorageTuning(held_bytes=0, smallest_bytes=1))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path


def is_mapped(array: np.ndarray) -> bool:
    while array is not None:
        if isinstance(array, np.memmap):
            return True
        array = getattr(array, "base", None)
    return False


def test_little_is_in_memory_and_much_in_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    held = storage._HELD.bytes
    monkeypatch.setattr(storage, "STORAGE", StorageTuning(held_bytes=held + 1_000_000, smallest_bytes=1000))
    small, first, second = blank(1, 100), blank(2, 100_000), blank(2, 100_000)
    assert [is_mapped(array) for array in (small, first, second)] == [False, False, True]
    del first
    gc.collect()
    assert not is_mapped(blank(2, 100_000))  # what was let go has made room
    assert not second.any() and second.flags.writeable


def test_files_have_no_name_that_could_be_left_behind(in_files: Path) -> None:
    whole = blank(2, 100_000)
    whole[:] = 1.0
    assert is_mapped(whole)
    if os.name == "posix":
        assert list(in_files.iterdir()) == []
    del whole
    gc.collect()
    assert list(in_files.iterdir()) == []


def test_a_full_disk_costs_memory_and_no_audio(in_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(storage, "_reserve", full)
    whole = blank(2, 100_000)
    assert not is_mapped(whole) and whole.shape == (2, 100_000)


def test_room_is_taken_before_it_is_written(in_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    with tempfile.TemporaryFile() as file:
        storage._reserve(file, (1 << 20) + 5)
        assert os.fstat(file.fileno()).st_size == (1 << 20) + 5


@pytest.mark.parametrize("length", [0, 2500, 1000, 10_000_000])
def test_blocks_are_gathered_whatever_was_announced(length: int) -> None:
    audio = noise(duration_s=0.1, channels=2).samples[:, :2500]
    found = gathered((audio[:, start : start + 100] for start in range(0, 2500, 100)), length)
    assert np.array_equal(found, audio)
    assert found.flags.c_contiguous
    assert gathered([], length).size == 0


def test_in_files_and_in_blocks_audio_is_what_it_was_in_memory(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    loud, quiet = noise(duration_s=13.0, rate=48000, channels=2), noise(duration_s=12.9, rate=48000, channels=1)

    def everything() -> list[Audio]:
        total = mix([loud, quiet])
        return [total, resample(total, 44100), loud.mono(), quiet.stereo(), quiet.padded(loud.length), render(total, CHAIN)]

    before = everything()
    request.getfixturevalue("in_files")
    after = everything()
    for was, now in zip(before, after, strict=True):
        assert is_mapped(now.samples)
        assert np.array_equal(was.samples, now.samples)
    # The whole at once, as the libraries' own functions make it.
    import soxr
    from scipy.signal import sosfilt

    from mixassistant.processing.filters import sos

    assert np.array_equal(after[1].samples, soxr.resample(before[0].samples.T, 48000, 44100, quality="HQ").T)
    high_pass = Band("high_pass", 60.0, 0.0, 0.71)
    whole = sosfilt(sos(high_pass, 48000), loud.samples.astype(np.float64)).astype(np.float32)
    assert np.array_equal(render(loud, Chain((high_pass,))).samples, whole)


WATCHED = """
import sys, tempfile, threading
from pathlib import Path
import numpy as np
from mixassistant.audio import storage
storage.STORAGE = storage.StorageTuning(held_bytes=0)
from mixassistant.advice.rendering import render_song
from mixassistant.audio.write import write_audio
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.stems.drop import open_song
from mixassistant.stems.place import Place

def anonymous():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon"))

def work(song, output):
    opened = open_song(Path(song))
    moves = {Place("drums"): Chain((Band("bell", 1000.0, 3.0, 1.0),), Compression(-30.0, 2.0, 0.01, 0.1, 6.0, 0.0, 3.0), -1.0)}
    roles, total = render_song(opened, moves)
    write_audio(total, Path(output) / "mix.wav", "FLOAT")
    return opened.mix.samples.nbytes

work(sys.argv[1], sys.argv[3])  # what libraries take when they are first used is theirs
most, stop = 0, threading.Event()
def watch():
    global most
    while not stop.wait(0.005):
        most = max(most, anonymous())
before = anonymous()
thread = threading.Thread(target=watch)
thread.start()
size = work(sys.argv[2], sys.argv[3])
stop.set()
thread.join()
print((most - before) / (size / 1024))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells of anonymous memory on Linux")
def test_ten_minutes_of_stems_need_no_memory_of_their_own(tmp_path: Path) -> None:
    import soundfile

    for name, seconds in (("short", 5), ("long", 600)):
        (tmp_path / name).mkdir()
        for stem in ("drums", "bass", "vocals"):
            piece = 0.1 * noise(duration_s=5.0, channels=1, rate=44100).samples.T
            soundfile.write(tmp_path / name / f"{stem}.wav", np.tile(piece, (seconds // 5, 1)), 44100, subtype="PCM_16")
    command = [sys.executable, "-c", WATCHED, str(tmp_path / "short"), str(tmp_path / "long"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # In memory it is 6.5 times the mix, in files 0.8: three stems, their sum, what is rendered of them, and copies on the way.
    assert float(done.stdout) < 1.5
