"""Situations of the fifth kind: what is read is what is there."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from situations.files import Track, chunk, encode, wave_bytes, write
from situations.program import Outcome, extracted
from situations.song import CLOSE, RATE, Samples, loudness, part, rolled

DIFFERS = ("longer", "shorter", "announce", "header", "breaks off", "joined", "damaged", "differ")


def is_whole(found: Outcome, truth: Samples, rate: int = RATE, seconds: float = 0.1) -> bool:
    """Tell whether the whole sound was measured."""
    if len(found.songs) != 1:
        return False
    is_long = abs(found.only["mix"]["duration_s"] - truth.shape[1] / rate) < seconds
    return is_long and abs(found.lufs() - loudness(truth, rate)) < CLOSE


def test_35_a_browser_s_recording_tells_no_length_and_is_read_to_its_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Browsers record WebM as a stream that has no end yet when its header is written; singers send such files."""
    truth = part("mix", 1, 6.3, 48000)
    encode(tmp_path / "take.webm", "webm", Track(truth, "libopus"), 48000, {"live": "1"})
    assert is_whole(extracted(capfd, tmp_path / "out", tmp_path / "take.webm"), truth, 48000)


def test_36_a_fragmented_m4a_is_read_to_its_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Streams are saved as fragments behind an empty movie header, whose length is none."""
    truth = part("mix", 2)
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "1000000"}
    encode(tmp_path / "stream.m4a", "mp4", Track(truth, "aac"), options=options)
    assert is_whole(extracted(capfd, tmp_path / "out", tmp_path / "stream.m4a"), truth)


@pytest.mark.parametrize("second", [(44100, 2), (48000, 2), (44100, 1)], ids=["alike", "another rate", "mono"])
def test_37_a_chained_ogg_of_a_radio_stream_is_all_of_its_songs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], second: tuple[int, int]
) -> None:
    """A saved web radio is one Ogg stream after another in one file, each as its song was: none may be lost, or run too slowly."""
    rate, channels = second
    quiet, loud = 0.3 * part("mix", 1), part("mix", 2, 6.3, rate)[:channels]
    streams = [write(tmp_path / "1.ogg", quiet).read_bytes(), write(tmp_path / "2.ogg", loud, rate).read_bytes()]
    (tmp_path / "radio").mkdir()
    (tmp_path / "radio" / "radio.ogg").write_bytes(b"".join(streams))
    found = extracted(capfd, tmp_path / "out", tmp_path / "radio" / "radio.ogg")
    truth = np.concatenate([quiet, np.broadcast_to(part("mix", 2)[:channels], quiet.shape)], axis=1)
    assert is_whole(found, truth) or found.is_refused() or found.tells(*DIFFERS), (found.said, found.songs)


@pytest.mark.parametrize("announced", [0.0, 0.5], ids=["nothing", "half"])
def test_38_an_aiff_of_a_recorder_that_lost_power_is_not_cut_without_a_word(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], announced: float
) -> None:
    """Sizes are written last, or now and then: COMM and sound chunk tell of less than lies behind them."""
    truth = part("mix", 3)
    file = io.BytesIO()
    soundfile.write(file, truth.T, RATE, format="AIFF", subtype="PCM_24")
    data = bytearray(file.getvalue())
    comm, sound = data.index(b"COMM"), data.index(b"SSND")
    frames = int(announced * truth.shape[1])
    data[4:8] = struct.pack(">I", sound + 8 + 6 * frames if frames else 0)
    data[sound + 4 : sound + 8] = struct.pack(">I", 8 + 6 * frames if frames else 0)
    data[comm + 10 : comm + 14] = struct.pack(">I", frames)
    (tmp_path / "gig.aif").write_bytes(data)
    found = extracted(capfd, tmp_path / "out", tmp_path / "gig.aif")
    assert is_whole(found, truth) or found.is_refused() or found.tells(*DIFFERS), (found.said, found.songs)


def test_39_a_flac_in_the_tags_of_an_mp3_is_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Taggers of the past put ID3v2 before FLAC and 128 bytes of ID3v1 behind it; players never minded."""
    truth = part("mix", 4)
    file = io.BytesIO()
    soundfile.write(file, truth.T, RATE, format="FLAC", subtype="PCM_16")
    picture = b"APIC" + struct.pack(">I", 3000) + bytes(2) + bytes(3000)
    head = b"ID3\3\0\0" + bytes((0, 0, len(picture) >> 7, len(picture) & 127)) + picture
    (tmp_path / "old.flac").write_bytes(head + file.getvalue() + b"TAG" + b"Old song".ljust(125, b"\0"))
    assert is_whole(extracted(capfd, tmp_path / "out", tmp_path / "old.flac"), truth)


