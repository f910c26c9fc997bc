"""The stems: what made each and how well, what each is, listening to one alone, own files in their place, exporting, separating again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup, QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.gui.background.drag_files import Item
from mixassistant.gui.session.exports import stem_item
from mixassistant.gui.widgets.dragging import DragSource, dropped_paths
from mixassistant.gui.widgets.readout import name_label
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import as_plain, breakable, shortened
from mixassistant.i18n import _
from mixassistant.names import file_names
from mixassistant.report.wording import role_name
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import ROLES

if TYPE_CHECKING:
    from mixassistant.features.track import MeasuredStem
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.player import Player
    from mixassistant.gui.session.session import Session
    from mixassistant.stems.stem import Heard

FORMATS: Mapping[str, tuple[str, str]] = {
    "WAV, 24 bit": (".wav", "PCM_24"),
    "WAV, 16 bit": (".wav", "PCM_16"),
    "WAV, 32 bit float": (".wav", "FLOAT"),
    "FLAC, 24 bit": (".flac", "PCM_24"),
}
SHOWN_FILES, SHOWN_LETTERS = 8, 40  # of those that would be written over, and of a name
NONE_OF: Mapping[str, str] = {
    "drums": _("No drums in this song"),
    "bass": _("No bass in this song"),
    "vocals": _("No vocals in this song"),
    "other": _("No other instruments in this song"),
}
PARTS: Mapping[str, str] = {"kick": _("kick"), "snare": _("snare"), "toms": _("toms"), "cymbals": _("cymbals")}
SEPARATORS = {"auto": _("The best there is"), "embedded": _("Embedded separator")}


def made_by(stem: MeasuredStem) -> str:
    """Say what made a stem, and how far that is off as a rule."""
    from mixassistant.profiles.separation_error import load_separation_errors

    if stem.origin == "supplied":
        return _("Your own file")
    who = _("the embedded separator") if stem.origin == "embedded" else stem.origin.replace("demucs:", "Demucs ")
    error = load_separation_errors().get(stem.origin, {}).get(stem.role)
    if error is None:
        return _("Separated by {who}; how well was not measured").format(who=who)
    spectrum = float(error.ltas.sd[8:27].mean())  # 125 Hz – 8 kHz
    return _("Separated by {who}: loudness within ±{level:.1f} LU, spectrum ±{spectrum:.0f} dB as a rule").format(
        who=who, level=1.645 * error.level[1], spectrum=spectrum
    )


class StemRow(QFrame):
    """One stem."""

    def __init__(self, stem: MeasuredStem, panel: StemsPanel) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAcceptDrops(True)
        self.setToolTip(_("Drag this stem into a folder or another program; Ctrl+C copies it as a file"))
        self.stem, self._panel = stem, panel
        self.source = DragSource(self, lambda: panel.file_of(stem.name), panel.drag_files)
        name = name_label(stem.name)
        level = scalar(stem.values, "level")
        role = panel.role_text(stem)
        about = QLabel("   ·   ".join([role, REGISTRY["level"].format(level), made_by(stem)]))
        about.setObjectName("small")
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setWordWrap(True)
        self.listen = self._button(_("Listen"), _("Hear this stem alone; again: everything"), self._toggle)
        self.listen.setCheckable(True)
        self.replace = self._button(
            _("Replace…"), _("Put your own file in its place; you may drop it here too"), lambda: panel.replace(self)
        )
        self.role = self._button(_("Role"), _("Say what this stem is, or that the song has none; it is analysed again"), lambda: None)
        self.role.setAccessibleDescription(role)
        menu = QMenu(self.role)
        menu.aboutToShow.connect(lambda: self._fill_roles(menu))
        self.role.setMenu(menu)
        self.export = self._button(_("Export…"), _("Write this stem as a file"), lambda: panel.export([stem.name]))
        row = QHBoxLayout()
        row.addWidget(name, 1)
        for button in self.buttons:
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE + 4, SPACE // 2, SPACE, SPACE // 2)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(about)
        self.replace.setVisible(panel.may_replace)  # not before they are in here: they would be windows of their own
        self.role.setVisible(panel.may_say_absent)

    def _button(self, text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text.rstrip('…')} {self.stem.name}")
        button.setCursor(Qt.CursorShape.ArrowCursor)  # of the row, the hand
        button.clicked.connect(lambda _checked=False: slot())
        return button

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """What can be done, from left to right; not all of it with every stem."""
        return self.listen, self.replace, self.role, self.export

    def _toggle(self) -> None:
        self._panel.listen(self.stem.name)

    def _fill_roles(self, menu: QMenu) -> None:
        """Offer what the stem may be: what its name or its sound tells, and each role; and that the song has no such role."""
        menu.clear()
        if self._panel.may_choose_roles:
            self._offer_roles(menu)
            menu.addSeparator()
        none = menu.addAction(NONE_OF[self.stem.role])
        none.setCheckable(True)
        none.setChecked(self.stem.role in self._panel.absent)
        none.triggered.connect(lambda is_absent: self._panel.say_absent(self.stem.role, is_absent))

    def _offer_roles(self, menu: QMenu) -> None:
        chosen, heard = self._panel.roles.get(self.stem.name), self._panel.heard.get(self.stem.name)
        found = _("As found ({role})").format(role=heard.role if heard else role_from_name(self.stem.name) or "other")
        group = QActionGroup(menu)
        for role, text in ((None, found), *((role, role_name(role)) for role in ROLES)):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(role == chosen)
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, role=role: self._panel.choose_role(self.stem.name, role))
            if role is None:
                menu.addSeparator()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what the buttons do, and the roles at once."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._panel.may_say_absent:
            self._fill_roles(menu)
            menu.addSeparator()
        for button in self.buttons:
            if button.isVisible() and button is not self.role:
                menu.addAction(button.text()).triggered.connect(button.click)
        menu.popup(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file, where a stem may be replaced."""
        if self._panel.may_replace and len(dropped_paths(event.mimeData())) == 1:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the file in the stem's place."""
        event.acceptProposedAction()
        self._panel.put(self.stem.role, dropped_paths(event.mimeData())[0])


