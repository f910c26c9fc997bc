"""The window: references on the left, the mix in the centre, suggestions on the right, the work below."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant.gui.background.preview import Preview
from mixassistant.gui.dialogs.report_path import ask_report_path
from mixassistant.gui.measurements.view import MeasurementsView
from mixassistant.gui.player import Player
from mixassistant.gui.references import ReferencesPanel
from mixassistant.gui.session.offer import Offer
from mixassistant.gui.session.session import Session
from mixassistant.gui.stems.panel import StemsPanel
from mixassistant.gui.suggestions.panel import SuggestionsPanel
from mixassistant.gui.suggestions.standing_cells import Cell
from mixassistant.gui.views.page import ViewPage, ViewsFrame, view_of
from mixassistant.gui.waveform import Waveform
from mixassistant.gui.widgets.commands import COMMANDS
from mixassistant.gui.widgets.dialog_frame import present
from mixassistant.gui.widgets.dragging import dropped_paths
from mixassistant.gui.widgets.search_field import ClearsOnEscape
from mixassistant.gui.widgets.theme import SPACE, apply_theme, tokens_for
from mixassistant.gui.window.building import dialogs
from mixassistant.gui.window.layout import Parts, kept, restore
from mixassistant.gui.window.message_bar import MessageBar
from mixassistant.gui.window.mix_header import MixHead
from mixassistant.gui.window.move_links import MoveLinks
from mixassistant.gui.window.recent_menu import RecentMenu
from mixassistant.gui.window.section_links import SectionLinks
from mixassistant.gui.window.start_page import StartPage
from mixassistant.gui.window.status_line import StatusLine
from mixassistant.gui.window.tab_order import put_in_order
from mixassistant.gui.window.transport import Transport
from mixassistant.i18n import _
from mixassistant.names import file_name

PLOTS = ("SpectrumView", "SpectrogramView", "LoudnessView", "DynamicsView", "StereoView", "LibraryMapView")


class MainWindow(QMainWindow):
    """Shows a session and passes intentions on."""

    spectrum, spectrogram, loudness, dynamics, stereo, library_map = map(view_of, range(len(PLOTS)))

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle("Mix Assistant")
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.resize(1440, 900)
        self._tokens = tokens_for(session.state.settings.theme)
        self.references = ReferencesPanel(session)
        self.start = StartPage()
        self.message = MessageBar()
        self.waveform = Waveform(self._tokens)
        self.plots = tuple(ViewPage(kind, self._tokens) for kind in PLOTS)
        self.measurements = MeasurementsView()
        self.player = Player(self)
        self.stems = StemsPanel(session, self.player)
        self.suggestions = SuggestionsPanel(session, self.player, self._tokens)
        self.transport = Transport(self.player, self._tokens)
        self.head = MixHead(session)
        self.report = self.head.report
        self.setCentralWidget(self._build())
        status = StatusLine(session, lambda: self._tokens)
        self.setStatusBar(status)
        self.stage, self.progress, self.left, self.cancel, self.queue = (
            status.stage,
            status.progress,
            status.left,
            status.cancel,
            status.queue,
        )
        self.status = status
        self._build_menus()
        self._connect()
        self._parts = Parts(self, self.outer, self.split, self.views, self.transport.volume, self.player)
        restore(self._parts, session.state.settings.geometry, session.state.settings.layout)
        self.start.open_mix.setFocus()

    # Building

    def _build(self) -> QWidget:
        self.views = QTabWidget()
        self.views.setAccessibleName(_("Views"))
        self.views.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab would come to its tabs twice
        self.views.tabBar().setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.views.tabBar().setAccessibleName(_("Views"))
        names = (
            _("Spectrum"), _("Spectrogram"), _("Loudness"), _("Dynamics"), _("Stereo"), _("Map"), _("All measurements"), _("Stems"),
        )  # fmt: skip
        for name, view in zip(names, (*self.plots, self.measurements, self.stems), strict=True):
            self.views.addTab(view, name)
        wave = QFrame()
        wave.setObjectName("panel")
        wave_layout = QVBoxLayout(wave)
        wave_layout.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
        wave_layout.addWidget(self.waveform)
        views = ViewsFrame(self.views)
        mix = QWidget()
        mix_layout = QVBoxLayout(mix)
        mix_layout.setContentsMargins(0, 0, 0, 0)
        mix_layout.setSpacing(SPACE)
        mix_layout.addWidget(self.head)
        mix_layout.addWidget(wave)
        mix_layout.addWidget(views)
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

    def _build_menus(self) -> None:
        """Make the menus that `COMMANDS` declares, in its order."""
        stack = self.session.state.undo_stack
        slots: dict[str, Callable[[], object]] = {
            "open_mix": self.choose_mix,
            "open_stems": self.choose_stems,
            "open_demo": self.session.open_demo,
            "open_demo_versions": lambda: self.session.open_demo("earlier"),
            "export": self.choose_report,
            "quit": self.close,
            "taste": lambda: self._present("taste", self.session),
            "settings": lambda: self._present("settings", self.session),
            "compare": self.session.compare_again,
            "cancel": self._cancel,
            "models": lambda: self._present("models"),
            "guide": lambda: self._present("guide", is_modal=False),
            "shortcuts": lambda: self._present("shortcuts", is_modal=False),
            "about": lambda: self._present("about"),
        }
        histories = {"undo": stack.createUndoAction, "redo": stack.createRedoAction}
        menus: dict[str, QMenu] = {}
        actions: dict[str, QAction] = {}
        for name, command in COMMANDS.items():
            if command.menu not in menus:
                menus[command.menu] = self.menuBar().addMenu(command.menu)
            menu = menus[command.menu]
            if name in ("export", "quit", "taste", "models", "about"):
                menu.addSeparator()
            if name in histories:
                actions[name] = histories[name](self, command.text)
                actions[name].setShortcut(QKeySequence(command.keys))
                menu.addAction(actions[name])
            else:
                actions[name] = self._action(menu, command.text, command.keys, slots[name])
            if name == "open_stems":
                self.recent = RecentMenu(self.session, self)
                menu.addMenu(self.recent)
            if name == "compare":
                menu.addMenu(self.head.track.tracks)
        self.export_action = actions["export"]
        self.export_action.setEnabled(False)
        self.player.set_match(self.session.state.settings.level_match)

    def _action(self, menu: QMenu, text: str, keys: str, slot: object) -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: slot())  # type: ignore[operator]
        menu.addAction(action)
        return action

    def _present(self, name: str, *words: object, is_modal: bool = True) -> None:
        kind = dialogs()[name]
        present(self, kind, lambda: kind(*words, self), is_modal)

    def _connect(self) -> None:
        self.start.mix_wanted.connect(self.choose_mix)
        self.start.stems_wanted.connect(self.choose_stems)
        self.start.demo_wanted.connect(self.session.open_demo)
        self.session.state.analysed.connect(self._show_analysis)
        self.session.state.previewed.connect(self._show_preview)
        self.session.told.connect(self.message.tell)
        recovery = self.session.recovery
        recovery.found.connect(lambda ask: self.message.offer(Offer(ask, _("Open again"), recovery.accept, recovery.decline)))
        for asking in (self.session.folders, self.session.reference_jobs, self.session.sound_tracks):
            asking.asked.connect(self.message.offer)
        recovery.look()
        self._connect_player()
        self._moves = MoveLinks(self.session, self.plots, self.suggestions, self)
        self._sections = SectionLinks(self.session, self.waveform, self.plots, self.suggestions, self.transport, self)
        for field, rest in ((self.references.search, self.references.list), (self.measurements.search, self.measurements.tree)):
            ClearsOnEscape(field, rest)
        self.session.state.settled.connect(lambda _settings: self._retheme())
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
        self.suggestions.place_wanted.connect(self._show_place)
        self.transport.make_shortcuts(self)

    # Showing

    def _show_analysis(self) -> None:
        result = self.session.state.result
        if result is None:
            return
        self.player.load(result)
        track = result.analysis.track
        self.head.show_track(track)
        pages: tuple[Any, ...] = (self.waveform, *self.plots, self.measurements, self.stems)
        for view in pages:
            view.show_result(result)
        self._sections.show()
        self._moves.show()
        self.views.show()
        for rest in (self.views, self.suggestions, self.report, self.transport):
            rest.setEnabled(True)
        self.export_action.setEnabled(True)
        self._turn_to_mix()
        self.setWindowTitle(f"{track.name} – Mix Assistant")

    def _show_place(self, cell: Cell) -> None:
        """Turn to the view in which a cell of the matrix is seen."""
        page = self.stems if cell.view == "stems" else self.plots[PLOTS.index(cell.view)]
        self.views.setCurrentWidget(page)
        page.show_place(cell.place, cell.dimension)

    def _show_preview(self, preview: Preview | None) -> None:
        """Show the waveform of a mix that is being analysed; None: it will not be, so what was there before comes back."""
        if preview is None:
            self._show_analysis()
            if self.session.state.result is None:
                self.transport.setEnabled(True)
                self.pages.setCurrentWidget(self.start)
            return
        self.head.show_preview(preview.name)
        self.waveform.show_preview(preview.name, preview.peaks, preview.duration_s)
        self.views.setVisible(self.session.state.result is not None)  # nothing to plot yet
        self.player.hold()  # it would play the one before under this one's name
        for rest in (self.views, self.suggestions, self.report, self.transport, self.export_action):
            rest.setEnabled(False)
        self._turn_to_mix()

    def _turn_to_mix(self) -> None:
        """Show the page of the mix; where the first page had the keyboard, the waveform gets it."""
        had_keyboard = any(button.hasFocus() for button in (self.start.open_mix, self.start.open_stems, self.start.try_demo))
        self.pages.setCurrentWidget(self.split)
        if had_keyboard:
            self.waveform.setFocus()

    def _cancel(self) -> None:
        """Cancel the work; where there is none, Esc backs out of a question."""
        if self.session.work.is_busy or not self.message.back_out():
            self.session.cancel()

    def _retheme(self) -> None:
        tokens = tokens_for(self.session.state.settings.theme)
        if tokens is self._tokens:
            return
        self._tokens = tokens
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, tokens)
        painted: tuple[Any, ...] = (self.waveform, *self.plots, self.suggestions, self.transport)
        for view in painted:
            view.set_tokens(tokens)

    # Intentions

    def choose_mix(self) -> None:
        """Ask for a mix, or for several, which are queued."""
        paths, _filter = QFileDialog.getOpenFileNames(self, _("Open a mix"))
        self.session.open_mixes([Path(path) for path in paths])

    def choose_stems(self) -> None:
        """Ask for a folder of stems."""
        path = QFileDialog.getExistingDirectory(self, _("Open a folder of stems"))
        if path:
            self.session.open_stems(Path(path))

    def choose_report(self) -> None:
        """Ask where the report goes."""
        result = self.session.state.result
        if result is None:
            return
        path = ask_report_path(self, file_name(_("{name} report").format(name=result.analysis.track.name), ""))
        if path is not None:
            self.session.export(path, result)  # meanwhile another mix may have come to the screen

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up and say what a drop will do."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.start.light_up(True)
            several = _("Drop to analyse {count} mixes, one after another").format(count=len(paths))
            self.status.hover(_("Drop to analyse {name}").format(name=paths[0].name) if len(paths) == 1 else several)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget it."""
        self.start.light_up(False)
        self.status.hover("")

    def dropEvent(self, event: QDropEvent) -> None:
        """Analyse what was dropped."""
        self.start.light_up(False)
        self.status.hover("")
        paths = dropped_paths(event.mimeData())
        event.acceptProposedAction()
        self.session.open_mixes(paths)

    # Life

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Go on with Tab in the order of reading: what has been built since the last time has its place too."""
        put_in_order(
            (
                self.start, self.head, self.references, self.waveform, self.views, self.suggestions, self.transport, self.message,
                self.statusBar(),
            )
        )  # fmt: skip
        return super().focusNextPrevChild(forwards)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window is left and stop the work, without waiting for it: `run` does, when the window is gone."""
        state = self.session.state
        state.settings = state.settings.changed(**kept(self._parts, state.settings.layout))
        self.player.close()
        self.session.close()
        event.accept()
