"""The network that hears chords and keys: from the spectrogram over pitch to a chord for each frame and a key for the whole.

Pitch is treated as the circle that it is. Convolutions over pitch find tones, a layer sums what lies at the distances of harmonics, all
octaves are folded into twelve pitch classes, and from there on every layer is the same for every pitch class: what is learned of C
major holds for F♯ major. The chord heads read root by root; the key head reads the mean over time and the chords at both ends.

This module imports torch, and is itself imported only where a network is needed.

References
----------
F. Korzeniowski, G. Widmer, A fully convolutional deep auditory model for musical chord recognition, MLSP 2016; the same, End-to-end
musical key estimation using a convolutional neural network, EUSIPCO 2017; X. Wang et al., HarmoF0, ICME 2022 (layers over harmonics).
"""

# ruff: noqa: TID253 - this module is itself imported inside functions only

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mixassistant.features.tonality.log_frequency import BINS, LOWEST_MIDI, PER_SEMITONE, SEMITONES

CLASSES = 12
STRIDE = 2  # frames to one of the network's own: tones are heard at eleven a second, chords at half of that
OCTAVES = SEMITONES // CLASSES
AROUND = 12 * PER_SEMITONE + 1  # bins: a tone is judged against the octave around it
EDGE = 22  # of the network's frames, 4 s: the chord that a piece begins or ends with
SHIFTS = (0, 12, 19, 24, 28, 31, -12, -19, -24)  # semitones: the harmonics 2 to 6 of a tone, and the tones whose harmonic it may be


@dataclass(frozen=True)
class Shape:
    """Sizes of the network; `qualities` of chords on each root, in the order of `chords.QUALITIES`."""

    tones: int = 12
    harmonics: int = 16
    classes: int = 32
    dilations: tuple[int, ...] = (1, 2, 4)
    qualities: int = 7


def features(spectrum: Tensor) -> Tensor:
    """Return the network's input ``[shape=(batch, 2, frames, BINS)]`` from log magnitudes ``[shape=(batch, frames, BINS)]``.

    How far each bin stands out over the octave around it, which no equalizer changes much; and how strong it is in the whole.
    """
    around = F.avg_pool1d(spectrum, AROUND, stride=1, padding=AROUND // 2, count_include_pad=False)
    return torch.stack([(spectrum - around).clamp_min(-1.0) * 0.5, torch.log1p(50 * spectrum.exp()) * 0.5], dim=1)


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, (1, 3), padding=(0, 1), bias=False)
        self.last = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        refined: Tensor = self.last(self.second(F.relu(self.norm(self.first(x)))))
        return F.relu(x + refined)


