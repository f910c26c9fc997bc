"""How well a separator does on songs with true stems: one table, never a timed test.

Run it as ``python tests/benchmarks/separation.py SONGS [--separator NAME …] [--every N | --held-out]``, SONGS being a folder of
NI ``.stem.mp4`` files such as MUSDB18's. Beside the program's separators there is ``rules``, what the embedded one is without its
weights. Medians over songs, by role: signal-to-distortion ratio of the estimate and of the mix itself as the estimate, error of
loudness (its size, its bias and its spread about that), error of the third-octave spectrum. The target is the true stem, the
mixture the sum of the stems. A stem 40 dB below its mix is left out. ``--held-out`` takes the songs that the embedded
separator's weights name as never trained on.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio, mix
from mixassistant.features.measure import measure
from mixassistant.paths import resource
from mixassistant.stems.drop import open_song
from mixassistant.stems.embedded.rules import RuleSeparator
from mixassistant.stems.look import find_mixes
from mixassistant.stems.separator import choose
from mixassistant.stems.stem import ROLES

COLUMNS = ("SDR", "SDR of mix", "LU error", "LU bias", "LU spread", "LTAS error")
QUIET_DB = -40.0


def power_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(samples.astype(np.float64) ** 2) + 1e-20))


def score(true: Audio, estimate: Audio, whole: Audio) -> tuple[float, float, float, float]:
    """Return SDR, SDR of the mix, loudness error and mean absolute error of the LTAS where the true stem has energy."""
    if power_db(true.samples) < power_db(whole.samples) + QUIET_DB:
        return (np.nan,) * 4
    measured = [measure(audio, "stem", only=frozenset({"lufs", "ltas"})) for audio in (true, estimate)]
    loudness = [values["lufs"].value for values in measured]
    spectra = [values["ltas"].value for values in measured]
    ltas = lu = np.nan
    if all(isinstance(value, float) for value in loudness):
        lu = loudness[1] - loudness[0]
    if all(value is not None for value in spectra):
        heard = spectra[0] > np.max(spectra[0]) - 40
        ltas = float(np.mean(np.abs(spectra[1] - spectra[0])[heard]))
    sdr, of_mix = (power_db(true.samples) - power_db(true.samples - audio.samples) for audio in (estimate, whole))
    return sdr, of_mix, lu, ltas


def held_out(weights: Path) -> set[str]:
    """Return the names of the songs that the embedded separator has not learned from."""
    from safetensors import safe_open

    with safe_open(str(weights), framework="np") as file:
        return set(json.loads(file.metadata()["held_out"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path)
    parser.add_argument("--separator", nargs="+", default=["embedded"])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--every", type=int, default=6, help="take every N-th song")
    parser.add_argument("--held-out", action="store_true", help="take all songs that the weights were not trained on")
    parsed = parser.parse_args()
    paths = find_mixes(parsed.songs)
    if parsed.held_out:
        names = held_out(resource("separator.safetensors"))
        paths = [path for path in paths if path.name in names]
    else:
        paths = paths[:: parsed.every]
    for name in parsed.separator:
        separator = RuleSeparator() if name == "rules" else choose(name, parsed.device)
        report(name, *scores_of(separator, paths))


def scores_of(separator: object, paths: list[Path]) -> tuple[np.ndarray, float]:
    """Return scores ``[shape=(songs, roles, 4)]`` and the seconds of audio separated in one."""
    scores, seconds, spent = [], 0.0, 0.0
    for path in paths:
        true = open_song(path).role_sums()
        whole = mix(list(true.values()))
        began = time.perf_counter()
        estimate = separator.separate(whole)
        spent, seconds = spent + time.perf_counter() - began, seconds + whole.duration_s
        scores.append([score(true[role], estimate[role], whole) if role in true else (np.nan,) * 4 for role in ROLES])
    return np.array(scores), seconds / spent


def report(name: str, scores: np.ndarray, speed: float) -> None:
    sdr, of_mix, lu, ltas = np.moveaxis(scores, -1, 0)
    bias = np.nanmedian(lu, axis=0)
    spread = 1.4826 * np.nanmedian(np.abs(lu - bias), axis=0)
    columns = (np.nanmedian(sdr, 0), np.nanmedian(of_mix, 0), np.nanmedian(np.abs(lu), 0), bias, spread, np.nanmedian(ltas, 0))
    print(f"{name}, {len(scores)} songs, {speed:.1f} × real time" + "".join(f"{column:>12}" for column in COLUMNS))
    for role, *values in zip(ROLES, *columns, strict=True):
        print(f"{role:>20}" + "".join(f"{value:12.2f}" for value in values))


if __name__ == "__main__":
    main()
