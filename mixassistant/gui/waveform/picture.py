"""The pictures of the lanes, made with NumPy: a lane costs a few passes over its pixels, whatever the length of the song."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, qRgba

from mixassistant.gui.widgets.theme import Tokens

if TYPE_CHECKING:
    from mixassistant.audio.peaks import Peaks

FAINT = 0.42  # opacity of peaks around the RMS
DIMMED = 0.32  # opacity of a lane that is not heard
LOUD = 0.25  # full scale 1: a lane that never gets louder is drawn as if it did, so that quiet looks quiet
GRID = 8  # steps of a share of energy: 45 colours
# Median shares of lows, mids and highs in 94 songs (MUSDB18's previews): a column with these is drawn neutral.
TYPICAL = 10 ** (np.array([-2.5, -3.7, -17.5]) / 10)
CALM = 15  # columns, odd
SILENCE = 1e-9  # mean square, full scale 1
SHARPNESS = 1.5  # exponent on weighed shares: differences of a few dB become visible


def mixture(balance: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how much of each band's colour columns take, ``[shape=(3, columns)]``, each column adding up to 1."""
    weighed = (balance.astype(np.float64) / TYPICAL[:, None] + SILENCE) ** SHARPNESS  # silence is neutral
    return np.asarray(weighed / weighed.sum(axis=0))


def calmed(balance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return energies averaged over neighbouring columns: hues that change at every stroke tell nothing."""
    reach = CALM // 2
    sums = np.cumsum(np.pad(balance.astype(np.float64), ((0, 0), (reach + 1, reach)), mode="edge"), axis=1)
    return np.asarray((sums[:, CALM:] - sums[:, :-CALM]) / CALM, dtype=np.float32)


def hue_index(shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the place of columns' mixtures in `hues`."""
    low = np.rint(shares[0] * GRID).astype(np.int64)
    mid = np.minimum(np.rint(shares[1] * GRID).astype(np.int64), GRID - low)
    return np.asarray(low * (GRID + 1) - low * (low - 1) // 2 + mid, dtype=np.uint8)


@lru_cache(maxsize=4)
def hues(tokens: Tokens) -> tuple[tuple[int, int, int], ...]:
    """Return the colours of all mixtures: the bands' tokens, blended in linear light."""
    ends = np.array([_rgb(tokens, name) for name in ("low", "mid", "high")]) / 255
    linear = np.where(ends <= 0.04045, ends / 12.92, ((ends + 0.055) / 1.055) ** 2.4)
    found = []
    for low in range(GRID + 1):
        for mid in range(GRID + 1 - low):
            shares = np.array([low, mid, GRID - low - mid]) / GRID
            light = shares @ linear
            coded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
            red, green, blue = (round(255 * float(c)) for c in coded)
            found.append((red, green, blue))
    return tuple(found)


def _rgb(tokens: Tokens, name: str) -> tuple[int, int, int]:
    color = tokens.color(name)
    return color.red(), color.green(), color.blue()


def lane_image(
    peaks: Peaks, start_s: float, end_s: float, size: tuple[int, int], tokens: Tokens, role: str, opacity: float = 1.0
) -> QImage:
    """Return a lane's picture: RMS inside peaks on a clear ground, a column a device pixel.

    Parameters
    ----------
    peaks : Peaks
    start_s, end_s : float
    size : tuple of int
        Width and height in device pixels.
    tokens : Tokens
    role : str
        ``"mix"`` is coloured by its spectral balance, a stem in its role's colour.
    opacity : float
        Of the whole picture, 0 to 1.
    """
    width, height = size
    low, high, rms = peaks.view(start_s, end_s, width)
    scale = (height / 2 - 2) / max(peaks.largest, LOUD)
    middle = height / 2
    index = hue_index(mixture(calmed(peaks.balance(start_s, end_s, width)))) if role == "mix" else np.zeros(width, np.uint8)
    colors = hues(tokens) if role == "mix" else (_rgb(tokens, role),)
    codes = np.zeros((height, -(-width // 4) * 4), np.uint8)  # lines of a QImage begin at multiples of 4 bytes
    drawn = codes[:, :width]
    rows = np.arange(height, dtype=np.int16)[:, None]
    outer = _within(rows, middle - high * scale, middle - low * scale)
    # RMS counts both ways from the middle, but never beyond the peaks (a wave may lean to one side).
    inner = _within(rows, middle - np.minimum(rms, np.maximum(high, 0)) * scale, middle + np.minimum(rms, np.maximum(-low, 0)) * scale)
    np.multiply(outer, (1 + 2 * index)[None, :], out=drawn)
    np.add(drawn, inner & outer, out=drawn)
    image = QImage(codes.data, width, height, codes.shape[1], QImage.Format.Format_Indexed8)
    table = [0]
    for red, green, blue in colors:
        table += [qRgba(red, green, blue, round(255 * FAINT * opacity)), qRgba(red, green, blue, round(255 * opacity))]
    image.setColorTable(table)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # draws three times as fast; the array goes with this call


def _within(rows: NDArray[np.int16], top: NDArray[np.floating], bottom: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return 1 where a row lies between the tops and bottoms of columns; a column is one pixel high at least."""
    first = np.floor(top).astype(np.int16)
    count = np.maximum(np.ceil(bottom).astype(np.int16) - first, 1).astype(np.uint16)
    # One comparison instead of two: rows above the first become large numbers without a sign.
    return np.asarray(((rows - first).view(np.uint16) < count).view(np.uint8))
