"""What is read is what is there, whatever a header counts, and it is said where the two differ."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encoded import encode

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode, decode_blocks, probe, read
from mixassistant.audio.mpeg import scan
from mixassistant.audio.skim import peaks_while_reading
from mixassistant.audio.source import spool_file
from mixassistant.errors import InputError
from signals import music, noise

RATE = 44100


def mp3(path: Path, audio: Audio, xing: bool = True, bit_rate: int = 192_000, **options: str) -> Path:
    return encode(path, [audio], "libmp3lame", options={"write_xing": "1" if xing else "0", **options}, bit_rate=bit_rate)


def joined(path: Path, *parts: bytes) -> Path:
    path.write_bytes(b"".join(parts))
    return path


def id3v2(size: int) -> bytes:
    return b"ID3\x03\x00\x00" + bytes(size >> 7 * i & 0x7F for i in (3, 2, 1, 0)) + np.random.default_rng(1).bytes(size)


def ape(size: int) -> bytes:
    item = struct.pack("<II", size, 2) + b"Cover Art (Front)\0" + np.random.default_rng(2).bytes(size)
    head = [b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, flags) + bytes(8) for flags in (0xA0000000, 0x80000000)]
    return head[0] + item + head[1]


def test_an_mp3_of_varying_bit_rate_without_a_header_is_read_to_its_end(tmp_path: Path) -> None:
    quiet, loud = (mp3(tmp_path / f"{n}.mp3", noise(n, duration_s=4.0), xing=False, bit_rate=b) for n, b in ((0, 64_000), (1, 320_000)))
    path = joined(tmp_path / "a.mp3", quiet.read_bytes(), loud.read_bytes())  # the first frame says nothing of the second half
    reading = read(path)
    assert reading.audio.duration_s == pytest.approx(8.0, abs=0.15) and reading.warnings == ()
    assert probe(path).duration_s == pytest.approx(reading.audio.duration_s, abs=0.03)
    assert float(np.std(reading.audio.samples[:, -RATE:])) > 0.05


def test_a_joined_mp3_is_read_to_its_end_and_said_to_be_longer_than_announced(tmp_path: Path) -> None:
    first, second = music(0, duration_s=4.0), music(1, duration_s=3.0)
    parts = [mp3(tmp_path / f"{n}.mp3", audio) for n, audio in (("a", first), ("b", second))]
    path = joined(tmp_path / "joined.mp3", *(part.read_bytes() for part in parts))
    reading = read(path)
    assert reading.audio.length == sum(decode(part).length for part in parts)  # what encoders put around the music is left out
    assert np.abs(reading.audio.samples[:, : decode(parts[0]).length] - decode(parts[0]).samples).max() < 1e-6
    assert reading.warnings == ("“joined.mp3” lasts 7.0 s, and not 4.0 s as its header announces: it is read to its end.",)
    assert spool_file(path).length == reading.audio.length


@pytest.mark.parametrize("xing", [True, False])
@pytest.mark.parametrize("between", [b"", id3v2(5000), b"TAG" + b"a" * 125, ape(20_000), id3v2(300) + ape(90_000), bytes(5000)])
def test_tags_between_joined_mp3s_are_no_sound(tmp_path: Path, between: bytes, xing: bool) -> None:
    part = mp3(tmp_path / "a.mp3", music(0, duration_s=3.0), xing)
    one = decode(part)
    reading = read(joined(tmp_path / "b.mp3", part.read_bytes(), between, part.read_bytes(), between))
    assert reading.audio.length == pytest.approx(2 * one.length, abs=0 if xing else 3 * 1152)
    assert np.abs(reading.audio.samples).max() == pytest.approx(np.abs(one.samples).max(), rel=0.2)
    assert len(reading.warnings) == xing


@pytest.mark.parametrize("at", [30_000, 30_111, 50_001])
@pytest.mark.parametrize("kind", ["tag", "cover", "scratch", "hole", "insertion", "cut and joined"])
def test_damage_in_the_middle_makes_no_noise(tmp_path: Path, kind: str, at: int) -> None:
    path = mp3(tmp_path / "a.mp3", noise(0, duration_s=6.0), xing=False, bit_rate=128_000)
    whole, data = decode(path), path.read_bytes()
    other = np.random.default_rng(at).bytes(700)
    changed = {
        "tag": data[:at] + id3v2(5000) + data[at:], "cover": data[:at] + ape(40_000) + data[at:],
        "scratch": data[:at] + other + data[at + 700 :],
        "hole": data[:at] + data[at + 500 :], "insertion": data[:at] + other + data[at:], "cut and joined": data[:at] + data,
    }[kind]  # fmt: skip
    found = decode(joined(tmp_path / "b.mp3", changed))
    wanted_s = whole.duration_s + (at / len(data) * whole.duration_s if kind == "cut and joined" else 0)
    assert found.duration_s == pytest.approx(wanted_s, abs=0.1)
    assert np.abs(found.samples).max() <= 1.1 * np.abs(whole.samples).max()


@pytest.mark.parametrize("behind", [bytes(2000), bytes(100_000), ape(300_000), id3v2(300_000), b"\xff" * 3000, b"junk" * 700])
def test_what_follows_the_last_frame_of_an_mp3_is_no_sound(tmp_path: Path, behind: bytes) -> None:
    for xing in (True, False):
        path = mp3(tmp_path / "a.mp3", music(0, duration_s=4.0), xing)
        plain = decode(path)
        path.write_bytes(path.read_bytes() + behind)
        reading = read(path)
        assert reading.audio.length == plain.length and reading.warnings == ()


@pytest.mark.parametrize(("first", "second", "change"), [
    ((RATE, 1), (RATE, 2), "mono to stereo at 3.0 s: all of it is read as stereo"),
    ((RATE, 2), (RATE, 1), "stereo to mono at 3.0 s: all of it is read as stereo"),
    ((RATE, 2), (48_000, 2), "44.1 to 48 kHz at 3.0 s: all of it is read at 44.1 kHz"),
    ((48_000, 1), (32_000, 2), "48 to 32 kHz at 3.0 s: all of it is read at 48 kHz"),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["mp3", "wav", "flac", "ogg", "aiff"])
def test_rate_and_channels_may_change_on_the_way(
    tmp_path: Path, kind: str, first: tuple[int, int], second: tuple[int, int], change: str
) -> None:
    parts = []
    for n, (rate, channels) in enumerate((first, second)):
        audio = noise(n, duration_s=3.0, rate=rate, channels=channels)
        path = tmp_path / f"{n}.{kind}"
        if kind == "mp3":
            mp3(path, audio)
        else:
            soundfile.write(path, audio.samples.T, rate)
        parts.append(path.read_bytes())
    reading = read(joined(tmp_path / f"a.{kind}", *parts))
    assert reading.audio.sample_rate_hz == first[0] and reading.audio.channels == max(first[1], second[1])
    assert reading.audio.duration_s == pytest.approx(6.0, abs=0.1)
    assert any(change in warning for warning in reading.warnings)
    assert np.std(reading.audio.samples[:, : 2 * RATE]) == pytest.approx(0.1, rel=0.2)
    assert np.std(reading.audio.samples[:, -2 * RATE :]) == pytest.approx(0.1, rel=0.2)
    blocks = list(decode_blocks(tmp_path / f"a.{kind}", 0.5))
    assert {block.channels for block in blocks} == {reading.audio.channels}
    assert sum(block.length for block in blocks) == reading.audio.length
    info = probe(tmp_path / f"a.{kind}", is_thorough=True)
    assert (info.sample_rate_hz, info.channels) == (reading.audio.sample_rate_hz, reading.audio.channels)
    assert info.duration_s == pytest.approx(6.0, abs=0.1)
    assert list(peaks_while_reading(tmp_path / f"a.{kind}"))[-1].duration_s == pytest.approx(reading.audio.duration_s, abs=1e-6)


def test_a_mixtape_says_once_what_changes(tmp_path: Path) -> None:
    parts = [mp3(tmp_path / f"{n}.mp3", noise(n, duration_s=1.0, rate=rate)).read_bytes() for n, rate in enumerate((RATE, 48_000) * 3)]
    warnings = read(joined(tmp_path / "a.mp3", *parts)).warnings
    assert warnings[0] == "“a.mp3” changes from 44.1 to 48 kHz at 1.0 s, and 4 more times: all of it is read at 44.1 kHz."
    assert len(warnings) == 2


def stale_wav(data: bytes, size: int) -> bytes:
    place = data.find(b"data") + 4
    changed = bytearray(data)
    changed[place : place + 4] = struct.pack("<I", size)
    return bytes(changed)


def stale_aiff(data: bytes, size: int) -> bytes:
    place = data.find(b"SSND") + 4
    changed = bytearray(data)
    changed[place : place + 4] = struct.pack(">I", size)
    return bytes(changed)


@pytest.mark.parametrize(("kind", "stale"), [("wav", stale_wav), ("aiff", stale_aiff)])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize("announced", [0, 100_008, 400_000])
def test_a_recorder_that_died_left_more_than_its_header_counts(
    tmp_path: Path, kind: str, stale: Callable[[bytes, int], bytes], subtype: str, announced: int
) -> None:
    audio = music(0, duration_s=6.0)
    path = tmp_path / f"a.{kind}"
    soundfile.write(path, audio.samples.T, RATE, subtype=subtype)
    path.write_bytes(stale(path.read_bytes(), announced))
    reading = read(path)
    assert np.abs(reading.audio.samples - audio.samples).max() < 1e-4
    assert probe(path).duration_s == pytest.approx(6.0, abs=0.01)
    assert any("lasts 6.0 s, and not" in warning for warning in reading.warnings) == (announced > 0)
    assert list(peaks_while_reading(path))[-1].duration_s == pytest.approx(6.0, abs=0.01)


def test_a_recording_with_silence_where_the_header_ends_goes_on_too(tmp_path: Path) -> None:
    audio = music(0, duration_s=6.0).samples.copy()
    audio[:, RATE : 4 * RATE] = 0
    soundfile.write(tmp_path / "a.wav", audio.T, RATE, subtype="PCM_16")
    (tmp_path / "a.wav").write_bytes(stale_wav((tmp_path / "a.wav").read_bytes(), 2 * RATE * 4))
    assert decode(tmp_path / "a.wav").duration_s == pytest.approx(6.0, abs=0.01)


@pytest.mark.parametrize("behind", [
    b"LIST" + struct.pack("<I", 20_000) + bytes(range(256)) * 79, b"JUNK" + struct.pack("<I", 30_000) + bytes(30_000),
    b"abcd" + struct.pack("<I", 20_000) + b"\1\2" * 10_000, b"TAG" + b"a" * 9000, ape(20_000), id3v2(20_000), bytes(40_000),
    b"<xml>an edit decision list</xml>\n" * 1000,
])  # fmt: skip
def test_what_follows_the_samples_of_a_wav_is_no_sound_when_it_is_something_else(tmp_path: Path, behind: bytes) -> None:
    soundfile.write(tmp_path / "a.wav", music(0, duration_s=4.0).samples.T, RATE, subtype="PCM_16")
    (tmp_path / "a.wav").write_bytes((tmp_path / "a.wav").read_bytes() + behind)
    reading = read(tmp_path / "a.wav")
    assert reading.audio.length == 4 * RATE and reading.warnings == ()


def test_a_wav_of_more_than_four_gigabytes_is_not_taken_for_its_rest(tmp_path: Path) -> None:
    # 4 GB and three seconds, whose size a 32-bit field can only hold without its highest bit; most of it is a hole of the file system.
    path, tail = tmp_path / "a.wav", music(0, duration_s=3.0)
    soundfile.write(path, tail.samples.T, RATE, subtype="PCM_16")
    data = path.read_bytes()
    header, samples = data[:44], data[44:]
    with path.open("wb") as file:
        file.write(header + samples)
        file.truncate(len(header) + (1 << 32))
        file.seek(0, 2)
        file.write(samples)
    with pytest.raises(InputError, match="hours"):  # all of it counts, not the three seconds
        read(path)


def test_a_little_that_is_missing_at_the_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, music(0, duration_s=8.0).samples.T, RATE, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[: -int(0.07 * RATE) * 4])
    assert read(path).warnings == ("“a.wav” breaks off 0.1 s before its end: copy or export it again.",)


@pytest.mark.parametrize(("kind", "codec"), [("wv", "wavpack"), ("tta", "tta"), ("flac", "flac")])
def test_a_lossless_file_that_breaks_off_is_refused_where_its_header_counts_more(tmp_path: Path, kind: str, codec: str) -> None:
    path = encode(tmp_path / f"a.{kind}", [music(0, duration_s=5.0)], codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "truncated"


def test_a_scratch_is_said_and_no_reason_to_refuse_the_rest(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.m4a", [music(0, duration_s=20.0)], "aac")
    data = bytearray(path.read_bytes())
    middle = data.find(b"mdat") + 100_000
    data[middle : middle + 300] = np.random.default_rng(0).bytes(300)
    path.write_bytes(data)
    reading = read(path)
    assert reading.audio.duration_s == pytest.approx(20.0, abs=0.2)


def test_a_duration_that_was_guessed_breaks_no_waveform(tmp_path: Path) -> None:
    quiet = encode(tmp_path / "a.aac", [Audio(np.zeros((2, 8 * RATE), np.float32), RATE)], "aac", "adts")
    loud = encode(tmp_path / "b.aac", [noise(0, duration_s=2.0)], "aac", "adts", bit_rate=320_000)
    path = joined(tmp_path / "c.aac", loud.read_bytes(), quiet.read_bytes())  # by its bit rate much shorter than it is
    back = joined(tmp_path / "d.aac", quiet.read_bytes(), loud.read_bytes())  # by its bit rate much longer
    for file in (path, back):
        audio = decode(file)
        assert audio.duration_s == pytest.approx(10.0, abs=0.3)
        assert list(peaks_while_reading(file))[-1].duration_s == pytest.approx(audio.duration_s, abs=1e-3)
        assert read(file).warnings == ()


def test_frames_are_counted_as_the_decoder_counts_them(tmp_path: Path) -> None:
    for rate, channels in ((RATE, 2), (48_000, 1), (22_050, 2), (16_000, 1)):
        for xing in (True, False):
            path = mp3(tmp_path / "a.mp3", noise(0, duration_s=3.0, rate=rate, channels=channels), xing, bit_rate=96_000)
            found = scan(path)
            assert found is not None and found.is_at_start and found.damaged == 0
            run = found.runs[0]
            assert (run.sample_rate_hz, run.channels, run.length) == (rate, channels, decode(path).length)
