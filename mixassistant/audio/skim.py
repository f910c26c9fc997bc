"""The waveform of a file while it is being read: a skim of a long file at once, then all of it piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.decode import FileInfo, decode_blocks, native, probe
from mixassistant.audio.peaks import FRAME, Peaks, PeaksBuilder, growing_peaks
from mixassistant.audio.storage import blank
from mixassistant.progress import Progress, silent

BLOCK_S = 2.0
LONG_S = 600.0  # a file longer than this is skimmed first; a shorter one is read within a second
PIECES = 800  # about one to two columns of a window
CODECS = ("PCM", "FLOAT", "DOUBLE")  # of libsndfile, in which any place is reached at once: WAV, AIFF, FLAC


class Kept:
    """What is read while a waveform is drawn, kept to be measured: at most as much as was announced."""

    def __init__(self) -> None:
        self._samples: Samples | None = None
        self._rate = self._done = 0
        self._is_whole = True

    def passing(self, blocks: Iterable[Samples], sample_rate_hz: int, length: int) -> Iterator[Samples]:
        """Yield the blocks as they are, `length` samples together, and keep them."""
        self._rate = sample_rate_hz
        for block in blocks:
            if self._samples is None:
                self._samples = blank(block.shape[0], length)
            stop = self._done + block.shape[1]
            if stop > length:
                self._is_whole = False
            else:
                self._samples[:, self._done : stop] = block
                self._done = stop
            yield block

    @property
    def audio(self) -> Audio | None:
        """What was read; None where there was nothing, or more than announced."""
        if self._samples is None or not self._done or not self._is_whole:
            return None
        return Audio(self._samples[:, : self._done], self._rate)


def peaks_while_reading(path: Path, progress: Progress = silent, stream: int | None = None, kept: Kept | None = None) -> Iterator[Peaks]:
    """Yield ever better waveforms of a file: the last one is that of every sample.

    Of a file of more than ten minutes the first is made of short pieces from end to end, where its format lets one jump. What has not
    been read yet is flat. `stream` is as of `mixassistant.audio.decode.decode`; `kept` keeps what is read.

    Raises
    ------
    InputError
        As `mixassistant.audio.decode.decode`.
    """
    info = probe(path, stream, is_thorough=True)
    length = round(info.duration_s * info.sample_rate_hz)
    builder = PeaksBuilder(info.sample_rate_hz, info.channels, length)
    is_skimmed = info.duration_s > LONG_S and _skim(path, info, builder)
    if is_skimmed:
        yield builder.peaks()
    # A skim shows the whole file already: after it, only all of it is worth drawing.
    first_s = info.duration_s if is_skimmed else 2.0
    blocks = _blocks(path, builder, progress, stream)
    yield from growing_peaks(builder, kept.passing(blocks, info.sample_rate_hz, length) if kept else blocks, first_s)


def _blocks(path: Path, builder: PeaksBuilder, progress: Progress, stream: int | None) -> Iterator[Samples]:
    for block in decode_blocks(path, BLOCK_S, stream):
        progress(f"Reading {path.name}", builder.fraction)
        yield block.samples


def _skim(path: Path, info: FileInfo, builder: PeaksBuilder) -> bool:
    import soundfile

    if not info.codec.startswith(CODECS):
        return False
    try:
        with soundfile.SoundFile(native(path)) as file:
            if (file.samplerate, file.frames) != (info.sample_rate_hz, round(info.duration_s * info.sample_rate_hz)):
                return False  # its header does not count all that it holds, or it is read at another rate
            places = np.linspace(0, max(file.frames - FRAME, 0), PIECES).astype(np.int64) // FRAME * FRAME
            for place in places:
                file.seek(int(place))
                piece = file.read(FRAME, dtype="float32", always_2d=True)
                if len(piece) == FRAME and np.isfinite(piece).all():
                    builder.fill(int(place), np.ascontiguousarray(piece.T))
    except soundfile.LibsndfileError:  # damaged: reading it from the start will say where
        return False
    builder.spread(places)
    return True
