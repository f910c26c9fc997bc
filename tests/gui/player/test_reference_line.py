"""The reference on a time line of its own: heard at the linked place, sought, looped and linked in its lane, drawn in the views."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from sample_documents import make_track
from sound_card import SoundCard
from structured_songs import RATE_HZ, StructuredCore, with_structure
from window_driver import analysed, come_to_rest, drop

from mixassistant.features.track import MeasuredSection
from mixassistant.gui.waveform.reference_picture import BAND_HEIGHT, WAVE_HEIGHT
from mixassistant.library.library import Library

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing")
LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
PARTS = (("verse", 0.0, 12.0), ("chorus", 12.0, 28.0), ("verse", 28.0, 40.0), ("chorus", 40.0, 60.0))
LENGTH_S = 60.0
FADE = 40  # samples, more than a crossfade takes


@pytest.fixture
def core(tmp_path: Path) -> Iterator[StructuredCore]:
    made = StructuredCore(tmp_path / "library.sqlite3")
    yield made
    made.may_measure.set()


def sound(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.05, (round(LENGTH_S * RATE_HZ), 2)).astype(np.float32)


def write(path: Path, seed: int) -> np.ndarray:
    soundfile.write(path, sound(seed), RATE_HZ, subtype="FLOAT")
    return sound(seed).T


@pytest.fixture
def beside(playing: Any, qtbot: Any, tmp_path: Path) -> Any:
    """Return the window with a song of 100 s and a measured reference of 60 s, neither turned down for the other."""
    write(tmp_path / "ref.wav", 1)
    sections = tuple(MeasuredSection(start, end, kind[0].upper(), kind) for kind, start, end in PARTS)
    track = replace(with_structure(make_track("Reference")), duration_s=LENGTH_S, sections=sections)
    playing.player.recall = lambda _content: track
    playing.player.set_match(False)
    playing.references.picked.emit(tmp_path / "ref.wav")
    qtbot.waitUntil(lambda: playing.player.can_hear("reference"))
    come_to_rest(playing)
    return playing


def mix(window: Any) -> np.ndarray:
    return np.broadcast_to(window.session.state.result.analysis.song.mix.samples, (2, 100 * RATE_HZ))


def at(window: Any, time_s: float, y: int = BAND_HEIGHT + 20) -> QPoint:
    return QPoint(round(window.reference_lane.x_at(time_s)), y)


def test_the_reference_goes_on_at_the_matching_section_and_the_mix_where_it_would_be(beside: Any, card: SoundCard, qtbot: Any) -> None:
    player, reference = beside.player, sound(1).T
    player.seek(25.0)  # 3.5 s into the first chorus
    assert player.reference_s == pytest.approx(15.5)
    player.play()
    card.run(1.024)
    qtbot.keyClick(beside, Qt.Key.Key_3)
    first = round(15.5 * RATE_HZ) + 4096
    heard = card.run(2.048)
    assert np.abs(heard - reference[:, first : first + heard.shape[1]])[:, FADE:].max() < 1e-6
    assert player.here_s == pytest.approx(18.572, abs=0.01) and player.position_s == pytest.approx(28.072, abs=0.01)
    qtbot.waitUntil(lambda: beside.transport.time.text() == "C  0:18.5 / 1:00.0")
    qtbot.waitUntil(lambda: beside.waveform._position_s == pytest.approx(player.position_s, abs=0.01))
    qtbot.keyClick(beside, Qt.Key.Key_1)
    first = round(25.0 * RATE_HZ) + 4096 + heard.shape[1]
    back = card.run(1.024)
    assert np.abs(back - mix(beside)[:, first : first + back.shape[1]])[:, FADE:].max() < 1e-6


def test_going_to_and_fro_is_no_click(beside: Any, card: SoundCard) -> None:
    # Both are silent but for a slow wave: whatever is broad comes from a switch.
    player = beside.player
    slow = 0.3 * np.sin(2 * np.pi * 20 * np.arange(100 * RATE_HZ) / RATE_HZ).astype(np.float32)
    player._line.put(replace(player.reference, samples=np.stack([slow, slow])[:, : 60 * RATE_HZ]))
    player._song = replace(player._song, mix=replace(player._song.mix, samples=slow[None]), stems=())
    player.play()
    parts = [card.run(0.2)]
    for source in ("reference", "mix", "reference"):
        player.set_source(source)
        parts.append(card.run(0.2))
    player.seek_reference(41.23)
    parts.append(card.run(0.2))
    steps = np.abs(np.diff(np.concatenate(parts, axis=1)[0]))
    assert steps.max() <= np.abs(np.diff(slow)).max() + np.pi / (0.005 * RATE_HZ) * 0.3


def test_it_has_its_whole_length_an_end_and_a_loop_of_its_own(beside: Any, card: SoundCard, qtbot: Any) -> None:
    player = beside.player
    player.set_loop((30.0, 32.0))
    player.set_source("reference")
    player.seek_reference(59.5)
    player.play()
    card.run(0.8)
    qtbot.waitUntil(lambda: not player.is_playing)
    assert player.here_s == LENGTH_S and beside.transport.time.text() == "C  1:00.0 / 1:00.0"
    player.seek_reference(10.0)
    qtbot.keyClick(beside, Qt.Key.Key_L)
    assert player.reference_loop == (10.0, 18.0) and player.loop == (30.0, 32.0)
    assert beside.reference_lane.current_loop() == (10.0, 18.0) and beside.waveform.current_loop() == (30.0, 32.0)
    player.set_reference_loop((10.0, 11.0))
    player.play()
    card.run(3.5)
    assert 10.0 <= player.here_s <= 11.0
    player.set_source("mix")
    card.run(0.5)
    assert 30.0 <= player.here_s <= 32.0 or player.here_s < 30.0
    assert player.here_loop == (30.0, 32.0) and beside.transport.loop.isChecked()


def test_a_key_hears_the_matching_section_from_its_start(beside: Any, card: SoundCard, qtbot: Any) -> None:
    player = beside.player
    player.seek(70.0)
    qtbot.keyClick(beside, Qt.Key.Key_M)
    assert (player.source, player.here_s) == ("reference", 40.0)
    assert player.position_s == pytest.approx(61.5)
    player.set_source("mix")
    player.seek(90.0)  # nothing is known of this section
    qtbot.keyClick(beside, Qt.Key.Key_M)
    assert player.source == "mix" and beside.message.isVisible() and "no section of this kind" in beside.message.text


def test_a_click_in_the_lane_goes_there_and_the_mix_to_what_is_linked(beside: Any, qtbot: Any) -> None:
    player, lane = beside.player, beside.reference_lane
    assert lane.isVisible() and lane.peaks is player.reference.peaks and lane.height() == BAND_HEIGHT + WAVE_HEIGHT
    qtbot.mouseClick(lane, LEFT, pos=at(beside, 45.0))
    assert player.reference_s == pytest.approx(45.0, abs=0.1) and player.position_s == pytest.approx(66.5, abs=0.1)
    assert player.source == "mix"
    player.set_source("reference")
    assert player.here_s == pytest.approx(45.0, abs=0.1)
    qtbot.mouseClick(lane, LEFT, pos=at(beside, 5.0))
    assert player.here_s == pytest.approx(5.0, abs=0.1)
    qtbot.mouseClick(beside.waveform, LEFT, pos=QPoint(round(beside.waveform.x_at(23.5)), beside.waveform.height() // 2))
    assert player.here_s == pytest.approx(14.0, abs=0.2) and player.source == "reference"


def test_shift_and_a_drag_loop_the_reference_and_a_double_click_ends_that(beside: Any, qtbot: Any) -> None:
    lane, player = beside.reference_lane, beside.player
    QTest.mousePress(lane, LEFT, SHIFT, at(beside, 12.0))
    for time_s in (14.0, 18.0, 20.0):
        QTest.mouseMove(lane, at(beside, time_s))
    QTest.mouseRelease(lane, LEFT, SHIFT, at(beside, 20.0))
    assert player.reference_loop == pytest.approx((12.0, 20.0), abs=0.1) and player.loop is None
    QTest.mouseDClick(lane, LEFT, NONE, at(beside, 16.0))
    assert player.reference_loop is None


def test_the_flag_is_dragged_to_link_another_place_and_the_link_is_kept(beside: Any, qtbot: Any, tmp_path: Path) -> None:
    lane, player = beside.reference_lane, beside.player
    player.seek(30.0)
    assert player.reference_s == pytest.approx(20.5) and "Linked by sections" in lane.tip_at(QPointF(at(beside, 20.5, 4)))
    QTest.mousePress(lane, LEFT, NONE, at(beside, 20.5, 4))
    for time_s in (22.0, 30.0, 33.0):
        QTest.mouseMove(lane, at(beside, time_s, 4))
    QTest.mouseRelease(lane, LEFT, NONE, at(beside, 33.0, 4))
    assert player.reference_s == pytest.approx(33.0, abs=0.1) and player.position_s == 30.0
    assert "Linked by hand" in lane.tip_at(QPointF(at(beside, 33.0, 4)))
    player.seek(10.0)
    assert player.reference_s == pytest.approx(13.0, abs=0.1)
    write(tmp_path / "other.wav", 2)
    player.choose_reference(tmp_path / "other.wav")
    qtbot.waitUntil(lambda: player.reference is not None and player.reference.name == "other")
    player.choose_reference(tmp_path / "ref.wav")  # read a moment ago: it is there at once
    assert player.reference.name == "ref" and player.reference_s == pytest.approx(13.0, abs=0.1)
    QTest.keyClick(lane, Qt.Key.Key_Right, ALT)  # a beat, which is 0.5 s there
    assert player.reference_s == pytest.approx(13.5, abs=0.1)
    by_sections = lane.make_menu(20.0).actions()[1]
    by_sections.trigger()
    assert player.reference_s == pytest.approx(10.0)
    lane.make_menu(20.0).actions()[0].trigger()
    assert (player.position_s, player.reference_s) == (10.0, pytest.approx(20.0))


def test_the_next_reference_by_key_goes_on_at_its_linked_place_without_a_pause(
    beside: Any, card: SoundCard, qtbot: Any, tmp_path: Path, core: StructuredCore
) -> None:
    player, paths = beside.player, [tmp_path / f"{name}.wav" for name in ("one", "two")]
    sounds = [write(path, seed) for seed, path in enumerate(paths, 3)]
    drop(beside.references, *paths)
    qtbot.waitUntil(lambda: len(beside.references._model.shown) == 2)
    with Library(core.library) as library:
        assert len(library.references.all()) == 2
    player.set_source("reference")
    player.play()
    names = []
    for _step in range(2):
        qtbot.keyClick(beside, Qt.Key.Key_Period)

        def has_come() -> bool:
            assert np.abs(card.run(0.128)).max() > 0.01 or player.here_s > 59  # the one before is heard until then
            return player.reference.path in paths and player.reference.name not in names

        qtbot.waitUntil(has_come, timeout=10_000)
        names.append(player.reference.name)
        assert player.source == "reference" and player.is_playing and beside.reference_lane._name == player.reference.name
    qtbot.keyClick(beside, Qt.Key.Key_Comma)
    assert player.reference.name == names[0]  # it was read a moment ago
    card.run(0.128)
    first = round(player.here_s * RATE_HZ)
    expected = sounds[[path.stem for path in paths].index(names[0])]
    heard = card.run(0.256)
    assert np.abs(heard - expected[:, first : first + heard.shape[1]]).max() < 1e-6


def test_the_lane_folds_by_key_and_goes_with_the_reference(beside: Any, qtbot: Any) -> None:
    lane = beside.reference_lane
    height = lane.height()
    qtbot.keyClick(beside, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert lane.is_folded and lane.height() < height and lane.isVisible()
    qtbot.mouseClick(lane.fold_button, LEFT)
    assert not lane.is_folded
    assert "4 sections" in lane.accessibleDescription() and "Linked by sections" in lane.accessibleDescription()
    beside.references.picked.emit(None)
    assert not lane.isVisible() and not beside.player.can_hear("reference")


def test_a_reference_that_cannot_be_read_is_told_and_the_lane_goes(beside: Any, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    beside.references.picked.emit(tmp_path / "broken.wav")
    qtbot.waitUntil(lambda: not beside.reference_lane.isVisible())
    assert beside.message.isVisible() and "broken.wav" in beside.message.text


def test_another_song_has_the_reference_beside_it_and_nothing_of_its_places(beside: Any, qtbot: Any) -> None:
    player = beside.player
    player.move_link(50.0)
    player.set_reference_loop((1.0, 2.0))
    player.set_source("reference")
    analysed(qtbot, beside, Path("another.wav"))
    assert player.source == "mix" and player.here_s == 0.0
    qtbot.waitUntil(lambda: player.can_hear("reference"))
    assert beside.reference_lane.peaks is player.reference.peaks
    assert (player.reference_s, player.reference_loop, player.link.ahead_s) == (0.0, None, None)
