"""The transport: play, stop, loop, position, what is heard (A mix, B suggestion, C reference), level match, output and meters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QColor,
    QGuiApplication,
    QIcon,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QTextEdit,
    QToolButton,
    QWidget,
)  # fmt: skip

from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.player.meter import Levels
from mixassistant.gui.player.player import SOURCES, Player
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.window.listening_bar import ListeningBar
from mixassistant.i18n import _

LOWEST_DB = -60.0  # left end of the meters
VOLUME_DB = (-40, 0)
ROOMY = 1080  # px: narrower, names of the sources are their letters alone, and the meter gives way
SPACIOUS = 1500  # px: narrower, level matching has a short name
WIDE = 1340  # px: narrower, the parts to listen to are in a menu
LOOP_S = 8.0  # what L loops where no loop is marked


def clock(seconds: float) -> str:
    """Return a time as minutes, seconds and tenths: ``"1:02.3"``."""
    tenths = int(max(seconds, 0.0) * 10 + 1e-6)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _icons(tokens: Tokens) -> dict[str, QIcon]:
    """Return the transport's pictures in a theme's colours, sharp on dense screens."""
    shapes = {
        "play": [[(7, 4), (20, 12), (7, 20)]],
        "pause": [[(6, 4), (10, 4), (10, 20), (6, 20)], [(14, 4), (18, 4), (18, 20), (14, 20)]],
        "stop": [[(5, 5), (19, 5), (19, 19), (5, 19)]],
    }
    return {name: _icon(polygons, tokens) for name, polygons in shapes.items()}


def _icon(polygons: list[list[tuple[int, int]]], tokens: Tokens) -> QIcon:
    icon = QIcon()
    for mode, color in ((QIcon.Mode.Normal, tokens.text), (QIcon.Mode.Disabled, tokens.quiet)):
        picture = QPixmap(48, 48)
        picture.setDevicePixelRatio(2.0)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        for polygon in polygons:
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in polygon]))
        painter.end()
        icon.addPixmap(picture, mode)
    return icon


class Meter(QWidget):
    """RMS bars with peaks, left over right."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._levels = Levels()
        self.setFixedSize(80, 22)
        self.setAccessibleName(_("Output level"))
        self.setToolTip(_("Output level: bar RMS, line peak, −60 to 0 dBFS"))

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.update()

    def show_levels(self, levels: Levels) -> None:
        """Show what plays."""
        if levels != self._levels:
            self._levels = levels
            self.setAccessibleDescription(_("Peak {db:.0f} dBFS").format(db=max(levels.peak_db)).replace("-", "−"))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        for row, (peak, rms) in enumerate(zip(self._levels.peak_db, self._levels.rms_db, strict=True)):
            top = 2 + row * 10
            painter.setBrush(self._tokens.color("raised"))
            painter.drawRect(QRectF(0, top, self.width(), 8))
            share = [max(0.0, min(1.0, 1 - value / LOWEST_DB)) for value in (rms, peak)]
            painter.setBrush(self._tokens.color("good"))
            painter.drawRect(QRectF(0, top, share[0] * self.width(), 8))
            if share[1] > 0:
                painter.setBrush(self._tokens.color("error" if peak > -0.1 else "text"))
                painter.drawRect(QRectF(min(share[1] * self.width(), self.width() - 2), top, 2, 8))


