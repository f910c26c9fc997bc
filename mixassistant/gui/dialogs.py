"""Settings, and help with the shortcuts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from mixassistant.gui.session import Session
from mixassistant.i18n import _

CHOICES = {
    "theme": (_("Theme"), {"system": _("Like the system"), "light": _("Light"), "dark": _("Dark")}),
    "separator": (
        _("Separator"),
        {"auto": _("The best that is installed"), "demucs": _("Demucs"), "embedded": _("Embedded (no weights, rough)")},
    ),
    "device": (
        _("Device"),
        {"auto": _("Automatic"), "cpu": _("Processor"), "cuda": _("NVIDIA or AMD graphics card"), "mps": _("Apple graphics")},
    ),
}
SHORTCUTS = (
    ("Ctrl+O", _("Open a mix")), ("Ctrl+Shift+O", _("Open a folder of stems")), ("Ctrl+S", _("Export the report")), ("Ctrl+Z", _("Undo")),
    ("Ctrl+Shift+Z", _("Redo")), ("Ctrl+,", _("Settings")), ("Esc", _("Cancel the work")), ("Delete", _("Remove the selected references")),
    ("Space", _("Play or pause")), ("L", _("Loop")), ("1  2  3", _("Hear the mix, the suggestion, the reference")),
    ("← →", _("Go back or on in the waveform")), ("Home  End", _("Go to the start or the end")), ("T", _("The waveform as a table")),
    ("+  −  0", _("Zoom the waveform in, out, all")), ("F1", _("This help")), ("Ctrl+Q", _("Quit")),
)  # fmt: skip


class SettingsDialog(QDialog):
    """The few settings; every change counts at once."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Settings"))
        form = QFormLayout()
        self.boxes: dict[str, QComboBox] = {}
        for name, (label, choices) in CHOICES.items():
            box = QComboBox()
            box.setAccessibleName(label)
            box.setToolTip(label)
            for value, shown in choices.items():
                box.addItem(shown, value)
            box.setCurrentIndex(max(0, box.findData(getattr(session.settings, name))))
            box.currentIndexChanged.connect(lambda _index, n=name, b=box: session.change(**{n: b.currentData()}))
            form.addRow(label, box)
            self.boxes[name] = box
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(buttons)


class HelpDialog(QDialog):
    """The first five minutes, and the shortcuts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Help"))
        self.setMinimumWidth(520)
        text = QLabel(
            _("<p><b>1.</b> Drop songs that you like on the left: they say where your mix should be.</p>"
              "<p><b>2.</b> Drop your mix, or better its stems, anywhere else.</p>"
              "<p><b>3.</b> Read the cards from the top. Each says what to do, why, and how sure it is: the range is where the right "
              "amount lies nine times out of ten. No card means that your mix lies within your references' range.</p>"
              "<p><b>4.</b> Press <b>Hear it</b> on a card: the mix plays with the move, as loud as without it. 1 and 2 switch; Amount "
              "says how much of it.</p>"
              "<p><b>5.</b> Export the report (HTML, PDF) and set the moves in your DAW.</p>")
        )  # fmt: skip
        text.setWordWrap(True)
        rows = "".join(f"<tr><td style='padding-right:24px'><b>{keys}</b></td><td>{what}</td></tr>" for keys, what in SHORTCUTS)
        keys = QLabel(f"<table>{rows}</table>")
        keys.setTextFormat(Qt.TextFormat.RichText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(keys)
        layout.addWidget(buttons)
