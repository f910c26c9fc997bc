"""Whole songs with known sections and true stems, played by the demo's instruments and voices: intro, verses, choruses, bridge, outro.

Beside other makers' songs: these have a stem for each role, so that a voice can be turned down in its choruses alone.

::

    PYTHONPATH=.:tests python -m benchmarks.structure.arrangements FOLDER --first 0 --count 24
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.demo.bass import play_bass
from mixassistant.demo.drums import play_drums
from mixassistant.demo.keys import play_chords
from mixassistant.demo.melody import sung
from mixassistant.demo.mix import balanced, mastered
from mixassistant.demo.patterns import accompaniment, bass_notes, drum_hits
from mixassistant.demo.score import Bar, Hit, Note, SectionName, grid_of
from mixassistant.demo.style import PROGRESSIONS, Style, style_of
from mixassistant.demo.synthesis import count, faded, generator
from mixassistant.demo.voice import play_voice
from mixassistant.stems.stem import Role

FORMS: tuple[tuple[tuple[str, int], ...], ...] = (
    (("intro", 4), ("verse", 8), ("chorus", 8), ("verse", 8), ("chorus", 8), ("bridge", 8), ("chorus", 8), ("outro", 4)),
    (("intro", 8), ("verse", 8), ("verse", 8), ("chorus", 8), ("verse", 8), ("chorus", 8), ("outro", 4)),
    (("verse", 8), ("chorus", 8), ("verse", 8), ("chorus", 8), ("instrumental", 8), ("chorus", 8)),
    (("intro", 4), ("verse", 16), ("chorus", 8), ("verse", 8), ("chorus", 8), ("instrumental", 8), ("chorus", 16), ("outro", 4)),
    (("intro", 4), ("chorus", 8), ("verse", 8), ("chorus", 8), ("verse", 8), ("bridge", 4), ("chorus", 8), ("outro", 8)),
    (("intro", 8), ("verse", 12), ("chorus", 8), ("intro", 4), ("verse", 12), ("chorus", 8), ("bridge", 8), ("verse", 8), ("outro", 4)),
)  # fmt: skip
PLAYED_AS: Mapping[str, SectionName] = {
    "intro": "intro", "verse": "verse", "chorus": "chorus", "bridge": "verse", "instrumental": "chorus", "outro": "verse",
}  # fmt: skip
SUNG = ("verse", "chorus", "bridge")
WITHOUT_DRUMS = 0.4  # of bridges
TAIL_S = 3.0


@dataclass(frozen=True)
class Part:
    """A section on paper: its kind, and its bars."""

    kind: str
    bars: tuple[Bar, ...]


def parts_of(style: Style) -> tuple[tuple[Part, ...], dict[str, Style]]:
    """Return a song's sections, and the style that each kind is played in."""
    random = generator(style.seed, "form")
    form = FORMS[int(random.integers(len(FORMS)))]
    others = [pair for pair in PROGRESSIONS[style.scale] if pair != (style.verse, style.chorus)]
    other = others[int(random.integers(len(others)))]
    apart = replace(
        style, verse=other[1], chorus=other[0], groove=style.groove + 1, bass_line=style.bass_line + 1, comping=style.comping + 1
    )
    styles = {kind: apart if kind in ("bridge", "instrumental") else style for kind in PLAYED_AS}
    found, start = [], 0
    for kind, length in form:
        name = PLAYED_AS[kind]
        degrees = styles[kind].chorus if name == "chorus" else styles[kind].verse
        bars = [Bar(start + i, name, i, length, degrees[i % len(degrees)], degrees[(i + 1) % len(degrees)]) for i in range(length)]
        found.append(Part(kind, tuple(bars)))
        start += length
    return tuple(found), styles


def make_arrangement(seed: int) -> tuple[dict[Role, Audio], list[tuple[float, str, str]], list[tuple[float, int]]]:
    """Return a song's stems, its sections (start in s, letter, kind) and its beats (time in s, place in the bar)."""
    style = style_of(seed)
    random = generator(seed, "arrangement")
    form, styles = parts_of(style)
    grid = grid_of(style)
    hits: list[Hit] = []
    bass: list[Note] = []
    layers: dict[str, list[Note]] = {"pad": [], style.instrument: [], "arpeggio": []}
    bare = random.random() < WITHOUT_DRUMS
    for kind in dict.fromkeys(part.kind for part in form):
        bars: Sequence[Bar] = [bar for part in form if part.kind == kind for bar in part.bars]
        if not (kind == "bridge" and bare):
            hits += drum_hits(styles[kind], bars)
        bass += bass_notes(styles[kind], bars)
        for name, notes in accompaniment(styles[kind], bars).items():
            layers[name] += notes
    melody: list[Note] = []
    harmony: list[Note] = []
    for own in ("song", "bridge"):
        kinds = ("verse", "chorus") if own == "song" else ("bridge",)
        lead, second = sung(style if own == "song" else styles["bridge"], [bar for part in form if part.kind in kinds for bar in part.bars])
        melody += lead
        harmony += second
    total = form[-1].bars[-1].index + 1
    length = count(total * grid.bar_s + TAIL_S)
    tracks = {
        "drums": play_drums(style, sorted(hits, key=lambda hit: (hit.start_s, hit.drum)), length),
        "bass": play_bass(style, sorted(bass, key=lambda note: note.start_s), length),
        "other": play_chords(style, {name: tuple(notes) for name, notes in layers.items()}, length),
        "vocals": play_voice(style, sorted(melody, key=lambda n: n.start_s), sorted(harmony, key=lambda n: n.start_s), length),
    }
    stems = mastered(balanced(style, {role: faded(track, 0.005, 0.8) for role, track in tracks.items()}))  # type: ignore[misc]
    letters = {kind: chr(ord("A") + i) for i, kind in enumerate(dict.fromkeys(part.kind for part in form))}
    sections = [(part.bars[0].index * grid.bar_s, letters[part.kind], part.kind) for part in form]
    beats = [(grid.time_s(bar, 4 * beat), beat + 1) for bar in range(total) for beat in range(4)]
    return stems, sections, beats


def main() -> None:
    """Write songs: a folder each, with its stems and `truth.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=8)
    wanted = parser.parse_args()
    for seed in range(wanted.first, wanted.first + wanted.count):
        folder = wanted.folder / f"{seed:04d}"
        if (folder / "truth.json").exists():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        stems, sections, beats = make_arrangement(10_000 + seed)
        for role, audio in stems.items():
            write_audio(audio, folder / f"{role}.flac")
        truth = {"seed": seed, "duration_s": stems["drums"].duration_s, "sections": sections, "beats": beats, "style": "demo"}
        (folder / "truth.json").write_text(json.dumps(truth))
        print(folder, f"{truth['duration_s']:.0f} s", "".join(letter for _, letter, _ in sections), flush=True)


if __name__ == "__main__":
    main()
