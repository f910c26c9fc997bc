"""What sounds at each moment: layers with gains at a position, and a crossfade whenever anything changes. No Qt, no sound card.

The window's thread asks for changes, the sound card's thread follows them in `kernel`, which is compiled. Every change (start, stop,
seek, another source, solo, mute, the loop's end) is the same thing: the voice that sounds fades out while its successor fades in, for
5 ms along a raised cosine.

Nothing is locked. A wish is written whole into memory of its own, which nobody changes afterwards, and then becomes known by one store
of its address; the store releases and the load acquires, so that whoever sees the address sees what it points to. A wish's number is
larger than those before it, and the kernel only ever moves on to the newest one: once it says that it uses none older than some
number (`oldest`), those can be forgotten, and the sounds with them.

Which part is listened to (`Listening`) is part of a wish, and fades as fast. What sounded in the last second or so stays on a tape that
the kernel writes and meters read, some samples behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixassistant.gui.player.listening import BANDS, SECTIONS, Listening, filters

FADE_S = 0.005  # long enough to be no click, short enough to be at once

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
class _Wish:
    """A wish as the kernel reads it, and what its addresses point to."""

    number: int
    voice: Voice | None
    position: int | None
    loop: tuple[int, int] | None
    header: NDArray[np.void]
    table: NDArray[np.void]
    sounds: tuple[Samples, ...]
    mix: NDArray[np.float64]


def _readable(samples: Samples) -> Samples:
    """Return samples as the kernel reads them: whole steps forward. Those of a song are, as they are."""
    aligned = np.require(samples, np.float32, "A")
    return aligned if min(aligned.strides) >= 0 else np.ascontiguousarray(aligned)


class Mixer:
    """Renders blocks of the voice that is wanted. Making one loads the kernel, which can take seconds: not in the window's thread.

    Parameters
    ----------
    sample_rate_hz : int
        Of all layers and of the output.
    """

    def __init__(self, sample_rate_hz: int) -> None:
        from mixassistant.gui.player import kernel

        self._kernel = kernel
        self._state = np.zeros(1, kernel.STATE)
        self._listening = Listening()
        self._filters = filters(sample_rate_hz)
        self._memory = np.zeros((len(BANDS), SECTIONS, 2, 2))
        self._mixes = self._listening.mix(), self._listening.mix()
        self._tape = np.zeros((kernel.TAPE, kernel.TRACKS), np.float32)
        kept: dict[str, NDArray[Any]] = {"filters": self._filters, "memory": self._memory, "tape": self._tape}
        kept |= {"mix_before": self._mixes[0], "mix": self._mixes[1]}
        for name, values in kept.items():
            self._state[name] = values.ctypes.data
        self._silence = self._wish(0, None, None, None)
        self._wishes = [self._silence]
        self._state["wish"] = self._state["silence"] = self._state["now"] = self._state["before"] = self._silence.header.ctypes.data
        self._state["fade"] = self._state["faded"] = self._state["turned"] = max(2, round(FADE_S * sample_rate_hz))
        self._state["loop_end"] = -1

    def _wish(self, number: int, voice: Voice | None, position: int | None, loop: tuple[int, int] | None) -> _Wish:
        layers = voice.layers if voice is not None else ()
        sounds = tuple(_readable(layer.samples) for layer in layers)
        rows = [
            (sound.ctypes.data, sound.strides[0] // 4, sound.strides[1] // 4, layer.start, sound.shape[1], layer.gain)
            for layer, sound in zip(layers, sounds, strict=True)
        ]
        table = np.array(rows, self._kernel.LAYER)
        named = (number, id(voice) if voice is not None else 0, voice.length if voice is not None else 0)
        placed = (-1 if position is None else position, *(loop or (-1, -1)))
        mix = self._listening.mix()
        header = np.array([(*named, *placed, len(layers), table.ctypes.data, mix.ctypes.data)], self._kernel.WISH)
        return _Wish(number, voice, position, loop, header, table, sounds, mix)

    def want(self, voice: Voice | None, position: int | None = None, loop: tuple[int, int] | None = None) -> None:
        """Ask for a voice (None: silence) from the next block on, at a position (None: where it is), within a loop, all in samples."""
        if position is None and not self._is_followed:
            position = self._wishes[-1].position  # the place that the wish before asked for, and has not come to
        wish = self._wish(self._wishes[-1].number + 1, voice, position, loop)
        oldest = self._state["oldest"][0]
        self._wishes = [*(w for w in self._wishes if w.number >= oldest), wish]
        self._kernel.publish.ctypes(self.address, wish.header.ctypes.data)

    def listen(self, listening: Listening) -> None:
        """Hear a part of what is wanted from the next block on."""
        if listening != self._listening:
            self._listening = listening
            self.want(self._wishes[-1].voice, None, self._wishes[-1].loop)

    def sounded(self, count: int, latency: int) -> tuple[Samples, Samples]:
        """Return what was rendered last before so many samples of latency, whole and the part that was listened to, ``[shape=(2, count)]``.

        What lies further back than the tape reaches, and before there was any sound, is silence.
        """
        end = int(self._state["taped"][0]) - latency
        places = np.arange(end - count, end)
        found = self._tape[places & (self._kernel.TAPE - 1)]
        found[places < max(0, end + latency - self._kernel.TAPE)] = 0
        return found[:, :2].T, found[:, 2:].T

    @property
    def address(self) -> int:
        """Where the kernel's state is: what its `callback` is given. The mixer has to live as long as that may be called."""
        return int(self._state.ctypes.data)

    @property
    def callback(self) -> int:
        """Address of the function that fills a block, of PortAudio's type ``PaStreamCallback``."""
        address = self._kernel.callback.address
        assert address is not None  # it is compiled when the module is loaded
        return address

    @property
    def _is_followed(self) -> bool:
        return bool(self._state["seen"][0] == self._wishes[-1].number)

    @property
    def is_heard(self) -> bool:
        """Whether the last wish sounds, and nothing fades any more."""
        fade = self._state["fade"][0]
        return self._is_followed and bool(self._state["faded"][0] >= fade and self._state["turned"][0] >= fade)

    @property
    def has_ended(self) -> bool:
        """Whether the song came to its end, and nothing was wished for since."""
        return self._is_followed and bool(self._state["has_ended"][0])

    @property
    def position(self) -> int:
        """The sample of the song that is rendered next."""
        wanted = None if self._is_followed else self._wishes[-1].position
        return int(self._state["position"][0]) if wanted is None else wanted

    def heard(self, latency: int) -> int:
        """Return the sample of the song that is heard while so many samples wait in the output; of what was asked for last, or its start.

        Back from what is rendered next, along the way that it went: from a loop's start to its end, and not beyond a seek.
        """
        if not self._is_followed and (wanted := self._wishes[-1].position) is not None:
            return wanted
        position, start, end, since_wish, since_turn, silent = (
            int(self._state[name][0]) for name in ("position", "loop_start", "loop_end", "since_wish", "since_turn", "silent")
        )
        behind = min(max(latency - silent, 0), since_wish)
        if behind <= since_turn:
            return position - behind
        if end <= start:  # it went in a loop that is no more
            return position - since_turn
        return end - (behind - since_turn) % (end - start)

    @property
    def blocks(self) -> int:
        """How many blocks were rendered."""
        return int(self._state["blocks"][0])

    @property
    def underruns(self) -> int:
        """How many of them the sound card asked for too late."""
        return int(self._state["underruns"][0])

    def render(self, out: Samples) -> None:
        """Fill a block, ``[shape=(2, samples)]``, as the sound card's thread does."""
        block = np.empty((out.shape[1], 2), np.float32)
        self._kernel.callback.ctypes(None, block.ctypes.data, out.shape[1], None, 0, self.address)
        out[...] = block.T
