"""Technical faults: clipping, DC offset, a silent or an inverted channel."""

from __future__ import annotations

import numpy as np

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations

INVERTED = -0.8  # correlation of the channels
SILENT_SIDE = 1e-3  # of the louder channel's peak (−60 dB)


@extracts(
    Descriptor(
        "clipping",
        "Clipped runs",
        "runs",
        (0, 1e9),
        1.0,
        "Flat tops: runs of three or more equal samples at or beyond full scale.",
        "Equal samples ≥ 0.9999 in a row",
        level="own",
        version=2,
    ),
    Descriptor(
        "dc_offset",
        "DC offset",
        "",
        (-1, 1),
        0.001,
        "Mean of the samples, as a share of full scale.",
        "Arithmetic mean, the larger channel",
        level="own",
    ),
    Descriptor(
        "silent_channel",
        "Silent channel",
        "",
        (0, 1),
        1.0,
        "1 when one channel is silent and the other is not.",
        "Peak ratio below −60 dB",
        shape="flag",
    ),
    Descriptor(
        "polarity", "Inverted polarity", "", (0, 1), 1.0, "1 when the channels are inverted copies.", "Correlation below −0.8", shape="flag"
    ),
)
def integrity(shared: Representations) -> dict[str, Measurement]:
    """Look for technical faults."""
    if shared.is_silent:
        return dict.fromkeys(("clipping", "dc_offset", "silent_channel", "polarity"), SILENCE)
    found = shared.samples
    mono = Measurement(None, "mono")
    silent: Measurement = mono
    inverted: Measurement = mono
    if shared.audio.channels == 2:
        silent = Measurement(float(found.peaks.min() < SILENT_SIDE * found.peaks.max()))
        energy = float(np.sqrt(found.energies.prod()))
        inverted = Measurement(float(not silent.value and energy > 0 and found.cross / energy < INVERTED))
    return {
        "clipping": Measurement(float(found.clipped_runs)),
        "dc_offset": Measurement(float(np.clip(found.means[np.abs(found.means).argmax()], -1, 1))),
        "silent_channel": silent,
        "polarity": inverted,
    }
