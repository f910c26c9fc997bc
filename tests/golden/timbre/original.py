"""Runs the original timbral_models (0.4.0) under a current numpy, scipy and librosa; only in an environment that has it.

    python original.py SOUNDS.npz VALUES.json

``SOUNDS.npz`` holds pairs ``<n>_samples``, ``<n>_rate``; ``VALUES.json`` gets a list of one dictionary per sound: the model's
value, or ``"error: …"`` where the original stops, and the seconds that each model took.

The original was written for numpy below 1.20 and librosa below 0.10. Four shims put back what has gone since: ``np.lib.pad``, and
positional arguments of ``librosa.onset.onset_detect``, ``librosa.onset.onset_strength`` and ``librosa.core.resample``.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

MODELS = ("brightness", "roughness", "hardness", "depth", "booming", "sharpness", "warmth", "reverb")


def load():
    """Return the original's package, shims in place."""
    import librosa

    np.lib.pad = np.pad
    detect, strength, change = librosa.onset.onset_detect, librosa.onset.onset_strength, librosa.core.resample
    librosa.onset.onset_detect = lambda y, sr, **options: detect(y=y, sr=sr, **options)
    librosa.onset.onset_strength = lambda y, sr, **options: strength(y=y, sr=sr, **options)
    librosa.core.resample = lambda y, old, new: change(y, orig_sr=old, target_sr=new)
    import timbral_models

    return timbral_models


def measure(package, samples, rate):
    """Return what the original says of one sound, and the seconds per model."""
    values, seconds = {}, {}
    for name in MODELS:
        start = time.perf_counter()
        options = {"dev_output": True} if name == "reverb" else {}
        try:
            found = getattr(package, f"timbral_{name}")(np.array(samples, dtype=np.float64), fs=rate, **options)
        except Exception as error:  # noqa: BLE001 (whatever stops the original is what we want to know)
            found = f"error: {type(error).__name__}: {error}"
        seconds[name] = time.perf_counter() - start
        if name == "reverb" and not isinstance(found, str):
            rt60, probability = (float(value) for value in found)
            values |= {"reverberation": float(probability >= 0.5), "reverberation_probability": probability, "rt60_blind": rt60}
        elif name == "reverb":
            values["reverberation"] = found
        else:
            values[name] = found if isinstance(found, str) else float(found)
    return values, seconds


def versions():
    """Return the versions that the values depend on."""
    found = {"python": sys.version.split()[0]}
    for package in ("timbral_models", "librosa", "numpy", "pyloudnorm", "scipy", "scikit-learn", "soxr"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "0.4.0, from its source archive" if package == "timbral_models" else "absent"
    return found


def main() -> int:
    """Measure all sounds of a file."""
    warnings.simplefilter("ignore")
    package = load()
    results = []
    with np.load(sys.argv[1]) as sounds:
        for index in range(len(sounds.files) // 2):
            values, seconds = measure(package, sounds[f"{index}_samples"], int(sounds[f"{index}_rate"]))
            results.append({"values": values, "seconds": seconds})
            print(index, values, flush=True)
    Path(sys.argv[2]).write_text(json.dumps({"versions": versions(), "results": results}, allow_nan=True), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
