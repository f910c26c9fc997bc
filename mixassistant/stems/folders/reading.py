"""Reading the tracks of a song: halves joined, all at one sample rate and where their time stamps put them."""

from __future__ import annotations

from collections.abc import Sequence

from mixassistant.audio.audio import Audio
from mixassistant.audio.broadcast import time_reference_s
from mixassistant.audio.decode import Reading, read
from mixassistant.audio.resample import resample
from mixassistant.audio.storage import blank
from mixassistant.names import listed
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.folders.placing import Clip, delayed, offsets_s
from mixassistant.stems.folders.sorting import Part
from mixassistant.stems.folders.tracks import Track

SHOWN = 6  # names in a line


def read_tracks(tracks: Sequence[Track], progress: Progress = silent, stream: int | None = None) -> tuple[list[Part], tuple[str, ...]]:
    """Return the sound of tracks, and whole sentences on what was odd about it; `stream` is that of the last one that is read.

    Raises
    ------
    InputError
        One of them cannot be read.
    """
    readings, warnings = [], list[str]()
    for index, track in enumerate(tracks):
        step = part(progress, 0.9 * index / len(tracks), 0.9 * (index + 1) / len(tracks))
        reading = _read(track, step, stream if index == len(tracks) - 1 else None)
        readings.append(reading.audio)
        warnings += reading.warnings
    joined = [track.name for track in tracks if len(track.files) > 1]
    if joined:
        what = "1 stereo track was joined from its left and right file" if len(joined) == 1 else f"{len(joined)} stereo tracks were joined"
        warnings.append(f"{what}{'' if len(joined) == 1 else ' from left and right files'}: {listed(joined, SHOWN)}.")
    clips = [
        Clip(t.name, time_reference_s(t.path), audio.duration_s, t.purpose == "mix") for t, audio in zip(tracks, readings, strict=True)
    ]
    offsets, told = offsets_s(clips)
    rate = max(audio.sample_rate_hz for audio in readings)
    parts = []
    readings.reverse()
    for index, (track, offset) in enumerate(zip(tracks, offsets, strict=True)):
        progress(f"Reading {track.path.name}", 0.9 + 0.1 * index / len(tracks))
        audio = readings.pop()  # forty stems of a song fill gigabytes: each is let go as soon as its copy is there
        parts.append(Part(track, delayed(resample(audio, rate), offset)))
    return parts, (*warnings, *told)


def _read(track: Track, progress: Progress, stream: int | None) -> Reading:
    if len(track.files) == 1:
        return read(track.path, progress, stream)
    left, right = (read(file, part(progress, side / 2, (side + 1) / 2)) for side, file in enumerate(track.files))
    length = max(left.audio.length, right.audio.length)
    both = blank(2, length)
    for side, reading in enumerate((left, right)):
        both[side, : reading.audio.length] = reading.audio.samples[0]
    return Reading(Audio(both, left.audio.sample_rate_hz), (*left.warnings, *right.warnings))
