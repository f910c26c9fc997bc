"""Separation by the network, chunk by chunk.

The network sees 24 seconds of a song at a time and five on either side, which is more than reaches its output, so that
chunks leave no seams and a long song needs no more memory than its own stems. It computes in 32 bits everywhere: the same
machine gives the same stems each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.storage import blank
from mixassistant.errors import InputError
from mixassistant.i18n import _
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.device import free_memory, is_out_of_memory, left_to_processor
from mixassistant.stems.embedded import bands
from mixassistant.stems.embedded.frames import OVERLAP, SQUARES, add_frames, frame_count, spectra
from mixassistant.stems.stem import ROLES, Role

if TYPE_CHECKING:
    import torch
    from scipy.sparse import csr_array

    from mixassistant.stems.embedded.network import SeparatingNetwork

Spectra = NDArray[np.complex64]

CHUNK_FRAMES = 1024  # 24 s
FORMAT = "mixassistant-separator-1"
MONO = 1e-5  # of the power in the side signal, and below
BLOCK = 1 << 20  # samples
HALF = np.float32(0.5**0.5)
LOG_FLOOR = 1e-9  # of the mean power of a bin


def load_network(path: Path) -> SeparatingNetwork:
    """Return the network with the weights in a file, ready to separate.

    Raises
    ------
    InputError
        The file holds something else.
    """
    from safetensors import SafetensorError, safe_open

    from mixassistant.stems.embedded.network import SeparatingNetwork

    metadata(path)
    try:
        with safe_open(str(path), framework="pt") as file:
            state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118 (not a mapping)
        network = SeparatingNetwork()
        missing, unexpected = network.load_state_dict(state, strict=False)
        if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
            raise ValueError("other layers")
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise _bad(path) from error
    return network.eval()


def metadata(path: Path) -> dict[str, str]:
    """Return what a file of weights says about itself: format, licence, songs held out, steps, seed.

    Raises
    ------
    InputError
        The file holds something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="np") as file:
            about: dict[str, str] = file.metadata() or {}
    except (OSError, SafetensorError) as error:
        raise _bad(path) from error
    if about.get("format") != FORMAT:
        raise _bad(path)
    return about


def _bad(path: Path) -> InputError:
    return InputError("bad-weights", f"{path} does not hold weights of the embedded separator", "Install Mix Assistant again")


