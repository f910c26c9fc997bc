"""The checksum of FLAC: its header holds the MD5 of the samples, so two decoders that differ can be told apart.

libsndfile makes noise of a file whose header lies about the size of its blocks, where FFmpeg is right; another lie stops FFmpeg, and not
libsndfile. What was decoded is summed up while it is read.

References
----------
RFC 9639, 8.2 (STREAMINFO).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from mixassistant.audio.audio import Samples
from mixassistant.audio.mpeg import after_tag

_MARK = b"fLaC"
_STREAMINFO = 34  # bytes, behind the mark and four bytes of the block's own header
_TAGS = 1 << 20  # bytes in front of the mark that are looked at
_COUNT = (1 << 36) - 1
_EXACT_BITS = 24  # up to here every sample is a number of float32


@dataclass(frozen=True)
class FlacSum:
    """What the header of a FLAC says of its samples.

    Parameters
    ----------
    bits : int
        Of a sample, 4 to 24.
    channels : int
    samples : int
        Per channel; 0: the encoder did not know.
    md5 : bytes
        Of all samples, interleaved, little-endian, each in as many whole bytes as it needs.
    """

    bits: int
    channels: int
    samples: int
    md5: bytes


def announced_sum(path: Path) -> FlacSum | None:
    """Return the checksum in the header of a FLAC; None: it is no FLAC, has none, or samples of more bits than float32 holds."""
    try:
        with path.open("rb") as file:
            head = file.read(_TAGS)
    except OSError:
        return None
    place = after_tag(head, 0)
    info = head[place + 8 : place + 8 + _STREAMINFO]
    if head[place : place + 4] != _MARK or head[place + 4] & 0x7F or len(info) < _STREAMINFO:
        return None
    packed, md5 = int.from_bytes(info[10:18], "big"), info[18:]  # rate (20 bits), channels, bits of a sample, number of samples (36)
    bits = (packed >> 36 & 0x1F) + 1
    return FlacSum(bits, (packed >> 41 & 7) + 1, packed & _COUNT, md5) if any(md5) and bits <= _EXACT_BITS else None


@dataclass
class RunningSum:
    """Sums up samples as they are decoded.

    Parameters
    ----------
    announced : FlacSum
    count : int
        Samples per channel, so far.
    """

    announced: FlacSum
    count: int = 0
    _md5: Any = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))
    _is_comparable: bool = True

    def add(self, samples: Samples) -> None:
        """Take the next samples, ``[shape=(channels, samples)]``, full scale ±1."""
        self.count += samples.shape[1]
        self._is_comparable &= samples.shape[0] == self.announced.channels
        width = (self.announced.bits + 7) // 8
        scaled = samples.T * np.float32(1 << (self.announced.bits - 1))  # whole numbers: they were divided by a power of two
        values = scaled.astype("<i4" if width == 3 else f"<i{width}", order="C")
        if width == 3:
            self._md5.update(values.view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
        else:
            self._md5.update(values.data)

    @property
    def is_right(self) -> bool:
        """Whether what was taken so far is what the header announces."""
        return self._is_comparable and self._md5.digest() == self.announced.md5