def test_40_an_mp3_that_was_cut_without_mending_its_header_is_not_measured_in_silence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Cutters that do not decode drop frames and leave the Xing header: it announces twelve seconds of which six are there."""
    truth = np.concatenate([part("mix", 1), part("mix", 2)], axis=1)
    encode(tmp_path / "whole.mp3", "mp3", Track(truth, "libmp3lame"))
    data = (tmp_path / "whole.mp3").read_bytes()
    (tmp_path / "cut.mp3").write_bytes(data[: len(data) // 2])
    found = extracted(capfd, tmp_path / "out", tmp_path / "cut.mp3")
    assert found.is_refused() or (found.tells(*DIFFERS) and found.only["mix"]["duration_s"] < 8), (found.said, found.songs)


def test_41_a_vbr_stream_of_aac_that_begins_quietly_has_its_true_length(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Bare AAC tells no length; guessed from the first frames of a quiet beginning it is several times too long."""
    truth = rolled(part("mix", 3), 5.0)
    encode(tmp_path / "broadcast.aac", "adts", Track(truth, "aac"))
    assert is_whole(extracted(capfd, tmp_path / "out", tmp_path / "broadcast.aac"), truth)


@pytest.mark.parametrize("announced", [1.0, 0.5], ids=["all of it", "half of it"])
def test_42_a_wave_whose_notes_have_an_odd_size_is_read_or_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], announced: float
) -> None:
    """Some writers forget the byte after a chunk of odd size; some recorders leave the size that they wrote a minute ago."""
    truth = part("mix", 4)
    notes = chunk(b"LIST", b"INFOICMT" + struct.pack("<I", 13) + b"Take 3, loud\0", is_padded=announced < 1)
    data = bytearray(wave_bytes(truth, RATE, before=notes))
    place = data.rindex(b"data", 0, 200) + 4
    size = struct.unpack("<I", data[place : place + 4])[0]
    data[place : place + 4] = struct.pack("<I", int(size * announced) // 6 * 6)
    (tmp_path / "take.wav").write_bytes(data)
    found = extracted(capfd, tmp_path / "out", tmp_path / "take.wav")
    assert is_whole(found, truth) or found.is_refused() or found.tells(*DIFFERS), (found.said, found.songs)


@pytest.mark.parametrize("announced", [0.5, 2.0], ids=["half", "twice"])
def test_43_a_flac_that_announces_another_length_is_read_as_it_is_or_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], announced: float
) -> None:
    """Two discs joined by a tool that leaves the first STREAMINFO as it was, and a file that was split by one."""
    truth = part("mix", 1)
    file = io.BytesIO()
    soundfile.write(file, truth.T, RATE, format="FLAC", subtype="PCM_16")
    data = bytearray(file.getvalue())
    word = struct.unpack(">Q", data[18:26])[0]  # rate, channels, bits, and 36 bits of total samples
    assert word & (1 << 36) - 1 == truth.shape[1]
    data[18:26] = struct.pack(">Q", word >> 36 << 36 | int(truth.shape[1] * announced))
    (tmp_path / "side.flac").write_bytes(data)
    found = extracted(capfd, tmp_path / "out", tmp_path / "side.flac")
    assert is_whole(found, truth) or found.is_refused() or found.tells(*DIFFERS), (found.said, found.songs)
