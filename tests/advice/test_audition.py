"""Hearing a suggestion: a stretch is the whole's own sound, amounts scale decibels, sources become equally loud."""

import numpy as np
import pytest

from mixassistant.advice.audition import MOST, Change, at_strength, change_of, loudness_lufs, match_db, scaled
from mixassistant.advice.suggestion import Evidence, Suggestion
from mixassistant.advice.words import compression_text, eq_text, level_text, width_text
from mixassistant.audio.audio import Audio, mix
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain, Compression, Width
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

PARTS = {role: music(i, duration_s=9.0) for i, role in enumerate(ROLES)}
SONG = Song("s", "s", mix([*PARTS.values()]), tuple(Stem(r, r, "supplied", a) for r, a in PARTS.items()), {})
EQ = (Band("bell", 800.0, 4.0, 1.0), Band("low_shelf", 120.0, -3.0, 0.71))
SQUEEZE = Compression(-30.0, 3.0, 0.01, 0.2, 6.0, 3.0, 4.0)


def suggestion(role: str, **move: object) -> Suggestion:
    kind = "eq" if "bands" in move else "compression" if "compression" in move else "level"
    return Suggestion(f"{role}-{kind}", role, role, kind, None, 0.9, 0, 0, "dB", 1, "", **move)  # type: ignore[arg-type]


def with_change(audio: Audio, change: Change) -> Audio:
    samples = audio.samples.copy()
    samples[:, change.start : change.start + change.samples.shape[1]] += change.samples
    return Audio(samples, audio.sample_rate_hz)


def test_at_its_full_amount_it_is_the_move_itself() -> None:
    for s in (suggestion("bass", bands=EQ), suggestion("vocals", gain_db=3.0), suggestion("drums", compression=SQUEEZE)):
        assert scaled(s, 1.0).bands == s.bands and scaled(s, 1.0).gain_db == s.gain_db
        change = change_of(SONG, (s,), (1.0,), 0.0, 9.0)
        processed = render(PARTS[s.role], Chain(s.bands, s.compression, s.gain_db))  # type: ignore[index]
        expected = mix([processed if r == s.role else a for r, a in PARTS.items()])
        assert np.abs(with_change(SONG.mix, change).samples - expected.samples).max() < 1e-5


def test_a_stretch_sounds_as_in_the_whole() -> None:
    for s in (suggestion("bass", bands=EQ), suggestion("drums", compression=SQUEEZE)):
        whole, part = change_of(SONG, (s,), (1.0,), 0.0, 9.0), change_of(SONG, (s,), (1.0,), 4.0, 6.0)
        same = whole.samples[:, part.start : part.start + part.samples.shape[1]]
        assert part.start == 4 * 44100 and part.samples.shape[1] == 2 * 44100
        assert np.abs(part.samples - same).max() < 0.01 * np.abs(whole.samples).max()


def test_amounts_scale_decibels_and_none_is_nothing() -> None:
    s = suggestion("bass", bands=EQ)
    assert [b.gain_db for b in scaled(s, 0.5).bands] == [2.0, -1.5]
    assert not change_of(SONG, (s,), (0.0,), 1.0, 3.0).samples.any()
    squeezed = scaled(suggestion("drums", compression=SQUEEZE), 0.5).compression
    assert squeezed is not None and 1 - 1 / squeezed.ratio == pytest.approx(0.5 * (1 - 1 / 3))
    assert scaled(suggestion("drums", compression=SQUEEZE), 0.0).compression.ratio == 1.0  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="amount"):
        scaled(s, MOST + 0.1)


def test_a_move_on_the_whole_mix_changes_the_mix() -> None:
    s = suggestion("mix", bands=EQ)
    heard = with_change(SONG.mix, change_of(SONG, (s,), (1.0,), 0.0, 9.0))
    assert np.abs(heard.samples - render(SONG.mix, Chain(EQ)).samples).max() < 1e-5


def test_matched_sources_are_equally_loud_within_a_tenth_and_none_is_turned_up() -> None:
    louder = Audio(np.float32(10 ** (4.3 / 20)) * SONG.mix.samples, 44100)
    boosted = with_change(SONG.mix, change_of(SONG, (suggestion("vocals", gain_db=6.0),), (1.0,), 0.0, 9.0))
    pieces = [SONG.mix, boosted, louder]
    gains = match_db([loudness_lufs(p) for p in pieces])
    assert max(gains) == 0.0
    matched = [loudness_lufs(Audio(p.samples * np.float32(10 ** (g / 20)), 44100)) for p, g in zip(pieces, gains, strict=True)]
    assert np.ptp([m for m in matched if m is not None]) <= 0.1
    assert match_db([None, -20.0]) == (0.0, 0.0)


def evidence(descriptor: str, measured: float, target: float, unit: str) -> Evidence:
    return Evidence(descriptor, measured, target, target - 2, target + 2, unit, ("A",), "references", 800.0)


SPOKEN = {
    "eq": (
        Suggestion("b", "bass", "bass", "eq", None, 0.9, 0, 0, "dB", 1, eq_text("the bass", EQ, evidence("ltas", -9, -13, "dB"), 0.9), EQ),
        "Boost 2 dB around 800 Hz and cut 1.5 dB below 120 Hz on the bass: ",
        "That is 50 % of the whole move (4 dB), as you chose.",
    ),
    "level": (
        Suggestion(
            "v", "vocals", "vocals", "level", None, 0.9, 0, 0, "LU", 1,
            level_text("the vocals", 9.0, evidence("level", -20, -8, "LU"), 0.9, (10.0, 14.0)), gain_db=9.0,
        ),
        "Turn the vocals up by at least 4.5 dB: the level is",
        "That is 50 % of the whole move (9 dB), as you chose.",
    ),
    "compression": (
        Suggestion(
            "d", "drums", "drums", "compression", None, 0.9, 0, 0, "dB", 1,
            compression_text("the drums", SQUEEZE, evidence("dynamic_spread", 20, 14, "dB"), 0.9), compression=SQUEEZE,
        ),
        "Compress the drums by about 2 dB on average (1.5:1 from −30.0 dBFS, made up by 1.5 dB to stay as loud): ",
        "That is 50 % of the whole move (4 dB), as you chose.",
    ),
    "stereo": (
        Suggestion(
            "m", "mix", "mix", "stereo", None, 0.9, 0, 0, "dB", 1,
            width_text("the whole mix", Width(-3.0, 20.0, 20000.0), evidence("width", -5, -8, "dB"), 0.9), width=Width(-3.0, 20.0, 20000.0),
        ),
        "Narrow the whole mix by 1.5 dB on the side channel: ",
        "That is 50 % of the whole move (3 dB), as you chose.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SPOKEN)
def test_at_a_strength_the_sentence_says_the_move_that_is_made(kind: str) -> None:
    whole, command, after = SPOKEN[kind]
    if kind == "compression":
        assert whole.compression is not None and f"by about {whole.compression.gain_reduction_db:g} dB" in whole.text
    half = at_strength(whole, 0.5)
    assert half is not None and half.text.startswith(command) and half.text.endswith(after), half
    assert at_strength(whole, 1.0) is whole and at_strength(whole, 0.05) is None
