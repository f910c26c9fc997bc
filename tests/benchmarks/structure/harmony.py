"""Score keys and chords of songs whose truth is known, beside other methods.

    .venv/bin/python -m tests.benchmarks.structure.harmony SONGS [--limit N] [--methods ours templates essentia]

`SONGS` is a folder of ``NNNN.flac`` with ``NNNN.json``. Chords by `mir_eval.chord` (weighted overlap, 24 major and minor and none; sevenths); keys by the
weights of MIREX (`mir_eval.key`): 1 the same, 0.5 a fifth apart, 0.3 relative, 0.2 parallel.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.decode import decode
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.beats import beats
from mixassistant.features.tonality import chords, hpcp
from mixassistant.features.tonality.hearing import hearing
from mixassistant.features.tonality.hpcp import NAMES
from mixassistant.features.tonality.key import LABELS, key_of
from mixassistant.features.tonality.log_frequency import FRAMES_PER_S, PER_SEMITONE
from mixassistant.features.tonality.spectra import spectra

Spans = tuple[NDArray[np.float64], list[str]]
"""Intervals ``[shape=(stretches, 2)]`` in seconds and their labels as mir_eval writes them."""

ALBRECHT = np.array(
    [
        [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081],
        [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052],
    ]
)
ESSENTIA_KEYS = ("edma", "krumhansl", "temperley")


@dataclass(frozen=True)
class Found:
    """What a method hears in a song: the key (one of `LABELS` or empty), and chords with and without sevenths."""

    key: str
    chords: Spans | None = None
    sevenths: Spans | None = None


def written(label: str) -> str:
    """Return a chord of ours as mir_eval writes it."""
    if label == "N":
        return "N"
    root = label[:2] if label[1:2] in ("♯", "♭") else label[:1]
    kinds = {"": "maj", "m": "min", "7": "7", "maj7": "maj7", "m7": "min7", "m7♭5": "hdim7", "dim": "dim", "5": "5", "sus4": "sus4",
             "6": "maj6", "9": "9", "m9": "min9"}  # fmt: skip
    return f"{root.replace('♯', '#').replace('♭', 'b')}:{kinds[label[len(root) :]]}"


def spans(starts: list[float] | NDArray[np.float64], labels: list[str], end_s: float) -> Spans:
    """Return stretches that begin at `starts`, the last until `end_s`."""
    edges = np.append(np.asarray(starts, float), end_s)
    kept = np.flatnonzero(np.diff(edges) > 1e-6)
    return np.stack([edges[kept], edges[kept + 1]], axis=1), [written(labels[i]) for i in kept]


def truth_of(path: Path) -> dict[str, Any]:
    """Return the truth of a song."""
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return found


def chord_score(truth: Spans, found: Spans, compare: Callable[..., Any]) -> float:
    """Return the weighted overlap of chords, 0–1."""
    intervals, labels = mir_eval.util.adjust_intervals(*found, truth[0].min(), truth[0].max(), "N", "N")
    merged, reference, estimated = mir_eval.util.merge_labeled_intervals(*truth, intervals, labels)
    return float(mir_eval.chord.weighted_accuracy(compare(reference, estimated), mir_eval.util.intervals_to_durations(merged)))


def key_score(truth: str, found: str) -> float:
    """Return the MIREX weight of a key; 0 where none is told."""
    if not found:
        return 0.0
    plain = [k.replace("♯", "#").replace("♭", "b") for k in (truth, found)]
    return float(mir_eval.key.weighted_score(*plain))


def ours(shared: Representations, truth: dict[str, Any], beat_times_s: NDArray[np.float64] | None) -> Found:
    """Return what the program hears."""
    heard = shared.once(hearing)
    told = chords.decode(heard.chords, FRAMES_PER_S, beat_times_s)
    key = key_of(heard)
    return Found(
        LABELS[key.index] if key is not None else "",
        spans(told.starts_s, [chords.CHORDS[i] for i in told.labels], told.end_s),
        spans(told.starts_s, [chords.SEVENTHS[i] for i in told.sevenths], told.end_s),
    )


def templates(shared: Representations) -> Found:
    """Return what profiles and templates hear: Albrecht and Shanahan's on harmonic pitch classes; triads on a whitened chroma, Viterbi."""
    mean = shared.once(hpcp.pitch_classes).mean
    profiles = np.array([np.roll(profile, tonic) for profile in ALBRECHT for tonic in range(12)])
    key = int(np.argmax([np.corrcoef(mean, profile)[0, 1] for profile in profiles])) if mean.sum() else -1
    log = shared.once(spectra).log
    around = np.apply_along_axis(lambda row: np.convolve(np.pad(row, 18, mode="edge"), np.ones(37) / 37, "valid"), 1, log)
    above = np.maximum(log - around, 0)
    tones = above.reshape(log.shape[0], -1, PER_SEMITONE)[:, :, 1]
    octave = np.arange(tones.shape[1])
    weighed = tones * np.exp(-0.5 * ((octave - 30) / 18) ** 2)
    chroma = np.roll(weighed.reshape(log.shape[0], -1, 12).sum(axis=1), 4, axis=1)
    chroma /= np.maximum(np.linalg.norm(chroma, axis=1, keepdims=True), 1e-9)
    shapes = np.array([[1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]]) / np.sqrt(3)
    fits = np.concatenate([chroma @ np.array([np.roll(s, r) for r in range(12)]).T for s in shapes], axis=1)
    fits = np.concatenate([fits, np.full((fits.shape[0], 1), 0.55)], axis=1)
    wide = np.full((fits.shape[0], len(chords.SEVENTHS)), 1e-6, np.float32)
    scores = np.exp(12 * fits)
    scores /= scores.sum(axis=1, keepdims=True)
    wide[:, :24], wide[:, -1] = scores[:, :24], scores[:, 24]
    told = chords.decode(wide, FRAMES_PER_S)
    return Found(LABELS[key] if key >= 0 else "", spans(told.starts_s, [chords.CHORDS[i] for i in told.labels], told.end_s))