class _Harmonics(nn.Module):
    """Let every semitone hear its harmonics and the tones whose harmonic it may be."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(inputs * len(SHIFTS), outputs, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        most = max(abs(s) for s in SHIFTS)
        padded = F.pad(x, (most, most))
        heard = torch.cat([padded[..., most + s : most + s + SEMITONES] for s in SHIFTS], dim=1)
        return F.relu(self.norm(self.mix(heard)))


class _Circle(nn.Module):
    """Over the circle of pitch classes all to all, over time one channel at a time."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.over_time = nn.Conv2d(width, width, (5, 1), padding=(2 * dilation, 0), dilation=(dilation, 1), groups=width, bias=False)
        self.over_classes = nn.Conv2d(width, width, (1, CLASSES), bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        moved = self.over_time(x)
        refined = self.norm(self.over_classes(torch.cat([moved, moved[..., : CLASSES - 1]], dim=3)))
        return x + F.relu(refined)


class TonalNetwork(nn.Module):
    """See the module."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or Shape()
        self.tones = nn.Conv2d(2, shape.tones, (3, 3 * PER_SEMITONE), stride=(STRIDE, PER_SEMITONE), padding=(1, PER_SEMITONE), bias=False)
        self.norm = nn.BatchNorm2d(shape.tones)
        self.by_pitch = nn.Parameter(torch.zeros(1, shape.tones, 1, SEMITONES))
        self.residual = _Residual(shape.tones)
        self.harmonics = _Harmonics(shape.tones, shape.harmonics)
        self.fold = nn.Conv2d(shape.harmonics * OCTAVES, shape.classes, 1, bias=False)
        self.folded = nn.BatchNorm2d(shape.classes)
        self.circles = nn.Sequential(*(_Circle(shape.classes, dilation) for dilation in shape.dilations))
        self.drop = nn.Dropout2d(0.1)
        self.chord = nn.Conv2d(shape.classes, shape.qualities, 1)
        self.none = nn.Linear(2 * shape.classes, 1)
        width = self.summary_width + 2 * shape.qualities
        self.key_circle = _Circle(width, 1)
        self.key = nn.Conv2d(width, 2, 1)

    @property
    def summary_width(self) -> int:
        """How many numbers `summary` has for each pitch class."""
        return 2 * self.shape.classes + self.shape.qualities

    def encode(self, spectrum: Tensor) -> Tensor:
        """Return what is known of each pitch class ``[shape=(batch, classes, frames / 2, 12)]``, index 0 = C; `frames` is even."""
        x = F.relu(self.norm(self.tones(features(spectrum))) + self.by_pitch)
        x = self.harmonics(self.residual(x))
        batch, channels, frames, _ = x.shape
        x = x.reshape(batch, channels, frames, OCTAVES, CLASSES).transpose(2, 3).reshape(batch, channels * OCTAVES, frames, CLASSES)
        x = x.roll(LOWEST_MIDI % CLASSES, dims=3)
        known: Tensor = self.drop(self.circles(F.relu(self.folded(self.fold(x)))))
        return known

    def chords(self, known: Tensor) -> Tensor:
        """Return logits ``[shape=(batch, frames / 2, 12 × qualities + 1)]``: by quality, then by root; the last is none."""
        logits = self.chord(known).permute(0, 2, 1, 3).flatten(2)
        none = self.none(torch.cat([known.mean(dim=3), known.amax(dim=3)], dim=1).transpose(1, 2))
        return torch.cat([logits, none], dim=2)

    def summary(self, known: Tensor, logits: Tensor) -> Tensor:
        """Return what the key is judged by, of each of its frames: ``[shape=(batch, 2 × classes + qualities, frames / 2, 12)]``."""
        batch, frames, _ = logits.shape
        share = logits.softmax(dim=2)[..., :-1].reshape(batch, frames, self.shape.qualities, CLASSES).transpose(1, 2)
        return torch.cat([known, known.square() * 0.25, share], dim=1)

    def keys(self, mean: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """Return logits ``[shape=(batch, 24)]``, 12 major and 12 minor.

        Parameters
        ----------
        mean, first, last : Tensor [shape=(batch, 2 × classes + qualities, 12)]
            Means of `summary` over the whole, and over the first and the last `EDGE` frames that play: of these only chords count.
        """
        chords = [edge[:, -self.shape.qualities :] for edge in (first, last)]
        found: Tensor = self.key(self.key_circle(torch.cat([mean, *chords], dim=1)[:, :, None]))
        return found[:, :, 0].flatten(1)

    def forward(self, spectrum: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of the chords of each frame, and of the key of each example as a whole ``[shape=(batch, 24)]``."""
        known = self.encode(spectrum)
        logits = self.chords(known)
        summary = self.summary(known, logits)
        parts = (summary, summary[:, :, :EDGE], summary[:, :, -EDGE:])
        return each_frame(logits), self.keys(*(part.mean(dim=2) for part in parts))


def each_frame(logits: Tensor) -> Tensor:
    """Return logits at the rate of the spectrum ``[shape=(batch, frames, chords)]``: those between the network's own are means of two."""
    between = 0.5 * (logits + torch.cat([logits[:, 1:], logits[:, -1:]], dim=1))
    return torch.stack([logits, between], dim=2).flatten(1, 2)


assert BINS % (PER_SEMITONE * CLASSES) == 0
