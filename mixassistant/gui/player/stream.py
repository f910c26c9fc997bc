"""The sound card, through sounddevice (PortAudio): the one adapter to it.

PortAudio's list of devices is frozen when it starts; `rescan` starts it again. A device that disappears ends the stream, which
says so through `lost`. Without PortAudio, or without a device, there is no sound and a reason, and everything else works.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mixassistant.errors import MissingError
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.player.mixer import Mixer

LATENCY_S = 0.08  # of the sound card's buffer: an analysis beside it may hold the interpreter that long
BLOCK = 1024  # samples


@dataclass(frozen=True)
class Output:
    """A sound card's output: its number in PortAudio's list and its name for people."""

    number: int
    name: str


def _sounddevice() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError) as error:  # OSError: the package is there, PortAudio's library is not
        raise MissingError("no-sound", _("there is no sound: PortAudio is not installed"), _("install libportaudio2")) from error
    return sounddevice


def outputs() -> tuple[Output, ...]:
    """Return the outputs there are; none without PortAudio."""
    try:
        found = _sounddevice().query_devices()
    except MissingError:
        return ()
    return tuple(Output(d["index"], d["name"]) for d in found if d["max_output_channels"] >= 1)


def rescan() -> tuple[Output, ...]:
    """Start PortAudio again, so that devices that came and went since are seen; no stream may be open."""
    try:
        library = _sounddevice()
    except MissingError:
        return ()
    library._terminate()
    library._initialize()
    return outputs()


class Stream:
    """A mixer that is heard.

    Parameters
    ----------
    mixer : Mixer
    sample_rate_hz : int
    device : str
        Name of an output; empty for the system's choice.
    ended : callable
        Called from the sound card's thread when the stream has ended though nobody stopped it.

    Raises
    ------
    MissingError
        There is no output, or it takes no such stream.
    """

    def __init__(self, mixer: Mixer, sample_rate_hz: int, device: str, ended: Callable[[], None]) -> None:
        library = _sounddevice()
        self._block = np.zeros((2, BLOCK * 16), np.float32)
        self._mixer, self._ended = mixer, ended
        self._is_closing = False
        self.underruns = 0
        number = next((o.number for o in outputs() if o.name == device), None) if device else None
        try:
            self._stream = library.OutputStream(
                samplerate=sample_rate_hz, channels=2, dtype="float32", latency=LATENCY_S, blocksize=BLOCK, device=number,
                callback=self._fill, finished_callback=self._finished,
            )  # fmt: skip
            self._stream.start()
        except (library.PortAudioError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise MissingError(
                "no-output", _("the sound card does not play: {why}").format(why=reason), _("choose another output")
            ) from error

    def _fill(self, out: Any, frames: int, _time: Any, status: Any) -> None:
        if status:
            self.underruns += 1
        block = self._block[:, :frames]
        self._mixer.render(block)
        np.clip(block, -1.0, 1.0, out=block)
        np.copyto(out, block.T)

    def _finished(self) -> None:
        if not self._is_closing:
            self._ended()

    def close(self) -> None:
        """End the stream."""
        self._is_closing = True
        self._stream.close(ignore_errors=True)
