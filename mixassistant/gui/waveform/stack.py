"""The stack of lanes: which stems are in sight, their heads, and the picture of all that stands still."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from mixassistant.features.track import Section
from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.waveform.lanes import EDGE, Lane, LaneButton, LaneHead, buttons_style
from mixassistant.gui.waveform.picture import DIMMED, lane_image
from mixassistant.gui.waveform.scenery import paint_chords, paint_legend, paint_ruler, paint_sections, small
from mixassistant.gui.waveform.words import READING
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.widgets.time_axis import Axis
from mixassistant.i18n import _

RULER_HEIGHT = 22  # px
SECTIONS_HEIGHT = 20
CHORDS_HEIGHT = 16  # where there is room
GIVEN = SECTIONS_HEIGHT  # that the mix gives to the sections in the lowest window
MIX_HEIGHT = 84
FOLDED_HEIGHT = 26  # of the mix where nothing else is drawn
LANE_HEIGHT = 30
LANES = 8  # stems in sight at once where there is room
FEWEST_LANES = 1  # and in a small window
SCROLL_WIDTH = 12
HEAD_WIDTH = 148  # where there is room
NARROW_HEAD_WIDTH = 116
NARROW = 520


class LaneStack(QWidget):
    """Lanes under a ruler, on one pixmap that is drawn anew only when what it shows has changed.

    The mix stays on top; stems that there is no room for come into sight by the scroll bar, the arrow and page keys, or the wheel over
    the names.
    """

    solo_toggled = Signal(str, bool)
    mute_toggled = Signal(str, bool)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._lanes: tuple[Lane, ...] = ()
        self._structure = SongStructure()
        self._chosen: int | None = None  # a section
        self._axis = Axis.whole(1.0)
        self._solo: frozenset[str] = frozenset()
        self._muted: frozenset[str] = frozenset()
        self._still: QPixmap | None = None
        self._heads: list[LaneHead] = []
        self._is_folded = False
        self._is_playable = True  # whether stems can be soloed and muted: not of a song that is only read as yet
        self.scroller = QScrollBar(Qt.Orientation.Vertical, self)
        self.scroller.setAccessibleName(_("Scroll the stems"))
        self.scroller.setToolTip(_("More stems"))
        self.scroller.valueChanged.connect(lambda _first: self._fill_heads())
        self.scroller.hide()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setStyleSheet(buttons_style(tokens))

    # What is shown

    def put_lanes(self, lanes: Sequence[Lane], structure: SongStructure) -> None:
        """Show other lanes, from the first one on, and what is told of the song over time; no section is chosen."""
        self._lanes, self._chosen = tuple(lanes), None
        self.scroller.setValue(0)
        self._structure = structure
        self._make_room()

    def fold(self, is_folded: bool) -> None:
        """Draw the mix alone, in a strip; or everything again."""
        if is_folded != self._is_folded:
            self._is_folded = is_folded
            self._make_room()

    def _put_structure(self, structure: SongStructure) -> None:
        before, self._structure = self._structure, structure
        if self._chosen is not None and self._chosen >= len(structure.sections):
            self._chosen = None
        if (bool(before.sections), bool(before.chords)) != (bool(structure.sections), bool(structure.chords)):
            self._make_room()
        self._redraw()

    def _make_room(self) -> None:
        self.setMinimumHeight(self._lowest(min(self._stems, FEWEST_LANES)) - (GIVEN if self._sections else 0))
        self.updateGeometry()
        self._arrange()

    def _lowest(self, stems: int) -> int:
        """Return the height of the mix and so many stems, without chords."""
        return RULER_HEIGHT + (SECTIONS_HEIGHT if self._sections else 0) + self._mix_wanted + LANE_HEIGHT * stems

    @property
    def _mix_wanted(self) -> int:
        return FOLDED_HEIGHT if self._is_folded else MIX_HEIGHT

    @property
    def _sections(self) -> tuple[Section, ...]:
        """The sections that are drawn."""
        return () if self._is_folded else self._structure.sections

    @property
    def _chords_height(self) -> int:
        """Height of the chords' names, in px: none in a window so low that they would take the place of the only stem."""
        is_room = self.height() >= self._lowest(min(self._stems, FEWEST_LANES)) + CHORDS_HEIGHT
        return CHORDS_HEIGHT if self._structure.chords and is_room and not self._is_folded else 0

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.setStyleSheet(buttons_style(tokens))
        for head in self._heads:
            head.set_tokens(tokens)
        self._redraw()

    def show_solo_mute(self, solo: frozenset[str], muted: frozenset[str]) -> None:
        """Show which stems are heard alone and which are silenced."""
        if (solo, muted) != (self._solo, self._muted):
            self._solo, self._muted = solo, muted
            self._fill_heads()

    def is_heard(self, stem: str) -> bool:
        """Tell whether a stem is heard, as soloed and muted ones are now."""
        return stem not in self._muted and (not self._solo or stem in self._solo)

    def names_in_sight(self) -> list[str]:
        """Return the names of the lanes that are drawn, from the top."""
        return [lane.name for lane in self._in_sight()]

    def more_text(self) -> str:
        """Return how many stems are out of sight, and where; empty when all are drawn."""
        if self.scroller.maximum() == 0:
            return ""
        above, below = self.scroller.value() > 0, self.scroller.value() < self.scroller.maximum()
        return _("+{count} more").format(count=self.scroller.maximum()) + (" ↕" if above and below else " ↑" if above else " ↓")

    def lane_at(self, y: float) -> str | None:
        """Return the stem whose lane lies at a y, ``"mix"``, or None on the ruler and below."""
        top = float(self._mix_top)
        for lane in self._in_sight():
            top += self._mix_height if lane.role == "mix" else LANE_HEIGHT
            if self._mix_top <= y < top:
                return "mix" if lane.role == "mix" else lane.name
        return None

    @property
    def _stems(self) -> int:
        """How many stems are drawn, or would be where there were room."""
        return 0 if self._is_folded else max(0, len(self._lanes) - 1)

    @property
    def _mix_top(self) -> int:
        return RULER_HEIGHT + (SECTIONS_HEIGHT if self._sections else 0) + self._chords_height

    @property
    def head_width(self) -> int:
        """Width of the names, in px."""
        return NARROW_HEAD_WIDTH if self.width() < NARROW else HEAD_WIDTH

    @property
    def _mix_height(self) -> int:
        """Height of the mix's lane, in px: what is too little for one more stem is given to it, and what is missing taken from it."""
        left = self.height() - self._lowest(min(self._stems, self._room())) - self._chords_height
        return self._mix_wanted + min(max(left, -GIVEN), LANE_HEIGHT)

    def _in_sight(self) -> tuple[Lane, ...]:
        first = self.scroller.value()
        return self._lanes[:1] + self._lanes[1 + first : 1 + first + min(self._room(), self._stems)]

    def _room(self) -> int:
        """Return how many stems the height has room for."""
        return min(LANES, max(FEWEST_LANES, (self.height() - self._lowest(0) - self._chords_height) // LANE_HEIGHT))

    def sizeHint(self) -> QSize:
        """Return the size in which all stems are in sight, or eight of them."""
        chords = CHORDS_HEIGHT if self._structure.chords and not self._is_folded else 0
        return QSize(HEAD_WIDTH + 400, self._lowest(min(self._stems, LANES)) + chords)

    # Places

    def _field(self) -> QRectF:
        """Return where the waveforms, sections and ruler lie."""
        left = self.head_width
        width = max(1, self.width() - left - (SCROLL_WIDTH if self.scroller.maximum() else 0))
        return QRectF(left, 0, width, self._mix_top + self._mix_height + LANE_HEIGHT * min(self._stems, self._room()))

    def _ruler(self) -> QRectF:
        field = self._field()
        return QRectF(field.left(), 0, field.width(), RULER_HEIGHT)

    def _band(self) -> QRectF:
        field = self._field()
        return QRectF(field.left(), RULER_HEIGHT, field.width(), SECTIONS_HEIGHT if self._sections else 0)

    def _chord_lane(self) -> QRectF:
        band = self._band()
        return QRectF(band.left(), band.bottom(), band.width(), self._chords_height)

    # Heads

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many stems as there is room for."""
        self._arrange()

    def _arrange(self) -> None:
        room = self._room()
        self.scroller.setRange(0, max(0, self._stems - room))
        self.scroller.setPageStep(room)
        self.scroller.setVisible(self._stems > room)
        self.scroller.setGeometry(self.width() - SCROLL_WIDTH, self._mix_top + self._mix_height, SCROLL_WIDTH, room * LANE_HEIGHT)
        while len(self._heads) < min(room, self._stems):
            head = LaneHead(self._tokens, self)
            head.soloed.connect(self._solo_pressed)
            head.muted.connect(self._mute_pressed)
            head.stepped.connect(self._step_focus)
            self._heads.append(head)
        self._fill_heads()

    def _fill_heads(self) -> None:
        stems = self._in_sight()[1:]
        top = self._mix_top + self._mix_height
        for index, head in enumerate(self._heads):
            if index < len(stems):
                name = stems[index].name
                head.show_lane(stems[index], name in self._solo, name in self._muted, self.is_heard(name))
                head.setEnabled(self._is_playable)
                head.setGeometry(QRect(0, top + index * LANE_HEIGHT, self.head_width, LANE_HEIGHT - 1))
            head.setVisible(index < len(stems))
        self._redraw()

    def _solo_pressed(self, stem: str, is_on: bool) -> None:
        self.show_solo_mute(self._solo | {stem} if is_on else self._solo - {stem}, self._muted)
        self.solo_toggled.emit(stem, is_on)

    def _mute_pressed(self, stem: str, is_on: bool) -> None:
        self.show_solo_mute(self._solo, self._muted | {stem} if is_on else self._muted - {stem})
        self.mute_toggled.emit(stem, is_on)

    def _step_focus(self, button: LaneButton, by: int) -> None:
        """Give the same button of the lane above or below the focus; scroll where there is none in sight."""
        shown = [head for head in self._heads if not head.isHidden()]
        index = next(i for i, head in enumerate(shown) if button in (head.solo, head.mute))
        if 0 <= index + by < len(shown):
            head = shown[index + by]
            (head.solo if button.objectName() == "solo" else head.mute).setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.scroller.setValue(self.scroller.value() + by)

    # Drawing

    def _redraw(self) -> None:
        self._still = None
        self.update()

    def _picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            self._still.setDevicePixelRatio(ratio)
            painter = QPainter(self._still)
            painter.setFont(self.font())
            self._paint_still(painter, ratio)
            painter.end()
        return self._still

    def _paint_still(self, painter: QPainter, ratio: float) -> None:
        tokens, field = self._tokens, self._field()
        painter.fillRect(self.rect(), tokens.color("panel"))
        if not self._lanes:
            painter.setPen(tokens.color("quiet"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, READING)
            return
        columns = max(1, round(field.width() * ratio))
        # Columns stand on a grid of their own width: a wave must not flicker while it is dragged.
        pitch = self._axis.span_s / columns
        start_s = round(self._axis.start_s / pitch) * pitch
        top = self._mix_top
        for lane in self._in_sight():
            height = self._mix_height if lane.role == "mix" else LANE_HEIGHT
            opacity = 1.0 if lane.role == "mix" or self.is_heard(lane.name) else DIMMED
            size = columns, max(2, round((height - 1) * ratio))
            image = lane_image(lane.peaks, start_s, start_s + columns * pitch, size, tokens, lane.role, opacity)
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(field.left(), top), image)
            painter.setPen(tokens.color("line"))
            painter.drawLine(QLineF(0, top + height - 0.5, self.width(), top + height - 0.5))
            top += height
        painter.setPen(tokens.color("mix"))
        head = QRectF(EDGE, self._mix_top, self.head_width - EDGE - 6, self._mix_height - 1)
        above = 0 if self._is_folded else 26  # the legend
        painter.drawText(head.adjusted(0, 0, 0, -above), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._lanes[0].name)
        painter.setFont(small(self.font()))
        if above:
            paint_legend(painter, QRectF(head.left(), head.center().y() + 8, head.width(), 18), tokens)
        paint_ruler(painter, self._ruler(), self._axis, tokens, self._structure.downbeats_s)
        paint_sections(painter, self._band(), field.bottom(), self._sections, self._chosen, self._axis, tokens)
        if self._chords_height:
            paint_chords(painter, self._chord_lane(), self._structure, self._axis, tokens)
        painter.setPen(tokens.color("quiet"))
        for box, text in ((self._band(), _("Sections")), (self._chord_lane(), _("Chords"))):
            if box.height():
                head = QRectF(EDGE, box.top(), self.head_width - EDGE, box.height())
                painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, text)
        painter.drawText(QRectF(EDGE, 0, self.head_width - EDGE, RULER_HEIGHT - 1), Qt.AlignmentFlag.AlignVCenter, self.more_text())
        painter.setPen(tokens.color("line"))
        painter.drawLine(QLineF(0, self._mix_top - 0.5, self.width(), self._mix_top - 0.5))
        painter.drawLine(QLineF(0, RULER_HEIGHT - 0.5, self.width(), RULER_HEIGHT - 0.5))
