"""The page of delivery: every target in a table, and what the chosen one makes of the mix, to be heard as B and written as a master."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mixassistant.advice.sentences.delivery import gain_words, peak_words
from mixassistant.audio.lossy import CODECS
from mixassistant.gui.background.delivery import Delivered, Sent, heard
from mixassistant.gui.delivery import words
from mixassistant.gui.player.rendering import Heard, Version
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.i18n import _
from mixassistant.names import file_name
from mixassistant.report.delivery_tables import FITS, IS_OVER

if TYPE_CHECKING:
    from mixassistant.advice.delivery_plan import DeliveryPlan
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.player import Player
    from mixassistant.gui.session.session import Session

WIDE = 700  # px: from here on the details stand beside the table, which is the way to choose a target
QWIDGETSIZE_MAX = 16_777_215  # px: Qt's own largest, which PySide does not name
SHORT_NAME = 12  # letters of a name that a list shows at least
NARROW = 420  # px: below, the table leaves out what each target's loudness is
EMPTY = _("Open a mix to see how loud services and standards play it, and what they do to its peaks.")
UNKNOWN = _("The loudness of this mix cannot be told, so nothing is said of delivery.")
FILTERS = {"WAV (*.wav)": ".wav", "FLAC (*.flac)": ".flac", "AIFF (*.aiff)": ".aiff"}


def _label(kind: str) -> QLabel:
    label = QLabel()
    label.setObjectName(kind)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


class DeliveryPanel(QScrollArea):
    """Shows `session.delivery`, and passes intentions on to it and to the player."""

    def __init__(self, session: Session, player: Player, tokens: Tokens) -> None:
        super().__init__()
        self._session, self._player, self._tokens = session, player, tokens
        self._sent: dict[str, Sent] = {}
        self._is_stale = True
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_("Delivery"))
        self.table = self._make_table()
        self.headline, self.peak, self.about, self.told = _label("heading"), _label("sentence"), _label("small"), _label("sentence")
        self.as_master = QCheckBox()
        self.as_master.setChecked(True)
        self.as_master.setToolTip(_("Turned to the loudness of the target, with a true-peak limiter for what stands out"))
        self.with_moves = QCheckBox()
        self.with_moves.setChecked(True)
        self.with_moves.setToolTip(_("The moves that you accepted on their cards, as you decided them"))
        self.codec = QComboBox()
        self.codec.setAccessibleName(_("Codec"))
        self.codec.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.codec.setMinimumContentsLength(SHORT_NAME)
        self.codec.setToolTip(_("Send it through a lossy codec and back, as a service does"))
        self.codec.addItem(_("No codec"), "")
        for key, codec in CODECS.items():
            for kbps in codec.kbps:
                self.codec.addItem(_("{codec}, {kbps} kbit/s").format(codec=codec.name, kbps=kbps), f"{key} {kbps}")
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(_("Delivery target"))
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(SHORT_NAME)
        self.chooser.setToolTip(_("Where the mix goes"))
        self.hear = self._button(_("Hear it"), _("Render it, and hear it as B in place of the mix"), partial(self._hear, False))
        self.hear.setObjectName("primary")
        self.difference = self._button(_("Difference"), _("Hear what the codec changes, alone, as B"), partial(self._hear, True))
        self.write = self._button(_("Write master…"), _("Write the mix as loud as the target wants it, with 24 bits"), self.choose_file)
        self._arrange()
        self.codec.currentIndexChanged.connect(lambda _index: self._enable())
        self.chooser.currentIndexChanged.connect(lambda row: self._choose(row, -1))
        session.delivery.changed.connect(self.refresh)
        session.state.decided.connect(self._enable)
        player.rendered.connect(self._on_rendered)
        player.state_changed.connect(self._enable)
        self._show()

    # Building

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(words.HEADS))
        table.setAccessibleName(_("Delivery targets"))
        table.setToolTip(_("Choose a target with a click or the arrow keys; *: others measured it, it publishes no number"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        for column, tip in enumerate(words.TIPS):
            item = QTableWidgetItem(words.HEADS[column])
            item.setToolTip(tip)
            table.setHorizontalHeaderItem(column, item)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # to their contents, once all of these are there
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        table.currentCellChanged.connect(lambda row, _column, before, _was: self._choose(row, before))
        return table

    def _button(self, text: str, tip: str, slot: Any) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text.rstrip("…"))
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def _arrange(self) -> None:
        self._details = QWidget()
        column = QVBoxLayout(self._details)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        for widget in (self.chooser, self.headline, self.peak, self.as_master, self.with_moves, self.codec):
            column.addWidget(widget)
        self._buttons = QGridLayout()
        self._buttons.setSpacing(SPACE // 2)
        self._buttons.setColumnStretch(3, 1)
        self._place_buttons(is_narrow=False)
        column.addLayout(self._buttons)
        column.addWidget(self.told)
        column.addWidget(self.about)
        column.addStretch(1)
        inside = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._row.setContentsMargins(0, SPACE // 2, SPACE // 2, SPACE // 2)
        self._row.setSpacing(2 * SPACE)
        self._overview = QWidget()
        left = QVBoxLayout(self._overview)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(SPACE // 2)
        left.addWidget(self.table)
        caption = _label("small")
        caption.setText(words.CAPTION)
        left.addWidget(caption)
        left.addStretch(1)
        self._row.addWidget(self._overview)
        self._row.addWidget(self._details, 1)
        self.setWidget(inside)

    def _place_buttons(self, is_narrow: bool) -> None:
        """Put the buttons in a row, or where that has no room, what writes below what is heard."""
        for place, button in enumerate((self.hear, self.difference, self.write)):
            row, column = divmod(place, 2) if is_narrow else (0, place)
            self._buttons.addWidget(button, row, column)

    # Showing

    def show_result(self, result: Result) -> None:
        """Show another mix: what was heard of the one before is told no more."""
        self._sent.clear()
        self.told.setText("")
        self.refresh()

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the details beside the table, or above it where there is no room: what the mix's own target does comes first."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        is_wide, direction = self.width() >= WIDE, QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if is_wide else direction.BottomToTop)
        self.chooser.setVisible(not is_wide and bool(self._session.delivery.plans))
        self.table.setColumnHidden(1, self.width() < NARROW)
        self._place_buttons(self.width() < NARROW)
        header, wanted = self.table.horizontalHeader(), 2 * self.table.frameWidth() + 1
        wanted += SPACE * header.count() + sum(
            max(header.sectionSizeHint(c), self.table.sizeHintForColumn(c)) for c in range(header.count())
        )
        self._overview.setMinimumWidth(wanted if is_wide else 0)
        self._overview.setMaximumWidth(wanted if is_wide else QWIDGETSIZE_MAX)

    @property
    def plan(self) -> DeliveryPlan | None:
        """What becomes of the mix at the target that is chosen."""
        target = self._session.delivery.target
        return next((plan for plan in self._session.delivery.plans if plan.target == target), None)

    def refresh(self) -> None:
        """Show what becomes of the mix at each target: at once if somebody looks, else when somebody does."""
        self._is_stale = not self.isVisible()
        if not self._is_stale:
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has changed while nobody looked."""
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            self._show()

    def _show(self) -> None:
        plans, plan = self._session.delivery.plans, self.plan
        self._fill(plans)
        self._overview.setVisible(bool(plans))
        if plan is None:
            self.headline.setText(EMPTY if self._session.state.result is None else UNKNOWN)
            self.peak.setText("")
            self.about.setText("")
        else:
            lead = peak_words(plan)
            mark = IS_OVER if plan.is_over else FITS
            self.headline.setText(f"{gain_words(plan)}.")
            self.peak.setText(f"{mark} {lead[:1].upper()}{lead[1:]}.")
            self.about.setText(words.about(plan.target))
            self.as_master.setText(words.master_words(plan.target))
        for widget in (self.as_master, self.with_moves, self.codec, self.hear, self.difference, self.write):
            widget.setVisible(plan is not None)
        self._enable()

    def _fill(self, plans: tuple[DeliveryPlan, ...]) -> None:
        table = self.table
        table.blockSignals(True)
        table.setRowCount(len(plans))
        for row, plan in enumerate(plans):
            for column, text in enumerate(words.cells(plan)):
                item = table.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    if 0 < column < len(words.HEADS) - 1:
                        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                    table.setItem(row, column, item)
                item.setText(text)
                if column == len(words.HEADS) - 1:
                    item.setForeground(self._tokens.color("warning" if plan.is_over else "good"))
            if plan.target == self._session.delivery.target:
                table.setCurrentCell(row, 0)
        table.resizeColumnsToContents()
        table.blockSignals(False)
        self._list_targets(plans)
        self._fit()
        height = table.horizontalHeader().sizeHint().height() + table.verticalHeader().length() + 2 * table.frameWidth()
        table.setFixedHeight(height)

    def _list_targets(self, plans: tuple[DeliveryPlan, ...]) -> None:
        self.chooser.blockSignals(True)
        self.chooser.clear()
        for plan in plans:
            self.chooser.addItem(words.cells(plan)[0], plan.target.id)
        self.chooser.setCurrentIndex(self.chooser.findData(self._session.delivery.target.id))
        self.chooser.blockSignals(False)

    def _enable(self) -> None:
        """Offer what can be done now."""
        count = len(self._session.delivery.accepted)
        self.with_moves.setText(words.moves_words(count))
        self.with_moves.setEnabled(count > 0)
        self.difference.setEnabled(bool(self.codec.currentData()))
        if self.told.text() and self._player.version not in self._sent:  # something else is heard as B, or nothing came of it
            self.told.setText("")

    # Intentions

    def _choose(self, row: int, before: int) -> None:
        plans = self._session.delivery.plans
        if row == before or not 0 <= row < len(plans):
            return
        target = plans[row].target
        self.codec.setCurrentIndex(max(self.codec.findData(f"{target.codec} {target.codec_kbps}"), 0))
        self._session.delivery.choose(target.id)

    def sent(self, is_difference: bool = False) -> Sent | None:
        """Return what would be delivered, as it is chosen."""
        state, delivery = self._session.state, self._session.delivery
        if state.result is None:
            return None
        codec, _space, kbps = self.codec.currentData().partition(" ")
        moves = delivery.accepted if self.with_moves.isChecked() else ()
        target = delivery.target if self.as_master.isChecked() else None
        return Sent(state.result.analysis.song, moves, target, codec, int(kbps or 0), is_difference)

    def _hear(self, is_difference: bool) -> None:
        sent = self.sent(is_difference)
        if sent is None:
            return
        name = self._session.delivery.target.name if sent.target is not None else _("Mix")
        if sent.codec:
            name += f", {CODECS[sent.codec].name}"
        name = _("{name} (difference)").format(name=name) if is_difference else name
        self._sent = {name: sent}
        self.told.setText(_("Rendering…"))
        self._player.hear_version(Version((), (), name, partial(heard, sent)))
        self._player.play()

    def _on_rendered(self, rendered: Heard) -> None:
        if not isinstance(rendered.trial, Version) or not isinstance(rendered.about, Delivered):
            return
        sent = self._sent.get(rendered.trial.name)
        if sent is None:
            return
        self.told.setText(words.told_of(rendered.about, self._player.is_matched and not sent.is_difference))
        if rendered.about.check is not None:
            self._session.delivery.note_check(sent, rendered.about.check)

    def choose_file(self) -> None:
        """Ask where the master goes, and write it."""
        sent, result = self.sent(), self._session.state.result
        if sent is None or result is None:
            return
        target = self._session.delivery.target
        name = file_name(_("{name} for {target}").format(name=result.analysis.track.name, target=target.name), ".wav")
        text, chosen = QFileDialog.getSaveFileName(self, _("Write the master"), name, ";;".join(FILTERS))
        if not text:
            return
        path = Path(text)
        if path.suffix.lower() not in FILTERS.values():
            path = path.with_name(path.name + FILTERS.get(chosen, ".wav"))
        source = self._session.state.source
        if source is not None and path.exists() and source.exists() and path.samefile(source):
            self._session.told.emit(_("“{name}” is the mix itself: choose another name for the master").format(name=path.name), True)
            return
        self._session.delivery.write(Sent(sent.song, sent.moves, target), path)
