"""K-weighting of ITU-R BS.1770-5 annex 1 at any sample rate.

The two biquads are derived from their analogue prototypes (as libebur128 does). On the processor they run as they are; on other
torch devices the audio is convolved with their impulse response (overlap-save), exact to float32.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from math import pi, tan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mixassistant.audio.source import Source

RESPONSE_S = 0.25  # the 38 Hz high-pass has decayed by 500 dB
BLOCK = 1 << 18  # samples convolved at once
SHELF_HZ, SHELF_DB, SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196  # BS.1770-5 annex 1, table 1, as analogue
HIGH_PASS_HZ, HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773  # table 2, as analogue


def k_biquads(sample_rate_hz: float) -> NDArray[np.float64]:
    """Return the pre-filter and the RLB filter as second-order sections, ``[shape=(2, 6)]``."""
    k = tan(pi * SHELF_HZ / sample_rate_hz)
    vh = 10 ** (SHELF_DB / 20)
    vb = vh**0.4996667741545416
    a0 = 1 + k / SHELF_Q + k * k
    shelf = [
        (vh + vb * k / SHELF_Q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / SHELF_Q + k * k) / a0,
        1.0, 2 * (k * k - 1) / a0, (1 - k / SHELF_Q + k * k) / a0,
    ]  # fmt: skip
    k = tan(pi * HIGH_PASS_HZ / sample_rate_hz)
    a0 = 1 + k / HIGH_PASS_Q + k * k
    return np.array([shelf, [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / HIGH_PASS_Q + k * k) / a0]])


def k_weighting_db(frequencies_hz: ArrayLike, sample_rate_hz: float = 48000) -> NDArray[np.float64]:
    """Return the gain of the K-weighting in dB."""
    z = np.exp(-2j * pi * np.asarray(frequencies_hz, dtype=np.float64) / sample_rate_hz)
    gain = np.ones_like(z)
    for b0, b1, b2, a0, a1, a2 in k_biquads(sample_rate_hz):
        gain = gain * (b0 + b1 * z + b2 * z * z) / (a0 + a1 * z + a2 * z * z)
    return np.asarray(20 * np.log10(np.maximum(np.abs(gain), 1e-12)))


@functools.lru_cache(maxsize=8)
def _impulse_response(sample_rate_hz: int) -> NDArray[np.float32]:
    from scipy.signal import sosfilt

    impulse = np.zeros(int(RESPONSE_S * sample_rate_hz))
    impulse[0] = 1.0
    return np.asarray(sosfilt(k_biquads(sample_rate_hz), impulse), dtype=np.float32)


def k_weighted_power(audio: Source, step_s: float, device: str, tick: Callable[[], None] = lambda: None) -> NDArray[np.float64]:
    """Return K-weighted mean-square power summed over channels, in whole steps of `step_s`, ``[shape=(steps,)]``.

    A mono file counts as two equal channels.
    """
    step = round(step_s * audio.sample_rate_hz)
    steps = audio.length // step
    weighted = _recursive(audio, steps * step, step) if device == "cpu" else _convolved(audio, steps * step, step, device)
    blocks = []
    for block in weighted:
        tick()
        blocks.append(block)
    power = np.concatenate(blocks) if steps else np.zeros(0)
    return np.asarray(power * (2.0 if audio.channels == 1 else 1.0))


def _recursive(audio: Source, length: int, step: int) -> Iterator[NDArray[np.float64]]:
    """Yield powers per step by the recursive filters themselves, which a processor runs four times faster than the convolution."""
    from scipy.signal import sosfilt

    sections = k_biquads(audio.sample_rate_hz)
    state = np.zeros((2, audio.channels, 2))
    advance = max(1, BLOCK // step) * step
    for start in range(0, length, advance):
        weighted, state = sosfilt(sections, audio.read(start, min(start + advance, length)).astype(np.float64), zi=state)
        blocks = weighted.reshape(audio.channels, -1, step)
        yield np.asarray(np.einsum("cbs,cbs->b", blocks, blocks) / step)


def _convolved(audio: Source, length: int, step: int, device: str) -> Iterator[NDArray[np.float64]]:
    """Yield powers per step by convolution with the impulse response: no loop over samples, so a graphics card can run it."""
    import torch

    response = torch.from_numpy(_impulse_response(audio.sample_rate_hz).copy()).to(device)
    history = response.numel() - 1
    transfer = torch.fft.rfft(response, BLOCK)
    # Each block yields whole steps, so that no step is split between blocks.
    advance = (BLOCK - history) // step * step
    for start in range(0, length, advance):
        count = min(advance, length - start)
        piece = torch.from_numpy(np.array(audio.read(start - history, start + count))).to(device)
        missing = history - min(start, history)
        padded = torch.nn.functional.pad(piece, (missing, BLOCK - missing - piece.shape[1]))
        weighted = torch.fft.irfft(torch.fft.rfft(padded) * transfer, BLOCK)[:, history : history + count]
        yield (weighted**2).reshape(audio.channels, -1, step).mean(dim=2).sum(dim=0).to("cpu", torch.float64).numpy()
