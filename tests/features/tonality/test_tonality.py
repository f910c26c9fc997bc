"""Tonality: planted chords and cadences, Essentia and librosa on the same music."""

from __future__ import annotations

import csv
from pathlib import Path

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.resample import resample
from mixassistant.features.descriptor import SongParts, Values, scalar, vector
from mixassistant.features.measure import measure, measure_together
from mixassistant.features.representations import Representations
from mixassistant.features.tonality.cqt import BINS, LOWEST_HZ, NAMES
from mixassistant.features.tonality.hpcp import NAMES as PITCHES
from mixassistant.features.tonality.key import LABELS
from mixassistant.features.tonality.spectra import spectra
from signals import music, noise, sine

ONLY = frozenset({"key", "key_clarity", "key_margin", "tuning", "chroma", "chroma_stft", "tonnetz", "cqt", "cqt_spread", "harmonic_change"})
RATE = 44100


def chords(sequence: list[list[float]], each_s: float = 1.0, cents: float = 0.0, rate: int = RATE) -> Audio:
    """Return chords of MIDI notes with six harmonics each."""
    t = np.arange(int(each_s * rate)) / rate
    parts = []
    for notes in sequence:
        wave = np.zeros(t.size)
        for note in notes:
            hz = 440 * 2 ** ((note - 69 + cents / 100) / 12)
            wave += sum(np.sin(2 * np.pi * hz * k * t + k) / k**1.5 for k in range(1, 7) if hz * k < rate / 2)
        parts.append(0.05 * wave * np.minimum(1, np.minimum(t, each_s - t) / 0.02))
    return Audio(np.concatenate(parts)[None].astype(np.float32), rate)


def cadence(tonic: int, minor: bool) -> list[list[float]]:
    """Return I–IV–V–I, or i–iv–V–i."""
    third = 3 if minor else 4

    def triad(root: int, size: int) -> list[float]:
        return [48.0 + root % 12, 60.0 + root % 12, 60.0 + (root + size) % 12, 60.0 + (root + 7) % 12]

    return [triad(tonic, third), triad(tonic + 5, third), triad(tonic + 7, 4), triad(tonic, third), triad(tonic, third)]


def tonality(audio: Audio) -> Values:
    return measure(audio, "stem", only=ONLY)


@pytest.mark.parametrize("cents", [-30, 0, 30])
@pytest.mark.parametrize("rate", [44100, 48000])
def test_a_triad_is_heard_whatever_its_tuning(cents: float, rate: int) -> None:
    found = tonality(chords([[60, 64, 67]] * 3, cents=cents, rate=rate))
    chroma = vector(found, "chroma")
    assert chroma is not None
    assert {PITCHES[i] for i in np.argsort(chroma)[-3:]} == {"C", "E", "G"}
    assert chroma.sum() == pytest.approx(1)
    assert scalar(found, "tuning") == pytest.approx(cents, abs=4)


def test_index_0_is_c_and_9_is_the_a_of_440_hz() -> None:
    for hz, index in ((261.63, 0), (440.0, 9), (329.63, 4)):
        for name in ("chroma", "chroma_stft"):
            chroma = vector(tonality(sine(hz, duration_s=3)), name)
            assert chroma is not None and chroma.argmax() == index


@pytest.mark.parametrize("minor", [False, True])
@pytest.mark.parametrize("tonic", range(12))
def test_the_key_of_a_cadence(tonic: int, minor: bool) -> None:
    found = tonality(chords(cadence(tonic, minor), 0.6))
    assert LABELS[int(scalar(found, "key") or 0)] == f"{PITCHES[tonic]} {'minor' if minor else 'major'}"
    assert 1 >= (scalar(found, "key_clarity") or 0) > (scalar(found, "key_margin") or 0) > 0


def test_a_loud_bass_is_one_of_the_notes_and_not_all_of_them() -> None:
    quiet, loud = (
        vector(tonality(Audio(chords([[60, 64, 67]] * 3).samples + gain * chords([[36]] * 3).samples, RATE)), "chroma") for gain in (0, 8)
    )
    assert quiet is not None and loud is not None
    assert set(np.argsort(loud)[-3:]) == {0, 4, 7}
    assert loud[[4, 7]].min() > 0.3 * quiet[[4, 7]].min()


def test_noise_has_no_key() -> None:
    found = tonality(noise(duration_s=10))
    assert found["key"].value is None
    assert found["tuning"].value is None


@settings(max_examples=4, deadline=None)
@given(st.integers(1, 11))
def test_transposing_turns_the_pitch_classes(semitones: int) -> None:
    sequence = cadence(0, False)
    low, high = (vector(tonality(chords([[n + by for n in notes] for notes in sequence], 0.5)), "chroma") for by in (0, semitones))
    assert low is not None and high is not None
    assert np.roll(low, semitones) == pytest.approx(high, abs=0.05)


def test_constant_q_hears_every_semitone_at_its_level() -> None:
    for index in (3, 20, 41, 60, 83):
        spectrum = Representations(sine(LOWEST_HZ * 2 ** (index / 12), 0.0, 4.0, rate=RATE)).once(spectra).constant_q
        assert spectrum.mean.argmax() == index, NAMES[index]
        assert spectrum.mean[index] == pytest.approx(1.0, abs=0.05)


def test_constant_q_is_librosas_on_a_chord() -> None:
    audio = chords([[36, 52, 67, 79]] * 4)
    found = Representations(audio).once(spectra).constant_q.mean
    expected = np.abs(librosa.cqt(audio.samples[0], sr=RATE, hop_length=1024, n_bins=BINS, fmin=LOWEST_HZ)).mean(axis=1)
    # librosa scales a tone by the root of its kernel's length; ours has it at its own level.
    expected *= np.sqrt(2.0 ** (np.arange(BINS) / 12))
    ours, theirs = 20 * np.log10(found / found.max()), 20 * np.log10(expected / expected.max() + 1e-9)
    assert np.abs((ours - theirs)[ours > -12]).max() < 1.0
    assert np.median(np.abs((ours - theirs)[ours > -30])) < 0.5


