"""The window: references on the left, the mix in the centre, suggestions on the right, the work below."""

from __future__ import annotations

import base64
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QLabel,
    QMainWindow,
    QMenu,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.gui.dialogs import HelpDialog, SettingsDialog
from mixassistant.gui.drops import dropped_paths
from mixassistant.gui.measurements import MeasurementsView
from mixassistant.gui.message_bar import MessageBar
from mixassistant.gui.models_page import ModelsDialog
from mixassistant.gui.player import Player
from mixassistant.gui.plots import LoudnessView, SpectrumView
from mixassistant.gui.preview import Preview
from mixassistant.gui.references import ReferencesPanel
from mixassistant.gui.session import Busy, Session
from mixassistant.gui.start import StartPage
from mixassistant.gui.stems_panel import StemsPanel
from mixassistant.gui.suggestions import SuggestionsPanel
from mixassistant.gui.theme import SPACE, apply_theme, tokens_for
from mixassistant.gui.transport import Transport
from mixassistant.gui.waveform import Waveform
from mixassistant.i18n import _

FORMATS = "HTML (*.html);;PDF (*.pdf);;Markdown (*.md);;JSON (*.json)"
VIEWS_HEIGHT = 250  # px
FACTS = ("lufs", "true_peak", "psr", "lra", "width")


class _Views(QFrame):
    """The frame of the views: it takes the height that the waveforms leave.

    Qt would ask the lines of text in the views how high they want to be, and take that from the waveforms.
    """

    def hasHeightForWidth(self) -> bool:
        """Return that the height is for the layout to choose."""
        return False


