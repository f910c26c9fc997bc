"""The sound card, through sounddevice (PortAudio): the one adapter to it.

PortAudio's list of devices is frozen when it starts; `rescan` starts it again. A device that disappears ends the stream, which says
so. Without PortAudio, or without a device, there is no sound and a reason, and everything else works. All of it can take tenths of a
second, and wants to be called from one thread: `connection`'s.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from mixassistant.errors import MissingError
from mixassistant.gui.background.worker import Worker
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.player.mixer import Mixer

LATENCY_S = 0.15  # of the sound card's buffer: how long the system may let it wait; a change is heard that much later
BLOCK = 1024  # samples
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Output:
    """A sound card's output: its number in PortAudio's list, its name for people, and whether it is the system's choice."""

    number: int
    name: str
    is_system: bool = False


@cache
def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError as error:
        hint = _("install it with: pip install sounddevice")
        raise MissingError("no-sound", _("there is no sound: the package sounddevice is not installed"), hint) from error
    except OSError as error:  # the package is there, and the system's library that it loads is not
        hint = _("install your system’s PortAudio (libportaudio2, portaudio), then start again")
        raise MissingError("no-sound", _("there is no sound: PortAudio is not installed"), hint) from error
    # It ends PortAudio when the process ends, and no worker may be opening an output then; what is registered last is done first.
    atexit.register(Worker.end_all)
    return sounddevice


def outputs() -> tuple[Output, ...]:
    """Return the outputs there are; none without PortAudio."""
    try:
        library = _sounddevice()
    except MissingError:
        return ()
    chosen = library.default.device[1]
    found = library.query_devices()
    return tuple(Output(d["index"], d["name"], d["index"] == chosen) for d in found if d["max_output_channels"] >= 1)


def absence(device: str, found: tuple[Output, ...]) -> str:
    """Return what to say where the output that was chosen is not among those that were found; empty where there is nothing to say."""
    if not device or not found or any(output.name == device for output in found):
        return ""
    used = next((output.name for output in found if output.is_system), "")
    if not used:
        return _("The output “{name}” is not there: choose another one under “Output”").format(name=device)
    return _("The output “{name}” is not there: playback goes through “{used}”, the system’s choice").format(name=device, used=used)


def rescan() -> tuple[Output, ...]:
    """Start PortAudio again, so that devices that came and went since are seen; no stream may be open."""
    try:
        library = _sounddevice()
    except MissingError:
        return ()
    library._terminate()
    library._initialize()
    return outputs()


def _refusal(device: str, error: Exception) -> MissingError:
    """Return what a musician can do about an output that PortAudio does not open or start; its own reason goes to the log."""
    _log.warning("the output “%s” does not play: %s", device, error)
    if not outputs():
        hint = _("connect headphones or a sound card, then choose “Look again” under “Output”")
        return MissingError("no-output", _("there is no sound output"), hint)
    hint = _("choose another one under “Output”, or close the program that uses it, then play again")
    return MissingError("no-output", _("the sound output does not open"), hint)


class Stream:
    """A mixer that is heard from `start` on. What is to sound first is wished for before: some outputs take their whole buffer at once.

    PortAudio calls the mixer's kernel itself, from a thread of its own that never waits for the interpreter.

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

    _open: ClassVar[set[Stream]] = set()  # while PortAudio calls the kernel, what it works with must not go

    def __init__(self, mixer: Mixer, sample_rate_hz: int, device: str, ended: Callable[[], None]) -> None:
        library = _sounddevice()
        self._mixer, self._ended = mixer, ended
        self._is_closing = False
        number = next((o.number for o in outputs() if o.name == device), None) if device else None
        try:
            # The class for authors of libraries is the one that takes a compiled callback (as python-rtmixer does).
            self._stream: Any = library._StreamBase(
                kind="output", samplerate=sample_rate_hz, channels=2, dtype="float32", latency=LATENCY_S, blocksize=BLOCK, device=number,
                callback=library._ffi.cast("PaStreamCallback*", mixer.callback), userdata=library._ffi.cast("void*", mixer.address),
                finished_callback=self._finished,
            )  # fmt: skip
        except (library.PortAudioError, ValueError) as error:
            raise _refusal(device, error) from error
        self._open.add(self)
        self._device, self._error = device, library.PortAudioError
        self.latency_s = float(self._stream.latency)  # from the kernel to the ear, as PortAudio knows it

    def start(self) -> None:
        """Begin to play."""
        try:
            self._stream.start()
        except self._error as error:
            raise _refusal(self._device, error) from error

    def _finished(self) -> None:
        if not self._is_closing:
            self._ended()

    def close(self) -> None:
        """End the stream."""
        self._is_closing = True
        self._stream.close(ignore_errors=True)
        self._open.discard(self)
