"""Two stems of one source, one of them upside down: where they are summed, they cancel.

Two microphones, or a line signal and an amplifier, carry the same source, a little apart in time. Their cross-spectrum tells which:
its phase is a delay's, and a polarity that is flipped adds half a turn at every frequency alike, which no delay does over two octaves.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import Source
from mixassistant.features.bands import EDGES_HZ

FRAME = 8192  # samples: 186 ms at 44.1 kHz, long against any delay that is looked for
FRAMES = 300  # spread over the song
CHUNK = 50
SEEN_HZ = (50.0, 2000.0)  # above, a centimetre turns the phase
BODY_HZ = (50.0, 640.0)  # where a sum that cancels sounds thin
LONGEST_S = 1.5e-3  # half a metre: microphones further apart are a room, and have no common polarity
STEP_S = 5e-5
PLAYS_DB = 40.0  # below the strongest band of a stem: quieter bands do not count
BANDS = 6  # third octaves that both play in, two octaves
ALIKE = 0.45  # mean real coherence over the bands, after the best delay and upside down. Of 1200 normal pairs: 0.28 at most (layered kicks)
CLEARER = 0.2  # than with the same polarity, at any delay
LEAST_GAIN_DB = 2.0  # of the sum's body when one is flipped
QUIETEST = 1e-9  # mean square, −90 dBFS


@dataclass(frozen=True)
class Opposed:
    """Two stems of opposite polarity, by their positions, and what flipping one does for their sum.

    Parameters
    ----------
    first, second : int
    gain_db : float
        Of the sum in the band, when one of them is flipped.
    low_hz, high_hz : float
        The band in which it gains.
    """

    first: int
    second: int
    gain_db: float
    low_hz: float
    high_hz: float


def opposed_stems(stems: Sequence[Source], tick: Callable[[], None] = lambda: None) -> tuple[Opposed, ...]:
    """Return the pairs of stems that carry the same source with opposite polarity.

    Parameters
    ----------
    stems : sequence of Source
        From one time zero, at one sample rate.
    tick : callable
        Called between pieces of work; it may raise.
    """
    if len(stems) < 2:
        return ()
    rate = stems[0].sample_rate_hz
    hz = np.asarray(np.fft.rfftfreq(FRAME, 1 / rate), dtype=np.float64)
    kept = np.flatnonzero((hz >= SEEN_HZ[0]) & (hz <= SEEN_HZ[1]))
    hz = hz[kept]
    cross = _cross_spectra(stems, kept, tick)  # [shape=(bins, stems, stems)]
    own = np.asarray(np.einsum("fss->fs", cross).real, dtype=np.float64)
    bands = [found for low, high in itertools.pairwise(EDGES_HZ) if (found := np.flatnonzero((hz >= low) & (hz < high))).size]
    in_bands = np.array([own[band].sum(axis=0) for band in bands])
    plays = (in_bands > in_bands.max(axis=0) * 10 ** (-PLAYS_DB / 10)) & (own.mean(axis=0) > 0)
    delays = np.arange(-LONGEST_S, LONGEST_S + STEP_S / 2, STEP_S)
    turn = np.exp(2j * np.pi * hz[:, None] * delays)
    pairs: list[Opposed] = []
    for first in range(len(stems)):
        tick()
        for second in range(first + 1, len(stems)):
            both = np.flatnonzero(plays[:, first] & plays[:, second])
            if both.size < BANDS:
                continue
            power = np.maximum(np.sqrt(own[:, first] * own[:, second]), 1e-30)
            turned = np.real(cross[:, first, second, None] * turn) / power[:, None]
            alike = np.mean([turned[bands[b]].mean(axis=0) for b in both], axis=0)
            if -alike.min() >= max(ALIKE, alike.max() + CLEARER):
                pair = _gain(first, second, hz, own[:, first] + own[:, second], 2 * cross[:, first, second].real, bands)
                if pair is not None:
                    pairs.append(pair)
    return tuple(pairs)


def _cross_spectra(stems: Sequence[Source], kept: NDArray[np.intp], tick: Callable[[], None]) -> NDArray[np.complex128]:
    """Return the sums over frames of the products of every two stems' spectra, ``[shape=(bins, stems, stems)]``."""
    window = np.hanning(FRAME)
    longest = max(stem.length for stem in stems)
    starts = np.unique(np.linspace(0, max(longest - FRAME, 0), FRAMES).astype(int))
    total = np.zeros((kept.size, len(stems), len(stems)), np.complex128)
    for begin in range(0, starts.size, CHUNK):
        rows = []
        for stem in stems:
            tick()
            frames = np.zeros((starts[begin : begin + CHUNK].size, FRAME))
            for row, start in zip(frames, starts[begin : begin + CHUNK], strict=True):
                block = stem.read(int(start), int(start) + FRAME)
                row[: block.shape[1]] = block.mean(axis=0)
            frames[np.mean(frames**2, axis=1) < QUIETEST] = 0.0
            rows.append(np.fft.rfft(frames * window, axis=1)[:, kept])
        spectra = np.stack(rows).transpose(2, 0, 1)  # [shape=(bins, stems, frames)]
        total += spectra @ spectra.conj().transpose(0, 2, 1)
    return total


def _gain(
    first: int,
    second: int,
    hz: NDArray[np.float64],
    apart: NDArray[np.float64],
    common: NDArray[np.float64],
    bands: Sequence[NDArray[np.intp]],
) -> Opposed | None:
    """Return the pair with the band in which the sum gains, where it gains enough and loses nothing on the whole."""

    def gain(bins: NDArray[np.intp]) -> float:
        return float(10 * np.log10(max((apart - common)[bins].sum(), 1e-30) / max((apart + common)[bins].sum(), 1e-30)))

    body = np.flatnonzero((hz >= BODY_HZ[0]) & (hz < BODY_HZ[1]))
    if gain(body) < LEAST_GAIN_DB or gain(np.arange(hz.size)) < 0:
        return None
    gains = [gain(band) >= LEAST_GAIN_DB for band in bands]
    # The bands that gain, from the strongest of them outwards.
    if not any(gains):
        return None
    strongest = max((b for b, rises in enumerate(gains) if rises), key=lambda b: float(apart[bands[b]].sum()))
    low = high = strongest
    while low > 0 and gains[low - 1]:
        low -= 1
    while high + 1 < len(bands) and gains[high + 1]:
        high += 1
    inside = np.concatenate([bands[b] for b in range(low, high + 1)])
    return Opposed(first, second, gain(inside), float(hz[inside[0]]), float(hz[inside[-1]]))
