"""How often a level in one kind of section is told where nothing was done, and how often a voice that was turned down in choruses is found.

::

    PYTHONPATH=.:tests python -m benchmarks.structure.section_levels measure SONGS CACHE --gains 0 -3 -4
    PYTHONPATH=.:tests python -m benchmarks.structure.section_levels score CACHE

SONGS is a folder of songs with true stems: those that `arrangements` makes, with their truth beside them, or folders of a song's stems.
Each song is held against all others as they were mixed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mixassistant.advice.findings import SectionLevel
from mixassistant.advice.section_levels import TOLD, contrast, section_level_checks
from mixassistant.advice.sentences.checks import check_sentence
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.measure import measure_song
from mixassistant.features.track_json import track_from_json, track_to_json
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import ROLES, Song

ONLY = frozenset({"lufs", "momentary", "ltas", "level", "sections", "section_letters", "section_kinds"})
FADE_S = 0.05
REFERENCES = 9


def turned(song: Song, gain_db: float, spans: Sequence[tuple[float, float]]) -> Song:
    """Return a song whose voice has a gain in some stretches."""
    rate, length = song.mix.sample_rate_hz, song.mix.length
    clock = np.arange(length) / rate
    inside = np.zeros(length)
    for start, end in spans:
        inside = np.maximum(inside, np.clip(np.minimum(clock - start, end - clock) / FADE_S + 0.5, 0, 1))
    gain = (10 ** (gain_db / 20 * inside)).astype(np.float32)
    stems = tuple(
        replace(s, audio=Audio(s.audio.samples * gain, rate)) if s.role == "vocals" and s.audio.length == length else s for s in song.stems
    )
    return replace(song, mix=mix([s.audio for s in stems]), stems=stems)


def measure(songs: Path, cache: Path, gains: Sequence[float]) -> None:
    """Measure the songs of a folder, with the voice turned in its choruses where these are known."""
    cache.mkdir(parents=True, exist_ok=True)
    for folder in sorted(path for path in songs.iterdir() if path.is_dir()):
        truth = folder / "truth.json"
        spans: list[tuple[float, float]] = []
        if truth.exists():
            told = json.loads(truth.read_text())
            ends = [*(start for start, _, _ in told["sections"][1:]), told["duration_s"]]
            spans = [(s, e) for (s, _, kind), e in zip(told["sections"], ends, strict=True) if kind == "chorus"]
        for gain in gains if spans else (0.0,):
            place = cache / f"{folder.name}@{gain:g}.json"
            if not place.exists():
                song = open_song(folder, called="stems")
                track = measure_song(turned(song, gain, spans) if gain else song, only=ONLY)
                place.write_text(json.dumps({"track": track_to_json(track), "choruses": spans}))
                print(place.name, "".join(f"{s.letter}:{s.kind or '–'} " for s in track.sections), flush=True)


def score(cache: Path) -> None:
    """Print what is told of each song."""
    tracks = {p.stem: track_from_json(json.loads(p.read_text())["track"]) for p in sorted(cache.glob("*.json"))}
    clean = {name: track for name, track in tracks.items() if name.endswith("@0")}
    random = np.random.default_rng(0)
    for role in ROLES:
        gaps = [c.gap for track in clean.values() for kind in TOLD[:1] if (c := contrast(track, role, kind)) is not None]
        print(
            f"{role}: choruses against the rest in {len(gaps)} songs: {np.mean(gaps):+.2f} ± {np.std(gaps, ddof=1):.2f} LU"
            if len(gaps) > 1
            else role
        )
    told: Counter[tuple[str, str]] = Counter()
    cases: Counter[str] = Counter()
    for name, track in tracks.items():
        gain = name.partition("@")[2]
        others = [other for own, other in clean.items() if own.partition("@")[0] != name.partition("@")[0]]
        chosen = [others[i] for i in random.permutation(len(others))[:REFERENCES]]
        cases[gain] += 1
        cases[f"{gain} with choruses"] += any(s.kind == "chorus" for s in track.sections)
        for check in section_level_checks(track, chosen):
            assert isinstance(check.finding, SectionLevel)
            told[gain, f"{check.target.place.role} {check.finding.kind} {'down' if check.finding.off_lu < 0 else 'up'}"] += 1
            print(name, check_sentence(check))
    print(dict(cases))
    print(dict(told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("question", choices=["measure", "score"])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--gains", type=float, nargs="+", default=[0.0, -3.0])
    words = parser.parse_args()
    if words.question == "measure":
        measure(words.folders[0], words.folders[1], words.gains)
    else:
        score(words.folders[0])


if __name__ == "__main__":
    main()
