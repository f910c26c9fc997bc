"""Situations of the seventh kind: containers with several streams. What was taken is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from situations.files import Track, encode, ni_stems
from situations.program import Outcome, analyzed, extracted
from situations.song import CLOSE, CODED, loudness, mixed, part, song

STREAM = ("stream", "track")


def is_one_mix(found: Outcome, name: str, truth: float) -> bool:
    """Tell whether a file was taken for one mix of this loudness, without stems."""
    return not found.roles and abs(found.lufs(name) - truth) < CLOSE


def test_49_stems_in_an_order_of_their_own_keep_what_their_creator_calls_them(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Stem files hold names for their four parts, and labels put them in any order: the voice first, the kit last."""
    parts = song(1)
    order = {"Vocals": "voice", "Synths": "keys", "Bass": "bass", "Drums": "drums"}
    path = ni_stems(tmp_path / "Track.stem.mp4", [part("mix", 1), *(parts[p] for p in order.values())], [*order])
    found = extracted(capfd, tmp_path / "out", path)
    assert found.lufs() == pytest.approx(loudness(part("mix", 1)), abs=CLOSE), found.said
    truth = {"vocals": parts["voice"], "other": parts["keys"], "bass": parts["bass"], "drums": parts["drums"]}
    for stem in found.only["stems"]:
        assert stem["measurements"]["lufs"]["value"] == pytest.approx(loudness(truth[stem["role"]]), abs=CODED), stem["role"]


def test_50_stems_of_a_track_without_a_voice_have_no_voice(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """An instrumental techno track as a stem file: kick, percussion, bass and an acid line, named so; nothing there is a voice."""
    parts = song(2)
    kick, percussion = parts["drums"], np.roll(parts["drums"], 5000, axis=1) * np.float32(0.4)
    tracks = [mixed(kick, percussion, parts["bass"], parts["keys"]), kick, percussion, parts["bass"], parts["keys"]]
    path = ni_stems(tmp_path / "Techno.stem.mp4", tracks, ["Kick", "Percussion", "Bass", "Synth Lead"])
    found = extracted(capfd, tmp_path / "out", path)
    assert [stem["role"] for stem in found.only["stems"]] == ["drums", "drums", "bass", "other"], found.said


def test_51_a_capture_of_game_and_microphone_is_its_first_track_and_the_second_on_demand(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Graphics drivers record the desktop and the microphone as two tracks of a film; the song runs on the desktop."""
    mix, voice = part("mix", 3), part("voice", 4)
    path = encode(tmp_path / "Desktop 2024.mp4", "mp4", [Track(mix, "aac"), Track(voice, "aac")])
    found = extracted(capfd, tmp_path / "out", path)
    assert is_one_mix(found, "Desktop 2024", loudness(mix)), found.said
    assert found.tells(*STREAM), "two tracks are there, and nothing says which was measured"
    second = analyzed(capfd, tmp_path / "second", path, "--stream", "2")
    assert second.lufs() == pytest.approx(loudness(voice), abs=CODED), second.said


def test_52_a_camera_s_four_mono_tracks_are_the_one_that_has_sound(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Camcorders write four mono tracks whatever is plugged in: here the desk feeds the third, the others are digital silence."""
    desk = part("mix", 2).mean(axis=0, keepdims=True)
    silence = np.zeros_like(desk)
    tracks = [Track(samples, "pcm_s24le") for samples in (silence, silence, desk, silence)]
    found = extracted(capfd, tmp_path / "out", encode(tmp_path / "C0001.mov", "mov", tracks))
    both = np.repeat(desk, 2, axis=0)  # a mono file plays on both sides
    assert found.lufs() == pytest.approx(loudness(both), abs=CLOSE), found.said
    assert found.tells(*STREAM)


def test_53_a_concert_film_with_a_commentary_first_is_its_default_track(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Who makes the file decides what is played: the track that is flagged as default, which is the second here."""
    mix, talk = part("mix", 4), part("voice", 1)
    tracks = [
        Track(talk, "pcm_s24le", "Commentary", "eng", is_default=False),
        Track(mix, "pcm_s24le", "Concert", "eng", is_default=True),
        Track(0.5 * talk, "pcm_s24le", "Kommentar", "ger", is_default=False),
    ]
    path = encode(tmp_path / "Concert.mkv", "matroska", tracks, options={"default_mode": "passthrough"})
    found = extracted(capfd, tmp_path / "out", path)
    assert is_one_mix(found, "Concert", loudness(mix)), found.said
    assert found.tells("Concert", *STREAM)


def test_54_five_languages_are_no_stems(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A film of a musical has five tracks as a stem file has, each a whole mix in another language."""
    mix = part("mix", 1)
    tracks = [
        Track(g * mix, "aac", "", lang, i == 0)
        for i, (g, lang) in enumerate(zip((1, 0.9, 0.8, 0.7, 0.6), ["eng", "ger", "fre", "spa", "ita"], strict=True))
    ]
    found = extracted(capfd, tmp_path / "out", encode(tmp_path / "Musical.mp4", "mp4", tracks))
    assert is_one_mix(found, "Musical", loudness(mix)), (found.roles, found.said)
    assert found.tells(*STREAM)


def test_55_a_disc_whose_first_sound_is_surround_gives_its_stereo_or_says_why_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Concert discs have a 5.1 track by default and the stereo mix beside it. A sum of six channels by rule is neither."""
    mix = part("mix", 3)
    surround = np.zeros((6, mix.shape[1]), np.float32)
    surround[:2], surround[4:] = 0.5 * mix, 0.4 * mix
    tracks = [Track(surround, "ac3", "5.1", is_default=True), Track(mix, "pcm_s24le", "Stereo", is_default=False)]
    path = encode(tmp_path / "Disc.mkv", "matroska", tracks, options={"default_mode": "passthrough"})
    found = extracted(capfd, tmp_path / "out", path)
    if found.is_refused():
        assert found.tells("channels", "stereo")
        return
    assert is_one_mix(found, "Disc", loudness(mix)), found.said
    assert found.tells(*STREAM)
