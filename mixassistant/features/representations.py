"""What the extractors share, computed once and on any torch device.

Loudness and levels come from the audio at its own rate; spectra from STFTs at 44.1 kHz that are reduced at once to a few numbers per
frame, so that memory stays small however long the audio is. A mono file is measured as the two equal channels that it plays on
in a stereo mix.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import BLOCK, Source, at_rate
from mixassistant.audio.storage import blank
from mixassistant.features import frames
from mixassistant.features.bands import COUNT, EDGES_HZ
from mixassistant.features.crew import Crew
from mixassistant.features.frames import SPECTRAL_RATE_HZ, Resolution
from mixassistant.i18n import _

if TYPE_CHECKING:
    import torch

N_FFT = 16384  # samples: 2.7 Hz per bin, so that the 20 Hz third octave (4.6 Hz wide) holds more than one
HOP = 4096  # samples: 93 ms
FRAMES_PER_S = SPECTRAL_RATE_HZ / HOP
STEP_S = 0.1  # of the loudness curves (BS.1770: 75 % overlap of 400 ms)
LEVEL_WINDOW_S = 0.05
ACTIVE_RANGE_DB = 40.0  # below the loud frames (95th percentile): gating must not depend on gain
SILENCE_DBFS = -90.0
FULL_SCALE = 0.9999  # 16-bit full scale and above
CLIPPED_RUN = 3  # equal samples in a row at or beyond full scale: one or two can be a legitimate peak
SECOND_FRAMES = 11  # frames of `bands` that make one row of `second_spectra`: 1.02 s
_CHUNK_FRAMES = 12 * SECOND_FRAMES
CARD_CHUNKS = 16  # times as many frames together as on a processor: a graphics card is busy with fewer

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Samples:
    """What one pass over the samples at their own rate yields.

    Parameters
    ----------
    peaks, means, energies : np.ndarray [shape=(channels,)], float64
        Largest absolute sample, mean, sum of squares.
    cross : float
        Sum of the products of the channels; the energy of a mono file.
    clipped_runs : int
        Runs of `CLIPPED_RUN` or more equal samples at or beyond full scale, over all channels: a sum in floating point may exceed
        full scale and still be round at its tops.
    levels : np.ndarray [shape=(frames,)], float64
        Mean square over the channels in 50 ms frames.
    """

    peaks: NDArray[np.float64]
    means: NDArray[np.float64]
    energies: NDArray[np.float64]
    cross: float
    clipped_runs: int
    levels: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BandPowers:
    """Mean-square power per 1/3-octave band and frame, ``[shape=(31, frames)]`` each, float64.

    `left` and `right` are the channels' own, `cross` the real part of their cross-spectrum. `seconds` is the power spectrum at full
    resolution (2.7 Hz), mean over the channels and over about a second, ``[shape=(seconds, 8193)]``, float32.
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    cross: NDArray[np.float64]
    seconds: NDArray[np.float32]

    @property
    def total(self) -> NDArray[np.float64]:
        """Mean over the two channels."""
        return 0.5 * (self.left + self.right)


