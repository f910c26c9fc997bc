"""The models dialog: what weights there are, what they are for and under which licence; installing, checking and removing them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant.gui.background.worker import Failed, Job, Progressed, Report, Stopped, Succeeded, Worker
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _
from mixassistant.progress import Progress
from mixassistant.stems import weights

KINDS = {"separation": _("Separation"), "descriptors": _("Measurements")}


def _state_text(state: weights.State) -> str:
    return {
        "absent": _("Not installed"),
        "partial": state.text,
        "installed": _("Installed"),
        "verified": _("Installed, verified"),
        "changed": _("Damaged: install it again"),
    }[state.kind]


class ModelCard(QFrame):
    """One model: its facts, its state, and what can be done with it."""

    def __init__(self, model: weights.Model, page: ModelsPage) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(model.name)
        self.model, self._page = model, page
        title = QLabel(model.name)
        title.setObjectName("heading")
        self.state = QLabel()
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setObjectName("small")
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.state)
        purpose = QLabel(_("{purpose} · {quality}").format(purpose=model.purpose[:1].upper() + model.purpose[1:], quality=model.quality))
        purpose.setWordWrap(True)
        terms = QLabel(_("{size} · {licence}: {terms}").format(size=model.size, licence=model.license, terms=model.terms))
        terms.setObjectName("small")
        terms.setWordWrap(True)
        self.error = QLabel()
        self.error.setTextFormat(Qt.TextFormat.PlainText)  # it names files
        self.error.setObjectName("sentence")
        self.error.setWordWrap(True)
        self.error.hide()
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(_("Progress of {name}").format(name=model.name))
        self.progress.hide()
        self.install = self._button(_("Install…"), _("See where it comes from and download it"), lambda: page.install(self))
        self.from_file = self._button(_("From file…"), _("Install weights that you have as a file"), lambda: page.install_file(self))
        self.verify = self._button(_("Verify"), _("Read the installed files and compare their checksums"), lambda: page.verify(self))
        self.remove = self._button(_("Remove"), _("Delete the installed weights"), lambda: page.remove(self))
        self.cancel = self._button(_("Cancel"), _("Stop; what is downloaded is kept and taken up again"), page.cancel)
        row = QHBoxLayout()
        for button in (self.install, self.from_file, self.verify, self.remove, self.cancel):
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE + 4, SPACE, SPACE + 4, SPACE + 2)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(top)
        for widget in (purpose, terms, self.error, self.progress):
            layout.addWidget(widget)
        layout.addLayout(row)
        self.refresh(is_busy=False, is_mine=False)

    def _button(self, text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text.rstrip('…')} {self.model.name}")
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def refresh(self, is_busy: bool, is_mine: bool) -> None:
        """Show the state on disk; `is_busy`: some model is being worked on, `is_mine`: this one."""
        state = weights.state(self.model.name)
        there = state.kind in ("installed", "verified", "changed")
        self.state.setText(_state_text(state))
        self.install.setText(_("Go on…") if state.kind == "partial" else _("Install…"))
        self.install.setVisible(not is_mine and state.kind != "verified")
        self.from_file.setVisible(not is_mine and not there)
        self.verify.setVisible(not is_mine and there)
        self.remove.setVisible(not is_mine and (there or state.kind == "partial"))
        for button in (self.install, self.from_file, self.verify, self.remove):
            button.setEnabled(not is_busy)
        self.cancel.setVisible(is_mine)
        self.progress.setVisible(is_mine)

    def tell(self, text: str) -> None:
        """Show what went wrong, or how a check ended; empty: nothing."""
        self.error.setText(text)
        self.error.setVisible(bool(text))


class ModelsPage(QWidget):
    """All models; one is worked on at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._worker = Worker()
        self._worker.reported.connect(self._on_report)
        self._busy: ModelCard | None = None
        self._done: Callable[[ModelCard, Any], str] = lambda _card, _result: ""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(SPACE)
        self.cards: dict[str, ModelCard] = {}
        kind = ""
        for name, model in sorted(weights.MODELS.items(), key=lambda item: item[1].kind != "separation"):
            if model.kind != kind:
                kind = model.kind
                heading = QLabel(KINDS[kind])
                heading.setObjectName("quiet")
                column.addWidget(heading)
            self.cards[name] = ModelCard(model, self)
            column.addWidget(self.cards[name])
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("Models"))
        area.setWidget(inside)
        intro = QLabel(
            _("Weights of others are never shipped: you install them, under their own licences. The embedded separator is built in; its "
              "weights are for non-commercial use.")
        )  # fmt: skip
        intro.setObjectName("quiet")
        intro.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(intro)
        layout.addWidget(area, 1)

    def agrees(self, model: weights.Model) -> bool:
        """Show what the user is to know before a download, and ask."""
        facts = "".join(f"<tr><td style='padding-right:16px'><b>{label}</b></td><td>{text}</td></tr>" for label, text in model.facts)
        box = QMessageBox(self)
        box.setWindowTitle(_("Install {name}?").format(name=model.name))
        box.setText(f"<table>{facts}</table>")
        box.setStandardButtons(QMessageBox.StandardButton.Cancel | QMessageBox.StandardButton.Ok)
        box.button(QMessageBox.StandardButton.Ok).setText(_("Agree and install"))
        return box.exec() == QMessageBox.StandardButton.Ok

    def install(self, card: ModelCard) -> None:
        """Download a model, once the user agrees."""
        if self.agrees(card.model):
            self._do(card, lambda progress: weights.install(card.model.name, progress=progress), _installed)

    def install_file(self, card: ModelCard) -> None:
        """Install a model from a file of the user's."""
        path, _filter = QFileDialog.getOpenFileName(self, _("Weights of {name}").format(name=card.model.name))
        if path:
            self._do(card, lambda progress: weights.install(card.model.name, Path(path), progress=progress), _installed)

    def verify(self, card: ModelCard) -> None:
        """Compare installed files with what was installed."""
        self._do(card, lambda progress: weights.verify(card.model.name, progress=progress), _verified)

    def remove(self, card: ModelCard) -> None:
        """Delete a model's weights, once the user confirms."""
        question = _("Remove the weights of {name} ({size})?").format(name=card.model.name, size=card.model.size)
        if QMessageBox.question(self, _("Remove"), question) == QMessageBox.StandardButton.Yes:
            self._do(card, lambda progress: weights.remove(card.model.name), lambda _card, _result: "")

    def cancel(self) -> None:
        """Stop what runs."""
        self._worker.cancel()

    def _do(self, card: ModelCard, work: Callable[[Progress], Any], done: Callable[[ModelCard, Any], str]) -> None:
        if self._busy is not None:
            return
        self._busy, self._done = card, done
        card.tell("")
        card.progress.setValue(0)
        self._worker.submit(Job(card.model.name, work))
        self._refresh()

    def _on_report(self, report: Report) -> None:
        card = self._busy
        if card is None:
            return
        if isinstance(report, Progressed):
            card.progress.setValue(round(1000 * report.fraction))
            card.state.setText(report.stage)
            return
        self._busy = None
        self._refresh()
        if isinstance(report, Failed):
            card.tell(str(report.error))
        elif isinstance(report, Succeeded):
            card.tell(self._done(card, report.result))
        elif isinstance(report, Stopped):
            card.tell("")

    def _refresh(self) -> None:
        for card in self.cards.values():
            card.refresh(self._busy is not None, card is self._busy)

    def close_work(self) -> None:
        """Stop for good; what was downloaded is kept."""
        self._worker.cancel()
        self._worker.finish()

    def wait(self, limit_ms: int = 60_000) -> bool:
        """Wait for the work to end, after `close_work`."""
        return bool(self._worker.wait(limit_ms))


def _installed(card: ModelCard, done: weights.Installed) -> str:
    return "" if done.is_published else _("Installed, but these are not known to be the published weights.")


def _verified(card: ModelCard, done: weights.Installed) -> str:
    return _("These are the published weights.") if done.is_published else _("Unchanged since they were installed.")


class ModelsDialog(QDialog):
    """The page in a window of its own."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Models"))
        self.resize(720, 620)
        self.page = ModelsPage()
        buttons = button_row(Kind.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.page, 1)
        layout.addWidget(buttons)

    def reject(self) -> None:
        """Close on Esc as well."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the work; a download is taken up again the next time."""
        self.page.close_work()
        event.accept()
