"""What a person drops: a mix, a folder of stems, an NI stems file, a folder of songs."""

from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.stems.drop import display_names, find_mixes, kind_of, open_song
from mixassistant.stems.roles import role_from_name, role_from_sound
from signals import music, noise, scaled

NAMES = {
    "KICK": "drums",
    "OFF KICK": "drums",
    "HATS": "drums",
    "HAT FILL": "drums",
    "CRASH INTRO": "drums",
    "BREAK BEAT": "drums",
    "SNARE BUILD": "drums",
    "TOMS": "drums",
    "ALT HH": "drums",
    "SY BASS": "bass",
    "PAD + BASS": "bass",
    "Sub": "bass",
    "VOX LEAD": "vocals",
    "BGVOX HARMONY GLITCH": "vocals",
    "BGVOX 1": "vocals",
    "LeadVocal": "vocals",
    "MINILOGUE_SYNTH": "other",
    "MELODY PAD": "other",
    "PLUCK": "other",
    "FILL PIANO": "other",
    "Gtr 2 DI": "other",
    "BASS DRUM": "drums",
    "BassDI": "bass",
    "drums": "drums",
    "vocals": "vocals",
    "other": "other",
}


@pytest.mark.parametrize(("name", "role"), NAMES.items())
def test_names_tell_roles(name: str, role: str) -> None:
    assert role_from_name(name) == role


def test_a_name_that_tells_nothing_is_heard() -> None:
    assert role_from_name("Audio 07") is None
    t = np.arange(44100 * 4) / 44100
    deep = Audio((0.3 * np.sin(2 * np.pi * 55 * t))[None].astype(np.float32), 44100)
    clicks = np.zeros(44100 * 4, np.float32)
    for start in range(0, clicks.size - 2000, 5512):
        clicks[start : start + 2000] = np.random.default_rng(start).normal(0, 0.3, 2000) * np.exp(-np.arange(2000) / 300)
    assert role_from_sound(deep) == "bass"
    assert role_from_sound(Audio(clicks[None], 44100)) == "drums"


@pytest.fixture
def stems_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "My song"
    folder.mkdir()
    for i, name in enumerate(("KICK", "SY BASS", "VOX LEAD", "PAD")):
        write_audio(music(i, duration_s=4.0 + 0.2 * i), folder / f"7.Song_Stem_{name}_mobile.wav", "FLOAT")
    return folder


def test_a_folder_of_stems_is_one_song(stems_folder: Path) -> None:
    assert kind_of(stems_folder) == "stems"
    song = open_song(stems_folder)
    assert {s.name: s.role for s in song.stems} == {"KICK": "drums", "SY BASS": "bass", "VOX LEAD": "vocals", "PAD": "other"}
    assert len({s.audio.length for s in song.stems}) == 1 and song.mix.duration_s == pytest.approx(4.6, abs=1e-3)
    assert np.allclose(song.mix.samples, mix([s.audio for s in song.stems]).samples)


def test_roles_can_be_corrected(stems_folder: Path) -> None:
    song = open_song(stems_folder, roles={"PAD": "bass"})
    assert {s.name: s.role for s in song.stems}["PAD"] == "bass"
    assert song.content_hash != open_song(stems_folder).content_hash


def test_a_mix_beside_its_stems_is_recognised_by_name_or_by_sum(stems_folder: Path) -> None:
    total = open_song(stems_folder).mix
    for name in ("Final mix.wav", "7.Song_Stem_XYZ_mobile.wav"):
        path = stems_folder / name
        write_audio(total, path, "FLOAT")
        song = open_song(stems_folder)
        assert len(song.stems) == 4 and song.warnings == ()
        assert np.allclose(song.mix.samples, total.samples, atol=1e-6)
        path.unlink()


def test_a_master_that_is_not_the_sum_is_told(stems_folder: Path, tmp_path: Path) -> None:
    write_audio(noise(9, duration_s=4.6), tmp_path / "master.wav")
    song = open_song(tmp_path / "master.wav", stems=stems_folder)
    assert any("do not add up" in w for w in song.warnings)


def test_stems_of_other_rates_and_lengths_start_together(tmp_path: Path) -> None:
    write_audio(noise(0, duration_s=4, rate=44100, channels=1), tmp_path / "Drums.wav")
    write_audio(noise(1, duration_s=3.5, rate=48000), tmp_path / "Bass.wav")
    song = open_song(tmp_path)
    assert song.mix.sample_rate_hz == 48000 and song.mix.channels == 2
    assert {s.audio.channels for s in song.stems} == {1, 2}


def test_a_folder_of_songs_is_not_stems(tmp_path: Path) -> None:
    for i, name in enumerate(("Artist - One", "Artist - Two", "Other - Three")):
        write_audio(noise(i, duration_s=4 + 3 * i), tmp_path / f"{name}.wav")
    (tmp_path / "Song with stems").mkdir()
    for name in ("drums", "bass"):
        write_audio(noise(0, duration_s=4), tmp_path / "Song with stems" / f"{name}.wav")
    (tmp_path / "._hidden.wav").write_bytes(b"")
    assert kind_of(tmp_path) == "mixes"
    assert len(find_mixes(tmp_path)) == 4
    with pytest.raises(InputError, match="whole songs"):
        open_song(tmp_path)


def test_an_ni_stems_file_holds_the_mix_and_four_stems(real_music: Path) -> None:
    path = next((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))
    assert kind_of(path) == "ni-stems"
    song = open_song(path)
    assert [s.role for s in song.stems] == ["drums", "bass", "other", "vocals"]
    total = mix([s.audio for s in song.stems])
    rest = song.mix.samples - total.padded(song.mix.length).samples
    assert 10 * np.log10(np.mean(rest**2) / np.mean(song.mix.samples**2)) < -15


@pytest.mark.parametrize(("duration_s", "gain_db", "words"), [(4.0, -200.0, "silent"), (1.0, 0.0, "lasts"), (1 / 44100, 0.0, "lasts")])
def test_silence_and_snippets_are_refused(tmp_path: Path, duration_s: float, gain_db: float, words: str) -> None:
    write_audio(scaled(noise(0, duration_s=duration_s), gain_db), tmp_path / "a.wav")
    with pytest.raises(InputError, match=words):
        open_song(tmp_path / "a.wav")


def test_a_folder_without_audio_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(InputError, match="no audio"):
        open_song(tmp_path)


@pytest.mark.parametrize("name", ['a "quoted" name', "line\nbreak", "emoji 🔥", "<script>alert(1)</script>".replace("/", "")])
def test_strange_names_are_only_names(tmp_path: Path, name: str) -> None:
    write_audio(noise(0, duration_s=4), tmp_path / f"{name}.wav")
    assert open_song(tmp_path / f"{name}.wav").name == name


def test_shared_beginnings_and_ends_of_names_are_not_shown() -> None:
    files = [Path(f"2.Lithium_Stem_{n}_mobile.m4a") for n in ("KICK", "HATS", "PAD + BASS")]
    assert display_names(files) == ["KICK", "HATS", "PAD + BASS"]
    assert display_names([Path("drums.wav"), Path("bass.wav")]) == ["drums", "bass"]