class Representations:
    """Shared intermediate results of one piece of audio.

    Parameters
    ----------
    audio : Source
    device : str
        Torch device.
    tick : callable
        Called at least every 200 ms of work; it may raise, which ends the work.
    """

    def __init__(self, audio: Source, device: str = "cpu", tick: Callable[[], None] = lambda: None) -> None:
        self.audio = audio
        self.device = device
        self.at_once = 1 if device == "cpu" else CARD_CHUNKS
        """How many times as many frames as on a processor are transformed together."""
        self.notes: list[str] = []
        """What was not as it should be, as whole sentences."""
        self.tick = tick
        self.crew: Crew | None = None
        """The threads of which one measures this; ``None`` where it is measured by itself."""
        self._results: dict[Callable[..., Any], Any] = {}
        self._frames: dict[str, NDArray[np.float32]] = {}

    def once(self, function: Callable[[Representations], T]) -> T:
        """Return ``function(self)``, computed at the first call only: what several extractors build on."""
        if function not in self._results:
            self._results[function] = function(self)
        found: T = self._results[function]
        return found

    @functools.cached_property
    def samples(self) -> Samples:
        """Peaks, means, energies and levels, from one pass over the samples."""
        return _pass_over_samples(self.audio, self.tick)

    @property
    def sample_peak(self) -> float:
        """Largest absolute sample, 1 is full scale."""
        return float(self.samples.peaks.max(initial=0.0))

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to measure."""
        return self.sample_peak < 10 ** (SILENCE_DBFS / 20)

    @property
    def level_frames(self) -> NDArray[np.float64]:
        """Mean square over both channels in 50 ms frames, ``[shape=(frames,)]``."""
        return self.samples.levels

    @functools.cached_property
    def spectral(self) -> Source:
        """The audio at 44.1 kHz."""
        return at_rate(self.audio, SPECTRAL_RATE_HZ)

    def frames(self, name: str) -> NDArray[np.float32]:
        """Return what `mixassistant.features.frames.reduces` declares under a name, one row per frame."""
        if name not in self._frames:
            resolution = frames.resolution_of(name)
            self._frames.update(self._safely(lambda: frames.reduce_frames(self.spectral, resolution, self.device, self.tick, self.at_once)))
        return self._frames[name]

    def active_frames(self, resolution: Resolution) -> NDArray[np.bool_]:
        """Return which frames of a resolution play: within 40 dB of the loud ones, ``[shape=(frames,)]``."""
        found: NDArray[np.bool_] = self.once(_ACTIVE[resolution])
        return found

    @functools.cached_property
    def bands(self) -> BandPowers:
        """Band powers of both channels over the whole audio."""
        return self._safely(lambda: _band_powers(self.spectral, self.device, self.tick, self.at_once))

    @functools.cached_property
    def active(self) -> NDArray[np.bool_]:
        """Which frames of `bands` play: within 40 dB of the loud ones, ``[shape=(frames,)]``."""
        return loud_enough(self.bands.total.sum(axis=0), 1e-12)

    @functools.cached_property
    def mean_spectrum(self) -> NDArray[np.float64]:
        """Mean power per bin of `N_FFT` over the seconds that play, ``[shape=(8193,)]``."""
        seconds = self.bands.seconds
        playing = loud_enough(seconds.sum(axis=1, dtype=np.float64), 1e-12)
        return np.asarray(np.mean(seconds, axis=0, dtype=np.float64, where=playing[:, None]))

    @functools.cached_property
    def k_weighted_steps(self) -> NDArray[np.float64]:
        """K-weighted power, summed over channels, in steps of 100 ms, ``[shape=(steps,)]``."""
        from mixassistant.features.k_weighting import k_weighted_power

        return self._safely(lambda: k_weighted_power(self.audio, STEP_S, self.device, self.tick))

    def _safely(self, work: Callable[[], T]) -> T:
        """Do work on the device: again with less at once where its memory runs out, then on the processor, which is said."""
        from mixassistant.stems.device import describe_device, free_memory, is_out_of_memory

        while True:
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                if self.device == "cpu":
                    raise
                is_full = is_out_of_memory(error)
            # Here the error is gone, and with it the frames that held on to the memory.
            free_memory(self.device)
            if is_full and self.at_once > 1:
                self.at_once //= 4
                continue
            words = (
                _("There was too little memory with {device}: the processor measured instead, which takes longer.")
                if is_full
                else _("Measuring with {device} failed: the processor measured instead, which takes longer.")
            )
            self.notes.append(words.format(device=describe_device(self.device)))
            self.device, self.at_once = "cpu", 1


def loud_enough(power: NDArray[Any], silence: float) -> NDArray[np.bool_]:
    """Return which powers are within 40 dB of the loud ones (95th percentile) and not below `silence`."""
    floor = max(float(np.quantile(power, 0.95)) * 10 ** (-ACTIVE_RANGE_DB / 10), silence)
    return np.asarray(power >= floor)


@frames.reduces("power_fine", frames.FINE)
def _power_fine(chunk: frames.Chunk) -> torch.Tensor:
    return chunk.power.sum(dim=1)


@frames.reduces("power_tonal", frames.TONAL)
def _power_tonal(chunk: frames.Chunk) -> torch.Tensor:
    return chunk.power.sum(dim=1)


def _active_fine(shared: Representations) -> NDArray[np.bool_]:
    return loud_enough(shared.frames("power_fine"), 1e-12)


def _active_tonal(shared: Representations) -> NDArray[np.bool_]:
    return loud_enough(shared.frames("power_tonal"), 1e-12)


_ACTIVE = {frames.FINE: _active_fine, frames.TONAL: _active_tonal}


def _pass_over_samples(source: Source, tick: Callable[[], None]) -> Samples:
    hop = round(LEVEL_WINDOW_S * source.sample_rate_hz)
    whole = source.length // hop
    channels = source.channels
    peaks, sums, energies = (np.zeros(channels) for _ in range(3))
    cross, runs = 0.0, 0
    held = [(0, 0.0)] * channels  # the run at the end of the block before: how long it is, and its value
    levels = []
    length = max(1, BLOCK // hop) * hop
    for start in range(0, source.length, length):
        tick()
        block = source.read(start, start + length)
        peaks = np.maximum(peaks, np.maximum(block.max(axis=1), -block.min(axis=1)))
        sums += block.sum(axis=1, dtype=np.float64)
        inside = min(max(whole - start // hop, 0), block.shape[1] // hop)
        if inside:
            pieces = block[:, : inside * hop].reshape(channels, inside, hop)
            squares = np.einsum("cfh,cfh->cf", pieces, pieces).astype(np.float64)
            levels.append(squares.mean(axis=0) / hop)
            energies += squares.sum(axis=1)
        rest = block[:, inside * hop :].astype(np.float64)
        energies += (rest**2).sum(axis=1)
        cross += float(block[0] @ block[-1])
        for channel in range(channels):
            if peaks[channel] >= FULL_SCALE:
                found, held[channel] = _clipped_runs(block[channel], *held[channel])
                runs += found
    if not levels:
        levels = [np.array([float(energies.mean()) / max(source.length, 1)])]
    return Samples(peaks, sums / max(source.length, 1), energies, cross, runs, np.concatenate(levels))


def _clipped_runs(channel: NDArray[np.float32], held: int, value: float) -> tuple[int, tuple[int, float]]:
    """Count the flat tops that become long enough in a block; return them, and the length and value of the run at its end."""
    full = np.abs(channel) >= FULL_SCALE
    goes_on = full & (np.diff(channel, prepend=np.float32(value if held else 0.0)) == 0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], goes_on.view(np.int8), [0]])))
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    before = np.where(starts == 0, held, 1)  # a run begins with the sample that the others equal
    count = int(((lengths + before >= CLIPPED_RUN) & (before < CLIPPED_RUN)).sum())
    at_end = int(lengths[-1] + before[-1]) if goes_on[-1] else int(full[-1])
    return count, (at_end, float(channel[-1]))


def _band_powers(source: Source, device: str, tick: Callable[[], None], at_once: int) -> BandPowers:
    import torch

    window = torch.hann_window(N_FFT, device=device)
    weights = torch.from_numpy(band_weights().copy()).to(device)
    scale = 2.0 / (N_FFT * float((window**2).sum()))
    total = 1 + source.length // HOP
    step = _CHUNK_FRAMES * at_once
    # Filled in place: small results kept between large temporary ones would scatter the memory.
    powers = np.empty((3, COUNT, total))
    seconds = blank(-(-total // SECOND_FRAMES), N_FFT // 2 + 1)
    rows = 0
    for start in range(0, total, step):
        tick()
        count = min(step, total - start)
        begin, end = start * HOP - N_FFT // 2, (start + count - 1) * HOP + N_FFT // 2
        piece = source.read(begin, end)
        left = max(-begin, 0)
        wave = torch.from_numpy(np.pad(piece, ((0, 0), (left, end - begin - left - piece.shape[1])))).to(device)
        spectrum = torch.fft.rfft(wave.unfold(1, N_FFT, HOP) * window)
        one, two = spectrum[0], spectrum[-1]
        first = one.real.square() + one.imag.square()
        # Mono: both channels are the same one, and so is what they share.
        parts = (
            [first] if source.channels == 1 else [first, two.real.square() + two.imag.square(), one.real * two.real + one.imag * two.imag]
        )
        both = first if len(parts) == 1 else 0.5 * (parts[0] + parts[1])
        whole = count // SECOND_FRAMES * SECOND_FRAMES
        found = [both[:whole].reshape(-1, SECOND_FRAMES, both.shape[1]).mean(dim=1)]
        if whole < count and (whole == 0 or count - whole > SECOND_FRAMES // 2):
            found.append(both[whole:].mean(dim=0, keepdim=True))
        for part in found:
            seconds[rows : rows + part.shape[0]] = (part * scale).cpu().numpy()
            rows += part.shape[0]
        for kind in range(3):
            powers[kind, :, start : start + count] = (parts[min(kind, len(parts) - 1)] @ weights * scale).cpu().numpy().T
    return BandPowers(powers[0], powers[1], powers[2], seconds[:rows])


@functools.cache
def band_weights() -> NDArray[np.float32]:
    """Return the share of each FFT bin that falls into each 1/3-octave band, ``[shape=(bins, 31)]``."""
    width = SPECTRAL_RATE_HZ / N_FFT
    centre = np.arange(N_FFT // 2 + 1) * width
    low, high = centre - width / 2, centre + width / 2
    overlap = np.minimum(high[:, None], EDGES_HZ[None, 1:]) - np.maximum(low[:, None], EDGES_HZ[None, :-1])
    weights: NDArray[np.float32] = np.clip(overlap / width, 0.0, 1.0).astype(np.float32)
    assert weights.shape == (centre.size, COUNT)
    weights.flags.writeable = False
    return weights
