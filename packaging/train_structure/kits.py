"""Drum kits: the samples of Hydrogen's kits (Debian's ``hydrogen-drumkits``), played by the note numbers of General MIDI.

Samples are cut where they begin to sound, so that a hit's time is its onset.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from midi import Note
from numpy.typing import NDArray

RATE_HZ = 44100
KITS = Path("/usr/share/hydrogen/data/drumkits")
ONSET_SHARE = 0.03  # of the peak: where a sample begins to sound
LONGEST_S = 2.5
# What a General MIDI percussion note is, and what stands in for it, in this order.
ROLES: dict[int, tuple[str, ...]] = {
    35: ("kick",), 36: ("kick",), 37: ("rim", "clap", "snare"), 38: ("snare",), 39: ("clap", "snare"), 40: ("snare",),
    41: ("low tom", "mid tom"), 43: ("low tom", "mid tom"), 45: ("mid tom", "low tom"), 47: ("mid tom", "high tom"),
    48: ("high tom", "mid tom"), 50: ("high tom", "mid tom"), 42: ("closed hat", "shaker"), 44: ("pedal hat", "closed hat"),
    46: ("open hat", "closed hat"), 49: ("crash", "open hat"), 57: ("crash", "open hat"), 52: ("crash", "open hat"),
    55: ("crash", "open hat"), 51: ("ride", "closed hat", "shaker"), 59: ("ride", "closed hat", "shaker"),
    53: ("bell", "ride", "closed hat"),
    54: ("tambourine", "shaker", "closed hat"), 56: ("cowbell", "rim", "closed hat"), 69: ("shaker", "closed hat"),
    70: ("shaker", "closed hat"), 82: ("shaker", "closed hat"), 75: ("clave", "rim", "closed hat"), 76: ("clave", "rim", "closed hat"),
    77: ("clave", "rim", "closed hat"), 60: ("bongo", "high tom"), 61: ("bongo", "mid tom"), 62: ("conga", "high tom"),
    63: ("conga", "mid tom"), 64: ("conga", "low tom"), 65: ("high tom",), 66: ("mid tom",), 67: ("cowbell", "rim"), 68: ("cowbell", "rim"),
}  # fmt: skip
# The first pattern that fits an instrument's name tells what it is.
PATTERNS = (
    ("rim", r"side ?stick|rim ?click|^stick"), ("kick", r"kick|bass ?drum|thump"), ("clap", r"clap"), ("snare", r"snare|slap"),
    ("open hat", r"(open|op\b|ohh).*|semi-?open"), ("pedal hat", r"(pedal|foot|pd).*(h|hat)|(hat|hh).*(pedal|pd)"),
    ("closed hat", r"clos|chh|hat.*(cl|low|ring)|side hh"), ("low tom", r"tom.*(low|floor)|(low|floor).*tom"),
    ("mid tom", r"tom ?(mid|2)|mid.*tom"), ("high tom", r"tom"), ("bell", r"bell|cup"),
    ("ride", r"ride|cymbal"), ("crash", r"crash|splash|china"),
    ("tambourine", r"tambourine"), ("shaker", r"maraca|shak"), ("clave", r"clave|wood ?block"), ("bongo", r"bongo"),
    ("conga", r"conga"),
)  # fmt: skip


@dataclass(frozen=True)
class Kit:
    """A kit: for each role its samples from soft to loud, ``[shape=(2, samples)]`` with the loudest peak at 1."""

    name: str
    layers: dict[str, tuple[NDArray[np.float32], ...]]

    def sample(self, pitch: int, velocity: int) -> NDArray[np.float32] | None:
        """Return the sample of a GM note, or None where the kit has nothing of the kind."""
        for role in ROLES.get(pitch, ()):
            if layers := self.layers.get(role):
                return layers[min(len(layers) - 1, velocity * len(layers) // 128)]
        return None


def role_of(name: str) -> str | None:
    """Return what an instrument of a kit is, by its name."""
    plain = re.sub(r"\(.*?\)", "", name).strip().lower()
    if "cowbell" in plain:
        return "cowbell"
    if "roll" in plain:
        return None
    return next((role for role, pattern in PATTERNS if re.search(pattern, plain)), None)


def trimmed(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a sample from where it begins to sound, a millisecond earlier faded in, at most `LONGEST_S` long."""
    loud = np.abs(sound).max(axis=0)
    begin = max(0, int(np.argmax(loud > ONSET_SHARE * loud.max())) - 44)
    cut = sound[:, begin : begin + round(LONGEST_S * RATE_HZ)].copy()
    fade = min(22, cut.shape[1])
    if begin:
        cut[:, :fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    return cut


def _read(path: Path) -> NDArray[np.float32] | None:
    """Return a sample at 44.1 kHz in stereo, or None if it is silent or missing."""
    import soundfile
    import soxr

    if not path.exists():
        return None
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    if rate != RATE_HZ:
        sound = soxr.resample(sound, rate, RATE_HZ)
    stereo = np.repeat(sound.T, 2, axis=0)[:2] if sound.shape[1] == 1 else sound.T[:2]
    return trimmed(stereo) if np.abs(stereo).max(initial=0.0) > 1e-4 else None


@lru_cache(maxsize=64)
def sampled_kit(folder: str, variant: int = 0) -> Kit:
    """Return one of Hydrogen's kits by the name of its folder; of several instruments of one role, the variant says which."""
    text = (KITS / folder / "drumkit.xml").read_bytes().decode("utf-8", "replace")
    root = ET.fromstring(re.sub(r"\s(xmlns(:\w+)?|xsi:\w+)=\"[^\"]+\"", "", text))
    instruments: dict[str, list[ET.Element]] = {}
    for instrument in root.iter("instrument"):
        if role := role_of(instrument.findtext("name") or ""):
            instruments.setdefault(role, []).append(instrument)
    layers: dict[str, tuple[NDArray[np.float32], ...]] = {}
    for role, choices in instruments.items():
        instrument = choices[variant % len(choices)]
        entries = [(float(la.findtext("min") or 0), la.findtext("filename")) for la in instrument.iter("layer")]
        names = [name for _, name in sorted(entries, key=lambda e: e[0]) if name] or [instrument.findtext("filename") or ""]
        sounds = [s for s in (_read(KITS / folder / name) for name in names) if s is not None]
        if sounds:
            top = max(float(np.abs(s).max()) for s in sounds)
            layers[role] = tuple(s / top for s in sounds)
    return Kit(folder, layers)


def play(kit: Kit, hits: list[tuple[float, Note]], length: int, spread: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Return hits at their times in seconds, ``[shape=(2, length)]``.

    Parameters
    ----------
    kit : Kit
    hits : list of (float, Note)
    length : int
    spread : float
        How far the drums of a kit may be from an even balance, in dB of standard deviation.
    random : np.random.Generator
    """
    out = np.zeros((2, length), np.float32)
    gains = {
        pitch: 10 ** (random.normal(0, spread) / 20) * (0.45 if pitch in (42, 44, 46, 51, 53, 59, 49, 57) else 1.0) for pitch in range(128)
    }
    for time, note in hits:
        sound = kit.sample(note.pitch, note.velocity)
        start = round(time * RATE_HZ)
        if sound is None or start >= length or start < 0:
            continue
        cut = sound[:, : length - start]
        out[:, start : start + cut.shape[1]] += gains[note.pitch] * (note.velocity / 127) ** 1.5 * cut
    return out
