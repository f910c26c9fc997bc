"""Clicks and dropouts inside a song: what a bad edit, a full buffer or a lost clock leaves behind.

A click stands out of what the sound before it predicts (Vaseghi, Advanced Digital Signal Processing and Noise Reduction, chapter 13:
the residual of linear prediction, against its own usual size). So does every stroke of a drum; but a stroke goes on, while after a
click the sound goes on as if nothing had been. A dropout is digital nothing, or one value held, where sound was a moment ago and is again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations

BLOCK_S = 0.046  # stationary enough for one predictor
ORDER = 24
WHITE = 1e-9  # of the power: what makes a predictor's equations solvable
LEAST = 1e-4  # full scale (−80 dBFS): quieter residuals are not heard
OVER = 40.0  # times the usual residual around it, 32 dB
WIDTH_S = 0.001  # of a click, at most
PIECE_S = 0.003  # in which a click is looked for at first
STEEPER = 20.0  # times the mean steepness two and three pieces before and after; with it nothing is lost that is found without
NEAR_S, FAR_S = 0.0015, 0.012  # from a click: from there on the sound is again as it was
CALM = 0.12  # of the click's residual: the most that the residual reaches there
PASSED = 1.3  # times the square of the residual's top: its sum of squares over the click and the filter's length
SAME = 1.6  # of the steepness (root mean square of the differences) before and after: 4 dB
SHORTEST_S, LONGEST_S = 0.0005, 0.02  # of a dropout: longer gaps are breaks and stutters, made on purpose
BESIDE_S = 0.005
LOUD = 0.003  # root mean square beside a dropout (−50 dBFS)
ABRUPT = 0.2  # of that, how far the sound lies from the held value within 0.3 ms of it
MOST_RUNS_PER_S = 250.0
MOST_PER_S = 0.5  # more of them belong to the sound: crackle as an effect, a gate, a sampler of low rate


def _suspects(wave: NDArray[np.float64], rate_hz: int) -> list[tuple[int, int]]:
    """Return stretches of a channel, in samples, in which something is much steeper for a moment than before and after.

    A tenth of the work of prediction, and no click is without it.
    """
    size = round(PIECE_S * rate_hz)
    steep = np.abs(np.diff(wave, 2, prepend=wave[:1], append=wave[-1:]).astype(np.float32))
    pieces = steep[: steep.size // size * size].reshape(-1, size)
    if pieces.shape[0] < 8:
        return [(0, wave.size)]
    usual = np.pad(pieces.mean(axis=1), 3, mode="edge")
    count = pieces.shape[0]
    around = np.minimum(usual[:count], usual[1 : count + 1]), np.minimum(usual[5 : count + 5], usual[6 : count + 6])
    marked = np.flatnonzero(pieces.max(axis=1) > np.maximum(STEEPER * np.maximum(*around), LEAST / 4))
    if not marked.size:
        return []
    reach = round(2 * BLOCK_S * rate_hz)
    groups = np.split(marked, np.flatnonzero(np.diff(marked) * size > 2 * reach) + 1)
    return [(max(int(g[0]) * size - reach, 0), min((int(g[-1]) + 1) * size + reach, wave.size)) for g in groups]


def places_of_clicks(wave: NDArray[np.float64], rate_hz: int) -> NDArray[np.intp]:
    """Return the samples at which a channel clicks, ``[shape=(clicks,)]``."""
    found = [start + _clicks_in(wave[start:end], rate_hz) for start, end in _suspects(wave, rate_hz)]
    return np.concatenate([np.zeros(0, np.intp), *found])


def _clicks_in(wave: NDArray[np.float64], rate_hz: int) -> NDArray[np.intp]:
    from scipy.ndimage import maximum_filter1d

    residual = np.abs(_residual(wave, round(BLOCK_S * rate_hz)))
    far, near, width = (round(s * rate_hz) for s in (FAR_S, NEAR_S, WIDTH_S))
    pieces = residual[: residual.size // far * far].reshape(-1, far)
    usual = np.median(pieces, axis=1) if pieces.size else np.zeros(0)
    if usual.size < 3:
        return np.zeros(0, np.intp)
    # Against the louder of the pieces around: before a stroke everything is quiet.
    around = maximum_filter1d(usual, 3)
    limit = np.maximum(OVER * np.repeat(around, far), LEAST)
    over = np.flatnonzero(residual[: limit.size] > limit)
    if not over.size:
        return np.zeros(0, np.intp)
    groups = np.split(over, np.flatnonzero(np.diff(over) > near) + 1)
    found = []
    for group in groups:
        first, last = int(group[0]), int(group[-1])
        before, after = residual[max(first - far, 0) : max(first - near, 0)], residual[last + near : last + far]
        if last - first > width or before.size < far // 2 or after.size < far // 2:
            continue
        top = residual[first : last + 1].max()
        if max(before.max(), after.max()) >= CALM * top:
            continue
        # A click leaves the whitening filter's response behind it; a note that sets in was one push, and rings by itself.
        if float(np.sum(residual[first : last + ORDER + 1] ** 2)) < PASSED * top**2:
            continue
        # A note that sets in leaves another sound than was before it.
        steep = [
            float(np.sqrt(np.mean(np.diff(wave[a:b]) ** 2))) for a, b in ((max(first - far, 0), first - near), (last + near, last + far))
        ]
        if max(steep) < SAME * min(steep):
            found.append(first + int(residual[first : last + 1].argmax()))
    return np.array(found, dtype=np.intp)


def _residual(wave: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return what linear prediction from the samples before leaves of a wave, each block by its own predictor."""
    from scipy.fft import irfft, next_fast_len, rfft

    count = -(-wave.size // size)
    padded = np.pad(wave, (size, size + count * size - wave.size))
    # Autocorrelation of twice the block's length around it, by the power spectrum.
    shaped = np.lib.stride_tricks.sliding_window_view(padded, 2 * size)[size // 2 :: size][:count] * np.hanning(2 * size)
    length = next_fast_len(2 * size + ORDER, real=True)
    filters = _predictors(irfft(np.abs(rfft(shaped, length)) ** 2, length)[:, : ORDER + 1])
    blocks = padded[size - ORDER : size + count * size]
    samples = np.lib.stride_tricks.sliding_window_view(blocks, size + ORDER)[::size]
    residual = np.zeros((count, size))
    for delay in range(ORDER + 1):
        residual += filters[:, delay, None] * samples[:, ORDER - delay : ORDER - delay + size]
    residual = residual.reshape(-1)[: wave.size]
    residual[:ORDER] = 0.0
    return residual


def _predictors(lags: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the whitening filters of blocks by Levinson's recursion, ``[shape=(blocks, ORDER + 1)]``; zeros where nothing plays."""
    plays = lags[:, 0] > 1e-10
    filters = np.zeros_like(lags)
    filters[:, 0] = 1.0
    error = np.where(plays, lags[:, 0] * (1 + WHITE), 1.0)
    for order in range(1, ORDER + 1):
        reflection = -np.einsum("bk,bk->b", filters[:, :order], lags[:, order:0:-1]) / error
        reflection = np.clip(reflection, -1 + WHITE, 1 - WHITE)
        filters[:, 1 : order + 1] += reflection[:, None] * filters[:, order - 1 :: -1][:, :order]
        error *= 1 - reflection**2
    return filters * plays[:, None]


def places_of_dropouts(wave: NDArray[np.float64], rate_hz: int) -> NDArray[np.intp]:
    """Return the samples at which a channel falls to digital nothing, or holds one value, between loud ones, ``[shape=(dropouts,)]``."""
    same = np.diff(wave) == 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], same.view(np.int8), [0]])))
    starts, lengths = edges[::2], edges[1::2] - edges[::2] + 1
    right = (lengths >= SHORTEST_S * rate_hz) & (lengths <= LONGEST_S * rate_hz)
    if right.sum() > MOST_RUNS_PER_S * wave.size / rate_hz:  # the sound of a chip: they are its waveform
        return np.asarray(starts[right], dtype=np.intp)
    beside, close = round(BESIDE_S * rate_hz), max(round(0.0003 * rate_hz), 2)
    found = []
    for start, length in zip(starts[right], lengths[right], strict=True):
        before, after = wave[max(start - beside, 0) : start], wave[start + length : start + length + beside]
        if min(before.size, after.size) < beside:
            continue
        value = wave[start]
        sizes = [float(np.sqrt(np.mean(side**2))) for side in (before, after)]
        abrupt = [float(np.abs(side - value).max()) for side in (before[-close:], after[:close])]
        # A flat top lies at the edge of what is around it, a held value or nothing inside.
        inside = min(before.min(), after.min()) < value - 0.1 * min(sizes) and max(before.max(), after.max()) > value + 0.1 * min(sizes)
        if min(sizes) >= LOUD and inside and all(jump >= ABRUPT * size for jump, size in zip(abrupt, sizes, strict=True)):
            found.append(start)
    return np.array(found, dtype=np.intp)


