"""Generated songs sound as their truth says: onsets on the beats, chords of the chart, the tuning told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "packaging" / "train_structure"
RATE = 44100


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROGRAM))
    import fonts

    if shutil.which("mma") is None or not fonts.is_installed():
        pytest.skip("needs the Debian packages mma and libfluidsynth3, which make songs and are no part of the program")


def the_font() -> str:
    import fonts

    found = fonts.available(("timgm", "fluid", "opl3"))
    if not found:
        pytest.skip("needs a sound font: timgm6mb-soundfont, fluid-soundfont-gm or opl3-soundfont")
    return found[0]


def rise_s(sound: Any, near_s: float) -> float:
    """When the sound rises most within 40 ms of a time."""
    from proof import HOP, onset_strength

    strength = onset_strength(np.asarray(sound, np.float64).T, RATE)
    centre, reach = round(near_s * RATE / HOP), round(0.04 * RATE / HOP)
    return (centre - reach + int(np.argmax(strength[centre - reach : centre + reach + 1]))) * HOP / RATE


def test_hits_of_a_drawn_kit_begin_at_their_times() -> None:
    from drawn_kit import drawn_kit
    from kits import play
    from midi import Note

    times = [0.5, 1.013, 1.7777]
    for pitch in (36, 38, 42):
        hits = [(t, Note(0, 0.1, pitch, 110)) for t in times]
        sound = play(drawn_kit(7), hits, 3 * RATE, 0.0, np.random.default_rng(0))
        assert [rise_s(sound, t) for t in times] == pytest.approx(times, abs=0.003)


def test_notes_of_a_font_begin_at_their_times_and_are_in_tune() -> None:
    from fonts import Sounding, player

    notes = [Sounding(t, t + 0.4, 69, 110, 0, 11) for t in (0.3, 1.0)]  # a vibraphone
    plain, detuned = (player(the_font()).render(notes, 2 * RATE, cents) for cents in (0.0, 40.0))
    assert [rise_s(plain, t) for t in (0.3, 1.0)] == pytest.approx([0.3, 1.0], abs=0.01)
    peaks = []
    for sound in (plain, detuned):
        spectrum = np.abs(np.fft.rfft(sound[0, 14000:32000] * np.hanning(18000), 16 * 18000))
        hz = np.fft.rfftfreq(16 * 18000, 1 / RATE)
        around = (hz > 400) & (hz < 480)
        peaks.append(hz[around][spectrum[around].argmax()])
    assert 1200 * np.log2(peaks[1] / peaks[0]) == pytest.approx(40.0, abs=1.0)


def test_mma_plays_the_chart_on_its_beats() -> None:
    from accompaniment import Groove, arranged
    from compose import compose
    from styles import STYLES

    style = replace(STYLES["rock"], metres=("4/4",))
    chart = compose(style, 3, 25.0, "", np.random.default_rng(3))
    parts = arranged(chart, [Groove("casio/rock1:Rock1")] * len(chart.sections), 1)
    kicks = np.array([n.start for n in parts["drums"] if n.pitch in (35, 36)])
    assert kicks.size > len(chart.bars) / 2
    assert np.abs(kicks * 4 - np.round(kicks * 4)).max() < 0.1  # of a sixteenth
    assert kicks.max() < chart.end
    total = inside = 0.0
    for n in parts["harmony"] + parts["bass"]:
        bar = chart.bars[min(len(chart.bars) - 1, int((n.start + 0.06) // 4))]
        chord = [c for offset, c in bar.chords if offset <= n.start + 0.06 - bar.start][-1]
        total += n.length
        inside += n.length * (n.pitch % 12 in (*chord.pitch_classes, chord.bass))
    assert inside / total > 0.8


def test_a_song_is_the_same_twice_and_as_long_as_it_says() -> None:
    import song
    from compose import compose
    from styles import STYLES

    material = replace(song.HELD_OUT, fonts=(the_font(),), drum_fonts=(the_font(),), acoustic_kits=(), electronic_kits=())
    style = replace(STYLES["house"], is_electronic=1.0)
    made = []
    for _ in range(2):
        random = np.random.default_rng(11)
        made.append(song.perform(compose(style, 11, 12.0, "", random), style, material, random))
    (first, facts), (second, again) = made
    assert facts == again
    assert np.abs(first - second).max() < 0.001
    assert first.shape[1] / RATE == pytest.approx(facts["duration_s"], abs=1e-4)
    assert 0.02 < np.abs(first).max() <= 1.0
    assert facts["beats"][-1][0] < facts["duration_s"]
    assert facts["has_drums"]


def test_a_missing_groove_is_told() -> None:
    from accompaniment import Groove, MmaError, arranged
    from compose import compose
    from styles import STYLES

    chart = compose(replace(STYLES["pop"], metres=("4/4",)), 1, 15.0, "", np.random.default_rng(1))
    with pytest.raises(MmaError, match=r"does\s+not exist"):
        arranged(chart, [Groove("stdlib/nowhere:Nothing")] * len(chart.sections), 1)
