"""The queue's mixes as one album: opened from the queue, sorted, exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from window_driver import drop, run_until

from mixassistant.gui.views.table import number_in
from mixassistant.gui.window.album_dialog import AlbumDialog

# Of the plugin without a screen.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")


def test_the_album_of_the_queue_is_shown_and_exported(window: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any) -> None:
    paths = [tmp_path / f"{name}.wav" for name in ("One", "Two", "Three", "Four")]
    for path in paths:
        path.write_bytes(path.name.encode())
    drop(window, *paths[:1])
    assert run_until(lambda: window.session.state.result is not None)
    drop(window, *paths)
    popup = window.queue.popup
    assert run_until(lambda: window.session.queue.count("done") == 4)
    assert popup.album.isEnabled()
    window.queue.click()
    popup.album.click()
    (dialog,) = window.findChildren(AlbumDialog)
    assert dialog.isVisible() and not popup.isVisible() and not dialog.isModal()
    table = dialog.table
    assert [table.item(row, 0).text() for row in range(4)] == ["One.wav", "Two.wav", "Three.wav", "Four.wav"]
    assert number_in(table.item(0, 1).text()) is not None
    assert "▲ ▼" in dialog.outliers.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_words: (str(tmp_path / "album"), "CSV (*.csv)"))
    dialog.export.click()
    assert run_until((tmp_path / "album.csv").exists)
    assert len((tmp_path / "album.csv").read_text("utf-8").splitlines()) == 5
    dialog.close()


def test_there_is_no_album_of_one_mix(window: Any, qtbot: Any, tmp_path: Path) -> None:
    assert not window.queue.popup.album.isEnabled()