class StemsPanel(QWidget):
    """All stems of the mix."""

    def __init__(self, session: Session, player: Player) -> None:
        super().__init__()
        self._session, self._player = session, player
        self.drag_files = session.drag_files
        self.rows: list[StemRow] = []
        self.notes = QLabel(_("Open a mix to see its stems."))
        self.notes.setObjectName("quiet")
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setWordWrap(True)
        self.format = QComboBox()
        self.format.addItems([*FORMATS])
        self.format.setAccessibleName(_("Format of exported stems"))
        self.format.setToolTip(_("Format of exported stems"))
        self.export_all = QPushButton(_("Export all…"))
        self.export_all.setToolTip(_("Write all stems into a folder"))
        self.export_all.setAccessibleName(_("Export all stems"))
        self.export_all.clicked.connect(lambda _checked=False: self.export([row.stem.name for row in self.rows]))
        self.separator = QComboBox()
        self.separator.setAccessibleName(_("Separator"))
        self.separator.setToolTip(_("What takes the mix apart; Demucs is installed under Mix, Models…"))
        self.again = QPushButton(_("Separate again"))
        self.again.setToolTip(_("Take the mix apart with this separator, and analyse it again"))
        self.again.setAccessibleName(_("Separate again"))
        self.again.clicked.connect(lambda _checked=False: session.stems.separate_again(self.separator.currentData()))
        top = QVBoxLayout()
        top.setSpacing(SPACE // 2)
        top.addWidget(self.notes)
        for pair in ((self.separator, self.again), (self.format, self.export_all)):
            row = QHBoxLayout()
            for widget in pair:
                row.addWidget(widget)
            row.addStretch(1)
            top.addLayout(row)
        self.moved = QCheckBox(_("Drag and copy with accepted moves"))
        self.moved.setToolTip(
            _("Stems that you drag out or copy hold the moves that you accepted for them; those of a bus and of the mix are left out")
        )
        top.addWidget(self.moved)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(_("Stems"))
        self._top = QWidget()
        self._top.setLayout(top)
        top.setContentsMargins(0, 0, 0, 0)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, SPACE // 2, 0)
        self._column.setSpacing(SPACE // 2)
        self._column.addWidget(self._top)
        self._column.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._column)
        self._area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area, 1)
        player.state_changed.connect(self.refresh)
        self._enable()

    @property
    def may_replace(self) -> bool:
        """Whether the mix was taken apart by a separator."""
        result = self._session.state.result
        return result is not None and result.analysis.track.origin not in ("", "supplied") and not self._session.state.is_demo

    @property
    def may_choose_roles(self) -> bool:
        """Whether the stems are the user's own, who knows what each is."""
        result = self._session.state.result
        return result is not None and result.analysis.track.origin == "supplied" and not self._session.state.is_demo

    @property
    def may_say_absent(self) -> bool:
        """Whether the user may say which roles the song does not have."""
        return self._session.state.result is not None and not self._session.state.is_demo

    @property
    def absent(self) -> frozenset[str]:
        """The roles that the song does not have, as the user has said."""
        return self._session.stems.absent

    def say_absent(self, role: Any, is_absent: bool) -> None:
        """Say whether the song has a role, and analyse the mix again."""
        self._session.stems.say_absent(role, is_absent)

    @property
    def heard(self) -> Mapping[str, Heard]:
        """What stems sound like whose names do not tell what they are, by name."""
        result = self._session.state.result
        return {} if result is None else {stem.name: stem.heard for stem in result.analysis.song.stems if stem.heard is not None}

    def role_text(self, stem: MeasuredStem) -> str:
        """Return what a stem is and who says so; what was only heard asks to be confirmed."""
        if stem.role in self.absent:
            return _("{role}: none in this song, as you said").format(role=stem.role)
        if stem.role in self._session.stems.unheard:
            return _("{role}: nothing to speak of, so no advice").format(role=stem.role)
        if stem.name in self.roles:
            return _("{role}, as you said").format(role=stem.role)
        heard = self.heard.get(stem.name)
        if heard is None:
            return stem.role
        drums = PARTS.get(heard.part, "")
        return _("heard: {role}?").format(role=f"{stem.role} ({drums})" if drums else stem.role)

    @property
    def roles(self) -> Mapping[str, Any]:
        """What the user has said that stems are, by name."""
        return self._session.stems.roles

    def choose_role(self, name: str, role: Any) -> None:
        """Say what a stem is (None: what was found) and analyse the mix again."""
        self._session.stems.choose_role(name, role)

    def show_result(self, result: Result) -> None:
        """Show the stems of an analysis; the button that had the keyboard keeps it."""
        from mixassistant.profiles.separation_error import told_stems

        keyboard = self.window().focusWidget()  # also while a menu is in front of the window
        held = next(((row.stem.name, i) for row in self.rows for i, button in enumerate(row.buttons) if button is keyboard), None)
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [StemRow(stem, self) for stem in told_stems(result.analysis.track)]
        for index, row in enumerate(self.rows):
            self._column.insertWidget(index + 1, row)
            row.show()  # at once: what is not seen yet cannot have the keyboard
        whose = _("{count} stems of your own") if result.analysis.track.origin == "supplied" else _("{count} stems, taken from the mix")
        self.notes.setText(whose.format(count=len(self.rows)))
        self._list_separators(result.analysis.request.separator)
        self._enable()
        self.refresh()
        for row in self.rows:
            if held is not None and row.stem.name == held[0]:
                row.buttons[held[1]].setFocus()

    def show_place(self, role: str, dimension: str) -> None:
        """Show the stems of a role, whose levels are told in their rows."""
        rows = [row for row in self.rows if row.stem.role == role]
        for row in self.rows:
            row.setProperty("marked", row in rows)
            row.style().unpolish(row)
            row.style().polish(row)
        for row in reversed(rows):
            self._area.ensureWidgetVisible(row)

    def _list_separators(self, chosen: str) -> None:
        """Offer what is installed; what is not says so."""
        from mixassistant.stems import weights

        self.separator.clear()
        for name, text in SEPARATORS.items():
            self.separator.addItem(text, name)
        for name, model in weights.MODELS.items():
            if model.kind == "separation":
                there = weights.installed(name) is not None
                self.separator.addItem(f"Demucs {name}" if there else _("Demucs {name}: not installed").format(name=name), f"demucs:{name}")
                if not there:
                    self.separator.setItemData(
                        self.separator.count() - 1, 0, Qt.ItemDataRole.UserRole - 1
                    )  # an entry that cannot be picked
        self.separator.setCurrentIndex(max(self.separator.findData(chosen), 0))

    def _enable(self) -> None:
        for widget in (self.format, self.export_all, self.moved):
            widget.setEnabled(bool(self.rows))
        for widget in (self.separator, self.again):
            widget.setVisible(self.may_replace)

    def refresh(self) -> None:
        """Show which stem is heard alone."""
        for row in self.rows:
            row.listen.setChecked(row.stem.name in self._player.solos)

    def listen(self, name: str) -> None:
        """Hear one stem alone, or everything again."""
        was = name in self._player.solos
        for other in self._player.solos:
            self._player.set_solo(other, False)
        if not was:
            self._player.set_solo(name, True)
            self._player.play()
        self.refresh()

    def file_of(self, name: str) -> Item | None:
        """Return a stem as a file to be dragged or copied, in the format that is chosen."""
        suffix, subtype = FORMATS[self.format.currentText()]
        return stem_item(self._session.state, self._session.core, name, suffix, subtype, self.moved.isChecked())

    def replace(self, row: StemRow) -> None:
        """Ask for a file in a stem's place."""
        result, stem = self._session.state.result, row.stem
        path, _filter = QFileDialog.getOpenFileName(self, _("Your own {name}").format(name=stem.name))
        if path and self._is_still_shown(result):
            self.put(stem.role, Path(path))

    def put(self, role: Any, path: Path) -> None:
        """Put a file in a stem's place and analyse the mix again."""
        self._session.stems.replace(role, path)

    def export(self, names: list[str]) -> None:
        """Ask for a folder and write stems into it; nothing there is written over unless the user says so."""
        if not names:
            return
        result = self._session.state.result
        folder = QFileDialog.getExistingDirectory(self, _("Export stems into"))
        if not folder or not self._is_still_shown(result):
            return
        suffix, subtype = FORMATS[self.format.currentText()]
        targets = {name: Path(folder) / made for name, made in zip(names, file_names(names, suffix, _("Stem")), strict=True)}
        there = [path.name for path in targets.values() if path.exists()]
        shown = ", ".join(shortened(name, SHOWN_LETTERS) for name in there[:SHOWN_FILES])
        if len(there) > SHOWN_FILES:
            shown = _("{names} and {count} more").format(names=shown, count=len(there) - SHOWN_FILES)
        question = as_plain(_("Write over {names}?").format(names=breakable(shown)))
        if there and QMessageBox.question(self, _("Export"), question) != QMessageBox.StandardButton.Yes:
            return
        if self._is_still_shown(result):
            self._session.stems.export(targets, subtype)

    def _is_still_shown(self, result: Result | None) -> bool:
        """Return whether a mix is still on the screen after a dialog; the queue may have brought another, and that is told."""
        is_shown = self._session.state.result is result
        if not is_shown:
            self._session.told.emit(_("another mix has come to the screen meanwhile: choose its stems again"), True)
        return is_shown
