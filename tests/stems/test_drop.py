"""What a person drops: a mix, a folder of stems, an NI stems file, a folder of songs."""

import errno
import os
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError, UsageError
from mixassistant.stems.drop import open_song, roles_there
from mixassistant.stems.folders.tracks import display_names
from mixassistant.stems.look import find_mixes, kind_of
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import Role, Song, Stem
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


FOREIGN = {
    "Schlagzeug": "drums", "Gesang 2": "vocals", "Leadgesang": "vocals", "Stimme": "vocals", "Akustikgitarre": "other",
    "E-Gitarre": "other", "Kontrabass": "bass",
    "Bläser": "other", "Blaeser": "other", "Große Trommel": "drums", "Chor": "vocals", "Bassgitarre": "bass",
    "Batterie": "drums", "Voix": "vocals", "chant": "vocals", "Chœur": "vocals", "basse": "bass", "Guitare": "other",
    "Grosse caisse": "drums", "Caisse claire": "drums", "Voix basse": "vocals",
    "bajo": "bass", "voz": "vocals", "Batería": "drums", "tambores": "drums", "guitarra": "other", "Percusión": "drums",
    "Teclados": "other",
    "percussão": "drums", "Baixo": "bass", "Violão": "other", "Vozes": "vocals", "bumbo": "drums",
    "Batteria": "drums", "voce": "vocals", "Basso": "bass", "Chitarra": "other", "Gran Cassa": "drums", "rullante": "drums",
    "ドラム": "drums", "ト\u3099ラム": "drums", "リードボーカル": "vocals", "ベース": "bass", "エレキギター": "other", "鼓": "drums",
    "人声": "vocals", "드럼": "drums", "보컬": "vocals", "Барабаны": "drums", "бас": "bass", "Вокал": "vocals",
    "Harmony Guitar": "other", "Harmony": "vocals", "Bass Clarinet": "other", "Bassoon": "other", "Sidestick": "drums", "DRM": "drums",
    "PERCUSSÃO": "drums", "LeadVox": "vocals",
}  # fmt: skip


@pytest.mark.parametrize(("name", "role"), FOREIGN.items())
def test_names_of_other_languages_tell_roles(name: str, role: str) -> None:
    assert role_from_name(name) == role


@pytest.mark.parametrize(
    "name", ["Audio 1", "Track 07", "Bounce", "Bassett", "Dramatic", "Voznesensky", "Stem 3", "チャンネル", "Rooftop", "Éclat"]
)
def test_words_count_only_as_a_whole(name: str) -> None:
    assert role_from_name(name) is None


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
        assert len(song.stems) == 4 and song.warnings == (f"“{name}” was taken as the mix of the 4 others.",)
        assert np.allclose(song.mix.samples, total.samples, atol=1e-6)
        path.unlink()


@pytest.fixture
def unnamed(tmp_path: Path) -> Path:
    """Return stems as a recorder names them, whose names tell nothing."""
    folder = tmp_path / "session"
    folder.mkdir()
    for i in range(4):
        write_audio(music(i, duration_s=4.0), folder / f"Audio {i + 1}.wav", "FLOAT")
    return folder


def test_a_role_makes_stems_of_a_folder_whose_names_tell_nothing(unnamed: Path) -> None:
    with pytest.raises(InputError, match='--role "Audio 1=drums"'):
        open_song(unnamed)
    for key in ("1", "Audio 1", "audio 1.WAV"):
        song = open_song(unnamed, roles={key: "drums", "Audio 2": "bass"})
        assert [(s.name, s.role) for s in song.stems] == [("1", "drums"), ("2", "bass"), ("3", "other"), ("4", "other")]
        assert [w for w in song.warnings if "“3”, “4”" in w and '--role "3=drums"' in w] == list(song.warnings)
    assert open_song(unnamed, roles={str(i): "bass" for i in range(1, 5)}).warnings == ()


def test_a_role_that_no_name_tells_is_heard_and_says_how_to_change_it(stems_folder: Path) -> None:
    write_audio(music(7, duration_s=4.0), stems_folder / "7.Song_Stem_Spur 5_mobile.wav", "FLOAT")
    song = open_song(stems_folder)
    assert {s.name: s.role for s in song.stems}["Spur 5"] == "other"
    (warning,) = (told for told in song.warnings if "heard" in told)
    assert "say so in the stem's row under Stems in the window, or with" in warning and '--role "Spur 5=drums"' in warning
    assert not any("heard" in told for told in open_song(stems_folder, roles={"Spur 5": "vocals"}).warnings)


@pytest.mark.parametrize("key", ["KIK", "", "kick drum", "PAD.wav"])
def test_a_role_for_a_stem_that_is_not_there_names_those_that_are(stems_folder: Path, key: str) -> None:
    with pytest.raises(UsageError, match="KICK, PAD, SY BASS, VOX LEAD"):
        open_song(stems_folder, roles={"PAD": "other", key: "bass"})


