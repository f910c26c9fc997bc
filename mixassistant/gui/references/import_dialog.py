"""The dialog that imports likes or a playlist: which file, what of it, and what that comes to before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant.errors import InputError
from mixassistant.gui.background.worker import Failed, Job, Progressed, Report, Succeeded, Worker
from mixassistant.gui.references.import_rows import ImportModel, ImportRow, rows_of
from mixassistant.gui.widgets.dialog_frame import Kind, button_row, present
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import breakable, references_text
from mixassistant.i18n import _
from mixassistant.library.importing import Plan, Says, Wish, carry_out, is_liked, plan_import
from mixassistant.library.playlists.entry import Listed
from mixassistant.library.playlists.reading import READ, read_list
from mixassistant.names import listed as named
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session
    from mixassistant.library.library import Library
    from mixassistant.progress import Progress

SIZE = QSize(760, 500)
SHOWN_FOLDERS = 3
STEPS = 1000  # of the progress bar
Take = tuple[tuple[str, ...], Says]  # playlists inside of the file, and what is said of all of it
SAID: Take = ((), "")
ALL: Take = ((), "liked")


@dataclass(frozen=True)
class Looked:
    """What a look at a file found, and its rows; without a plan, nothing in it is marked as liked."""

    listed: Listed
    plan: Plan | None = None
    rows: tuple[ImportRow, ...] = ()


Look = Callable[[Wish, "Progress"], Looked]


class ImportDialog(QDialog):
    """Chooses a list and folders, and shows what is found, unsure and wanted; `chosen` carries the plan that was agreed to."""

    chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._look = look
        self._plan: Plan | None = None
        self._path: Path | None = None
        self.folders: list[Path] = []
        self._worker = Worker()
        self._worker.reported.connect(self._on_report)
        self.setWindowTitle(_("Import likes or a playlist"))
        self.resize(SIZE)
        self._build()
        self._offer(())
        self._show_places()
        self._show_button()
        self._tell(_("What can be read: {formats}. Nothing is asked online.").format(formats=READ))

    # Building

    def _build(self) -> None:
        self.file = self._quiet_label(_("The list that is imported"))
        self.choose = self._button(_("Choose a list…"), READ[:1].upper() + READ[1:], self._choose)
        self.take = QComboBox()
        self.take.setAccessibleName(_("What of it is imported"))
        self.take.setToolTip(_("What the list itself says is liked and disliked, all of it, or one of its playlists"))
        self.take.currentIndexChanged.connect(lambda _index: self._start())
        self.places = self._quiet_label(_("Folders that are searched"))
        self.add_folder = self._button(
            _("Add a folder…"), _("A folder with your music: its files are searched by their tags"), self._choose_folder
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        for row, (name, widget, button) in enumerate(
            ((_("List"), self.file, self.choose), (_("Take"), self.take, None), (_("Your music"), self.places, self.add_folder))
        ):
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(widget, row, 1)
            if button is not None:
                grid.addWidget(button, row, 2)
        grid.setColumnStretch(1, 1)
        self.summary = QLabel()
        self.summary.setObjectName("sentence")
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, STEPS)
        self.progress.setAccessibleName(_("Progress of the search"))
        self.progress.hide()
        self.model = ImportModel()
        self.table = self._table()
        self.keeps_wanted = QCheckBox(_("Keep what is not here on the wanted list"))
        self.keeps_wanted.setChecked(True)
        self.keeps_wanted.setToolTip(
            _("A song leaves the list when its file is added; “mixassistant references wanted” lists and exports it")
        )
        self.keeps_wanted.toggled.connect(lambda _is_on: self._show_button())
        buttons = button_row(Kind.Ok, Kind.Cancel)
        self.ok = buttons.button(Kind.Ok)
        self.ok.setToolTip(_("Add what is found, which is measured in the background; what is unsure is not added (Enter)"))
        buttons.accepted.connect(self._agree)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        for part in (self.summary, self.progress):
            layout.addWidget(part)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.keeps_wanted)
        layout.addWidget(buttons)

    def _quiet_label(self, name: str) -> QLabel:
        label = QLabel()
        label.setObjectName("quiet")
        label.setAccessibleName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label

    def _button(self, text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.rstrip("…"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(_("What the import comes to"))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for column, width in enumerate((72, 280, 190)):
            table.setColumnWidth(column, width)
        return table

    # Choosing

    def _choose(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(self, _("A list of likes, or a playlist"))
        if path:
            self.open_list(Path(path))

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("A folder with your music"))
        if folder:
            self.search_in(Path(folder))

    def open_list(self, path: Path) -> None:
        """Look at a list."""
        self._path = path
        self._offer(())
        self._show_places()
        self._start()

    def search_in(self, folder: Path) -> None:
        """Search a folder as well."""
        if folder not in self.folders:
            self.folders.append(folder)
        self._show_places()
        self._start()

    def _offer(self, lists: tuple[str, ...]) -> None:
        """Offer what can be taken of the list; what is chosen stays, if it is still there."""
        before = self.take.currentData()
        entries: list[tuple[str, Take]] = [(_("What it says is liked"), SAID), (_("All of it"), ALL)]
        entries += [(_("Playlist “{name}”").format(name=name), ((name,), "")) for name in lists]
        self.take.blockSignals(True)
        self.take.clear()
        for text, take in entries:
            self.take.addItem(text, take)
        chosen = next((i for i, (_text, take) in enumerate(entries) if take == before), 0)
        self.take.setCurrentIndex(chosen)
        self.take.blockSignals(False)

    # Looking

    def _start(self) -> None:
        if self._path is None:
            return
        lists, says = self.take.currentData() or SAID
        wish = Wish(self._path, tuple(self.folders), lists, says)
        self._plan = None
        self._show_button()
        self._worker.submit(Job(_("Looking at {name}").format(name=readable(self._path.name)), partial(self._look, wish), "import"))

    def _on_report(self, report: Report) -> None:
        if isinstance(report, Progressed):
            self.progress.setValue(round(STEPS * report.fraction))
            self.progress.setFormat(f"{report.stage} %p%")
        self.progress.setVisible(self._worker.busy)
        if isinstance(report, Failed):
            self._show(None, ())
            self._tell(str(report.error))
        elif isinstance(report, Succeeded):
            looked: Looked = report.result
            self._offer(looked.listed.lists)
            self._show(looked.plan, looked.rows)
            self._tell(self._sentence(looked))

    def _show(self, plan: Plan | None, rows: tuple[ImportRow, ...]) -> None:
        self._plan = plan
        self.model.replace(rows)
        self._show_button()

    def _sentence(self, looked: Looked) -> str:
        listed, plan = looked.listed, looked.plan
        what = _("{kind}, {count} songs.").format(kind=listed.kind, count=f"{len(listed.entries):,}")
        if listed.damaged:
            what += " " + _("{count} damaged entries were left out.").format(count=listed.damaged)
        if plan is None:
            return what + " " + _("Nothing in it is marked as liked: take all of it, or one of its playlists.")
        told = _("{found} found ({new} new), {unsure} unsure, {wanted} not here.")
        numbers = (len(plan.sure), len(plan.new), len(plan.unsure), len(plan.wanted))
        found, new, unsure, wanted = (f"{number:,}" for number in numbers)
        more = "" if plan.sure or self.folders else " " + _("Add the folder with your music to search it.")
        return f"{what} {told.format(found=found, new=new, unsure=unsure, wanted=wanted)}{more}"

    def _tell(self, text: str) -> None:
        self.summary.setText(breakable(text))

    def _show_places(self) -> None:
        self.file.setText(breakable(readable(str(self._path))) if self._path is not None else _("None yet"))
        self.take.setEnabled(self._path is not None)
        names = named([readable(str(folder)) for folder in self.folders], SHOWN_FOLDERS)
        self.places.setText(breakable(names) if self.folders else _("None yet: only your library, and paths that the list names"))

    def _show_button(self) -> None:
        plan = self._plan
        new = len(plan.new) if plan is not None else 0
        wanted = len(plan.wanted) if plan is not None and self.keeps_wanted.isChecked() else 0
        self.ok.setText(_("Add {references}").format(references=references_text(new)) if new else _("Import"))
        self.ok.setEnabled(plan is not None and bool(plan.sure or wanted))
        self.keeps_wanted.setEnabled(plan is not None and bool(plan.wanted))

    # Ending

    def _agree(self) -> None:
        if self._plan is not None:
            self.chosen.emit(self._plan if self.keeps_wanted.isChecked() else replace(self._plan, wanted=()))
        self.close()

    def reject(self) -> None:
        """Close on Esc as well."""
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop looking."""
        self._worker.cancel()
        self._worker.finish()
        event.accept()


