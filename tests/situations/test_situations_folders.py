"""Situations of the first kind: what a folder is."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from situations.files import write
from situations.program import analyzed, extracted
from situations.song import CLOSE, Samples, loudness, mixed, part, rolled, song

from mixassistant.cli import main

ALBUM_S = (4.1, 4.7, 7.9, 10.9)  # two of a length, as on most albums


def album(number: int) -> Samples:
    """Return a song of an album, numbered from 1."""
    return part("mix", number, ALBUM_S[number - 1])


def low_and_high(samples: Samples, edge_hz: float = 150.0, rate: int = 44100) -> tuple[Samples, Samples]:
    """Return what lies below a frequency and the rest: together they are the samples again."""
    spectrum = np.fft.rfft(samples, axis=1)
    spectrum[:, np.fft.rfftfreq(samples.shape[1], 1 / rate) > edge_hz] = 0
    low = np.fft.irfft(spectrum, samples.shape[1], axis=1).astype(np.float32)
    return low, (samples - low).astype(np.float32)


def test_01_an_album_whose_titles_are_instruments_is_four_songs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever likes jazz and soul has albums with titles like these; a sum of them is no song at all."""
    titles = ("01 - Drum Boogie", "02 - Bass Culture", "03 - The Voice Within", "04 - Organ Grinder's Swing")
    for number, title in enumerate(titles, 1):
        write(tmp_path / "Album" / f"{title}.flac", album(number), subtype="PCM_16")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Album")
    assert sorted(found.songs) == sorted(titles), found.said
    for number, title in enumerate(titles, 1):
        assert found.lufs(title) == pytest.approx(loudness(album(number)), abs=CLOSE)
    one = analyzed(capfd, tmp_path / "report", tmp_path / "Album")
    assert one.is_refused() and one.tells("songs", "mixes"), one.said


