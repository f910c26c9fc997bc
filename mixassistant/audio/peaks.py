"""Waveforms at any zoom: a pyramid of minima, maxima, power and the power of three bands, so that an hour draws as fast as a minute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio, Samples
from mixassistant.progress import Progress, silent

if TYPE_CHECKING:
    from mixassistant.audio.source import Source

Floats = NDArray[np.float32]

BASE = 256  # samples per value of the finest level
FACTOR = 4  # from one level to the next coarser
FRAME = BASE * FACTOR  # samples per value of the finest bands: 23 ms at 44.1 kHz
EDGES_HZ = (250.0, 4000.0)  # where mixing engineers part lows, mids and highs
BANDS = len(EDGES_HZ) + 1
FINENESS = 4  # values a column at least, where there are so many: a column's edge is at most a quarter of it off
CLOSE = 1 << 16  # samples in sight: so many are looked at in a millisecond
PIECE = FRAME << 8  # samples worked on at once: 6 s at 44.1 kHz, 2 MB a channel with its spectra


@dataclass(frozen=True, eq=False)
class Level:
    """One level: minima, maxima and mean squares, ``[shape=(values,)]`` float32 each, of `step` samples.

    `bands` holds the mean squares of lows, mids and highs, ``[shape=(3, values)]``; the finest level has none.
    """

    step: int
    low: Floats
    high: Floats
    power: Floats
    bands: Floats | None = None


@dataclass(frozen=True, eq=False)
class Peaks:
    """The pyramid of one piece of audio, both channels together, finest level first.

    `audio`, where it is at hand, is what it was made of: up close it is drawn itself.
    """

    sample_rate_hz: int
    length: int
    levels: tuple[Level, ...]
    audio: Audio | None = None
    largest: float = field(init=False)

    def __post_init__(self) -> None:
        coarse = self.levels[-1]
        object.__setattr__(self, "largest", float(max(-coarse.low.min(initial=0.0), coarse.high.max(initial=0.0))))

    @property
    def duration_s(self) -> float:
        """Duration in seconds."""
        return self.length / self.sample_rate_hz

    def view(self, start_s: float, end_s: float, columns: int) -> tuple[Floats, Floats, Floats]:
        """Return minima, maxima and RMS of a stretch in so many columns, ``[shape=(columns,)]`` each; beyond either end they are 0."""
        edges = np.linspace(start_s, end_s, columns + 1) * self.sample_rate_hz
        wanted = float(edges[-1] - edges[0]) / max(columns, 1)
        if wanted < BASE and edges[-1] - edges[0] <= CLOSE and self.audio is not None:
            return _masked(edges, self.length, *_from_samples(self.audio, edges))
        level = next((found for found in reversed(self.levels) if found.step * FINENESS <= wanted), self.levels[0])
        starts, ends = _slots(edges, level.step, level.low.size)
        first = int(starts[0])
        part = slice(first, int(ends[-1]))
        # reduceat wants increasing starts; columns narrower than a value repeat it.
        low = np.minimum.reduceat(level.low[part], starts - first)
        high = np.maximum.reduceat(level.high[part], starts - first)
        power = np.add.reduceat(level.power[part], starts - first) / (ends - starts)
        return _masked(edges, self.length, low, high, np.sqrt(power).astype(np.float32))

    def balance(self, start_s: float, end_s: float, columns: int) -> Floats:
        """Return the mean squares of lows, mids and highs of a stretch, ``[shape=(3, columns)]``."""
        edges = np.linspace(start_s, end_s, columns + 1) * self.sample_rate_hz
        wanted = float(edges[-1] - edges[0]) / max(columns, 1)
        banded = [(found.step, found.bands) for found in self.levels if found.bands is not None]
        if not banded:
            return np.zeros((BANDS, columns), np.float32)
        step, bands = next((found for found in reversed(banded) if found[0] * FINENESS <= wanted), banded[0])
        starts, ends = _slots(edges, step, bands.shape[1])
        first = int(starts[0])
        sums = np.add.reduceat(bands[:, first : int(ends[-1])], starts - first, axis=1)
        return np.asarray(sums / (ends - starts), dtype=np.float32)


def _slots(edges: NDArray[np.float64], step: int, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first value of each column, and the one behind its last."""
    found = np.clip(np.floor(edges / step).astype(np.int64), 0, size - 1)
    ends = found[1:].copy()
    if edges[-1] >= size * step:
        ends[-1] = size
    return found[:-1], np.maximum(ends, found[:-1] + 1)


def _masked(edges: NDArray[np.float64], length: int, *values: Floats) -> tuple[Floats, Floats, Floats]:
    low, high, rms = values
    outside = (edges[1:] <= 0) | (edges[:-1] >= length)
    if outside.any():
        low, high, rms = (np.where(outside, np.float32(0), a) for a in values)
    return low, high, rms


