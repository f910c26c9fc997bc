"""Clips under three seconds: `extract` measures what their length allows and says why the rest is not there; `analyze` refuses them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.cli import main
from mixassistant.errors import InputError
from mixassistant.features.descriptor import REGISTRY
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import Song

LENGTHS_S = (0.05, 0.2, 0.5, 1.0, 2.0)
KINDS = ("noise", "tone", "click")


def sound(kind: str, duration_s: float, channels: int, rate: int) -> Audio:
    count = round(duration_s * rate)
    samples = np.zeros((channels, count), np.float32)
    if kind == "noise":
        samples += 0.1 * np.random.default_rng(0).standard_normal((channels, count))
    elif kind == "tone":
        samples += 0.3 * np.sin(2 * np.pi * 440 * np.arange(count) / rate)
    else:
        samples[:, count // 2] = 0.9
    return Audio(samples, rate)


@lru_cache
def measured(kind: str, duration_s: float, channels: int = 2, rate: int = 44100) -> MeasuredTrack:
    return measure_song(Song("clip", "hash", sound(kind, duration_s, channels, rate), (), {}))


@pytest.mark.parametrize("duration_s", LENGTHS_S)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("channels", "rate"), [(2, 44100), (1, 96000)])
def test_each_value_is_in_its_range_or_missing_with_a_reason(kind: str, duration_s: float, channels: int, rate: int) -> None:
    track = measured(kind, duration_s, channels, rate)
    assert len(track.mix) > 150
    for identifier, found in track.mix.items():
        declared = REGISTRY[identifier]
        if found.value is None:
            assert found.reason
            continue
        values = np.asarray(found.value)
        assert np.isfinite(values).all(), identifier
        low, high = declared.range
        assert values.size == 0 or (low <= values.min() and values.max() <= high), identifier
        assert duration_s >= declared.least_s, identifier


@pytest.mark.parametrize(
    ("identifier", "too_short_s", "enough_s", "least"),
    [
        ("lufs", 0.2, 0.5, "0.4"), ("plr", 0.2, 0.5, "0.4"), ("momentary_max", 0.2, 0.5, "0.4"), ("ltas", 0.05, 0.2, "0.2"),
        ("zero_crossing_rate", 0.2, 0.5, "0.5"), ("rms_energy_mid", 0.2, 0.5, "0.5"), ("cqt", 0.5, 1.0, "1"),
    ],
)  # fmt: skip
def test_a_clip_shorter_than_a_definition_has_no_number(identifier: str, too_short_s: float, enough_s: float, least: str) -> None:
    missing = measured("noise", too_short_s).mix[identifier]
    assert (missing.value, missing.reason) == (None, f"shorter than {least} s")
    assert measured("noise", enough_s).mix[identifier].value is not None


@pytest.mark.parametrize("identifier", ["short_term_max", "lra", "psr", "tempo", "tempogram", "bpm"])
def test_what_needs_three_seconds_is_never_made_up_for_less(identifier: str) -> None:
    assert all(measured(kind, duration_s).mix[identifier].value is None for kind in KINDS for duration_s in LENGTHS_S)


def test_levels_of_short_clips_are_right() -> None:
    # A sine of −10.46 dBFS peak in both channels: RMS 3.01 dB below; −0.691 + K-weighting of 440 Hz over two channels in LUFS.
    for duration_s in LENGTHS_S:
        values = measured("tone", duration_s).mix
        assert values["sample_peak"].value == pytest.approx(20 * np.log10(0.3), abs=0.01)
        assert values["rms"].value == pytest.approx(20 * np.log10(0.3) - 3.01, abs=0.2)
    lufs = [measured("tone", duration_s).mix["lufs"].value for duration_s in (0.5, 1.0, 2.0)]
    assert np.ptp(np.asarray(lufs, dtype=float)) < 0.01


def test_extract_measures_clips_and_analyze_refuses_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, duration_s in (("hit", 0.1), ("loop", 1.0), ("speck", 0.02)):
        write_audio(sound("noise", duration_s, 2, 44100), tmp_path / f"{name}.wav")
    files = [str(tmp_path / f"{name}.wav") for name in ("hit", "loop", "speck")]
    words = ["extract", *files, "--output", str(tmp_path / "out"), "--only", "loudness,levels", "--processes", "1"]
    assert main(words, lambda files, demo: 0) == 3
    assert "“speck.wav” lasts 0.02 s; a mix needs 0.05 s: give a longer part" in capsys.readouterr().err
    found = {name: json.loads((tmp_path / "out" / f"{name}.json").read_text())["mix"]["measurements"] for name in ("hit", "loop")}
    assert found["hit"]["lufs"]["value"] is None and found["hit"]["lufs"]["reason"] == "shorter than 0.4 s"
    assert found["hit"]["rms"]["value"] == pytest.approx(-20, abs=0.5)
    assert found["loop"]["lufs"]["value"] == pytest.approx(-14, abs=1.5)
    with pytest.raises(InputError, match=r"“loop.wav” lasts 1.00 s; a mix needs 3 s"):
        open_song(tmp_path / "loop.wav")


def test_a_silent_clip_is_refused_as_a_silent_song_is(tmp_path: Path) -> None:
    write_audio(Audio(np.zeros((2, 4410), np.float32), 44100), tmp_path / "none.wav")
    with pytest.raises(InputError, match="silent throughout"):
        open_song(tmp_path / "none.wav", least_s=0.05)
