"""What a stem is by its sound alone."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mixassistant import paths
from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode
from mixassistant.demo.song import make_song
from mixassistant.stems.corrections import heard_roles
from mixassistant.stems.hearing import hear, load_role_model, model_from_json, model_to_json
from mixassistant.stems.look import audio_files, display_names
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.sound import NAMES, RATE_HZ, describe, describe_track
from mixassistant.stems.stem import Heard, Stem
from signals import noise, scaled

RECORDED, MULTITRACKS = 0.85, 0.85  # right of all, asked of songs that nothing was taken from


@cache
def made() -> dict[str, tuple[str, Audio]]:
    """Return a song of which nothing was learned."""
    return dict(make_song(71, faults=False, duration_s=12.0))


def test_the_stems_of_a_made_song_are_heard_and_its_mix_is_a_whole() -> None:
    heard = {name: hear(audio) for name, (_role, audio) in made().items()}
    assert {name: found.role for name, found in heard.items() if found} == {name: role for name, (role, _audio) in made().items()}
    assert all(found is not None and found.whole < 0.5 for found in heard.values())
    whole = hear(mix([audio for _role, audio in made().values()]))
    assert whole is not None and whole.whole > max(found.whole for found in heard.values() if found)


@pytest.mark.parametrize("change", ["gain", "one side", "other rate", "silence around it"])
def test_gain_channels_rate_and_silence_change_nothing_that_counts(change: str) -> None:
    audio = made()["Voice"][1]
    other = {
        "gain": lambda: scaled(audio, -30.0),
        "one side": lambda: Audio(audio.samples[:1].copy(), audio.sample_rate_hz),
        "other rate": lambda: Audio(np.repeat(audio.samples, 2, axis=1), 2 * audio.sample_rate_hz),
        "silence around it": lambda: Audio(np.pad(audio.samples, ((0, 0), (44100 * 20, 44100 * 20))), audio.sample_rate_hz),
    }[change]()
    one, two = hear(audio), hear(other)
    assert one is not None and two is not None
    assert two.role == one.role == "vocals" and two.probability == pytest.approx(one.probability, abs=0.15)


def test_silence_and_a_click_are_nothing_that_is_heard() -> None:
    assert hear(Audio(np.zeros((1, 44100 * 5), np.float32), 44100)) is None
    assert hear(Audio(np.ones((1, 800), np.float32), 44100)) is None


def test_numbers_are_finite_and_free_of_gain() -> None:
    sound = noise(3, duration_s=4.0).samples[0]
    one, two = describe(sound[: 3 * RATE_HZ]), describe(0.01 * sound[: 3 * RATE_HZ])
    assert one is not None and two is not None and one.size == len(NAMES)
    np.testing.assert_allclose(one, two, atol=1e-3)
    tone = np.sin(2 * np.pi * 220 * np.arange(3 * RATE_HZ) / RATE_HZ).astype(np.float32)
    described = describe(tone)
    assert described is not None and np.isfinite(described).all()
    assert described[NAMES.index("pitch")] == pytest.approx(np.log2(220), abs=0.01) and described[NAMES.index("voiced")] == 1.0


def test_the_model_is_read_as_it_was_written_and_other_numbers_are_refused() -> None:
    model = load_role_model()
    again = model_from_json(json.loads(json.dumps(model_to_json(model))))
    pieces = describe_track(made()["Drums"][1])
    assert again.hear(pieces) == model.hear(pieces)
    assert all(np.linalg.eigvalsh(component.covariance).min() > 0 for component in model.components)
    with pytest.raises(ValueError, match="numbers"):
        model_from_json(model_to_json(model) | {"numbers": ["loudness"]})


def test_what_was_heard_on_songs_left_out_reaches_the_gates() -> None:
    quality = json.loads(paths.resource("roles.json").read_text("utf-8"))["quality"]

    def share(title: str) -> float:
        right, of = quality[title].split("/")
        return int(right) / int(of)

    assert share("recorded tracks") >= RECORDED and share("multitracks, without their song") >= MULTITRACKS
    assert share("stems of songs") >= 0.95 and share("whole mixes") >= 0.9


def test_recorded_tracks_are_heard(real_music: Path) -> None:
    right = of = 0
    for folder in sorted((real_music / "engineers" / "songs").iterdir()):
        text = (folder / "METADATA.yaml").read_text("utf-8")
        for name, instrument in re.findall(r"filename: \S+_(RAW_\d+_\d+)\.wav\s+instrument: (.+)", text):
            found = hear(decode(folder / "raw" / f"{name}.flac"))
            role = next((r for word, r in (("drum", "drums"), ("bass", "bass"), ("singer", "vocals")) if word in instrument), "other")
            of += 1
            right += found is not None and found.role == role
    assert of == 17 and right / of >= RECORDED


def test_parts_of_the_drums_are_told_apart(real_music: Path) -> None:
    folder = real_music / "multitracks" / "4.Potassium"
    names = dict(zip(display_names(audio_files(folder)), audio_files(folder), strict=True))
    found = {name: hear(decode(names[name])) for name in ("KICK", "SNARE")}
    assert {name: heard.part for name, heard in found.items() if heard} == {"KICK": "kick", "SNARE": "snare"}
    assert all(role_from_name(name) == "drums" == heard.role for name, heard in found.items() if heard)


def test_what_was_heard_is_told_in_one_line_with_what_is_a_guess() -> None:
    audio = noise(0, duration_s=0.1)
    stems = [
        Stem("01", "drums", "supplied", audio, Heard("drums", 0.99, "kick", 0.0)),
        Stem("02", "drums", "supplied", audio, Heard("drums", 0.9, "kit", 0.0)),
        Stem("03", "vocals", "supplied", audio, Heard("vocals", 0.5, "", 0.0)),
        Stem("Bass", "bass", "supplied", audio),
    ]
    (line,) = heard_roles(stems)
    assert "The roles of 3 stems were heard" in line and "drums: “01” (kick), “02”; vocals: “03” (a guess)" in line
    assert '--role "01=bass"' in line and "Bass" not in line
    assert heard_roles(stems[3:]) == []
