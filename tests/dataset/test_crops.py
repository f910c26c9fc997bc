"""Crops: exact lengths, on the beat, silent at their edges, stems in step, never written over."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

import signals
from mixassistant.audio.audio import Audio, mix
from mixassistant.dataset import crops
from mixassistant.dataset.crops import NO_PULSE, Pulse, Wish, crop_song, crops_of, faded, snapped
from mixassistant.errors import Cancelled
from mixassistant.stems.stem import Song, Stem

RATE = 44100
LENGTH = 60_000
BEATS = np.arange(0.25, 12.0, 0.5)
PULSE = Pulse(BEATS, BEATS[1::4], 120.0)


@pytest.fixture
def song() -> Song:
    parts = {role: signals.noise(seed, -24.0, 12.0) for seed, role in enumerate(("drums", "bass"))}
    stems = tuple(Stem(f"My {role}", role, "supplied", audio) for role, audio in parts.items())  # type: ignore[arg-type]
    return Song("A song", "abc", mix([*parts.values()]), stems, {})


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Pulse:
    monkeypatch.setattr(crops, "pulse_of", lambda song, device: PULSE)
    return PULSE


def test_they_begin_within_ten_milliseconds_of_a_downbeat_where_the_wave_crosses_zero(song: Song) -> None:
    found = crops_of(song.mix, PULSE, Wish(LENGTH))
    mono = song.mix.mono().samples[0]
    assert len(found) == 5 and {crop.aligned for crop in found} == {"downbeat"}
    for crop in found:
        assert np.abs(crop.start / RATE - PULSE.downbeats_s).min() <= 0.010
        assert mono[crop.start] == 0 or mono[crop.start - 1] * mono[crop.start] <= 0
    assert np.diff([crop.wanted for crop in found]).min() >= LENGTH


def test_every_fourth_downbeat_and_overlap_are_counted_from_the_first(song: Song) -> None:
    fourths = crops_of(song.mix, PULSE, Wish(LENGTH, are_fourths=True))
    assert [round(crop.wanted / RATE, 2) for crop in fourths] == [0.75, 8.75]
    twice = crops_of(song.mix, PULSE, Wish(2 * LENGTH, overlap=0.5))
    once = crops_of(song.mix, PULSE, Wish(2 * LENGTH))
    assert len(twice) > len(once) and np.diff([crop.wanted for crop in twice]).min() >= LENGTH


def test_without_a_beat_or_where_they_are_sequential_they_follow_each_other(song: Song) -> None:
    for pulse, wish in ((NO_PULSE, Wish(LENGTH)), (PULSE, Wish(LENGTH, is_sequential=True))):
        found = crops_of(song.mix, pulse, wish)
        assert [crop.start for crop in found] == [i * LENGTH for i in range(song.mix.length // LENGTH)]
        assert {crop.aligned for crop in found} == {"none"}


def test_silence_and_what_is_too_short_give_none(song: Song) -> None:
    assert crops_of(song.mix, PULSE, Wish(song.mix.length + 1)) == ()
    assert len(crops_of(song.mix, NO_PULSE, Wish(song.mix.length))) == 1
    samples = song.mix.samples.copy()
    samples[:, : 2 * LENGTH] = 1e-4 * samples[:, : 2 * LENGTH]
    assert crops_of(Audio(samples, RATE), NO_PULSE, Wish(LENGTH))[0].start == 2 * LENGTH


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 2000), st.integers(0, 300), st.integers(0, 2000))
def test_a_start_moves_to_the_nearest_crossing_and_no_farther_than_it_may(seed: int, place: int, most: int, last: int) -> None:
    mono = np.random.default_rng(seed).normal(0, 1, 2001).astype(np.float32)
    last = max(last, place)
    found = snapped(mono, place, most, last)
    assert abs(found - place) <= most and found <= last
    signs = [n for n in range(max(place - most, 1), min(place + most, last) + 1) if (mono[n] < 0) != (mono[n - 1] < 0)]
    assert found == place if not signs else abs(found - place) == min(abs(n - place) for n in signs)


def test_edges_fall_to_nothing_and_the_middle_stays() -> None:
    samples = np.ones((2, 4410), np.float32)
    out = faded(samples, RATE)
    assert out[:, 0].max() == 0 and out[:, -1].max() == 0 and np.array_equal(out[:, 441:-441], samples[:, 441:-441])
    assert np.all(np.diff(out[0, :441]) >= 0) and faded(samples[:, :1], RATE).shape == (2, 1)


def test_the_files_have_the_exact_length_silent_edges_and_stems_in_step(song: Song, pulse: Pulse, tmp_path: Path) -> None:
    made = crop_song(song, tmp_path / "song.wav", tmp_path / "crops", Wish(LENGTH, format="wav"))
    folders = sorted((tmp_path / "crops").iterdir())
    assert made.written == len(folders) == 5 and [f.name for f in folders] == [f"A song_{i:04d}" for i in range(5)]
    for index, folder in enumerate(folders):
        info = json.loads((folder / f"{folder.name}.INFO").read_text())
        read = {file.stem: soundfile.read(file, dtype="float32", always_2d=True)[0].T for file in folder.glob("*.wav")}
        assert set(read) == {"full_mix", "My drums", "My bass"} and all(s.shape == (2, LENGTH) for s in read.values())
        assert np.abs(read["My drums"] + read["My bass"] - read["full_mix"]).max() < 1e-5
        whole = song.mix.samples[:, info["start_sample"] : info["start_sample"] + LENGTH]
        assert np.array_equal(read["full_mix"][:, 441:-441], whole[:, 441:-441])
        assert max(np.abs(read["full_mix"][:, [0, -1]]).max(), 0) <= 10 ** (-60 / 20)
        assert info["index"] == index and abs(info["position"] - info["start_s"] / 12.0) < 1e-5 and info["bpm"] == 120.0
        assert abs(info["moved_samples"]) <= 441 and info["downbeats"][0] <= 0.010 and info["aligned"] == "downbeat"


def test_crops_that_are_there_are_left_and_others_of_that_name_are_numbered(song: Song, pulse: Pulse, tmp_path: Path) -> None:
    crop_song(song, tmp_path / "song.wav", tmp_path, Wish(LENGTH))
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    again = crop_song(song, tmp_path / "song.wav", tmp_path, Wish(LENGTH))
    assert (again.written, again.there) == (0, 5)
    crop_song(replace(song, content_hash="other"), tmp_path / "b.wav", tmp_path, Wish(LENGTH))
    crop_song(song, tmp_path / "song.wav", tmp_path, Wish(LENGTH, overlap=0.5))
    assert {f.name.rsplit("_", 1)[0] for f in tmp_path.iterdir()} == {"A song", "A song (2)", "A song (3)"}
    assert {file: file.read_bytes() for file in before} == before


def test_a_run_that_was_ended_goes_on_where_it_was(song: Song, pulse: Pulse, tmp_path: Path) -> None:
    def stop(stage: str, share: float) -> None:
        if stage.startswith("Writing") and share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        crop_song(song, tmp_path / "song.wav", tmp_path, Wish(LENGTH), progress=stop)
    (tmp_path / ".part-A song_0004").mkdir()  # as a kill leaves it
    (tmp_path / ".part-A song_0004" / "full_mix.flac").write_bytes(b"half")
    done = len([*tmp_path.glob("A song_*")])
    made = crop_song(song, tmp_path / "song.wav", tmp_path, Wish(LENGTH))
    assert 0 < done < 5 and (made.written, made.there) == (5 - done, done)
    assert all(soundfile.info(file).frames == LENGTH for file in tmp_path.rglob("*.flac")) and not [*tmp_path.glob(".part-*")]


@pytest.mark.parametrize(("length", "overlap"), [(0, 0.0), (10, 1.0), (10, -0.1)])
def test_wishes_that_make_no_sense(length: int, overlap: float) -> None:
    with pytest.raises(ValueError, match=r"crop|overlap"):
        Wish(length, overlap=overlap)
