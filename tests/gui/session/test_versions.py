"""A new bounce of the same song: told by its fingerprint, asked about, compared, and nothing taken over without a word."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_driver import FakeCore, analysed

from mixassistant.advice.decision import Decision
from mixassistant.analysis import Request
from mixassistant.gui.app import make_window
from mixassistant.gui.background.result import Result
from mixassistant.gui.dialogs.versions import VersionsDialog
from mixassistant.gui.window import project_links
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.progress import Progress
from mixassistant.project.file import read_project
from mixassistant.report.document import validate

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")  # which the plugin without a screen lacks
FRAMES = 400


def fingerprint_of(name: str) -> np.ndarray:
    """Return levels that go by what stands before `` v``: bounces of a song differ by noise and by the gain of each band."""
    song, bounce = (zlib.crc32(text.encode()) for text in (name.partition(" v")[0], name))
    walk = np.cumsum(np.random.default_rng(song).normal(0, 2, (8, FRAMES)), axis=1)
    walk -= walk.mean(axis=1, keepdims=True)
    noise = np.random.default_rng(bounce)
    return np.asarray(walk - 40 + noise.normal(0, 0.5, walk.shape) + noise.normal(0, 4, (8, 1)), dtype=np.float32)


class BouncedCore(FakeCore):
    """A core whose mixes are bounces of songs, by their names."""

    def analyze(self, request: Request, progress: Progress) -> Result:
        result = super().analyze(request, progress)
        content = hashlib.sha256(request.path.read_bytes()).hexdigest()
        track = replace(result.analysis.track, fingerprint=fingerprint_of(request.path.name), content_hash=content)
        return self.with_decisions(replace(result, analysis=replace(result.analysis, track=track)))


@pytest.fixture
def core(tmp_path: Path) -> BouncedCore:
    return BouncedCore(tmp_path / "library.sqlite3")


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close windows of projects that are not saved without a question, which nobody would answer."""
    monkeypatch.setattr(project_links, "ask_about_changes", lambda _parent, _name: "leave")


def settle(qtbot: Any, window: MainWindow) -> None:
    work = window.session.work
    qtbot.waitUntil(lambda: not (work.is_busy or work.keeper.busy or work.reader.busy), timeout=10_000)


def opened(qtbot: Any, window: MainWindow, path: Path) -> None:
    path.write_bytes(path.name.encode())
    analysed(qtbot, window, path)
    settle(qtbot, window)


def accept(window: MainWindow, amount: float = 1.0) -> str:
    state = window.session.state
    assert state.result is not None
    move = state.result.analysis.moves[0]
    window.session.decide(move.id, Decision(True, amount))
    return move.id


