"""Crops: pieces of songs of one exact length, on the beat, the stems in step with the mix.

A crop is a folder, ``NAME_0003``, with ``full_mix`` and the stems, and ``NAME_0003.INFO`` beside them in it that says where it comes
from. It is written under another name and put in place as a whole, so that a crop that is there is complete, and none is written over.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import output_error, write_audio, write_bytes
from mixassistant.bounded_json import read_json
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure
from mixassistant.names import file_name, file_names
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.look import FULL_MIX
from mixassistant.stems.stem import Song

LENGTH = 2_097_152  # samples: what generative models of music are trained on
FADE_S = 0.010
SNAP_S = 0.010  # how far a start may move to where the wave crosses zero
SILENT_DBFS = -60.0  # a piece below that holds nothing to learn from
EVERY = 4  # downbeats, where crops begin at every fourth bar only
SCHEMA = "mixassistant.crop/1"
PARTIAL = ".part-"
_LOOKED_AT = 16  # crops of a name, of which the first may have been deleted

Format = Literal["flac", "wav"]


@dataclass(frozen=True)
class Wish:
    """What crops are wanted.

    Parameters
    ----------
    length : int
        Samples of each, at the song's own rate.
    is_sequential : bool
        One after the other from the song's first sample on, wherever the beat is.
    overlap : float
        Share of a crop that the next one repeats, 0 to below 1.
    are_fourths : bool
        Begin at every fourth downbeat only, counted from the first.
    format : str
        ``"flac"`` (24 bit) or ``"wav"`` (32 bit float).
    """

    length: int = LENGTH
    is_sequential: bool = False
    overlap: float = 0.0
    are_fourths: bool = False
    format: Format = "flac"

    def __post_init__(self) -> None:
        if self.length < 1:
            raise ValueError(f"a crop has at least one sample, not {self.length}")
        if not 0.0 <= self.overlap < 1.0:
            raise ValueError(f"the overlap is a share from 0 to below 1, not {self.overlap}")


@dataclass(frozen=True)
class Crop:
    """One piece of a song.

    Parameters
    ----------
    start : int
        Its first sample.
    wanted : int
        Where it would begin without moving to where the wave crosses zero.
    aligned : str
        What it begins on: ``"downbeat"``, ``"beat"``, or ``"none"``.
    """

    start: int
    wanted: int
    aligned: Literal["downbeat", "beat", "none"]


@dataclass(frozen=True, eq=False)
class Pulse:
    """Beats of a song in seconds, ``[shape=(beats,)]``, and which of them begin a bar; both empty without a steady beat."""

    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]
    bpm: float | None = None


NO_PULSE = Pulse(np.zeros(0), np.zeros(0))


def pulse_of(song: Song, device: str = "cpu") -> Pulse:
    """Return the beats of a song, as they are measured."""
    found = measure(song.mix, "mix", device, frozenset({"bpm", "beats", "downbeats"}))
    beats, downbeats = vector(found, "beats"), vector(found, "downbeats")
    if beats is None:
        return NO_PULSE
    return Pulse(beats, downbeats if downbeats is not None else np.zeros(0), scalar(found, "bpm"))


def crops_of(mix: Audio, pulse: Pulse, wish: Wish) -> tuple[Crop, ...]:
    """Return the crops of a mix: whole ones only, and none that is silent.

    A crop begins on a downbeat, or on a beat where no bars were found, and the next one on the first of them that is no earlier than
    this one's end less the overlap. Without a steady beat they follow each other from the first sample on. A start moves to where the
    mean of the channels crosses zero, if it does within 10 ms.

    Parameters
    ----------
    mix : Audio
    pulse : Pulse
    wish : Wish
    """
    rate, last = mix.sample_rate_hz, mix.length - wish.length
    step = max(round(wish.length * (1 - wish.overlap)), 1)
    aligned, places = _places(pulse, wish, rate)
    wanted: list[int] = []
    if aligned == "none":
        wanted = [*range(0, last + 1, step)]
    else:
        next_at = 0
        for place in places:
            if place >= next_at and place <= last:
                wanted.append(int(place))
                next_at = int(place) + step
    mono = mix.mono().samples[0]
    found = [Crop(place if aligned == "none" else snapped(mono, place, round(SNAP_S * rate), last), place, aligned) for place in wanted]
    return tuple(crop for crop in found if _level_dbfs(mix.read(crop.start, crop.start + wish.length)) > SILENT_DBFS)


def _places(pulse: Pulse, wish: Wish, rate: int) -> tuple[Literal["downbeat", "beat", "none"], NDArray[np.int64]]:
    """Return what crops begin on, and where that is, in samples."""
    if wish.is_sequential or not pulse.beats_s.size:
        return "none", np.zeros(0, np.int64)
    name: Literal["downbeat", "beat"] = "downbeat" if pulse.downbeats_s.size else "beat"
    seconds = pulse.downbeats_s if name == "downbeat" else pulse.beats_s
    return name, np.round((seconds[::EVERY] if wish.are_fourths and name == "downbeat" else seconds) * rate).astype(np.int64)


def snapped(mono: NDArray[np.float32], place: int, most: int, last: int) -> int:
    """Return the sample nearest to `place` at which a wave crosses zero, at most so many samples away; `place` where it crosses nowhere.

    Parameters
    ----------
    mono : ndarray [shape=(samples,)]
    place, most : int
    last : int
        The sample is never beyond this one.
    """
    low, high = max(place - most, 1), min(place + most, last, mono.size - 1)
    if high < low:
        return place
    before, here = mono[low - 1 : high], mono[low : high + 1]
    crossings = low + np.flatnonzero((here == 0) | (np.signbit(before) != np.signbit(here)))
    return int(crossings[np.abs(crossings - place).argmin()]) if crossings.size else place


def _level_dbfs(samples: NDArray[np.float32]) -> float:
    power = float(np.square(samples, dtype=np.float64).mean()) if samples.size else 0.0
    return 10 * float(np.log10(max(power, 1e-20)))


def faded(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Return samples ``[shape=(channels, samples)]`` that rise from nothing and fall to nothing in 10 ms, along a raised cosine."""
    count = min(round(FADE_S * rate), samples.shape[1] // 2)
    out = samples.copy()
    if count:
        rise = (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)).astype(np.float32)
        out[:, :count] *= rise
        out[:, -count:] *= rise[::-1]
    return out


