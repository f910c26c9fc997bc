"""How much of each stem the others hide, against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.audio.audio import Audio, mix
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.masking import DOWN_DB, HIDDEN_DB, UP_DB, excitation, masked_share
from mixassistant.features.measure import measure_song
from mixassistant.stems.stem import Song, Stem

FRAMES = 50
MASKED = frozenset({"masked_vocals", "masked_drums", "masked_bass", "masked_other"})


def band(frequency_hz: float, level_db: float) -> np.ndarray:
    power = np.full((CENTRES_HZ.size, FRAMES), 1e-12)
    power[int(np.abs(CENTRES_HZ / frequency_hz - 1).argmin())] = 10 ** (level_db / 10)
    return power


def test_excitation_falls_more_steeply_towards_low_frequencies() -> None:
    spread = 10 * np.log10(excitation(band(1000, 0.0))[:, 0])
    centre = int(np.abs(CENTRES_HZ / 1000 - 1).argmin())
    assert spread[centre] == pytest.approx(0.0, abs=0.01)
    assert spread[centre + 2] == pytest.approx(2 * UP_DB, abs=0.01)
    assert spread[centre - 2] == pytest.approx(2 * DOWN_DB, abs=0.01)


@pytest.mark.parametrize("above_db, expected", [(HIDDEN_DB + 0.5, 1.0), (HIDDEN_DB - 0.5, 0.0)])
def test_a_band_is_hidden_by_what_stands_far_enough_above_it(above_db: float, expected: float) -> None:
    share = masked_share("vocals", {"vocals": band(1000, -20.0), "other": band(1000, -20.0 + above_db)})
    assert share == pytest.approx(expected, abs=0.02)


def test_what_plays_elsewhere_or_at_other_times_hides_nothing() -> None:
    masker = band(200, 10.0)
    assert masked_share("vocals", {"vocals": band(4000, -20.0), "other": masker}) < 0.02
    vocals, other = band(1000, -20.0), band(1000, 0.0)
    vocals[:, FRAMES // 2 :], other[:, : FRAMES // 2] = 1e-12, 1e-12
    assert masked_share("vocals", {"vocals": vocals, "other": other}) < 0.02


@settings(max_examples=10, deadline=None)
@given(gain_db=st.floats(-24, 12))
def test_a_gain_on_everything_changes_nothing(gain_db: float) -> None:
    rng = np.random.default_rng(3)
    powers = {role: 10 ** (rng.normal(-40, 8, (CENTRES_HZ.size, FRAMES)) / 10) for role in ("vocals", "other", "drums")}
    louder = {role: power * 10 ** (gain_db / 10) for role, power in powers.items()}
    assert masked_share("vocals", louder) == pytest.approx(masked_share("vocals", powers), abs=1e-6)


def test_a_song_tells_why_there_is_no_number() -> None:
    rng = np.random.default_rng(5)
    audio = Audio(rng.standard_normal((2, 44_100 * 3)).astype(np.float32) * 0.1, 44_100)
    quiet = Audio(np.zeros((2, 44_100 * 3), np.float32), 44_100)
    stems = (Stem("v", "vocals", "supplied", audio), Stem("d", "drums", "supplied", quiet))
    found = measure_song(Song("s", "s", mix([audio, quiet]), stems, {}), only=MASKED).mix
    assert found["masked_vocals"].value is None and "two stems" in found["masked_vocals"].reason
    assert found["masked_drums"].value is None and found["masked_drums"].reason == "silent"
    assert "bass stem" in found["masked_bass"].reason
