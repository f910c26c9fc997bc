"""A file that is to replace a stem: what fits is taken at once, what does not is doubted with a reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.resample import resample
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.stems.embedded import EmbeddedSeparator
from mixassistant.stems.replacement_doubts import RATE_HZ, alike, doubts_about, thinned
from mixassistant.stems.separate import separation
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

RATE = 44100
PARTS = {role: music(i, duration_s=8.0) for i, role in enumerate(ROLES)}
WHOLE = mix([*PARTS.values()])


def separated(bleed: float = 0.1) -> Song:
    """Return a song whose stems hold something of the others, as separators leave it."""
    made = {role: Audio((1 - bleed) * PARTS[role].samples + bleed * WHOLE.samples, RATE) for role in ROLES}
    return Song("s", "0" * 64, WHOLE, tuple(Stem(role, role, "embedded", audio) for role, audio in made.items()), {})


def written(folder: Path, name: str, audio: Audio) -> Path:
    write_audio(audio, folder / name, "FLOAT")
    return folder / name


def shifted(audio: Audio, samples: int) -> Audio:
    return Audio(np.roll(audio.samples, samples, axis=1), RATE)


def no_hearing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up notes sound like no instrument: what they are heard as is no matter here."""
    monkeypatch.setattr("mixassistant.stems.replacement_doubts.hear", lambda _audio: None)


def test_the_very_part_is_taken_without_a_word_at_another_rate_gain_and_in_mono(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_hearing(monkeypatch)
    for role in ROLES:
        quiet = Audio(0.1 * PARTS[role].samples, RATE)
        quiet = quiet.mono() if role == "bass" else quiet
        assert doubts_about(separated(), role, written(tmp_path, f"take {role}.wav", resample(quiet, 48000))) == ()


def test_what_is_upside_down_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_hearing(monkeypatch)
    (found,) = doubts_about(separated(), "bass", written(tmp_path, "take.wav", Audio(-PARTS["bass"].samples, RATE)))
    assert "flip its polarity" in found


@pytest.mark.parametrize(("late", "said"), [(0.5, "0.50 s too late"), (-0.25, "0.25 s too early"), (0.004, "")])
def test_what_begins_elsewhere_is_told_by_how_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: float, said: str) -> None:
    no_hearing(monkeypatch)
    path = written(tmp_path, "take.wav", shifted(PARTS["vocals"], round(late * RATE)))
    found = " ".join(doubts_about(separated(), "vocals", path))
    assert (said in found) if said else not found


def test_another_part_of_the_song_is_told_as_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_hearing(monkeypatch)
    (found,) = doubts_about(separated(), "bass", written(tmp_path, "take.wav", PARTS["drums"]))
    assert "in common with the drums of this mix" in found and "with the bass" in found


def test_what_is_of_another_song_has_nothing_in_common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_hearing(monkeypatch)
    noise = Audio(np.random.default_rng(3).normal(0, 0.1, PARTS["bass"].samples.shape).astype(np.float32), RATE)
    (found,) = doubts_about(separated(), "bass", written(tmp_path, "take.wav", noise))
    assert "may be of another song" in found


def test_a_name_that_says_something_else_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_hearing(monkeypatch)
    path = written(tmp_path, "Kick drum.wav", PARTS["bass"])
    assert doubts_about(separated(), "bass", path) == ("“Kick drum.wav” is called like drums, not bass.",)
    assert doubts_about(separated(), "bass", written(tmp_path, "Bass DI.wav", PARTS["bass"])) == ()


def test_silence_and_another_length_are_told(tmp_path: Path) -> None:
    silent = Audio(np.zeros_like(PARTS["bass"].samples), RATE)
    assert doubts_about(separated(), "bass", written(tmp_path, "take.wav", silent)) == ("“take.wav” is silent.",)
    with pytest.raises(InputError, match="lasts"):
        doubts_about(separated(), "bass", written(tmp_path, "short.wav", music(1, duration_s=4.0)))


def test_a_delay_is_found_to_a_sample_of_what_is_thinned_out() -> None:
    one = thinned(PARTS["drums"])
    found = alike(np.roll(one, 37), one)
    assert found.late_s == pytest.approx(37 / RATE_HZ, abs=0.5 / RATE_HZ) and found.most == pytest.approx(1.0, abs=1e-3)


def test_real_stems_fit_their_place_and_no_other(real_music: Path, tmp_path: Path) -> None:
    """Of real songs that the embedded separator took apart: each true stem is taken in its own place, and doubted in each other."""
    from rough_songs import planted, songs

    song = planted(songs(real_music)[0], {})
    made = separation(Song(song.name, song.content_hash + "-mix", song.mix, (), {}), EmbeddedSeparator()).song
    taken, doubted = [], []
    for stem in song.stems:
        path = written(tmp_path, f"{stem.role} take.wav".replace(stem.role, "the"), stem.audio)
        taken.append((stem.role, doubts_about(made, stem.role, path)))
        doubted += [(stem.role, other, bool(doubts_about(made, other, path))) for other in ROLES if other != stem.role]
    assert [role for role, doubts in taken if doubts] == [], taken
    assert sum(is_doubted for _stem, _role, is_doubted in doubted) >= 0.9 * len(doubted), doubted
