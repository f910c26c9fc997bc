"""Where time stamps put tracks."""

from __future__ import annotations

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.stems.folders.placing import Clip, delayed, offsets_s


def test_stamps_place_clips_after_the_earliest() -> None:
    found, told = offsets_s([Clip("Drums", 3600.0, 8.0), Clip("Vox", 3602.5, 4.0), Clip("Bass", 3600.0, 8.0)])
    assert found == [0.0, 2.5, 0.0] and told == ("1 stem begins later by its time stamp: “Vox” 2.50 s.",)


def test_what_has_no_stamp_begins_with_the_earliest_and_that_is_told() -> None:
    found, told = offsets_s([Clip("Drums", 10.0, 8.0), Clip("Vox", 12.0, 4.0), Clip("Keys", None, 8.0)])
    assert found == [0.0, 2.0, 0.0] and "“Keys”, which has no stamp of this take, begins with the earliest." in told[0]


@pytest.mark.parametrize("stamps", [(5.0, 5.0, 5.0), (None, None, None), (None, 7.0, None), (3600.0, 3600.0004, 3600.0)])
def test_stamps_of_one_beginning_move_nothing(stamps: tuple[float | None, ...]) -> None:
    assert offsets_s([Clip(str(i), stamp, 8.0) for i, stamp in enumerate(stamps)]) == ([0.0] * 3, ())


def test_stamps_of_other_takes_are_not_used_and_that_is_told() -> None:
    found, told = offsets_s([Clip("Drums", 0.0, 200.0), Clip("Vox", 7200.0, 200.0)])
    assert found == [0.0, 0.0] and "stamps of different takes" in told[0]
    assert offsets_s([Clip("Verse", 0.0, 100.0), Clip("Chorus", 120.0, 50.0)])[0] == [0.0, 120.0]


def test_a_delay_is_silence_before() -> None:
    audio = Audio(np.ones((2, 10), np.float32), 1000)
    assert delayed(audio, 0.0) is audio
    assert np.array_equal(delayed(audio, 0.005).samples[0], [0.0] * 5 + [1.0] * 10)
