"""What sounds at each moment: layers with gains at a position, and a crossfade whenever anything changes. No Qt, no sound card.

The window's thread asks for changes by replacing one tuple; the sound card's thread reads it at the start of a block. Nothing is
locked, and what a block needs is there beforehand. Every change (start, stop, seek, another source, solo, mute, the loop's end) is
the same thing: the voice that sounds fades out while its successor fades in, for 5 ms along a raised cosine.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FADE_S = 0.005  # long enough to be no click, short enough to be at once
LARGEST_BLOCK = 8192  # samples; larger ones are made of several

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Layer:
    """Sound that starts at sample `start` of the song, ``[shape=(2, samples)]`` float32, with a linear gain."""

    samples: Samples
    gain: float = 1.0
    start: int = 0


@dataclass(frozen=True, eq=False)
class Voice:
    """What is to sound: layers that are summed, and the length of the song in samples."""

    layers: tuple[Layer, ...]
    length: int


@dataclass(frozen=True, eq=False)
class Wish:
    """What the window wants: a voice (None: silence), from a position (None: from where it is), within a loop."""

    number: int
    voice: Voice | None
    position: int | None
    loop: tuple[int, int] | None


@dataclass
class _Deck:
    voice: Voice | None = None
    position: int = 0


class Mixer:
    """Renders blocks of the voice that is wanted.

    Parameters
    ----------
    sample_rate_hz : int
        Of all layers and of the output.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        fade = max(2, round(FADE_S * sample_rate_hz))
        self._rising = (0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)).astype(np.float32)
        self._falling = 1 - self._rising
        self._now, self._before = _Deck(), _Deck()
        self._faded = fade  # samples of the crossfade that are done
        self._numbers = itertools.count(1)
        self._wish = Wish(0, None, 0, None)
        self._seen = 0
        self._loop: tuple[int, int] | None = None
        self._scratch = np.zeros((2, LARGEST_BLOCK), np.float32)
        self._old = np.zeros((2, LARGEST_BLOCK), np.float32)
        self.position = 0
        self.has_ended = False

    def want(self, voice: Voice | None, position: int | None = None, loop: tuple[int, int] | None = None) -> None:
        """Ask for a voice from the next block on (the window's thread)."""
        self._wish = Wish(next(self._numbers), voice, position, loop)

    @property
    def is_heard(self) -> bool:
        """Whether the last wish sounds, and nothing fades any more."""
        return self._seen == self._wish.number and self._faded >= self._rising.size

    def render(self, out: Samples) -> None:
        """Fill a block, ``[shape=(2, samples)]`` (the sound card's thread)."""
        done = 0
        while done < out.shape[1]:
            self._follow()
            count = min(out.shape[1] - done, LARGEST_BLOCK, self._until_change())
            self._part(out[:, done : done + count], count)
            done += count
        self.position = self._now.position

    def _follow(self) -> None:
        """Begin what was wished for, unless a crossfade is under way: it takes 5 ms, and the wish stays."""
        if self._faded < self._rising.size:
            return
        wish = self._wish
        if wish.number != self._seen:
            self._seen, self._loop = wish.number, wish.loop
            self._switch(wish.voice, self._now.position if wish.position is None else wish.position)
        elif self._loop is not None and self._now.voice is not None and self._now.position >= self._loop[1]:
            self._switch(self._now.voice, self._loop[0])
        elif self._now.voice is not None and self._now.position >= self._now.voice.length:
            self.has_ended = True
            self._now.voice = None

    def _switch(self, voice: Voice | None, position: int) -> None:
        if voice is self._now.voice and position == self._now.position:
            return
        self._before, self._now = self._now, self._before
        self._now.voice, self._now.position = voice, position
        self._faded = 0
        self.has_ended = False

    def _until_change(self) -> int:
        """Return how many samples may be rendered before anything has to change."""
        if self._faded < self._rising.size:
            return self._rising.size - self._faded
        voice, position = self._now.voice, self._now.position
        if voice is None:
            return LARGEST_BLOCK
        end = voice.length if self._loop is None or position >= self._loop[1] else min(voice.length, self._loop[1])
        return max(end - position, 1)

    def _part(self, out: Samples, count: int) -> None:
        self._sum(self._now, out, count)
        if self._faded < self._rising.size:
            old, reach = self._old[:, :count], slice(self._faded, self._faded + count)
            self._sum(self._before, old, count)
            for new, former in zip(out, old, strict=True):
                np.multiply(new, self._rising[reach], out=new)
                np.multiply(former, self._falling[reach], out=former)
                np.add(new, former, out=new)
            self._faded += count
            self._before.position += count
        if self._now.voice is not None:
            self._now.position += count

    def _sum(self, deck: _Deck, out: Samples, count: int) -> None:
        """Write the sum of a deck's layers at its position; silence beyond their ends."""
        out.fill(0.0)
        if deck.voice is None:
            return
        for layer in deck.voice.layers:
            first = max(deck.position, layer.start)
            last = min(deck.position + count, layer.start + layer.samples.shape[1])
            if first >= last or layer.gain == 0.0:
                continue
            piece = self._scratch[:, : last - first]
            np.multiply(layer.samples[:, first - layer.start : last - layer.start], layer.gain, out=piece)
            part = out[:, first - deck.position : last - deck.position]
            for channel in range(part.shape[0]):  # of two rows at once numpy would copy a whole block
                np.add(part[channel], piece[channel], out=part[channel])