def test_earlier_corrections_are_kept_as_far_as_their_stems_are_still_there(stems_folder: Path, unnamed: Path) -> None:
    said: dict[str, Role] = {"PAD": "bass", "KIK": "drums"}
    names = {name.rsplit("_", 2)[1]: name for name in (p.stem for p in stems_folder.iterdir())}
    there = roles_there(stems_folder, {**said, names["KICK"]: "vocals"})
    assert there == {"PAD": "bass", names["KICK"]: "vocals"}
    assert {s.name: s.role for s in open_song(stems_folder, roles=there).stems}["KICK"] == "vocals"
    (unnamed / "Audio 2.wav").unlink()
    assert roles_there(unnamed, {"1": "bass", "2": "drums"}) == {"1": "bass"}
    assert roles_there(unnamed / "Audio 1.wav", {"drums": "bass"}) == {"drums": "bass"}  # no folder: an error says why


def test_a_role_without_stems_or_that_does_not_exist_is_refused(stems_folder: Path, tmp_path: Path) -> None:
    write_audio(music(0), tmp_path / "mix.wav")
    with pytest.raises(UsageError, match="comes without stems"):
        open_song(tmp_path / "mix.wav", roles={"drums": "bass"})
    with pytest.raises(UsageError, match="there is no role “flute”"):
        open_song(stems_folder, roles={"PAD": "flute"})  # type: ignore[dict-item]


def test_what_the_user_calls_a_stem_is_not_taken_for_the_mix(stems_folder: Path) -> None:
    write_audio(open_song(stems_folder).mix, stems_folder / "7.Song_Stem_Print_mobile.wav", "FLOAT")
    assert len(open_song(stems_folder).stems) == 4
    assert len(open_song(stems_folder, roles={"Print": "vocals"}).stems) == 5


def test_stems_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for name in ("kick.wav", "kick.flac", "bass.wav"):
        write_audio(music(0, duration_s=4.0), tmp_path / name)
    song = open_song(tmp_path, roles={"kick.flac": "bass"})
    assert {s.name: s.role for s in song.stems} == {"kick.wav": "drums", "kick.flac": "bass", "bass": "bass"}


@pytest.mark.parametrize("given", [".", "..", "./"])
def test_a_folder_that_is_given_without_its_name_is_called_by_it(stems_folder: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    (stems_folder / "inside").mkdir()
    monkeypatch.chdir(stems_folder / "inside" if given == ".." else stems_folder)
    assert open_song(Path(given)).name == "My song"


def test_the_same_roles_said_again_change_nothing(stems_folder: Path) -> None:
    plain = open_song(stems_folder)
    assert open_song(stems_folder, roles={s.name: s.role for s in plain.stems}).content_hash == plain.content_hash


def test_the_same_roles_said_of_an_ni_stems_file_change_nothing(real_music: Path) -> None:
    path = next((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))
    plain = open_song(path)
    assert open_song(path, roles={"drums": "drums", "other": "other"}).content_hash == plain.content_hash
    assert open_song(path, roles={"drums": "bass"}).content_hash != plain.content_hash
    with pytest.raises(UsageError, match="there are: drums, bass, other, vocals"):
        open_song(path, roles={"kick": "drums"})


def test_a_short_tail_that_is_missing_is_told_and_more_is_refused(stems_folder: Path) -> None:
    path = stems_folder / "7.Song_Stem_PAD_mobile.wav"
    write_audio(music(3, duration_s=20.0), path, "FLOAT")
    data = path.read_bytes()
    path.write_bytes(data[: -int(0.1 * 44100 * 8)])
    assert [w for w in open_song(stems_folder).warnings if "breaks off 0.1 s" in w]
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="breaks off: 50% of what"):
        open_song(stems_folder)


def test_many_stems_are_read_with_progress_in_every_step(stems_folder: Path) -> None:
    for i in range(20):
        write_audio(noise(i, duration_s=4.0), stems_folder / f"7.Song_Stem_PAD {i}_mobile.wav", "FLOAT")
    told: list[float] = []
    song = open_song(stems_folder, progress=lambda stage, fraction: told.append(fraction))
    assert told == sorted(told) and max(told) <= 1
    for low, high in ((0.0, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.0)):
        assert any(low <= f < high for f in told)
    sums: list[float] = []
    song.role_sums(lambda stage, fraction: sums.append(fraction))
    assert len(sums) > 2 and sums == sorted(sums)


