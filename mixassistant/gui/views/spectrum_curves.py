"""What the spectrum view draws, as values, and what is read off of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import NOTHING_DB
from mixassistant.gui.views.figures import hertz, number, span
from mixassistant.gui.views.fine_bands import fine_spectrum
from mixassistant.gui.widgets.targets import audio_of
from mixassistant.i18n import _
from mixassistant.progress import Progress

if TYPE_CHECKING:
    from mixassistant.stems.stem import Song


@dataclass(frozen=True, eq=False)
class Curves:
    """What is drawn, all in dB at the same frequencies; None for what there is not."""

    frequencies_hz: NDArray[np.float64]
    now: NDArray[np.float64] | None
    low: NDArray[np.float64]
    median: NDArray[np.float64]
    high: NDArray[np.float64]
    after: NDArray[np.float64] | None
    is_measured: bool = True  # what is after the moves, or else it is predicted
    other: NDArray[np.float64] | None = None
    section: NDArray[np.float64] | None = None


def known(levels: Any) -> NDArray[np.float64]:
    """Return levels, NaN where a band holds nothing."""
    found = np.asarray(levels, float)
    return np.where(found > NOTHING_DB, found, np.nan)


def fine_of(song: Song, target: str, per_octave: int, progress: Progress) -> NDArray[np.float64] | None:
    """Return a target's spectrum in finer bands (long work: for a worker)."""
    return fine_spectrum(audio_of(song, target, progress), per_octave, progress)


def text_at(curves: Curves, index: int) -> str:
    """Return what is drawn at a frequency."""
    parts = [hertz(float(curves.frequencies_hz[index]))]
    if curves.now is not None:
        parts.append(_("now {level} dB").format(level=number(float(curves.now[index]))))
    if curves.section is not None:
        parts.append(_("section {level} dB").format(level=number(float(curves.section[index]))))
    if curves.other is not None:
        parts.append(_("reference {level} dB").format(level=number(float(curves.other[index]))))
    parts.append(_("expected {range}").format(range=span(float(curves.low[index]), float(curves.high[index]), "dB")))
    if curves.after is not None:
        parts.append(_("after {level} dB").format(level=number(float(curves.after[index]))))
    return "  ·  ".join(parts)
