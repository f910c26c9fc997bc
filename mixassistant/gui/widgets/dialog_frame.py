"""What the dialogs have in common: buttons that say what they do, and one of a kind at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _

BELOW = 32  # px: below the menus
Kind = QDialogButtonBox.StandardButton
Dialog = TypeVar("Dialog", bound=QDialog)
WORDS = {
    Kind.Ok: (_("OK"), _("Keep the changes and close (Enter)")),
    Kind.Cancel: (_("Cancel"), _("Close and leave everything as it was (Esc)")),
    Kind.Apply: (_("Apply"), _("Keep the changes and go on")),
    Kind.Close: (_("Close"), _("Close this window (Esc)")),
}


def button_row(*kinds: Kind) -> QDialogButtonBox:
    """Return buttons in the system's order, in our language; OK is what Enter presses, and no other is."""
    row = QDialogButtonBox()
    for kind in kinds:
        text, tip = WORDS[kind]
        button = row.addButton(kind)
        button.setText(text)
        button.setIcon(QIcon())  # some systems' pictures are in colours of their own
        button.setToolTip(tip)
        button.setAutoDefault(kind == Kind.Ok)
        button.setDefault(kind == Kind.Ok)
        if kind == Kind.Ok:
            button.setObjectName("primary")
    return row


def present(parent: QWidget, kind: type[Dialog], make: Callable[[], Dialog], is_modal: bool = False) -> Dialog:
    """Show the dialog of a kind that is open already, or make one, which is forgotten when it is closed.

    One that is not modal stands at the left, no larger than the window: what it is about can be seen, and used, beside it.
    """
    dialog = next((found for found in parent.findChildren(kind) if found.isVisible()), None)
    if dialog is None:
        dialog = make()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setModal(is_modal)
        dialog.show()
        dialog.resize(dialog.size().boundedTo(parent.window().size()))
        if not is_modal:
            dialog.move(parent.window().mapToGlobal(QPoint(SPACE, BELOW)))
    else:
        dialog.raise_()
    dialog.activateWindow()
    return dialog
