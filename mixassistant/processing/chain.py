"""Rendering a chain of moves: EQ, then the compressor, then width, then gain.

The one adapter to pedalboard. Its bells and shelves are the RBJ cookbook's biquads, but two of its quirks need a way around:
its pass filters are first order (6 dB per octave) and have no Q, and it computes in float32, which for filters far below the
sample rate moves the response by more than 0.05 dB. Both kinds of band are rendered from our own coefficients in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.source import BLOCK
from mixassistant.audio.storage import blank
from mixassistant.processing import compressor
from mixassistant.processing.filters import does_nothing, sos
from mixassistant.processing.moves import Band, Chain, Width

if TYPE_CHECKING:
    from pedalboard import Plugin

Step = Callable[[Samples], Samples]
"""Does something to the next piece of audio."""

LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0  # what is heard
SHELF_Q = 0.71  # no overshoot
FLOAT32_LOWEST = 1 / 300  # of the sample rate: below it float32 coefficients round audibly


def render(audio: Audio, chain: Chain) -> Audio:
    """Return audio with a chain of moves applied; the same object where the chain does nothing.

    Parameters
    ----------
    audio : Audio
    chain : Chain
    """
    rate = audio.sample_rate_hz
    bands = [band for band in chain.bands if not does_nothing(band, rate)]
    if bands:
        audio = Audio(_equalize(audio.samples, rate, bands), rate)
    if chain.compression is not None:
        audio = compressor.compress(audio, chain.compression)
    for width in chain.width:
        audio = widen(audio, width)
    if chain.gain_db != 0:
        audio = Audio(_amplify(audio.samples, rate, chain.gain_db), rate)
    return audio


def side_band(width: Width, sample_rate_hz: int) -> Band | None:
    """Return the equalizer band on the side channel that a change of width is; ``None`` for a plain gain of the whole."""
    lowest, highest = width.low_hz <= LOWEST_HZ, width.high_hz >= min(HIGHEST_HZ, 0.45 * sample_rate_hz)
    if lowest and highest:
        return None
    if lowest:
        return Band("low_shelf", width.high_hz, width.change_db, SHELF_Q)
    if highest:
        return Band("high_shelf", width.low_hz, width.change_db, SHELF_Q)
    centre = float(np.sqrt(width.low_hz * width.high_hz))
    return Band("bell", centre, width.change_db, centre / (width.high_hz - width.low_hz))


def widen(audio: Audio, width: Width) -> Audio:
    """Return stereo audio with its side channel changed; mono has none and stays as it is."""
    if audio.channels == 1 or width.change_db == 0:
        return audio
    rate = audio.sample_rate_hz
    side = blank(1, audio.length)
    np.subtract(audio.samples[:1], audio.samples[1:], out=side)
    side *= 0.5
    band = side_band(width, rate)
    difference = _amplify(side, rate, width.change_db) if band is None else _equalize(side, rate, [band])
    difference -= side
    wider = blank(2, audio.length)
    np.add(audio.samples[0], difference[0], out=wider[0])
    np.subtract(audio.samples[1], difference[0], out=wider[1])
    return Audio(wider, rate)


def _pieces(length: int) -> Iterator[slice]:
    """Yield what is filtered at once: of a tiny rest pedalboard could not tell channels from samples, so the last piece has it too."""
    count = max(length // BLOCK, 1)
    for index in range(count):
        yield slice(index * BLOCK, (index + 1) * BLOCK if index < count - 1 else length)


def _equalize(samples: Samples, sample_rate_hz: int, bands: Sequence[Band]) -> Samples:
    """Apply bands in series."""
    precise = [band for band in bands if _needs_float64(band, sample_rate_hz)]
    plain = [band for band in bands if not _needs_float64(band, sample_rate_hz)]
    steps: list[Step] = []
    if precise:
        steps.append(_filter(np.concatenate([sos(band, sample_rate_hz) for band in precise]), samples.shape[0]))
    if plain:
        from pedalboard import HighShelfFilter, LowShelfFilter, PeakFilter

        plugins = {"bell": PeakFilter, "low_shelf": LowShelfFilter, "high_shelf": HighShelfFilter}
        for band in plain:
            plugin = plugins[band.type](cutoff_frequency_hz=band.frequency_hz, gain_db=band.gain_db, q=band.q)
            steps.append(_plugin(plugin, sample_rate_hz))
    return _through(samples, steps)


def _filter(sections: NDArray[np.float64], channels: int) -> Step:
    from scipy.signal import sosfilt

    state = np.zeros((sections.shape[0], channels, 2))

    def process(piece: Samples) -> Samples:
        nonlocal state
        filtered, state = sosfilt(sections, piece.astype(np.float64), zi=state)
        return np.asarray(filtered, dtype=np.float32)

    return process


def _plugin(plugin: Plugin, sample_rate_hz: int) -> Step:
    plugin.reset()

    def process(piece: Samples) -> Samples:
        found: Samples = plugin.process(piece, sample_rate_hz, reset=False)
        return found

    return process


def _through(samples: Samples, steps: Sequence[Step]) -> Samples:
    """Return samples after all steps, piece by piece: the steps remember what was before."""
    after = blank(*samples.shape)
    for piece in _pieces(samples.shape[1]):
        block = samples[:, piece]
        for step in steps:
            block = step(block)
        after[:, piece] = block
    return after


def _needs_float64(band: Band, sample_rate_hz: int) -> bool:
    return band.type in ("high_pass", "low_pass") or band.frequency_hz < FLOAT32_LOWEST * sample_rate_hz


def _amplify(samples: Samples, sample_rate_hz: int, gain_db: float) -> Samples:
    from pedalboard import Gain

    return _through(samples, [_plugin(Gain(gain_db=gain_db), sample_rate_hz)])
