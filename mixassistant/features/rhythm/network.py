"""Two small networks that tell how likely a beat, or a downbeat, is at every moment.

`CausalNetwork` is BeatNet's: a convolution over the bands and two layers of long short-term memory that hear what has been. Its
weights are its authors', learned from recordings. `TemporalNetwork` is ours: dilated convolutions over ten seconds before and after,
which hear the other's memory, what it says, and the bands in broad strokes. It learned from songs made by code which of the pulses that
the first one tells is the beat, and which the downbeat.

This module imports torch, and is itself imported only where a network is needed.

References
----------
M. Heydari, F. Cwitkowitz, Z. Duan, BeatNet: CRNN and particle filtering for online joint beat, downbeat and meter tracking, ISMIR 2021;
S. Böck, M. Davies, Deconstruct, analyse, reconstruct: how to improve tempo, beat, and downbeat estimation, ISMIR 2020 (dilated
convolutions).
"""

# ruff: noqa: TID253 - this module is itself imported inside functions only

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mixassistant.features.rhythm.filterbank import BANDS

CELLS = 150
DROPPED = 0.2  # share of the channels' values, in training
LN_10 = 2.302585092994046
POOLED = 4  # bands together that our own network hears
OUTPUTS = 3  # of the causal network: a beat that is no downbeat, a downbeat, neither
METRES = ("2/4", "3/4", "4/4", "5/4", "6/8")  # that our own network tells apart


def features(bands: Tensor) -> Tensor:
    """Return logarithms of the bands and their rise since the frame before, ``[shape=(frames, 272)]``; the first frame rises by 0."""
    level = torch.log1p(bands) / LN_10
    rise = F.pad((level[1:] - level[:-1]).clamp(min=0), (0, 0, 1, 0))
    return torch.cat([level, rise], dim=1)


class CausalNetwork(nn.Module):
    """BeatNet's network; names of its layers are those of its published weights."""

    def __init__(self) -> None:
        super().__init__()
        kernel = 10
        self.conv1 = nn.Conv1d(1, 2, kernel)
        self.linear0 = nn.Linear(2 * ((2 * BANDS - kernel + 1) // 2), CELLS)
        self.lstm = nn.LSTM(CELLS, CELLS, 2, batch_first=True)
        self.linear = nn.Linear(CELLS, OUTPUTS)

    def forward(self, heard: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of a beat that is no downbeat, of a downbeat and of neither, ``[shape=(batch, frames, 3)]``, and the memory.

        Parameters
        ----------
        heard : Tensor ``[shape=(batch, frames, 272)]``
            See `features`.

        Returns
        -------
        logits : Tensor ``[shape=(batch, frames, 3)]``
        memory : Tensor ``[shape=(batch, frames, 150)]``
        """
        batch, frames, width = heard.shape
        x = F.max_pool1d(F.relu(self.conv1(heard.reshape(-1, 1, width))), 2)
        memory, _ = self.lstm(self.linear0(x.flatten(1)).reshape(batch, frames, CELLS))
        return self.linear(memory), memory


CONTEXT = CELLS + OUTPUTS + 2 * BANDS // POOLED


def context(heard: Tensor, logits: Tensor, memory: Tensor) -> Tensor:
    """Return what our own network hears, ``[shape=(frames, 221)]``: the other's memory, what it says, and the bands in broad strokes.

    Parameters
    ----------
    heard : Tensor ``[shape=(frames, 272)]``
    logits : Tensor ``[shape=(frames, 3)]``
    memory : Tensor ``[shape=(frames, 150)]``
    """
    said = torch.log_softmax(logits, dim=1).clamp(min=-12) / 4
    return torch.cat([memory, said, F.avg_pool1d(heard, POOLED)], dim=1)


@dataclass(frozen=True)
class Shape:
    """Sizes of our own network: channels and number of its layers."""

    channels: int = 40
    layers: int = 9


class _Dilated(nn.Module):
    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv1d(channels, channels, 5, padding=2 * dilation, dilation=dilation)
        self.norm = nn.BatchNorm1d(channels)
        self.drop = nn.Dropout(DROPPED)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        refined: Tensor = self.mix(self.drop(F.relu(self.norm(self.wide(x)))))
        return x + refined


class TemporalNetwork(nn.Module):
    """See the module."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        self.gather = nn.Conv1d(CONTEXT, shape.channels, 1, bias=False)
        self.norm = nn.BatchNorm1d(shape.channels)
        self.layers = nn.ModuleList(_Dilated(shape.channels, 2**n) for n in range(shape.layers))
        self.out = nn.Conv1d(shape.channels, 2 + len(METRES), 1)

    def forward(self, heard: Tensor) -> Tensor:
        """Return logits of a beat, of a downbeat and of each of METRES, ``[shape=(batch, 2 + metres, frames)]``.

        Parameters
        ----------
        heard : Tensor ``[shape=(batch, frames, 221)]``
            See `context`.
        """
        x = F.relu(self.norm(self.gather(heard.transpose(1, 2))))
        for layer in self.layers:
            x = layer(x)
        logits: Tensor = self.out(F.relu(x))
        return logits


CONTEXT_FRAMES = 2 * (2 ** Shape().layers - 1)  # as far as our own network sees on either side
