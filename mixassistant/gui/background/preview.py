"""The waveform of what was dropped, before its analysis: read once more beside it, so that there is something to look at at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant.progress import Progress, silent

if TYPE_CHECKING:
    from mixassistant.audio.audio import Samples
    from mixassistant.audio.decode import FileInfo
    from mixassistant.audio.peaks import Peaks
    from mixassistant.stems.folders.tracks import Track

BLOCK_S = 2.0


@dataclass(frozen=True, eq=False)
class Preview:
    """What is known of a mix so far: its name, its waveform and how long it is."""

    name: str
    peaks: Peaks
    duration_s: float


def previews(path: Path, progress: Progress = silent, stream: int | None = None) -> Iterator[Preview]:
    """Yield ever better waveforms of a mix, or of the sum of a folder's stems; none where that takes the analysis itself.

    Tracks stand where their time stamps put them. `stream` is the one of a file's streams, from 0, that is the mix.

    Raises
    ------
    InputError
        It cannot be read; the analysis will say so too.
    """
    from mixassistant.audio.skim import peaks_while_reading
    from mixassistant.stems.look import kind_of, song_in, song_name

    kind = "mix" if stream is not None else kind_of(path)
    if kind == "mixes":
        return
    name = song_name(path, stream)
    found = _peaks_of_folder(song_in(path).tracks, progress) if kind == "stems" else peaks_while_reading(path, progress, stream)
    for peaks in found:
        yield Preview(name, peaks, peaks.duration_s)


@dataclass(frozen=True)
class _Side:
    """A file of a track: the channel that it is (None: all), what its header says, and the seconds that it begins later."""

    file: Path
    channel: int | None
    info: FileInfo
    offset_s: float


def _peaks_of_folder(tracks: Sequence[Track], progress: Progress) -> Iterator[Peaks]:
    """Yield waveforms of the mix among tracks, else of the sum of the stems.

    What is set aside only by its sound is in this sum as yet: the analysis draws the true one.
    """
    from mixassistant.audio.broadcast import time_reference_s
    from mixassistant.audio.decode import probe
    from mixassistant.audio.skim import peaks_while_reading
    from mixassistant.stems.folders.placing import Clip, offsets_s

    infos = [[probe(file) for file in track.files] for track in tracks]
    lengths_s = [max(info.duration_s for info in found) for found in infos]
    offsets, _told = offsets_s([Clip(t.name, time_reference_s(t.path), length_s) for t, length_s in zip(tracks, lengths_s, strict=True)])
    sides = {
        track.path: [
            _Side(file, None if len(found) == 1 else channel, info, offset)
            for channel, (file, info) in enumerate(zip(track.files, found, strict=True))
        ]
        for track, found, offset in zip(tracks, infos, offsets, strict=True)
    }
    mixes = [track for track in tracks if track.purpose == "mix" and track.is_certain and len(track.files) == 1]
    stems = [track for track in tracks if track.purpose in (None, "accompaniment", "acapella")]
    drawn = mixes[:1] if mixes and stems else stems or tracks
    whole = [side for track in drawn for side in sides[track.path]]
    if mixes and stems and not whole[0].offset_s:
        yield from peaks_while_reading(whole[0].file, progress)
    else:
        yield from _peaks_of_sum(whole, progress)


def _peaks_of_sum(sides: Sequence[_Side], progress: Progress) -> Iterator[Peaks]:
    from mixassistant.audio.peaks import PeaksBuilder, growing_peaks

    rates = {side.info.sample_rate_hz for side in sides}
    if len(rates) != 1:
        return
    rate = rates.pop()
    builder = PeaksBuilder(rate, 2, round(max(side.offset_s + side.info.duration_s for side in sides) * rate))

    def sums() -> Iterator[Samples]:
        import numpy as np

        size = round(BLOCK_S * rate)
        for blocks in zip_longest(*(_even(side.file, size, round(side.offset_s * rate)) for side in sides)):
            progress("Drawing waveforms", builder.fraction)
            total = np.zeros((2, max(block.shape[1] for block in blocks if block is not None)), np.float32)
            for side, block in zip(sides, blocks, strict=True):
                if block is not None:
                    place = slice(None) if side.channel is None else side.channel
                    total[place, : block.shape[1]] += block if side.channel is None else block[0]
            yield total

    yield from growing_peaks(builder, sums())


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
