"""Settings: the theme is seen at once, the rest counts with OK or Apply, and Cancel leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant import paths
from mixassistant.gui.background.machine import Engines, Folders, empty_cache, find_engines, limit_cache, measure_folders
from mixassistant.gui.background.worker import Failed, Job, Report, Succeeded, Worker
from mixassistant.gui.session.session import Session
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _
from mixassistant.progress import Progress
from mixassistant.stems.cache import Contents, size_text

THEMES = {"system": _("Like the system"), "light": _("Light"), "dark": _("Dark")}
SEPARATORS = {"auto": _("The best that is installed"), "embedded": _("The embedded one, which is rough")}
DEFAULT_MODEL = "htdemucs"  # what “demucs” alone means, see mixassistant.stems.separator
DEVICES = {"auto": _("Automatic"), "cpu": _("Processor"), "cuda": _("Graphics card (NVIDIA or AMD)"), "mps": _("Apple graphics")}
WIDTH = 640  # px
LIMITS = tuple(count * 500_000_000 for count in (1, 2, 4, 8, 16, 32, 64, 128))  # bytes
LABELS = 130  # px: one width for the labels of all groups, so that the boxes stand below each other


class SettingsDialog(QDialog):
    """The settings and the folders.

    What the computer has is asked in a worker: until the answer is there, the boxes hold what is set now.
    """

    def __init__(self, session: Session, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Settings"))
        self.setMinimumWidth(WIDTH)
        self._session = session
        self._kept_theme = session.state.settings.theme
        self._engines: Engines | None = None
        self._is_done = False
        self._limit_bytes = 0  # as it is set; 0 until that is known
        self._worker = Worker()
        self._worker.reported.connect(self._on_report)
        self._then: dict[int, Callable[[Any], None]] = {}
        set_now = session.state.settings
        self.theme = self._box(_("Colours of the window; you see them at once"), THEMES, set_now.theme)
        self.separator = self._box(
            _("What takes a mix apart that comes without stems; more is installed under Mix, Models…"),
            _separators(set_now.separator),
            set_now.separator,
        )
        self.device = self._box(_("What the networks run on"), {"auto": DEVICES["auto"]}, "auto")
        self.best = QLabel(_("Looking for graphics cards…"))
        self.best.setObjectName("small")
        self.level_match = QCheckBox(_("Level match is on when the program starts"))
        self.level_match.setToolTip(
            _("Mix, suggestion and reference are made equally loud, so that the louder one does not win by being louder")
        )
        self.level_match.setChecked(set_now.level_match)
        self.library_size, self.cache_size = QLabel("…"), QLabel("…")
        self.empty = self._button(_("Empty"), _("Empty the cache"), _("Delete what is kept to save time"), self._empty)
        self.limit = self._box(_("How large the cache may grow: what was unused for longest goes first"), {}, "")
        self.limit.setEnabled(False)  # until it is known what is set
        self.held = QLabel()
        self.held.setObjectName("small")
        self.held.setWordWrap(True)
        self.told = QLabel()
        self.told.setObjectName("small")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.buttons = button_row(Kind.Ok, Kind.Cancel, Kind.Apply)
        self._arrange()
        self.theme.currentIndexChanged.connect(self._preview_theme)
        for box in (self.separator, self.device, self.limit):
            box.currentIndexChanged.connect(self._refresh)
        self.level_match.toggled.connect(self._refresh)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(Kind.Apply).clicked.connect(self.apply)
        self._refresh()
        self._do(_("Measuring the folders"), measure_folders, self._show_folders)
        self._do(_("Looking for graphics cards"), find_engines, self._show_engines)

    # Building

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        self._group(layout, _("Appearance"), ((_("&Theme"), self.theme),))
        self._group(layout, _("Analysis"), ((_("&Separator"), self.separator), (_("&Device"), self.device), ("", self.best)))
        self._group(layout, _("Listening"), (("", self.level_match),))
        library = self._folder(_("library"), paths.data_folder(), self.library_size)
        cache = self._folder(_("cache"), paths.cache_folder(), self.cache_size, self.empty)
        self._group(
            layout,
            _("Folders"),
            ((_("&Library"), library), (_("&Cache"), cache), ("", self.held), (_("Cache &holds"), self.limit), ("", self.told)),
        )
        layout.addStretch(1)
        layout.addWidget(self.buttons)

    def _group(self, layout: QVBoxLayout, title: str, rows: tuple[tuple[str, QWidget], ...]) -> None:
        heading = QLabel(title)
        heading.setObjectName("heading")
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setHorizontalSpacing(SPACE)
        form.setContentsMargins(0, 0, 0, SPACE)
        for text, widget in rows:
            label = QLabel(text)
            label.setMinimumWidth(LABELS)
            if text:  # a label without text would take the widget's name away
                label.setBuddy(widget if widget.focusPolicy() != Qt.FocusPolicy.NoFocus else widget.findChild(QLineEdit) or widget)
                widget.setAccessibleName(text.replace("&", ""))
            form.addRow(label, widget)
        layout.addWidget(heading)
        layout.addLayout(form)

    def _box(self, tip: str, choices: dict[str, str], chosen: str) -> QComboBox:
        box = QComboBox()
        box.setToolTip(tip)
        _fill(box, choices, chosen)
        return box

    def _folder(self, name: str, folder: Path, size: QLabel, *more: QPushButton) -> QWidget:
        """Return the row of a folder: where it is, how much it holds, and a button that opens it."""
        shown = QLineEdit(str(folder))
        shown.setReadOnly(True)
        shown.setCursorPosition(0)
        shown.setAccessibleName(_("Folder of the {name}").format(name=name))
        shown.setToolTip(as_plain(str(folder)))
        size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        size.setMinimumWidth(size.fontMetrics().horizontalAdvance("000.0 MB") + SPACE)
        opening = self._button(
            _("Open"), _("Open the folder of the {name}").format(name=name), _("Show it in the file manager"), partial(_open_folder, folder)
        )
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(shown, 1)
        for widget in (size, opening, *more):
            row.addWidget(widget)
        if not more:  # the buttons of both rows stand below each other
            row.addSpacing(self.empty.sizeHint().width() + row.spacing())
        return whole

    def _button(self, text: str, name: str, tip: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setAutoDefault(False)  # Enter is OK's
        button.clicked.connect(lambda _checked=False: slot())
        return button

    # What is chosen

    def _chosen(self) -> dict[str, Any]:
        """Return what OK would change; a box that still waits for the worker's answer changes nothing."""
        chosen: dict[str, Any] = {"level_match": self.level_match.isChecked(), "separator": self.separator.currentData()}
        if self._engines is not None:
            chosen["device"] = self.device.currentData()
        return {name: value for name, value in chosen.items() if getattr(self._session.state.settings, name) != value}

    def _preview_theme(self) -> None:
        self._session.change(theme=self.theme.currentData())
        self._refresh()

    def _refresh(self) -> None:
        is_changed = bool(self._chosen()) or self._is_limit_changed or self.theme.currentData() != self._kept_theme
        self.buttons.button(Kind.Apply).setEnabled(is_changed)

    def apply(self) -> None:
        """Keep the changes."""
        self._kept_theme = self._session.state.settings.theme
        changes = self._chosen()
        if changes:
            self._session.change(**changes)
        if self._is_limit_changed:
            self._limit_bytes = int(self.limit.currentData())
            limiting = partial(limit_cache, self._limit_bytes)
            self._session.work.keep(_("Limiting the cache"), limiting, self._show_if_open)
        self._refresh()

    def accept(self) -> None:
        """Keep the changes and close."""
        self.apply()
        super().accept()

    def reject(self) -> None:
        """Close, in the theme that was there before."""
        if self._session.state.settings.theme != self._kept_theme:
            self._session.change(theme=self._kept_theme)
        super().reject()

    def done(self, result: int) -> None:
        """Stop the worker as well, however the dialog is closed."""
        self._is_done = True
        self._worker.cancel()
        self._worker.finish()
        super().done(result)

    def wait(self, limit_ms: int = 60_000) -> bool:
        """Wait for the worker's end, after the dialog was closed."""
        return bool(self._worker.wait(limit_ms))

    # What the computer has

    def _do(self, name: str, work: Callable[[Progress], Any], then: Callable[[Any], None]) -> None:
        self._then[self._worker.submit(Job(name, work)).ticket] = then

    def _on_report(self, report: Report) -> None:
        then = self._then.pop(report.job.ticket, None) if isinstance(report, Succeeded | Failed) else None
        if isinstance(report, Succeeded) and then is not None:
            then(report.result)
        elif isinstance(report, Failed):
            self.told.setText(str(report.error))

    def _show_engines(self, engines: Engines) -> None:
        """Offer what there is; a device that is set but gone falls back to automatic, a separator that is gone says so."""
        self._engines = engines
        self.best.setText(_("Automatic works with {device}.").format(device=engines.best))
        _fill(self.device, {name: DEVICES[name] for name in ("auto", *engines.devices)}, self._session.state.settings.device)
        chosen = self.separator.currentData()
        _fill(self.separator, _separators(chosen, engines.models), chosen)
        self._refresh()

    def _show_folders(self, folders: Folders) -> None:
        self.library_size.setText(size_text(folders.library_bytes))
        self.cache_size.setText(size_text(folders.cache.bytes))
        self.empty.setEnabled(folders.cache.bytes > 0)
        self.held.setText(held_text(folders.cache))
        if not self._is_limit_changed:
            self._limit_bytes = folders.cache.limit_bytes
            limits = sorted({*LIMITS, self._limit_bytes})
            _fill(self.limit, {str(limit): _("{size} at most").format(size=size_text(limit)) for limit in limits}, str(self._limit_bytes))
            self.limit.setEnabled(True)

    def _show_if_open(self, folders: Folders) -> None:
        """Show what the folders hold, unless the dialog was closed meanwhile."""
        if not self._is_done:
            self._show_folders(folders)

    @property
    def _is_limit_changed(self) -> bool:
        return bool(self._limit_bytes) and self.limit.currentData() != str(self._limit_bytes)

    def _empty(self) -> None:
        self.empty.setEnabled(False)
        self.told.setText(_("Emptying the cache…"))
        self._do(_("Emptying the cache"), empty_cache, self._emptied)

    def _emptied(self, folders: Folders) -> None:
        self._show_folders(folders)
        stays = _("The cache is empty but for stems that are being written just now.")
        self.told.setText(
            stays if folders.cache.bytes else _("The cache is empty. Mixes without stems are separated again when they are opened.")
        )


