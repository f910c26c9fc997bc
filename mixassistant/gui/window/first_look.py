"""What stands where the views will be, before the analysis of a mix is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget

from mixassistant.gui.widgets.theme import Tokens
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.preview import Preview
    from mixassistant.gui.views.first_spectrum import FirstSpectrum


class FirstLook(QStackedWidget):
    """A sentence first, and the mix's own numbers and spectrum as soon as all of it was read.

    `spectrum` is made with the first numbers: a window is on the screen before what plots is loaded.
    """

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self.spectrum: FirstSpectrum | None = None
        self._sentence = sentence(_("Loudness and spectrum come first, the other views with the analysis."))
        self.addWidget(self._sentence)

    def forget(self) -> None:
        """Show nothing of a mix."""
        self.setCurrentWidget(self._sentence)

    def show_preview(self, preview: Preview) -> None:
        """Show what was measured, once there is something."""
        if not preview.values:
            return
        if self.spectrum is None:
            from mixassistant.gui.views.first_spectrum import FirstSpectrum

            self.spectrum = FirstSpectrum(self._tokens)
            self.addWidget(self.spectrum)
        if self.spectrum.show_values(preview.values):
            self.setCurrentWidget(self.spectrum)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        if self.spectrum is not None:
            self.spectrum.set_tokens(tokens)


def sentence(text: str) -> QLabel:
    """Return a sentence that stands where something else will be."""
    told = QLabel(text)
    told.setObjectName("quiet")
    told.setWordWrap(True)
    told.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return told