class Transport(QFrame):
    """Shows the player and passes intentions on to it."""

    def __init__(self, player: Player, tokens: Tokens) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._player = player
        self._tabbed: QWidget | None = None  # what the Tab key has reached
        self._icons = _icons(tokens)
        self.play = self._tool(self._icons["play"], _("Play"), _("Play or pause (Space)"), player.toggle)
        self.stop = self._tool(self._icons["stop"], _("Stop"), _("Stop, and back to the start"), player.stop)
        self.loop = QPushButton(_("Loop"))
        self.loop.setCheckable(True)
        self.loop.setAccessibleName(_("Loop"))
        self.loop.setToolTip(_("Repeat what is marked in the waveform (L); Shift and drag there to mark"))
        self.loop.clicked.connect(self.toggle_loop)
        self.time = QLabel(clock(0))
        self.time.setAccessibleName(_("Position"))
        self.time.setToolTip(_("Position and length of what is heard: minutes, seconds, tenths; “C” stands before those of the reference"))
        self.time.setMinimumWidth(self.time.fontMetrics().horizontalAdvance("0:00.0 / 00:00.0") + SPACE)
        self.place = QLabel()
        self.place.setObjectName("small")
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setAccessibleName(_("Section, chord, bar and beat"))  # not what it says: a screen reader would never be silent
        self.place.setToolTip(_("Section, chord, bar and beat at the position, of what is heard"))
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._structure = self._reference_structure = SongStructure()
        self.sources = {
            name: self._source(name, text, tip)
            for name, text, tip in (
                ("mix", _("A  Mix"), _("Hear the mix as it is (1)")),
                ("suggestion", _("B  Suggestion"), _("Hear the suggestion that was picked last on its card (2)")),
                ("reference", _("C  Reference"), _("Hear the reference that is picked on the left (3)")),
            )
        }
        self.match = QPushButton(_("Level match"))
        self.match.setCheckable(True)
        self.match.setChecked(player.is_matched)
        self.match.setAccessibleName(_("Level match"))
        self.match.setToolTip(_("Make all three equally loud, so that the louder one does not win by being louder"))
        self.match.clicked.connect(player.set_match)
        self.applied = QLabel()
        self.applied.setObjectName("small")
        self.applied.setToolTip(_("What level matching takes from what is heard"))
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(*VOLUME_DB)
        self.volume.setValue(0)
        self.volume.setFixedWidth(72)
        self.volume.setAccessibleName(_("Volume"))
        self.volume.setToolTip(_("Volume, in dB below full"))
        self.volume.valueChanged.connect(lambda value: player.set_volume(float(value)))
        self.listening = ListeningBar(player)
        self.meter = Meter(tokens)
        self.output = QToolButton()
        self.output.setText(_("Output"))
        self.output.setAccessibleName(_("Output"))
        self.output.setToolTip(_("Choose the sound card"))
        self.output.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.output.setMenu(QMenu(self))
        self.output.menu().aboutToShow.connect(player.look)
        self.output.menu().aboutToShow.connect(self._fill_outputs)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        row.setSpacing(SPACE // 2)
        for widget in (self.play, self.stop, self.loop, self.time):
            row.addWidget(widget)
        row.addWidget(self.place, 2)
        for button in self.sources.values():
            row.addWidget(button)
        row.addWidget(self.match)
        row.addWidget(self.applied)
        row.addWidget(self.listening)
        for last in (self.meter, self.volume, self.output):
            row.addWidget(last)
        player.state_changed.connect(self.refresh)
        player.moved.connect(lambda _seconds: self._show_time())
        player.reference_changed.connect(self._show_reference)
        player.listed.connect(self._fill_outputs)
        player.metered.connect(self.meter.show_levels)
        self.refresh()

    def _tool(self, icon: QIcon, name: str, tip: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: slot())  # type: ignore[operator]
        return button

    def _source(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setAccessibleName(text)
        button.setProperty("tip", tip)
        button.clicked.connect(lambda _checked: self._pick(name))
        return button

    def _pick(self, name: str) -> None:
        self._player.set_source(name)
        self.refresh()

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self.meter.set_tokens(tokens)
        self._icons = _icons(tokens)
        self.stop.setIcon(self._icons["stop"])
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less in a narrow window; names for screen readers and tooltips stay."""
        super().resizeEvent(event)
        is_roomy = self.width() >= ROOMY
        for button in self.sources.values():
            button.setText(button.accessibleName() if is_roomy else button.accessibleName()[0])
        self.match.setText(_("Level match") if self.width() >= SPACIOUS else _("Match"))
        self.meter.setVisible(is_roomy)
        self.listening.set_wide(self.width() >= WIDE)
        self._show_time()

    def minimumSizeHint(self) -> QSize:
        """Return what the narrow form needs."""
        return QSize(600, super().minimumSizeHint().height())

    def toggle_loop(self) -> None:
        """Loop some seconds from the playhead on, or nothing any more."""
        player = self._player
        put = player.set_reference_loop if player.is_on_reference else player.set_loop
        length = player.here_duration_s
        if player.here_loop is not None:
            put(None)
        elif length:
            start = min(player.here_s, max(length - LOOP_S, 0.0))
            put((start, min(start + LOOP_S, length)))
        self.refresh()

    def refresh(self) -> None:
        """Show the player's state."""
        player = self._player
        there = player.duration_s > 0
        for widget in (self.play, self.stop, self.loop, self.match):
            widget.setEnabled(there)
        self.play.setIcon(self._icons["pause" if player.is_playing else "play"])
        self.play.setAccessibleName(_("Pause") if player.is_playing else _("Play"))
        self.loop.setChecked(there and player.here_loop is not None)
        self.match.setChecked(player.is_matched)
        why = {
            "mix": _("Open a mix first"),
            "suggestion": _("Press “Hear it” on a card first"),
            "reference": _("Pick a reference on the left first"),
        }
        for name, button in self.sources.items():
            can = player.can_hear(name)
            button.setEnabled(can)
            button.setChecked(can and player.source == name and not player.is_blind)
            button.setToolTip(button.property("tip") if can else why[name])
        self._name_suggestion(player.version)
        gain = player.gain_db(player.source) if there else 0.0
        is_told = there and player.is_matched and not player.is_blind
        self.applied.setText(f"{round(gain, 1) + 0.0:+.1f} dB".replace("-", "−") if is_told else "")  # no “−0.0”
        self.applied.setMinimumWidth(self.applied.fontMetrics().horizontalAdvance("−00.0 dB"))
        self._show_time()

    def _name_suggestion(self, version: str) -> None:
        """Say what B is where it is another version of the mix, and no suggestion."""
        button = self.sources["suggestion"]
        button.setAccessibleName(_("B  {name}").format(name=version) if version else _("B  Suggestion"))
        button.setText(button.accessibleName() if self.width() >= ROOMY else button.accessibleName()[0])
        if version:
            button.setToolTip(_("Hear the mix as it would be there: {name} (2)").format(name=version))

    def show_structure(self, structure: SongStructure) -> None:
        """Tell section, chord, bar and beat of the position from now on."""
        self._structure = structure
        self._player.put_sections(structure.sections)
        self._show_time()

    def _show_time(self) -> None:
        """Show the place and length of what is heard, of the reference with its letter, and what is told of that place."""
        player = self._player
        here_s, is_reference = player.here_s, player.is_on_reference and not player.is_blind
        text = f"{clock(here_s)} / {clock(player.here_duration_s)}"
        self.time.setText(_("C  {time}").format(time=text) if is_reference else text)
        told = (self._reference_structure if is_reference else self._structure).told_at(here_s)
        texts = ["  ·  ".join(told[first:]) for first in range(len(told) + 1)]
        metrics, room = self.place.fontMetrics(), self.place.width() - SPACE
        self.place.setText(next((text for text in texts if metrics.horizontalAdvance(text) <= room), ""))

    def _show_reference(self) -> None:
        """Tell sections, chords and bars of the reference that is there now."""
        reference = self._player.reference
        self._reference_structure = SongStructure() if reference is None else reference.structure
        self.refresh()

    def _fill_outputs(self) -> None:
        menu, group = self.output.menu(), QActionGroup(self)
        menu.clear()
        found = self._player.outputs
        for name, shown in [("", _("The system’s choice")), *((o.name, o.name) for o in found or ())]:
            action = QAction(shown, menu, checkable=True)
            action.setChecked(name == self._player.device)
            action.triggered.connect(lambda _checked, n=name: self._player.set_device(n))
            group.addAction(action)
            menu.addAction(action)
        chosen = self._player.device
        if chosen and found is not None and all(o.name != chosen for o in found):
            gone = QAction(_("{name}: not there").format(name=chosen), menu, checkable=True)
            gone.setChecked(True)
            gone.setEnabled(False)
            menu.addAction(gone)
        if not found:
            none = QAction(_("Looking for sound cards …") if found is None else _("No sound card was found"), menu)
            none.setEnabled(False)
            menu.addAction(none)
        menu.addSeparator()
        again = QAction(_("Look again"), menu)
        again.triggered.connect(lambda _checked=False: self._player.rescan())
        menu.addAction(again)

    def make_shortcuts(self, window: QWidget, more: Mapping[str, Callable[[], None]]) -> None:
        """Make Space, L, the numbers and more keys work in the whole window, but not while somebody types."""
        actions: dict[str, Callable[[], None]] = {"Space": self._press_or_play, "L": self.toggle_loop}
        actions |= {str(number + 1): partial(self._pick, name) for number, name in enumerate(SOURCES)}
        actions |= {**self.listening.keys(), **more}
        for keys, slot in actions.items():
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(unless_typing, slot))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow_focus)

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Remember what Tab has reached, and forget it when a click or the program puts the keyboard elsewhere."""
        if now is None:  # another window has it for a while
            return
        window, mark = now.window(), Qt.WidgetAttribute.WA_KeyboardFocusChange  # Qt sets it at each Tab, and only then
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            window.setAttribute(mark, False)
            self._tabbed = None
        elif window.testAttribute(mark):
            self._tabbed = now
        elif now is not self._tabbed:
            self._tabbed = None

    def _press_or_play(self) -> None:
        """Do what Space does where the keyboard is, from which the shortcut takes it away; elsewhere play.

        A list of choices is opened, a button that Tab has reached is pressed; where nothing can be played, any button.
        """
        focus = QApplication.focusWidget()
        if isinstance(focus, QComboBox) and not focus.isEditable():
            focus.showPopup()
        elif isinstance(focus, QAbstractButton) and (focus is self._tabbed or self._player.duration_s == 0):
            focus.click()
        else:
            self._player.toggle()


def unless_typing(slot: Callable[[], None]) -> None:
    """Do it, unless somebody types: then the key is a letter."""
    if not _is_typing():
        slot()


def _is_typing() -> bool:
    focus = QApplication.focusWidget()
    return isinstance(focus, QLineEdit | QTextEdit | QAbstractSpinBox) or (isinstance(focus, QComboBox) and focus.isEditable())
