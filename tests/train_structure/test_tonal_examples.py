"""What the network for chords and keys learns from: names become numbers, and what is shifted is named as it sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixassistant.features.tonality.chords import CHORDS, FAMILY, SEVENTHS
from mixassistant.features.tonality.key import LABELS
from mixassistant.features.tonality.log_frequency import FRAMES_PER_S, PER_SEMITONE, RATE_HZ, log_spectrum

PROGRAM = Path(__file__).resolve().parents[2] / "packaging" / "train_structure"


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROGRAM))


@pytest.mark.parametrize(
    ("label", "found"),
    [("N", "N"), ("C", "C"), ("F♯m7♭5", "F♯m7♭5"), ("B♭maj7", "B♭maj7"), ("E♭5", "E♭"), ("Asus4", "A"), ("A♭9", "A♭7"), ("Gm9", "Gm7")],
)
def test_every_chord_of_a_chart_has_its_number(label: str, found: str) -> None:
    from tonal_examples import chord_index

    assert SEVENTHS[chord_index(label)] == found


def test_all_chords_that_charts_may_hold_are_known() -> None:
    from harmony import INTERVALS
    from tonal_examples import chord_index

    for quality, tones in INTERVALS.items():
        assert CHORDS[FAMILY[chord_index(f"D{quality}")]] == ("Dm" if 3 in tones else "D")


def test_what_is_no_chord_is_refused() -> None:
    from tonal_examples import chord_index

    for label in ("H", "", "Cmaj9"):
        with pytest.raises(ValueError, match=r"chord|tuple"):
            chord_index(label)


def test_a_frame_has_the_label_that_holds_in_its_middle() -> None:
    from tonal_examples import by_frame

    found = by_frame([[0.5, "C"], [1.0, "G"]], [3, 7], 20, -1)
    times = np.arange(20) / FRAMES_PER_S
    assert (found[times < 0.5] == -1).all() and (found[(times >= 0.5) & (times < 1.0)] == 3).all() and (found[times >= 1.0] == 7).all()


@given(st.integers(-24, 24))
def test_turning_there_and_back_changes_nothing(by: int) -> None:
    import sys

    sys.path.insert(0, str(PROGRAM))
    try:
        from tonal_examples import NONE, turned
    finally:
        sys.path.remove(str(PROGRAM))
    every = np.arange(len(SEVENTHS))
    assert np.array_equal(turned(turned(every, by, NONE), -by, NONE), every)
    moved = turned(every[:-1], by, NONE)
    assert np.array_equal(moved // 12, every[:-1] // 12) and turned(every, by, NONE)[-1] == NONE


def test_a_shifted_tone_is_named_as_it_sounds() -> None:
    from tonal_examples import MARGIN, Examples, Song, chord_index

    t = np.arange(20 * RATE_HZ) / RATE_HZ
    spectrum = log_spectrum(np.sin(2 * np.pi * 440 * t).astype(np.float32), 0.0, MARGIN).astype(np.float16)
    frames = spectrum.shape[0]
    song = Song("tone", spectrum, np.full(frames, chord_index("A")), np.full(frames, LABELS.index("A major")))
    spectra, chords, keys = Examples([song], 12, 64, 0)()
    for one, chord, key in zip(spectra.numpy(), chords.numpy(), keys.tolist(), strict=True):
        strongest = (one[32].argmax() - 1 + PER_SEMITONE // 2) // PER_SEMITONE
        sounding = (28 + strongest) % 12
        assert chord[32] % 12 == key % 12 == sounding


def test_noise_has_no_chord_and_no_key() -> None:
    from tonal_examples import NONE, UNKNOWN
    from tonal_songs import make_noise

    one, other = make_noise(1, 3.0), make_noise(1, 3.0)
    assert (one.chords == NONE).all() and (one.keys == UNKNOWN).all() and np.array_equal(one.spectrum, other.spectrum)
