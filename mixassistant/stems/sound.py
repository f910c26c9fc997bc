"""What a track sounds like, in a few numbers: enough to hear a drum from a voice, without the room of descriptors.

Made for `hearing`: all numbers are free of gain, look at what plays, and need no more than 11 kHz, so that a dry track of a microphone and
a produced stem, in mono or stereo, give much the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.resample import resample
from mixassistant.audio.source import Source

Vector = NDArray[np.float64]

RATE_HZ = 22_050
WINDOW, HOP = 2048, 512  # samples at `RATE_HZ`: 93 and 23 ms
STEP = 110  # samples: 5 ms, in which an onset is seen
PIECE_S = 6.0
MOST_PIECES = 8
BAND_EDGES_HZ = (0.0, 60.0, 120.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 7000.0, 10_500.0)
PITCHES_HZ = (45.0, 1000.0)
FLOOR_DB = -60.0
TINY = 1e-12

NAMES = (
    *(f"share_{round(high)}" for high in BAND_EDGES_HZ[1:]),
    *(f"sway_{round(high)}" for high in BAND_EDGES_HZ[1:]),
    "centroid", "spread", "centroid_sway", "flatness", "flatness_low", "flux", "flux_peaks", "rise", "crest", "playing", "syllables",
    "pulse", "clarity", "clarity_high", "voiced", "pitch", "pitch_range", "glide", "on_grid", "steadiness",
)  # fmt: skip
"""What each number is, in the order of `describe`."""


@dataclass(frozen=True)
class SoundTuning:
    """What of a track is listened to.

    Parameters
    ----------
    quiet_piece_db : float
        Pieces that lie further below the loudest one are left out.
    quiet_frame_db : float
        Frames that lie further below the loud ones of their piece do not play.
    voiced : float
        Height of the autocorrelation's peak from which a frame has a pitch.
    """

    quiet_piece_db: float = -20.0
    quiet_frame_db: float = -35.0
    voiced: float = 0.6


SOUND = SoundTuning()


def pieces_of(source: Source, most: int = MOST_PIECES) -> list[NDArray[np.float32]]:
    """Return up to `most` pieces of a track in which it plays, mono at `RATE_HZ`; none where it is silent."""
    length = max(1, min(round(PIECE_S * source.sample_rate_hz), source.length))
    starts = np.arange(0, max(source.length - length // 2, 1), length)
    power = np.array([_power(source.read(int(start), int(start) + length)) for start in starts])
    if power.max(initial=0.0) < TINY:
        return []
    loud = starts[power >= power.max() * 10 ** (SOUND.quiet_piece_db / 10)]
    chosen = loud[np.unique(np.linspace(0, loud.size - 1, min(most, loud.size)).round().astype(int))]
    return [_mono(source.read(int(start), int(start) + length), source.sample_rate_hz) for start in chosen]


def _power(samples: NDArray[np.float32]) -> float:
    return float(np.mean(np.square(samples), dtype=np.float64)) if samples.size else 0.0


def _mono(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """Return one channel: the mean, or the louder side where the two cancel."""
    middle = samples.mean(axis=0, keepdims=True)
    if samples.shape[0] == 2 and _power(middle) < 0.1 * max(_power(samples[:1]), _power(samples[1:])):
        middle = samples[:1] if _power(samples[:1]) >= _power(samples[1:]) else samples[1:]
    return np.asarray(resample(Audio(np.ascontiguousarray(middle), rate_hz), RATE_HZ).samples[0])


def describe(piece: NDArray[np.float32]) -> Vector | None:
    """Return the numbers of `NAMES` for a piece of sound; ``None`` where it is silent or too short.

    Parameters
    ----------
    piece : np.ndarray [shape=(samples,)]
        Mono, at `RATE_HZ`.

    Returns
    -------
    np.ndarray [shape=(len(NAMES),)]
        Levels in dB, times in shares, pitches in octaves.
    """
    if piece.size < 4 * WINDOW or _power(piece) < TINY:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(piece.astype(np.float64), WINDOW)[::HOP]
    total = np.mean(np.square(frames), axis=1)
    plays = total > np.quantile(total, 0.95) * 10 ** (SOUND.quiet_frame_db / 10)
    if plays.sum() < 4:
        return None
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(WINDOW), axis=1)))
    return np.array([*_spectrum(power[plays]), *_movement(power, plays, piece), *_pitch(frames[plays], power[plays])])


def _spectrum(power: NDArray[np.float64]) -> list[float]:
    """Return the shape of the spectrum and how it sways."""
    hertz = np.arange(power.shape[1]) * RATE_HZ / WINDOW
    edges = np.searchsorted(hertz, BAND_EDGES_HZ)
    bands = np.add.reduceat(power, edges[:-1], axis=1)
    bands[:, -1] = power[:, edges[-2] : edges[-1]].sum(axis=1)
    whole = np.maximum(power.sum(axis=1, keepdims=True), TINY)
    # Frames count alike, whether loud or not: the mean power alone is that of a few strokes.
    share = 10 * np.log10(0.5 * bands.sum(axis=0) / whole.sum() + 0.5 * (bands / whole).mean(axis=0) + 10 ** (FLOOR_DB / 10))
    level = 10 * np.log10(bands / whole + 10 ** (FLOOR_DB / 10))
    audible = (hertz > 30.0) & (hertz < 10_500.0)
    octaves = np.log2(np.maximum(hertz, 30.0))
    heard = np.maximum(power[:, audible], TINY)
    weight = heard / heard.sum(axis=1, keepdims=True)
    centre = weight @ octaves[audible]
    spread = np.sqrt(np.maximum(weight @ np.square(octaves[audible]) - np.square(centre), 0.0))
    low, high = (hertz > 60) & (hertz < 500), (hertz > 500) & (hertz < 6000)
    return [
        *share, *level.std(axis=0), float(centre.mean()), float(spread.mean()), float(centre.std()),
        float(_flatness(power[:, high]).mean()), float(_flatness(power[:, low]).mean()),
    ]  # fmt: skip


def _flatness(power: NDArray[np.float64]) -> Vector:
    """Return how much each frame is noise rather than tones, in dB; 0 is white."""
    floored = power + 1e-6 * power.max(axis=1, keepdims=True) + TINY
    return np.asarray(10 * (np.log10(floored).mean(axis=1) - np.log10(floored.mean(axis=1))))


def _movement(power: NDArray[np.float64], plays: NDArray[np.bool_], piece: NDArray[np.float32]) -> list[float]:
    """Return how it comes and goes."""
    loud = np.quantile(power.sum(axis=1), 0.95)
    level = np.log10(power + 1e-7 * loud / power.shape[1] * 100 + TINY)
    rise = np.maximum(np.diff(level, axis=0), 0.0).mean(axis=1)
    steps = piece[: piece.size // STEP * STEP].reshape(-1, STEP).astype(np.float64)
    fine = np.mean(np.square(steps), axis=1)
    fine_db = 10 * np.log10(fine + 1e-5 * np.quantile(fine, 0.98) + TINY)
    jump = np.maximum(fine_db[4:] - fine_db[:-4], 0.0)  # within 20 ms
    envelope = np.sqrt(fine) - np.sqrt(fine).mean()
    modulation = np.square(np.abs(np.fft.rfft(envelope * np.hanning(envelope.size))))
    hertz = np.fft.rfftfreq(envelope.size, STEP / RATE_HZ)
    whole = max(float(modulation[(hertz > 0.3) & (hertz < 40)].sum()), TINY)
    syllables = float(modulation[(hertz > 2.0) & (hertz < 7.0)].sum()) / whole
    pulse = float(modulation[(hertz > 10.0) & (hertz < 40.0)].sum()) / whole
    sorted_power = np.sort(fine)[::-1]
    return [
        float(rise.mean()), float(np.quantile(rise, 0.95) - np.median(rise)), float(np.quantile(jump, 0.98)),
        float(10 * np.log10((sorted_power[: max(fine.size // 50, 1)].mean() + TINY) / (fine.mean() + TINY))),
        float(plays.mean()), syllables, pulse,
    ]  # fmt: skip


def _pitch(frames: NDArray[np.float64], power: NDArray[np.float64]) -> list[float]:
    """Return how clear its pitch is, where it lies and how it moves (peak of the normalised autocorrelation)."""
    tapered = frames * np.hanning(WINDOW)
    spectrum = np.square(np.abs(np.fft.rfft(tapered, 2 * WINDOW, axis=1)))
    auto = np.fft.irfft(spectrum, axis=1)[:, :WINDOW]
    window = np.fft.irfft(np.square(np.abs(np.fft.rfft(np.hanning(WINDOW), 2 * WINDOW))))[:WINDOW]
    shortest, longest = round(RATE_HZ / PITCHES_HZ[1]), round(RATE_HZ / PITCHES_HZ[0])
    lags = np.arange(shortest, longest)
    normal = auto[:, shortest:longest] / np.maximum(auto[:, :1], TINY) * (window[0] / window[shortest:longest])
    # Every multiple of the period fits as well: the shortest that nearly does is meant.
    inner = (normal[:, 1:-1] >= normal[:, :-2]) & (normal[:, 1:-1] >= normal[:, 2:])
    peaks = np.where(inner, normal[:, 1:-1], 0.0)
    best = peaks.max(axis=1)
    first = np.argmax(peaks >= 0.9 * best[:, None], axis=1)
    place = first + 1
    rows = np.arange(len(place))
    before, at, after = normal[rows, place - 1], normal[rows, place], normal[rows, place + 1]
    bend = before - 2 * at + after
    shift = np.where(np.abs(bend) > 1e-9, 0.5 * (before - after) / np.where(np.abs(bend) > 1e-9, bend, 1.0), 0.0)
    pitch = np.log2(RATE_HZ / (lags[place] + np.clip(shift, -0.5, 0.5)))
    high = np.clip(best, 0.0, 1.0)
    voiced = high > SOUND.voiced
    if voiced.sum() < 4:
        return [float(high.mean()), float(np.quantile(high, 0.8)), float(voiced.mean()), 7.5, 0.0, 0.0, 0.0, 0.0]
    found = pitch[voiced]
    together = voiced[1:] & voiced[:-1]
    move = np.abs(np.diff(pitch))[together] * 12  # semitones in 23 ms
    small = move[move < 1.0]
    cents = 12 * found - np.round(12 * found)
    # Of a tuned instrument all pitches lie at one place between semitones.
    on_grid = float(np.abs(np.exp(2j * np.pi * cents).mean()))
    low, high_pitch = np.quantile(found, [0.1, 0.9])
    return [
        float(high.mean()), float(np.quantile(high, 0.8)), float(voiced.mean()), float(np.median(found)), float(high_pitch - low),
        float(small.mean()) if small.size else 0.0, on_grid, small.size / max(together.sum(), 1),
    ]  # fmt: skip


def describe_track(source: Source, most: int = MOST_PIECES) -> list[Vector]:
    """Return the numbers of up to `most` pieces of a track in which it plays; none where it is silent."""
    return [numbers for piece in pieces_of(source, most) if (numbers := describe(piece)) is not None]
