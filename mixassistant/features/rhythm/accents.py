"""What makes a beat the first of a bar: the networks' word, another chord or bass note, accents, and how a beat is divided.

The spectrum before a beat and after it is compared in the bands that the networks hear, over one, two and four beats. Bands are freed of
their envelope and of what is short, so that chords are left where drums play over them.

References
----------
M. E. P. Davies, M. D. Plumbley, A spectral difference approach to downbeat extraction in musical audio, EUSIPCO 2006 (spectral change
between beats); S. Durand, J. P. Bello, B. David, G. Richard, Robust downbeat tracking using an ensemble of convolutional networks,
IEEE/ACM TASLP 25, 2017 (harmony, bass, rhythm as evidence side by side).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.rhythm.activations import Activations
from mixassistant.features.rhythm.filterbank import BANDS_PER_OCTAVE, BEATS, band_weights, loudness_factor

CHORD_HZ, BASS_HZ, KICK_HZ, SNARE_HZ = (150.0, 2000.0), (30.0, 200.0), (30.0, 120.0), (200.0, 11000.0)
NAMES = ("downbeat", "chord 1", "chord 2", "chord 4", "bass 1", "bass 2", "bass 4", "sound 4", "sound 8", "kick", "snare")
FLOOR = 0.1  # of a spread, as a share of the mean and by itself: where nothing changes, its rounding tells nothing
QUIET = 0.1  # decades in each band: less than that is no spectrum to compare
CLIP = 3.0  # spreads
AROUND = 8  # beats to either side, over which the division of the beat is taken
TERNARY = (-3.0, 2.0)  # range in which it counts
FIRST, MIDDLE, BACK, WEAK = range(4)  # roles of beats: 1, 3 of 4, 2 and 4 of 4 (2 of 2), others
ROLES = ((FIRST, BACK), (FIRST, WEAK, WEAK), (FIRST, BACK, MIDDLE, BACK), (FIRST, WEAK, WEAK, WEAK, WEAK), (FIRST, BACK))
SIX_EIGHT = len(ROLES) - 1


@dataclass(frozen=True)
class AccentsTuning:
    """How much each piece of evidence says of the place of a beat; learned by ``packaging/train_structure/bars.py``.

    Learned on the songs of ``train`` and on patterns. Two numbers were set by hand: the networks' word weighs 0.15 (0.08 was learned), by
    ``valid``, and 2/4 is worth a tenth less, so that of two explanations alike the longer bar is told: ``valid`` did not tell, plain
    patterns of drums did.

    Parameters
    ----------
    first, middle, back : tuple of float
        Weights of `NAMES`, then a constant: for the first beat of a bar, the third of four, and the second and fourth (in 2/4 and 6/8
        the second). Other beats have none.
    told_metre : float
        Weight of what the network says of the metre.
    usual_metre : tuple of float
        What a beat in 2/4, 3/4, 4/4, 5/4, 6/8 is worth by itself.
    ternary : float
        Weight, in 6/8, of how ternary beats are.
    """

    first: tuple[float, ...] = (0.15, 0.151, 0.559, -0.157, -0.135, 0.056, 0.183, 0.241, -0.178, 0.416, -0.263, 0.380)
    middle: tuple[float, ...] = (-0.002, 0.127, -0.082, 0.336, -0.038, 0.018, 0.037, 0.071, 0.112, 0.329, -0.270, -0.227)
    back: tuple[float, ...] = (0.006, 0.272, 0.176, -0.197, 0.070, -0.134, -0.118, -0.483, -0.105, 0.230, -0.225, -0.132)
    told_metre: float = 0.031
    usual_metre: tuple[float, ...] = (-0.122, -0.038, 0.071, 0.034, -0.044)
    ternary: float = 0.060


TUNING = AccentsTuning()


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of every beat.

    Parameters
    ----------
    accents : np.ndarray [shape=(beats, 11)], float64
        By `NAMES`: the log-odds of a downbeat by the networks, then changes and accents in spreads from their mean over the piece.
    metres : np.ndarray [shape=(beats, 5)], float64
        Logarithm of the probability of each metre by the network.
    ternary : np.ndarray [shape=(beats,)], float64
        Logarithm of how much begins on both thirds of a beat for what begins on its half.
    """

    accents: NDArray[np.float64]
    metres: NDArray[np.float64]
    ternary: NDArray[np.float64]


