"""The waveform of a file while it is being read: a skim of a long file at once, then all of it piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Samples
from mixassistant.audio.decode import FileInfo, decode_blocks, native, probe
from mixassistant.audio.peaks import FRAME, Peaks, PeaksBuilder, growing_peaks
from mixassistant.progress import Progress, silent

BLOCK_S = 2.0
LONG_S = 600.0  # a file longer than this is skimmed first; a shorter one is read within a second
PIECES = 800  # about one to two columns of a window
CODECS = ("PCM", "FLOAT", "DOUBLE")  # of libsndfile, in which any place is reached at once: WAV, AIFF, FLAC


def peaks_while_reading(path: Path, progress: Progress = silent, stream: int | None = None) -> Iterator[Peaks]:
    """Yield ever better waveforms of a file: the last one is that of every sample.

    Of a file of more than ten minutes the first is made of short pieces from end to end, where its format lets one jump. What has not
    been read yet is flat. `stream` is as of `mixassistant.audio.decode.decode`.

    Raises
    ------
    InputError
        As `mixassistant.audio.decode.decode`.
    """
    info = probe(path, stream, is_thorough=True)
    builder = PeaksBuilder(info.sample_rate_hz, info.channels, round(info.duration_s * info.sample_rate_hz))
    is_skimmed = info.duration_s > LONG_S and _skim(path, info, builder)
    if is_skimmed:
        yield builder.peaks()
    # A skim shows the whole file already: after it, only all of it is worth drawing.
    first_s = info.duration_s if is_skimmed else 2.0
    yield from growing_peaks(builder, _blocks(path, builder, progress, stream), first_s)


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