def essentia(shared: Representations, profile: str) -> Found:
    """Return what Essentia's KeyExtractor and ChordsDetection hear."""
    import essentia
    import essentia.standard as es

    essentia.log.warningActive = essentia.log.infoActive = False
    mono = np.ascontiguousarray(shared.spectral.read(0, shared.spectral.length).mean(axis=0))
    tonic, scale, _ = es.KeyExtractor(profileType=profile)(mono)
    plain = {"C#": "C♯", "Db": "C♯", "D#": "E♭", "Eb": "E♭", "F#": "F♯", "Gb": "F♯", "G#": "A♭", "Ab": "A♭", "A#": "B♭", "Bb": "B♭"}
    key = f"{plain.get(tonic, tonic)} {scale}"
    if profile != ESSENTIA_KEYS[0]:
        return Found(key)
    window, spectrum, peaks = es.Windowing(type="blackmanharris62"), es.Spectrum(), es.SpectralPeaks(
        sampleRate=44100, minFrequency=40, maxFrequency=5000, maxPeaks=60, magnitudeThreshold=1e-5, orderBy="magnitude"
    )  # fmt: skip
    whiten = es.SpectralWhitening(maxFrequency=5000, sampleRate=44100)
    profiles = es.HPCP(size=36, minFrequency=40, maxFrequency=5000, harmonics=8, normalized="unitMax", sampleRate=44100)
    frames = []
    for frame in es.FrameGenerator(mono, 8192, 2048):
        spectral = spectrum(window(frame))
        hz, height = peaks(spectral)
        frames.append(profiles(hz, whiten(spectral, hz, height)))
    labels, _ = es.ChordsDetection(hopSize=2048, windowSize=2)(np.array(frames))
    names = [plain.get(c.removesuffix("m"), c.removesuffix("m")) + ("m" if c.endswith("m") else "") for c in labels]
    return Found(key, spans(np.arange(len(names)) * 2048 / 44100, names, shared.audio.duration_s))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--methods", nargs="+", choices=("ours", "templates", "essentia"), default=["ours"])
    parser.add_argument("--each", action="store_true", help="a line for each song")
    words = parser.parse_args()
    rows: dict[str, dict[str, list[float]]] = {}
    for path in sorted(words.songs.glob("*.flac"))[: words.limit]:
        truth, shared = truth_of(path), Representations(decode(path))
        found: dict[str, Found] = {}
        if "ours" in words.methods:
            found["ours, true beats"] = ours(shared, truth, np.array([time for time, _ in truth["beats"]]))
            found["ours, our beats"] = ours(shared, truth, shared.once(beats).times_s)
            found["ours, no beats"] = ours(shared, truth, None)
        if "templates" in words.methods:
            found["profiles and templates"] = templates(shared)
        if "essentia" in words.methods:
            found |= {f"Essentia {profile}": essentia(shared, profile) for profile in ESSENTIA_KEYS}
        reference = {
            name: spans([s for s, _ in truth[name]], [c for _, c in truth[name]], truth["duration_s"]) for name in ("chords", "sevenths")
        }
        group = "drums and voice" if truth["has_drums"] and truth["has_voice"] else "drums" if truth["has_drums"] else "no drums"
        for method, result in found.items():
            row = rows.setdefault(method, {})
            if truth["key"]:
                score = key_score(truth["key"], result.key)
                for name in ("key", f"key, {truth['mode']}"):
                    row.setdefault(name, []).append(score)
                row.setdefault("key, exact", []).append(float(result.key == truth["key"]))
            elif result.key:
                row.setdefault("a key where there is none", []).append(1.0)
            if result.chords is not None and truth["key"]:
                score = chord_score(reference["chords"], result.chords, mir_eval.chord.majmin)
                for name in ("chords", f"chords, {group}", f"chords, {truth['style']}"):
                    row.setdefault(name, []).append(score)
            if result.sevenths is not None and truth["key"]:
                row.setdefault("sevenths", []).append(chord_score(reference["sevenths"], result.sevenths, mir_eval.chord.sevenths))
        if words.each:
            line = "; ".join(f"{method}: {r.key}" for method, r in found.items())
            scores = ", ".join(f"{rows[m]['chords'][-1]:.2f}" for m in found if "chords" in rows[m])
            print(f"{path.stem} {truth['style']} {truth['key']} ({truth['mode']}): {line}; chords {scores}", flush=True)
    for method, row in rows.items():
        print(f"{method}: " + "; ".join(f"{name} {np.mean(v):.3f} ({len(v)})" for name, v in sorted(row.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
