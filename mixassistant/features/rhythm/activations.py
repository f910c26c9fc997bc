"""How likely a beat, a downbeat and each metre is in every frame: what the two networks say of the bands, taken together.

Audio is worked on in pieces that overlap by what the networks hear around a frame, so that memory is bounded. The causal network
remembers without end; ten seconds before a piece are as much as matters, and pieces side by side take a fifth of the time.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant import paths
from mixassistant.audio.storage import blank
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.filterbank import BANDS, FRAMES_PER_S, loudness_factor

if TYPE_CHECKING:
    from mixassistant.features.rhythm.network import CausalNetwork, TemporalNetwork

WEIGHTS = "beats.safetensors"
PIECE, WARM_UP, TOGETHER = 1500, 500, 6  # frames; pieces of the causal network
LONG_PIECE = 6000  # frames, of our own
LEAST = 1e-4
NEAR, QUIET, IN_SILENCE = 3, 1e-3, 0.05  # frames; 60 dB below the loudest; how likely a beat is where nothing sounds


@dataclass(frozen=True)
class ActivationsTuning:
    """How the networks' answers are taken together; set on generated songs that were not trained on.

    Parameters
    ----------
    causal_downbeat : float
        Weight of the causal network in the mean of the logits of a beat's being a downbeat. Of beats ours alone is asked: it hears what
        the causal one says, and more of it made them no better.
    """

    causal_downbeat: float = 0.3


TUNING = ActivationsTuning()


@dataclass(frozen=True, eq=False)
class Activations:
    """What the networks say.

    Parameters
    ----------
    beat : np.ndarray [shape=(frames,)], float64
        Probability of a beat.
    downbeat : np.ndarray [shape=(frames,)], float64
        Probability that a beat in this frame would be the first of a bar.
    metres : np.ndarray [shape=(frames, 5)], float64
        Probability of 2/4, 3/4, 4/4, 5/4, 6/8.
    """

    beat: NDArray[np.float64]
    downbeat: NDArray[np.float64]
    metres: NDArray[np.float64]


@functools.cache
def _networks(weights: Path) -> tuple[CausalNetwork, TemporalNetwork]:
    from safetensors.torch import load_file

    from mixassistant.features.rhythm.network import CausalNetwork, TemporalNetwork

    found = load_file(weights)
    causal, temporal = CausalNetwork(), TemporalNetwork()
    for name, network in (("causal.", causal), ("temporal.", temporal)):
        wanted = {k.removeprefix(name): v.float() for k, v in found.items() if k.startswith(name)}
        missing, unknown = network.load_state_dict(wanted, strict=False)
        if unknown or any(not key.endswith("num_batches_tracked") for key in missing):
            raise ValueError(f"{weights} is of another network")
        network.eval()
    return causal, temporal


def activations(shared: Representations) -> Activations:
    """Return what the networks say (use through ``shared.once``)."""
    bands = shared.frames("beat_bands")
    causal, temporal = _networks(paths.resource(WEIGHTS))
    first, heard = _causal_logits(causal, bands, np.float32(loudness_factor(bands)), shared.tick)
    second = _temporal_logits(temporal, heard, shared.tick)
    found = together(first, second)
    # Where nothing sounds the networks go on counting, before the music and after it as well.
    return dataclasses.replace(found, beat=np.where(_sounds(bands), found.beat, np.minimum(found.beat, IN_SILENCE)))


def _sounds(bands: NDArray[np.float32]) -> NDArray[np.bool_]:
    from scipy.ndimage import maximum_filter1d

    sums = bands.sum(axis=1, dtype=np.float64)
    return np.asarray(maximum_filter1d(sums, 2 * NEAR + 1) > QUIET * sums.max(initial=0.0))


def together(causal: NDArray[np.float64], temporal: NDArray[np.float64], tuning: ActivationsTuning = TUNING) -> Activations:
    """Return what both networks say.

    Parameters
    ----------
    causal : np.ndarray [shape=(frames, 3)]
        Logits of a beat that is no downbeat, of a downbeat, of neither.
    temporal : np.ndarray [shape=(frames, 2 + metres)]
        Logits of a beat, of a downbeat, of each metre.
    """
    # Of our own network: the chance of a downbeat where there is a beat.
    beat, down = _probability(temporal[:, 0]), _probability(temporal[:, 1])
    share = np.clip(down / np.maximum(beat, LEAST), LEAST, 1 - LEAST)
    downbeat = tuning.causal_downbeat * (causal[:, 1] - causal[:, 0]) + (1 - tuning.causal_downbeat) * np.log(share / (1 - share))
    metres = temporal[:, 2:] - temporal[:, 2:].max(axis=1, keepdims=True)
    metres = np.exp(metres)
    return Activations(beat, _probability(downbeat), metres / metres.sum(axis=1, keepdims=True))


def _probability(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


def _causal_logits(
    network: CausalNetwork, bands: NDArray[np.float32], factor: np.float32, tick: Callable[[], None]
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return the causal network's logits, and what ours hears of it (``[shape=(frames, 221)]``)."""
    import torch

    from mixassistant.features.rhythm.network import CONTEXT, context, features

    frames = len(bands)
    logits, heard = np.empty((frames, 3)), blank(frames, CONTEXT)
    with torch.inference_mode():
        for start in range(0, frames, PIECE * TOGETHER):
            tick()
            pieces = []
            for first in range(start, min(start + PIECE * TOGETHER, frames), PIECE):
                begin, end = max(first - WARM_UP - 1, 0), min(first + PIECE, frames)
                piece = features(torch.from_numpy(bands[begin:end] * factor))[0 if begin == 0 else 1 :]
                missing = first + PIECE - end
                pieces.append(torch.nn.functional.pad(piece, (0, 0, WARM_UP + PIECE - missing - len(piece), missing)))
            together = torch.stack(pieces)
            said, memory = network(together)
            tick()
            kept = [x[:, WARM_UP:].flatten(0, 1)[: frames - start] for x in (together, said, memory)]
            stop = start + len(kept[0])
            logits[start:stop] = kept[1].numpy()
            heard[start:stop] = context(*kept).numpy()
    return logits, heard


def _temporal_logits(network: TemporalNetwork, heard: NDArray[np.float32], tick: Callable[[], None]) -> NDArray[np.float64]:
    import torch

    from mixassistant.features.rhythm.network import CONTEXT_FRAMES, METRES

    frames = len(heard)
    logits = np.empty((frames, 2 + len(METRES)))
    with torch.inference_mode():
        for start in range(0, frames, LONG_PIECE):
            tick()
            stop = min(start + LONG_PIECE, frames)
            begin, end = max(start - CONTEXT_FRAMES, 0), min(stop + CONTEXT_FRAMES, frames)
            found = network(torch.from_numpy(heard[begin:end])[None])[0].T
            logits[start:stop] = found[start - begin : stop - begin].numpy()
    return logits


assert BANDS and FRAMES_PER_S  # the bands are declared by importing them
