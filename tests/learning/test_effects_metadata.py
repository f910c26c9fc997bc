"""What was set on tracks, in writing: read, counted, told; what is unknown is named, what is wrong is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mixassistant.errors import InputError
from mixassistant.features.bands import BROAD
from mixassistant.learning.effects import counted
from mixassistant.learning.equalizing import changes_by_settings
from mixassistant.learning.finished import LEVEL, TONE, FinishedSong, TrackSettings
from mixassistant.learning.metadata import read_effects, read_instruments
from mixassistant.learning.sentences import effect_lines
from mixassistant.processing.moves import Band

VOX = {
    "gain_db": -3.0,
    "pan": 0.0,
    "eq": {"low_cut": 100.0, "bands": [{"type": "bell", "frequency_hz": 3000, "gain_db": 2.0, "q": 1.0}]},
    "compression": {"threshold": -20.0, "ratio": 3.0, "attack_s": 0.005, "release_s": 0.1, "makeup_db": 4.0},
    "reverb": {"type": "Plate", "send_db": -14.0, "decay_s": 1.8, "pre_delay_s": 0.02},
}


def written(folder: Path, content: Any) -> Path:
    file = folder / "song_metadata.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_what_is_written_down_is_read(tmp_path: Path) -> None:
    (vox,) = read_effects(written(tmp_path, {"Lead Vox": VOX}))
    assert (vox.name, vox.role, vox.gain_db, vox.pan) == ("Lead Vox", "vocals", -3.0, 0.0)
    assert [(band.type, band.frequency_hz, band.gain_db) for band, _ in vox.bands] == [("high_pass", 100.0, 0.0), ("bell", 3000.0, 2.0)]
    assert (vox.compressors[0].threshold_db, vox.compressors[0].ratio) == (-20.0, 3.0)
    assert (vox.reverbs[0].type, vox.reverbs[0].send_db) == ("plate", -14.0)
    assert vox.unknown == ()


def test_everything_is_optional_and_what_is_unknown_is_named(tmp_path: Path) -> None:
    vox, bass = read_effects(
        written(tmp_path, {"VOX": {"sidechain": True, "eq": {"bands": [{"type": "magic"}]}, "reverb": {"shimmer": 3}}, "BASS": {}})
    )
    assert vox.unknown == ("eq.bands.magic", "reverb.shimmer", "sidechain")
    assert bass == TrackSettings("BASS", "bass")


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"VOX": 3},
        {"VOX": {"gain_db": "loud"}},
        {"VOX": {"eq": 3}},
        {"VOX": {"eq": {"bands": [3]}}},
        {"VOX": {"eq": {"low_cut": -5}}},
        {"VOX": {"pan": True}},
    ],
    ids=str,
)
def test_what_is_wrong_is_told_on_one_line(tmp_path: Path, content: Any) -> None:
    with pytest.raises(InputError) as told:
        read_effects(written(tmp_path, content))
    assert "song_metadata.json" in str(told.value) and "\n" not in str(told.value)


def test_instruments_become_roles(tmp_path: Path) -> None:
    file = tmp_path / "METADATA.yaml"
    file.write_text(
        "artist: Somebody\nstems:\n  S01:\n    filename: Song_STEM_01.wav\n    instrument: drum set\n"
        "    raw:\n      R01:\n        filename: Song_RAW_01_01.wav\n        instrument: drum set\n"
        "  S02:\n    filename: Song_STEM_02.wav\n    instrument: theremin\n",
        encoding="utf-8",
    )
    found = read_instruments(file)
    assert found.artist == "Somebody"
    assert [found.role_of(Path(f"{name}.flac")) for name in ("RAW_01_01", "STEM_02", "STEM_03")] == ["drums", "other", None]
    file.write_text("stems: 3", encoding="utf-8")
    with pytest.raises(InputError, match="does not say"):
        read_instruments(file)


def test_effects_are_counted_once_a_mix_and_told(tmp_path: Path) -> None:
    tracks = read_effects(written(tmp_path, {"VOX": VOX, "VOX 2": VOX, "DRUMS": {"gate": {}}}))
    songs = [FinishedSong(str(n), "me", "", "settings", {}, {}, tracks) for n in range(2)] + [
        FinishedSong("3", "me", "", "settings", {}, {}, tracks[2:])
    ]
    found = counted(songs)
    assert found["vocals"]["mixes"] == 2
    assert found["vocals"]["reverb"] == {
        "mixes": 2,
        "types": {"plate": {"mixes": 2, "send_db": -14.0, "decay_s": 1.8, "pre_delay_s": 0.02}},
    }
    assert found["drums"] == {"mixes": 3, "unknown": {"gate": 3}}
    vocals = next(line for line in effect_lines(found) if line.startswith("vocals"))
    assert "plate reverb in 2 of 2, at −14 dB" in vocals and "3:1 from −20 dBFS" in vocals and "low cut at 100 Hz" in vocals


def test_faders_tell_levels_and_equalizers_tell_tone() -> None:
    shelf = (Band("high_shelf", 5000.0, 6.0, 0.7), 1.0)
    tracks = (TrackSettings("a", "vocals", 6.0, bands=(shelf,)), TrackSettings("b", "bass", 0.0))
    done = changes_by_settings(tracks, {"a": -20.0, "b": -20.0})
    assert done.raw_levels == pytest.approx({"vocals": -3.01, "bass": -3.01}, abs=0.01)
    assert done.changes["vocals"][LEVEL] - done.changes["bass"][LEVEL] == pytest.approx(6.0)
    tone = dict(zip(BROAD, done.changes["vocals"][TONE], strict=True))
    assert tone["brilliance"] - tone["mids"] == pytest.approx(6.0, abs=0.8)
    assert done.changes["bass"][TONE] == pytest.approx([0.0] * 7)


def test_a_high_pass_on_one_of_two_microphones_takes_little_from_the_drums() -> None:
    cut = (Band("high_pass", 300.0, 0.0, 0.7), 2.0)
    tracks = (TrackSettings("kick", "drums", 0.0), TrackSettings("overhead", "drums", 0.0, bands=(cut,)))
    tone = changes_by_settings(tracks, {"kick": -20.0, "overhead": -20.0}).changes["drums"][TONE]
    assert -3.1 < tone[BROAD.index("bass")] < 0
