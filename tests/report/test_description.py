"""A song in plain sentences: every number is one of the document's, and nothing is said of what was not measured."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mixassistant.features.descriptor import REGISTRY
from mixassistant.report.description import SUBJECTS, describe
from mixassistant.report.wording import measured

VALUES: dict[str, tuple[Any, str]] = {
    "lufs": (-9.84, "LUFS"), "lra": (4.23, "LU"), "true_peak": (-0.31, "dBTP"), "psr": (8.1, "LU"), "spectral_centroid": (2345.6, "Hz"),
    "width": (-7.26, "dB"), "correlation": (0.61, ""), "bpm": (129.88, "BPM"), "tuning": (-31.8, "cents"), "clipping": (0.0, ""),
}  # fmt: skip


def document(**more: Any) -> dict[str, Any]:
    measurements: dict[str, Any] = {name: {"value": value, "unit": unit} for name, (value, unit) in VALUES.items()}
    measurements |= {
        "key": {"value": 4.0, "unit": "", "label": "E major"},
        "danceability": {"value": None, "unit": "", "reason": "weights"},
    }
    measurements |= {
        "chords": {"value": [24.0, 0.0, 7.0, 0.0], "labels": ["N", "C", "G", "C"], "unit": ""},
        "chord_changes": {"value": [10.0, 40.0, 60.0], "unit": "s"},
    }
    mix = {"name": "file", "duration_s": 100.0, "sample_rate_hz": 44100, "channels": 2, "tags": {}, "measurements": measurements}
    return {"mix": {**mix, **more}}


def test_every_number_is_one_of_the_document_s() -> None:
    found = " ".join(describe(document()))
    for name in ("lufs", "lra", "true_peak", "psr", "spectral_centroid", "width", "correlation", "bpm", "tuning"):
        assert measured(name, {"value": VALUES[name][0], "unit": VALUES[name][1]}) in found
    told = set(re.findall(r"−?\d+(?:[.:]\d+)?", found))
    shown = (measured(name, {"value": value, "unit": unit}) for name, (value, unit) in VALUES.items())
    known = {match[0] for text in shown if (match := re.search(r"−?\d+(?:\.\d+)?", text))}
    assert told - known == {"1:40", "44.1", "440", "78", "22"}  # length, rate, reference of the tuning, and shares of chords


def test_chords_are_told_by_how_long_they_sound() -> None:
    assert "mostly C (78\u00a0%) and G (22\u00a0%)" in describe(document(), "structure")[0]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_is_said_of_what_was_not_measured(subject: str) -> None:
    bare = document(measurements={name: {"value": None, "unit": "", "reason": "silent"} for name in REGISTRY.descriptors})
    found = describe(bare, subject)  # type: ignore[arg-type]
    assert len(found) == 1 and found[0]
    assert not re.search(r"\d", found[0].replace("1:40", "").replace("44.1", ""))


def test_tags_and_networks_tell_genre_and_mood_with_their_probabilities() -> None:
    labels = REGISTRY["tags"].labels
    rated = [0.9 if label in ("rock", "guitar") else 0.1 for label in labels]
    mix = document()["mix"]
    more = {"tags": {"value": rated, "labels": list(labels), "unit": "probability"}, "mood_sad": {"value": 0.25, "unit": "probability"}}
    (found,) = describe(document(tags={"genre": "Dub\nstep"}, measurements={**mix["measurements"], **more}), "genre-and-mood")
    assert "Its file calls it Dub step." in found and "rock (90\u00a0%)" in found and "guitar (90\u00a0%)" in found
    assert "sad (25\u00a0%)" in found and "danceable" not in found and "pop" not in found


def test_stems_are_told_with_their_levels_the_loudest_first() -> None:
    stems = [
        {"name": "KICK", "role": "drums", "origin": "supplied", "measurements": {"level": {"value": -8.2, "unit": "LU"}}},
        {"name": "Lead", "role": "vocals", "origin": "supplied", "measurements": {"level": {"value": -5.1, "unit": "LU"}}},
        {
            "name": "bass",
            "role": "bass",
            "origin": "supplied",
            "measurements": {"level": {"value": None, "unit": "LU", "reason": "silent"}},
        },
    ]
    (found,) = describe({**document(), "stems": stems}, "instrumentation")
    assert "KICK (drums), Lead (vocals) and bass" in found and found.endswith("vocals −5.1\u00a0LU and drums −8.2\u00a0LU.")


def test_sections_are_told_with_where_they_begin_and_that_they_are_guesses() -> None:
    sections = [
        {"letter": "A", "kind": "verse", "is_guess": True, "start_s": 0.0},
        {"letter": "B", "kind": "", "is_guess": True, "start_s": 62.0},
    ]
    assert "A · verse (guess) 0:00 and B 1:02" in describe(document(sections=sections), "structure")[0]
