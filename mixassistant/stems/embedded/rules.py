"""Separation by signal processing only: what is left of the embedded separator where its weights have been taken out.

Every bin of the mix's spectrogram is shared out among the four roles by soft masks that sum to 1, so that the stems sum to
the mix. The shares follow from four cues and the frequency:

- *attack*: the bin over its median in time, high for drums (Fitzgerald, Harmonic/percussive separation using median
  filtering, DAFx 2010);
- *peak*: the bin over its median in frequency, high for harmonics, low for noise and clicks (ibid.);
- *side*: the share of the side signal; bass, drums and lead vocals are in the middle of most mixes;
- *novelty*: the bin over its mean of four seconds: voices vary where accompaniment repeats (Rafii and Pardo, Repeating
  pattern extraction technique, 2013).

Each role's evidence is linear in the cues, with a slope and a curvature over frequency, an upper edge for the bass and a lower
edge for vocals; the masks are their softmax. The few constants were tuned on the MUSDB18 excerpts for signal-to-distortion
ratio, with penalties on the errors of level and spectrum (``tests/benchmarks/tune_embedded.py``). It is rough, and what it
costs is measured and carried into every confidence.

Conventions: spectrograms are ``[shape=(frames, bins)]``, power, natural logarithms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.source import BLOCK
from mixassistant.audio.storage import blank
from mixassistant.i18n import _
from mixassistant.progress import Progress, silent
from mixassistant.stems.embedded.frames import OVERLAP, add_frames, frame_count, spectra
from mixassistant.stems.stem import ROLES, Role

Spectrogram = NDArray[np.float32]

WINDOW = 4096  # samples at 44.1 kHz: 93 ms; a power of two near that at other rates
CHUNK_FRAMES = 256  # separated at once: 6 s
TIME_STEP = 3  # frames between the taps of the median in time: it spans 0.56 s
FREQUENCY_STEP = 4  # bins between those of the median in frequency: it spans 340 Hz
NOVELTY_FRAMES = 172  # 4 s
CONTEXT_FRAMES = NOVELTY_FRAMES // 2 + 4
FLOOR = 1e-6  # of the mean power: digital silence has no cues
UNKNOWN_SIDE = -2.4  # what a typical mix shows: the neutral cue for mono
MONO = 1e-5  # of the power in the side signal, and below

MASKED: tuple[Role, ...] = ("drums", "bass", "vocals")  # other is what remains
# Rows as MASKED; columns: constant, attack, peak, side, novelty.
CUE_WEIGHTS = np.array(
    [
        [-3.09, 1.49, -0.61, -0.165, -0.021],
        [-0.495, -0.766, 0.216, -0.56, -0.121],
        [-3.12, 0.501, 0.466, -0.578, 0.81],
    ],
    dtype=np.float32,
)
# Over octaves from 1 kHz: slope, curvature.
TILT_WEIGHTS = np.array([[0.135, 0.326], [0.681, 0.227], [-0.975, 0.511]])
BASS_EDGE = (-3.314, 0.382)  # octaves from 1 kHz (100 Hz), steepness
VOCAL_EDGE = (-0.988, 1.769)  # 504 Hz
EDGE_SHARPNESS = 3.0
HIGHEST_OCTAVE = 4.0


VERSION = "2"


class RuleSeparator:
    """A separator that needs no weights."""

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        """Return one stem per role, at the mix's own sample rate, channels, length and level; they sum to the mix.

        Raises
        ------
        Cancelled
            `progress` raised it; it is called for every six seconds of audio.
        """
        stage = _("Separating")
        progress(stage, 0.0)
        window = _window_length(mix.sample_rate_hz)
        hop = window // OVERLAP
        stems = {role: blank(mix.channels, mix.length) for role in ROLES}
        power = float(np.mean([np.vdot(channel, channel) / max(channel.size, 1) for channel in mix.samples]))
        if power > 0:
            frames = frame_count(mix.length, hop)
            frequency = _frequency_evidence(window, mix.sample_rate_hz)
            # The mean power of a bin under a Hann window, over all channels.
            floor = FLOOR * power * mix.channels * window * 0.375
            is_mono = _is_mono(mix)
            for start in range(0, frames, CHUNK_FRAMES):
                end = min(start + CHUNK_FRAMES, frames)
                first, last = max(start - CONTEXT_FRAMES, 0), min(end + CONTEXT_FRAMES, frames)
                around_chunk = spectra(mix.samples, first, last, window)
                # Before the first and after the last frame: more of the same, so that the ends show no attacks.
                around = np.clip(np.arange(start - CONTEXT_FRAMES, end + CONTEXT_FRAMES), 0, frames - 1) - first
                own = around_chunk[:, start - first : end - first]
                masks = _masks(_cues(around_chunk, around, np.float32(floor), is_mono), frequency)
                for role, mask in zip(MASKED, masks, strict=True):
                    add_frames(stems[role], own * mask, start, window)
                    progress(stage, end / frames)
        for start in range(0, mix.length, BLOCK):
            now = slice(start, start + BLOCK)
            stems["other"][:, now] += mix.samples[:, now] - stems["drums"][:, now] - stems["bass"][:, now] - stems["vocals"][:, now]
        progress(stage, 1.0)
        return {role: Audio(samples, mix.sample_rate_hz) for role, samples in stems.items()}


def _window_length(sample_rate_hz: int) -> int:
    """Return the power of two nearest to 93 ms."""
    return max(256, int(2 ** round(np.log2(WINDOW * sample_rate_hz / 44100))))


def _is_mono(mix: Audio) -> bool:
    if mix.channels == 1:
        return True
    side = mix.samples[0] - mix.samples[1]
    return bool(np.vdot(side, side) / 2 < MONO * np.vdot(mix.samples, mix.samples))


def _cues(spectra: NDArray[np.complex64], around: NDArray[np.intp], floor: np.float32, is_mono: bool) -> list[Spectrogram]:
    """Return attack, peak, side and novelty of the frames between the contexts at both ends of `around`."""
    from scipy.ndimage import uniform_filter1d

    total = (spectra.real**2 + spectra.imag**2).sum(axis=0)[around]
    smooth = _box(total, 3, 3) + floor
    near = slice(CONTEXT_FRAMES - 4 * TIME_STEP, len(around) - CONTEXT_FRAMES + 4 * TIME_STEP)
    own = slice(CONTEXT_FRAMES, len(around) - CONTEXT_FRAMES)
    level = np.log(smooth[own])
    count = level.shape[0]
    steady = _median_of_nine(smooth[near], TIME_STEP, count)
    tonal = _median_of_nine(np.pad(smooth[own], ((0, 0), (4 * FREQUENCY_STEP,) * 2), mode="reflect").T, FREQUENCY_STEP, level.shape[1]).T
    mean = uniform_filter1d(smooth, NOVELTY_FRAMES, axis=0, mode="nearest")[own]
    if is_mono:
        side = np.full_like(level, UNKNOWN_SIDE)
    else:
        wide = spectra[0] - spectra[1]
        apart = _box(((wide.real**2 + wide.imag**2) / 2)[around], 5, 3) / (_box(total, 5, 3) + floor)
        side = np.log(apart[own] + np.float32(1e-3))
    return [level - np.log(steady), level - np.log(tonal), side, level - np.log(mean)]


def _box(spectrogram: Spectrogram, frames: int, bins: int) -> Spectrogram:
    """Return running means over an odd number of frames and bins."""
    from scipy.ndimage import uniform_filter1d

    along_time = uniform_filter1d(spectrogram, frames, axis=0, mode="nearest")
    # Running sums of large and small numbers may leave a trace below zero.
    return np.maximum(uniform_filter1d(along_time, bins, axis=1, mode="nearest"), 0)


# Compare-exchange steps that leave the median of nine in the middle: Smith, Implementing median filters in XC4000E FPGAs, 1996.
NETWORK = (
    (1, 2), (4, 5), (7, 8), (0, 1), (3, 4), (6, 7), (1, 2), (4, 5), (7, 8), (0, 3),
    (5, 8), (4, 7), (3, 6), (1, 4), (2, 5), (4, 7), (4, 2), (6, 4), (4, 2),
)  # fmt: skip
MEDIAN_ROWS = 16  # at once: ten such pieces stay in the processor's cache


def _median_of_nine(spectrogram: Spectrogram, step: int, count: int) -> Spectrogram:
    """Return medians along the first axis of nine values `step` apart, ``count`` of them: the first spans rows 0 to 8 `step`."""
    result = np.empty((count, spectrogram.shape[1]), dtype=np.float32)
    for start in range(0, count, MEDIAN_ROWS):
        rows = min(MEDIAN_ROWS, count - start)
        taps = [np.array(spectrogram[start + tap * step : start + tap * step + rows]) for tap in range(9)]
        spare = np.empty_like(taps[0])
        for low, high in NETWORK:
            np.minimum(taps[low], taps[high], out=spare)
            np.maximum(taps[low], taps[high], out=taps[high])
            taps[low], spare = spare, taps[low]
        result[start : start + rows] = taps[4]
    return result


def _frequency_evidence(window: int, sample_rate_hz: int) -> NDArray[np.float32]:
    """Return what frequency alone says for each role of MASKED, ``[shape=(3, bins)]``."""
    frequency = np.maximum(np.fft.rfftfreq(window, 1 / sample_rate_hz), 10)
    octave = np.minimum(np.log2(frequency / 1000), HIGHEST_OCTAVE)
    evidence = TILT_WEIGHTS @ np.stack([octave, octave**2])
    evidence[1] -= BASS_EDGE[1] * np.logaddexp(0, EDGE_SHARPNESS * (octave - BASS_EDGE[0]))
    evidence[2] -= VOCAL_EDGE[1] * np.logaddexp(0, EDGE_SHARPNESS * (VOCAL_EDGE[0] - octave))
    return np.asarray(evidence, dtype=np.float32)


def _masks(cues: Sequence[Spectrogram], frequency: NDArray[np.float32]) -> Iterator[Spectrogram]:
    """Yield the masks of the roles of MASKED: a softmax, with other as the reference."""
    shares = []
    for weights, by_frequency in zip(CUE_WEIGHTS, frequency, strict=True):
        evidence = np.repeat((by_frequency + weights[0])[np.newaxis], cues[0].shape[0], axis=0)
        for weight, cue in zip(weights[1:], cues, strict=True):
            evidence += weight * cue
        # Clipped far beyond what decides anything: exp stays finite.
        shares.append(np.exp(np.clip(evidence, -30, 30)))
    whole = 1 + shares[0] + shares[1] + shares[2]
    for share in shares:
        yield share / whole