class MainWindow(QMainWindow):
    """Shows a session and passes intentions on."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle("Mix Assistant")
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.resize(1440, 900)
        self._tokens = tokens_for(session.settings.theme)
        self.references = ReferencesPanel(session)
        self.start = StartPage()
        self.message = MessageBar()
        self.waveform = Waveform(self._tokens)
        self.spectrum = SpectrumView(self._tokens)
        self.loudness = LoudnessView(self._tokens)
        self.measurements = MeasurementsView()
        self.player = Player(self)
        self.stems = StemsPanel(session, self.player)
        self.suggestions = SuggestionsPanel(session, self.player, self._tokens)
        self.transport = Transport(self.player, self._tokens)
        self._title, self._facts = QLabel(), QLabel()
        self.setCentralWidget(self._build())
        self._build_status()
        self._build_menus()
        self._connect()
        self._restore()
        self.start.open_mix.setFocus()

    # Building

    def _build(self) -> QWidget:
        self.views = QTabWidget()
        self.views.setAccessibleName(_("Views"))
        for name, view in (
            (_("Spectrum"), self.spectrum),
            (_("Loudness"), self.loudness),
            (_("All measurements"), self.measurements),
            (_("Stems"), self.stems),
        ):
            self.views.addTab(view, name)
        self._title.setObjectName("heading")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setObjectName("quiet")
        self._facts.setWordWrap(True)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addWidget(self._facts)
        wave = QFrame()
        wave.setObjectName("panel")
        wave_layout = QVBoxLayout(wave)
        wave_layout.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
        wave_layout.addWidget(self.waveform)
        views = _Views()
        views.setObjectName("panel")
        views.setMinimumHeight(VIEWS_HEIGHT)
        views_layout = QVBoxLayout(views)
        views_layout.addWidget(self.views)
        mix = QWidget()
        mix_layout = QVBoxLayout(mix)
        mix_layout.setContentsMargins(0, 0, 0, 0)
        mix_layout.setSpacing(SPACE)
        mix_layout.addLayout(head)
        mix_layout.addWidget(wave)
        mix_layout.addWidget(views, 1)
        self.split = QSplitter()
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(SPACE)
        self.split.addWidget(mix)
        self.split.addWidget(self.suggestions)
        self.suggestions.setMinimumWidth(310)
        self.split.setSizes([760, 380])
        self.split.setStretchFactor(0, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        self.pages.addWidget(self.split)
        centre = QWidget()
        centre_layout = QVBoxLayout(centre)
        centre_layout.setContentsMargins(0, 0, 0, 0)
        centre_layout.addWidget(self.message)
        centre_layout.addWidget(self.pages, 1)
        self.references.setMinimumWidth(190)
        self.outer = QSplitter()
        self.outer.setChildrenCollapsible(False)
        self.outer.setHandleWidth(SPACE)
        self.outer.addWidget(self.references)
        self.outer.addWidget(centre)
        self.outer.setSizes([260, 1180])
        self.outer.setStretchFactor(1, 1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self.outer, 1)
        layout.addWidget(self.transport)
        return whole

    def _build_status(self) -> None:
        self.stage = QLabel(_("Ready"))
        self.stage.setTextFormat(Qt.TextFormat.PlainText)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setFixedWidth(220)
        self.progress.setAccessibleName(_("Progress of the work"))
        self.left = QLabel()
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setToolTip(_("Stop the work (Esc)"))
        self.cancel.setAccessibleName(_("Cancel the work"))
        self.cancel.clicked.connect(self.session.cancel)
        bar = self.statusBar()
        bar.addWidget(self.stage, 1)
        for widget in (self.left, self.progress, self.cancel):
            bar.addPermanentWidget(widget)
            widget.hide()

    def _build_menus(self) -> None:
        file = self.menuBar().addMenu(_("&File"))
        self._action(file, _("Open a mix…"), "Ctrl+O", self.choose_mix)
        self._action(file, _("Open a folder of stems…"), "Ctrl+Shift+O", self.choose_stems)
        self.recent = file.addMenu(_("Recent"))
        self._action(file, _("Open the demo song"), "", self.session.open_demo)
        file.addSeparator()
        self.export_action = self._action(file, _("Export the report…"), "Ctrl+S", self.choose_report)
        file.addSeparator()
        self._action(file, _("Quit"), "Ctrl+Q", self.close)
        edit = self.menuBar().addMenu(_("&Edit"))
        for action, keys in (
            (self.session.undo_stack.createUndoAction(self, _("Undo")), "Ctrl+Z"),
            (self.session.undo_stack.createRedoAction(self, _("Redo")), "Ctrl+Shift+Z"),
        ):
            action.setShortcut(QKeySequence(keys))
            edit.addAction(action)
        edit.addSeparator()
        self._action(edit, _("Settings…"), "Ctrl+,", lambda: SettingsDialog(self.session, self).exec())
        work = self.menuBar().addMenu(_("&Mix"))
        self._action(work, _("Compare again"), "F5", self.session.compare_again)
        self._action(work, _("Cancel the work"), "Esc", self.session.cancel)
        work.addSeparator()
        self._action(work, _("Models…"), "", lambda: ModelsDialog(self).exec())
        helping = self.menuBar().addMenu(_("&Help"))
        self._action(helping, _("Help and shortcuts"), "F1", lambda: HelpDialog(self).exec())
        self.export_action.setEnabled(False)
        self._fill_recent()

    def _action(self, menu: QMenu, text: str, keys: str, slot: object) -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: slot())  # type: ignore[operator]
        menu.addAction(action)
        return action

    def _connect(self) -> None:
        self.start.mix_wanted.connect(self.choose_mix)
        self.start.stems_wanted.connect(self.choose_stems)
        self.start.demo_wanted.connect(self.session.open_demo)
        self.session.analysed.connect(self._show_analysis)
        self.session.previewed.connect(self._show_preview)
        self.session.progressed.connect(self._show_progress)
        self.session.told.connect(self.message.tell)
        self._connect_player()
        self.session.settled.connect(lambda _settings: self._retheme())
        self.session.settled.connect(lambda _settings: self._fill_recent())
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self._retheme())

    def _connect_player(self) -> None:
        player, waveform = self.player, self.waveform
        waveform.seek_wanted.connect(player.seek)
        waveform.loop_wanted.connect(player.set_loop)
        waveform.solo_toggled.connect(player.set_solo)
        waveform.mute_toggled.connect(player.set_mute)
        player.moved.connect(waveform.show_position)
        player.state_changed.connect(lambda: waveform.show_loop(player.loop))
        player.state_changed.connect(lambda: waveform.show_solo_mute(player.solos, player.mutes))
        player.lost.connect(lambda why: self.message.tell(why, True))
        player.told.connect(lambda why: self.message.tell(why, True))
        self.references.picked.connect(player.choose_reference)
        self.transport.make_shortcuts(self)

    # Showing

    def _show_analysis(self) -> None:
        result = self.session.result
        if result is None:
            return
        self.player.load(result)
        track = result.analysis.track
        origin = {"supplied": _("own stems"), "embedded": _("stems by the embedded separator")}.get(track.origin, track.origin)
        self._title.setText(track.name)
        facts = [f"{REGISTRY[i].name} {REGISTRY[i].format(scalar(track.mix, i))}" for i in FACTS[:3]]
        self._facts.setText("   ·   ".join([*facts, origin]))
        for view in (self.waveform, self.spectrum, self.loudness, self.measurements, self.stems):
            view.show_result(result)
        self.views.show()
        for rest in (self.views, self.suggestions):
            rest.setEnabled(True)
        self.export_action.setEnabled(True)
        self.pages.setCurrentWidget(self.split)
        self.setWindowTitle(f"{track.name} – Mix Assistant")

    def _show_preview(self, preview: Preview | None) -> None:
        """Show the waveform of a mix that is being analysed; None: it will not be, so what was there before comes back."""
        if preview is None:
            self._show_analysis()
            if self.session.result is None:
                self.pages.setCurrentWidget(self.start)
            return
        self._title.setText(preview.name)
        self._facts.setText(_("Being analysed: the waveform is there to look at already"))
        self.waveform.show_preview(preview.name, preview.peaks, preview.duration_s)
        self.views.setVisible(self.session.result is not None)  # nothing to plot yet
        for rest in (self.views, self.suggestions):
            rest.setEnabled(False)
        self.pages.setCurrentWidget(self.split)

    def _show_progress(self, busy: Busy | None) -> None:
        for widget in (self.progress, self.cancel, self.left):
            widget.setVisible(busy is not None)
        self.stage.setText(busy.stage if busy else _("Ready"))
        if busy:
            self.progress.setValue(round(1000 * busy.fraction))
            self.left.setText("" if busy.left_s is None else _("about {s} s left").format(s=max(1, round(busy.left_s))))

    def _retheme(self) -> None:
        tokens = tokens_for(self.session.settings.theme)
        if tokens is self._tokens:
            return
        self._tokens = tokens
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, tokens)
        for view in (self.waveform, self.spectrum, self.loudness, self.suggestions, self.transport):
            view.set_tokens(tokens)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self.session.settings.recent:
            self._action(self.recent, Path(path).name, "", lambda p=path: self.session.open_mix(Path(p))).setToolTip(path)
        self.recent.setEnabled(bool(self.session.settings.recent))

    # Intentions

    def choose_mix(self) -> None:
        """Ask for a mix."""
        path, _filter = QFileDialog.getOpenFileName(self, _("Open a mix"))
        if path:
            self.session.open_mix(Path(path))

    def choose_stems(self) -> None:
        """Ask for a folder of stems."""
        path = QFileDialog.getExistingDirectory(self, _("Open a folder of stems"))
        if path:
            self.session.open_mix(Path(path))

    def choose_report(self) -> None:
        """Ask where the report goes."""
        if self.session.result is None:
            return
        name = f"{self.session.result.analysis.track.name} report.html".replace("/", "-")
        path, _filter = QFileDialog.getSaveFileName(self, _("Export the report"), name, FORMATS)
        if path:
            self.session.export(Path(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up and say what a drop will do."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.start.light_up(True)
            self.stage.setText(_("Drop to analyse {name}").format(name=paths[0].name))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget it."""
        self.start.light_up(False)
        self.stage.setText(_("Ready"))

    def dropEvent(self, event: QDropEvent) -> None:
        """Analyse what was dropped."""
        self.start.light_up(False)
        paths = dropped_paths(event.mimeData())
        event.acceptProposedAction()
        if len(paths) > 1:
            self.message.tell(_("only {name} was opened: drop one mix, or one folder of stems").format(name=paths[0].name), False)
        if paths:
            self.session.open_mix(paths[0])

    # Life

    def _restore(self) -> None:
        try:
            geometry = base64.b64decode(self.session.settings.geometry)
        except ValueError:  # edited by hand, or damaged: the window opens where it would on the first start
            return
        if geometry:
            self.restoreGeometry(QByteArray(geometry))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window's place and stop the work, without waiting for it: `run` does, when the window is gone."""
        geometry = base64.b64encode(bytes(self.saveGeometry().data())).decode()
        self.session.settings = self.session.settings.changed(geometry=geometry)
        self.player.close()
        self.session.close()
        event.accept()
