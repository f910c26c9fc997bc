"""Errors that a user can act on.

Everything a user can mend (a file, a device, a disk, a wrong word on the command line) is a `MixAssistantError`;
everything else is a bug of ours and keeps its built-in type.
"""

from __future__ import annotations

from mixassistant.names import readable


class MixAssistantError(Exception):
    """An error with a code for programs, a message for people and a hint on what to do.

    Parameters
    ----------
    code : str
        Stable, in kebab-case: ``"not-audio"``.
    message : str
        What happened and where, in one sentence without a full stop.
    hint : str
        What to do about it, in one sentence without a full stop; may be empty.
    """

    exit_code = 3

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = readable(message)
        self.hint = readable(hint)

    def __str__(self) -> str:
        # Names come from files: a newline in one must not break the promise of one line.
        text = f"{self.message}: {self.hint}" if self.hint else self.message
        return " ".join(text.split())

    def __reduce__(self) -> tuple[type[MixAssistantError], tuple[str, str, str]]:
        return type(self), (self.code, self.message, self.hint)


class UsageError(MixAssistantError):
    """Wrong words on the command line or a call that makes no sense (exit code 2)."""

    exit_code = 2


class InputError(MixAssistantError):
    """Input that cannot be used: unreadable, not audio, too short, silent where sound is needed (exit code 3)."""

    exit_code = 3


class MissingError(MixAssistantError):
    """A model, a device or a library that is not there (exit code 4)."""

    exit_code = 4


class OutputError(MixAssistantError):
    """A file or disk that cannot be written (exit code 5)."""

    exit_code = 5


class Cancelled(MixAssistantError):
    """The user asked to stop; nothing confirmed is lost (exit code 130)."""

    exit_code = 130

    def __init__(self, code: str = "cancelled", message: str = "Cancelled", hint: str = "") -> None:
        super().__init__(code, message, hint)
