"""The demo's songs: from a seed to stems, well mixed or with the faults that the advice must find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from mixassistant.audio.audio import Audio
from mixassistant.demo.bass import play_bass
from mixassistant.demo.drums import play_drums
from mixassistant.demo.keys import play_chords
from mixassistant.demo.melody import sung
from mixassistant.demo.mix import Fault, balanced, mastered
from mixassistant.demo.patterns import accompaniment, bass_notes, drum_hits
from mixassistant.demo.score import Score, form
from mixassistant.demo.style import style_of
from mixassistant.demo.synthesis import Signal, count, faded
from mixassistant.demo.voice import play_voice
from mixassistant.errors import UsageError
from mixassistant.processing.moves import Band, Chain
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.stem import Role

DURATION_S = 30.0
SHORTEST_S, LONGEST_S = 8.0, 600.0
NAMES: Mapping[Role, str] = {"drums": "Drums", "bass": "Bass", "other": "Chords", "vocals": "Voice"}

FAULTS: tuple[Fault, ...] = (
    Fault("The voice is too quiet", "vocals", Chain(gain_db=-7.0)),
    Fault("The bass is boomy", "bass", Chain(bands=(Band("bell", 280.0, 8.0, 1.0),))),
    Fault("The chords are harsh", "other", Chain(bands=(Band("bell", 3000.0, 7.0, 1.0),))),
)


def write_score(seed: int, duration_s: float = DURATION_S) -> Score:
    """Compose and arrange a song.

    Raises
    ------
    UsageError
        The duration is out of range.
    """
    if not SHORTEST_S <= duration_s <= LONGEST_S:
        raise UsageError("duration", f"a demo song cannot last {duration_s:g} s", f"choose {SHORTEST_S:g} to {LONGEST_S:g} s")
    style = style_of(seed)
    bars = form(style, duration_s)
    melody, harmony = sung(style, bars)
    return Score(style, duration_s, bars, drum_hits(style, bars), bass_notes(style, bars), accompaniment(style, bars), melody, harmony)


def make_song(seed: int, faults: bool = True, duration_s: float = DURATION_S, progress: Progress = silent) -> dict[str, tuple[Role, Audio]]:
    """Make a song's stems.

    Parameters
    ----------
    seed : int
        The same seed gives the same song.
    faults : bool
        With `FAULTS`, or well mixed.
    duration_s : float
    progress : Progress

    Returns
    -------
    dict
        Stem name to its role and its audio: 44.1 kHz, stereo, all of one length. Their sum is the mix.

    Raises
    ------
    UsageError
        The duration is out of range.
    """
    from mixassistant.processing.chain import render

    score = write_score(seed, duration_s)
    style, length = score.style, count(duration_s)
    players: dict[Role, Callable[[Progress], Signal]] = {
        "drums": partial(play_drums, style, score.drums, length),
        "bass": partial(play_bass, style, score.bass, length),
        "other": partial(play_chords, style, score.layers, length),
        "vocals": partial(play_voice, style, score.melody, score.harmony, length),
    }
    tracks: dict[Role, Signal] = {}
    for number, (role, play) in enumerate(players.items()):
        step = part(progress, 0.2 * number, 0.2 * (number + 1), f"Playing the {NAMES[role].lower()}")
        step("", 0.0)
        tracks[role] = faded(play(step), 0.005, 0.8)
    stems = balanced(style, tracks, part(progress, 0.8, 0.9))
    if faults:
        for fault in FAULTS:
            stems[fault.role] = render(stems[fault.role], fault.chain)
    progress("Mixing", 0.9)
    return {NAMES[role]: (role, audio) for role, audio in mastered(stems).items()}
