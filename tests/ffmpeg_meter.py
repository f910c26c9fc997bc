"""Loudness and true peak as FFmpeg's ``ebur128`` filter measures them: another hand's K-weighting, gates and interpolator."""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np

from mixassistant.audio.audio import Audio

BLOCK = 1 << 16


@dataclass(frozen=True)
class Reading:
    loudness_lufs: float
    true_peak_dbtp: float


def measured_by_ffmpeg(audio: Audio) -> Reading:
    layout, rate = "stereo" if audio.channels == 2 else "mono", audio.sample_rate_hz
    graph = av.filter.Graph()
    source = graph.add("abuffer", f"sample_rate={rate}:sample_fmt=fltp:channel_layout={layout}:time_base=1/{rate}")
    # A mono file plays on both sides: dualmono counts it so.
    meter, sink = graph.add("ebur128", "peak=true:metadata=1:dualmono=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    loudness, highest = -np.inf, 0.0
    for start in range(0, audio.length, BLOCK):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audio.samples[:, start : start + BLOCK]), format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate, start
        graph.push(frame)
        while True:
            try:
                told = graph.pull().metadata  # type: ignore[union-attr]
            except (av.BlockingIOError, av.EOFError):
                break
            loudness = float(told.get("lavfi.r128.I", loudness))
            highest = max([highest, *(float(value) for key, value in told.items() if "true_peaks_ch" in key)])
    return Reading(loudness, 20 * float(np.log10(max(highest, 1e-9))))
