"""The published table of librosa features of the GTZAN clips, where its definitions are ours.

Its frames last 93 ms (2048 samples at 22 050 Hz) and end at 11 kHz, ours last 46 ms at 44.1 kHz: shapes of the spectrum agree within some
percent, levels exactly. Its MFCC have other bands and are not compared; chroma and tempo are, with their families.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.decode import decode
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure

# Ours, the table's, the factor between the units, and how far they may be apart.
COLUMNS = (
    ("spectral_centroid", "spectral_centroid_mean", 1.0, 0.12),
    ("spectral_bandwidth", "spectral_bandwidth_mean", 1.0, 0.08),
    ("spectral_rolloff", "rolloff_mean", 1.0, 0.12),
    ("zero_crossing_rate", "zero_crossing_rate_mean", 2.0, 0.10),  # per sample, at twice the rate
)
ONLY = frozenset({"rms", *(name for name, *_ in COLUMNS)})


@functools.cache
def rows(folder: Path) -> tuple[tuple[dict[str, float], dict[str, float]], ...]:
    """Return ours and the table's numbers for every clip that is here."""
    with (folder / "features_30_sec.csv").open(newline="") as file:
        table = {line["filename"]: line for line in csv.DictReader(file)}
    found = []
    for clip in sorted(folder.glob("*.wav")):
        values = measure(decode(clip), "mix", only=ONLY)
        theirs = {name: float(number) for name, number in table[clip.name].items() if name not in ("filename", "label")}
        found.append(({name: scalar(values, name) or 0.0 for name in ONLY}, theirs))
    return tuple(found)


@pytest.mark.parametrize(("name", "column", "factor", "apart"), COLUMNS)
def test_shapes_agree_within_some_percent(real_music: Path, name: str, column: str, factor: float, apart: float) -> None:
    pairs = np.array([(factor * ours[name], theirs[column]) for ours, theirs in rows(real_music / "gtzan")])
    assert len(pairs) == 10
    assert np.abs(pairs[:, 0] / pairs[:, 1] - 1).max() < apart
    assert np.corrcoef(pairs.T)[0, 1] > 0.99


def test_levels_agree(real_music: Path) -> None:
    for ours, theirs in rows(real_music / "gtzan"):
        power = theirs["rms_mean"] ** 2 + theirs["rms_var"]  # the table has moments of the frames' roots of power
        assert ours["rms"] == pytest.approx(10 * np.log10(power), abs=0.05)
