"""Every command of the menus and every key, declared once: the menus are made from it, and the shortcuts dialog lists it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from mixassistant.i18n import _

NAMES = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Del": "Delete", "PgUp": "Page up", "PgDown": "Page down", "-": "−"}
SPLIT = " / "  # between alternatives of one line


@dataclass(frozen=True)
class Command:
    """An entry of a menu.

    Parameters
    ----------
    menu : str
        The title of its menu, with Qt's mark for its letter.
    text : str
    keys : str
        As `QKeySequence` takes them (``Ctrl`` is the command key of a Mac), empty: none.
    """

    menu: str
    text: str
    keys: str = ""


@dataclass(frozen=True)
class Key:
    """Keys that a part of the window answers by itself; several alternatives of `keys` are parted by `SPLIT`."""

    where: str
    text: str
    keys: str


@dataclass(frozen=True)
class Line:
    """A line of the shortcuts dialog: where, what, and the keys as the system writes them (empty: none)."""

    where: str
    text: str
    keys: str


FILE, EDIT, VIEW, MIX, HELP = _("&File"), _("&Edit"), _("&View"), _("&Mix"), _("&Help")
COMMANDS: Mapping[str, Command] = {
    "open_mix": Command(FILE, _("Open a mix or a project…"), "Ctrl+O"),
    "open_stems": Command(FILE, _("Open a folder of stems…"), "Ctrl+Shift+O"),
    "add_references": Command(FILE, _("Add references…"), "Ctrl+Shift+A"),
    "open_demo": Command(FILE, _("Open the demo song")),
    "open_demo_versions": Command(FILE, _("Open the demo song beside its earlier mix")),
    "save": Command(FILE, _("Save the project"), "Ctrl+S"),
    "save_as": Command(FILE, _("Save the project as…"), "Ctrl+Shift+S"),
    "report": Command(FILE, _("Open the report"), "Ctrl+R"),
    "export": Command(FILE, _("Export the report…"), "Ctrl+E"),
    "quit": Command(FILE, _("Quit"), "Ctrl+Q"),
    "undo": Command(EDIT, _("Undo"), "Ctrl+Z"),
    "redo": Command(EDIT, _("Redo"), "Ctrl+Shift+Z"),
    "taste": Command(EDIT, _("Taste…")),
    "settings": Command(EDIT, _("Settings…"), "Ctrl+,"),
    "fold_stems": Command(VIEW, _("Fold or unfold the stems and sections"), "Ctrl+Shift+W"),
    "fold_standing": Command(VIEW, _("Fold or unfold where you stand"), "Ctrl+Shift+E"),
    "compare": Command(MIX, _("Compare again"), "F5"),
    "versions": Command(MIX, _("Versions…"), "F6"),
    "cancel": Command(MIX, _("Cancel the work"), "Esc"),
    "models": Command(MIX, _("Models…")),
    "guide": Command(HELP, _("Guide"), "F1"),
    "shortcuts": Command(HELP, _("Keyboard shortcuts"), "Ctrl+F1"),
    "about": Command(HELP, _("About Mix Assistant")),
}

REFERENCE = _("Waveform of the reference")
WINDOW, WAVEFORM, REFERENCES = _("Anywhere, unless you type"), _("Waveform"), _("References")
STEMS, MEASUREMENTS, TABLES, GUIDE, DIALOGS = _("Solo and Mute"), _("Measurements"), _("Tables"), _("Guide"), _("Dialogs")
FILES = _("A row of the stems, the Report button")
STANDING, BLIND = _("Where you stand"), _("Blind test")
SPECTRUM, CARDS = _("Handles on the spectrum"), _("Suggestions")
PROFILES, QUEUE, PLOTS = _("Profiles of references"), _("Queue of mixes"), _("Plots of the views")
KEYS = (
    Key(WINDOW, _("Play or pause"), "Space"),
    Key(WINDOW, _("Loop what is marked, or the next seconds"), "L"),
    Key(WINDOW, _("Hear the mix"), "1"),
    Key(WINDOW, _("Hear the suggestion"), "2"),
    Key(WINDOW, _("Hear the reference"), "3"),
    Key(WINDOW, _("Hear lows, low mids, mids, highs alone; again: all of it"), "4 / 5 / 6 / 7"),
    Key(WINDOW, _("Hear mid, side alone; again: stereo"), "8 / 9"),
    Key(WINDOW, _("Choose the previous or the next reference"), ", / ."),
    Key(WINDOW, _("Hear the matching section of the reference"), "M"),
    Key(WINDOW, _("Link the reference a beat earlier, a beat later"), "Alt+, / Alt+."),
    Key(WINDOW, _("Fold or unfold the waveform of the reference"), "Ctrl+Shift+R"),
    Key(WINDOW, _("Draw the spectrum of what is heard, or do not"), "Ctrl+L"),
    Key(WINDOW, _("Hear the move of the open card; again: without it"), "H"),
    Key(WINDOW, _("Accept it"), "A"),
    Key(WINDOW, _("Reject it"), "R"),
    Key(WINDOW, _("Open the next card, the one before"), "N / Shift+N"),
    Key(_("Buttons reached by Tab"), _("Press the button"), "Space"),
    Key(_("Lists of choices"), _("Open the list"), "Space"),
    Key(WAVEFORM, _("Go back, go on"), "Left / Right"),
    Key(WAVEFORM, _("Go to the previous or the next section"), "Ctrl+Left / Ctrl+Right"),
    Key(WAVEFORM, _("Go to the start, to the end"), "Home / End"),
    Key(WAVEFORM, _("Begin a loop, or move its end"), "Shift+Left / Shift+Right"),
    Key(WAVEFORM, _("Clear the loop"), "Delete / Backspace"),
    Key(WAVEFORM, _("Zoom in"), "+ / ="),
    Key(WAVEFORM, _("Zoom out"), "-"),
    Key(WAVEFORM, _("Show all of it"), "0"),
    Key(WAVEFORM, _("Scroll the stems"), "Up / Down / PgUp / PgDown"),
    Key(WAVEFORM, _("Show it as a table"), "T"),
    Key(WAVEFORM, _("Show the section in the views; again: the whole song"), "Return / Enter"),
    Key(WAVEFORM, _("Loop the section"), "Shift+Return / Shift+Enter"),
    Key(WAVEFORM, _("Rename the section"), "F2"),
    Key(WAVEFORM, _("Begin a section here"), "S"),
    Key(WAVEFORM, _("Join the section with the next one"), "J"),
    Key(WAVEFORM, _("Move the nearest edge of a section by a bar"), "Alt+Left / Alt+Right"),
    Key(WAVEFORM, _("Move it by a little"), "Alt+Shift+Left / Alt+Shift+Right"),
    Key(REFERENCE, _("Go back, go on in the reference"), "Left / Right"),
    Key(REFERENCE, _("Go to its start, to its end"), "Home / End"),
    Key(REFERENCE, _("Link it a beat earlier, a beat later"), "Alt+Left / Alt+Right"),
    Key(REFERENCE, _("Clear its loop"), "Delete / Backspace"),
    Key(REFERENCE, _("Show more, less, all of it"), "+ / - / 0"),
    Key(STEMS, _("Press the button"), "Space / Return / Enter"),
    Key(STEMS, _("The same button of the stem above, below"), "Up / Down"),
    Key(PLOTS, _("Read off, step by step"), "Left / Right"),
    Key(PLOTS, _("Read off, ten steps at once"), "PgUp / PgDown"),
    Key(PLOTS, _("Read off at the start, at the end"), "Home / End"),
    Key(PLOTS, _("Read off higher, lower"), "Up / Down"),
    Key(PLOTS, _("Choose what is read off"), "Return / Enter"),
    Key(PLOTS, _("Stereo: width per band, or mid and side"), "Ctrl+M"),
    Key(SPECTRUM, _("Take the next handle of the move; after the last: none"), "Return / Enter"),
    Key(SPECTRUM, _("Move the handle: its frequency"), "Left / Right"),
    Key(SPECTRUM, _("Its gain"), "Up / Down"),
    Key(SPECTRUM, _("Its Q"), "PgUp / PgDown"),
    Key(SPECTRUM, _("The same by less"), "Shift+Left / Shift+Right / Shift+Up / Shift+Down"),
    Key(SPECTRUM, _("Let the handle go"), "Esc"),
    Key(CARDS, _("Unfold the card, fold it"), "Space / Return / Enter"),
    Key(STANDING, _("Go from cell to cell"), "Left / Right / Up / Down"),
    Key(STANDING, _("Show the place in the views, and its card"), "Space / Return / Enter"),
    Key(BLIND, _("Hear A, hear B"), "A / B"),
    Key(BLIND, _("End it: nothing is kept"), "Esc"),
    Key(REFERENCES, _("Search"), "Ctrl+F"),
    Key(REFERENCES, _("Clear the search; again: leave it"), "Esc"),
    Key(REFERENCES, _("Hear what is selected"), "Return / Enter"),
    Key(REFERENCES, _("Rename"), "F2"),
    Key(REFERENCES, _("Genre and tags"), "Ctrl+T"),
    Key(REFERENCES, _("Move up, move down, in your own order"), "Alt+Up / Alt+Down"),
    Key(REFERENCES, _("Remove what is selected; undo brings it back"), "Delete / Backspace"),
    Key(PROFILES, _("Rename"), "F2"),
    Key(PROFILES, _("Make the new profile, make none"), "Return / Esc"),
    Key(PROFILES, _("Delete the profile; its references stay"), "Delete / Backspace"),
    Key(QUEUE, _("Show the queue"), "Ctrl+J"),
    Key(QUEUE, _("Open what is selected"), "Return / Enter"),
    Key(QUEUE, _("Cancel what is selected"), "Delete / Backspace"),
    Key(MEASUREMENTS, _("Search"), "Ctrl+F"),
    Key(MEASUREMENTS, _("Mark the selected rows, or take their marks away"), "Ctrl+D"),
    Key(MEASUREMENTS, _("Clear the search; again: leave it"), "Esc"),
    Key(TABLES, _("Copy the selected rows"), "Ctrl+C"),
    Key(FILES, _("Copy it as a file"), "Ctrl+C"),
    Key(GUIDE, _("Search"), "Ctrl+F"),
    Key(GUIDE, _("Next find, previous find"), "F3 / Shift+F3"),
    Key(_("A question about a folder"), _("Answer it with neither"), "Esc"),
    Key(_("Search in a dialog"), _("Clear the search; again: close the dialog"), "Esc"),
    Key(DIALOGS, _("Close without a change"), "Esc"),
)


def native(keys: str) -> str:
    """Return keys as the system writes them, with arrows and a true minus sign: ``"Ctrl+O"``, on a Mac ``"⌘O"``."""
    form = QKeySequence.SequenceFormat.NativeText
    return SPLIT.join(_drawn(QKeySequence(part).toString(form)) for part in keys.split(SPLIT) if part)


def _drawn(keys: str) -> str:
    before, plus, last = keys.rpartition("+")
    return f"{before}{plus}{NAMES.get(last, last)}"


def lines() -> list[Line]:
    """Return everything for the dialog: the menus' commands, then the keys, in the order of their declaration."""
    found = [Line(c.menu.replace("&", ""), c.text.rstrip("…"), native(c.keys)) for c in COMMANDS.values()]
    return found + [Line(k.where, k.text, native(k.keys)) for k in KEYS]


def search(words: str) -> list[Line]:
    """Return the lines in which all the words occur, in any case; ``-`` and ``−`` are the same."""
    wanted = words.casefold().replace("-", "−").split()
    return [line for line in lines() if all(w in f"{line.where} {line.text} {line.keys}".casefold() for w in wanted)]
