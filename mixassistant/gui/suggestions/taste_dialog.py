"""Taste: how far to go with each kind of move, and what the answers to suggestions have taught, to be seen and to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from mixassistant.advice.sentences.taste import follows_sentence, preference_sentence
from mixassistant.gui.suggestions.blind_tests_table import BlindTestsTable
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _
from mixassistant.profiles.taste import answered
from mixassistant.settings import STRENGTH_MOST, Settings

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session
    from mixassistant.library.listening import Tally
    from mixassistant.profiles.taste import Preference

KINDS = {
    "eq": (_("Tone (EQ)"), _("How far the spectrum of stems and mix is moved")),
    "level": (_("Levels"), _("How far faders are moved")),
    "compression": (_("Compression"), _("How much gain reduction is suggested")),
    "stereo": (_("Width"), _("How far the side channel is moved")),
    "masking": (_("Masking"), _("How far a stem makes room for another")),
}
PRESETS: Mapping[str, Mapping[str, int]] = {
    _("Everything"): dict.fromkeys(KINDS, 100),
    _("Half of everything"): dict.fromkeys(KINDS, 50),
    _("Levels only"): {**dict.fromkeys(KINDS, 0), "level": 100},
    _("Tone only"): {**dict.fromkeys(KINDS, 0), "eq": 100},
    _("Width only"): {**dict.fromkeys(KINDS, 0), "stereo": 100},
}
CUSTOM = _("As set below")
STEP = 5  # %
SLIDER = 220  # px
WIDTH = 560  # px
LEARNED = 180  # px, of the list of what was learned, which scrolls


def preset_of(strengths: Mapping[str, int]) -> str:
    """Return the name of the preset that these strengths are."""
    return next((name for name, preset in PRESETS.items() if dict(preset) == dict(strengths)), CUSTOM)


class TasteDialog(QDialog):
    """Strengths count with OK; forgetting and opening count at once, and can be seen to."""

    def __init__(self, session: Session, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Taste"))
        self.setMinimumWidth(WIDTH)
        self._session = session
        self.preset = QComboBox()
        self.preset.addItems([*PRESETS, CUSTOM])
        self.preset.setAccessibleName(_("What to match"))
        self.preset.setToolTip(_("What of your references the suggestions go after"))
        self.preset.activated.connect(self._choose)
        self.sliders: dict[str, QSlider] = {}
        self._numbers: dict[str, QLabel] = {}
        self._learned = QVBoxLayout()
        self._learned.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.forget_buttons: dict[str, QPushButton] = {}
        self.open_buttons: dict[str, QPushButton] = {}
        self._has_opened = False
        self.blind_tests = BlindTestsTable()
        self.buttons = button_row(Kind.Ok, Kind.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._arrange(session.state.settings)
        session.taste_listed.connect(self.show_taste)
        session.list_taste()
        session.blind_tests_listed.connect(self._show_tallies)
        session.list_blind_tests()

    def _arrange(self, settings: Settings) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.addWidget(_heading(_("How far to go")))
        row = QHBoxLayout()
        label = QLabel(_("&Match"))
        label.setBuddy(self.preset)
        row.addWidget(label)
        row.addWidget(self.preset, 1)
        layout.addLayout(row)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * SPACE)
        for index, (kind, (name, tip)) in enumerate(KINDS.items()):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(0, STRENGTH_MOST // STEP)
            slider.setPageStep(5)
            slider.setMinimumWidth(SLIDER)
            slider.setAccessibleName(name)
            slider.setToolTip(tip)
            number = QLabel()
            number.setMinimumWidth(number.fontMetrics().horizontalAdvance("150 %") + SPACE)
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.sliders[kind], self._numbers[kind] = slider, number
            slider.valueChanged.connect(partial(self._moved, kind))
            slider.setValue(round(settings.strength(kind) / STEP))
            self._moved(kind, slider.value())
            for column, widget in enumerate((QLabel(name), slider, number)):
                grid.addWidget(widget, index, column)
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        note = QLabel(_("100 % is what the references show; 0 % leaves a kind out."))
        note.setObjectName("small")
        layout.addWidget(note)
        layout.addSpacing(SPACE)
        layout.addWidget(_heading(_("What your answers have taught")))
        layout.addWidget(self._learned_area(), 1)
        layout.addSpacing(SPACE)
        layout.addWidget(_heading(_("What you preferred in blind tests")))
        layout.addWidget(self.blind_tests)
        layout.addWidget(self.buttons)

    def _learned_area(self) -> QScrollArea:
        inside = QWidget()
        self._learned.setContentsMargins(0, 0, SPACE, 0)
        inside.setLayout(self._learned)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(LEARNED)
        area.setAccessibleName(_("What your answers have taught"))
        return area

    @property
    def strengths(self) -> dict[str, int]:
        """What the sliders say, in per cent by kind."""
        return {kind: STEP * slider.value() for kind, slider in self.sliders.items()}

    def _moved(self, kind: str, value: int) -> None:
        self._numbers[kind].setText(f"{STEP * value} %")
        if len(self.sliders) == len(KINDS):
            self.preset.setCurrentText(preset_of(self.strengths))

    def _choose(self, index: int) -> None:
        for kind, percent in PRESETS.get(self.preset.itemText(index), self.strengths).items():
            self.sliders[kind].setValue(percent // STEP)

    def _show_tallies(self, tallies: Sequence[Tally]) -> None:
        """Show what was preferred in blind tests, in as much width as that needs."""
        self.blind_tests.show_tallies(tallies)
        self.setMinimumWidth(max(WIDTH, self.blind_tests.table.minimumWidth() + 4 * SPACE))

    def show_taste(self, known: Mapping[str, Preference]) -> None:
        """Show what is known, each with a button that forgets it, and one that opens what it has closed."""
        while (item := self._learned.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.forget_buttons, self.open_buttons = {}, {}
        if not known:
            self._learned.addWidget(
                _note(_("Nothing yet. Every suggestion that you accept or reject says something of how you want your mixes."))
            )
        for found in answered(known):
            self._learned.addWidget(self._line(found))
        if follows := follows_sentence(known):
            self._learned.addWidget(_note(follows))

    def _line(self, found: Preference) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        told = preference_sentence(found)
        text = QLabel(told)
        text.setWordWrap(True)
        row.addWidget(text, 1)
        if found.closed:
            again = self.open_buttons[found.dimension] = _small_button(_("Open"), _("Suggest moves this way again"), told)
            again.clicked.connect(partial(self._open, found.dimension))
            row.addWidget(again, 0, Qt.AlignmentFlag.AlignTop)
        tip = _("Forget these answers; the decisions themselves stay")
        forget = self.forget_buttons[found.dimension] = _small_button(_("Forget"), tip, told)
        forget.clicked.connect(partial(self._session.forget_taste, found.dimension))
        row.addWidget(forget, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _open(self, dimension: str) -> None:
        self._has_opened = True
        self._session.open_taste(dimension)

    def accept(self) -> None:
        """Keep the strengths, and compare again where they have changed or a way was opened."""
        changed = {f"strength_{k}": v for k, v in self.strengths.items() if v != self._session.state.settings.strength(k)}
        if changed:
            self._session.change(**changed)
        if changed or (self._has_opened and self._session.state.result is not None):
            self._session.suggest_again()
        super().accept()


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("heading")
    return label


def _note(text: str) -> QLabel:
    note = QLabel(text)
    note.setObjectName("quiet")
    note.setWordWrap(True)
    return note


def _small_button(text: str, tip: str, of: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setToolTip(tip)
    button.setAccessibleName(f"{text}: {of}")
    return button
