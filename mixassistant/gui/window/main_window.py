"""The window: references on the left, the mix in the centre, suggestions on the right, the work below."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant.gui.background.result import Result
from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.delivery.panel import DeliveryPanel
from mixassistant.gui.dialogs.report_path import ask_report_path
from mixassistant.gui.measurements.view import MeasurementsView
from mixassistant.gui.player import Player
from mixassistant.gui.references import ReferencesPanel
from mixassistant.gui.session.offer import Offer
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.gui.session.session import Session
from mixassistant.gui.stems.panel import StemsPanel
from mixassistant.gui.suggestions.panel import SuggestionsPanel
from mixassistant.gui.suggestions.standing_cells import Cell
from mixassistant.gui.views.page import ViewPage, view_of
from mixassistant.gui.waveform import ReferenceLane, Waveform
from mixassistant.gui.widgets.commands import COMMANDS
from mixassistant.gui.widgets.dialog_frame import present
from mixassistant.gui.widgets.dragging import dropped_paths
from mixassistant.gui.widgets.drop_overlay import DropOverlay
from mixassistant.gui.widgets.search_field import ClearsOnEscape
from mixassistant.gui.widgets.theme import SPACE, apply_theme, tokens_for
from mixassistant.gui.window.building import dialogs
from mixassistant.gui.window.layout import Parts, kept, restore
from mixassistant.gui.window.message_bar import MessageBar
from mixassistant.gui.window.mix_header import MixHead
from mixassistant.gui.window.mix_page import MixPage
from mixassistant.gui.window.move_links import MoveLinks
from mixassistant.gui.window.project_links import ProjectLinks
from mixassistant.gui.window.recent_menu import RecentMenu
from mixassistant.gui.window.reference_links import ReferenceLinks
from mixassistant.gui.window.section_links import SectionLinks
from mixassistant.gui.window.start_page import StartPage
from mixassistant.gui.window.status_line import StatusLine
from mixassistant.gui.window.tab_order import put_in_order
from mixassistant.gui.window.time_links import TimeLinks
from mixassistant.gui.window.transport import Transport
from mixassistant.gui.wording import shortened
from mixassistant.i18n import _
from mixassistant.names import file_name, readable
from mixassistant.settings import Settings

SHOWN_LETTERS = 60  # of what is dragged
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
        self._is_away = False  # what `state.result` holds: another mix is on its way
        self.references = ReferencesPanel(session)
        self.start = StartPage(session)
        self.waveform, self.reference_lane = Waveform(self._tokens), ReferenceLane(self._tokens)
        self.plots = tuple(ViewPage(kind, self._tokens) for kind in PLOTS)
        self.measurements = MeasurementsView()
        self.player = Player(self)
        self.stems = StemsPanel(session, self.player)
        self.delivery = DeliveryPanel(session, self.player, self._tokens)
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
        folds = {"stems": self.head.fold, "standing": self.suggestions.standing.fold}
        self._parts = Parts(self, self.outer, self.split, self.views, self.transport.volume, self.player, folds)
        restore(self._parts, session.state.settings.geometry, session.state.settings.layout)
        self.start.open_mix.setFocus()

    # Building

    def _build(self) -> QWidget:
        names = (
            _("Spectrum"), _("Spectrogram"), _("Loudness"), _("Dynamics"), _("Stereo"), _("Map"), _("All measurements"), _("Stems"),
            _("Delivery"),
        )  # fmt: skip
        pages = (*self.plots, self.measurements, self.stems, self.delivery)
        self.split = MixPage(
            self.head, self.waveform, self.reference_lane, self.suggestions, [*zip(names, pages, strict=True)], self._tokens
        )
        self.views = self.split.views
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        self.pages.addWidget(self.split)
        self.message = MessageBar(self.pages)
        self.pages.currentChanged.connect(self.message.raise_)  # a page that comes to the front would cover it
        self.drop_target = DropOverlay(self.pages, lambda: self._tokens)
        self.references.setMinimumWidth(190)
        self.outer = QSplitter()
        self.outer.setChildrenCollapsible(False)
        self.outer.setHandleWidth(SPACE)
        self.outer.addWidget(self.references)
        self.outer.addWidget(self.pages)
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
            "add_references": self.references.actions_of_references.choose_files,
            "open_demo": self.session.open_demo,
            "open_demo_versions": lambda: self.session.open_demo("earlier"),
            "save": lambda: self.projects.save(),
            "save_as": lambda: self.projects.save_as(),
            "report": self.report.open,
            "export": self.choose_report,
            "quit": self.close,
            "taste": lambda: self._present("taste", self.session),
            "settings": lambda: self._present("settings", self.session),
            "fold_stems": self.head.fold.click,
            "fold_standing": self.suggestions.standing.fold.click,
            "compare": self.session.compare_again,
            "versions": self._show_versions,
            "cancel": self._cancel,
            "models": lambda: self._present("models"),
            "guide": lambda: self._present("guide"),
            "shortcuts": lambda: self._present("shortcuts"),
            "about": lambda: self._present("about"),
        }
        histories = {"undo": stack.createUndoAction, "redo": stack.createRedoAction}
        menus: dict[str, QMenu] = {}
        actions: dict[str, QAction] = {}
        for name, command in COMMANDS.items():
            if command.menu not in menus:
                menus[command.menu] = self.menuBar().addMenu(command.menu)
            menu = menus[command.menu]
            if name in ("save", "report", "quit", "taste", "models", "about"):
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
        self.report_action, self.export_action = actions["report"], actions["export"]
        self.song_actions = [actions[name] for name in ("report", "export", "save", "save_as", "versions")]
        for action in self.song_actions:
            action.setEnabled(False)
        self.player.set_match(self.session.state.settings.level_match)

    def _action(self, menu: QMenu, text: str, keys: str, slot: object) -> QAction:
        action = QAction(text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: slot())  # type: ignore[operator]
        menu.addAction(action)
        return action

    def _show_versions(self) -> None:
        self._present("versions", self.session)

    def _present(self, name: str, *words: object) -> None:
        kind = dialogs()[name]
        present(self, kind, lambda: kind(*words, self))

    def _connect(self) -> None:
        self.start.mix_wanted.connect(self.choose_mix)
        self.start.stems_wanted.connect(self.choose_stems)
        self.start.demo_wanted.connect(self.session.open_demo)
        self.session.state.analysed.connect(self._show_analysis)
        self.head.more.save_wanted.connect(self.choose_report)
        self.session.state.opening.connect(self._show_opening)
        self.session.state.previewed.connect(self.split.show_preview)
        self.session.told.connect(self.message.tell)
        recovery = self.session.recovery
        recovery.found.connect(lambda ask: self.message.offer(Offer(ask, _("Open again"), recovery.accept, recovery.decline)))
        recovery.withdrawn.connect(self.message.withdraw)
        for asking in (self.session.folders, self.session.reference_jobs, self.session.sound_tracks):
            asking.asked.connect(self.message.offer)
        self.session.stopped.connect(self.message.offer)
        self.projects = ProjectLinks(
            self.session, self, self.waveform, self.views, self.player, self.references, self.message.offer, self._show_versions
        )
        recovery.look()
        self._connect_player()
        self._moves = MoveLinks(self.session, self.plots, self.suggestions, self)
        self._sections = SectionLinks(self.session, self.waveform, self.plots, self.suggestions, self.transport, self)
        for field, rest in ((self.references.search, self.references.list), (self.measurements.search, self.measurements.tree)):
            ClearsOnEscape(field, rest)
        self.session.state.settled.connect(self._on_settled)
        self.measurements.mark_wanted.connect(self._mark)
        self.measurements.set_marked(self.session.state.settings.marked)
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self._retheme())

    def _connect_player(self) -> None:
        player, waveform = self.player, self.waveform
        waveform.seek_wanted.connect(player.seek)
        waveform.loop_wanted.connect(player.set_loop)
        waveform.solo_toggled.connect(player.set_solo)
        waveform.mute_toggled.connect(player.set_mute)
        player.moved.connect(waveform.show_position)
        player.state_changed.connect(self._show_what_plays)
        player.lost.connect(lambda why: self.message.tell(why, True))
        player.told.connect(lambda why: self.message.tell(why, True))
        self.suggestions.place_wanted.connect(self._show_place)
        self._references = ReferenceLinks(self.session, player, waveform, self.reference_lane, self.references, self.plots, self)
        self._times = TimeLinks(player, waveform, self.plots, self)
        self.transport.make_shortcuts(self, {**self._references.keys(), **self._times.keys()})

    # Showing

    def _show_analysis(self) -> None:
        result = self.session.state.result
        if result is None:
            return
        self._is_away = False
        self.player.load(result)
        self.split.show_result(result)
        self._show_song(result)

    def _show_opening(self, mix: OpenMix | None) -> None:
        """Show that another mix is on its way, from now on; None: it does not come, so what was there before comes back whole."""
        state = self.session.state
        if mix is not None and state.is_another_coming:
            self._is_away = True
            self.message.end_song()
            self.player.hold()
            self.split.show_opened(mix.name)
            self.transport.show_structure(SongStructure())
            self._enable(False)
            self._turn_to_mix()
            self.setWindowTitle(f"{mix.name} – Mix Assistant")
        elif self._is_away:
            self._is_away = False
            self._come_back()

    def _come_back(self) -> None:
        result = self.session.state.result
        if result is None:
            self.transport.setEnabled(True)
            self.pages.setCurrentWidget(self.start)
            self.setWindowTitle("Mix Assistant")
            return
        self.split.come_back(result)
        self.player.load(result)
        self._show_song(result)

    def _show_song(self, result: Result) -> None:
        self._sections.show()
        self._times.show()
        self._moves.show()
        self._enable(True)
        self._turn_to_mix()
        self.projects.show_title()
        self.message.show_song(result.analysis.track.content_hash)

    def _enable(self, is_shown: bool) -> None:
        self.transport.setEnabled(is_shown)
        for action in self.song_actions:
            action.setEnabled(is_shown)

    def _show_what_plays(self) -> None:
        """Show the loop and the stems that are heard, unless they are those of a song that has made room for another."""
        player = self.player
        if not player.is_held:
            self.waveform.show_loop(player.loop)
            self.waveform.show_solo_mute(player.solos, player.mutes)

    def _show_place(self, cell: Cell) -> None:
        """Turn to the view in which a cell of the matrix is seen."""
        page = self.stems if cell.view == "stems" else self.plots[PLOTS.index(cell.view)]
        self.views.setCurrentWidget(page)
        page.show_place(cell.place, cell.dimension)

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

    def _mark(self, marks: frozenset[str], are_marked: bool) -> None:
        self.session.change(marked=self.session.state.settings.with_marks(marks, are_marked).marked)

    def _on_settled(self, settings: Settings) -> None:
        self.measurements.set_marked(settings.marked)
        self._retheme()

    def _retheme(self) -> None:
        tokens = tokens_for(self.session.state.settings.theme)
        if tokens is self._tokens:
            return
        self._tokens = tokens
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, tokens)
        painted: tuple[Any, ...] = (
            self.waveform, self.reference_lane, *self.plots, self.suggestions, self.transport, self.delivery, self.split.first_look,
        )  # fmt: skip
        for view in painted:
            view.set_tokens(tokens)

    # Intentions

    def choose_mix(self) -> None:
        """Ask for a mix, or for several, which are queued."""
        paths, _filter = QFileDialog.getOpenFileNames(self, _("Open a mix or a project"))
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
        """Light up and say what a drop will do, however full the window is."""
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            text = _("Drop to analyse “{name}”").format(name=shortened(readable(paths[0].name), SHOWN_LETTERS))
            if len(paths) > 1:
                text = _("Drop to analyse {count} mixes, one after another").format(count=len(paths))
            self.drop_target.light_up(text)
            self.status.hover(text)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget it."""
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        """Analyse what was dropped."""
        self._end_drag()
        paths = dropped_paths(event.mimeData())
        event.acceptProposedAction()
        self.session.open_mixes(paths)

    def _end_drag(self) -> None:
        self.drop_target.light_up("")
        self.status.hover("")

    # Life

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Go on with Tab in the order of reading: what has been built since the last time has its place too."""
        put_in_order(
            (
                self.start, self.head, self.references, self.waveform, self.reference_lane, self.views, self.suggestions, self.transport,
                self.message, self.statusBar(),
            )
        )  # fmt: skip
        return super().focusNextPrevChild(forwards)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window is left and stop the work, without waiting for it: `run` does, when the window is gone."""
        if not self.projects.may_close():
            event.ignore()
            return
        state = self.session.state
        state.settings = state.settings.changed(**kept(self._parts, state.settings.layout))
        self.player.close()
        self.session.close()
        event.accept()
