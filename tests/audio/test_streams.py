"""Which stream of a film, a recording of a screen or a stems file is read, what it is called, and that it is said."""

from __future__ import annotations

import json
import struct
from fractions import Fraction
from pathlib import Path

import av
import mutagen.mp4
import numpy as np
import pytest
import soundfile
from encoded import encode

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode, decode_blocks, probe, read
from mixassistant.errors import InputError
from signals import noise, sine

RATE = 44100
LEVELS = (-20.0, -26.0, -32.0, -38.0, -44.0)  # dBFS of five streams: they are told apart by how loud they are


def sounds(count: int = 5, channels: int = 2, seconds: float = 2.0) -> list[Audio]:
    return [noise(i, LEVELS[i], duration_s=seconds, channels=channels) for i in range(count)]


def silence(seconds: float = 2.0, channels: int = 2) -> Audio:
    return Audio(np.zeros((channels, int(seconds * RATE)), np.float32), RATE)


def level(audio: Audio) -> float:
    return 20 * float(np.log10(np.std(audio.samples) + 1e-9))


def with_ni_labels(path: Path, names: tuple[str, ...]) -> Path:
    """Put Native Instruments' box into an MP4 whose index stands at its end."""
    data = path.read_bytes()
    content = json.dumps({"version": 1, "stems": [{"name": name, "color": "#FF0000"} for name in names]}).encode()
    stem = struct.pack(">I4s", 8 + len(content), b"stem") + content
    udta = struct.pack(">I4s", 8 + len(stem), b"udta") + stem
    place = data.find(b"moov") - 4
    (size,) = struct.unpack(">I", data[place : place + 4])
    inside = data[place + 8 : place + size]
    inside = inside.replace(b"udta", b"free")  # FFmpeg's own is not the one that is wanted
    path.write_bytes(data[:place] + struct.pack(">I4s", size + len(udta), b"moov") + inside + udta + data[place + size :])
    return path


@pytest.mark.parametrize("suffix", ["mkv", "mp4", "mov"])
def test_five_tracks_of_a_recording_are_no_stems(tmp_path: Path, suffix: str) -> None:
    path = encode(
        tmp_path / f"obs.{suffix}", [*sounds(3), silence(), silence()], "aac" if suffix == "mp4" else "pcm_s16le", with_picture=True
    )
    info = probe(path)
    assert len(info.streams) == 5 and not info.is_ni_stems and info.taken == (0,)
    reading = read(path)
    assert level(reading.audio) == pytest.approx(LEVELS[0], abs=1)
    assert reading.warnings == (f"Stream 1 of 5 in “obs.{suffix}” is read, the default; --stream with another number takes another.",)


def test_a_film_in_five_languages_is_read_in_its_default(tmp_path: Path) -> None:
    languages = [{"language": name} for name in ("eng", "ger", "fre", "spa", "ita")]
    path = encode(tmp_path / "film.mkv", sounds(), "pcm_s16le", titles=languages, default=1, with_picture=True)
    info = probe(path)
    assert [stream.label for stream in info.streams] == ["eng", "ger", "fre", "spa", "ita"]
    assert [stream.is_default for stream in info.streams] == [False, True, False, False, False]
    assert not info.is_ni_stems
    assert level(decode(path)) == pytest.approx(LEVELS[1], abs=1)
    assert "Stream 2 “ger” of 5" in read(path).warnings[0]


@pytest.mark.parametrize("name", ["t.stem.mp4", "t.stem.m4a", "renamed.mp4", "renamed.m4a"])
def test_native_instruments_labels_are_read_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    path = encode(tmp_path / name, sounds(), "aac", "mp4")
    assert probe(path).is_ni_stems == (".stem." in name)
    with_ni_labels(path, ("Drums", "Vox", "Bass", "Synths"))
    info = probe(path)
    assert info.is_ni_stems
    assert [stream.label for stream in info.streams] == ["", "Drums", "Vox", "Bass", "Synths"]
    for index, wanted in enumerate(LEVELS):
        reading = read(path, stream=index)
        assert level(reading.audio) == pytest.approx(wanted, abs=2.5) and reading.warnings == ()
    assert level(decode(path)) == pytest.approx(LEVELS[0], abs=2.5)  # the mix


def test_streams_called_after_stems_are_stems(tmp_path: Path) -> None:
    titles = [{"title": name} for name in ("Mix", "Drums", "Bass", "Other", "Vocals")]
    info = probe(encode(tmp_path / "song.mkv", sounds(), "pcm_s16le", titles=titles))
    assert info.is_ni_stems and [stream.label for stream in info.streams] == ["Mix", "Drums", "Bass", "Other", "Vocals"]
    obs = [{"title": name} for name in ("Everything", "Desktop", "Microphone", "Game", "Discord")]
    assert not probe(encode(tmp_path / "obs.mkv", sounds(), "pcm_s16le", titles=obs)).is_ni_stems
    four = encode(tmp_path / "four.stem.mp4", sounds(4), "aac", "mp4")
    assert not probe(four).is_ni_stems


