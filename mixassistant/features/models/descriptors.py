"""What Essentia and trained networks say of a mix, as descriptors; one process of Essentia serves all mixes of this program."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import threading
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import blocks_of
from mixassistant.features.descriptor import Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.models.catalogue import DECLARED
from mixassistant.features.models.essentia_process import EssentiaFailure, EssentiaProcess
from mixassistant.features.models.measurement import measure_models
from mixassistant.features.representations import Representations

LONGEST_S = 1200.0  # what is longer is no single piece of music, and its samples would stand in the memory of two processes
IDS = tuple(d.id for d in DECLARED)


class _Shared:
    """A process of Essentia that is started when it is first needed, and again when the last one has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: EssentiaProcess | None = None
        atexit.register(self._end)

    @contextlib.contextmanager
    def use(self) -> Iterator[EssentiaProcess]:
        """Lend the process to one caller at a time; one that did not get its answers leaves none behind."""
        with self._lock:
            self._process = self._process or EssentiaProcess()
            try:
                yield self._process
            except BaseException:
                self._end()
                raise

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()


_SHARED = _Shared()


@extracts(*(dataclasses.replace(d, scopes=("mix",)) for d in DECLARED))
def models(shared: Representations) -> dict[str, Measurement]:
    """Ask Essentia and the networks that the user has."""
    if shared.is_silent:
        return dict.fromkeys(IDS, SILENCE)
    if shared.audio.duration_s > LONGEST_S:
        return dict.fromkeys(IDS, Measurement(None, "longer than 20 minutes"))
    mono = _mono(shared)
    for _attempt in range(2):
        try:
            with _SHARED.use() as essentia:
                return measure_models(mono, progress=lambda _stage, _fraction: shared.tick(), device=shared.device, essentia=essentia)
        except EssentiaFailure as failure:  # the process had ended since the last mix: a new one is started, once
            reason = str(failure)
    return dict.fromkeys(IDS, Measurement(None, reason))


def _mono(shared: Representations) -> NDArray[np.float32]:
    blocks = [block[0] if block.shape[0] == 1 else 0.5 * (block[0] + block[1]) for block in blocks_of(shared.spectral)]
    return np.concatenate(blocks).astype(np.float32, copy=False)
