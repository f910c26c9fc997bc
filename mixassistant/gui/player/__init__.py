"""Playback: `mixer` computes what sounds, `stream` brings it to the sound card, `player` is what the window drives."""

from mixassistant.gui.player.player import Player

__all__ = ["Player"]
