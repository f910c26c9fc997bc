"""The stems: what made each and how well, what each is, listening to one alone, own files in their place, exporting, separating again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.gui.background.drag_files import Item
from mixassistant.gui.session.exports import accepted_moves, audio_item
from mixassistant.gui.stems.row import MixRow, StemRow, made_by
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import as_plain, breakable, shortened
from mixassistant.i18n import _
from mixassistant.names import file_names

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
SHORTEST = 14  # letters of a separator that are seen
SHOWN_FILES, SHOWN_LETTERS = 8, 40  # of those that would be written over, and of a name
PARTS: Mapping[str, str] = {"kick": _("kick"), "snare": _("snare"), "toms": _("toms"), "cymbals": _("cymbals")}
SEPARATORS = {"auto": _("Best installed separator"), "embedded": _("Embedded separator")}


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
        self.separator.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.separator.setMinimumContentsLength(SHORTEST)
        self.separator.setAccessibleName(_("Separator"))
        self.separator.setToolTip(_("What takes the mix apart; Demucs is installed under Mix, Models…"))
        self.again = QPushButton(_("Separate again"))
        self.again.setObjectName("narrow")
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
        self.moved = QCheckBox(_("With accepted moves"))
        self.moved.setToolTip(
            _(
                "What you export, drag out or copy holds the moves that you accepted, at their amounts; a compressor of a bus, and what is "
                "done to the mix, are in the whole mix alone"
            )
        )
        self.moved.toggled.connect(self._tell_moves)
        session.state.decided.connect(self._tell_moves)
        top.addWidget(self.moved)
        self.mix = MixRow(self)
        self.mix.hide()
        top.addWidget(self.mix)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the buttons of each row below its name, where there is no room beside it."""
        super().resizeEvent(event)
        self._stack()

    def _stack(self) -> None:
        for row in (self.mix, *self.rows):
            row.stack(self.width())

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
        self.mix.show()
        self._tell_moves()
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [StemRow(stem, self) for stem in told_stems(result.analysis.track)]
        for index, row in enumerate(self.rows):
            self._column.insertWidget(index + 1, row)
            row.show()  # at once: what is not seen yet cannot have the keyboard
        self._stack()
        self.notes.setText(self._whose(result))
        self._list_separators(result.analysis.request.separator)
        self._enable()
        self.refresh()
        for row in self.rows:
            if held is not None and row.stem.name == held[0]:
                row.buttons[held[1]].setFocus()

    def _whose(self, result: Result) -> str:
        """Say where the stems come from: some of those that a separator made may have the user's files in their place."""
        count, own = len(self.rows), sum(row.stem.origin == "supplied" for row in self.rows)
        if own == count:
            return _("{count} stems of your own").format(count=count)
        if own:
            return _("{count} stems: {own} of your own, {rest} taken from the mix").format(count=count, own=own, rest=count - own)
        return _("{count} stems, taken from the mix").format(count=count)

    def made_by(self, stem: MeasuredStem) -> str:
        """Say what made a stem; of a file in the place of a separated one, its name."""
        result = self._session.state.result
        files = {} if result is None else dict(result.analysis.request.replacements)
        return made_by(stem, files.get(stem.role))

    def _tell_moves(self) -> None:
        """Say with which moves the mix is written."""
        result = self._session.state.result
        if result is None:
            return
        count = len(accepted_moves(self._session.state))
        moves = _("written with 1 accepted move") if count == 1 else _("written with {count} accepted moves").format(count=count)
        if not count:
            moves = _("written as it is: no move is accepted yet")
        if not self.moved.isChecked():
            moves = _("written as it is")
        loudness = REGISTRY["lufs"].format(scalar(result.analysis.track.mix, "lufs"))
        self.mix.about.setText("   ·   ".join([loudness, moves]))

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
        self.export_all.setEnabled(bool(self.rows))
        for widget in (self.format, self.moved):
            widget.setEnabled(self._session.state.result is not None)
        for shown in (self.separator, self.again):
            shown.setVisible(self.may_replace)

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

    def file_of(self, name: str | None) -> Item | None:
        """Return a stem, or the whole mix (None), as a file to be dragged or copied, in the format that is chosen."""
        suffix, subtype = FORMATS[self.format.currentText()]
        return audio_item(self._session.state, self._session.core, name, suffix, subtype, self.moved.isChecked())

    def replace(self, row: StemRow) -> None:
        """Ask for a file in a stem's place."""
        result, stem = self._session.state.result, row.stem
        path, _filter = QFileDialog.getOpenFileName(self, _("Your own {name}").format(name=stem.name))
        if path and self._is_still_shown(result):
            self.put(stem.role, Path(path))

    def put(self, role: Any, path: Path) -> None:
        """Put a file in a stem's place and analyse the mix again."""
        self._session.stems.replace(role, path, self._is_wanted)

    def _is_wanted(self, doubts: Sequence[str]) -> bool:
        """Ask whether a file is to take a stem's place that may be something else."""
        text = as_plain(breakable(" ".join([*doubts, _("Put it there all the same?")])))
        return QMessageBox.question(self, _("Replace"), text) == QMessageBox.StandardButton.Yes

    def export(self, names: Sequence[str | None]) -> None:
        """Ask for a folder and write stems, or the whole mix (None), into it; nothing is written over unless the user says so."""
        result = self._session.state.result
        if not names or result is None:
            return
        folder = QFileDialog.getExistingDirectory(self, _("Export into"))
        if not folder or not self._is_still_shown(result):
            return
        suffix, subtype = FORMATS[self.format.currentText()]
        is_moved = self.moved.isChecked()
        mix = _("{name} with moves").format(name=result.analysis.track.name) if is_moved else result.analysis.track.name
        called = file_names([mix if name is None else name for name in names], suffix, _("Stem"))
        targets = {name: Path(folder) / made for name, made in zip(names, called, strict=True)}
        there = [path.name for path in targets.values() if path.exists()]
        shown = ", ".join(shortened(name, SHOWN_LETTERS) for name in there[:SHOWN_FILES])
        if len(there) > SHOWN_FILES:
            shown = _("{names} and {count} more").format(names=shown, count=len(there) - SHOWN_FILES)
        question = as_plain(_("Write over {names}?").format(names=breakable(shown)))
        if there and QMessageBox.question(self, _("Export"), question) != QMessageBox.StandardButton.Yes:
            return
        if self._is_still_shown(result):
            self._session.stems.export(targets, subtype, is_moved)

    def _is_still_shown(self, result: Result | None) -> bool:
        """Return whether a mix is still on the screen after a dialog; the queue may have brought another, and that is told."""
        is_shown = self._session.state.result is result
        if not is_shown:
            self._session.told.emit(_("another mix has come to the screen meanwhile: choose its stems again"), True)
        return is_shown
