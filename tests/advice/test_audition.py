"""Hearing a suggestion: a stretch is the whole's own sound, amounts scale decibels, sources become equally loud."""

import numpy as np
import pytest
from sample_documents import make_move

from mixassistant.advice.audition import Change, change_of, loudness_lufs, match_db
from mixassistant.audio.audio import Audio, mix
from mixassistant.processing.chain import render
from mixassistant.processing.moves import MOST_AMOUNT, Band, Chain, Compression, scaled
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

PARTS = {role: music(i, duration_s=9.0) for i, role in enumerate(ROLES)}
SONG = Song("s", "s", mix([*PARTS.values()]), tuple(Stem(r, r, "supplied", a) for r, a in PARTS.items()), {})
EQ = (Band("bell", 800.0, 4.0, 1.0), Band("low_shelf", 120.0, -3.0, 0.71))
SQUEEZE = Compression(-30.0, 3.0, 0.01, 0.2, 6.0, 3.0, 4.0)


def with_change(audio: Audio, change: Change) -> Audio:
    samples = audio.samples.copy()
    samples[:, change.start : change.start + change.samples.shape[1]] += change.samples
    return Audio(samples, audio.sample_rate_hz)


def test_at_its_full_amount_it_is_the_move_itself() -> None:
    for role, chain in (("bass", Chain(EQ)), ("vocals", Chain(gain_db=3.0)), ("drums", Chain(compression=SQUEEZE))):
        assert scaled(chain, 1.0).bands == chain.bands and scaled(chain, 1.0).gain_db == chain.gain_db
        change = change_of(SONG, [(make_move(role, chain), chain)], 0.0, 9.0)
        processed = render(PARTS[role], chain)
        expected = mix([processed if r == role else a for r, a in PARTS.items()])
        assert np.abs(with_change(SONG.mix, change).samples - expected.samples).max() < 1e-5


def test_a_stretch_sounds_as_in_the_whole() -> None:
    for move in (make_move("bass", Chain(EQ)), make_move("drums", Chain(compression=SQUEEZE))):
        whole, part = (change_of(SONG, [(move, move.chain)], *ends) for ends in ((0.0, 9.0), (4.0, 6.0)))
        same = whole.samples[:, part.start : part.start + part.samples.shape[1]]
        assert part.start == 4 * 44100 and part.samples.shape[1] == 2 * 44100
        assert np.abs(part.samples - same).max() < 0.01 * np.abs(whole.samples).max()


def test_amounts_scale_decibels_and_none_is_nothing() -> None:
    assert [b.gain_db for b in scaled(Chain(EQ), 0.5).bands] == [2.0, -1.5]
    assert not change_of(SONG, [(make_move("bass", Chain(EQ)), scaled(Chain(EQ), 0.0))], 1.0, 3.0).samples.any()
    squeezed = scaled(Chain(compression=SQUEEZE), 0.5).compression
    assert squeezed is not None and 1 - 1 / squeezed.ratio == pytest.approx(0.5 * (1 - 1 / 3))
    assert scaled(Chain(compression=SQUEEZE), 0.0).compression.ratio == 1.0  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="amount"):
        scaled(Chain(EQ), MOST_AMOUNT + 0.1)


def test_a_move_on_the_whole_mix_changes_the_mix() -> None:
    heard = with_change(SONG.mix, change_of(SONG, [(make_move("mix", Chain(EQ)), Chain(EQ))], 0.0, 9.0))
    assert np.abs(heard.samples - render(SONG.mix, Chain(EQ)).samples).max() < 1e-5


def test_matched_sources_are_equally_loud_within_a_tenth_and_none_is_turned_up() -> None:
    louder = Audio(np.float32(10 ** (4.3 / 20)) * SONG.mix.samples, 44100)
    six = Chain(gain_db=6.0)
    boosted = with_change(SONG.mix, change_of(SONG, [(make_move("vocals", six), six)], 0.0, 9.0))
    pieces = [SONG.mix, boosted, louder]
    gains = match_db([loudness_lufs(p) for p in pieces])
    assert max(gains) == 0.0
    matched = [loudness_lufs(Audio(p.samples * np.float32(10 ** (g / 20)), 44100)) for p, g in zip(pieces, gains, strict=True)]
    assert np.ptp([m for m in matched if m is not None]) <= 0.1
    assert match_db([None, -20.0]) == (0.0, 0.0)
