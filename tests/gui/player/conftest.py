"""The window with a song and a sound card."""

from __future__ import annotations

from typing import Any

import pytest
from sound_card import SoundCard
from window_driver import analysed

from mixassistant.advice.audition import loudness_lufs


@pytest.fixture
def card() -> SoundCard:
    return SoundCard()


@pytest.fixture
def playing(window: Any, card: SoundCard, qtbot: Any) -> Any:
    """Return the window with an analysed song and a sound card."""
    window.player.open_stream = card.open
    analysed(qtbot, window)
    window.player.mix_lufs = loudness_lufs(window.session.state.result.analysis.song.mix)  # the measurements here are made up
    return window
