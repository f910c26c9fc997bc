"""Notes through sound fonts: FluidSynth's library (LGPL, the Debian package ``libfluidsynth3``) through ctypes.

A font is loaded once for all songs. Blocks begin at multiples of 64 samples, so an onset lies within 1.5 ms of its time.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44100
SF2, SF3 = Path("/usr/share/sounds/sf2"), Path("/usr/share/sounds/sf3")
FONTS = {
    "fluid": SF2 / "FluidR3_GM.sf2",
    "timgm": SF2 / "TimGM6mb.sf2",
    "opl3": SF2 / "OPL-3_FM_128M.sf2",
    "musescore": SF3 / "MuseScore_General_Full.sf3",
    "blackpearl": SF2 / "Black_Pearl_4_LV2.sf2",
    "redzeppelin": SF2 / "Red_Zeppelin_4_LV2.sf2",
}
SINGLE_KITS = ("blackpearl", "redzeppelin")
GEN_FINETUNE = 52  # SoundFont 2.04, section 8.1.2: cents
GAIN = 0.5
BLOCK = 64  # samples
FLUSHED = 64 * BLOCK


@dataclass(frozen=True)
class Sounding:
    """A note to be rendered: start and end in seconds, pitch, velocity, channel, program."""

    start_s: float
    end_s: float
    pitch: int
    velocity: int
    channel: int
    program: int


@lru_cache(maxsize=1)
def _library() -> Any:
    """Return FluidSynth, or None where it is missing."""
    name = ctypes.util.find_library("fluidsynth") or "libfluidsynth.so.3"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return None
    for function in ("new_fluid_settings", "new_fluid_synth"):
        getattr(library, function).restype = ctypes.c_void_p
    return library


def is_installed() -> bool:
    """Tell whether FluidSynth's library is there."""
    return _library() is not None


def available(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the fonts that are installed."""
    return tuple(name for name in names if FONTS[name].exists())


class Player:
    """One font, loaded, that renders notes.

    Parameters
    ----------
    font : str
        A key of `FONTS`.
    """

    def __init__(self, font: str) -> None:
        library = _library()
        if library is None:
            raise RuntimeError("FluidSynth's library is missing (Debian: libfluidsynth3)")
        self._library = library
        settings = ctypes.c_void_p(library.new_fluid_settings())
        library.fluid_settings_setnum(settings, b"synth.sample-rate", ctypes.c_double(RATE_HZ))
        library.fluid_settings_setnum(settings, b"synth.gain", ctypes.c_double(GAIN))
        library.fluid_settings_setint(settings, b"synth.cpu-cores", 1)
        library.fluid_settings_setint(settings, b"synth.polyphony", 128)
        library.fluid_settings_setint(settings, b"synth.reverb.active", 0)
        library.fluid_settings_setint(settings, b"synth.chorus.active", 0)
        # Fonts of 150 MB: only the instruments that play are read.
        library.fluid_settings_setint(settings, b"synth.dynamic-sample-loading", 1)
        self._synth = ctypes.c_void_p(library.new_fluid_synth(settings))
        if library.fluid_synth_sfload(self._synth, str(FONTS[font]).encode(), 1) < 0:
            raise RuntimeError(f"{FONTS[font]} cannot be read")
        # A voice that has played before begins its next note a little differently: every voice has, so that a song does not depend on
        # what was rendered before it.
        self.render([Sounding(0.0, 0.1, pitch, 100, 0, 0) for pitch in range(128)], RATE_HZ // 2, 0.0)

    def render(self, notes: list[Sounding], length: int, cents: float) -> NDArray[np.float32]:
        """Return the notes' sound, ``[shape=(2, length)]``, tuned `cents` away from A4 = 440 Hz."""
        library, synth = self._library, self._synth
        library.fluid_synth_all_sounds_off(synth, -1)
        rest = np.zeros((2, FLUSHED), np.float32)
        self._until(rest, 0, FLUSHED)  # what still sounds of the song before
        library.fluid_synth_system_reset(synth)
        for channel in range(16):
            library.fluid_synth_set_gen(synth, channel, GEN_FINETUNE, ctypes.c_float(cents if channel != 9 else 0.0))
        for channel, program in sorted({(n.channel, n.program) for n in notes}):
            library.fluid_synth_program_change(synth, channel, program)
        events = [(round(n.start_s * RATE_HZ), 1, n.channel, n.pitch, n.velocity) for n in notes]
        events += [(round(n.end_s * RATE_HZ), 0, n.channel, n.pitch, 0) for n in notes]
        # Whole blocks, so that the next song's notes lie in their blocks as they would in the first song's.
        sound = np.zeros((2, -(-length // BLOCK) * BLOCK), np.float32)
        at = 0
        for sample, is_on, channel, pitch, velocity in sorted(events):
            at = self._until(sound, at, min(sample, length))
            if is_on:
                library.fluid_synth_noteon(synth, channel, pitch, max(1, min(127, velocity)))
            else:
                library.fluid_synth_noteoff(synth, channel, pitch)
        self._until(sound, at, sound.shape[1])
        return sound[:, :length]

    def _until(self, sound: NDArray[np.float32], at: int, end: int) -> int:
        """Render up to a sample."""
        if end <= at:
            return at
        left = sound[0].ctypes.data_as(ctypes.c_void_p)
        right = sound[1].ctypes.data_as(ctypes.c_void_p)
        self._library.fluid_synth_write_float(self._synth, end - at, left, at, 1, right, at, 1)
        return end


@lru_cache(maxsize=8)
def player(font: str) -> Player:
    """Return a font's player, loaded once."""
    return Player(font)