@extracts(
    Descriptor("clicks", "Clicks", "s", (0, np.inf), 0.001, "When there is a click, shorter than 1 ms, that is no stroke.",
               "Residual of linear prediction (Vaseghi)", shape="vector", cost="medium", scopes=("mix",),
               method="32 dB over its usual size, and as calm before and after as if nothing had been; order 24"),
    Descriptor("dropouts", "Dropouts", "s", (0, np.inf), 0.001, "When the sound falls to digital nothing, or sticks, for a moment.",
               "Equal samples between loud ones (ours)", shape="vector", scopes=("mix",),
               method="0.5 to 20 ms of one value with sound around it"),
)  # fmt: skip
def clicks(shared: Representations) -> dict[str, Measurement]:
    """Look for clicks and dropouts."""
    if shared.is_silent:
        return {"clicks": SILENCE, "dropouts": SILENCE}
    audio = shared.audio
    rate = audio.sample_rate_hz
    step, margin = 10 * rate, rate // 10
    times: dict[str, list[float]] = {"clicks": [], "dropouts": []}
    for start in range(0, audio.length, step):
        begin = max(start - margin, 0)
        for channel in audio.read(begin, start + step + margin).astype(np.float64):
            shared.tick()
            for name, look in (("clicks", places_of_clicks), ("dropouts", places_of_dropouts)):
                at = look(channel, rate) + begin
                times[name] += [float(place / rate) for place in at if start <= place < start + step]
    values = {}
    for name, found in times.items():
        # Both channels click at once.
        apart = np.sort(found)
        apart = apart[np.diff(apart, prepend=-1.0) > NEAR_S] if apart.size else apart
        many = apart.size > max(MOST_PER_S * audio.duration_s, 3)
        values[name] = Measurement(None, "there are so many that they belong to the sound") if many else Measurement(apart)
    return values
