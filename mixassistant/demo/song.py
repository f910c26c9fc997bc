"""The demo song: the band plays the score, a mix engineer sets tone and levels, and then somebody spoils the mix on purpose."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from mixassistant.audio.audio import Audio, mix
from mixassistant.demo.instruments import RATE_HZ, Sound, bass_guitar, drum_kit, keyboards, singer
from mixassistant.demo.score import compose
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.prior import load_prior
from mixassistant.stems.stem import ROLES, Role

NAMES = MappingProxyType({"drums": "Drums", "bass": "Bass", "other": "Chords", "vocals": "Voice"})
PLAYERS = {"drums": drum_kit, "bass": bass_guitar, "other": keyboards, "vocals": singer}
FAULTS = MappingProxyType(
    {
        "vocals": Chain(gain_db=-9.0),
        "bass": Chain(bands=(Band("bell", 260.0, 9.0, 1.0),)),
        "other": Chain(bands=(Band("bell", 3000.0, 9.0, 1.2),)),
    }
)
"""What was done to the demo's mix: the voice is buried, the bass booms, the chords are harsh."""

LOUDNESS_LUFS = -14.0
PEAK_DBFS = -1.5
LEVEL_SPREAD_LU = 1.0  # standard deviation of a stem's level from song to song
TONE_SHARE = 0.85  # of the way from the raw sound to a finished record's average spectrum
TONE_SPREAD_DB = 1.2
LOUDNESS = frozenset({"lufs"})
SPECTRUM = frozenset({"ltas"})


def make_song(seed: int, faults: bool = True, duration_s: float = 30.0) -> dict[str, tuple[Role, Audio]]:
    """Make a song.

    Parameters
    ----------
    seed : int
        The same seed gives the same song.
    faults : bool
        Whether `FAULTS` are planted.
    duration_s : float

    Returns
    -------
    dict of str to (Role, Audio)
        Stems by name, 44.1 kHz stereo; their sum is the mix.
    """
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    score = compose(seed, duration_s)
    prior = load_prior()
    stems: dict[Role, Audio] = {}
    for index, role in enumerate(ROLES):
        shaped = _toned(PLAYERS[role](score.parts[role], duration_s, rng), prior.ltas[role].mean, rng)
        stem = Audio(shaped.astype(np.float32), RATE_HZ)
        wanted = LOUDNESS_LUFS + float(prior.levels.mean[index]) + float(rng.normal(0, LEVEL_SPREAD_LU))
        stems[role] = _scaled(stem, wanted - (scalar(measure(stem, "stem", only=LOUDNESS), "lufs") or wanted))
    if faults:
        stems = {role: render(audio, FAULTS[role]) if role in FAULTS else audio for role, audio in stems.items()}
    total = mix(list(stems.values()))
    gain = LOUDNESS_LUFS - (scalar(measure(total, "mix", only=LOUDNESS), "lufs") or LOUDNESS_LUFS)
    gain = min(gain, PEAK_DBFS - 20 * float(np.log10(np.abs(total.samples).max())))
    return {NAMES[role]: (role, _scaled(audio, gain)) for role, audio in stems.items()}


def _scaled(audio: Audio, gain_db: float) -> Audio:
    return Audio(audio.samples * np.float32(10 ** (gain_db / 20)), audio.sample_rate_hz)


def _toned(sound: Sound, target_db: np.ndarray, rng: np.random.Generator) -> Sound:
    """Equalize a raw sound toward a finished record's average spectrum, with a linear-phase filter and a little taste."""
    from scipy.signal import fftconvolve, firwin2

    raw = Audio(sound.astype(np.float32), RATE_HZ)
    ltas = vector(measure(raw, "stem", only=SPECTRUM), "ltas")
    if ltas is None:
        return sound
    smooth = np.ones(5) / 5  # over 1 2/3 octaves: tone, not notes
    gap = np.convolve(np.pad(target_db - np.maximum(ltas, -70.0), 2, mode="edge"), smooth, mode="valid")
    taste = np.convolve(rng.normal(0, TONE_SPREAD_DB * np.sqrt(5), CENTRES_HZ.size + 4), smooth, mode="valid")
    gain_db = np.clip(TONE_SHARE * gap + taste, -24.0, 24.0)
    grid = np.concatenate([[0.0], CENTRES_HZ, [RATE_HZ / 2]])
    gains = 10 ** (np.concatenate([[gain_db[0]], gain_db, [gain_db[-1]]]) / 20)
    taps = firwin2(4095, grid, gains, fs=RATE_HZ)
    return np.array([fftconvolve(channel, taps, mode="same") for channel in sound])
