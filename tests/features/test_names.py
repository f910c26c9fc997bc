"""The names that users of earlier frameworks know are all there."""

from __future__ import annotations

import pytest

from mixassistant.features.measure import REGISTRY

ROLES_77 = {
    "onset_density_average": "bass drums other", "onset_density_variance": "bass drums other", "syncopation": "bass drums other",
    "rhythmic_complexity": "bass drums other", "rhythmic_evenness": "bass drums other", "lufs": "drums bass other vocals",
    "lra": "drums bass other vocals", "harmonic_movement": "bass other", "harmonic_variance": "bass other",
}  # fmt: skip
THE_77 = (
    *[
        "bpm",
        "bpm_is_defined",
        "beat_count",
        "beat_regularity",
        "syncopation",
        "on_beat_ratio",
        "onset_count",
        "onset_density",
        "onset_strength_mean",
    ],
    *["onset_strength_std", "rhythmic_complexity", "rhythmic_evenness", "ioi_mean", "ioi_std", "lufs", "lra"],
    *["spectral_flatness", "spectral_flux", "spectral_skewness", "spectral_kurtosis"],
    *["rms_energy_bass", "rms_energy_body", "rms_energy_mid", "rms_energy_air"],
    *(f"chroma_{index}" for index in range(12)),
    *["brightness", "roughness", "hardness", "depth", "booming", "reverberation", "sharpness", "warmth"],
    *["content_enjoyment", "content_usefulness", "production_complexity", "production_quality", "danceability", "atonality"],
    *(f"{kind}_{role}" for kind, roles in ROLES_77.items() for role in roles.split()),
)
CLASSIC = [
    "rms",
    "sample_peak",
    "spectral_centroid",
    "zero_crossing_rate",
    "spectral_bandwidth",
    "spectral_rolloff",
    "mfcc",
    "chroma_stft",
    "tempo",
    "spectral_contrast",
    "tonnetz",
    "hpr",
    "hnr",
    "onset_strength",
    "pitch",
    "perceptual_sharpness",
    "perceptual_spread",
    "dynamic_range",
    "cqt",
    "tempogram",
    "rhythm_pattern",
]
MIXING = [
    "true_peak",
    "plr",
    "psr",
    "crest",
    "clipping",
    "dc_offset",
    "noise_floor",
    "bandwidth",
    "width",
    "correlation",
    "mono_loss",
    "balance",
    "low_mono_share",
    "ltas",
    "tilt",
    "resonances",
    "sibilance",
    "transients",
    "level",
    "key",
    "key_clarity",
    "tempo_curve",
    "sections",
    "width_bands",
    "correlation_bands",
    "crest_bands",
]
ALIASES = {
    "syncopation_index": "syncopation", "rms_bass": "rms_energy_bass", "rms_air": "rms_energy_air", "chroma_C": "chroma_0",
    "chroma_C#": "chroma_1", "chroma_B": "chroma_11", "audiobox_ce": "content_enjoyment", "audiobox_cu": "content_usefulness",
    "audiobox_pc": "production_complexity", "audiobox_pq": "production_quality", "rolloff_frequency": "spectral_rolloff",
    "peak_amplitude": "sample_peak",
}  # fmt: skip


def test_there_are_77_of_them() -> None:
    assert len(THE_77) == len(set(THE_77)) == 77


@pytest.mark.parametrize("name", [*THE_77, *CLASSIC, *MIXING])
def test_every_name_is_declared(name: str) -> None:
    assert name in REGISTRY.descriptors


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_other_names_lead_to_the_same(alias: str, name: str) -> None:
    assert alias in REGISTRY[name].aliases


def test_no_name_means_two_things() -> None:
    names = [n for d in REGISTRY for n in (d.id, *d.aliases)]
    assert len(names) == len(set(names))