def test_moving_chords_move_and_a_held_one_does_not() -> None:
    moving = scalar(tonality(chords(cadence(0, False) * 2, 0.5)), "harmonic_change")
    held = scalar(tonality(chords([[60, 64, 67]] * 6, 0.5)), "harmonic_change")
    assert moving is not None and held is not None
    assert moving > 10 * held


def test_the_tonal_centroid_is_librosas() -> None:
    from mixassistant.features.tonality.harmony import tonal_centroid

    chroma = np.random.default_rng(0).random((50, 12))
    chroma /= chroma.sum(axis=1, keepdims=True)
    expected = librosa.feature.tonnetz(chroma=chroma.T).mean(axis=1)
    assert tonal_centroid(chroma) == pytest.approx(expected, abs=1e-9)


def parts_of(stems: dict[str, Audio]) -> SongParts:
    total = Audio(np.sum([a.samples for a in stems.values()], axis=0), RATE)
    return SongParts(Representations(total), {role: Representations(audio) for role, audio in stems.items()}, {})


def test_pitch_classes_are_those_of_the_stems_that_have_a_pitch() -> None:
    loud_drums = chords([[61, 66, 70]] * 4)
    stems = {"drums": Audio(10 * loud_drums.samples, RATE), "bass": chords([[36]] * 4), "other": chords([[64, 67]] * 4)}
    only = frozenset({*(f"chroma_{i}" for i in range(12)), "harmonic_movement_bass", "harmonic_variance_other"})
    found = measure_together(parts_of(stems), only)
    chroma = np.array([scalar(found, f"chroma_{i}") for i in range(12)])
    assert set(np.argsort(chroma)[-3:]) == {0, 4, 7}
    assert scalar(found, "harmonic_movement_bass") == pytest.approx(0, abs=0.02)
    alone = measure_together(parts_of({"drums": stems["drums"]}), only)
    assert "bass" in alone["harmonic_movement_bass"].reason
    assert scalar(alone, "chroma_6") is not None


@pytest.mark.parametrize("clip", ["classical.00000.wav", "pop.00000.wav", "reggae.00000.wav"])
def test_pitch_classes_are_essentias(real_music: Path, clip: str) -> None:
    standard = pytest.importorskip("essentia.standard", reason="Essentia is not installed")
    audio = decode(real_music / "gtzan" / clip)
    shared = Representations(audio)
    mono = np.ascontiguousarray(shared.spectral.read(0, shared.spectral.length).mean(axis=0))
    window, spectrum = standard.Windowing(type="blackmanharris62"), standard.Spectrum()
    peaks = standard.SpectralPeaks(
        sampleRate=RATE, minFrequency=100, maxFrequency=4000, maxPeaks=100, magnitudeThreshold=1e-5, orderBy="magnitude"
    )
    profile = standard.HPCP(
        size=12, minFrequency=100, maxFrequency=4000, harmonics=5, weightType="squaredCosine", windowSize=1, nonLinear=True,
        normalized="unitMax", bandPreset=False, sampleRate=RATE,
    )  # fmt: skip
    whiten, frames = standard.SpectralWhitening(maxFrequency=4000, sampleRate=RATE), []
    for frame in standard.FrameGenerator(mono, 4096, 2048):
        whole = spectrum(window(frame))
        hz, height = peaks(whole)
        frames.append(profile(hz, np.sqrt(np.maximum(whiten(whole, hz, height), 0))))  # it squares them, and we do not
    expected = np.roll(np.mean(frames, axis=0), -3)  # Essentia's index 0 is A
    found = vector(tonality(audio), "chroma")
    assert found is not None
    assert float(found @ expected / np.linalg.norm(found) / np.linalg.norm(expected)) > 0.99


def test_chroma_of_the_published_table(real_music: Path) -> None:
    """The table's ``chroma_stft_mean`` is the mean over all twelve, by librosa at 22 050 Hz with 93 ms frames, which noise fills more."""
    with (real_music / "gtzan" / "features_30_sec.csv").open(newline="") as file:
        table = {line["filename"]: float(line["chroma_stft_mean"]) for line in csv.DictReader(file)}
    ours, theirs = [], []
    for clip in sorted((real_music / "gtzan").glob("*.wav")):
        chroma = vector(tonality(decode(clip)), "chroma_stft")
        assert chroma is not None
        ours.append(chroma.mean())
        theirs.append(table[clip.name])
    assert np.corrcoef(ours, theirs)[0, 1] > 0.85


def test_another_sample_rate_hears_the_same_notes() -> None:
    audio = chords(cadence(2, False), 0.6)
    one, other = vector(tonality(audio), "chroma"), vector(tonality(resample(audio, 48000)), "chroma")
    assert one is not None and other is not None
    assert one == pytest.approx(other, abs=0.01)


def test_silence_before_the_music_is_no_coming_and_going_of_its_notes() -> None:
    sound = music(3, duration_s=8.0)
    led = Audio(np.pad(sound.samples, ((0, 0), (4 * 44100, 0))), 44100)
    spreads = [measure(a, "mix", only=frozenset({"cqt_spread"}))["cqt_spread"].value for a in (sound, led)]
    assert np.median(np.abs(spreads[0] - spreads[1])) < 2.5  # the half second in which it begins; pauses that counted would make 12
