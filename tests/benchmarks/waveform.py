"""How fast the waveforms of an hour draw: ``python tests/benchmarks/waveform.py [FILE OF AN HOUR]``.

Times are those of whole paint events on the window's thread, for a mix and 0, 4 and 38 stems of 60 minutes at 44.1 kHz in a window of
1440 × 420 px at once and twice the pixels: 60 frames a second leave 16.7 ms. With a file: when its first waveform is there, and the last.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from mixassistant.audio.audio import Audio
from mixassistant.audio.peaks import Peaks, PeaksBuilder, build_peaks
from mixassistant.features.track import Section
from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.waveform import Lane, Waveform
from mixassistant.gui.widgets.theme import DARK, apply_theme

HOUR_S = 3600
RATE_HZ = 44100
ROLES = ("drums", "bass", "vocals", "other")


def hour(seed: int) -> tuple[Peaks, float]:
    """Return the waveform of an hour of noise that swells and fades, and the seconds that building took."""
    rng = np.random.default_rng(seed)
    block = rng.normal(0, 0.1, (2, 10 * RATE_HZ)).astype(np.float32)
    builder = PeaksBuilder(RATE_HZ, 2, HOUR_S * RATE_HZ)
    taken = 0.0
    for index in range(HOUR_S // 10):
        samples = block * np.float32(0.2 + abs(np.sin(index / 9 + seed)))
        start = time.perf_counter()
        builder.add(samples)
        taken += time.perf_counter() - start
    start = time.perf_counter()
    peaks = builder.peaks()
    return peaks, taken + time.perf_counter() - start


class Timed(Waveform):
    """Waveforms that note how long each paint event took."""

    def event(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Paint:
            return super().event(event)
        start = time.perf_counter()
        done = super().event(event)
        self.taken_ms.append(1000 * (time.perf_counter() - start))
        return done


def timed(wave: Timed, name: str, change: Callable[[int], object], frames: int = 120) -> None:
    wave.taken_ms = []
    whole = []
    for index in range(frames):
        start = time.perf_counter()
        change(index)
        QApplication.processEvents()
        whole.append(1000 * (time.perf_counter() - start))
    taken = wave.taken_ms
    sys.stdout.write(
        f"  {name:24s} {len(taken):4d} paints: median {statistics.median(taken):5.2f} ms, 99 % {np.quantile(taken, 0.99):5.2f}, largest"
        f" {max(taken):5.2f}; with event and layout: median {statistics.median(whole):5.2f}, largest {max(whole):5.2f}\n"
    )


def draw(lanes: list[Lane]) -> None:
    wave = Timed(DARK)
    wave.taken_ms = []
    wave.resize(1440, 420)
    edges = (0.0, *np.arange(40, HOUR_S, 45.0).tolist(), HOUR_S)
    sections = tuple(Section(a, b, "ABC"[i % 3]) for i, (a, b) in enumerate(pairwise(edges)))
    wave.show_lanes(lanes, SongStructure(sections), HOUR_S)
    wave.show()
    QApplication.processEvents()
    timed(wave, "zoom in", lambda i: wave.zoom(1.09, 1234.5))
    wave.zoom(1 / 40)
    timed(wave, "pan", lambda i: wave.pan(7.0))
    timed(wave, "zoom out", lambda i: wave.zoom(1 / 1.09, 1234.5))
    wave.show_all()
    wave.zoom(60)
    timed(wave, "playhead", lambda i: wave.show_position(wave.start_s + 0.033 * i))
    wave.close()


def main() -> None:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(app, DARK)
    built = [hour(seed) for seed in range(5)]
    sys.stdout.write(f"building an hour: {min(t for _, t in built):.2f} to {max(t for _, t in built):.2f} s, without reading it\n")
    size = sum(a.nbytes for level in built[0][0].levels for a in (level.low, level.high, level.power, level.bands) if a is not None)
    sys.stdout.write(f"its pyramid: {size / 1e6:.1f} MB; device pixel ratio {app.devicePixelRatio():g}\n")
    for stems in (0, 4, 38):
        sys.stdout.write(f"mix and {stems} stems\n")
        draw([Lane("mix", "Mix", built[0][0]), *(Lane(ROLES[i % 4], f"Stem {i + 1}", built[1 + i % 4][0]) for i in range(stems))])
    sys.stdout.write("up close, where the samples themselves are drawn: mix and 8 stems of 5 minutes\n")
    audio = Audio(np.random.default_rng(0).normal(0, 0.1, (2, 300 * RATE_HZ)).astype(np.float32), RATE_HZ)
    close = Lane("mix", "Mix", build_peaks(audio))
    wave = Timed(DARK)
    wave.taken_ms = []
    wave.resize(1440, 420)
    wave.show_lanes([close, *(Lane(ROLES[i % 4], f"Stem {i}", close.peaks) for i in range(8))], SongStructure(), 300.0)
    wave.show()
    wave.zoom(300 / 2.9, 100.0)  # seconds in sight: just as many samples as are looked at one by one
    timed(wave, "zoom in", lambda i: wave.zoom(1.02, 100.0))
    wave.zoom(6)
    timed(wave, "pan", lambda i: wave.pan(7.0))
    for name in sys.argv[1:]:
        from mixassistant.audio.skim import peaks_while_reading

        start = time.perf_counter()
        for peaks in peaks_while_reading(Path(name)):
            wave = Waveform(DARK)
            wave.resize(1440, 200)
            wave.show_preview(name, peaks, peaks.duration_s)
            wave.render(QPixmap(wave.size()))
            sys.stdout.write(f"a waveform of {Path(name).name} drawn after {time.perf_counter() - start:.2f} s\n")


if __name__ == "__main__":
    main()
