"""Musical MIDI Accompaniment (the Debian package ``mma``, GPL 2 or later): a chart with grooves becomes an arrangement."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from chart import Chart
from midi import DRUMS, Note, read_notes

TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Groove:
    """A groove of MMA: ``library/file:name``, how many of its beats make a bar, and the metres that it can be the bar of."""

    name: str
    beats: int = 4
    metre: str = "4/4"


class MmaError(RuntimeError):
    """MMA did not make what it was asked for."""


def is_installed() -> bool:
    """Tell whether MMA can be run."""
    return shutil.which("mma") is not None


def written(chart: Chart, grooves: list[Groove], seed: int) -> str:
    """Return the chart as MMA reads it: a groove per section, chords at their beats.

    Parameters
    ----------
    chart : Chart
        All bars in the metre of the grooves.
    grooves : list of Groove
        One a section.
    seed : int
        Of MMA's own random numbers.
    """
    beats = grooves[0].beats
    lines = [f"RndSeed {seed}", "Tempo 120", f"Time {beats}"]
    number = 0
    for section, groove in zip(chart.sections, grooves, strict=True):
        lines.append(f"Groove {groove.name}")
        for bar in chart.bars[section.first_bar : section.end_bar]:
            number += 1
            scale = beats / bar.metre.bar
            chords = [f"{chord.mma}@{1 + offset * scale:g}" if offset else chord.mma for offset, chord in bar.chords]
            lines.append(f"{number} {' '.join(chords)}")
    return "\n".join(lines) + "\n"


def arranged(chart: Chart, grooves: list[Groove], seed: int) -> dict[str, list[Note]]:
    """Return the notes of ``drums``, ``bass`` and ``harmony`` that MMA plays for a chart, in quarter notes of the chart.

    Raises
    ------
    MmaError
        With what MMA wrote.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "song.mma"), Path(folder, "song.mid")
        source.write_text(written(chart, grooves, seed), encoding="utf-8")
        done = subprocess.run(["mma", str(source), "-f", str(target)], capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        if not target.exists():
            raise MmaError(done.stdout.strip())
        notes = read_notes(target.read_bytes())
    scale = chart.bars[0].metre.bar / grooves[0].beats
    parts: dict[str, list[Note]] = {"drums": [], "bass": [], "harmony": []}
    for channel, n in notes:
        part = "drums" if channel == DRUMS else "bass" if n.track.lower().startswith("bass") or 32 <= n.program < 40 else "harmony"
        parts[part].append(Note(n.start * scale, n.length * scale, n.pitch, n.velocity, n.program, n.track))
    return parts
