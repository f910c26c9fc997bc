"""Where a mix can go: services, standards and media, how loud each plays or wants it, and what true peak it asks for.

Read from ``resources/delivery_targets.json``, which says of every row where it comes from and of when that is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from mixassistant import paths
from mixassistant.errors import UsageError

Kind = Literal["service", "standard", "medium"]
Lifts = Literal["never", "up_to_peak", "asked"]


@dataclass(frozen=True)
class DeliveryTarget:
    """One place that a mix is delivered to.

    Parameters
    ----------
    id, name : str
    kind : Kind
        A service plays everything as loud as it wants, a standard wants it delivered so, a medium takes it as it is.
    loudness_lufs : float or None
        Integrated loudness that it plays at, or asks for; None: any.
    tolerance_lu : float
        Closer than this is as loud as it is wanted.
    true_peak_dbtp : float
        The highest true peak that it asks for.
    lifts : Lifts
        What becomes of a quieter mix: it is left alone, or turned up as far as its peak allows; a standard asks its maker to do it.
    codec : str
        What it is sent as: ``"aac"``, ``"opus"`` or ``"mp3"``; empty: lossless, or none is known.
    codec_kbps : int
        Kilobits a second.
    is_published : bool
        Whether these are numbers of its own; else the note says whose they are.
    note, source, url, date : str
        The date is that of the source; ``"undated"`` where it has none.
    louder_true_peak_dbtp : float or None
        What is asked of a mix that is louder than it is played; None: the same as of others.
    album_lufs : float or None
        Loudness of the loudest track of an album, where that is told.
    """

    id: str
    name: str
    kind: Kind
    loudness_lufs: float | None
    tolerance_lu: float
    true_peak_dbtp: float
    lifts: Lifts
    codec: str
    codec_kbps: int
    is_published: bool
    note: str
    source: str
    url: str
    date: str
    louder_true_peak_dbtp: float | None = None
    album_lufs: float | None = None

    def ceiling_dbtp(self, loudness_lufs: float | None) -> float:
        """Return the highest true peak that is asked of a mix of this loudness, in dBTP."""
        if self.louder_true_peak_dbtp is None or self.loudness_lufs is None or loudness_lufs is None:
            return self.true_peak_dbtp
        is_louder = loudness_lufs > self.loudness_lufs + self.tolerance_lu
        return self.louder_true_peak_dbtp if is_louder else self.true_peak_dbtp


@cache
def load_targets() -> Mapping[str, DeliveryTarget]:
    """Return every target by its id, in the order of the table."""
    found = json.loads(paths.resource("delivery_targets.json").read_text("utf-8"))
    return MappingProxyType({row["id"]: DeliveryTarget(**row) for row in found["targets"]})


def target_named(word: str) -> DeliveryTarget:
    """Return the target with an id or a name, in any case: ``"spotify"``, ``"EBU R 128"``.

    Raises
    ------
    UsageError
        There is none.
    """
    wanted = _key(word)
    for target in load_targets().values():
        if wanted in (_key(target.id), _key(target.name)):
            return target
    raise UsageError("unknown-target", f"there is no delivery target “{word}”", f"use one of {', '.join(load_targets())}")


def _key(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())
