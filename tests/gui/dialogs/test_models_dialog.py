"""The models dialog, driven by clicks against a server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from protocol_buffers import constant_graph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from web_shelf import LOCAL, Shelf, serve

from mixassistant.gui.dialogs import models
from mixassistant.gui.dialogs.models import ModelCard, ModelsPage
from mixassistant.stems import weights
from mixassistant.stems.fetch import Network
from mixassistant.stems.weights import catalogue, store

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # a window with limits, on the plugin without a screen
NAME = "danceability-vggish-audioset-1"
GRAPH = constant_graph(600_000)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serve(Shelf({"/net.pb": GRAPH, "/net.json": b"{}"})) as running:
        files = tuple(
            replace(f, urls=(f"{running.url}/net{Path(f.name).suffix}",), size_bytes=0 if f.name.endswith("json") else len(GRAPH))
            for f in weights.MODELS[NAME].files
        )
        found = MappingProxyType({**weights.MODELS, NAME: replace(weights.MODELS[NAME], files=files)})
        for module in (catalogue, store, weights):
            monkeypatch.setattr(module, "MODELS", found)
        install = weights.install
        network = Network(schemes=LOCAL, timeout_s=2.0, attempts=2, backoff_s=0.0)
        monkeypatch.setattr(models.weights, "install", lambda *words, **options: install(*words, **options, network=network))
        yield running


@pytest.fixture
def page(qtbot: Any, shelf: Shelf) -> Iterator[ModelsPage]:
    made = ModelsPage()
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close_work()
    made.wait()


@pytest.fixture
def card(page: ModelsPage) -> ModelCard:
    return page.cards[NAME]


def agree(monkeypatch: pytest.MonkeyPatch, answer: QMessageBox.StandardButton = QMessageBox.StandardButton.Ok) -> list[str]:
    seen: list[str] = []

    def exec_(box: QMessageBox) -> QMessageBox.StandardButton:
        seen.append(box.text())
        return answer

    monkeypatch.setattr(QMessageBox, "exec", exec_)
    return seen


def click(qtbot: Any, button: QPushButton) -> None:
    assert button.isVisible() and button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_model_is_installed_after_its_facts_were_agreed_to(card: ModelCard, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = agree(monkeypatch)
    assert card.state.text() == "Not installed" and not card.verify.isVisible()
    click(qtbot, card.install)
    qtbot.waitUntil(lambda: card.verify.isVisible(), timeout=10_000)
    assert all(text in seen[0] for _label, text in card.model.facts)
    assert weights.installed(NAME) is not None
    click(qtbot, card.verify)
    qtbot.waitUntil(lambda: "nchanged" in card.error.text() or "published" in card.error.text(), timeout=10_000)


def test_who_does_not_agree_downloads_nothing(card: ModelCard, shelf: Shelf, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(monkeypatch, QMessageBox.StandardButton.Cancel)
    click(qtbot, card.install)
    assert shelf.asked == [] and weights.installed(NAME) is None


def test_a_cancelled_download_goes_on_where_it_was(card: ModelCard, shelf: Shelf, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(monkeypatch)
    hold = threading.Event()
    pieces: list[int] = []

    def gate() -> None:
        pieces.append(1)
        if len(pieces) > 2 and not hold.is_set():
            hold.wait(5)

    shelf.gate = gate
    click(qtbot, card.install)
    qtbot.waitUntil(lambda: card.progress.value() > 0, timeout=10_000)
    assert not next(c for c in card._page.cards.values() if c is not card).install.isEnabled()
    click(qtbot, card.cancel)
    hold.set()
    qtbot.waitUntil(lambda: not card.cancel.isVisible(), timeout=10_000)
    assert weights.installed(NAME) is None
    click(qtbot, card.install)
    qtbot.waitUntil(lambda: card.verify.isVisible(), timeout=10_000)
    assert any("range" in request for request in shelf.asked)


def test_a_server_that_fails_is_told_in_place(card: ModelCard, shelf: Shelf, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(monkeypatch)
    shelf.statuses += [404] * 4
    click(qtbot, card.install)
    qtbot.waitUntil(lambda: card.error.isVisible(), timeout=10_000)
    assert card.error.text() and "\n" not in card.error.text()
    assert card.install.isVisible() and card.install.isEnabled()


def test_weights_come_from_a_file_and_are_removed_again(
    card: ModelCard, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for file in card.model.files:
        (tmp_path / Path(file.name).name).write_bytes(b"{}" if file.name.endswith("json") else GRAPH)
    given = tmp_path / Path(card.model.files[0].name).name
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(given), ""))
    click(qtbot, card.from_file)
    qtbot.waitUntil(lambda: card.remove.isVisible(), timeout=10_000)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    click(qtbot, card.remove)
    assert weights.installed(NAME) is not None
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    click(qtbot, card.remove)
    qtbot.waitUntil(lambda: card.from_file.isVisible(), timeout=10_000)  # while it works, no button but Cancel is there
    assert weights.installed(NAME) is None


def test_damaged_weights_are_told(card: ModelCard, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(monkeypatch)
    click(qtbot, card.install)
    qtbot.waitUntil(lambda: card.verify.isVisible(), timeout=10_000)
    damaged = next(weights.default_folder().rglob("*.pb"))
    damaged.write_bytes(bytes(len(GRAPH)))
    click(qtbot, card.verify)
    qtbot.waitUntil(lambda: card.error.isVisible(), timeout=10_000)
    assert "install" in card.error.text()


def test_every_button_says_which_model_it_is_for(page: ModelsPage) -> None:
    for card in page.cards.values():
        for button in card.findChildren(QPushButton):
            assert card.model.name in button.accessibleName() and button.toolTip()
