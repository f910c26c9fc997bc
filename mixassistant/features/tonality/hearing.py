"""What the network hears in a piece: chords frame by frame, and what its key is judged by."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant import paths
from mixassistant.errors import InputError
from mixassistant.features.representations import ACTIVE_RANGE_DB, Representations
from mixassistant.features.tonality.spectra import spectra

if TYPE_CHECKING:
    from mixassistant.features.tonality.network import TonalNetwork

WEIGHTS = "harmony.safetensors"
FORMAT = "mixassistant-harmony-1"
CONTEXT = 64  # frames on both sides of a chunk: as far as the network sees
CHUNK = 1024  # frames, 95 s: less than a tenth of a second of work
QUIET = -ACTIVE_RANGE_DB / 20 * np.log(10)  # of the strongest bin in the loud frames: what is quieter does not play
KEYS = 24


@dataclass(frozen=True, eq=False)
class Hearing:
    """What the network hears.

    Parameters
    ----------
    chords : np.ndarray [shape=(frames, 85)], float32
        Probability of each of `chords.SEVENTHS`; frame ``i`` lies around ``i / FRAMES_PER_S`` seconds.
    plays : np.ndarray [shape=(frames,)], bool
        Which frames are within 40 dB of the loud ones.
    keys : np.ndarray [shape=(24,)], float64
        Probability of each of `key.LABELS` for the whole; zeros where nothing plays.
    """

    chords: NDArray[np.float32]
    plays: NDArray[np.bool_]
    keys: NDArray[np.float64]

    @property
    def none_share(self) -> float:
        """How likely it is, on average over what plays, that there is no chord; 1 where nothing plays."""
        return float(self.chords[self.plays, -1].mean()) if self.plays.any() else 1.0


def hearing(shared: Representations) -> Hearing:
    """Return what the network hears in a piece (use through ``shared.once``)."""
    return hear(shared.once(spectra).log, shared.tick)


def hear(spectrum: NDArray[np.float32], tick: Callable[[], None] = lambda: None) -> Hearing:
    """Return what the network hears in a spectrogram over pitch.

    Parameters
    ----------
    spectrum : np.ndarray [shape=(frames, bins)]
        As `log_frequency.log_spectrum` returns it.
    tick : callable
        Called at least every 200 ms of work; it may raise.
    """
    import torch

    from mixassistant.features.tonality.network import CLASSES, EDGE, STRIDE, each_frame

    network = load_network(paths.resource(WEIGHTS))
    frames = spectrum.shape[0]
    even = np.pad(spectrum, ((0, frames % STRIDE), (0, 0)), mode="edge")
    plays = even.max(axis=1) >= QUIET
    logits, sums = [], []
    first = last = torch.zeros(1, network.summary_width, 0, CLASSES)
    with torch.inference_mode():
        for start in range(0, even.shape[0], CHUNK):
            tick()
            before, end = max(start - CONTEXT, 0), min(start + CHUNK, even.shape[0])
            own = slice((start - before) // STRIDE, (end - before) // STRIDE)
            known = network.encode(torch.from_numpy(even[before : end + CONTEXT])[None])[:, :, own]
            logits.append(network.chords(known))
            heard = torch.from_numpy(plays[start:end:STRIDE].astype(np.float32))
            own_summary = network.summary(known, logits[-1])
            sums.append((own_summary * heard[:, None]).sum(dim=2))
            inside = own_summary[:, :, heard > 0]
            first, last = torch.cat([first, inside], dim=2)[:, :, :EDGE], torch.cat([last, inside], dim=2)[:, :, -EDGE:]
        mean = torch.stack(sums).sum(dim=0) / max(int(plays[::STRIDE].sum()), 1)
        keys = network.keys(mean, *(edge.sum(dim=2) / max(edge.shape[2], 1) for edge in (first, last)))[0].softmax(dim=0).numpy()
        chords = each_frame(torch.cat(logits, dim=1))[0, :frames].softmax(dim=1).numpy()
    plays = plays[:frames]
    return Hearing(chords, plays, np.asarray(keys, np.float64) if plays.any() else np.zeros(KEYS))


@functools.cache
def load_network(path: Path) -> TonalNetwork:
    """Return the network with the weights in a file.

    Raises
    ------
    InputError
        The file holds something else.
    """
    from safetensors import SafetensorError, safe_open

    from mixassistant.features.tonality.network import TonalNetwork

    try:
        with safe_open(str(path), framework="pt") as file:
            if (file.metadata() or {}).get("format") != FORMAT:
                raise ValueError("another network's")
            state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118 (not a mapping)
        network = TonalNetwork()
        missing, unexpected = network.load_state_dict(state, strict=False)
        if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
            raise ValueError("other layers")
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise InputError("bad-weights", f"{path} does not hold weights of the network for chords", "Install Mix Assistant again") from error
    return network.eval()
