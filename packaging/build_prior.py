"""Make ``resources/prior.json`` and ``resources/separators.json`` again from songs with true stems.

    .venv/bin/python packaging/build_prior.py ../shared/data/musdb18-7s/train --source "MUSDB18 7-second previews, training part"

The prior is the mean and the Ledoit–Wolf covariance of what finished songs measure; the separators' errors are those of
the embedded separator's stems against the true ones, on the songs that its weights were not trained on (they name them). Only
these statistics are written, no audio. There is no randomness.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mixassistant import paths
from mixassistant.audio.audio import Audio
from mixassistant.audio.streams import NI_ENDINGS
from mixassistant.audio.write import write_bytes
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import estimate_prior, prior_to_json, values_of
from mixassistant.stems.drop import open_song
from mixassistant.stems.embedded import EmbeddedSeparator
from mixassistant.stems.embedded.separation import metadata
from mixassistant.stems.separate import separation
from mixassistant.stems.stem import ROLES, Song

# What networks say has no range in a prior: it changes with the networks that somebody has installed.
ONLY = frozenset(d.id for d in REGISTRY if d.family != "models")
COMPARED_IN_PARTS = frozenset({"lufs", "level", "ltas", "dynamic_spread"})


def _half(song: Song, which: int) -> Song:
    """Return the first (0) or second (1) half of a song."""
    middle = song.mix.length // 2

    def cut(audio: Audio) -> Audio:
        return Audio(audio.samples[:, which * middle : (which + 1) * middle].copy(), audio.sample_rate_hz)

    return replace(song, mix=cut(song.mix), stems=tuple(replace(stem, audio=cut(stem.audio)) for stem in song.stems))


def separator_errors(true: Sequence[MeasuredTrack], separated: Sequence[MeasuredTrack]) -> dict[str, Any]:
    """Return bias and spread of separated minus true, per role, over the songs where both could be measured."""
    from sklearn.covariance import LedoitWolf

    roles: dict[str, Any] = {}
    for role in ROLES:
        pairs = [(values_of(t, role), values_of(s, role)) for t, s in zip(true, separated, strict=True)]
        spectra = [(a, b) for t, s in pairs if (a := vector(t, "ltas")) is not None and (b := vector(s, "ltas")) is not None]
        differences = np.array([b - a for a, b in spectra])
        # A song in which a stem hardly plays gives errors of tens of dB that say nothing of the others.
        centre = np.median(differences, axis=0)
        sound = np.abs(differences - centre).mean(axis=1) < 15.0
        fitted = LedoitWolf().fit(differences[sound])
        roles[role] = {
            "ltas": {"mean": fitted.location_.round(2).tolist(), "covariance": fitted.covariance_.round(2).tolist()},
            **{name: _bias_and_spread(pairs, name) for name in ("level", "dynamic_spread")},
            "songs": int(sound.sum()),
        }
    return roles


def _bias_and_spread(pairs: Sequence[tuple[Any, Any]], name: str) -> list[float]:
    errors = [b - a for t, s in pairs if (a := scalar(t, name)) is not None and (b := scalar(s, name)) is not None]
    low, middle, high = np.quantile(errors, [0.1, 0.5, 0.9])
    return [round(float(middle), 2), round(float((high - low) / (2 * 1.2816)), 2)]


def _held_out() -> frozenset[str] | None:
    """Return the names of the songs that the embedded separator was not trained on; ``None`` where it was not trained at all."""
    weights = paths.resource("separator.safetensors")
    return frozenset(json.loads(metadata(weights)["held_out"])) if weights.is_file() else None


def main() -> int:
    """Measure every song twice, with its true stems and with separated ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of NI .stem.mp4 files or stem folders")
    parser.add_argument("--source", required=True, help="what the songs are: written beside the statistics")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parent.parent / "resources")
    words = parser.parse_args()
    separator = EmbeddedSeparator()
    held_out = _held_out()
    true: list[MeasuredTrack] = []
    unseen: list[MeasuredTrack] = []
    separated: list[MeasuredTrack] = []
    halves: list[tuple[MeasuredTrack, MeasuredTrack]] = []
    songs = sorted(p for p in words.folder.iterdir() if p.is_dir() or p.name.casefold().endswith(NI_ENDINGS))
    for index, path in enumerate(songs):
        song = open_song(path)
        true.append(measure_song(song, only=ONLY))
        halves.append((measure_song(_half(song, 0), only=COMPARED_IN_PARTS), measure_song(_half(song, 1), only=COMPARED_IN_PARTS)))
        if held_out is None or path.name in held_out:
            unseen.append(true[-1])
            separated.append(measure_song(separation(replace(song, stems=()), separator).song, only=ONLY))
        print(f"{index + 1}/{len(songs)} {path.name}", file=sys.stderr)
    method = "packaging/build_prior.py; mean and Ledoit–Wolf covariance over songs; scalars: median and (P90 − P10) / 2.563"
    provenance = f"{len(true)} songs: {words.source}; {method}"
    if len(unseen) < 10:
        raise SystemExit(f"only {len(unseen)} of these songs were kept from the separator's training: its errors need ten")
    kept = f"{len(unseen)} songs that the embedded separator {separator.version[:12]} was not trained on, of: {words.source}; {method}"
    errors = {"provenance": kept, "separators": {"embedded": separator_errors(unseen, separated)}}
    for name, document in (("prior.json", prior_to_json(estimate_prior(true, provenance, halves))), ("separators.json", errors)):
        write_bytes(words.output / name, (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