def import_likes(session: Session, parent: QWidget) -> ImportDialog:
    """Ask for likes or a playlist; what is agreed to goes to the library, and new references are measured in the background."""

    def make() -> ImportDialog:
        dialog = ImportDialog(partial(_look, session), parent.window())
        dialog.chosen.connect(partial(_carry_out, session))
        return dialog

    return present(parent.window(), ImportDialog, make, is_modal=True)


def _look(session: Session, wish: Wish, progress: Progress) -> Looked:
    listed = read_list(wish.path)
    try:
        plan = session.core.with_library(lambda library: plan_import(library, wish, progress, listed))
        return Looked(listed, plan, rows_of(plan))
    except InputError as error:
        if error.code == "nothing-liked":
            return Looked(listed)
        raise


def _carry_out(session: Session, plan: Plan) -> None:
    paths = [match.recording.path for match in plan.new if match.recording is not None and is_liked(match)]

    def keep(library: Library) -> int:
        for match in plan.new:  # measured when a mix is compared: nobody waits for what pushes a mix away
            if match.recording is not None and not is_liked(match):
                library.references.add(match.recording.path, liked=False)
        return carry_out(library, plan)

    def then(more: int) -> None:
        jobs = session.reference_jobs
        jobs.list()
        if more:
            session.told.emit(_("{count} more on the wanted list").format(count=_("1 song") if more == 1 else f"{more:,} songs"), False)
        if paths:
            jobs.add(paths, jobs.profile)

    session.work.keep(_("Importing likes"), lambda progress: session.core.with_library(keep), then)
