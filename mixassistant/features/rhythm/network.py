"""Two small networks that tell how likely a beat, or a downbeat, is at every moment.

`CausalNetwork` is BeatNet's: a convolution over the bands and two layers of long short-term memory that hear what has been. Its
weights are its authors', learned from recordings. `TemporalNetwork` is ours: convolutions over bands and time, then dilated ones
over ten seconds before and after, learned from songs made by code. What one of them does not know, the other does.

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
LN_10 = 2.302585092994046
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

    def forward(self, heard: Tensor) -> Tensor:
        """Return logits of a beat that is no downbeat, of a downbeat and of neither, ``[shape=(batch, frames, 3)]``.

        Parameters
        ----------
        heard : Tensor ``[shape=(batch, frames, 272)]``
            See `features`.
        """
        batch, frames, width = heard.shape
        x = F.max_pool1d(F.relu(self.conv1(heard.reshape(-1, 1, width))), 2)
        x, _ = self.lstm(self.linear0(x.flatten(1)).reshape(batch, frames, CELLS))
        logits: Tensor = self.linear(x)
        return logits


@dataclass(frozen=True)
class Shape:
    """Sizes of our own network: channels of the two layers over bands and time, channels and number of the dilated ones."""

    over_bands: tuple[int, int] = (10, 20)
    channels: int = 32
    layers: int = 9


class _Dilated(nn.Module):
    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv1d(channels, channels, 5, padding=2 * dilation, dilation=dilation)
        self.norm = nn.BatchNorm1d(channels)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        refined: Tensor = self.mix(F.relu(self.norm(self.wide(x))))
        return x + refined


class TemporalNetwork(nn.Module):
    """See the module."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        one, two = shape.over_bands
        self.bands = nn.Sequential(
            nn.Conv2d(2, one, (3, 5), stride=(1, 3), padding=(1, 0)),
            nn.ReLU(),
            nn.Conv2d(one, two, (3, 4), stride=(1, 3), padding=(1, 0)),
            nn.ReLU(),
        )
        self.gather = nn.Conv1d(two * 14, shape.channels, 1, bias=False)
        self.norm = nn.BatchNorm1d(shape.channels)
        self.layers = nn.ModuleList(_Dilated(shape.channels, 2**n) for n in range(shape.layers))
        self.out = nn.Conv1d(shape.channels, 2 + len(METRES), 1)

    def forward(self, heard: Tensor) -> Tensor:
        """Return logits of a beat, of a downbeat and of each of METRES, ``[shape=(batch, 2 + metres, frames)]``.

        Parameters
        ----------
        heard : Tensor ``[shape=(batch, frames, 272)]``
            See `features`.
        """
        batch, frames, _ = heard.shape
        x = self.bands(heard.reshape(batch, frames, 2, BANDS).transpose(1, 2))
        x = F.relu(self.norm(self.gather(x.transpose(2, 3).reshape(batch, -1, frames))))
        for layer in self.layers:
            x = layer(x)
        logits: Tensor = self.out(F.relu(x))
        return logits


CONTEXT_FRAMES = 2 + 2 * (2 ** Shape().layers - 1)  # as far as our own network sees on either side
