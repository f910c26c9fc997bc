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
    from mixassistant.audio.peaks import Peaks
    from mixassistant.stems.folders.tracks import Track

BLOCK_S = 2.0


@dataclass(frozen=True, eq=False)
class Preview:
    """What is known of a mix so far: its name, its waveform and how long it is."""

    name: str
    peaks: Peaks
    duration_s: float


def previews(path: Path, progress: Progress = silent) -> Iterator[Preview]:
    """Yield ever better waveforms of a mix, or of the sum of a folder's stems; none where that takes the analysis itself.

    Raises
    ------
    InputError
        It cannot be read; the analysis will say so too.
    """
    from mixassistant.audio.skim import peaks_while_reading
    from mixassistant.stems.look import kind_of, song_in, song_name

    kind = kind_of(path)
    if kind == "mixes":
        return
    name = song_name(path)
    if kind == "stems":
        # What is set aside only by its sound is in this sum as yet: the analysis draws the true one.
        tracks = song_in(path).tracks
        mixes = [track.path for track in tracks if track.purpose == "mix" and track.is_certain and len(track.files) == 1]
        stems = [track for track in tracks if track.purpose in (None, "accompaniment", "acapella")]
        found = peaks_while_reading(mixes[0], progress) if mixes and stems else _peaks_of_sum(stems or tracks, progress)
    else:
        found = peaks_while_reading(path, progress)
    for peaks in found:
        yield Preview(name, peaks, peaks.duration_s)


def _peaks_of_sum(tracks: Sequence[Track], progress: Progress) -> Iterator[Peaks]:
    from mixassistant.audio.decode import probe
    from mixassistant.audio.peaks import PeaksBuilder, growing_peaks

    sides = [(file, None if len(track.files) == 1 else side) for track in tracks for side, file in enumerate(track.files)]
    infos = [probe(file) for file, _side in sides]
    rates = {info.sample_rate_hz for info in infos}
    if len(rates) != 1:
        return
    rate = rates.pop()
    builder = PeaksBuilder(rate, 2, round(max(info.duration_s for info in infos) * rate))

    def sums() -> Iterator[Samples]:
        import numpy as np

        size = round(BLOCK_S * rate)
        for blocks in zip_longest(*(_even(file, size) for file, _side in sides)):
            progress("Drawing waveforms", builder.fraction)
            total = np.zeros((2, max(block.shape[1] for block in blocks if block is not None)), np.float32)
            for (_file, side), block in zip(sides, blocks, strict=True):
                if block is not None:
                    total[slice(None) if side is None else side, : block.shape[1]] += block if side is None else block[0]
            yield total

    yield from growing_peaks(builder, sums())


def _even(file: Path, size: int) -> Iterator[Samples]:
    """Yield a file in blocks of one size, whatever sizes its format comes in."""
    import numpy as np

    from mixassistant.audio.decode import decode_blocks

    held: list[Samples] = []
    count = 0
    for block in decode_blocks(file, BLOCK_S):
        held.append(block.samples)
        count += block.length
        if count >= size:
            joined = np.concatenate(held, axis=1)
            whole = count // size * size
            yield from np.split(joined[:, :whole], whole // size, axis=1)
            held, count = [joined[:, whole:]], count - whole
    if count:
        yield np.concatenate(held, axis=1)