def evidence(found: Activations, downbeat: NDArray[np.float64], bands: NDArray[np.float32], frames: NDArray[np.int64]) -> Evidence:
    """Return what is known of beats.

    Parameters
    ----------
    found : Activations
    downbeat : np.ndarray [shape=(beats,)]
        Probability that each beat is the first of its bar, by the networks.
    bands : np.ndarray [shape=(frames, 136)]
        Magnitudes, by `filterbank.beat_bands`.
    frames : np.ndarray [shape=(beats,)]
        Frame of each beat.
    """
    loud = np.log10(1 + bands * np.float32(loudness_factor(bands)))
    sure = np.clip(downbeat, 0.01, 0.99)
    columns = [np.log(sure / (1 - sure))]
    held = _between(loud, frames)
    tonal = held - _envelope(held)
    moved = held - held.mean(axis=0)
    for spectrum, hz in ((tonal, CHORD_HZ), (moved, BASS_HZ)):
        columns += [_spread(_change(spectrum[:, _within(hz)], span)) for span in (1, 2, 4)]
    columns += [_spread(_change(moved, span)) for span in (4, 8)]
    rise = np.maximum(loud[2:] - loud[:-2], 0)
    onset = np.zeros((3, len(loud)))
    for row, hz in enumerate((KICK_HZ, SNARE_HZ, (0.0, np.inf))):
        onset[row, 1:-1] = rise[:, _within(hz)].mean(axis=1)
    columns += [_spread(_at(row, frames)) for row in onset[:2]]
    return Evidence(np.column_stack(columns), np.log(np.maximum(found.metres[frames], 0.01)), _ternary(onset[2], frames))


def worth(known: Evidence, tuning: AccentsTuning = TUNING) -> NDArray[np.float64]:
    """Return how likely each beat has each place in each metre, ``[shape=(beats, 16)]``: logarithms, up to a constant for every beat."""
    weights = np.array([tuning.first, tuning.middle, tuning.back])
    of_role = np.pad(known.accents @ weights[:, :-1].T + weights[:, -1], ((0, 0), (0, 1)))  # others have none
    of_metre = tuning.told_metre * known.metres + np.array(tuning.usual_metre)
    of_metre[:, SIX_EIGHT] += tuning.ternary * np.clip(known.ternary, *TERNARY)
    return np.concatenate([of_role[:, list(roles)] + of_metre[:, [metre]] for metre, roles in enumerate(ROLES)], axis=1)


def _within(hz: tuple[float, float]) -> NDArray[np.bool_]:
    weights = band_weights()
    centre = (BEATS.frequencies_hz[:, None] * weights).sum(axis=0) / weights.sum(axis=0)
    return np.asarray((centre >= hz[0]) & (centre < hz[1]))


def _between(loud: NDArray[np.float32], frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the spectrum from each beat to the next, ``[shape=(beats, bands)]``: the median, which short sounds do not reach."""
    ends = np.append(frames[1:], 2 * frames[-1] - frames[-2])
    spectra = np.empty((frames.size, loud.shape[1]))
    for beat, (first, end) in enumerate(zip(frames, ends, strict=True)):
        piece = loud[min(first + 2, len(loud) - 1) : max(end - 1, first + 3)]
        spectra[beat] = np.median(piece, axis=0)
    return spectra


def _envelope(spectra: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.ndimage import uniform_filter1d

    return np.asarray(uniform_filter1d(spectra, BANDS_PER_OCTAVE // 2 + 1, axis=1, mode="nearest"))


def _change(spectra: NDArray[np.float64], span: int) -> NDArray[np.float64]:
    """Return 1 less the cosine between the mean spectra of so many beats before each beat and from it on; at the first, their mean."""
    sums = np.concatenate([np.zeros((1, spectra.shape[1])), np.cumsum(spectra, axis=0)])
    beat = np.arange(len(spectra))
    before = (sums[beat] - sums[np.maximum(beat - span, 0)]) / np.maximum(np.minimum(beat, span), 1)[:, None]
    after = (sums[np.minimum(beat + span, len(spectra))] - sums[beat]) / np.minimum(len(spectra) - beat, span)[:, None]
    least = QUIET**2 * spectra.shape[1]
    size = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    change = 1 - ((before * after).sum(axis=1) + least) / (size + least)
    return np.concatenate([[change[1:].mean()], change[1:]]) if len(spectra) > 1 else np.zeros(len(spectra))


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values in standard deviations from their mean."""
    return np.asarray(np.clip((values - values.mean()) / (values.std() + FLOOR * max(abs(values.mean()), 1.0)), -CLIP, CLIP))


def _at(onset: NDArray[np.float64], frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the highest value within a frame of each."""
    return np.asarray(onset[np.clip(frames[:, None] + np.arange(-1, 2), 0, onset.size - 1)].max(axis=1))


def _ternary(onset: NDArray[np.float64], frames: NDArray[np.int64]) -> NDArray[np.float64]:
    from scipy.ndimage import uniform_filter1d

    length = np.diff(frames, append=2 * frames[-1] - frames[-2])
    third, half, second = (
        uniform_filter1d(_at(onset, np.round(frames + part * length).astype(np.int64)), 2 * AROUND + 1, mode="nearest")
        for part in (1 / 3, 1 / 2, 2 / 3)
    )
    # A shuffle has the second third alone.
    least = 0.02 * float(onset.max(initial=0.0)) + 1e-6
    return np.asarray(np.log((np.minimum(third, second) + least) / (half + least)))
