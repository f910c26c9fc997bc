"""FLACs whose header lies: the decoder that agrees with the checksum is taken, and what agrees with none is told."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode_blocks, read
from mixassistant.audio.flac_sum import announced_sum
from mixassistant.audio.source import spool_file
from signals import music

BLOCKS, MD5 = slice(8, 12), slice(26, 42)  # of a file without a tag in front


@pytest.fixture
def audio() -> Audio:
    return music(0, duration_s=3.0)


def written(folder: Path, audio: Audio, subtype: str = "PCM_16") -> Path:
    soundfile.write(folder / "a.flac", audio.samples.T, audio.sample_rate_hz, subtype=subtype)
    return folder / "a.flac"


def with_bytes(path: Path, place: slice, new: bytes) -> Path:
    data = bytearray(path.read_bytes())
    data[place] = new
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [4608, 65535])
def test_noise_that_libsndfile_makes_of_a_false_header_is_never_heard(tmp_path: Path, audio: Audio, size: int) -> None:
    right = read(written(tmp_path, audio)).audio.samples
    path = with_bytes(written(tmp_path, audio), BLOCKS, struct.pack(">HH", size, size))
    noise = soundfile.read(path, dtype="float32")[0].T
    assert noise.shape != right.shape or np.abs(noise - right).max() > 0.01  # or there would be nothing to find
    found = read(path)
    np.testing.assert_array_equal(found.audio.samples, right)
    assert found.warnings == ()
    told: list[str] = []
    spooled = spool_file(path, warnings=told)
    np.testing.assert_array_equal(spooled.read(0, spooled.length), right)
    assert told == []


def test_a_false_header_that_stops_ffmpeg_stops_nothing(tmp_path: Path, audio: Audio) -> None:
    right = read(written(tmp_path, audio)).audio.samples
    found = read(with_bytes(written(tmp_path, audio), BLOCKS, struct.pack(">HH", 1024, 1024)))
    np.testing.assert_array_equal(found.audio.samples, right)
    assert found.warnings == ()


@pytest.mark.parametrize("subtype", ["PCM_S8", "PCM_16", "PCM_24"])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_checksum_of_whole_files_is_right_for_every_width(tmp_path: Path, audio: Audio, subtype: str, channels: int) -> None:
    path = written(tmp_path, Audio(audio.samples[:channels], audio.sample_rate_hz), subtype)
    announced = announced_sum(path)
    assert announced is not None
    assert (announced.bits, announced.channels, announced.samples) == (int(subtype.removeprefix("PCM_").strip("S")), channels, audio.length)
    assert read(path).warnings == ()


def test_samples_that_no_decoder_confirms_are_told(tmp_path: Path, audio: Audio) -> None:
    path = with_bytes(written(tmp_path, audio), MD5, bytes(range(16)))
    told: list[str] = []
    assert len(list(decode_blocks(path, warnings=told, is_summed=True))) == 1
    for warnings in (read(path).warnings, tuple(told)):
        assert len(warnings) == 1 and "“a.flac”" in warnings[0] and "checksum" in warnings[0]


def test_a_file_without_a_checksum_is_taken_as_it_is(tmp_path: Path, audio: Audio) -> None:
    path = with_bytes(written(tmp_path, audio), MD5, bytes(16))
    assert announced_sum(path) is None
    assert read(path).warnings == ()