def held_text(cache: Contents) -> str:
    """Return what the cache holds, in words."""
    songs = _("stems of 1 song") if cache.songs == 1 else _("stems of {count} songs").format(count=cache.songs)
    made = _("1 file dragged out") if cache.made == 1 else _("{count} files dragged out").format(count=cache.made)
    parts = [(cache.songs, songs, cache.stems_bytes), (cache.made, made, cache.made_bytes)]
    told = ", ".join(f"{text} ({size_text(size)})" for count, text, size in parts if count)
    return _("Kept to save time: {what}. Your files are not in it.").format(what=told) if told else _("Nothing is kept yet.")


def _fill(box: QComboBox, choices: dict[str, str], chosen: str) -> None:
    """Offer choices and pick one, the first where it is not among them."""
    box.blockSignals(True)
    box.clear()
    for value, text in choices.items():
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)


def _separators(chosen: str, models: tuple[str, ...] | None = None) -> dict[str, str]:
    """Return the separators to offer: what is installed (`models`; not known yet: None), and what is chosen in any case."""
    choices = SEPARATORS | {f"demucs:{name}": _("Demucs {name}").format(name=name) for name in models or ()}
    if chosen not in choices:
        kind, _colon, model = chosen.partition(":")
        name = f"Demucs {model}".strip() if kind == "demucs" else chosen
        is_there = models is None or (kind == "demucs" and (model or DEFAULT_MODEL) in models)
        choices[chosen] = name if is_there else _("{name}: not installed").format(name=name)
    return choices


def _open_folder(folder: Path) -> None:
    """Show a folder in the file manager; it is made if it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
