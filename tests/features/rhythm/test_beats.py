"""What ships tells beats, bars, metre and tempo: on patterns made here, at any rate, of any length, and on annotated recordings."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import mir_eval.beat
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from mixassistant import paths
from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.resample import resample
from mixassistant.features.measure import measure
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm import activations as told
from mixassistant.features.rhythm.beats import Beats, beats
from mixassistant.features.rhythm.descriptors import METRE_LABELS
from mixassistant.features.rhythm.filterbank import BANDS, BEATS, band_weights
from mixassistant.features.rhythm.network import CELLS

RATE = 44100
TEMPI = Path(__file__).with_name("tempi.json")
TRAINING = Path(__file__).resolve().parents[3] / "packaging" / "train_structure"


def beats_in(audio: Audio) -> Beats:
    return Representations(audio).once(beats)


def kick() -> NDArray[np.float64]:
    time = np.arange(int(0.35 * RATE)) / RATE
    return np.asarray(np.sin(2 * np.pi * (50 * time + 1.8 * (1 - np.exp(-time / 0.03)))) * np.exp(-time / 0.09))


def house(bpm: float, duration_s: float, start_s: float = 0.0) -> Audio:
    """Return kicks on every beat, claps on two and four, hats between them, a bass off the beat."""
    random = np.random.default_rng(1)
    samples = np.zeros(int(duration_s * RATE))
    time = np.arange(int(0.2 * RATE)) / RATE
    clap = random.standard_normal(time.size) * np.exp(-time / 0.05)
    hat = np.diff(random.standard_normal(time.size + 1)) * np.exp(-time / 0.015)
    bass = np.sin(2 * np.pi * 55 * time) * np.exp(-time / 0.1)
    for index, at in enumerate(np.arange(start_s, duration_s, 60 / bpm)):
        for sound, gain, later in ((kick(), 0.8, 0), (clap, 0.3 * (index % 2), 0), (hat, 0.2, 0.5), (bass, 0.3, 0.5)):
            first = int((at + later * 60 / bpm) * RATE)
            end = min(first + sound.size, samples.size)
            if first < end:
                samples[first:end] += gain * sound[: end - first]
    return Audio((0.6 * samples / np.abs(samples).max())[None].astype(np.float32), RATE)


@pytest.fixture
def made_patterns(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TRAINING))
    return importlib.import_module("made_patterns")


@pytest.mark.parametrize("bpm", [120, 124, 128, 132, 135, 140])
def test_house_has_its_tempo_within_five_seconds(bpm: float) -> None:
    found = beats_in(house(bpm, 5.0))
    assert found.bpm == pytest.approx(bpm, rel=0.01)
    assert not found.reason


@pytest.mark.parametrize("rate", [22050, 48000, 96000])
def test_any_sample_rate_has_the_same_beats(rate: int) -> None:
    audio = house(126, 12.0, 0.2)
    expected, found = beats_in(audio), beats_in(resample(audio, rate))
    assert found.times_s.size == expected.times_s.size
    assert np.abs(found.times_s - expected.times_s).max() < 0.012
    assert np.array_equal(found.positions, expected.positions)


@pytest.mark.parametrize(("groove", "metre"), [("rock", "4/4"), ("waltz", "3/4")])
def test_bars_of_a_pattern_are_found(made_patterns: ModuleType, groove: str, metre: str) -> None:
    hits, metres = [], []
    for seed in range(900_000, 900_004):
        song = made_patterns.song(seed, 30.0, groove)
        shared = Representations(Audio(song.samples[None], RATE))
        found = shared.once(beats)
        first = song.beats[song.beats[:, 1] == 1, 0]
        hits.append(mir_eval.beat.f_measure(mir_eval.beat.trim_beats(first), mir_eval.beat.trim_beats(found.downbeats_s)))
        metres.append(found.metre == metre)
    assert np.mean(hits) > 0.9
    assert sum(metres) >= 3


def test_metre_and_downbeats_are_measured() -> None:
    values = measure(house(120, 20.0), "mix", only=frozenset({"metre", "downbeats", "beats"}))
    metre, downbeats, row = (values[name].value for name in ("metre", "downbeats", "beats"))
    assert isinstance(metre, float) and METRE_LABELS[round(metre)] == "4/4"
    assert isinstance(downbeats, np.ndarray) and isinstance(row, np.ndarray)
    assert set(downbeats) <= set(row)
    assert np.diff(downbeats) == pytest.approx(2.0, abs=0.05)


def test_pieces_are_heard_as_the_whole_is(monkeypatch: pytest.MonkeyPatch) -> None:
    audio = house(97, 40.0)
    expected = Representations(audio).once(told.activations)
    monkeypatch.setattr(told, "LONG_PIECE", 700)
    found = Representations(audio).once(told.activations)
    assert found.beat == pytest.approx(expected.beat, abs=1e-3)
    monkeypatch.setattr(told, "PIECE", 1000)
    found = Representations(audio).once(told.activations)
    assert found.beat == pytest.approx(expected.beat, abs=0.1)
    assert np.mean(np.abs(found.beat - expected.beat)) < 0.005


def test_memory_of_an_hour_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    largest = 0

    def counted(heard: torch.Tensor) -> None:
        nonlocal largest
        largest = max(largest, heard.shape[0] * heard.shape[1])

    def causal(heard: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        counted(heard)
        return torch.zeros(*heard.shape[:2], 3), torch.zeros(*heard.shape[:2], CELLS)

    def temporal(heard: torch.Tensor) -> torch.Tensor:
        counted(heard)
        return torch.zeros(heard.shape[0], 7, heard.shape[1])

    bands = np.broadcast_to(np.float32(1), (180_000, BANDS))
    logits, heard = told._causal_logits(causal, bands, np.float32(1), lambda: None)  # type: ignore[arg-type]
    assert len(logits) == len(heard) == 180_000
    assert len(told._temporal_logits(temporal, heard, lambda: None)) == 180_000  # type: ignore[arg-type]
    assert largest <= 12_000  # four minutes


def test_bands_are_triangles_of_one_area_where_their_pitch_is() -> None:
    weights = band_weights()
    assert weights.shape == (BEATS.n_fft // 2 + 1, BANDS)
    assert weights.sum(axis=0) == pytest.approx(0.5, rel=1e-5)
    centre = (BEATS.frequencies_hz[:, None] * weights).sum(axis=0) / weights.sum(axis=0)
    assert (np.diff(centre) > 0).all()
    time = np.arange(RATE) / RATE
    tone = Representations(Audio(0.5 * np.sin(2 * np.pi * 1000 * time)[None].astype(np.float32), RATE)).frames("beat_bands")
    assert centre[tone[25].argmax()] == pytest.approx(1000, rel=0.03)


def test_a_pad_that_swells_and_chords_at_random_times_have_no_steady_beat() -> None:
    random = np.random.default_rng(5)
    time = np.arange(20 * RATE) / RATE
    pad = sum(np.sin(2 * np.pi * f * time + f) * (1 + 0.5 * np.sin(2 * np.pi * 0.07 * time + f)) for f in (220, 277, 330))
    assert beats_in(Audio((0.1 * pad)[None].astype(np.float32), RATE)).reason == "no steady beat"
    samples = 1e-3 * random.standard_normal(time.size)
    for at in np.cumsum(random.uniform(0.25, 2.5, 20)):
        heard = slice(int(at * RATE), None)
        after = time[heard] - at
        samples[heard] += 0.2 * np.exp(-after / 0.4) * np.sin(2 * np.pi * random.uniform(100, 800) * after)
    assert beats_in(Audio(samples[None].astype(np.float32), RATE)).reason == "no steady beat"


def test_weights_say_whose_they_are() -> None:
    folder = paths.resource("beats.safetensors").parent
    text = (folder / "beats.LICENSE.txt").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0" in text and "Heydari" in text
    assert "BeatNet" in (folder / "notice.md").read_text(encoding="utf-8")


def test_beats_of_annotated_drums_and_their_mixes_are_right(real_music: Path) -> None:
    scores, continuous = [], []
    for file in sorted((real_music / "drums").glob("*.beats.txt")):
        true = mir_eval.beat.trim_beats(np.loadtxt(file)[:, 0])
        name = file.name.removesuffix(".beats.txt")
        for audio in (file.with_name(f"{name}.flac"), real_music / "engineers" / "songs" / name / "mix.flac"):
            if audio.exists():
                found = mir_eval.beat.trim_beats(beats_in(decode(audio)).times_s)
                scores.append(mir_eval.beat.f_measure(true, found))
                continuous.append(mir_eval.beat.continuity(true, found)[3])
    assert len(scores) == 9
    assert np.mean(scores) >= 0.93
    assert np.mean(continuous) >= 0.95


def test_tempi_of_recordings_are_right(real_music: Path) -> None:
    """Their table was made with other programs, before ours was asked, from the first half minute or the one after 20 s."""
    exact, octave = [], []
    for clip, row in json.loads(TEMPI.read_text(encoding="utf-8")).items():
        if row["bpm"] is None or clip.startswith("music/"):
            continue
        ratio = beats_in(decode(real_music / clip)).bpm / row["bpm"]
        exact.append(abs(ratio - 1) <= 0.04)
        octave.append(any(abs(ratio / k - 1) <= 0.04 for k in (0.5, 1, 2)))
    assert np.mean(octave) >= 0.9  # the rock clip is told at 112 BPM
    assert np.mean(exact) >= 0.85
