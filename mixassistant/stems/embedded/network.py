"""The separating network: from the mix's power in bands to four real 2 × 2 matrices per band and frame.

A small U-Net over time and pitch. Its input is what a frame's bands hold: power of mid and side, their coherence, how tonal the
band is, how its power compares with the four seconds around it. Its output is, for each role, a matrix that takes the mix's
(mid, side) to the role's: shares of mid and side that sum to 1 over the roles (softmax), and terms across the channels that sum
to 0, so that the stems always sum to the mix. Every layer sees a limited stretch of time, so a song can be worked on in chunks.

This module imports torch, and is itself imported only where a network is needed.
"""

# ruff: noqa: TID253 - this module is itself imported inside functions only

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mixassistant.stems.embedded.bands import BANDS

ROLES_OUT = 4
STATISTICS = 4  # per band and frame: power of mid, power of side, real part of mid × side*, mean logarithm of the bins' power
FEATURES = 6
FLOOR = 1e-7  # of the mean power of a band: digital silence has a logarithm too
NOVELTY_FRAMES = 173  # 4 s
STRIDE = 8  # frames: chunks start at multiples of this
CONTEXT_FRAMES = 216  # frames on both sides of a chunk: as far as the network and the novelty see
STAGES = 8  # of the work, told as they end


@dataclass(frozen=True)
class Shape:
    """Sizes of the network."""

    first: int = 24
    widths: tuple[int, int, int] = (56, 112, 176)
    dilations: tuple[int, ...] = (1, 2, 4)


def features(statistics: Tensor) -> Tensor:
    """Return the network's input ``[shape=(batch, FEATURES, frames, BANDS)]``.

    Parameters
    ----------
    statistics : Tensor ``[shape=(batch, STATISTICS, frames, BANDS)]``
        Sums over the bins of a band, relative to the mean power of a band and frame in the whole mix.
    """
    mid, side, cross, mean_log = statistics.unbind(1)
    total = mid + side
    level = torch.log(total + FLOOR)
    around = F.avg_pool1d(total.transpose(1, 2), NOVELTY_FRAMES, stride=1, padding=NOVELTY_FRAMES // 2, count_include_pad=False).transpose(
        1, 2
    )
    return torch.stack(
        [
            torch.log(mid + FLOOR),
            torch.log(side + FLOOR),
            cross / (total + FLOOR),
            side / (total + FLOOR),
            level - mean_log,
            level - torch.log(around + FLOOR),
        ],
        dim=1,
    )


class _Convolution(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, padding=(dilation, 1), dilation=(dilation, 1), bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.conv(x)))


class _Residual(nn.Module):
    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = _Convolution(width, width, dilation=dilation)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        refined: Tensor = self.norm(self.second(self.first(x)))
        return F.relu(x + refined)


class _AcrossBands(nn.Module):
    """Let every band hear all others: a bottleneck over frequency, the same for every channel."""

    def __init__(self, width: int, bands: int, hidden: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(width)
        self.down = nn.Linear(bands, hidden)
        self.up = nn.Linear(hidden, bands)

    def forward(self, x: Tensor) -> Tensor:
        heard: Tensor = self.up(F.relu(self.down(self.norm(x))))
        return x + heard


class _Up(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return F.interpolate(self.conv(x), scale_factor=2.0, mode="nearest") + skip


class SeparatingNetwork(nn.Module):
    """See the module."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        first, (one, two, three) = shape.first, shape.widths
        self.normalise = nn.BatchNorm1d(FEATURES * BANDS)
        self.stem = _Convolution(FEATURES, first)
        self.by_band = nn.Parameter(torch.zeros(1, first, 1, BANDS))
        self.down1 = nn.Sequential(_Convolution(first, one, 2), _Residual(one))
        self.down2 = nn.Sequential(_Convolution(one, two, 2), _AcrossBands(two, BANDS // 4, 48), _Residual(two))
        self.down3 = nn.Sequential(
            _Convolution(two, three, 2),
            *(m for dilation in shape.dilations for m in (_AcrossBands(three, BANDS // 8, 64), _Residual(three, dilation))),
        )
        self.up3, self.mix3 = _Up(three, two), nn.Sequential(_AcrossBands(two, BANDS // 4, 48), _Residual(two))
        self.up2, self.mix2 = _Up(two, one), _Residual(one)
        self.up1, self.mix1 = _Up(one, first), _Convolution(first, first)
        self.out = nn.Conv2d(first, ROLES_OUT * 4, 1)
        nn.init.normal_(self.out.weight, std=0.02)

    def forward(self, statistics: Tensor, done: Callable[[], None] | None = None) -> Tensor:
        """Return the matrices ``[shape=(batch, roles, 4, frames, BANDS)]``: mid from mid, mid from side, side from mid, side from side.

        The number of frames must be a multiple of STRIDE. `done` is called STAGES times on the way.
        """
        tell = done or (lambda: None)
        x = features(statistics)
        batch, channels, frames, bands = x.shape
        x = self.normalise(x.transpose(2, 3).reshape(batch, channels * bands, frames))
        x = x.reshape(batch, channels, bands, frames).transpose(2, 3).contiguous(memory_format=torch.channels_last)
        tell()
        level0 = self.stem(x) + self.by_band
        tell()
        level1 = self.down1(level0)
        tell()
        level2 = self.down2(level1)
        tell()
        x = self.down3(level2)
        tell()
        x = self.mix3(self.up3(x, level2))
        tell()
        x = self.mix2(self.up2(x, level1))
        tell()
        x = self.out(self.mix1(self.up1(x, level0))).float()
        tell()
        return matrices(x.reshape(batch, ROLES_OUT, 4, frames, bands))


def matrices(logits: Tensor) -> Tensor:
    """Turn free numbers ``[shape=(batch, roles, 4, …)]`` into matrices that sum to the unit matrix over the roles."""
    across = torch.tanh(logits[:, :, 1:3])
    own = torch.softmax(logits[:, :, ::3], dim=1)
    across = across - across.mean(dim=1, keepdim=True)
    return torch.cat([own[:, :, :1], across, own[:, :, 1:]], dim=2)
