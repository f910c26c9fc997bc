"""The errors for audio that cannot be read: one line that says what, where and what to do."""

from __future__ import annotations

from pathlib import Path

from mixassistant.audio.not_audio import refusal
from mixassistant.errors import InputError
from mixassistant.names import readable


def shown(path: Path) -> str:
    """Return how a file is called in a sentence."""
    return f"“{readable(path.name)}”"


def not_audio(path: Path, why: str = "") -> InputError:
    """Return the error for a file that does not hold audio that can be read: what it is, where that can be told."""
    return refusal(path) or InputError(
        "not-audio", f"cannot read {shown(path)} as audio{f' ({why})' if why else ''}", "export it again or choose another file"
    )


def truncated(path: Path, done: int, sample_rate_hz: int) -> InputError:
    """Return the error for a file whose sound ends after `done` samples, where more is announced."""
    where = f"after {done / sample_rate_hz:.0f} s" if done else "before its end"
    return InputError("truncated", f"{shown(path)} breaks off {where}", "the file is damaged: copy or export it again")


def undecodable(path: Path) -> InputError:
    """Return the error for a file of whose sound too much cannot be decoded."""
    return InputError("truncated", f"{shown(path)} cannot be decoded to its end", "the file is damaged: copy or export it again")


def too_many_channels(path: Path, channels: int, hint: str = "export it in stereo") -> InputError:
    """Return the error for surround sound."""
    return InputError("too-many-channels", f"{shown(path)} has {channels} channels; a mix or stem has 1 or 2", hint)
