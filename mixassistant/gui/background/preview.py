"""The waveform of what was dropped, before its analysis: read once more beside it, so that there is something to look at at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant.progress import Progress, silent

if TYPE_CHECKING:
    from mixassistant.audio.audio import Audio, Samples
    from mixassistant.audio.decode import FileInfo
    from mixassistant.audio.peaks import Peaks
    from mixassistant.audio.skim import Kept
    from mixassistant.features.descriptor import Values
    from mixassistant.stems.folders.tracks import Track
    from mixassistant.stems.stem import Role

BLOCK_S = 2.0
FIRST = frozenset({"lufs", "true_peak", "psr", "ltas"})  # what is measured of a mix while its analysis goes on


@dataclass(frozen=True, eq=False)
class StemPreview:
    """What is known of a stem so far: its name, what that tells of its role, and its waveform."""

    name: str
    role: Role
    peaks: Peaks


@dataclass(frozen=True, eq=False)
class Preview:
    """What is known of a mix so far: its name, its waveform and how long it is; of a folder of stems, their waveforms too.

    `channels` and `values` (`FIRST`) come last, once all of it was read: they are None and empty before.
    """

    name: str
    peaks: Peaks
    duration_s: float
    stems: tuple[StemPreview, ...] = ()
    channels: int | None = None
    values: Values = field(default_factory=dict)


def previews(path: Path, progress: Progress = silent, stream: int | None = None) -> Iterator[Preview]:
    """Yield ever better waveforms of a mix, or of a folder's stems and their sum, and the first measurements last.

    None where that takes the analysis itself.

    Tracks stand where their time stamps put them. `stream` is the one of a file's streams, from 0, that is the mix.

    Raises
    ------
    InputError
        It cannot be read; the analysis will say so too.
    """
    from mixassistant.audio.skim import Kept, peaks_while_reading
    from mixassistant.stems.look import kind_of, song_in, song_name

    kind = "mix" if stream is not None else kind_of(path)
    if kind == "mixes":
        return
    name = song_name(path, stream)
    kept, last = Kept(), None
    if kind == "stems":
        for last in _previews_of_folder(name, song_in(path).tracks, progress, kept):
            yield last
    else:
        for peaks in peaks_while_reading(path, progress, stream, kept):
            last = Preview(name, peaks, peaks.duration_s)
            yield last
    if last is not None and kept.audio is not None:
        yield measured(last, kept.audio, progress)


def measured(preview: Preview, audio: Audio, progress: Progress) -> Preview:
    """Return a preview with the first measurements: the same numbers that the analysis will find of the same audio."""
    from mixassistant.features.measure import measure
    from mixassistant.features.representations import Representations

    shared = Representations(audio, "cpu", lambda: progress("Measuring the mix", 1.0))
    return replace(preview, channels=audio.channels, values=measure(shared, "mix", only=FIRST))


@dataclass(frozen=True)
class _Side:
    """A file of a track: the channel that it is (None: all), what its header says, and the seconds that it begins later."""

    file: Path
    channel: int | None
    info: FileInfo
    offset_s: float


def _previews_of_folder(name: str, tracks: Sequence[Track], progress: Progress, kept: Kept) -> Iterator[Preview]:
    """Yield waveforms of the stems among tracks, and of the mix among them or else of their sum.

    What is set aside only by its sound is in this sum as yet: the analysis draws the true one.
    """
    from mixassistant.audio.skim import peaks_while_reading

    sides = _sides(tracks)
    mixes = [track for track in tracks if track.purpose == "mix" and track.is_certain and len(track.files) == 1]
    stems = [track for track in tracks if track.purpose in (None, "accompaniment", "acapella")] or list(tracks)
    drawn = mixes[:1] if mixes and stems != list(tracks) else stems
    if len({side.info.sample_rate_hz for found in sides.values() for side in found}) == 1:
        yield from _Reading(name, stems, drawn, sides).previews(progress, kept)
    elif drawn != stems:
        for peaks in peaks_while_reading(drawn[0].path, progress, kept=kept):
            yield Preview(name, peaks, peaks.duration_s)


def _sides(tracks: Sequence[Track]) -> Mapping[Track, Sequence[_Side]]:
    """Return the files of each track, and when they begin by their time stamps."""
    from mixassistant.audio.broadcast import time_reference_s
    from mixassistant.audio.decode import probe
    from mixassistant.stems.folders.placing import Clip, offsets_s

    infos = [[probe(file) for file in track.files] for track in tracks]
    lengths_s = [max(info.duration_s for info in found) for found in infos]
    offsets, _told = offsets_s([Clip(t.name, time_reference_s(t.path), length_s) for t, length_s in zip(tracks, lengths_s, strict=True)])
    return {
        track: [
            _Side(file, None if len(found) == 1 else channel, info, offset)
            for channel, (file, info) in enumerate(zip(track.files, found, strict=True))
        ]
        for track, found, offset in zip(tracks, infos, offsets, strict=True)
    }


class _Reading:
    """Tracks that are read side by side, a block of each at a time: a lane for each of `stems`, and the sum of `summed` as the mix."""

    def __init__(self, name: str, stems: Sequence[Track], summed: Sequence[Track], sides: Mapping[Track, Sequence[_Side]]) -> None:
        from mixassistant.audio.peaks import PeaksBuilder, PlainPeaksBuilder

        self._name, self._stems, self._summed = name, stems, summed
        self._tracks = list(dict.fromkeys([*stems, *summed]))
        self._sides = [(track, side) for track in self._tracks for side in sides[track]]
        self._rate = self._sides[0][1].info.sample_rate_hz
        self._length = length = round(max(side.offset_s + side.info.duration_s for _track, side in self._sides) * self._rate)
        self._mix = PeaksBuilder(self._rate, 2, length)
        self._lanes = {track: PlainPeaksBuilder(self._rate, 2, length) for track in stems}

    def previews(self, progress: Progress, kept: Kept) -> Iterator[Preview]:
        """Yield what is there whenever there is twice as much, and at the end; `kept` keeps the mix."""
        from mixassistant.audio.peaks import growing_peaks

        for peaks in growing_peaks(self._mix, kept.passing(self._sums(progress), self._rate, self._length)):
            yield Preview(self._name, peaks, peaks.duration_s, self._stem_previews())

    def _stem_previews(self) -> tuple[StemPreview, ...]:
        return tuple(StemPreview(track.name, track.role or "other", builder.peaks()) for track, builder in self._lanes.items())

    def _sums(self, progress: Progress) -> Iterator[Samples]:
        import numpy as np

        size = round(BLOCK_S * self._rate)
        for blocks in zip_longest(*(_even(side.file, size, round(side.offset_s * self._rate)) for _track, side in self._sides)):
            progress("Drawing waveforms", self._mix.fraction)
            longest = max(block.shape[1] for block in blocks if block is not None)
            heard = {track: np.zeros((2, longest), np.float32) for track in self._tracks}
            for (track, side), block in zip(self._sides, blocks, strict=True):
                if block is not None:
                    place = slice(None) if side.channel is None else side.channel
                    heard[track][place, : block.shape[1]] += block if side.channel is None else block[0]
            for track, builder in self._lanes.items():
                builder.add(heard[track])
            yield np.sum([heard[track] for track in self._summed], axis=0)


def _even(file: Path, size: int, before: int) -> Iterator[Samples]:
    """Yield a file in blocks of one size, whatever sizes its format comes in, after so many samples of silence."""
    import numpy as np

    from mixassistant.audio.decode import decode_blocks

    silence = np.zeros((1, size), np.float32)
    yield from (silence for _block in range(before // size))
    held: list[Samples] = []
    count = 0
    for block in decode_blocks(file, BLOCK_S):
        if not held and before % size:
            count = before % size
            held.append(np.zeros((block.channels, count), np.float32))
        held.append(block.samples)
        count += block.length
        if count >= size:
            joined = np.concatenate(held, axis=1)
            whole = count // size * size
            yield from np.split(joined[:, :whole], whole // size, axis=1)
            held, count = [joined[:, whole:]], count - whole
    if count:
        yield np.concatenate(held, axis=1)
