"""Files that break off are told from shorter songs, and files whose recorder never wrote a length are read to their end."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode, decode_blocks, probe
from mixassistant.audio.headers import missing_share, unannounced
from mixassistant.audio.mpeg import scan
from mixassistant.errors import InputError
from signals import music

RATE = 44100
NATIVE = {
    "wav": ("WAV", "PCM_24"), "rf64.wav": ("RF64", "PCM_24"), "aiff": ("AIFF", "PCM_16"), "w64": ("W64", "PCM_24"),
    "caf": ("CAF", "PCM_24"), "au": ("AU", "PCM_24"), "flac": ("FLAC", "PCM_16"), "ogg": ("OGG", "VORBIS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}  # fmt: skip
CODED = {
    "m4a": ("aac", {}), "fast.m4a": ("aac", {"movflags": "faststart"}), "mkv": ("aac", {}), "wma": ("wmav2", {}),
    "lame.mp3": ("libmp3lame", {}),
}  # fmt: skip


@pytest.fixture(scope="module")
def audio() -> Audio:
    return music(0, duration_s=6.0)


def written(folder: Path, kind: str, audio: Audio) -> Path:
    path = folder / f"song.{kind}"
    if kind in NATIVE:
        format_, subtype = NATIVE[kind]
        soundfile.write(path, audio.samples.T, RATE, format=format_, subtype=subtype)
    else:
        codec, options = CODED[kind]
        encode(path, codec, options, audio)
    return path


def encode(path: Path, codec: str, options: dict[str, str], audio: Audio) -> None:
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.layout = "stereo"
        stream.bit_rate = 192_000
        for start in range(0, audio.length, 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audio.samples[:, start : start + 1024]), format="fltp", layout="stereo")
            frame.sample_rate = RATE
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


@pytest.mark.parametrize("kind", [*NATIVE, *CODED])
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.97])
def test_a_file_that_breaks_off_is_refused(tmp_path: Path, audio: Audio, kind: str, kept: float, capfd: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, kind, audio)
    assert missing_share(path) == 0
    assert decode(path).duration_s == pytest.approx(6.0, abs=0.1)
    data = path.read_bytes()
    path.write_bytes(data[: int(kept * len(data))])
    capfd.readouterr()
    for read in (decode, lambda p: list(decode_blocks(p, 0.5))):
        with pytest.raises(InputError) as caught:
            read(path)
        assert caught.value.code in ("truncated", "not-audio")  # not audio: the index of an MP4 stands at its end
        assert path.name in str(caught.value)
    assert capfd.readouterr() == ("", "")  # decoders in C print what they think of such files


@pytest.mark.parametrize("kind", ["wav", "aiff", "w64", "caf", "au", "mp3"])
def test_the_share_that_is_missing_is_told(tmp_path: Path, audio: Audio, kind: str) -> None:
    path = written(tmp_path, kind, audio)
    data = path.read_bytes()
    path.write_bytes(data[: int(0.6 * len(data))])
    assert missing_share(path) == pytest.approx(0.4, abs=0.01)


def test_a_few_bytes_more_in_the_header_than_in_the_file_are_no_loss(tmp_path: Path, audio: Audio) -> None:
    path = written(tmp_path, "wav", audio)
    path.write_bytes(path.read_bytes()[:-600])  # 2 ms
    assert 0 < missing_share(path) < 0.001
    assert decode(path).duration_s == pytest.approx(6.0, abs=0.01)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0x7FFFF000, 0x7FFFFFFF])
def test_a_recorder_that_never_wrote_the_size_is_read_to_the_end(tmp_path: Path, audio: Audio, size: int) -> None:
    path = written(tmp_path, "wav", audio)
    data = bytearray(path.read_bytes())
    place = data.find(b"data") + 4
    data[place : place + 4] = struct.pack("<I", size)
    data[4:8] = struct.pack("<I", size)
    path.write_bytes(bytes(data))
    assert missing_share(path) == 0
    assert (unannounced(path) is not None) == (size == 0)
    assert np.abs(decode(path).samples - audio.samples).max() < 1e-6
    assert probe(path).sample_rate_hz == RATE


def test_a_flac_from_a_pipe_is_read_to_the_end(tmp_path: Path, audio: Audio) -> None:
    path = written(tmp_path, "flac", audio)
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # 36 bits: the samples of the whole stream
    data[22:26] = bytes(4)
    path.write_bytes(bytes(data))
    assert decode(path).length == audio.length


def test_an_mp3_without_a_xing_header_is_read(tmp_path: Path, audio: Audio) -> None:
    path = tmp_path / "bare.mp3"
    encode(path, "libmp3lame", {"write_xing": "0"}, audio)
    assert b"Xing" not in path.read_bytes()[:300] and b"Info" not in path.read_bytes()[:300]
    assert missing_share(path) == 0
    assert decode(path).duration_s == pytest.approx(6.0, abs=0.2)


@pytest.mark.parametrize(
    "content", [bytes(100_000), np.random.default_rng(0).bytes(200_000), b"ID3" + bytes(100_000), b"\xff\xfb" * 50_000]
)
@pytest.mark.parametrize("suffix", ["mp3", "wav", "ogg", "flac", "m4a", "aac"])
def test_decoders_keep_silent_about_what_is_no_audio(
    tmp_path: Path, content: bytes, suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    with pytest.raises(InputError):
        decode(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (48000, 1), (32000, 2), (22050, 2), (16000, 1), (11025, 1), (8000, 1)])
def test_mp3s_of_every_kind_are_known_by_their_frames(tmp_path: Path, rate: int, channels: int) -> None:
    path = tmp_path / "a.mp3"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, (rate * 2, channels)), rate, format="MP3")
    assert scan(path) is not None
    path.write_bytes(b"ID3\x04\x00\x00" + bytes([0, 0, 16, 0]) + b"\xff" * 2048 + path.read_bytes())
    assert scan(path) is not None
    assert decode(path).duration_s == pytest.approx(2.0, abs=0.15)


def test_a_wave_file_under_the_name_of_an_mp3_is_read(tmp_path: Path, audio: Audio) -> None:
    path = tmp_path / "a.mp3"
    soundfile.write(path, audio.samples.T, RATE, format="WAV")
    assert decode(path).length == audio.length


@pytest.mark.parametrize("seed", range(12))
def test_an_mp3_that_the_decoder_gives_up_in_the_middle_is_no_shorter_song(tmp_path: Path, audio: Audio, seed: int) -> None:
    path = written(tmp_path, "mp3", audio)
    data = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    for place in rng.integers(2000, len(data) - 3000, 1 + seed):
        data[place : place + 1000 + 100 * seed] = rng.bytes(1000 + 100 * seed)
    path.write_bytes(bytes(data))
    assert missing_share(path) == 0
    for block_s in (0.3, 10.0):
        try:
            length = sum(block.length for block in decode_blocks(path, block_s))
        except InputError as error:
            assert error.code == "truncated"
        else:
            assert length > 0.98 * audio.length


def test_tags_at_either_end_are_no_loss(tmp_path: Path, audio: Audio) -> None:
    for kind in ("mp3", "ogg"):
        path = written(tmp_path, kind, audio)
        front = b"ID3\x04\x00\x00" + bytes([0, 0, 16, 0]) + bytes(2048) if kind == "mp3" else b""
        path.write_bytes(front + path.read_bytes() + b"TAG" + bytes(125))
        assert missing_share(path) == 0
        assert decode(path).duration_s == pytest.approx(6.0, abs=0.1)


def test_what_is_no_audio_announces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    starts = (b"RIFF\0\0\0\0WAVE", b"FORM\0\0\0\0AIFF", b"caff", b"OggS", b"ID3\4\0\0\x7f\x7f\x7f\x7f", b"\xff\xfb", b"\x1a\x45\xdf\xa3")
    for start in (b"", b"x", *starts):
        for rest in (b"", bytes(40), b"\xff" * 60, np.random.default_rng(1).bytes(5000)):
            path.write_bytes(start + rest)
            assert 0 <= missing_share(path) <= 1
            assert unannounced(path) is None
    assert missing_share(tmp_path / "none") == 0
    assert missing_share(tmp_path) == 0
