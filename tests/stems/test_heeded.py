"""What is odd about a file reaches the warnings of the song."""

from __future__ import annotations

from pathlib import Path

import soundfile

from mixassistant.stems.drop import open_song
from signals import music


def test_a_recording_longer_than_its_header_says_is_a_song_with_a_warning(tmp_path: Path) -> None:
    audio = music(0, duration_s=4.0)
    folder = tmp_path / "song"
    folder.mkdir()
    for name in ("kick", "bass", "vocals"):
        soundfile.write(folder / f"{name}.flac", audio.samples.T, 44100)
    joined = (folder / "bass.flac").read_bytes() * 2
    (folder / "bass.flac").write_bytes(joined)
    (tmp_path / "mix.flac").write_bytes(joined)
    said = "lasts 8.0 s, and not 4.0 s as its header announces: it is read to its end."
    mix = open_song(tmp_path / "mix.flac")
    assert mix.mix.duration_s == 8.0 and mix.warnings == (f"“mix.flac” {said}",)
    song = open_song(folder, roles={"kick": "drums"})
    assert song.mix.duration_s == 8.0 and f"“bass.flac” {said}" in song.warnings
