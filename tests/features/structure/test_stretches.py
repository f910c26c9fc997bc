"""What is measured of sections, and a guess at what they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure, measure_song, with_sections
from mixassistant.features.structure.kinds import kinds
from mixassistant.features.structure.stretches import blocks_between, found_sections, said_to_fit, sung_shares
from mixassistant.features.track import Section
from mixassistant.features.track_json import track_from_json, track_to_json
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.stems.stem import Song, Stem
from signals import noise

RATE = 44100
ONLY = frozenset({"lufs", "momentary", "ltas", "level", "sections", "section_letters", "section_kinds"})


def song(gains_db: tuple[float, ...] = (0.0, 0.0, 0.0), length_s: float = 20.0) -> Song:
    """Return a song of a voice and drums (noises) in parts, in which the voice has these gains."""
    drums = noise(1, -23, length_s * len(gains_db))
    voice = noise(2, -23, length_s * len(gains_db)).samples.copy()
    size = round(length_s * RATE)
    for index, gain in enumerate(gains_db):
        voice[:, index * size : (index + 1) * size] *= 10 ** (gain / 20)
    stems = (Stem("Drums", "drums", "supplied", drums), Stem("Voice", "vocals", "supplied", Audio(voice, RATE)))
    return Song("song", "hash", mix([stem.audio for stem in stems]), stems, {})


def thirds(kinds: tuple[str, ...] = ("verse", "chorus", "verse")) -> tuple[Section, ...]:
    return tuple(Section(20.0 * i, 20.0 * (i + 1), "ABA"[i], kind, False) for i, kind in enumerate(kinds))


def test_loudness_of_a_stretch_is_that_of_the_stretch_alone() -> None:
    made = song((0.0, -6.0, 0.0))
    track = with_sections(measure_song(made, only=ONLY), made, thirds())
    for section in track.sections:
        first, last = round(section.start_s * RATE), round(section.end_s * RATE)
        alone = measure(Audio(made.mix.samples[:, first:last], RATE), "mix", only=ONLY)
        assert scalar(section.values, "lufs") == pytest.approx(scalar(alone, "lufs"), abs=0.05)
        assert vector(section.values, "ltas") == pytest.approx(vector(alone, "ltas"), abs=0.5)


def test_the_spectrum_of_a_stretch_is_its_own() -> None:
    made = song()
    size = 20 * RATE
    low = render(Audio(made.mix.samples[:, size : 2 * size], RATE), Chain(bands=(Band("high_shelf", 2000.0, -12.0, 0.7),)))
    samples = made.mix.samples.copy()
    samples[:, size : 2 * size] = low.samples
    made = replace(made, mix=Audio(samples, RATE))
    one, other, third = (vector(s.values, "ltas") for s in with_sections(measure_song(made, only=ONLY), made, thirds()).sections)
    assert one is not None and other is not None and third is not None
    assert one == pytest.approx(third, abs=0.5)
    assert (other[-4] - other[10]) - (one[-4] - one[10]) == pytest.approx(-12, abs=1)


def test_levels_are_told_against_the_rest() -> None:
    made = song((0.0, -6.0, -60.0))
    found = with_sections(measure_song(made, only=ONLY), made, thirds()).sections
    assert found[0].levels["vocals"] == pytest.approx(-found[0].levels["drums"], abs=1e-9)
    assert found[1].levels["vocals"] - found[0].levels["vocals"] == pytest.approx(-6.0, abs=0.1)
    assert "vocals" not in found[2].levels  # it does not play there


def test_gain_moves_loudness_and_nothing_else() -> None:
    made = song((0.0, -6.0, 0.0))
    quiet = replace(
        made,
        mix=Audio(made.mix.samples * np.float32(0.5), RATE),
        stems=tuple(replace(s, audio=Audio(s.audio.samples * np.float32(0.5), RATE)) for s in made.stems),
    )
    loud, soft = (with_sections(measure_song(s, only=ONLY), s, thirds()).sections for s in (made, quiet))
    for one, other in zip(loud, soft, strict=True):
        assert scalar(one.values, "lufs") == pytest.approx((scalar(other.values, "lufs") or 0) + 6.02, abs=0.03)
        assert one.levels == pytest.approx(other.levels, abs=0.02)


def test_sections_survive_the_library() -> None:
    made = song((0.0, -6.0, 0.0))
    track = with_sections(measure_song(made, only=ONLY), made, thirds())
    again = track_from_json(track_to_json(track))
    assert [(s.start_s, s.end_s, s.letter, s.kind, s.is_guess) for s in again.sections] == [
        (s.start_s, s.end_s, s.letter, s.kind, s.is_guess) for s in track.sections
    ]
    for one, other in zip(again.sections, track.sections, strict=True):
        assert one.levels == dict(other.levels)
        assert vector(one.values, "ltas") == pytest.approx(vector(other.values, "ltas"), abs=0)


def test_what_the_user_says_fits_the_song() -> None:
    said = (Section(20.0, 40.0, "B"), Section(0.1, 20.0, "A"), Section(40.0, 999.0, "A"))
    fitted = said_to_fit(said, 60.0)
    assert [(s.start_s, s.end_s, s.letter) for s in fitted] == [(0.0, 20.0, "A"), (20.0, 40.0, "B"), (40.0, 60.0, "A")]
    assert said_to_fit((), 60.0) == ()
    with pytest.raises(ValueError, match="without gaps"):
        said_to_fit((Section(0.0, 20.0, "A"), Section(30.0, 60.0, "B")), 60.0)
    with pytest.raises(ValueError, match="without gaps"):
        said_to_fit((Section(0.0, 0.0, "A"), Section(0.0, 60.0, "B")), 60.0)


def test_there_are_no_sections_where_none_were_found() -> None:
    assert found_sections(measure(noise(duration_s=5.0), "mix", only=ONLY), 5.0) == ()


def test_blocks_lie_in_their_stretch() -> None:
    power = np.arange(100.0)  # of blocks that begin at 0.0, 0.1, … s
    inside = blocks_between(power, 2.0, 4.0)
    assert inside[0] == 20 and inside[-1] == 36  # 3.6 to 4.0 s
    assert blocks_between(power, 2.0, 2.2).size == 0


def test_a_voice_sings_where_it_is_loud() -> None:
    voice = np.full(300, 1e-8)
    voice[100:200] = 0.01
    assert sung_shares(np.array([0.0, 10.0, 20.3, 30.0]), voice) == pytest.approx((0.0, 1.0, 0.0), abs=0.04)
    assert sung_shares(np.array([0.0, 10.0]), np.zeros(100)) == (0.0,)


FORM = ("intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "outro")
EDGES = np.array([0, 8, 40, 70, 100, 130, 150, 180, 190], dtype=float)
LETTERS = (0, 1, 2, 1, 2, 3, 2, 4)
LOUD = (-20.0, -14.0, -11.0, -14.0, -11.0, -15.0, -11.0, -20.0)
SUNG = (0.0, 0.7, 0.8, 0.7, 0.8, 0.6, 0.8, 0.0)


def test_kinds_of_a_usual_song_are_guessed() -> None:
    assert kinds(EDGES, LETTERS, LOUD, SUNG) == FORM
    assert kinds(EDGES, LETTERS, LOUD) == FORM


def test_a_bridge_without_a_voice_is_instrumental() -> None:
    assert kinds(EDGES, LETTERS, LOUD, (*SUNG[:5], 0.0, *SUNG[6:]))[5] == "instrumental"


def test_nothing_is_guessed_where_no_chorus_stands_out() -> None:
    even = tuple(-14.0 for _ in LOUD)
    assert kinds(EDGES, LETTERS, even, SUNG) == ("",) * 8
    assert kinds(EDGES, tuple(range(8)), LOUD, SUNG) == ("",) * 8
    assert kinds(EDGES, LETTERS, LOUD, (0.0,) * 8) == ("",) * 8  # nobody sings


def test_what_comes_first_is_a_verse_unless_it_is_much_louder() -> None:
    edges, letters = np.arange(0, 101, 25.0), (0, 1, 0, 1)
    assert kinds(edges, letters, (-12.0, -11.2, -12.0, -11.2)) == ("verse", "chorus", "verse", "chorus")
    assert kinds(edges, letters, (-11.2, -12.0, -11.2, -12.0)) == ("",) * 4
    assert kinds(edges, letters, (-7.5, -12.0, -7.5, -12.0))[0] == "chorus"


def test_whoever_asks_for_sections_alone_gets_them_measured() -> None:
    track = measure_song(song((0.0, -12.0, 0.0)), only=frozenset({"section_letters"}))
    assert {"sections", "section_letters", "section_kinds"} <= set(track.mix)
    assert all(scalar(section.values, "lufs") is not None for section in track.sections)
