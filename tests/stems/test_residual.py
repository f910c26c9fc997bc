"""What a mix holds beyond the stems that came with it."""

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.stems.residual import mix_residual
from mixassistant.stems.stem import Song, Stem
from signals import noise, scaled

PARTS = {"drums": noise(0, duration_s=4.0), "bass": noise(1, duration_s=4.0)}


def song_of(whole: Audio) -> Song:
    return Song("s", "s", whole, tuple(Stem(role, role, "supplied", audio) for role, audio in PARTS.items()), {})  # type: ignore[arg-type]


def test_stems_that_add_up_leave_nothing() -> None:
    song = song_of(mix([*PARTS.values()]))
    assert mix_residual(song, song.role_sums()) == (None, ())


@pytest.mark.parametrize("gain_db", [-40.0, -20.0])
def test_what_is_quieter_than_another_master_is_the_rest(gain_db: float) -> None:
    more = scaled(noise(2, duration_s=4.0), gain_db)
    song = song_of(mix([*PARTS.values(), more]))
    rest, warnings = mix_residual(song, song.role_sums())
    assert rest is not None and warnings == ()
    assert np.allclose(rest.samples, more.samples, atol=1e-5)


def test_another_master_is_told_and_is_no_rest() -> None:
    song = song_of(scaled(mix([*PARTS.values()]), 6.0))
    rest, warnings = mix_residual(song, song.role_sums())
    assert rest is None and "do not add up to the mix" in warnings[0]


def test_a_mix_at_another_rate_is_not_compared() -> None:
    song = song_of(noise(0, duration_s=4.0, rate=48000))
    assert mix_residual(song, song.role_sums()) == (None, ())
