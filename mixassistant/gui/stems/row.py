"""A stem's row: what made it and how well, what it is, and what can be done with it; and the row of the whole mix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup, QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.gui.widgets.dragging import DragSource, dropped_paths
from mixassistant.gui.widgets.readout import name_label
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import shortened
from mixassistant.i18n import _
from mixassistant.names import readable
from mixassistant.report.wording import role_name
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import ROLES

if TYPE_CHECKING:
    from mixassistant.features.track import MeasuredStem
    from mixassistant.gui.background.drag_files import DragFiles, Item
    from mixassistant.stems.stem import Heard

SHOWN_LETTERS = 40  # of a name
LEAST_NAME = 120  # px
NONE_OF: Mapping[str, str] = {
    "drums": _("No drums in this song"),
    "bass": _("No bass in this song"),
    "vocals": _("No vocals in this song"),
    "other": _("No other instruments in this song"),
}


class Stems(Protocol):
    """What a row asks of the page that it stands on, and has it do."""

    drag_files: DragFiles

    @property
    def may_replace(self) -> bool:
        """Whether the mix was taken apart by a separator."""

    @property
    def may_choose_roles(self) -> bool:
        """Whether the stems are the user's own."""

    @property
    def may_say_absent(self) -> bool:
        """Whether the user may say which roles the song does not have."""

    @property
    def absent(self) -> frozenset[str]:
        """The roles that the song does not have, as the user has said."""

    @property
    def roles(self) -> Mapping[str, Any]:
        """What the user has said that stems are, by name."""

    @property
    def heard(self) -> Mapping[str, Heard]:
        """What stems sound like whose names do not tell what they are, by name."""

    def role_text(self, stem: MeasuredStem) -> str:
        """Return what a stem is and who says so."""

    def made_by(self, stem: MeasuredStem) -> str:
        """Say what made a stem."""

    def file_of(self, name: str | None) -> Item | None:
        """Return a stem, or the whole mix (None), as a file."""

    def listen(self, name: str) -> None:
        """Hear one stem alone, or everything again."""

    def replace(self, row: StemRow) -> None:
        """Ask for a file in a stem's place."""

    def put(self, role: Any, path: Path) -> None:
        """Put a file in a stem's place."""

    def choose_role(self, name: str, role: Any) -> None:
        """Say what a stem is; None: what was found."""

    def say_absent(self, role: Any, is_absent: bool) -> None:
        """Say whether the song has a role."""

    def export(self, names: Sequence[str | None]) -> None:
        """Write stems, or the whole mix (None), as files."""


def made_by(stem: MeasuredStem, file: Path | None = None) -> str:
    """Say what made a stem, and how far that is off as a rule; `file` is what was put in the place of a separated one."""
    from mixassistant.profiles.separation_error import load_separation_errors

    if stem.origin == "supplied":
        return (
            _("Your own file") if file is None else _("Your own file, “{name}”").format(name=shortened(readable(file.name), SHOWN_LETTERS))
        )
    who = _("the embedded separator") if stem.origin == "embedded" else stem.origin.replace("demucs:", "Demucs ")
    error = load_separation_errors().get(stem.origin, {}).get(stem.role)
    if error is None:
        return _("Separated by {who}; how well was not measured").format(who=who)
    spectrum = float(error.ltas.sd[8:27].mean())  # 125 Hz – 8 kHz
    return _("Separated by {who}: loudness within ±{level:.1f} LU, spectrum ±{spectrum:.0f} dB as a rule").format(
        who=who, level=1.645 * error.level[1], spectrum=spectrum
    )


def told_level(stem: MeasuredStem) -> str:
    """Return how loud a stem is against the mix, with its sign: ``"+1.0 LU"``."""
    level = scalar(stem.values, "level")
    return ("+" if level is not None and level > 0 else "") + REGISTRY["level"].format(level)


class AudioRow(QFrame):
    """What can be written as a file, dragged and copied: its name, buttons, and what there is to say of it.

    Parameters
    ----------
    name : str
    item : callable
        Returns the file; None: there is none now.
    panel : Stems
    tip : str
    """

    def __init__(self, name: str, item: Callable[[], Item | None], panel: Stems, tip: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setToolTip(tip)
        self.name, self._panel = name, panel
        self.source = DragSource(self, item, panel.drag_files)
        self.about = QLabel()
        self.about.setObjectName("small")
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)

    def _lay_out(self) -> None:
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.addWidget(name_label(self.name), 1)
        buttons = QHBoxLayout()
        for button in self.buttons:
            button.setObjectName("narrow")
            buttons.addWidget(button)
        row.addLayout(buttons)
        row.setAlignment(buttons, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE + 4, SPACE // 2, SPACE, SPACE // 2)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.about)

    def stack(self, room: int) -> None:
        """Set the buttons below the name, where there is no room beside it; `room` in px."""
        is_narrow = sum(button.sizeHint().width() + SPACE for button in self.buttons if not button.isHidden()) + LEAST_NAME > room
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)

    def _button(self, text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text.rstrip('…')} {self.name}")
        button.setCursor(Qt.CursorShape.ArrowCursor)  # of the row, the hand
        button.clicked.connect(lambda _checked=False: slot())
        return button

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """What can be done, from left to right; not all of it with every row."""
        return ()


class MixRow(AudioRow):
    """The whole mix, to be written as it is heard."""

    def __init__(self, panel: Stems) -> None:
        tip = _("Drag the whole mix into a folder or another program; Ctrl+C copies it as a file")
        super().__init__(_("Mix"), lambda: panel.file_of(None), panel, tip)
        self.export = self._button(_("Export…"), _("Write the whole mix as a file"), lambda: panel.export([None]))
        self._lay_out()

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """What can be done with the mix."""
        return (self.export,)


class StemRow(AudioRow):
    """One stem."""

    def __init__(self, stem: MeasuredStem, panel: Stems) -> None:
        tip = _("Drag this stem into a folder or another program; Ctrl+C copies it as a file")
        super().__init__(stem.name, lambda: panel.file_of(stem.name), panel, tip)
        self.setAcceptDrops(True)
        self.stem = stem
        role = panel.role_text(stem)
        self.about.setText("   ·   ".join([role, told_level(stem), panel.made_by(stem)]))
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
        self._lay_out()
        self.replace.setVisible(panel.may_replace)  # not before they are in here: they would be windows of their own
        self.role.setVisible(panel.may_say_absent)

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
