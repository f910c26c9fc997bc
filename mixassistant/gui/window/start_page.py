"""The first thing a person sees: where to drop a mix, and the demo one click away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _


class StartPage(QWidget):
    """The empty state."""

    mix_wanted = Signal()
    stems_wanted = Signal()
    demo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._frame = QFrame()
        self._frame.setObjectName("drop")
        title = QLabel(_("Drop your mix here"))
        title.setObjectName("display")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = QLabel(
            _("A mix, a folder of stems, or a .stem.mp4. Every stem is measured, compared with the music you like, "
              "and each suggested move is rendered and measured again before you see it.")
        )  # fmt: skip
        text.setObjectName("quiet")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setFixedWidth(520)
        text.setMinimumHeight(4 * text.fontMetrics().lineSpacing())  # a wrapped label in a centred row is given too little
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.open_mix = self._button(_("Open a mix…"), _("Choose an audio file"), self.mix_wanted, primary=True)
        self.open_stems = self._button(
            _("Open a folder of stems…"), _("Choose the folder that holds the stems of one song"), self.stems_wanted
        )
        self.try_demo = self._button(_("Try the demo song"), _("A song made by the program, with mixing faults to find"), self.demo_wanted)
        for button in (self.open_mix, self.open_stems, self.try_demo):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside = QVBoxLayout(self._frame)
        inside.setSpacing(2 * SPACE)
        inside.addStretch(2)
        inside.addWidget(title)
        inside.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addLayout(buttons)
        inside.addStretch(3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._frame)

    def _button(self, text: str, tip: str, signal: SignalInstance, primary: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.rstrip("…"))
        if primary:
            button.setObjectName("primary")
        button.clicked.connect(signal)
        return button
