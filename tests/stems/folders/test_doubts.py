"""What a person is told of stems that were added up although something about them is odd, and what is set aside instead."""

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
from mixassistant.stems.folders.placing import Clip, offsets_s
from mixassistant.stems.look import look
from mixassistant.stems.stem import Song

NAMES = {"drums": "Drums", "bass": "Bass", "vocals": "Vox", "other": "Keys"}


@cache
def sounds(seed: int = 74) -> Mapping[str, Audio]:
    made: dict[str, list[Audio]] = {}
    for role, audio in make_song(seed, faults=False, duration_s=8.0).values():
        made.setdefault(NAMES[role], []).append(audio)
    return {name: mix(parts) for name, parts in made.items()}


def total() -> Audio:
    return mix([*sounds().values()])


def changed(audio: Audio, gain: float = 1.0, start: int = 0, before: int = 0) -> Audio:
    return Audio(gain * np.pad(audio.samples[:, start:], ((0, 0), (before, 0))), audio.sample_rate_hz)


def limited(audio: Audio, late: int) -> Audio:
    return changed(Audio(np.tanh(2.4 * audio.samples) / 1.2, audio.sample_rate_hz), before=late)


def opened(folder: Path, files: Mapping[str, Audio]) -> Song:
    for name, audio in files.items():
        path = folder / (name if name.endswith(".flac") else f"{name}.wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_audio(audio, path, "PCM_24")
    return open_song(folder)


def names(song: Song) -> set[str]:
    return {stem.name for stem in song.stems}


def says(song: Song, text: str) -> bool:
    return any(text in told for told in song.warnings)


@pytest.mark.parametrize("late", [0, 220, 88_200])
def test_a_late_master_under_the_songs_title_is_the_mix(tmp_path: Path, late: int) -> None:
    song = opened(tmp_path / "Song", {**sounds(), "Night Bus": limited(total(), late)})
    assert names(song) == {*sounds()} and says(song, "“Night Bus.wav” was taken as the mix of the 4 others.")


def test_a_late_master_among_tracks_that_no_name_tells_is_the_mix(tmp_path: Path) -> None:
    tracks = {f"Audio {number}": audio for number, audio in enumerate(sounds().values(), 1)}
    song = opened(tmp_path / "Song", {**tracks, "Audio 5": limited(total(), 220)})
    assert len(song.stems) == 4 and says(song, "“Audio 5.wav” was taken as the mix")


def test_versions_of_one_song_are_songs(tmp_path: Path) -> None:
    without = mix([total(), changed(sounds()["Vox"], -0.2)])
    for name, audio in {"Song v1": total(), "Song v2": without, "Song v3": limited(total(), 0)}.items():
        write_audio(audio, tmp_path / f"{name}.wav")
    assert look(tmp_path).kind == "mixes" and len(look(tmp_path).songs) == 3


def test_a_loose_song_beside_folders_of_stems_raises_no_question(tmp_path: Path) -> None:
    opened(tmp_path / "A", sounds())
    opened(tmp_path / "B", sounds(75))
    write_audio(total(), tmp_path / "Single.wav")
    found = look(tmp_path)
    assert found.kind == "mixes" and [song.name for song in found.songs] == ["Single.wav", "A", "B"]


def test_one_set_of_stems_in_two_treatments_is_two_songs(tmp_path: Path) -> None:
    for treatment, gain in (("Dry", 1.0), ("Wet", 0.7)):
        opened(tmp_path / treatment, {name: changed(audio, gain) for name, audio in sounds().items()})
    assert [song.name for song in look(tmp_path).songs] == ["Dry", "Wet"]


def test_in_a_folder_of_voices_a_lead_and_a_main_are_voices(tmp_path: Path) -> None:
    places = {"Drums/Mix": "Drums", "Bass/DI": "Bass", "Keys/Rhodes": "Keys", "Vox/Lead/main": "Vox"}
    song = opened(tmp_path, {place: sounds()[name] for place, name in places.items()})
    assert {stem.role for stem in song.stems if stem.name in ("Mix", "main")} == {"drums", "vocals"}


def test_stems_that_bear_the_names_of_two_songs_are_told(tmp_path: Path) -> None:
    files = {f"{title}_{name}": audio for title, seed in (("Ann", 74), ("Tide", 75)) for name, audio in sounds(seed).items()}
    assert says(opened(tmp_path / "Both", files), "the names of 2 songs, which were added up as one: “Ann”, “Tide”")


def test_one_sound_at_another_level_or_upside_down_is_told(tmp_path: Path) -> None:
    more = {"Keys low": changed(sounds()["Keys"], 0.5), "Bass flipped": changed(sounds()["Bass"], -1.0)}
    song = opened(tmp_path / "Song", {**sounds(), **more})
    assert says(song, "the same sound at different levels") and says(song, "with opposite polarity and cancel out")


def test_the_bus_of_a_single_track_counts_once(tmp_path: Path) -> None:
    song = opened(tmp_path / "Song", {**sounds(), "DRUM BUS": sounds()["Drums"]})
    assert names(song) == {*sounds()} and says(song, "“DRUM BUS.wav”")


def test_a_cut_beginning_is_told_and_a_mix_shows_that_stems_do_not_fit(tmp_path: Path) -> None:
    cut = {**sounds(), **{name: changed(sounds()[name], start=44_100 * (1 + i)) for i, name in enumerate(("Drums", "Bass", "Keys"))}}
    assert says(opened(tmp_path / "Alone", cut), "shorter than the rest and begin")
    whole = opened(tmp_path / "Beside", {**cut, "mix": total()})
    sounding = np.flatnonzero(np.abs(whole.mix.samples[0]) > 0)
    assert sounding.size >= 0.99 * np.flatnonzero(np.abs(total().samples[0]) > 0).size, "nothing that sounds is cut off the mix"


def test_sides_in_two_formats_are_joined_and_unequal_sides_are_told(tmp_path: Path) -> None:
    def side(name: str, channel: int, end: int | None = None) -> Audio:
        return Audio(sounds()[name].samples[channel : channel + 1, :end], sounds()[name].sample_rate_hz)

    halves = {"Keys_L": side("Keys", 0), "Keys_R.flac": side("Keys", 1), "Vox_L": side("Vox", 0), "Vox_R": side("Vox", 1, -44_100)}
    song = opened(tmp_path / "Song", {"Drums": sounds()["Drums"], "Bass": sounds()["Bass"], **halves})
    assert "Keys" in names(song) and says(song, "“Vox_L” and “Vox_R” look like the left and the right of one track")


def test_mid_and_side_are_told(tmp_path: Path) -> None:
    keys = sounds()["Keys"]
    parts = {"Keys Mid": (keys.samples[:1] + keys.samples[1:]) / 2, "Keys Side": (keys.samples[:1] - keys.samples[1:]) / 2}
    files = {
        "Drums": sounds()["Drums"],
        "Vox": sounds()["Vox"],
        **{n: Audio(s.astype(np.float32), keys.sample_rate_hz) for n, s in parts.items()},
    }
    assert says(opened(tmp_path / "Song", files), "look like the mid and the side of one track")


def test_a_song_by_its_title_among_stems_is_told(tmp_path: Path) -> None:
    song = opened(tmp_path / "Song", {**sounds(), "Ann Lee - Long Way Home": mix([*sounds(75).values()])})
    assert says(song, "“Ann Lee - Long Way Home.wav” is called like a whole song and counts as a stem")


def test_a_bounce_that_is_stamped_with_another_time_moves_no_stem() -> None:
    clips = [Clip("Drums", 3600.0, 8.0), Clip("Vox", 3602.0, 6.0), Clip("Mix", 0.0, 8.0, is_sum=True)]
    found, told = offsets_s(clips)
    assert found == [0.0, 2.0, 0.0] and "“Mix”, which has no stamp of this take, begins with the earliest." in told[0]