@dataclass(frozen=True)
class Made:
    """What came of one song: crops that were written, and those that were there before."""

    written: int
    there: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.written + self.there


def crop_song(song: Song, source: Path, folder: Path, wish: Wish, device: str = "cpu", progress: Progress = silent) -> Made:
    """Write the crops of a song that are not there yet.

    Parameters
    ----------
    song : Song
    source : Path
        Where it was read from, as the ``.INFO`` tells.
    folder : Path
        That the crops' folders are made in.
    wish : Wish
    device : str
        Torch device.
    progress : Progress
        May raise `Cancelled` between two crops.

    Raises
    ------
    OutputError
        A crop cannot be written.
    """
    from filelock import FileLock

    progress(f"Finding the beat of {song.name}", 0.0)
    pulse = NO_PULSE if wish.is_sequential else pulse_of(song, device)
    found = crops_of(song.mix, pulse, wish)
    written = there = 0
    saving = part(progress, 0.3, 1.0)
    names = dict(zip((s.name for s in song.stems), file_names([s.name for s in song.stems], f".{wish.format}"), strict=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = folder / f".{file_name(song.name, '.lock')}"
        with FileLock(lock):
            name = _name_for(song, folder, wish)
            for index, crop in enumerate(found):
                saving(f"Writing crops of {song.name}", index / len(found))
                place = folder / _numbered(name, index)
                if os.path.lexists(place):
                    there += 1
                    continue
                _write(song, names, _info(song, source, pulse, crop, wish, index), crop, wish, place)
                written += 1
        lock.unlink(missing_ok=True)
    except OSError as error:
        raise output_error(folder, error) from error
    progress("Done", 1.0)
    return Made(written, there)


def _numbered(name: str, index: int) -> str:
    return file_name(f"{name}_{index:04d}", "")


def _name_for(song: Song, folder: Path, wish: Wish) -> str:
    """Return what the crops of a song are called: by its name, numbered where other crops have that name already."""
    name, number = song.name, 1
    while True:
        first = next((place for index in range(_LOOKED_AT) if os.path.lexists(place := folder / _numbered(name, index))), None)
        if first is None or _told_of(first) == _identity(song, wish):
            return name
        number += 1
        name = f"{song.name} ({number})"


def _identity(song: Song, wish: Wish) -> dict[str, Any]:
    """Return what two sets of crops share that are the same."""
    asked = {"sequential": wish.is_sequential, "overlap": wish.overlap, "div4": wish.are_fourths, "format": wish.format}
    return {"content_hash": song.content_hash, "length_samples": wish.length, "asked": asked}


def _told_of(place: Path) -> dict[str, Any] | None:
    """Return what a crop that is there tells of its set; ``None`` where it tells nothing."""
    try:
        found = read_json(place / f"{place.name}.INFO")
    except (OSError, ValueError):
        return None
    return {key: found.get(key) for key in ("content_hash", "length_samples", "asked")} if isinstance(found, dict) else None


def _write(song: Song, names: dict[str, str], info: dict[str, Any], crop: Crop, wish: Wish, place: Path) -> None:
    """Write one crop as a whole, or nothing of it."""
    temporary = place.with_name(f"{PARTIAL}{place.name}")
    shutil.rmtree(temporary, ignore_errors=True)  # of a run that was killed: this song's lock is held
    temporary.mkdir()
    try:
        audio = {f"{FULL_MIX}.{wish.format}": song.mix} | {names[stem.name]: stem.audio for stem in song.stems}
        for name, whole in audio.items():
            samples = whole.read(crop.start, crop.start + wish.length)
            samples = np.pad(samples, ((0, 0), (0, wish.length - samples.shape[1])))  # a stem may end before its mix
            rate = whole.sample_rate_hz
            write_audio(Audio(faded(samples, rate), rate), temporary / name, "FLOAT" if wish.format == "wav" else "PCM_24")
        text = json.dumps(info, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        write_bytes(temporary / f"{place.name}.INFO", text.encode("utf-8", "backslashreplace"))
        temporary.rename(place)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _info(song: Song, source: Path, pulse: Pulse, crop: Crop, wish: Wish, index: int) -> dict[str, Any]:
    """Return what is told of a crop; times within it are seconds from its start."""
    rate = song.mix.sample_rate_hz
    start_s, end_s = crop.start / rate, (crop.start + wish.length) / rate
    return {
        "schema": SCHEMA,
        "song": song.name,
        "source": str(source.absolute()),
        **_identity(song, wish),
        "index": index,
        "position": round(start_s / song.mix.duration_s, 6),
        "start_s": round(start_s, 6),
        "start_sample": crop.start,
        "sample_rate_hz": rate,
        "aligned": crop.aligned,
        "moved_samples": crop.start - crop.wanted,
        "bpm": None if pulse.bpm is None else round(pulse.bpm, 3),
        "beats": _within(pulse.beats_s, start_s, end_s),
        "downbeats": _within(pulse.downbeats_s, start_s, end_s),
        "stems": [{"name": stem.name, "role": stem.role} for stem in song.stems],
    }


def _within(times_s: Sequence[float] | NDArray[np.float64], start_s: float, end_s: float) -> list[float]:
    times = np.asarray(times_s)
    # A crop begins up to 10 ms after its beat, where the wave crosses zero: that beat is its first.
    inside = times[(times >= start_s - SNAP_S) & (times < end_s)]
    return [round(max(float(time) - start_s, 0.0), 4) for time in inside]
