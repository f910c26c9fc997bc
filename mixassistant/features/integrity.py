"""Technical faults: clipping, DC offset, a silent or an inverted channel."""

from __future__ import annotations

import numpy as np

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations

FULL_SCALE = 0.9999  # 16-bit full scale and above
RUN = 3  # samples in a row: one or two can be a legitimate peak
INVERTED = -0.8  # correlation of the channels
SILENT_SIDE = 1e-3  # of the louder channel's peak (−60 dB)


@extracts(
    Descriptor(
        "clipping", "Clipped runs", "runs", (0, 1e9), 1.0, "Runs of three or more samples at full scale.", "Samples ≥ 0.9999 in a row"
    ),
    Descriptor(
        "dc_offset",
        "DC offset",
        "",
        (-1, 1),
        0.001,
        "Mean of the samples, as a share of full scale.",
        "Arithmetic mean, the larger channel",
    ),
    Descriptor(
        "silent_channel", "Silent channel", "", (0, 1), 1.0, "1 when one channel is silent and the other is not.", "Peak ratio below −60 dB"
    ),
    Descriptor("polarity", "Inverted polarity", "", (0, 1), 1.0, "1 when the channels are inverted copies.", "Correlation below −0.8"),
)
def integrity(shared: Representations) -> dict[str, Measurement]:
    """Look for technical faults."""
    if shared.is_silent:
        return dict.fromkeys(("clipping", "dc_offset", "silent_channel", "polarity"), SILENCE)
    samples = shared.audio.samples
    mono = Measurement(None, "mono")
    silent: Measurement = mono
    inverted: Measurement = mono
    if len(samples) == 2:
        peaks = np.abs(samples).max(axis=1)
        silent = Measurement(float(peaks.min() < SILENT_SIDE * peaks.max()))
        left, right = samples
        energy = float(np.sqrt(np.dot(left, left) * float(np.dot(right, right))))
        inverted = Measurement(float(not silent.value and energy > 0 and float(np.dot(left, right)) / energy < INVERTED))
    offsets = samples.mean(axis=1, dtype=np.float64)
    return {
        "clipping": Measurement(float(sum(_runs(channel) for channel in samples))),
        "dc_offset": Measurement(float(np.clip(offsets[np.abs(offsets).argmax()], -1, 1))),
        "silent_channel": silent,
        "polarity": inverted,
    }


def _runs(channel: np.ndarray) -> int:
    """Count runs of at least RUN samples at full scale."""
    full = np.abs(channel) >= FULL_SCALE
    if not full.any():
        return 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], full.view(np.int8), [0]])))
    return int(((edges[1::2] - edges[::2]) >= RUN).sum())