def test_02_three_masters_of_one_mix_are_never_added_up(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A mastering engineer sends revisions into one folder: all are called master, all have one length, each is the whole song."""
    mix = part("mix")
    levels = {"Song_master_v1": 0.7, "Song_master_v2": 0.9, "Song_master_v3_loud": 1.6}
    truth = {name: np.tanh(gain * mix) for name, gain in levels.items()}
    for name, samples in truth.items():
        write(tmp_path / "Masters" / f"{name}.wav", samples, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Masters")
    loud = [loudness(samples) for samples in truth.values()]
    for name in found.songs:
        assert min(abs(found.lufs(name) - value) for value in loud) < CLOSE, found.said
    assert len(found.songs) == 3 or (len(found.songs) < 3 and found.tells("v1", "v2", "v3", "--as"))


def test_03_a_maxi_single_is_its_tracks(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A 12-inch holds a vocal mix, an instrumental as long, a bass dub and a club mix: whole tracks that are called like stems."""
    whole, longer = song(2), song(2, 9.4)
    truth = {
        "Night Bus (Vocal Mix)": part("mix", 2),
        "Night Bus (Instrumental)": mixed(whole["drums"], whole["bass"], whole["keys"]),
        "Night Bus (Bass Dub)": mixed(longer["drums"], 1.5 * longer["bass"], 0.4 * longer["keys"]),
        "Night Bus (Club Mix)": part("mix", 2, 9.4),
    }
    for name, samples in truth.items():
        write(tmp_path / "Night Bus EP" / f"{name}.flac", samples, subtype="PCM_16")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Night Bus EP")
    loud = [loudness(samples) for samples in truth.values()]
    for name in found.songs:
        assert min(abs(found.lufs(name) - value) for value in loud) < CLOSE, found.said
    assert len(found.songs) >= 3, found.said


def test_04_a_song_folder_with_its_master_beside_a_folder_of_stems_is_one_song(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A delivery to a label: the master, a folder of stems two levels down, and papers."""
    for name, samples in song(3).items():
        write(tmp_path / "Delta" / "Stems" / "24bit" / f"Delta_{name}.wav", samples, subtype="PCM_24")
    master = np.tanh(1.5 * part("mix", 3))
    write(tmp_path / "Delta" / "Delta (Master 24-44).wav", master, subtype="PCM_24")
    (tmp_path / "Delta" / "Lyrics.pdf").write_bytes(b"%PDF-1.4\n")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Delta")
    assert sorted(found.roles.values()) == ["bass", "drums", "other", "vocals"]
    is_master = abs(found.lufs() - loudness(master)) < CLOSE
    assert is_master or (abs(found.lufs() - loudness(part("mix", 3))) < CLOSE and found.tells("master"))


def test_05_a_backing_track_shop_s_tracks_lose_their_click(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Shops sell a song as MP3s that are all called ``Song(Part_Custom_Backing_Track)``, with a click that belongs on nobody's speakers."""
    parts = dict(zip(("Drum_Kit", "Electric_Bass", "Piano", "Lead_Vocal"), song(1).values(), strict=True))
    truth = loudness(mixed(*parts.values()))
    t = np.arange(parts["Piano"].shape[1]) / 44100
    parts["Click"] = np.tile(0.8 * np.sin(2 * np.pi * 1000 * t) * (t % 0.5 < 0.02), (2, 1)).astype(np.float32)
    for name, samples in parts.items():
        write(tmp_path / "song" / f"Artist_Song({name}_Custom_Backing_Track).mp3", samples)
    found = extracted(capfd, tmp_path / "out", tmp_path / "song")
    assert found.lufs() == pytest.approx(truth, abs=CLOSE), found.said
    assert found.tells("click")
    kept = {name: role for name, role in found.roles.items() if "click" not in name.lower()}
    assert {next(n for n in ("Drum", "Bass", "Piano", "Vocal") if n in name): role for name, role in kept.items()} == {
        "Drum": "drums", "Bass": "bass", "Piano": "other", "Vocal": "vocals"
    }  # fmt: skip


def test_06_a_voice_remover_s_two_halves_beside_the_song_are_that_song(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Programs that take the voice out write ``1_Song_(Vocals)`` and ``1_Song_(Instrumental)``, often into the folder of the song."""
    parts = song(2)
    rest = mixed(parts["drums"], parts["bass"], parts["keys"])
    write(tmp_path / "x" / "Song.wav", part("mix", 2))
    write(tmp_path / "x" / "1_Song_(Vocals).wav", parts["voice"])
    write(tmp_path / "x" / "1_Song_(Instrumental).wav", rest)
    found = extracted(capfd, tmp_path / "out", tmp_path / "x")
    assert found.lufs() == pytest.approx(loudness(part("mix", 2)), abs=CLOSE), found.said
    roles = {("Vocals" if "Vocals" in name else "Instrumental" if "Instrumental" in name else name): r for name, r in found.roles.items()}
    assert roles.get("Vocals") == "vocals" and roles.get("Instrumental", "other") == "other"


def test_07_groups_exported_beside_their_tracks_are_not_counted_twice(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The export of all tracks in most DAWs writes the groups too; a drum bus is then heard twice, and the mix is 3 dB too heavy there."""
    parts = song()
    kick, hats = low_and_high(parts["drums"])
    tracks = {"Kick": kick, "Hats": hats, "Bass DI": parts["bass"], "Keys": parts["keys"], "Lead Vox": parts["voice"]}
    tracks["Drum Bus"] = mixed(kick, hats)
    for name, samples in tracks.items():
        write(tmp_path / "Song" / f"Song - {name}.wav", samples, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.lufs() == pytest.approx(loudness(part("mix")), abs=CLOSE), found.said
    assert found.tells("Drum Bus")


def test_08_a_reference_track_beside_the_stems_is_no_stem(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Who mixes for others gets the stems with a song that it should sound like, exported from the same session: ``REF - Artist - Hit``."""
    for name, samples in zip(("Drums", "Bass", "Keys", "Vox"), song().values(), strict=True):
        write(tmp_path / "Song" / f"{name}.wav", samples)
    hit = np.tanh(2 * part("mix", 4))
    write(tmp_path / "Song" / "REF - Artist - Hit.wav", hit)
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.lufs() == pytest.approx(loudness(part("mix")), abs=CLOSE), found.said
    assert found.tells("REF - Artist - Hit", "reference track")
    assert sorted(found.roles.values()) == ["bass", "drums", "other", "vocals"]


def test_09_a_doubled_voice_and_a_reverb_return_stay_in_the_mix(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What is like another track is not yet a copy of it: a second take of the singer and a wet return are parts of the mix."""
    parts = song(3)
    late = rolled(parts["voice"], 0.021)[:, : parts["voice"].shape[1]]
    double = np.stack([0.6 * late[0], 0.8 * late[1]]) + 0.3 * rolled(parts["voice"], 0.034)[:, : late.shape[1]]
    wet = sum(0.3 * 0.8**k * rolled(parts["keys"], 0.043 * (k + 1))[:, : late.shape[1]] for k in range(8))
    tracks = {**dict(zip(("Drums", "Bass", "Keys", "Lead Vox"), parts.values(), strict=True)), "Lead Vox Dbl": double, "Keys Verb": wet}
    for name, samples in tracks.items():
        write(tmp_path / "Song" / f"{name}.wav", np.asarray(samples, np.float32))
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.lufs() == pytest.approx(loudness(mixed(*map(np.asarray, tracks.values()))), abs=CLOSE), found.said
    assert found.roles["Lead Vox Dbl"] == "vocals" and found.roles["Keys Verb"] == "other" and len(found.roles) == 6


def test_10_a_music_server_s_own_files_are_no_songs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A network drive keeps Artist/Album folders, and between them its index, the bin of a Mac and half a copy of every file."""
    root = tmp_path / "music"
    for artist, number in (("Aretha", 1), ("Zappa", 3)):
        path = write(root / artist / "Album" / "01 Song.flac", album(number), subtype="PCM_16")
        index = path.parent / "@eaDir" / path.name
        index.mkdir(parents=True)
        (index / "SYNOAUDIO_01APIC_03.jpg").write_bytes(b"\xff\xd8\xff\xe0")
        (path.parent / "@eaDir" / f"{path.name}@SynoEAStream").write_bytes(b"\0" * 64)
        for place in (path.parent / "._01 Song.flac", root / "__MACOSX" / artist / "._01 Song.flac"):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"\0\x05\x16\x07\0\x02\0\0Mac OS X        " + bytes(100))
        (path.parent / "Thumbs.db").write_bytes(bytes(512))
    found = extracted(capfd, tmp_path / "out", root)
    assert found.code == 0 and not found.tells("cannot", "no audio"), found.said
    values = sorted(d["mix"]["measurements"]["lufs"]["value"] for d in found.songs.values())
    assert "2 of 2" in found.said, found.said
    assert len({d["mix"]["content_hash"] for d in found.songs.values()}) == len(values)
    assert all(min(abs(v - loudness(album(n))) for n in (1, 3)) < CLOSE for v in values)


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_11_links_to_songs_and_a_link_back_up_are_followed_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A folder of favourites made of links, and a link to the folder itself that some backup program left: two songs, and an end."""
    root = tmp_path / "music"
    first = write(root / "Artist" / "Album" / "One.flac", album(1), subtype="PCM_16")
    write(root / "Artist" / "Album" / "Three.flac", album(3), subtype="PCM_16")
    (root / "Favourites").mkdir()
    (root / "Favourites" / "One.flac").symlink_to(first)
    (root / "Artist" / "all").symlink_to(root, target_is_directory=True)
    found = extracted(capfd, tmp_path / "out", root)
    assert "2 of 2" in found.said, found.said
    assert found.lufs("One") == pytest.approx(loudness(album(1)), abs=CLOSE)
    assert found.lufs("Three") == pytest.approx(loudness(album(3)), abs=CLOSE)


def test_12_stems_that_were_cut_at_their_last_note_are_still_one_song(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Some DAWs end each exported track where its last sound ends: all begin together, and no two are of one length."""
    parts = song(4, 10.9)
    ends = {"Kick + Snare": 10.9, "Bass Synth": 8.1, "Rhodes": 5.2, "Lead Vocal": 6.6}
    tracks = {name: p[:, : round(end * 44100)] for (name, end), p in zip(ends.items(), parts.values(), strict=True)}
    for name, samples in tracks.items():
        write(tmp_path / "Song" / f"{name}.wav", samples, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    if len(found.songs) > 1:  # unsure: then it says how to say otherwise
        assert found.tells("--as", "--role"), found.said
        return
    assert found.lufs() == pytest.approx(loudness(mixed(*tracks.values())), abs=CLOSE)
    assert found.only["mix"]["duration_s"] == pytest.approx(10.9, abs=0.01)
    assert sorted(found.roles.values()) == ["bass", "drums", "other", "vocals"]


def test_13_references_are_added_from_folders_of_genres_song_by_song(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Who likes an album drops the collection: songs lie in folders of genres and artists, and one of them is a multitrack."""
    root = tmp_path / "Liked"
    write(root / "Soul" / "Aretha" / "Respect.flac", album(1), subtype="PCM_16")
    for name, samples in song(3).items():
        write(root / "Own" / "Delta" / "Stems" / f"Delta {name}.flac", samples, subtype="PCM_16")
    capfd.readouterr()
    code = main(["references", "add", str(root), "--separator", "embedded", "--device", "cpu"], lambda _files, _demo: 0)
    shown, errors = capfd.readouterr()
    assert code == 0 and not errors, errors
    added = sorted(float(line.split(": ")[1].split()[0].replace("−", "-")) for line in shown.splitlines() if line.startswith("Added "))
    assert added == pytest.approx(sorted((loudness(album(1)), loudness(part("mix", 3)))), abs=CLOSE), shown


def test_14_a_mix_called_after_a_song_about_an_instrument_is_the_mix(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A song is called "Bass Face", and so is its mix, which lies beside the stems: the word is a title there and no role."""
    for name, samples in zip(("Drums", "Bass", "Keys", "Vox"), song(4).values(), strict=True):
        write(tmp_path / "Bass Face" / f"{name}.wav", samples, subtype="PCM_24")
    mix = np.tanh(1.4 * part("mix", 4))
    write(tmp_path / "Bass Face" / "Bass Face.wav", mix, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Bass Face")
    assert found.roles == {"Drums": "drums", "Bass": "bass", "Keys": "other", "Vox": "vocals"}, found.said
    assert found.lufs() == pytest.approx(loudness(mix), abs=CLOSE)


def test_15_what_a_label_asks_for_beside_the_stems_is_not_added_to_them(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A delivery holds stems, an instrumental and an acapella: both are sums of stems, and counted twice they drown the drums."""
    parts = song(1)
    tracks = dict(zip(("Drums", "Bass", "Keys", "Lead Vocal"), parts.values(), strict=True))
    tracks["Instrumental"] = mixed(parts["drums"], parts["bass"], parts["keys"])
    tracks["Acapella"] = parts["voice"]
    for name, samples in tracks.items():
        write(tmp_path / "Delivery" / f"Song - {name}.wav", samples, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Delivery")
    assert found.lufs() == pytest.approx(loudness(part("mix", 1)), abs=CLOSE), found.said
    assert found.tells("Instrumental") and found.tells("Acapella")


def test_16_stems_as_waves_and_again_as_mp3s_are_heard_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Shops pack the same stems twice, in a folder WAV and a folder MP3: twice the song in one mix is 6 dB too loud."""
    for name, samples in zip(("Drums", "Bass", "Keys", "Vox"), song(2).values(), strict=True):
        write(tmp_path / "Song" / "WAV" / f"{name}.wav", samples, subtype="PCM_24")
        write(tmp_path / "Song" / "MP3" / f"{name}.mp3", samples)
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.songs and all(len(result["stems"]) == 4 for result in found.songs.values()), found.said
    for name in found.songs:
        assert found.lufs(name) == pytest.approx(loudness(part("mix", 2)), abs=CLOSE)


def test_17_the_stems_of_two_songs_in_one_folder_are_never_one_song(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A client sends the stems of an EP in one folder, told apart by their first words and lengths alone."""
    songs = {"Alpha": song(1, 4.1), "Omega": song(3, 7.9)}
    for title, parts in songs.items():
        for name, samples in zip(("Drums", "Bass", "Keys", "Vox"), parts.values(), strict=True):
            write(tmp_path / "EP Stems" / f"{title}_{name}.wav", samples, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "EP Stems")
    for result in found.songs.values():
        titles = {title for stem in result.get("stems", []) for title in songs if title in stem["name"]}
        assert len(titles) <= 1, (result["mix"]["measurements"], found.said)
    is_two = len(found.songs) == 2 and all(len(result.get("stems", [])) == 4 for result in found.songs.values())
    assert is_two or found.is_refused() or found.tells("--as", "--role"), found.said