def _from_samples(audio: Audio, edges: NDArray[np.float64]) -> tuple[Floats, Floats, Floats]:
    starts, ends = _slots(edges, 1, audio.length)
    first = int(starts[0])
    samples = audio.read(first, int(ends[-1]))
    low = np.minimum.reduceat(samples, starts - first, axis=1).min(axis=0)
    high = np.maximum.reduceat(samples, starts - first, axis=1).max(axis=0)
    power = np.add.reduceat(np.einsum("cs,cs->s", samples, samples), starts - first) / ((ends - starts) * audio.channels)
    # A steep wave must not fall apart into columns that do not touch.
    low[:-1], high[:-1] = np.minimum(low[:-1], high[1:]), np.maximum(high[:-1], low[1:])
    return low, high, np.sqrt(power).astype(np.float32)


class PeaksBuilder:
    """Builds a pyramid from audio that arrives block by block; `peaks` returns what there is so far.

    Parameters
    ----------
    sample_rate_hz, channels : int
    length : int
        Expected number of samples; more may come. What has not come yet is drawn as silence.
    """

    def __init__(self, sample_rate_hz: int, channels: int, length: int = 0) -> None:
        self.sample_rate_hz, self.channels, self.done = sample_rate_hz, channels, 0
        self._expected = length
        self._values = np.zeros((3, max(1, -(-length // FRAME)) * FACTOR), np.float32)  # minima, maxima, power per BASE
        self._bands = np.zeros((BANDS, max(1, -(-length // FRAME))), np.float32)
        self._rest: Samples = np.zeros((channels, 0), np.float32)
        self._parts = _band_parts(sample_rate_hz)
        self._window = np.hanning(FRAME + 1)[:-1].astype(np.float32)

    @property
    def fraction(self) -> float:
        """How much of what is expected has come, 0 to 1."""
        return min(1.0, self.done / max(self._expected, 1))

    def add(self, block: Samples) -> None:
        """Take the next block, ``[shape=(channels, samples)]``."""
        if self._rest.size:
            block = np.concatenate([self._rest, block], axis=1)
        whole = block.shape[1] // FRAME * FRAME
        for start in range(0, whole, PIECE):
            self._put(self.done // FRAME, block[:, start : min(start + PIECE, whole)])
            self.done += min(PIECE, whole - start)
        self._rest = block[:, whole:].copy()

    def fill(self, start: int, piece: Samples) -> None:
        """Show one frame at `start`, and up to the frames that follow it, until better is known (a skim)."""
        self._put(min(start // FRAME, self._bands.shape[1] - 1), piece[:, :FRAME])

    def spread(self, starts: NDArray[np.int64]) -> None:
        """Repeat the frames at the given samples up to the next of them: a skim without gaps."""
        frames = np.unique(np.minimum(starts // FRAME, self._bands.shape[1] - 1))
        counts = np.diff(np.append(frames, self._bands.shape[1]))
        self._bands = np.repeat(self._bands[:, frames], counts, axis=1)
        by_frame = self._values.reshape(3, -1, FACTOR)[:, frames]
        self._values = np.repeat(by_frame, counts, axis=1).reshape(3, -1)

    def end(self) -> None:
        """Expect no more than has come: what was announced may have been a guess."""
        self._expected = self.done + self._rest.shape[1]

    def peaks(self, audio: Audio | None = None) -> Peaks:
        """Return the pyramid of what has come so far, as long as what is expected."""
        length = max(self.done + self._rest.shape[1], self._expected, 1)
        values, bands = self._values, self._bands
        if self._rest.shape[1]:
            self._make_room(-(-length // FRAME))
            values, bands = self._values.copy(), self._bands.copy()
            _put_rest(values, bands, self.done // FRAME, self._rest, self._analysed)
        sizes = -(-length // BASE), -(-length // FRAME)
        return _pyramid(self.sample_rate_hz, length, values[:, : sizes[0]].copy(), bands[:, : sizes[1]].copy(), audio)

    def _make_room(self, frames: int) -> None:
        if frames > self._bands.shape[1]:
            more = max(frames, self._bands.shape[1] * 3 // 2) - self._bands.shape[1]
            self._bands = np.pad(self._bands, ((0, 0), (0, more)))
            self._values = np.pad(self._values, ((0, 0), (0, more * FACTOR)))

    def _put(self, frame: int, samples: Samples) -> None:
        frames = samples.shape[1] // FRAME
        self._make_room(frame + frames)
        cut = samples.reshape(self.channels, -1, BASE)
        target = self._values[:, frame * FACTOR : (frame + frames) * FACTOR]
        target[0], target[1] = cut.min(axis=2).min(axis=0), cut.max(axis=2).max(axis=0)
        target[2] = np.einsum("cvs,cvs->v", cut, cut) / (BASE * self.channels)
        self._bands[:, frame : frame + frames] = self._analysed(samples)

    def _analysed(self, samples: Samples) -> Floats:
        """Return the mean squares of the bands of whole frames, ``[shape=(3, frames)]``, by a Hann-windowed spectrum a frame."""
        import scipy.fft

        # One complex transform carries both channels: |Z(k)|² + |Z(−k)|² = 2 (|L(k)|² + |R(k)|²).
        packed = np.zeros((samples.shape[1] // FRAME, FRAME), np.complex64)
        packed.real = samples[0].reshape(-1, FRAME)
        packed.imag = samples[-1].reshape(-1, FRAME) if self.channels == 2 else 0
        packed *= self._window
        flat = scipy.fft.fft(packed, axis=1, overwrite_x=True).view(np.float32)
        scale = 1 / (FRAME * float(np.square(self._window).sum()) * self.channels)  # Parseval: the bands add up to the mean square
        sums = [[np.einsum("fk,fk->f", flat[:, a:b], flat[:, a:b]) for a, b in parts] for parts in self._parts]
        return np.stack([(below + above) * np.float32(scale) for below, above in sums])


class PlainPeaksBuilder(PeaksBuilder):
    """Builds a pyramid that is drawn in one colour: the three bands, which take most of the time, stay 0."""

    def _analysed(self, samples: Samples) -> Floats:
        return np.zeros((BANDS, samples.shape[1] // FRAME), np.float32)


def _put_rest(values: Floats, bands: Floats, frame: int, rest: Samples, analysed: Callable[[Samples], Floats]) -> None:
    """Put the last, incomplete frame in its place: its extremes and power are those of the samples that there are."""
    for index, start in enumerate(range(0, rest.shape[1], BASE)):
        cut = rest[:, start : start + BASE]
        values[:, frame * FACTOR + index] = cut.min(), cut.max(), np.square(cut).mean()
    padded = np.pad(rest, ((0, 0), (0, FRAME - rest.shape[1])))
    bands[:, frame] = analysed(padded)[:, 0] * (FRAME / rest.shape[1])


def _band_parts(sample_rate_hz: int) -> list[list[tuple[int, int]]]:
    """Return where the bands lie in a spectrum seen as floats, at positive and negative frequencies; 0 Hz goes to the lows."""
    edges = [0, *(min(round(hz * FRAME / sample_rate_hz) + 1, FRAME // 2) for hz in EDGES_HZ), FRAME // 2]
    return [[(2 * a, 2 * b), (2 * (FRAME - b + 1), 2 * (FRAME - max(a, 1) + 1))] for a, b in pairwise(edges)]


def _pyramid(sample_rate_hz: int, length: int, values: Floats, bands: Floats, audio: Audio | None) -> Peaks:
    levels = [Level(BASE, *values)]
    weights = np.full(values.shape[1], BASE, np.float64)  # the last value stands for fewer samples
    weights[-1] = length - (values.shape[1] - 1) * BASE
    while levels[-1].low.size > 2 * FACTOR or levels[-1].bands is None:
        fine = levels[-1]
        starts = np.arange(0, fine.low.size, FACTOR)
        total = np.add.reduceat(weights, starts)
        if fine.bands is not None:
            bands = np.asarray(np.add.reduceat(fine.bands * weights, starts, axis=1) / total, dtype=np.float32)
        power = (np.add.reduceat(fine.power * weights, starts) / total).astype(np.float32)
        low, high = np.minimum.reduceat(fine.low, starts), np.maximum.reduceat(fine.high, starts)
        levels.append(Level(fine.step * FACTOR, low, high, power, bands))
        weights = total
    return Peaks(sample_rate_hz, length, tuple(levels), audio)


def build_peaks(audio: Audio) -> Peaks:
    """Build the pyramid of audio of at least one sample; the samples stay at hand for drawing them up close."""
    return peaks_of_source(audio)


def peaks_of_source(source: Source, progress: Progress = silent) -> Peaks:
    """Build the pyramid of a source piece by piece."""
    builder = PeaksBuilder(source.sample_rate_hz, source.channels, source.length)
    for start in range(0, source.length, PIECE):
        builder.add(source.read(start, start + PIECE))
        progress("Drawing waveforms", min(1.0, (start + PIECE) / source.length))
    return builder.peaks(source if isinstance(source, Audio) else None)


def growing_peaks(builder: PeaksBuilder, blocks: Iterable[Samples], first_s: float = 2.0, growth: float = 2.0) -> Iterator[Peaks]:
    """Add blocks to a builder and yield the pyramid again whenever there is `growth` times as much audio, and at the end."""
    due = first_s * builder.sample_rate_hz
    for block in blocks:
        builder.add(block)
        if builder.done >= due:
            yield builder.peaks()
            due = builder.done * growth
    builder.end()
    yield builder.peaks()