class NetworkSeparator:
    """A separator by weights in a file.

    Parameters
    ----------
    path : Path
        A safetensors file as ``packaging/train_separator`` writes it.
    device : str
        Torch's name of it.
    """

    def __init__(self, path: Path, device: str = "cpu") -> None:
        self.device = device
        self.notes: list[str] = []
        """What was not as it should be in the last separation, as whole sentences."""
        self.network = load_network(path).to(device)

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        """Return one stem per role, at the mix's own sample rate, channels, length and level; they sum to the mix.

        Raises
        ------
        Cancelled
            `progress` raised it; it is called eleven times for every 24 seconds of audio.
        """
        stage = _("Separating")
        self.notes.clear()
        progress(stage, 0.0)
        stems = {role: blank(mix.channels, mix.length) for role in ROLES}
        hop = bands.hop_length(mix.sample_rate_hz)
        grid = _Grid(hop * OVERLAP, mix.sample_rate_hz)
        power = sum(float(np.vdot(channel, channel)) for channel in mix.samples) * (1 if mix.channels == 2 else 2)
        one_channel = mix.channels == 1 or _is_mono(mix)
        if power > 0:
            frames = frame_count(mix.length, hop)
            level = grid.window / 2 * SQUARES * power / max(mix.length / hop, 1) / bands.BANDS
            for start in range(0, frames, CHUNK_FRAMES):
                end = min(start + CHUNK_FRAMES, frames)
                done = part(progress, start / frames, end / frames)
                for role, found in self._chunk(mix, start, end, grid, level, one_channel, partial(done, stage)):
                    add_frames(stems[role], found, start, grid.window)
        stems[ROLES[-1]] += mix.samples
        for role in ROLES[:-1]:
            stems[ROLES[-1]] -= stems[role]
        progress(stage, 1.0)
        return {role: Audio(samples, mix.sample_rate_hz) for role, samples in stems.items()}

    def _chunk(
        self, mix: Audio, start: int, end: int, grid: _Grid, level: float, one_channel: bool, done: Callable[[float], None]
    ) -> Iterator[tuple[Role, Spectra]]:
        """Yield spectra of the roles but the last, in the mix's own channels."""
        import torch

        from mixassistant.stems.embedded.network import CONTEXT_FRAMES, STRIDE

        frames = frame_count(mix.length, grid.window // OVERLAP)
        first, last = max(start - CONTEXT_FRAMES, 0), min(end + CONTEXT_FRAMES, frames)
        around = _mid_and_side(spectra(mix.samples, first, last, grid.window))
        statistics = grid.statistics(around, level)
        filled = np.pad(statistics, ((0, 0), (0, -statistics.shape[1] % STRIDE), (0, 0)), mode="edge")
        matrices = self._estimate(torch.from_numpy(filled)[None], done)
        own = slice(start - first, end - first)
        mid, side = around[:, own]
        for index, role in enumerate(ROLES[:-1]):
            matrix = matrices[index, :, own]
            if one_channel:
                # What has no side gets none.
                yield role, np.stack([grid.to_bins(matrix[0]) * mid * HALF] * mix.channels)
            else:
                mm, ms, sm, ss = (grid.to_bins(entry) for entry in matrix)
                yield role, _apart(mm * mid + ms * side, sm * mid + ss * side)
            done(0.8 + 0.1 * index)

    def _estimate(self, statistics: torch.Tensor, done: Callable[[float], None]) -> NDArray[np.float32]:
        """Run the network on 24 seconds, on the processor where a device has too little memory or fails."""
        import torch

        from mixassistant.stems.embedded.network import STAGES

        while True:
            shares = iter(np.linspace(0.1, 0.7, STAGES).tolist())
            try:
                with torch.inference_mode():
                    found = self.network(statistics.to(self.device), partial(_tell_next, done, shares))
                return np.asarray(found[0].cpu().numpy(), dtype=np.float32)
            except (RuntimeError, MemoryError) as error:
                if self.device == "cpu":
                    raise
                is_full = is_out_of_memory(error)
            # Here the error is gone, and with it the frames that held on to the memory.
            self.notes.append(left_to_processor(self.device, is_full))
            left, self.device = self.device, "cpu"
            self.network.to("cpu")
            free_memory(left)


def _tell_next(done: Callable[[float], None], shares: Iterator[float]) -> None:
    done(next(shares))


class _Grid:
    """The bins of a window at a sample rate, and the bands."""

    def __init__(self, window: int, sample_rate_hz: int) -> None:
        from scipy.sparse import csr_array

        self.window, self.sample_rate_hz = window, sample_rate_hz
        belongs = bands.membership(window, sample_rate_hz)
        usual = bands.membership(bands.WINDOW, bands.RATE_HZ)
        self.sum: csr_array = csr_array(belongs)
        self.counts = belongs.sum(axis=0)
        self.usual_density = usual.sum(axis=0) * np.float32(bands.BANDS / usual.shape[0])
        frequency = np.arange(belongs.shape[0]) * sample_rate_hz / window
        position = np.interp(frequency, bands.band_centres_hz(), np.arange(bands.BANDS))
        self.below = np.minimum(position.astype(np.intp), bands.BANDS - 2)
        self.share = (position - self.below).astype(np.float32)

    def statistics(self, mid_and_side: Spectra, level: float) -> NDArray[np.float32]:
        """Return what the network takes ``[shape=(4, frames, BANDS)]``."""
        mid, side = mid_and_side
        powers = [mid.real**2 + mid.imag**2, side.real**2 + side.imag**2]
        cross = mid.real * side.real + mid.imag * side.imag
        sums = [np.asarray(values @ self.sum) / level for values in (*powers, cross)]
        # Per bin of 44.1 kHz: at other rates a bin holds more or less of the spectrum.
        bins = bands.WINDOW // 2 + 1
        wider = bands.RATE_HZ / bands.WINDOW * self.window / self.sample_rate_hz
        total = (powers[0] + powers[1]) * np.float32(wider * bins / bands.BANDS / level)
        logs = np.asarray(np.log(total + np.float32(LOG_FLOOR)) @ self.sum)
        there = self.counts > 0
        mean = np.where(there, logs / np.where(there, self.counts, 1), np.log(LOG_FLOOR)) + np.log(self.usual_density)
        return np.stack([*sums, mean]).astype(np.float32)

    def to_bins(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return values of bands ``[shape=(frames, BANDS)]`` for bins, on lines from one band's centre to the next."""
        return values[:, self.below] * (1 - self.share) + values[:, self.below + 1] * self.share


def _mid_and_side(found: Spectra) -> Spectra:
    """Return mid and side of left and right; one channel is a mid √2 as strong."""
    if found.shape[0] == 1:
        return np.stack([found[0] / HALF, np.zeros_like(found[0])])
    return _apart(found[0], found[1])


def _apart(first: Spectra, second: Spectra) -> Spectra:
    """Return mid and side of left and right, or left and right of mid and side."""
    return np.asarray(np.stack([first + second, first - second]) * HALF, dtype=np.complex64)


def _is_mono(mix: Audio) -> bool:
    side = whole = 0.0
    for start in range(0, mix.length, BLOCK):
        left, right = mix.samples[:, start : start + BLOCK]
        apart = left - right
        side += float(np.vdot(apart, apart)) / 2
        whole += float(np.vdot(left, left) + np.vdot(right, right))
    return side <= MONO * whole
