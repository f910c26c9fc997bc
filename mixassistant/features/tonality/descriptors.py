"""The tonality descriptors: of any audio by itself, and of the song with its stems."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import Descriptor, Measurement, SongParts, extracts, extracts_of_song
from mixassistant.features.frames import TONAL, Chunk, reduces
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations
from mixassistant.features.tonality import cqt, harmony, hpcp, key
from mixassistant.features.tonality.hearing import hearing
from mixassistant.features.tonality.spectra import spectra

SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")  # as older files have them
PITCHED = ("bass", "other", "vocals")
MOVING = ("bass", "other")
UNPITCHED = Measurement(None, "nothing in it has a pitch")
EMPTY_DB = -100.0
_NETWORK = "After Korzeniowski & Widmer 2017"
_CQT = "Schörkhuber & Klapuri 2010"
_GOMEZ = "Gómez 2006, harmonic pitch class profile"
_HPCP = (
    "Peaks from 100 Hz to 4 kHz, each relative to what sounds around it, with their harmonics, tuned, each frame to its largest, "
    "mean over active frames, sum 1"
)


@reduces("chroma_stft", TONAL)
def chroma_stft_frames(chunk: Chunk) -> NDArray[np.float32]:
    """Return the power by pitch class of the whole spectrum, ``[shape=(count, 12)]``."""
    import torch

    found = chunk.power @ torch.from_numpy(_chroma_weights()).to(chunk.power.device)
    return np.asarray(found.cpu().numpy())


@functools.cache
def _chroma_weights() -> NDArray[np.float32]:
    """Return what each bin gives to each pitch class: a bell a semitone wide around it, and one two octaves wide around 415 Hz.

    The weights of D. Ellis' chromagram, which librosa's are too.
    """
    hz = TONAL.frequencies_hz.copy()
    hz[0] = hz[1] / 2**1.5  # below everything: 0 Hz has no logarithm
    place = 12 * np.log2(hz / hpcp.C_HZ)
    width = np.maximum(np.diff(place, append=2 * place[-1] - place[-2]), 1.0)
    distance = (place[:, None] - np.arange(12) + 6) % 12 - 6
    weights = np.exp(-0.5 * (2 * distance / width[:, None]) ** 2)
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    octaves = np.log2(hz / (440 / 16))
    return np.asarray(weights * np.exp(-0.5 * ((octaves - 5.0) / 2.0) ** 2)[:, None], dtype=np.float32)


@extracts(
    Descriptor("key", "Key", "", (0, 23), 1.0, "The key of the whole.", _NETWORK, shape="category", labels=key.LABELS, version=2,
               method="Of 24 the one nearest to those that a network over chords and pitch classes holds likely; a mode counts as the "
               "one whose third it has",
               least_s=1.0),
    Descriptor("key_clarity", "Clarity of the key", "", (0, 1), 0.05, "How sure that key is.", _NETWORK, version=2,
               method="Its probability; that of keys a fifth away counts half, of its relative 0.3, of its parallel 0.2", least_s=1.0),
    Descriptor("key_margin", "Margin of the key", "", (0, 1), 0.02, "How far the next best key is behind.", _NETWORK, version=2,
               method="Difference of the two largest of these", least_s=1.0),
    Descriptor("tuning", "Tuning", "cents", (-50, 50), 2.0, "How far it is tuned above or below 440 Hz.", _GOMEZ,
               version=2, method="Circular mean of the spectral peaks' places between semitones", least_s=1.0),
    Descriptor("chroma", "Pitch classes", "", (0, 1), 0.01, "Which pitch classes sound.", _GOMEZ, shape="vector", labels=hpcp.NAMES,
               version=2, method=_HPCP, least_s=1.0),
    Descriptor("chroma_stft", "Chroma", "", (0, 1), 0.01, "Energy by pitch class, overtones and noise included.", "Ellis 2007, chroma",
               shape="vector", labels=hpcp.NAMES, method="Each frame to its largest, mean over active frames", least_s=1.0),
    Descriptor("tonnetz", "Tonal centroid", "", (-1, 1), 0.02, "Where the harmony lies on the circles of fifths and thirds.",
               "Harte, Sandler & Gasser 2006", shape="vector", labels=harmony.CENTROID_NAMES, cost="medium",
               method="Mean over windows of 0.5 s of the projected constant-Q chroma", least_s=1.0),
    Descriptor("cqt", "Constant-Q spectrum", "dB", (EMPTY_DB, 0), 0.5, "Level of each semitone from C1 to B7.", _CQT,
               shape="vector", labels=cqt.NAMES, cost="medium", method="Mean magnitude while it plays, relative to the strongest",
               least_s=1.0),
    Descriptor("cqt_spread", "Constant-Q spectrum, spread", "dB", (0, 60), 0.5, "How much each semitone comes and goes.",
               _CQT, shape="vector", labels=cqt.NAMES, cost="medium", method="Standard deviation over the windows of 0.5 s that play",
               least_s=1.0),
    Descriptor("harmonic_change", "Harmonic change", "", (0, 1), 0.01, "How much the harmony moves.", "After Harte, Sandler & Gasser 2006",
               cost="medium", method="Mean cosine distance of the chroma of neighbouring half seconds"),
)  # fmt: skip
def tonality(shared: Representations) -> dict[str, Measurement]:
    """Measure the tonality."""
    names = ("key", "key_clarity", "key_margin", "tuning", "chroma", "chroma_stft", "tonnetz", "cqt", "cqt_spread", "harmonic_change")
    if shared.is_silent:
        return dict.fromkeys(names, SILENCE)
    found = shared.once(hpcp.pitch_classes)
    energy = shared.frames("chroma_stft")[shared.active_frames(TONAL)].astype(np.float64)
    spectrum = shared.once(spectra).constant_q
    if not energy.size or spectrum.mean.max() <= 1e-9:
        return dict.fromkeys(names, Measurement(None, "its channels cancel out in mono"))
    chroma = harmony.chroma_windows(shared)
    moving = chroma.shape[0] >= harmony.FEWEST_WINDOWS
    level = 20 * np.log10(np.maximum(spectrum.mean / spectrum.mean.max(), 10 ** (EMPTY_DB / 20)))
    return {
        **_key(shared, found),
        "chroma": Measurement(found.mean) if found.mean.sum() else UNPITCHED,
        "chroma_stft": Measurement((energy / np.maximum(energy.max(axis=1, keepdims=True), 1e-20)).mean(axis=0)),
        "tonnetz": Measurement(harmony.tonal_centroid(chroma)),
        "cqt": Measurement(level),
        "cqt_spread": Measurement(spectrum.spread_db),
        "harmonic_change": Measurement(harmony.movement(chroma)) if moving else Measurement(None, "plays for less than 2 s"),
    }


def _key(shared: Representations, found: hpcp.PitchClasses) -> dict[str, Measurement]:
    told = key.key_of(shared.once(hearing)) if found.mean.sum() else None
    if told is None:
        reason = Measurement(None, "no pitch class stands out")
        return dict.fromkeys(("key", "key_clarity", "key_margin", "tuning"), reason)
    return {
        "key": Measurement(float(told.index)),
        "key_clarity": Measurement(told.clarity),
        "key_margin": Measurement(told.margin),
        "tuning": Measurement(found.tuning_cents),
    }


@extracts_of_song(
    *(
        Descriptor(f"chroma_{index}", f"Pitch class {name}", "", (0, 1), 0.01, f"Weight of {name} among the pitch classes.", _GOMEZ,
                   version=2, scopes=("mix",), aliases=(f"chroma_{SHARPS[index]}",),
                   method=f"{_HPCP}; of bass, other and vocals where two of them exist, else of the mix", least_s=1.0)
        for index, name in enumerate(hpcp.NAMES)
    ),
    *(
        Descriptor(f"harmonic_movement_{role}", f"Harmonic movement, {role}", "", (0, 1), 0.01, f"How the harmony of the {role} moves.",
                   "After Harte, Sandler & Gasser 2006", scopes=("mix",), needs=(f"{role} stem",), cost="medium",
                   method="Mean cosine distance of the chroma of neighbouring half seconds that play")
        for role in MOVING
    ),
    *(
        Descriptor(f"harmonic_variance_{role}", f"Harmonic variance, {role}", "", (0, 1), 0.01, f"Pitch classes that the {role} visits.",
                   "Catalogue of descriptors, after the earlier framework of these names", scopes=("mix",), needs=(f"{role} stem",),
                   cost="medium", method="Mean variance over time of the pitch classes' shares, over 0.1, at most 1")
        for role in MOVING
    ),
)  # fmt: skip
def tonality_of_song(parts: SongParts) -> dict[str, Measurement]:
    """Measure pitch classes of what has a pitch, and how bass and other move."""
    values: dict[str, Measurement] = {}
    fine = [hpcp.fine_strengths(parts.roles[role]) for role in PITCHED if role in parts.roles and not parts.roles[role].is_silent]
    if len(fine) >= 2:
        mean = hpcp.profiles(np.concatenate(fine)).mean
    else:
        mean = np.zeros(12) if parts.mix.is_silent else parts.mix.once(hpcp.pitch_classes).mean
    values |= {f"chroma_{index}": Measurement(float(mean[index])) if mean.sum() else UNPITCHED for index in range(12)}
    for role in MOVING:
        values |= _movement(parts.roles.get(role), role)
    return values


def _movement(stem: Representations | None, role: str) -> dict[str, Measurement]:
    names = (f"harmonic_movement_{role}", f"harmonic_variance_{role}")
    if stem is None:
        return dict.fromkeys(names, Measurement(None, f"needs the {role} stem"))
    if stem.is_silent:
        return dict.fromkeys(names, SILENCE)
    chroma = harmony.chroma_windows(stem)
    if chroma.shape[0] < harmony.FEWEST_WINDOWS:
        return dict.fromkeys(names, Measurement(None, "plays for less than 2 s"))
    return dict(zip(names, (Measurement(harmony.movement(chroma)), Measurement(harmony.variance(chroma))), strict=True))
