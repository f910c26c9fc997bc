"""What a supplied stem is, said in the window: by mouse and keyboard, remembered, kept through a crash, and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from sound_card import SoundCard
from window_driver import FakeCore, analysed, drop, run_until

from mixassistant.advice.decision import Decision
from mixassistant.analysis import Request
from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.gui.app import make_window
from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.result import Result
from mixassistant.gui.session import notes
from mixassistant.gui.session.notes import Note
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.gui.stems.panel import StemRow
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.profiles.presence import Missing
from mixassistant.progress import Progress
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Heard, Stem
from signals import music

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")  # which the plugin without a screen lacks
NAMES = ("Kick", "Low", "Spur 5", "Voice")
SOUND = Heard("other", 0.6, "", 0.0)


class SuppliedCore(FakeCore):
    """Gives every song the same four stems, of the roles that are said; those that nobody tells count as other."""

    def __init__(self, library: Path) -> None:
        super().__init__(library)
        self.requests: list[Request] = []
        self.gain = 1.0
        self.unheard: tuple[Missing, ...] = ()

    def analyze(self, request: Request, progress: Progress) -> Result:
        self.requests.append(request)
        said = {name: request.roles.get(name) or role_from_name(name) or "other" for name in NAMES}
        self.stems = {role: names for role in ROLES if (names := [name for name in NAMES if said[name] == role])}
        made = super().analyze(request, progress)
        content = f"{made.analysis.track.content_hash[:32]}{json.dumps(said)}"
        track = replace(made.analysis.track, content_hash=content)
        drums = next(s for s in made.analysis.suggestions if s.role == "drums")  # its bus is another with another stem
        moved = replace(drums, evidence=replace(drums.evidence, measured=float(len(self.stems.get("drums", [])))))
        suggestions = tuple(moved if s is drums else s for s in made.analysis.suggestions)
        mix = Audio(made.analysis.song.mix.samples * self.gain, 44100)
        sounds = tuple(Stem(s.name, s.role, s.origin, mix, None if role_from_name(s.name) else SOUND) for s in track.stems)
        song = replace(made.analysis.song, content_hash=content, mix=mix, stems=sounds)
        decided = self.with_library(lambda library: library.answers.decisions(content))
        absent = self.with_library(lambda library: library.absences.said(content, request.absent))
        missing = (*(Missing(Place(role), True) for role in absent), *self.unheard)
        analysis = replace(made.analysis, track=track, song=song, suggestions=suggestions, missing=missing)
        return replace(made, analysis=analysis, decisions=decided)


@pytest.fixture
def core(tmp_path: Path) -> SuppliedCore:
    return SuppliedCore(tmp_path / "library.sqlite3")


def make_folder(path: Path) -> Path:
    path.mkdir()
    for name in NAMES:
        (path / f"{name}.wav").write_bytes(name.encode())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "Song")


@pytest.fixture
def shown(window: MainWindow, qtbot: Any, folder: Path) -> MainWindow:
    window.player.open_stream = SoundCard().open
    window.session.open_stems(folder)
    qtbot.waitUntil(lambda: window.session.state.result is not None, timeout=10_000)
    window.views.setCurrentWidget(window.stems)
    return window


def row_of(window: MainWindow, name: str = "Spur 5") -> StemRow:
    found = next(row for row in window.stems.rows if row.stem.name == name)
    # A row that was just made is shown a moment later.
    assert run_until(lambda: found.role.isVisible() or not window.stems.may_choose_roles)
    return found


def in_menu(opens: Callable[[], None], then: Callable[[QMenu], None]) -> None:
    """Open a menu, which may hold the program until it is closed, and do something in it."""

    done: list[bool] = []

    def act() -> None:
        popup = QApplication.activePopupWidget()
        if popup is None:
            QTimer.singleShot(5, act)
            return
        try:
            assert isinstance(popup, QMenu)
            then(popup)
        finally:
            popup.close()
            done.append(True)

    QTimer.singleShot(0, act)
    opens()
    assert run_until(lambda: done and QApplication.activePopupWidget() is None)


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def click_in(menu: QMenu, text: str) -> None:
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry(menu, text)).center())


def choose(qtbot: Any, window: MainWindow, text: str, name: str = "Spur 5", then: Callable[[], object] = lambda: None) -> None:
    """Choose a role with the mouse, do what is next, and wait until the mix has been analysed again."""
    button = row_of(window, name).role
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        in_menu(lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton), lambda menu: click_in(menu, text))
        then()
    qtbot.waitUntil(lambda: not window.session.work.is_busy, timeout=10_000)


def again(qtbot: Any, window: MainWindow, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        act()
    qtbot.waitUntil(lambda: not window.session.work.is_busy, timeout=10_000)


def facts(row: StemRow) -> str:
    return " ".join(label.text() for label in row.findChildren(type(row.layout().itemAt(1).widget())))


# Choosing


def test_a_role_that_is_chosen_with_the_mouse_is_analysed_and_shown(
    qtbot: Any, shown: MainWindow, core: SuppliedCore, folder: Path
) -> None:
    assert row_of(shown).stem.role == "other" and dict(core.requests[-1].roles) == {}
    choose(qtbot, shown, "Drums")
    request = core.requests[-1]
    assert (request.path, dict(request.roles), len(core.requests)) == (folder, {"Spur 5": "drums"}, 2)
    assert row_of(shown).stem.role == "drums" and "drums, as you said" in facts(row_of(shown))
    assert "as you said" not in facts(row_of(shown, "Kick"))


def test_a_role_is_chosen_with_the_keyboard_alone_which_stays_on_the_button(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    def vocals(menu: QMenu) -> None:
        while (now := menu.activeAction()) is None or now.text() != "Vocals":
            QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)

    row_of(shown).listen.setFocus()
    QTest.keyClick(row_of(shown).listen, Qt.Key.Key_Tab)
    button = QApplication.focusWidget()
    assert button is row_of(shown).role
    with qtbot.waitSignal(shown.session.state.analysed, timeout=10_000):
        in_menu(lambda: QTest.keyClick(button, Qt.Key.Key_Space), vocals)
    assert dict(core.requests[-1].roles) == {"Spur 5": "vocals"}
    assert row_of(shown).role is not button and shown.focusWidget() is row_of(shown).role


def test_the_menu_of_a_row_chooses_a_role_too_and_does_what_its_buttons_do(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    def by_keyboard() -> None:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), row_of(shown).listen.mapToGlobal(QPoint(5, 5)))
        QApplication.sendEvent(row_of(shown).listen, event)  # of the button that has the keyboard

    texts: list[str] = []
    in_menu(by_keyboard, lambda menu: texts.extend(action.text() for action in menu.actions() if not action.isSeparator()))
    roles = ["As found (other)", "Drums", "Bass", "Vocals", "Other"]
    assert texts == [*roles, "No other instruments in this song", "Listen", "Export…"]
    in_menu(by_keyboard, lambda menu: click_in(menu, "Listen"))
    assert shown.player.solos == {"Spur 5"}
    with qtbot.waitSignal(shown.session.state.analysed, timeout=10_000):
        in_menu(by_keyboard, lambda menu: click_in(menu, "Bass"))
    assert row_of(shown).stem.role == "bass" and shown.player.solos == {"Spur 5"}  # the sound is the same, and goes on


def test_what_is_seen_and_looped_stays_under_another_role_and_goes_with_other_sound(
    qtbot: Any, shown: MainWindow, core: SuppliedCore
) -> None:
    def place() -> tuple[float, Any]:
        return shown.waveform.end_s, shown.player.loop

    shown.waveform.setFocus()
    QTest.keyClick(shown.waveform, Qt.Key.Key_Plus)
    QTest.keyClick(shown.waveform, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    before = place()
    assert before[0] < 5.0 and before[1] is not None
    choose(qtbot, shown, "Drums")
    assert place() == before
    core.gain = 2.0  # rendered anew
    choose(qtbot, shown, "Bass")
    assert place() == (5.0, None)


def test_as_found_takes_it_back_and_the_menu_marks_what_is_chosen(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    def marked(name: str) -> str:
        found: list[str] = []
        button = row_of(shown, name).role
        in_menu(
            lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton),
            lambda menu: found.extend(action.text() for action in menu.actions() if action.isChecked()),
        )
        return ", ".join(found)

    assert marked("Kick") == "As found (drums)"
    choose(qtbot, shown, "Other", "Kick")
    assert marked("Kick") == "Other" and marked("Spur 5") == "As found (other)"
    choose(qtbot, shown, "As found (drums)", "Kick")
    assert row_of(shown, "Kick").stem.role == "drums" and dict(core.requests[-1].roles) == {} and marked("Kick") == "As found (drums)"


def test_what_is_chosen_already_is_not_analysed_again(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    in_menu(lambda: QTest.mouseClick(row_of(shown).role, Qt.MouseButton.LeftButton), lambda menu: click_in(menu, "As found (other)"))
    assert len(core.requests) == 1 and not shown.session.work.is_busy


def test_two_choices_in_a_row_count_both_and_one_that_is_cancelled_does_not(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    core.may_go_on.clear()
    shown.stems.choose_role("Spur 5", "drums")
    choose(qtbot, shown, "Bass", "Low", core.may_go_on.set)
    assert dict(core.requests[-1].roles) == {"Spur 5": "drums", "Low": "bass"}
    core.may_go_on.clear()
    shown.stems.choose_role("Voice", "other")
    shown.session.cancel()
    qtbot.waitUntil(lambda: not shown.session.work.is_busy, timeout=10_000)
    core.may_go_on.set()
    again(qtbot, shown, shown.session.compare_again)
    assert dict(core.requests[-1].roles) == {"Spur 5": "drums", "Low": "bass"}


def test_stems_of_a_separator_and_of_the_demo_have_no_role_to_choose(qtbot: Any, shown: MainWindow) -> None:
    again(qtbot, shown, shown.session.open_demo)
    qtbot.waitUntil(lambda: all(row.export.isVisible() for row in shown.stems.rows), timeout=5000)
    assert not any(row.role.isVisible() for row in shown.stems.rows)
    shown.stems.choose_role("Kick", "bass")
    assert not shown.session.work.is_busy
    analysed(qtbot, shown)
    qtbot.waitUntil(lambda: all(row.role.isVisible() for row in shown.stems.rows), timeout=5000)
    result = shown.session.state.result
    assert result is not None
    stems = tuple(replace(stem, origin="embedded") for stem in result.analysis.track.stems)
    shown.session.state.result = replace(result, analysis=replace(result.analysis, track=replace(result.analysis.track, stems=stems)))
    shown.stems.show_result(shown.session.state.result)
    qtbot.waitUntil(lambda: all(row.replace.isVisible() for row in shown.stems.rows), timeout=5000)
    texts: list[str] = []
    button = row_of(shown, "Voice").role
    in_menu(lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton), lambda menu: texts.extend(a.text() for a in menu.actions()))
    assert texts == ["No vocals in this song"]


def test_a_role_that_was_heard_says_so_until_it_is_confirmed(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    def about(name: str) -> str:
        return row_of(shown, name).role.accessibleDescription()

    assert (about("Spur 5"), about("Kick")) == ("heard: other?", "drums")
    choose(qtbot, shown, "Other")
    assert about("Spur 5") == "other, as you said" and dict(core.requests[-1].roles) == {"Spur 5": "other"}


def test_a_role_that_nobody_hears_says_that_there_is_no_advice(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    core.unheard = (Missing(Place("vocals"), level_lu=-40.0, lufs=-60.0), Missing(Place("drums", "Kick")))
    again(qtbot, shown, shown.session.compare_again)
    assert row_of(shown, "Voice").role.accessibleDescription() == "vocals: nothing to speak of, so no advice"
    assert row_of(shown, "Kick").role.accessibleDescription() == "drums" and shown.session.stems.absent == frozenset()


def test_that_a_song_has_no_vocals_is_said_remembered_and_taken_back(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    choose(qtbot, shown, "No vocals in this song", "Voice")
    assert row_of(shown, "Voice").role.accessibleDescription() == "vocals: none in this song, as you said"
    assert shown.session.stems.absent == {"vocals"}
    again(qtbot, shown, shown.session.compare_again)
    assert shown.session.stems.absent == {"vocals"} and core.requests[-1].absent is None
    choose(qtbot, shown, "No vocals in this song", "Voice")
    assert shown.session.stems.absent == frozenset()


def test_what_a_song_does_not_have_stays_said_under_other_roles(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    choose(qtbot, shown, "No vocals in this song", "Voice")
    choose(qtbot, shown, "Drums")
    assert row_of(shown).stem.role == "drums" and shown.session.stems.absent == {"vocals"}
    choose(qtbot, shown, "No vocals in this song", "Voice")
    assert shown.session.stems.absent == frozenset()


def test_two_roles_that_a_song_does_not_have_count_both(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    def say_both() -> None:
        shown.stems.say_absent("vocals", True)
        shown.stems.say_absent("bass", True)  # before anything came of the first

    again(qtbot, shown, say_both)
    qtbot.waitUntil(lambda: shown.session.stems.absent == {"bass", "vocals"}, timeout=10_000)


def test_no_button_of_a_row_is_a_window_of_its_own_for_a_moment(qtbot: Any, shown: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    result = shown.session.state.result
    assert result is not None
    alone: list[str] = []
    show = QPushButton.setVisible

    def watched(button: QPushButton, visible: bool) -> None:
        if visible and button.parentWidget() is None:
            alone.append(button.text())
        show(button, visible)

    monkeypatch.setattr(QPushButton, "setVisible", watched)
    shown.stems.show_result(result)
    assert alone == []


def test_the_button_has_a_name_a_tooltip_and_says_what_the_stem_is(shown: MainWindow) -> None:
    button = row_of(shown).role
    assert (button.accessibleName(), button.accessibleDescription()) == ("Role Spur 5", "heard: other?") and button.toolTip()


# Remembered


def test_a_role_stays_with_its_folder_for_comparing_again_another_mix_and_the_queue(
    qtbot: Any, shown: MainWindow, core: SuppliedCore, folder: Path, tmp_path: Path
) -> None:
    choose(qtbot, shown, "Drums")
    compare = next(action for action in shown.findChildren(QAction) if action.text() == "Compare again")
    again(qtbot, shown, compare.trigger)
    assert dict(core.requests[-1].roles) == {"Spur 5": "drums"}
    other = make_folder(tmp_path / "Other song")
    again(qtbot, shown, lambda: shown.session.open_stems(other))
    assert (core.requests[-1].path, dict(core.requests[-1].roles)) == (other, {})
    assert row_of(shown).stem.role == "other"
    shown.session.queue.add([folder, tmp_path / "last.wav"])
    qtbot.waitUntil(lambda: shown.session.queue.count("done") == 2, timeout=10_000)
    assert [dict(request.roles) for request in core.requests[-2:]] == [{"Spur 5": "drums"}, {}]
    again(qtbot, shown, lambda: drop(shown, folder))  # rendered once more
    assert dict(core.requests[-1].roles) == {"Spur 5": "drums"} and row_of(shown).stem.role == "drums"


def test_a_finished_mix_of_the_queue_comes_back_with_the_roles_that_were_chosen_on_the_screen(
    qtbot: Any, window: MainWindow, core: SuppliedCore, folder: Path, tmp_path: Path
) -> None:
    queue = window.session.queue
    queue.add([folder, tmp_path / "second.wav"])
    qtbot.waitUntil(lambda: queue.count("done") == 2 and window.session.state.source == folder, timeout=10_000)
    window.views.setCurrentWidget(window.stems)
    choose(qtbot, window, "Bass")
    for entry_of_queue, role in ((queue.entries[1], "other"), (queue.entries[0], "bass")):
        again(qtbot, window, lambda chosen=entry_of_queue: queue.open(chosen))
        assert row_of(window).stem.role == role
    again(qtbot, window, window.session.compare_again)
    assert dict(core.requests[-1].roles) == {"Spur 5": "bass"}


def test_a_stem_that_is_gone_takes_its_role_along(qtbot: Any, shown: MainWindow, core: SuppliedCore, folder: Path) -> None:
    choose(qtbot, shown, "Drums")
    choose(qtbot, shown, "Other", "Kick")
    (folder / "Spur 5.wav").unlink()
    again(qtbot, shown, shown.session.compare_again)
    assert dict(core.requests[-1].roles) == {"Kick": "other"}


def test_decisions_on_what_is_the_same_under_another_role_are_kept_and_stay_kept(qtbot: Any, shown: MainWindow, core: SuppliedCore) -> None:
    session = shown.session
    session.decide("vocals-level", Decision(True, 0.6))
    session.decide("bass-eq", Decision(False))
    session.decide("drums-compression", Decision(True))
    choose(qtbot, shown, "Drums")
    assert session.state.decisions == {"vocals-level": Decision(True, 0.6), "bass-eq": Decision(False)}
    card = next(card for card in shown.suggestions.cards if card.suggestion.id == "vocals-level")
    assert card.accept.isChecked()
    session.decide("bass-eq", None)
    qtbot.waitUntil(lambda: not session.work.keeper.busy, timeout=5000)
    assert session.state.result is not None
    content = session.state.result.analysis.track.content_hash
    kept = core.with_library(lambda library: library.answers.decisions(content))
    assert kept == {"vocals-level": Decision(True, 0.6)}
    choose(qtbot, shown, "As found (other)")
    assert session.state.decisions == {
        "vocals-level": Decision(True, 0.6),
        "drums-compression": Decision(True),
    }  # what was decided on these drums is known still


# After a crash


@pytest.fixture
def restart(qtbot: Any, core: SuppliedCore) -> Iterator[Callable[[Note], MainWindow]]:
    """Return what starts a window after one that was killed with a note."""
    made: list[MainWindow] = []

    def begin(note: Note) -> MainWindow:
        notes.folder().mkdir(parents=True, exist_ok=True)
        (notes.folder() / "1-00000000.json").write_text(json.dumps(note.document()))
        window = make_window(core)
        qtbot.addWidget(window)
        window.show()
        made.append(window)
        qtbot.waitUntil(lambda: window.message.accept.isVisible(), timeout=5000)
        return window

    yield begin
    for window in made:
        window.close()
        assert window.session.wait(10_000)


def test_roles_are_noted_and_opened_again_after_a_crash(
    qtbot: Any, core: SuppliedCore, folder: Path, restart: Callable[[Note], MainWindow]
) -> None:
    window = restart(Note(OpenMix(folder, roles={"Spur 5": "drums"})))
    again(qtbot, window, lambda: QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton))
    assert dict(core.requests[-1].roles) == {"Spur 5": "drums"}
    again(qtbot, window, window.session.compare_again)
    assert dict(core.requests[-1].roles) == {"Spur 5": "drums"}
    window.views.setCurrentWidget(window.stems)
    choose(qtbot, window, "Bass", "Low")
    qtbot.waitUntil(lambda: not window.session.work.keeper.busy, timeout=5000)
    (path,) = notes.folder().glob(notes.NAMES)
    assert json.loads(path.read_text())["mix"]["roles"] == {"Spur 5": "drums", "Low": "bass"}


# The real analysis


def test_the_real_analysis_gets_the_role_and_no_longer_warns(qtbot: Any, tmp_path: Path) -> None:
    folder = tmp_path / "Song"
    folder.mkdir()
    for seed, name in enumerate(("Kick", "Bass", "Voice", "Spur 5")):
        write_audio(music(seed, 4.0), folder / f"{name}.wav")
    window = make_window(Core(tmp_path / "library.sqlite3"))
    qtbot.addWidget(window)
    window.show()

    def warnings() -> str:
        assert window.session.state.result is not None
        return " ".join(window.session.state.result.analysis.warnings)

    with qtbot.waitSignal(window.session.state.analysed, timeout=60_000):
        window.session.open_stems(folder)
    window.views.setCurrentWidget(window.stems)
    assert "say so in the stem's row under Stems in the window, or with --role" in warnings()
    with qtbot.waitSignal(window.session.state.analysed, timeout=60_000):
        in_menu(lambda: QTest.mouseClick(row_of(window).role, Qt.MouseButton.LeftButton), lambda menu: click_in(menu, "Drums"))
    assert row_of(window).stem.role == "drums" and "Spur 5" not in warnings()
    window.close()
    assert window.session.wait(30_000)
