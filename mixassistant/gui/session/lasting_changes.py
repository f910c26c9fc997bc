"""Changes that stay on the undo stack when another result comes to the screen: of references, and of files in the place of stems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QUndoCommand, QUndoStack


class LastingChange(QUndoCommand):
    """A change that outlives the result on the screen, and how it is taken back.

    Parameters
    ----------
    text : str
    carry_out, take_back : callable
    about : Path, optional
        The mix that it is a change of: with another mix it goes.
    is_active : bool
        Whether it does anything yet: what was carried out already is pushed without.
    """

    def __init__(
        self, text: str, carry_out: Callable[[], None], take_back: Callable[[], None], about: Path | None = None, is_active: bool = True
    ) -> None:
        super().__init__(text)
        self._carry_out, self._take_back, self.about, self.is_active = carry_out, take_back, about, is_active

    def again(self) -> LastingChange:
        """Return the same change as a new command that does nothing yet: a stack is put in order by filling it anew."""
        return LastingChange(self.text(), self._carry_out, self._take_back, self.about, is_active=False)

    def redo(self) -> None:
        """Carry it out."""
        if self.is_active:
            self._carry_out()

    def undo(self) -> None:
        """Take it back."""
        if self.is_active:
            self._take_back()


def forget_choices(stack: QUndoStack, shown: Path | None) -> None:
    """Take the decisions about another content off an undo stack, and leave what lasts, of no other mix than the one that is shown."""
    commands = [stack.command(index) for index in range(stack.count())]
    changes = [
        (c.again(), index < stack.index()) for index, c in enumerate(commands) if isinstance(c, LastingChange) and c.about in (None, shown)
    ]
    stack.clear()
    fresh = [command for command, _done in changes]
    for command in fresh:
        stack.push(command)
    stack.setIndex(sum(done for _command, done in changes))
    for command in fresh:
        command.is_active = True
