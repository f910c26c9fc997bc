"""The embedded separator shares the mix out: nothing is lost, and each role gets more of its own than it had."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode
from mixassistant.errors import Cancelled
from mixassistant.stems.embedded import NETWORK, EmbeddedSeparator, _median_of_nine
from mixassistant.stems.stem import ROLES, Role

RATE = 44100


def times(duration_s: float, rate: int = RATE) -> np.ndarray:
    return np.arange(int(duration_s * rate)) / rate


def band(duration_s: float = 4.0, rate: int = RATE) -> dict[str, Audio]:
    """Clicks and a bass note in the middle, a chord at the sides."""
    t = times(duration_s, rate)
    rng = np.random.default_rng(5)
    beat = (t % 0.5) / 0.004
    clicks = 0.4 * np.exp(-beat) * rng.standard_normal(t.size)
    bass = 0.2 * np.sin(2 * np.pi * 65 * t)
    chord = 0.05 * sum(np.sin(2 * np.pi * f * t + k) for k, f in enumerate((440, 554, 659)))
    return {
        "drums": Audio(np.stack([clicks, clicks]), rate),
        "bass": Audio(np.stack([bass, bass]), rate),
        "other": Audio(np.stack([chord, -chord]), rate),
    }


def noise(samples: int, channels: int = 2, rate: int = RATE, seed: int = 1) -> Audio:
    return Audio((0.1 * np.random.default_rng(seed).standard_normal((channels, samples))).astype(np.float32), rate)


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-30))


def distortion_ratio_db(true: Audio, estimate: Audio) -> float:
    return level_db(true.samples) - level_db(true.samples - estimate.samples)


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 192000])
@pytest.mark.parametrize("channels", [1, 2])
def test_stems_sum_to_the_mix(rate: int, channels: int) -> None:
    whole = noise(int(2.3 * rate), channels, rate)
    stems = EmbeddedSeparator().separate(whole)
    assert list(stems) == list(ROLES)
    assert {(s.sample_rate_hz, s.samples.shape) for s in stems.values()} == {(rate, whole.samples.shape)}
    residual = sum(s.samples.astype(np.float64) for s in stems.values()) - whole.samples
    assert level_db(residual) - level_db(whole.samples) < -100


@pytest.mark.parametrize("samples", [0, 1, 1023, 1024, 4097])
def test_any_length_is_separated(samples: int) -> None:
    assert all(stem.length == samples for stem in EmbeddedSeparator().separate(noise(samples)).values())


def test_silence_gives_silence() -> None:
    stems = EmbeddedSeparator().separate(Audio(np.zeros((2, RATE), np.float32), RATE))
    assert not any(stem.samples.any() for stem in stems.values())


@pytest.mark.parametrize("role", ["drums", "bass", "other"])
def test_each_part_goes_to_its_role(role: Role) -> None:
    parts = band()
    stems = EmbeddedSeparator().separate(mix(list(parts.values())))
    before = distortion_ratio_db(parts[role], mix(list(parts.values())))
    assert distortion_ratio_db(parts[role], stems[role]) > max(before + 3, 3)


def test_mono_is_separated_without_the_side_cue() -> None:
    parts = {name: Audio(audio.samples[:1], RATE) for name, audio in band().items()}
    stems = EmbeddedSeparator().separate(mix(list(parts.values())))
    assert distortion_ratio_db(parts["bass"], stems["bass"]) > 6
    assert distortion_ratio_db(parts["drums"], stems["drums"]) > 3


def test_two_equal_channels_are_separated_as_mono() -> None:
    one = noise(RATE, 1)
    mono, stereo = EmbeddedSeparator().separate(one), EmbeddedSeparator().separate(one.stereo())
    for role in ROLES:
        np.testing.assert_allclose(stereo[role].samples[0], mono[role].samples[0], atol=1e-5)


def test_gain_changes_nothing_but_the_gain() -> None:
    whole = mix(list(band(2.0).values()))
    quiet = EmbeddedSeparator().separate(Audio(whole.samples * np.float32(2**-6), RATE))
    for role, stem in EmbeddedSeparator().separate(whole).items():
        np.testing.assert_allclose(quiet[role].samples * 64, stem.samples, atol=1e-5)


def test_chunks_leave_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = mix(list(band(9.0).values()))
    in_chunks = EmbeddedSeparator().separate(whole)
    monkeypatch.setattr("mixassistant.stems.embedded.CHUNK_FRAMES", 10_000)
    for role, stem in EmbeddedSeparator().separate(whole).items():
        np.testing.assert_allclose(in_chunks[role].samples, stem.samples, atol=2e-5)


def test_same_mix_gives_the_same_stems() -> None:
    whole = noise(3 * RATE)
    first, second = EmbeddedSeparator().separate(whole), EmbeddedSeparator().separate(whole)
    assert all(np.array_equal(first[role].samples, second[role].samples) for role in ROLES)


def test_progress_rises_to_one_and_can_cancel() -> None:
    seen: list[float] = []
    EmbeddedSeparator().separate(noise(20 * RATE), lambda _stage, fraction: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 1
    assert len(seen) > 6

    def cancel(_stage: str, fraction: float) -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        EmbeddedSeparator().separate(noise(20 * RATE), cancel)


def test_network_of_comparisons_finds_the_median() -> None:
    rng = np.random.default_rng(2)
    values = rng.random((50, 40)).astype(np.float32)
    medians = _median_of_nine(values, 3, 26)
    expected = np.median(np.stack([values[3 * tap : 3 * tap + 26] for tap in range(9)]), axis=0)
    np.testing.assert_array_equal(medians, expected)
    assert len(NETWORK) == 19


def test_real_song_is_better_separated_than_not(real_music: Path) -> None:
    excerpt = real_music / "musdb18-7s" / "train" / "ANiMAL - Rockshow.stem.mp4"
    streams: dict[Role, int] = {"drums": 1, "bass": 2, "other": 3, "vocals": 4}
    true = {role: decode(excerpt, stream=stream) for role, stream in streams.items()}
    whole = mix(list(true.values()))
    stems = EmbeddedSeparator().separate(whole)
    for role, stem in true.items():
        assert distortion_ratio_db(stem, stems[role]) > distortion_ratio_db(stem, whole) + 3
