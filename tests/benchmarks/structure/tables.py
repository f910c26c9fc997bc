"""Tables by style: what each question asks of a song, averaged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from benchmarks.structure.harmony import chord_overlap, key
from benchmarks.structure.truth import Song

# Asks about one song; returns figures by name, NaN where the question has no answer (the key of drums alone).
Question = Callable[[Song], Mapping[str, float]]


def contents(song: Song) -> dict[str, float]:
    """Return what a song has: what the other tables are read against."""
    whole = song.chords.intervals(song.duration_s)
    pitched = np.array([label != "N" for label in song.chords.labels])
    return {
        "seconds": song.duration_s,
        "BPM": song.tempo_bpm,
        "in 4/4": float(song.metre == "4/4"),
        "with drums": float(song.has_drums),
        "sung": float(song.has_voice),
        "in minor": float("nan") if song.key is None else float(song.key.endswith("minor")),
        "off 440 Hz": float("nan") if song.tuning_cents is None else float(song.tuning_cents != 0),
        "with chords": float((whole[pitched, 1] - whole[pitched, 0]).sum() / song.duration_s),
        "sections": float(len(song.sections)),
    }


QUESTIONS: dict[str, Question] = {"contents": contents, "key": key, "chords": chord_overlap}


def by_style(songs: Sequence[Song], figures: Sequence[Mapping[str, float]]) -> str:
    """Return a table in Markdown: a line a style, the means of each figure over the songs that have it, and all of them last.

    Parameters
    ----------
    songs : sequence of Song
    figures : sequence of mapping
        One a song, with the same names.
    """
    names = list(figures[0]) if figures else []
    lines = ["| style | songs | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    for style in [*dict.fromkeys(song.style for song in songs), "all"]:
        rows = [f for song, f in zip(songs, figures, strict=True) if style in (song.style, "all")]
        means = []
        for name in names:
            values = np.array([row[name] for row in rows])
            values = values[~np.isnan(values)]
            means.append(f"{values.mean():.3g}" if values.size else "–")
        lines.append(f"| {style} | {len(rows)} | " + " | ".join(means) + " |")
    return "\n".join(lines)
