"""Stems, mix and what is set aside, as a person's folders hold them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.write import write_audio
from mixassistant.demo.song import make_song
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import Song
from signals import noise

NAMES = {"drums": "Drums", "bass": "Bass", "vocals": "Lead Vox", "other": "Keys"}


@cache
def sounds() -> Mapping[str, Audio]:
    """Return one stem of each role, under the names that a person gives them."""
    made: dict[str, list[Audio]] = {}
    for role, audio in make_song(74, faults=False, duration_s=8.0).values():
        made.setdefault(NAMES[role], []).append(audio)
    return {name: mix(parts) for name, parts in made.items()}


def total(*names: str) -> Audio:
    return mix([sounds()[name] for name in names or sounds()])


def limited(audio: Audio, late: int = 0) -> Audio:
    """Return it 6 dB louder against a ceiling, delayed by some samples."""
    loud = np.tanh(1.2 * 2 * audio.samples) / 1.2
    return Audio(np.pad(loud, ((0, 0), (late, 0)))[:, : audio.length], audio.sample_rate_hz)


def opened(folder: Path, **more: Audio) -> Song:
    folder.mkdir(exist_ok=True)
    for name, audio in {**sounds(), **more}.items():
        write_audio(audio, folder / (name if name.endswith((".wav", ".flac")) else f"{name}.wav"), "PCM_24")
    return open_song(folder)


def stems(song: Song) -> set[str]:
    return {stem.name for stem in song.stems}


@pytest.mark.parametrize("name", ["Song MIX", "Stereo Out", "Main", "2track", "Rough", "Song MASTER v2"])
@pytest.mark.parametrize("late", [0, 220])
def test_a_bounce_through_a_limiter_is_the_mix(tmp_path: Path, name: str, late: int) -> None:
    song = opened(tmp_path / "Song", **{name: limited(total(), late)})
    assert stems(song) == {*sounds()}
    assert any(f"“{name}.wav” was taken as the mix" in told for told in song.warnings)
    assert any("5.0 ms late" in told for told in song.warnings) == (late > 0)
    whole, made = total().samples, song.mix.samples
    assert np.corrcoef(whole[0, :300_000], made[0, :300_000])[0, 1] > 0.9, "it begins where the stems do"


def test_what_is_called_like_a_mix_but_is_a_track_of_its_own_is_a_stem(tmp_path: Path) -> None:
    own = make_song(75, faults=False, duration_s=8.0)
    guitar = next(audio for role, audio in own.values() if role == "other")
    song = opened(tmp_path / "Song", Main=guitar)
    assert stems(song) == {*sounds(), "Main"} and not any("as the mix" in told for told in song.warnings)


def test_of_a_mix_and_a_master_the_mix_is_what_the_stems_add_up_to(tmp_path: Path) -> None:
    song = opened(tmp_path / "Song", **{"Song MASTER": limited(total()), "Song MIX": total()})
    assert stems(song) == {*sounds()} and np.allclose(song.mix.samples, total().samples, atol=1e-5)
    assert "“Song MASTER.wav” is another mix of this song and was left out." in song.warnings


@pytest.mark.parametrize("name", ["Instrumental", "No Vocals"])
def test_an_instrumental_beside_its_stems_counts_once_and_is_a_stem_beside_a_voice(tmp_path: Path, name: str) -> None:
    song = opened(tmp_path / "Song", **{name: total("Drums", "Bass", "Keys")})
    assert stems(song) == {*sounds()} and any(f"“{name}.wav” is what other stems add up to" in told for told in song.warnings)
    folder = tmp_path / "Karaoke"
    folder.mkdir()
    write_audio(total("Drums", "Bass", "Keys"), folder / f"{name}.wav")
    write_audio(sounds()["Lead Vox"], folder / "Vocals.wav")
    assert {stem.role: stem.name for stem in open_song(folder).stems} == {"other": name, "vocals": "Vocals"}


def test_a_bus_beside_its_tracks_counts_once(tmp_path: Path) -> None:
    song = opened(tmp_path / "Song", **{"Rhythm Bus": total("Drums", "Bass")})
    assert stems(song) == {*sounds()}
    assert any("“Rhythm Bus.wav” is the sum of" in told and "count twice" in told for told in song.warnings)


def test_each_stem_counts_once_in_two_formats(tmp_path: Path) -> None:
    once = opened(tmp_path / "once")
    twice = opened(tmp_path / "twice", **{f"{name}.flac": audio for name, audio in sounds().items()})
    assert np.allclose(twice.mix.samples, once.mix.samples, atol=1e-5) and len(twice.stems) == 4
    assert any("4 files hold other files a second time and were left out" in told for told in twice.warnings)


def test_one_sound_under_the_names_of_two_instruments_is_kept_and_told(tmp_path: Path) -> None:
    song = opened(tmp_path / "Song", **{"Tenor Sax": sounds()["Keys"]})
    assert stems(song) == {*sounds(), "Tenor Sax"}
    assert any("2 stems hold the same sound" in told and "Check the export" in told for told in song.warnings)


@pytest.mark.parametrize("name", ["Click", "Guide Vox", "Reference"])
def test_what_is_beside_the_song_is_left_out_and_says_how_to_keep_it(tmp_path: Path, name: str) -> None:
    other = next(iter(make_song(76, faults=False, duration_s=8.0).values()))[1]
    song = opened(tmp_path / "Song", **{name: other})
    (told,) = [told for told in song.warnings if name in told]
    assert stems(song) == {*sounds()} and "was left out" in told and f'--role "{name}=' in told
    assert stems(open_song(tmp_path / "Song", roles={name: "other"})) == {*sounds(), name}


def test_stems_in_folders_of_their_groups_are_one_song(tmp_path: Path) -> None:
    folders = {"Drums": "DRUMS/Kit", "Bass": "BASS/DI", "Keys": "MUSIC/Lead", "Lead Vox": "VOCALS/Lead"}
    for name, place in folders.items():
        (tmp_path / "Song" / place).parent.mkdir(parents=True)
        write_audio(sounds()[name], tmp_path / "Song" / f"{place}.wav")
    song = open_song(tmp_path / "Song")
    assert {stem.name: stem.role for stem in song.stems} == {"Kit": "drums", "DI": "bass", "MUSIC Lead": "other", "VOCALS Lead": "vocals"}


def test_a_song_above_its_folder_of_stems_is_their_mix(tmp_path: Path) -> None:
    (tmp_path / "Song" / "Stems").mkdir(parents=True)
    for name, audio in sounds().items():
        write_audio(audio, tmp_path / "Song" / "Stems" / f"{name}.wav")
    write_audio(limited(total()), tmp_path / "Song" / "Nightfall.wav")
    song = open_song(tmp_path / "Song")
    assert stems(song) == {*sounds()} and "“Nightfall.wav” was taken as the mix of the 4 others." in song.warnings


def test_a_click_is_none_of_those_that_a_mix_is_of(tmp_path: Path) -> None:
    song = opened(tmp_path / "Song", **{"Song MIX": total(), "Click": noise(3, duration_s=8.0)})
    assert "“Song MIX.wav” was taken as the mix of the 4 others." in song.warnings and stems(song) == {*sounds()}
