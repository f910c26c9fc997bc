"""What stands over the cards: how finished the mix is, as its user says, and where it lies among the references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from mixassistant.gui.suggestions.matrix import LEGEND, StandingTable
from mixassistant.gui.suggestions.standing_cells import Cell, matrix_of
from mixassistant.gui.widgets.commands import COMMANDS, native
from mixassistant.gui.widgets.fold import FoldButton
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.segments import joined
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.wording import references_text, unbroken
from mixassistant.i18n import _
from mixassistant.profiles.stage import Stage
from mixassistant.report.standing_words import stage_name

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session

TIPS: dict[Stage, str] = {
    "rough": _("Levels and tone are not set yet: moves may go far"),
    "working": _("The mix is being worked on: moves go a part of the way"),
    "finished": _("The mix is meant as it is: faults, and little else"),
}
TOLD_LINES = 2  # of what is said of a cell: its room is kept, so that nothing jumps


class StageControl(QWidget):
    """Three buttons side by side, of which one is down."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[Stage, QPushButton] = {}
        self._group = QButtonGroup(self)
        for stage, tip in TIPS.items():
            name = stage_name(stage)
            button = QPushButton(name)
            button.setToolTip(tip)
            button.setAccessibleName(_("The mix is: {stage}").format(stage=name))
            button.clicked.connect(lambda _checked=False, stage=stage: self.chosen.emit(stage))
            self._group.addButton(button)
            self.buttons[stage] = button
        self.setLayout(joined([*self.buttons.values()]))

    def show_stage(self, stage: Stage) -> None:
        """Show which stage holds."""
        self.buttons[stage].setChecked(True)


class Told(QLabel):
    """What a cell says, in as much room as its longest sentences take at most."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("small")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._texts: tuple[str, ...] = ("",)

    def say(self, *texts: str) -> None:
        """Say something, in the longest form that there is room for."""
        self._texts = texts
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the room, and say what fits into it."""
        super().resizeEvent(event)
        self.setFixedHeight(self._room)
        self._fit()

    @property
    def _room(self) -> int:
        return TOLD_LINES * self.fontMetrics().lineSpacing() + 2

    def _fit(self) -> None:
        field, flags = QRect(0, 0, max(self.width(), 1), 1000), Qt.TextFlag.TextWordWrap
        heights = (self.fontMetrics().boundingRect(field, flags, text).height() for text in self._texts)
        self.setText(next((text for text, high in zip(self._texts, heights, strict=True) if high <= self._room), self._texts[-1]))


class StandingPanel(QWidget):
    """The stage and the matrix. `wanted` brings the `Cell` that is to be seen in the views."""

    wanted = Signal(object)

    def __init__(self, session: Session, tokens: Tokens) -> None:
        super().__init__()
        self._session = session
        self.stage = StageControl()
        self.hint = QLabel()
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setObjectName("small")
        self.hint.setWordWrap(True)
        self.title, self._whose = QLabel(_("Where you stand")), Readout("", "small")
        self.title.setObjectName("group")
        self.fold = FoldButton(_("where you stand"), native(COMMANDS["fold_standing"].keys))
        self.fold.folded.connect(lambda _is_folded: self._show_table())
        self.table = StandingTable(tokens)
        self.told = Told()
        for part in (self.title, self._whose):
            part.setToolTip(LEGEND)
        head = QHBoxLayout()
        head.setSpacing(SPACE // 2)
        head.addWidget(self.title)
        head.addWidget(self._whose, 1)
        head.addWidget(self.fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addWidget(self.stage)
        layout.addWidget(self.hint)
        layout.addLayout(head)
        layout.addWidget(self.table)
        layout.addWidget(self.told)
        self.stage.chosen.connect(session.choose_stage)
        self.table.pointed.connect(self._tell)
        self.table.wanted.connect(self.wanted)
        session.state.analysed.connect(self.rebuild)
        session.state.opening.connect(self._on_opening)  # a method: it goes with the panel, where a window is forgotten
        self.rebuild()

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self.table.set_tokens(tokens)

    def rebuild(self) -> None:
        """Show the current analysis."""
        result = self._session.state.result
        self.setVisible(result is not None)
        if result is None:
            return
        analysis = result.analysis
        matrix = matrix_of(analysis)
        self.table.show_matrix(matrix)
        self._show_table()
        count = len(analysis.profile.references)
        self._whose.say(matrix.whose, references_text(count) if count else "", "")
        self._whose.setToolTip(LEGEND)
        self.hint.setText(unbroken(analysis.stage_hint))
        self.hint.setVisible(bool(analysis.stage_hint))
        self._show_stage()

    def _show_table(self) -> None:
        """Show the matrix, unless it is folded or has no rows."""
        has_rows = self.table.model().rowCount() > 0
        for head in (self.title, self._whose, self.fold):
            head.setVisible(has_rows)
        for inside in (self.table, self.told):
            inside.setVisible(has_rows and not self.fold.is_folded)

    def _on_opening(self, _mix: object) -> None:
        self._show_stage()

    def _show_stage(self) -> None:
        """Show the stage that the mix is being analysed at, or else that it was.

        While another mix comes to the screen nothing is asked of this one: its analysis would keep the other from coming.
        """
        state = self._session.state
        self.stage.setEnabled(state.is_opened_shown)
        if state.opened.stage is not None:
            self.stage.show_stage(state.opened.stage)

    def _tell(self, cell: Cell) -> None:
        self.told.say(*(unbroken(text) for text in cell.forms))
