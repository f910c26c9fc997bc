"""About: every library is credited, the licence is there in full, and the details tell what helps but not who."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from mixassistant import __version__, logs, paths
from mixassistant.gui.dialogs import about
from mixassistant.gui.dialogs.about import AboutDialog, licence_text, log_file, support_details
from mixassistant.gui.window.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NOTICE = paths.resource("notice.md").read_text("utf-8")


@pytest.fixture
def logging_to_a_file() -> Iterator[Path]:
    root = about.logging.getLogger("mixassistant")
    before, propagates, level = list(root.handlers), root.propagate, root.level
    for handler in before:
        root.removeHandler(handler)
    logs.start_logging()
    yield paths.data_folder() / "mixassistant.log"
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    for handler in before:
        root.addHandler(handler)
    root.propagate = propagates
    root.setLevel(level)


def needed() -> list[str]:
    """Return the names of the packages that the program runs with."""
    extras = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *(line for name, extra in extras.items() if name != "dev" for line in extra)]
    return [re.match(r"[\w.-]+", line)[0] for line in asked]  # type: ignore[index]


def test_every_library_that_is_used_is_credited() -> None:
    plain = NOTICE.lower().replace("python-", "")
    assert [name for name in needed() if name.lower() not in plain] == []


def test_every_line_of_the_credits_names_a_licence() -> None:
    rows = [line.strip("| ").split(" | ") for line in NOTICE.splitlines() if line.startswith("| ") and not line.startswith("| What")]
    assert len(rows) > 15
    assert [row[0] for row in rows if len(row) != 3 or not re.search(r"MIT|BSD|GPL|Apache", row[2])] == []


def test_the_credits_say_what_may_not_be_sold() -> None:
    assert "non-commercial" in NOTICE and "CC BY-NC-SA 4.0" in NOTICE


def test_version_and_licence_are_those_of_the_package() -> None:
    assert PROJECT["license"] == about.LICENCE
    assert PROJECT["version"] == __version__


def test_the_licence_is_there_in_full() -> None:
    text = licence_text()
    assert text == (ROOT / "LICENSE").read_text("utf-8")


def test_without_the_file_the_licence_s_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise about.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(about.metadata, "distribution", missing)
    assert about.LICENCE_PAGE in licence_text()


def test_the_details_name_versions_and_places(logging_to_a_file: Path) -> None:
    details = support_details()
    for part in (__version__, "Python", "Qt", "torch", str(logging_to_a_file), str(paths.cache_folder())):
        assert part in details


def test_the_details_hide_the_user_s_name(monkeypatch: pytest.MonkeyPatch) -> None:
    home = paths.data_folder().parent
    monkeypatch.setattr(Path, "home", lambda: home)
    details = support_details()
    assert str(home) not in details and "~" in details


def test_the_log_file_is_the_one_that_is_written(logging_to_a_file: Path) -> None:
    about.logging.getLogger("mixassistant").warning("a record")
    assert log_file() == logging_to_a_file
    assert "a record" in logging_to_a_file.read_text("utf-8")


def test_without_a_log_file_the_dialog_says_so(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "log_file", lambda: None)
    dialog = AboutDialog(window)
    assert "No log file" in dialog.log.text() and not dialog.open_log.isEnabled()


def test_the_details_are_copied(qtbot: Any, window: MainWindow) -> None:
    dialog = AboutDialog(window)
    dialog.show()
    dialog.pages.setCurrentIndex(2)
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == support_details()
    assert dialog.copied.text() == "Copied"


def test_the_dialog_shows_version_licence_and_where_the_log_lies(window: MainWindow, logging_to_a_file: Path) -> None:
    dialog = AboutDialog(window)
    texts = " ".join(label.text() for label in dialog.findChildren(about.QLabel))
    assert __version__ in texts and about.LICENCE in texts and str(logging_to_a_file) in texts
    assert "GNU GENERAL PUBLIC LICENSE" in dialog.licence.toPlainText()
