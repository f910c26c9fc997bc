"""What is true of a generated song follows from its chart: beats, metres, keys, chords, sections."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.structure.tables import by_style, contents
from benchmarks.structure.truth import read_song, read_songs
from mixassistant.features.tonality.hpcp import NAMES as PITCH_NAMES

PROGRAM = Path(__file__).resolve().parents[2] / "packaging" / "train_structure"


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROGRAM))


def chart_of(metres: list[str], chords: list[str], bpm: float = 120.0, lead_in_s: float = 0.0) -> Any:
    """A chart in C major with one numeral a bar and one section."""
    from chart import Bar, Chart, Section
    from clock import METRES, beat_grid, make_clock
    from harmony import Key, parse_numeral

    key = Key(0, "major")
    positions, _, lengths = beat_grid([METRES[m] for m in metres])
    starts = np.concatenate([[0.0], np.cumsum([METRES[m].bar for m in metres])])
    bars = tuple(
        Bar(float(s), METRES[m], key, ((0.0, parse_numeral(c, key)),)) for s, m, c in zip(starts[:-1], metres, chords, strict=True)
    )
    clock = make_clock(positions, lengths, bpm, np.ones(positions.size), lead_in_s)
    section = Section("A", "verse", 0, len(bars), 0.5, frozenset({"drums", "bass", "harmony"}))
    return Chart("rock", 1, bpm, bars, (section,), clock)


def test_beats_of_a_steady_song_lie_at_multiples_of_the_beat() -> None:
    from chart import truth

    facts = truth(chart_of(["4/4"] * 3, ["I", "IV", "V"], bpm=100.0, lead_in_s=0.3), [True], 8.0, 0.0)
    assert [t for t, _ in facts["beats"]] == pytest.approx([0.3 + 0.6 * i for i in range(12)], abs=1e-4)
    assert [p for _, p in facts["beats"]] == [1, 2, 3, 4] * 3
    assert facts["tempo_bpm"] == pytest.approx(100.0, rel=1e-3)
    assert facts["metre"] == "4/4"


def test_a_bar_of_six_eight_has_two_beats_of_a_dotted_quarter() -> None:
    from chart import truth

    chart = chart_of(["6/8", "6/8"], ["I", "V"], bpm=60.0)
    assert truth(chart, [True], 5.0, 0.0)["beats"] == [[0.0, 1], [1.0, 2], [2.0, 1], [3.0, 2]]
    assert chart.clock.seconds(0.5) == pytest.approx(1 / 3)  # an eighth is a third of the beat


def test_a_change_of_metre_is_told_with_its_time() -> None:
    from chart import truth

    facts = truth(chart_of(["4/4", "3/4", "3/4"], ["I", "I", "I"]), [True], 6.0, 0.0)
    assert facts["metre"] == [[0.0, "4/4"], [2.0, "3/4"]]
    assert [p for _, p in facts["beats"]] == [1, 2, 3, 4, 1, 2, 3, 1, 2, 3]


def test_chords_are_told_where_they_change_and_as_none_before_the_first_bar() -> None:
    from chart import truth

    facts = truth(chart_of(["4/4"] * 4, ["I", "I7", "ii7", "bVII"], lead_in_s=1.0), [True], 9.5, 0.0)
    assert facts["chords"] == [[0.0, "N"], [1.0, "C"], [5.0, "Dm"], [7.0, "B♭"]]
    assert facts["sevenths"] == [[0.0, "N"], [1.0, "C"], [3.0, "C7"], [5.0, "Dm7"], [7.0, "B♭"]]


def test_drums_alone_have_neither_key_nor_chords() -> None:
    from chart import truth

    facts = truth(chart_of(["4/4"], ["I"]), [False], 3.0, 12.0)
    assert facts["key"] is None
    assert facts["tuning_cents"] is None
    assert {label for _, label in facts["chords"]} == {"N"}


@pytest.mark.parametrize(
    ("numeral", "mode", "tonic", "label", "full"),
    [
        ("I", "major", 0, "C", "C"),
        ("vi", "major", 0, "Am", "Am"),
        ("bVII", "mixolydian", 7, "F", "F"),
        ("V7", "minor", 9, "E", "E7"),
        ("iim7♭5", "minor", 9, "Bm", "Bm7♭5"),
        ("bII", "phrygian", 4, "F", "F"),
        ("IV", "dorian", 2, "G", "G"),
    ],
)
def test_numerals_become_chords(numeral: str, mode: str, tonic: int, label: str, full: str) -> None:
    from harmony import Key, parse_numeral

    chord = parse_numeral(numeral, Key(tonic, mode))
    assert (chord.label, chord.full_label) == (label, full)


def test_every_turn_can_be_read_in_every_key_and_named_as_the_program_names_keys() -> None:
    from harmony import NAMES, TURNS, Key, parse_numeral

    assert NAMES == PITCH_NAMES
    for mode, turns in TURNS.items():
        for turn in turns:
            for tonic in range(12):
                assert all(0 <= parse_numeral(n, Key(tonic, mode)).root < 12 for n in turn.split())


def test_a_seventh_is_the_scales_own() -> None:
    from harmony import Key, enriched, parse_numeral

    key, random = Key(0, "major"), np.random.default_rng(3)
    assert enriched(parse_numeral("IV", key), key, 1.0, 0.0, random).quality == "maj7"
    assert enriched(parse_numeral("V", key), key, 1.0, 0.0, random).quality in ("7", "9")


@given(st.floats(0, 32), st.sampled_from([0.25, 0.5]), st.floats(0.5, 0.7))
def test_swing_keeps_beats_and_order(position: float, unit: float, ratio: float) -> None:
    import sys

    sys.path.insert(0, str(PROGRAM))
    try:
        from song import swung
    finally:
        sys.path.remove(str(PROGRAM))
    assert swung(round(position), unit, ratio) == pytest.approx(round(position))
    assert swung(position + 0.01, unit, ratio) > swung(position, unit, ratio)
    assert swung(unit, unit, ratio) == pytest.approx(2 * unit * ratio)


@pytest.mark.parametrize("kind", ["steady", "drift", "sections", "rubato", "slowing", "change"])
def test_tempi_stay_within_a_factor_of_two(kind: str) -> None:
    from clock import tempo_curve

    curve = tempo_curve(kind, [0, 32], 64, np.random.default_rng(1))
    assert curve.shape == (64,)
    assert 0.5 <= curve.min() <= curve.max() <= 2.0
    assert (curve == 1).all() == (kind == "steady")


def test_composed_songs_are_whole_in_every_style() -> None:
    from compose import compose
    from styles import STYLES

    for seed in range(12):
        for style in STYLES.values():
            chart = compose(style, seed, 50.0, "", np.random.default_rng(seed))
            assert chart.sections[0].first_bar == 0
            assert chart.sections[-1].end_bar == len(chart.bars)
            assert all(a.end_bar == b.first_bar for a, b in zip(chart.sections, chart.sections[1:], strict=False))
            assert 20 < chart.clock.seconds(chart.end) < 110
            assert all(bar.chords[0][0] == 0 and bar.chords[-1][0] < bar.metre.bar for bar in chart.bars)


def test_alike_sections_have_the_same_chords_unless_the_key_moves() -> None:
    from compose import compose
    from styles import STYLES

    chart = compose(STYLES["pop"], 5, 60.0, "", np.random.default_rng(5))
    by_letter: dict[str, list[Any]] = {}
    for section in chart.sections:
        bars = chart.bars[section.first_bar : section.end_bar]
        relative = [[((c.root - bar.key.tonic) % 12, c.quality) for _, c in bar.chords] for bar in bars]
        known = by_letter.setdefault(section.letter, relative)
        shorter = min(len(known), len(relative))
        assert known[:shorter] == relative[:shorter]
    assert len(by_letter) >= 2


def test_no_groove_and_no_pattern_of_training_is_held_out() -> None:
    from drum_patterns import HELD, TRAIN
    from song import HELD_OUT, TRAINING
    from styles import STYLES

    for style in STYLES.values():
        assert not {g.name for g in style.train} & {g.name for g in style.held}
    for group, patterns in HELD.items():
        assert not any(pattern in TRAIN[group] for pattern in patterns)
    for field in ("fonts", "drum_fonts", "acoustic_kits", "electronic_kits"):
        assert not set(getattr(TRAINING, field)) & set(getattr(HELD_OUT, field))


def test_midi_notes_are_read_in_quarter_notes() -> None:
    from midi import read_notes

    events = (
        bytes([0, 0xFF, 3, 4])
        + b"Bass"
        + bytes([0, 0xC1, 33, 0, 0x91, 40, 100, 0x60, 40, 0, 0x30, 43, 90, 0x30, 0x81, 43, 0, 0, 0xFF, 0x2F, 0])
    )
    content = b"MThd" + bytes([0, 0, 0, 6, 0, 0, 0, 1, 0, 96]) + b"MTrk" + len(events).to_bytes(4, "big") + events
    notes = read_notes(content)
    assert [(channel, n.start, n.length, n.pitch, n.velocity, n.program, n.track) for channel, n in notes] == [
        (1, 0.0, 1.0, 40, 100, 33, "Bass"),
        (1, 1.5, 0.5, 43, 90, 33, "Bass"),
    ]
    with pytest.raises(ValueError, match="no Standard MIDI File"):
        read_notes(b"RIFF")


def test_our_players_play_the_chords_of_the_chart() -> None:
    from players import bass_line, comping

    chart = chart_of(["4/4"] * 4, ["I", "vi", "IV", "V7"])
    for name in ("sustained", "skank", "arpeggio", "stabs", "oom-pah", "eighths", "bossa", "montuno", "charleston"):
        for n in comping(chart, chart.sections[0], name, 0, np.random.default_rng(2)):
            chord = chart.bars[int((n.start + 1e-6) // 4)].chords[0][1]
            assert n.pitch % 12 in chord.pitch_classes, name
    roots = bass_line(chart, chart.sections[0], "eighths", 33, np.random.default_rng(2))
    assert [n.pitch % 12 for n in roots[::8]] == [0, 9, 5, 7]


def test_patterns_fill_their_bars_and_name_known_drums() -> None:
    from drum_patterns import HELD, NOTES, TRAIN, VELOCITIES

    assert TRAIN.keys() >= HELD.keys()
    for group, patterns in [*TRAIN.items(), *HELD.items()]:
        for pattern in patterns:
            lengths = {len(steps) for steps in pattern.values()}
            assert lengths <= {8, 12, 16, 20, 24, 32}, (group, pattern)
            assert len(lengths) == 1, (group, pattern)
            assert pattern.keys() <= NOTES.keys()
            assert set("".join(pattern.values())) <= {*VELOCITIES, "."}


def test_truth_is_read_back(tmp_path: Path) -> None:
    from chart import truth

    facts = truth(chart_of(["3/4"] * 2, ["I", "V7"], lead_in_s=0.5), [True], 4.0, -31.8)
    facts.update(has_drums=True, has_voice=False)
    (tmp_path / "0000.json").write_text(json.dumps(facts), encoding="utf-8")
    song = read_song(tmp_path / "0000.json")
    assert song.downbeats_s == pytest.approx([0.5, 2.0])
    assert song.metre == "3/4"
    assert song.key == "C major"
    assert song.chords.labels == ("N", "C", "G")
    assert song.sevenths.at(2.5) == "G7"
    assert song.chords.intervals(song.duration_s)[-1] == pytest.approx([2.0, 4.0])
    assert list(read_songs(tmp_path)) == []  # without its sound it is no song
    assert "| rock | 1 | 4 | 120 | 0 |" in by_style([song], [contents(song)])


def test_truth_whose_beats_go_back_is_refused(tmp_path: Path) -> None:
    from chart import truth

    facts = truth(chart_of(["4/4"], ["I"]), [True], 3.0, 0.0)
    facts.update(has_drums=True, has_voice=False)
    facts["beats"][2][0] = 0.1
    (tmp_path / "0000.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(ValueError, match="beats do not rise"):
        read_song(tmp_path / "0000.json")