def press(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def compare(qtbot: Any, window: MainWindow) -> dict[str, Any]:
    """Answer that it is a new version, and return the comparison."""
    assert "“song v2.wav” seems to be a new version of “song v1.wav”" in window.message.text
    press(window.message.accept)
    qtbot.waitUntil(lambda: window.session.versions.comparison is not None, timeout=10_000)
    settle(qtbot, window)
    found = window.session.versions.comparison
    assert found is not None
    return found


def test_a_new_bounce_is_asked_about_and_its_decisions_are_its_own(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened(qtbot, window, tmp_path / "song v1.wav")
    first = accept(window, 0.7)
    settle(qtbot, window)
    opened(qtbot, window, tmp_path / "song v2.wav")
    assert window.session.versions.comparison is None  # none without asking
    comparison = compare(qtbot, window)
    assert window.session.state.decisions == {}
    assert comparison["old"]["name"] == "song v1.wav" and comparison["new"]["name"] == "song v2.wav"
    assert [(move["id"], move["answer"], move["amount_percent"]) for move in comparison["moves"]] == [(first, "not yet", 70.0)]


def test_other_songs_are_not_asked_about(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    for name in ("song v1.wav", "other v1.wav", "third.wav"):
        opened(qtbot, window, tmp_path / name)
        assert "seems to be" not in window.message.text or not window.message.isVisible()
    assert window.session.versions.comparison is None


def test_an_earlier_bounce_that_is_opened_again_is_no_new_version(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    for name in ("song v1.wav", "song v2.wav"):
        opened(qtbot, window, tmp_path / name)
    press(window.message.dismiss)
    opened(qtbot, window, tmp_path / "song v1.wav")
    assert not window.message.accept.isVisible() and window.session.versions.comparison is None


def test_another_song_is_an_answer_and_compares_nothing(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    for name in ("song v1.wav", "song v2.wav"):
        opened(qtbot, window, tmp_path / name)
    assert window.message.dismiss.text() == "It is another song"
    press(window.message.dismiss)
    settle(qtbot, window)
    assert window.session.versions.comparison is None and not window.message.accept.isVisible()


def test_what_was_answered_is_remembered_when_the_mix_is_opened_again(
    qtbot: Any, window: MainWindow, core: BouncedCore, tmp_path: Path
) -> None:
    for name in ("song v1.wav", "song v2.wav"):
        opened(qtbot, window, tmp_path / name)
    compare(qtbot, window)
    other = make_window(core)
    qtbot.addWidget(other)
    other.show()
    settle(qtbot, other)
    if other.message.isVisible():  # the first window is still open in this test
        press(other.message.dismiss)
    opened(qtbot, other, tmp_path / "song v2.wav")
    qtbot.waitUntil(lambda: other.session.versions.comparison is not None, timeout=10_000)
    assert not other.message.accept.isVisible()
    other.close()


def test_the_dialog_shows_it_beside_the_window_and_exports_it(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(qtbot, window, tmp_path / "song v1.wav")
    accept(window)
    settle(qtbot, window)
    opened(qtbot, window, tmp_path / "song v2.wav")
    compare(qtbot, window)
    (dialog,) = (found for found in window.findChildren(VersionsDialog) if found.isVisible())
    assert not dialog.isModal() and dialog.headline.text().startswith("0 of 1 accepted move arrived, 1 not yet.")
    assert [dialog.tabs.tabText(tab) for tab in range(dialog.tabs.count())] == ["What you accepted", "All that was compared"]
    from PySide6.QtWidgets import QFileDialog

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_words: (str(tmp_path / "changes"), "Markdown (*.md)"))
    press(dialog.export)
    settle(qtbot, window)
    assert "accepted move arrived" in (tmp_path / "changes.md").read_text("utf-8")
    opened(qtbot, window, tmp_path / "other v1.wav")  # the comparison ends with its song
    assert dialog.headline.text() == "There is no earlier version of this mix yet." and not dialog.export.isEnabled()


def test_the_report_says_what_changed(qtbot: Any, window: MainWindow, core: BouncedCore, tmp_path: Path) -> None:
    opened(qtbot, window, tmp_path / "song v1.wav")
    accept(window)
    settle(qtbot, window)
    opened(qtbot, window, tmp_path / "song v2.wav")
    compare(qtbot, window)
    window.session.export(tmp_path / "report.json")
    window.session.export(tmp_path / "report.html")
    settle(qtbot, window)
    assert "Since the last version" in (tmp_path / "report.html").read_text("utf-8")
    import json

    document = json.loads((tmp_path / "report.json").read_text("utf-8"))
    validate(document)
    assert document["comparison"]["old"]["name"] == "song v1.wav"


def test_a_project_goes_on_with_the_new_bounce_and_holds_both(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened(qtbot, window, tmp_path / "song v1.wav")
    first = accept(window)
    window.session.projects.save(tmp_path / "song.mixassistant")
    settle(qtbot, window)
    opened(qtbot, window, tmp_path / "song v2.wav")
    assert window.session.projects.path is None  # until it is said
    compare(qtbot, window)
    projects = window.session.projects
    assert projects.path == tmp_path / "song.mixassistant" and projects.is_modified
    projects.save(projects.path)
    settle(qtbot, window)
    project = read_project(tmp_path / "song.mixassistant")
    assert [version.name for version in project.versions] == ["song v1.wav", "song v2.wav"]
    answers = {entry["id"]: entry["decision"]["answer"] for entry in project.versions[0].report["suggestions"]}
    assert answers[first] == "accepted" and project.decisions == {}
    elsewhere = make_window(BouncedCore(tmp_path / "elsewhere.sqlite3"))  # a library that has never seen the first one
    qtbot.addWidget(elsewhere)
    elsewhere.show()
    analysed(qtbot, elsewhere, tmp_path / "song.mixassistant")
    settle(qtbot, elsewhere)
    qtbot.waitUntil(lambda: elsewhere.session.versions.comparison is not None, timeout=10_000)
    assert [move["id"] for move in elsewhere.session.versions.comparison["moves"]] == [first]
    elsewhere.close()


def test_another_song_does_not_go_on_with_the_project(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened(qtbot, window, tmp_path / "song v1.wav")
    window.session.projects.save(tmp_path / "song.mixassistant")
    settle(qtbot, window)
    opened(qtbot, window, tmp_path / "song v2.wav")
    press(window.message.dismiss)
    settle(qtbot, window)
    assert window.session.projects.path is None


def test_a_bounce_that_was_written_over_the_one_before_is_the_next_version_of_the_project(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    opened(qtbot, window, tmp_path / "song v1.wav")
    first = accept(window)
    window.session.projects.save(tmp_path / "song.mixassistant")
    settle(qtbot, window)
    opened(qtbot, window, tmp_path / "other v1.wav")
    (tmp_path / "song v1.wav").write_bytes(b"another bounce")
    analysed(qtbot, window, tmp_path / "song.mixassistant")
    settle(qtbot, window)
    assert "has changed since it was here last" in window.message.text
    assert window.session.state.decisions == {}  # nothing is taken over
    press(window.message.accept)
    qtbot.waitUntil(lambda: window.session.versions.comparison is not None, timeout=10_000)
    settle(qtbot, window)
    projects = window.session.projects
    assert projects.path == tmp_path / "song.mixassistant" and projects.is_modified
    assert [move["id"] for move in window.session.versions.comparison["moves"]] == [first]
