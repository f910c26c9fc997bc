"""Where a mix is delivered: `mixassistant targets`, the masters that `render` writes, and `--target` of other commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from mixassistant.advice.mastering import Master, master
from mixassistant.advice.targets import DeliveryTarget, load_targets, target_named
from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.cli.terminal import plain, say, table
from mixassistant.errors import UsageError
from mixassistant.i18n import _
from mixassistant.names import file_name
from mixassistant.progress import Progress, part
from mixassistant.report.wording import with_unit

USUAL_TARGET = "spotify"
QUIETER = {"never": _("left as they are"), "up_to_peak": _("turned up to their peak"), "asked": _("to be turned up by you")}


def targets_named(words: Iterable[str]) -> tuple[DeliveryTarget, ...]:
    """Return the targets of ``--target``, each once.

    Raises
    ------
    UsageError
        There is no such target.
    """
    return tuple(dict.fromkeys(target_named(word) for word in words))


def targets_list(parsed: argparse.Namespace) -> int:
    """List every target."""
    rows = [("id", "loudness", "true peak", "quieter mixes", "numbers", "source")]
    for target in load_targets().values():
        loudness = "any" if target.loudness_lufs is None else plain(with_unit(target.loudness_lufs, 1, "LUFS"))
        numbers = "its own" if target.is_published else "of others"
        source = f"{target.source} ({target.date}), {target.url}"
        rows.append(
            (target.id, loudness, plain(with_unit(target.true_peak_dbtp, 1, "dBTP")), QUIETER[target.lifts], numbers, plain(source))
        )
    say(table(rows))
    return 0


def master_targets(parsed: argparse.Namespace) -> tuple[DeliveryTarget, ...]:
    """Return the targets that masters are written for; none without ``--master``.

    Raises
    ------
    UsageError
        A target is named without ``--master``, or there is no such target.
    """
    if parsed.target and not parsed.master:
        raise UsageError("no-master", "--target says where a master goes, and none is asked for", "add --master")
    return targets_named(parsed.target or [USUAL_TARGET]) if parsed.master else ()


def master_names(name: str, targets: Sequence[DeliveryTarget]) -> dict[DeliveryTarget, str]:
    """Return the name of the file of each master: ``"My song for Spotify.wav"``."""
    return {target: file_name(f"{name} for {target.name}", ".wav") for target in targets}


def write_masters(mix: Audio, names: dict[DeliveryTarget, str], folder: Path, progress: Progress) -> None:
    """Write a mix as loud as each target wants it, with 24 bits, and say what came of it.

    Raises
    ------
    OutputError
        A file could not be written.
    """
    for index, (target, name) in enumerate(names.items()):
        found = master(mix, target, part(progress, index / len(names), (index + 1) / len(names)))
        write_audio(found.written, folder / name)
        say(plain(master_line(name, found)))


def master_line(name: str, found: Master) -> str:
    """Say what a master is: ``"My song for Spotify.wav: −14.0 LUFS, true peak −1.0 dBTP; the limiter takes 2.1 dB at most"``."""
    loudness = _("no loudness") if found.loudness_lufs is None else with_unit(found.loudness_lufs, 1, "LUFS")
    text = _("{name}: {loudness}, true peak {peak}").format(name=name, loudness=loudness, peak=with_unit(found.true_peak_dbtp, 1, "dBTP"))
    if round(found.reduction_db, 1) > 0:
        text += "; " + _("the limiter takes {most} at most").format(most=with_unit(found.reduction_db, 1, "dB"))
    if found.short_lu:
        text += "; " + _("{short} short of the target, since the limiter would crush it").format(short=with_unit(found.short_lu, 1, "LU"))
    return text
