"""Colour maps of pictures, made from the theme: what is quiet is the panel's colour, what is loud stands out most in lightness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from mixassistant.gui.widgets.theme import Tokens

STEPS = 256
# Token and how much of it, the rest being the panel; placed so that lightness changes evenly from one end to the other.
RAMPS = {
    "dark": ((0.0, "panel", 1.0), (0.35, "low", 0.75), (0.7, "mid", 1.0), (1.0, "high", 1.0)),
    "light": ((0.0, "panel", 1.0), (0.3, "high", 0.45), (0.62, "mid", 1.0), (0.88, "low", 1.0), (1.0, "text", 1.0)),
}


def ramp(tokens: Tokens) -> NDArray[np.uint8]:
    """Return the colours of a map from quiet to loud, ``[shape=(256, 3)]``."""
    stops = RAMPS[tokens.name]
    panel = _rgb(tokens.color("panel"))
    colors = np.array([panel + share * (_rgb(tokens.color(name)) - panel) for _place, name, share in stops])
    places = [place for place, _name, _share in stops]
    at = np.linspace(0, 1, STEPS)
    return np.stack([np.interp(at, places, colors[:, i]) for i in range(3)], axis=1).round().astype(np.uint8)


def single_ramp(tokens: Tokens, name: str) -> NDArray[np.uint8]:
    """Return the colours from the panel to one token, ``[shape=(256, 3)]``."""
    panel = _rgb(tokens.color("panel"))
    at = np.linspace(0, 1, STEPS)[:, None]
    return np.asarray((panel + at * (_rgb(tokens.color(name)) - panel)).round().astype(np.uint8))


def lightness(colors: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return CIE lightness L*, 0–100, ``[shape=(n,)]``."""
    parts = colors / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance))


def _rgb(color: QColor) -> NDArray[np.float64]:
    return np.array([color.red(), color.green(), color.blue()], float)