@pytest.mark.parametrize(("audible", "taken"), [((1,), 1), ((2,), 2), ((0, 2), 0), ((1, 2), 1), ((), 0)])
def test_a_default_that_is_silent_gives_way_to_what_is_heard(tmp_path: Path, audible: tuple[int, ...], taken: int) -> None:
    path = encode(tmp_path / "a.mkv", [sounds()[i] if i in audible else silence() for i in range(3)], "pcm_s16le", default=0)
    reading = read(path)
    assert probe(path).taken == (taken,)
    assert f"Stream {taken + 1} of 3" in reading.warnings[0]
    assert ("the only one with sound" in reading.warnings[0]) == (len(audible) == 1 and taken > 0)
    if audible:
        assert level(reading.audio) == pytest.approx(LEVELS[taken], abs=1)


def test_what_begins_with_silence_is_heard_later(tmp_path: Path) -> None:
    late = Audio(np.concatenate([silence(4.0).samples, sounds()[0].samples], axis=1), RATE)
    assert probe(encode(tmp_path / "a.mkv", [late, noise(1, duration_s=6.0)], "pcm_s16le", default=0)).taken == (0,)


def test_a_stream_that_is_asked_for_is_read(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", sounds(3), "pcm_s16le", titles=[{"title": t} for t in ("One", "", "Three")])
    for index in range(3):
        reading = read(path, stream=index)
        assert level(reading.audio) == pytest.approx(LEVELS[index], abs=0.5) and reading.warnings == ()
        assert sum(block.length for block in decode_blocks(path, 0.5, index)) == reading.audio.length
    for index in (3, 7, -1):
        with pytest.raises(InputError) as caught:
            read(path, stream=index)
        assert caught.value.code == "no-stream"
        assert f"holds 3 audio streams (1 “One”, 2, 3 “Three”), no number {index + 1}" in str(caught.value)
    soundfile.write(tmp_path / "a.wav", sounds(1)[0].samples.T, RATE)
    assert read(tmp_path / "a.wav", stream=0).warnings == ()
    with pytest.raises(InputError, match="holds 1 audio stream"):
        read(tmp_path / "a.wav", stream=1)


@pytest.mark.parametrize("titles", [("Left", "Right"), ("Mic L", "Mic R"), ("links", "rechts"), ("Right", "Left")])
def test_a_left_and_a_right_stream_are_one_stereo_sound(tmp_path: Path, titles: tuple[str, str]) -> None:
    path = encode(tmp_path / "a.mkv", sounds(2, channels=1), "pcm_s16le", titles=[{"title": title} for title in titles])
    reading = read(path)
    assert reading.audio.channels == probe(path).channels == 2
    order = (0, 1) if titles[0] != "Right" else (1, 0)
    sides = [level(Audio(reading.audio.samples[i : i + 1], RATE)) for i in (0, 1)]
    assert sides == pytest.approx([LEVELS[i] for i in order], abs=0.5)
    assert "are read as the left and the right side of one stereo sound" in reading.warnings[0]
    blocks = list(decode_blocks(path, 0.3))
    assert np.array_equal(np.concatenate([b.samples for b in blocks], axis=1), reading.audio.samples)
    assert decode(path, stream=0).channels == 1


def test_two_mono_tracks_of_a_camera_are_its_sides_where_they_differ(tmp_path: Path) -> None:
    two = sounds(2, channels=1)
    spoken = [{"language": "eng"}, {"language": "eng"}]
    film = encode(tmp_path / "film.mov", two, "pcm_s16le", titles=spoken, with_picture=True)
    assert probe(film).taken == (0, 1) and decode(film).channels == 2
    same = encode(tmp_path / "same.mov", [two[0], two[0]], "pcm_s16le", with_picture=True)
    assert probe(same).taken == (0,)
    one = encode(tmp_path / "one.mov", [two[0], silence(channels=1)], "pcm_s16le", with_picture=True)
    assert probe(one).taken == (0,)
    microphones = encode(tmp_path / "a.mkv", two, "pcm_s16le", titles=[{"title": "Boom"}, {"title": "Lavalier"}], with_picture=True)
    assert probe(microphones).taken == (0,)


def test_a_cover_is_no_stream(tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    encode(path, sounds(1), "aac", "mp4")
    file = mutagen.mp4.MP4(path)
    file["covr"] = [mutagen.mp4.MP4Cover(png(), mutagen.mp4.MP4Cover.FORMAT_PNG)]
    file.save()
    reading = read(path)
    assert reading.warnings == () and len(probe(path).streams) == 1


def png() -> bytes:
    coder = av.CodecContext.create("png", "w")
    coder.width, coder.height, coder.pix_fmt, coder.time_base = 16, 16, "rgb24", Fraction(1, 25)
    return bytes(coder.encode(av.VideoFrame(16, 16, "rgb24"))[0])


def test_a_surround_film_says_which_stream_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    six = np.repeat(sine(440, duration_s=1.0, rate=RATE, channels=1).samples, 6, axis=0)
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("pcm_s16le", rate=RATE, layout=layout) for layout in ("5.1", "stereo")]
        for stream, count in zip(streams, (6, 2), strict=True):
            packed = (six[:count].T * 32767).astype(np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), format="s16", layout=stream.layout.name)
            frame.sample_rate = RATE
            container.mux([*stream.encode(frame), *stream.encode(None)])
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "too-many-channels" and "6 channels" in str(caught.value) and "--stream: 2" in str(caught.value.hint)
    assert decode(path, stream=1).channels == 2
