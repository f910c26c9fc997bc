"""Songs made from charts, read back: the sound, and what is true of it (``packaging/train_structure`` writes both)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode


@dataclass(frozen=True)
class Spans:
    """Labels of stretches that follow each other: `starts_s` rise, the last ends with the song, ``[shape=(n,)]``."""

    starts_s: NDArray[np.float64]
    labels: tuple[str, ...]

    def intervals(self, end_s: float) -> NDArray[np.float64]:
        """Return start and end of each stretch in seconds, ``[shape=(n, 2)]``, as `mir_eval` takes them."""
        return np.stack([self.starts_s, np.append(self.starts_s[1:], end_s)], axis=1)

    def at(self, time_s: float) -> str | None:
        """Return the label at a time; None before the first stretch."""
        index = int(np.searchsorted(self.starts_s, time_s, "right")) - 1
        return self.labels[index] if index >= 0 else None


@dataclass(frozen=True)
class Song:
    """What is true of a song.

    Parameters
    ----------
    path : Path
        Of the sound.
    style : str
    seed : int
    duration_s : float
    beats_s : np.ndarray [shape=(n,)]
    positions : np.ndarray [shape=(n,)]
        Place of each beat in its bar, from 1.
    metres : Spans
    tempo_bpm : float
        The median of the beats'.
    key : str or None
        Among the 24 of major and minor, as ``"A minor"``; None if nothing pitched plays.
    mode : str or None
        ``"major"``, ``"minor"``, ``"dorian"``, ``"phrygian"`` or ``"mixolydian"``.
    keys, chords, sevenths : Spans
    tuning_cents : float or None
        Against A4 = 440 Hz. Instruments of a sound font may be off by 15 cents more.
    sections : tuple of (float, str, str)
        Start in seconds, letter, kind.
    has_drums, has_voice : bool
    """

    path: Path
    style: str
    seed: int
    duration_s: float
    beats_s: NDArray[np.float64]
    positions: NDArray[np.int64]
    metres: Spans
    tempo_bpm: float
    key: str | None
    mode: str | None
    keys: Spans
    chords: Spans
    sevenths: Spans
    tuning_cents: float | None
    sections: tuple[tuple[float, str, str], ...]
    has_drums: bool
    has_voice: bool

    @property
    def downbeats_s(self) -> NDArray[np.float64]:
        """First beats of bars, in seconds."""
        return self.beats_s[self.positions == 1]

    @property
    def metre(self) -> str:
        """The metre, or ``"changes"``."""
        return self.metres.labels[0] if len(self.metres.labels) == 1 else "changes"

    def audio(self) -> Audio:
        """Return the sound."""
        return decode(self.path)


def _spans(entries: list[list[Any]]) -> Spans:
    starts = np.array([entry[0] for entry in entries], dtype=np.float64)
    starts.flags.writeable = False
    return Spans(starts, tuple(str(entry[1]) for entry in entries))


def read_song(path: Path) -> Song:
    """Return the song whose truth lies in a JSON file.

    Raises
    ------
    ValueError
        If beats do not rise, or places in bars do not follow each other.
    """
    facts = json.loads(path.read_text(encoding="utf-8"))
    beats = np.array([beat[0] for beat in facts["beats"]], dtype=np.float64)
    positions = np.array([beat[1] for beat in facts["beats"]], dtype=np.int64)
    if (np.diff(beats) <= 0).any():
        raise ValueError(f"{path}: beats do not rise")
    follows = (positions[1:] == positions[:-1] + 1) | (positions[1:] == 1)
    if not follows.all():
        raise ValueError(f"{path}: places in bars do not follow each other")
    for array in (beats, positions):
        array.flags.writeable = False
    metre = facts["metre"]
    return Song(
        path=path.with_suffix(".flac"),
        style=facts["style"],
        seed=facts["seed"],
        duration_s=facts["duration_s"],
        beats_s=beats,
        positions=positions,
        metres=_spans([[float(beats[0]), metre]] if isinstance(metre, str) else metre),
        tempo_bpm=facts["tempo_bpm"],
        key=facts["key"],
        mode=facts["mode"],
        keys=_spans(facts["keys"]),
        chords=_spans(facts["chords"]),
        sevenths=_spans(facts["sevenths"]),
        tuning_cents=facts["tuning_cents"],
        sections=tuple((float(start), str(letter), str(kind)) for start, letter, kind in facts["sections"]),
        has_drums=facts["has_drums"],
        has_voice=facts["has_voice"],
    )


def read_songs(folder: Path) -> Iterator[Song]:
    """Yield the songs of a folder by name."""
    for path in sorted(folder.glob("*.json")):
        if path.with_suffix(".flac").exists():
            yield read_song(path)
