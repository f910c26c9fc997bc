"""From a folder of finished songs to a habit: songs with known gains, and real ones."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.learning.finished import CREST, LEVEL, SPREAD, TONE, WIDTH
from mixassistant.learning.learn import learn, read_songs
from mixassistant.learning.quality import held_out
from mixassistant.profiles.habit import load_habit
from mixassistant.stems.stem import ROLES
from signals import noise, scaled

RATE = 44100
GAINS = {"drums": 3.0, "bass": -4.0, "vocals": 0.0}


def tracks(duration_s: float = 12.0) -> dict[str, Audio]:
    """Return three tracks of noise whose levels change independently."""
    t = (np.arange(int(duration_s * RATE)) / RATE / 0.6).astype(int)
    made = {}
    for seed, role in enumerate(GAINS):
        envelope = 10 ** (np.random.default_rng(seed).uniform(-25, 0, t.max() + 1)[t] / 20)
        made[role] = Audio((noise(seed, -20.0, duration_s, RATE, 1).samples * envelope).astype(np.float32), RATE)
    return made


def write(folder: Path, audio: dict[str, Audio]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in audio.items():
        write_audio(one, folder / f"{name}.wav", "FLOAT")


def expected_levels() -> dict[str, float]:
    """Return by how much the gains change levels relative to the power sum, of tracks that are equally loud."""
    loudness = {role: 10 * np.log10((audio.samples.astype(float) ** 2).mean()) for role, audio in tracks().items()}
    before = 10 * np.log10(sum(10 ** (loudness[role] / 10) for role in GAINS))
    after = 10 * np.log10(sum(10 ** ((loudness[role] + GAINS[role]) / 10) for role in GAINS))
    return {role: GAINS[role] - (after - before) for role in GAINS}


def test_gains_are_read_from_produced_stems(tmp_path: Path) -> None:
    write(tmp_path / "song/raw", tracks())
    write(tmp_path / "song/stems", {role: scaled(audio, GAINS[role]) for role, audio in tracks().items()})
    (song,) = read_songs(tmp_path)
    assert song.told == "stems"
    for role, level in expected_levels().items():
        assert song.changes[role][LEVEL] == pytest.approx(level, abs=0.2)
        assert np.abs(song.changes[role][TONE]).max() < 0.05
        assert np.abs(song.changes[role][[SPREAD, CREST]]).max() < 0.05
        assert np.isnan(song.changes[role][WIDTH])  # a mono track has none


def test_gains_are_read_from_the_mix_alone_that_begins_later(tmp_path: Path) -> None:
    write(tmp_path / "song/raw", tracks())
    whole = mix([scaled(audio, GAINS[role]) for role, audio in tracks().items()])
    late = Audio(np.concatenate([np.zeros((1, RATE), np.float32), whole.samples], axis=1), RATE)
    write(tmp_path / "song", {"mix": late})
    (song,) = read_songs(tmp_path)
    assert song.told == "mix" and song.notes == ()
    for role, level in expected_levels().items():
        assert song.changes[role][LEVEL] == pytest.approx(level, abs=0.7)
        assert np.nanmax(np.abs(song.changes[role][TONE])) < 0.8
        assert np.isnan(song.changes[role][CREST])


def test_tracks_that_are_the_mix_tell_no_change_and_another_song_is_told(tmp_path: Path) -> None:
    write(tmp_path / "same/raw", tracks())
    write(tmp_path / "same", {"mix": mix(list(tracks().values()))})
    write(tmp_path / "other/raw", tracks())
    write(tmp_path / "other", {"mix": Audio(tracks()["drums"].samples[:, ::-1].copy(), RATE)})
    other, same = read_songs(tmp_path)
    assert not same.changes and "produced already" in same.notes[0]
    assert not other.changes and "does not follow" in other.notes[0]
    with pytest.raises(InputError, match="tells nothing"):
        learn(tmp_path, "me", load_habit())


@pytest.mark.parametrize("are_produced", [False, True])
def test_what_is_written_down_tells_more_than_the_mix(tmp_path: Path, are_produced: bool) -> None:
    song = tmp_path / "raw/tracks/Song"
    produced = {role: scaled(audio, GAINS[role]) for role, audio in tracks().items()}
    write(song, produced if are_produced else tracks())
    write(song, {"mix": mix(list(produced.values()))})
    metadata = tmp_path / "raw/metadata/Song_metadata.json"
    metadata.parent.mkdir()
    metadata.write_text(json.dumps({f"{role}.wav": {"gain_db": gain} for role, gain in GAINS.items()}), encoding="utf-8")
    (found,) = read_songs(tmp_path)
    assert found.told == "settings" and [track.name for track in found.settings] == list(GAINS)
    for role, level in expected_levels().items():
        assert found.changes[role][LEVEL] == pytest.approx(level, abs=0.2)


def test_an_empty_folder_says_what_a_song_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished song"):
        learn(tmp_path, "me")


def test_of_real_songs_the_mix_alone_tells_levels_to_about_two_decibels(real_music: Path, tmp_path: Path) -> None:
    source = real_music / "engineers" / "songs"
    if not source.is_dir():
        pytest.skip(f"needs {source}")
    for song in ("Rock", "Hendrix"):
        (tmp_path / song).mkdir()
        for name in ("raw", "mix.flac", "METADATA.yaml"):
            (tmp_path / song / name).symlink_to(source / song / name)
    alone = {song.song: song for song in read_songs(tmp_path)}
    both = {song.song: song for song in read_songs(source) if song.song in alone}
    errors = [alone[name].changes[role][LEVEL] - both[name].changes[role][LEVEL] for name in alone for role in both[name].changes]
    assert len(errors) == 8
    assert np.sqrt(np.mean(np.square(errors))) < 2.0


def test_the_shipped_habit_is_what_the_data_says(real_music: Path) -> None:
    folder = real_music / "engineers"
    if not (folder / "mixes.json").is_file():
        pytest.skip(f"needs {folder}")
    learned = learn(folder, "engineers")
    shipped = load_habit()
    for role in ROLES:
        assert np.allclose(shipped.roles[role].mean, learned.habit.roles[role].mean, atol=0.1)
        assert np.array_equal(shipped.roles[role].count, learned.habit.roles[role].count)
    quality = {(found.role, found.kind): found for found in held_out(learned.songs)}
    assert quality["vocals", "tone"].removed.low > 0.2 and quality["vocals", "tone"].right.value > 0.75
    assert quality["vocals", "dynamic spread"].right.value > 0.7
