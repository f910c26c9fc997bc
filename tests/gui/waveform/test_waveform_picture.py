"""What the waveforms look like, by their pixels, and the time axis by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from mixassistant.audio.audio import Audio
from mixassistant.audio.peaks import build_peaks
from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.waveform import MIX_HEIGHT, RULER_HEIGHT, Lane, Waveform
from mixassistant.gui.waveform.picture import GRID, hue_index, hues, lane_image, mixture
from mixassistant.gui.waveform.words import length_text, origin_text
from mixassistant.gui.widgets.theme import DARK, LIGHT, Tokens, contrast
from mixassistant.gui.widgets.time_axis import SHORTEST_S, Axis, decimals_for, time_text
from signals import sine

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def pixels(image: QImage) -> np.ndarray:
    """Return red, green, blue, alpha, ``[shape=(rows, columns, 4)]``."""
    made = image.convertToFormat(QImage.Format.Format_RGBA8888)
    flat = np.frombuffer(bytes(made.constBits()), np.uint8).reshape(made.height(), made.bytesPerLine() // 4, 4)
    return flat[:, : made.width()]


def steps(*levels: float, hz: float = 500.0) -> Audio:
    parts = [sine(hz, 20 * np.log10(level), 2.0, 44100).samples if level else np.zeros((2, 88200), np.float32) for level in levels]
    return Audio(np.concatenate(parts, axis=1), 44100)


@THEMES
@pytest.mark.parametrize("width", [400, 401, 402, 403])
def test_a_loud_part_is_drawn_taller(tokens: Tokens, width: int) -> None:
    peaks = build_peaks(steps(0.1, 0.8, 0.0))
    drawn = pixels(lane_image(peaks, 0, 6, (width, 80), tokens, "drums"))[:, :, 3] > 0
    tall = drawn.sum(axis=0)
    third = width // 3
    assert tall[10 : third - 10] == pytest.approx(np.full(third - 20, 0.1 / 0.8 * 76), abs=2.5)
    assert tall[third + 10 : 2 * third - 10] == pytest.approx(np.full(third - 20, 76), abs=2.5)
    assert (tall[2 * third + 10 :] == 1).all(), "silence is a line"
    assert np.abs(np.flatnonzero(drawn[:, width // 2]).mean() - 39.5) <= 1, "about the middle"


def test_rms_is_drawn_inside_the_peaks() -> None:
    peaks = build_peaks(steps(0.8))
    alpha = pixels(lane_image(peaks, 0, 2, (100, 100), DARK, "bass"))[:, 50, 3]
    strong, faint = np.flatnonzero(alpha == 255), np.flatnonzero((alpha > 0) & (alpha < 255))
    assert strong.size / np.count_nonzero(alpha) == pytest.approx(1 / np.sqrt(2), abs=0.04), "a sine's RMS"
    assert faint.min() < strong.min() and faint.max() > strong.max()


def test_a_lane_that_is_not_heard_steps_back() -> None:
    peaks = build_peaks(steps(0.8))
    clear, dim = (pixels(lane_image(peaks, 0, 2, (50, 40), DARK, "bass", opacity))[:, :, 3].max() for opacity in (1.0, 0.3))
    assert clear == 255 and 60 < dim < 90


@THEMES
def test_lows_mids_and_highs_have_the_colours_of_their_tokens(tokens: Tokens) -> None:
    audio = Audio(np.concatenate([steps(0.5, hz=hz).samples for hz in (60, 1000, 9000)], axis=1), 44100)
    image = pixels(lane_image(build_peaks(audio), 0, 6, (300, 60), tokens, "mix"))
    for column, name in ((50, "low"), (150, "mid"), (250, "high")):
        color = tokens.color(name)
        assert image[30, column, :3] == pytest.approx([color.red(), color.green(), color.blue()], abs=1), name


def test_a_typical_balance_and_silence_are_neutral() -> None:
    typical = 10 ** (np.array([[-2.5], [-3.7], [-17.5]]) / 10)
    for loudness in (1.0, 1e-3, 0.0):
        assert mixture((loudness * typical).astype(np.float32)) == pytest.approx(np.full((3, 1), 1 / 3), abs=0.02)
    brighter = typical * np.array([[1], [1], [2]])
    assert mixture(brighter.astype(np.float32))[2, 0] > 0.5


@given(st.floats(0, 1), st.floats(0, 1))
def test_every_mixture_has_its_own_blend(a: float, b: float) -> None:
    shares = np.sort([a, b])
    mixed = np.array([[shares[0]], [shares[1] - shares[0]], [1 - shares[1]]])
    index = int(hue_index(mixed)[0])
    table = [(low, mid) for low in range(GRID + 1) for mid in range(GRID + 1 - low)]
    assert len(hues(DARK)) == len(table) == 45
    assert np.abs(np.array(table[index]) / GRID - mixed[:2, 0]).max() <= 1 / GRID


@THEMES
def test_the_bands_differ_in_lightness_and_stand_out(tokens: Tokens) -> None:
    assert contrast(tokens.low, tokens.mid) > 1.4 and contrast(tokens.mid, tokens.high) > 1.3
    for name in ("low", "mid", "high"):
        assert contrast(getattr(tokens, name), tokens.panel) >= 3.0, name  # WCAG 2.2, 1.4.11: graphics


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_picture_has_a_column_for_every_device_pixel(qtbot: Any, monkeypatch: pytest.MonkeyPatch, ratio: float) -> None:
    wave = Waveform(DARK)
    qtbot.addWidget(wave)
    monkeypatch.setattr(wave, "devicePixelRatioF", lambda: ratio)
    wave.resize(548, 200)
    clicks = np.zeros((1, 400_000), np.float32)
    clicks[0, ::1000] = 0.9  # one every column and device pixel at two to one
    wave.show_lanes([Lane("mix", "Mix", build_peaks(Audio(clicks, 40000)))], SongStructure(), 10.0)
    picture = wave._picture()
    assert (picture.width(), picture.height()) == (round(548 * ratio), round(200 * ratio)) and picture.devicePixelRatio() == ratio
    if ratio == 2.0:
        wave.zoom(2, 0.0)
        row = pixels(wave._picture().toImage())[round((RULER_HEIGHT + MIX_HEIGHT / 2 - 20) * 2), 2 * 148 : 2 * 148 + 200]
        panel = np.array(DARK.color("panel").getRgb()[:3])
        lit = (row[:, :3] != panel).any(axis=1)
        assert lit[::4].any() and 0.2 < lit.mean() < 0.6, "clicks two logical pixels apart stay apart"


@THEMES
def test_colours_come_from_the_theme(qtbot: Any, tokens: Tokens) -> None:
    wave = Waveform(LIGHT if tokens is DARK else DARK)
    qtbot.addWidget(wave)
    wave.resize(600, 300)
    wave.show_lanes([Lane(role, role, build_peaks(steps(0.8))) for role in ("mix", "drums", "bass")], SongStructure(), 2.0)
    wave.set_tokens(tokens)
    wave.show()
    QApplication.processEvents()
    seen = {tuple(int(v) for v in color) for color in pixels(wave.grab().toImage())[:, :, :3].reshape(-1, 3)}
    for name in ("panel", "drums", "bass", "mid", "quiet", "line"):
        assert tokens.color(name).getRgb()[:3] in seen, name


def test_the_same_place_looks_the_same_wherever_it_is_panned(qtbot: Any) -> None:
    wave = Waveform(DARK)
    qtbot.addWidget(wave)
    wave.resize(448, 130)
    noise = np.random.default_rng(0).normal(0, 0.2, (1, 4_000_000)).astype(np.float32)
    wave.show_lanes([Lane("mix", "Mix", build_peaks(Audio(noise, 40000)))], SongStructure(), 100.0)
    wave.zoom(10, 50.0)
    before = pixels(wave._picture().toImage())[RULER_HEIGHT + 1 :]
    wave.pan(37)
    after = pixels(wave._picture().toImage())[RULER_HEIGHT + 1 :]
    left = wave.head_width
    assert (before[:, left + 60 : left + 200] == after[:, left + 23 : left + 163]).mean() > 0.995


@given(st.lists(st.tuples(st.sampled_from(["zoom", "move", "reach"]), st.floats(-50, 50), st.floats(0, 120)), max_size=12))
def test_the_axis_never_leaves_the_programme(moves: list[tuple[str, float, float]]) -> None:
    axis = Axis.whole(100.0)
    for kind, amount, place in moves:
        if kind == "zoom":
            axis = axis.zoomed(2 ** (amount / 10), min(max(place, axis.start_s), axis.end_s))
        else:
            axis = axis.moved(amount) if kind == "move" else axis.reaching(min(place, 100.0))
        assert -1e-9 <= axis.start_s < axis.end_s <= 100.0 + 1e-9 and axis.span_s >= SHORTEST_S * (1 - 1e-6)


@given(st.floats(0.05, 7200), st.integers(1, 30), st.floats(0, 1))
def test_rulers_have_round_labels_that_differ(span_s: float, room: int, where: float) -> None:
    axis = Axis.whole(7300.0).placed(where * 7300, span_s)
    step, moments = axis.ticks(room)
    assert len(moments) <= room + 1 and all(axis.start_s - 2e-6 * step <= m <= axis.end_s + 2e-6 * step for m in moments)
    labels = [time_text(m, decimals_for(step)) for m in moments]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("time_s", "decimals", "text"),
    [(0, 0, "0:00"), (67.4, 0, "1:07"), (59.96, 1, "1:00.0"), (3727.25, 2, "1:02:07.25"), (3599.9, 0, "1:00:00"), (0.0015, 3, "0:00.002")],
)
def test_times_in_words(time_s: float, decimals: int, text: str) -> None:
    assert time_text(time_s, decimals) == text


@pytest.mark.parametrize(
    ("origin", "text"),
    [("supplied", "your own stem"), ("demucs:htdemucs", "separated by Demucs (htdemucs)"), ("other", "separated by Other"), ("", "")],
)
def test_origins_in_words(origin: str, text: str) -> None:
    assert origin_text(origin) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(214, "3 minutes 34 seconds"), (60, "1 minute"), (1, "1 second"), (0.2, "0 seconds"), (3661, "61 minutes 1 second")],
)
def test_lengths_in_words(seconds: float, text: str) -> None:
    assert length_text(seconds) == text