def test_sums_of_roles_are_made_without_copies_of_the_stems() -> None:
    stems = tuple(Stem(str(i), "other", "supplied", noise(i, duration_s=30.0)) for i in range(4))
    song = Song("a", "0", stems[0].audio, stems, {})
    size = stems[0].audio.samples.nbytes
    tracemalloc.start()
    sums = song.role_sums()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * size
    expected = sum(s.audio.samples.astype(np.float64) for s in stems)
    assert np.array_equal(sums["other"].samples, np.asarray(expected).astype(np.float32))


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


def test_albums_in_a_folder_are_songs_and_a_single_song_is_opened(tmp_path: Path) -> None:
    (tmp_path / "Album").mkdir()
    for i in range(2):
        write_audio(noise(i, duration_s=4 + 3 * i), tmp_path / "Album" / f"Track {i}.wav")
    assert [p.name for p in find_mixes(tmp_path)] == ["Track 0.wav", "Track 1.wav"]
    (tmp_path / "Album" / "Track 1.wav").unlink()
    for folder in (tmp_path, tmp_path / "Album"):
        assert open_song(folder).name == "Track 0"


def test_an_ni_stems_file_holds_the_mix_and_four_stems(real_music: Path) -> None:
    path = next((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))
    assert kind_of(path) == "ni-stems"
    song = open_song(path)
    assert [s.role for s in song.stems] == ["drums", "bass", "other", "vocals"]
    total = mix([s.audio for s in song.stems])
    rest = song.mix.samples - total.padded(song.mix.length).samples
    assert 10 * np.log10(np.mean(rest**2) / np.mean(song.mix.samples**2)) < -15


@pytest.mark.parametrize(
    ("duration_s", "gain_db", "words"),
    [(4.0, -200.0, "silent throughout"), (4.0, -60.0, "nearly silent: .* −7. dBFS"), (1.0, 0.0, "lasts"), (1 / 44100, 0.0, "lasts")],
)
def test_silence_and_snippets_are_refused(tmp_path: Path, duration_s: float, gain_db: float, words: str) -> None:
    write_audio(scaled(noise(0, duration_s=duration_s), gain_db), tmp_path / "a.wav")
    with pytest.raises(InputError, match=words):
        open_song(tmp_path / "a.wav")


def test_what_is_quiet_but_there_is_read(tmp_path: Path) -> None:
    loud = noise(0, duration_s=4.0).samples.copy()
    loud[:, : 3 * 44100] = 0  # a long silence does not make a song silent
    write_audio(scaled(Audio(loud, 44100), -40.0), tmp_path / "a.wav", "FLOAT")
    assert open_song(tmp_path / "a.wav").mix.duration_s == 4.0


@pytest.mark.skipif(os.name == "nt", reason="makes links and pipes")
def test_a_stem_that_is_a_link_to_nothing_is_told(stems_folder: Path, tmp_path: Path) -> None:
    (stems_folder / "7.Song_Stem_GTR_mobile.wav").symlink_to("gone.wav")
    with pytest.raises(InputError, match="GTR"):
        open_song(stems_folder)
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        open_song(tmp_path / "pipe.wav")


def test_a_folder_that_may_not_be_looked_into_hides_no_songs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        write_audio(noise(0, duration_s=4), tmp_path / name / "song.wav")
    listed, looked = Path.iterdir, Path.is_dir

    def refuse(self: Path) -> object:
        if self.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(self)

    def refuse_look(self: Path) -> bool:
        if self.name == "blind":
            raise PermissionError(errno.EACCES, "Permission denied")
        return looked(self)

    (tmp_path / "blind").mkdir()
    monkeypatch.setattr(Path, "iterdir", refuse)
    monkeypatch.setattr(Path, "is_dir", refuse_look)
    assert kind_of(tmp_path) == "mixes"
    assert find_mixes(tmp_path) == [tmp_path / "open" / "song.wav"]


def test_names_that_no_system_has_are_missing() -> None:
    for name in ("a\0b.wav", "\ud800.wav", "x" * 5000):
        with pytest.raises(InputError, match="there is no file or folder"):
            open_song(Path(name))


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


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "The stem “vox 01” is silent and was left out."),
        (2, "2 stems are silent and were left out: “vox 01”, “vox 02”."),
        (14, "14 stems are silent and were left out: “vox 01”, .*, “vox 12” and 2 more."),
    ],
)
def test_silent_stems_are_told_in_one_line(count: int, said: str, tmp_path: Path) -> None:
    write_audio(noise(0, duration_s=4.0), tmp_path / "drums.wav")
    for number in range(1, count + 1):
        write_audio(Audio(np.zeros((2, 4 * 44100), np.float32), 44100), tmp_path / f"vox {number:02}.wav")
    (warning,) = [w for w in open_song(tmp_path).warnings if "silent" in w]
    assert re.fullmatch(said.replace(".", r"\.").replace(r"\.*", ".*"), warning)
