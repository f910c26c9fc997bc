"""A sound card that renders when it is told to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from window_driver import run_until

from mixassistant.gui.player.mixer import Mixer


class SoundCard:
    """What `Player.open_stream` opens in tests; `run` lets it ask for sound."""

    latency_s = 0.0

    def __init__(self) -> None:
        self.mixer: Mixer | None = None
        self.ended: Callable[[], None] = lambda: None
        self.rate = 0
        self.devices: list[str] = []
        self.is_open = self.is_running = False

    def open(self, mixer: Mixer, sample_rate_hz: int, device: str, ended: Callable[[], None]) -> SoundCard:
        self.mixer, self.rate, self.ended = mixer, sample_rate_hz, ended
        self.devices.append(device)
        self.is_open = True
        return self

    def start(self) -> None:
        self.is_running = True

    def close(self) -> None:
        self.is_open = self.is_running = False

    def run(self, seconds: float) -> np.ndarray:
        """Return what it is given in so many seconds, once the player has opened it and wished for something."""
        assert run_until(lambda: self.is_running)  # the kernel may have to be compiled
        assert self.mixer is not None
        parts = []
        for _ in range(max(1, round(seconds * self.rate / 512))):
            out = np.zeros((2, 512), np.float32)
            self.mixer.render(out)
            parts.append(out)
        return np.concatenate(parts, axis=1)
