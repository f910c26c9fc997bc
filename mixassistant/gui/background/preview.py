"""The waveform of what was dropped, before its analysis: read once more beside it, so that there is something to look at at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant.progress import Progress, silent

if TYPE_CHECKING:
    from mixassistant.audio.audio import Samples
    from mixassistant.audio.peaks import Peaks

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
    from mixassistant.stems.look import audio_files, display_names, kind_of, song_name
    from mixassistant.stems.names.purposes import is_mix_name

    kind = kind_of(path)
    if kind == "mixes":
        return
    name = song_name(path)
    if kind == "stems":
        files = audio_files(path)
        whole = [file for file, title in zip(files, display_names(files), strict=True) if is_mix_name(title)]
        found = peaks_while_reading(whole[0], progress) if len(whole) == 1 and len(files) > 2 else _peaks_of_sum(files, progress)
    else:
        found = peaks_while_reading(path, progress)
    for peaks in found:
        yield Preview(name, peaks, peaks.duration_s)


def _peaks_of_sum(files: list[Path], progress: Progress) -> Iterator[Peaks]:
    from mixassistant.audio.decode import probe
    from mixassistant.audio.peaks import PeaksBuilder, growing_peaks

    infos = [probe(file) for file in files]
    rates = {info.sample_rate_hz for info in infos}
    if len(rates) != 1:
        return
    rate = rates.pop()
    builder = PeaksBuilder(rate, 2, round(max(info.duration_s for info in infos) * rate))

    def sums() -> Iterator[Samples]:
        import numpy as np

        size = round(BLOCK_S * rate)
        for blocks in zip_longest(*(_even(file, size) for file in files)):
            progress("Drawing waveforms", builder.fraction)
            total = np.zeros((2, max(block.shape[1] for block in blocks if block is not None)), np.float32)
            for block in blocks:
                if block is not None:
                    total[:, : block.shape[1]] += block
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
