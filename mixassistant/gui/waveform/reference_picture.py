"""The picture of a reference under the mix: its name, waveform and sections on a time line of its own, its place and its loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.waveform.lanes import BUTTON, EDGE
from mixassistant.gui.waveform.picture import lane_image
from mixassistant.gui.waveform.pointer import Loop
from mixassistant.gui.waveform.scenery import paint_loop, paint_playhead, paint_sections, small, x_of
from mixassistant.gui.waveform.stack import HEAD_WIDTH, NARROW, NARROW_HEAD_WIDTH
from mixassistant.gui.waveform.words import reference_description
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.widgets.time_axis import Axis, time_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.audio.peaks import Peaks

BAND_HEIGHT = 16  # px, of the sections
WAVE_HEIGHT = 44
FOLDED_HEIGHT = BUTTON + 2
LOW_WINDOW = 680  # px: in a lower window the lane begins folded
STRIP = 8  # px on either side of the place that are painted again when it moves


class ReferencePicture(QWidget):
    """Shows a reference, on one pixmap that is drawn anew only when what it shows has changed, with its place and loop over it."""

    _is_loop_held = False

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._name, self._link_text = "", ""
        self._peaks: Peaks | None = None
        self._structure = SongStructure()
        self._axis = Axis.whole(1.0)
        self._position_s, self._is_heard = 0.0, False
        self._held_s: float | None = None  # where the link is being dragged
        self._loop: Loop | None = None
        self._still: QPixmap | None = None
        self._is_folded, self._has_own_fold, self._has_ring = False, False, False
        self.fold_button, self.previous, self.next = (self._button(text) for text in ("", "‹", "›"))
        self.previous.setAccessibleName(_("Previous reference"))
        self.previous.setToolTip(_("Choose the previous reference of the list (,)"))
        self.next.setAccessibleName(_("Next reference"))
        self.next.setToolTip(_("Choose the next reference of the list (.)"))
        self.fold_button.clicked.connect(lambda _checked=False: self.toggle_fold())
        self.setAccessibleName(_("Waveform of the reference"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._show_fold()
        self.hide()

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setObjectName("narrow")
        button.setFixedSize(QSize(BUTTON, BUTTON))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    # What is shown

    @property
    def peaks(self) -> Peaks | None:
        """What is drawn; None while nothing is."""
        return self._peaks

    def show_nothing(self) -> None:
        """Show that no reference is chosen."""
        self._peaks, self._name = None, ""
        self.hide()

    def show_reading(self, name: str) -> None:
        """Show that a reference is being read."""
        self._peaks, self._name, self._structure, self._loop = None, name, SongStructure(), None
        self._appear()

    def show_reference(self, name: str, peaks: Peaks, structure: SongStructure) -> None:
        """Show another reference, the whole of it."""
        self._name, self._peaks, self._structure = name, peaks, structure
        self._axis = Axis.whole(peaks.duration_s)
        self._loop, self._held_s = None, None
        self._appear()

    def _appear(self) -> None:
        if not self._has_own_fold:
            self._is_folded = self.window().height() < LOW_WINDOW
        self._show_fold()
        self.show()
        self._redraw()

    def show_link(self, text: str) -> None:
        """Say how it is linked with the mix."""
        self._link_text = text
        self._describe()

    def show_position(self, position_s: float, is_heard: bool) -> None:
        """Show the place: of what is heard, or the one that is linked with where the mix is."""
        if (position_s, is_heard) == (self._position_s, self._is_heard):
            return
        was_heard = self._is_heard
        self._update_strip()
        self._position_s, self._is_heard = position_s, is_heard
        self._update_strip()
        if was_heard != is_heard:
            self._redraw()
        elif self._is_folded:
            self.update(self._head())

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self._redraw()

    @property
    def is_folded(self) -> bool:
        """Whether its name alone is shown."""
        return self._is_folded

    def toggle_fold(self) -> None:
        """Show its name alone, or all of it again."""
        self._is_folded, self._has_own_fold = not self._is_folded, True
        self._show_fold()
        self._redraw()

    def _show_fold(self) -> None:
        self.fold_button.setText("▸" if self._is_folded else "▾")
        self.fold_button.setAccessibleName(_("Unfold the reference") if self._is_folded else _("Fold the reference"))
        self.fold_button.setToolTip(_("Show the waveform of the reference") if self._is_folded else _("Show its name alone"))
        self.setFixedHeight(FOLDED_HEIGHT if self._is_folded else BAND_HEIGHT + WAVE_HEIGHT)
        self.updateGeometry()
        self._place_buttons()

    def _describe(self) -> None:
        if self._peaks is not None:
            text = reference_description(self._name, self._structure, self._axis.duration_s, self._position_s, self._loop, self._link_text)
            self.setAccessibleDescription(text)

    # Places

    @property
    def _head_width(self) -> int:
        """Width of the name, in px: what is drawn begins where the lanes above begin."""
        return NARROW_HEAD_WIDTH if self.width() < NARROW else HEAD_WIDTH

    def _field(self) -> QRectF:
        return QRectF(self._head_width, 0, max(1, self.width() - self._head_width), self.height())

    def _band(self) -> QRectF:
        return QRectF(self._head_width, 0, self._field().width(), BAND_HEIGHT)

    def _head(self) -> QRect:
        return QRect(0, 0, self.width() if self._is_folded else self._head_width, self.height())

    def time_at(self, x: float, is_bound: bool = True) -> float:
        """Return the moment under an x, within the reference."""
        field = self._field()
        time_s = self._axis.start_s + (x - field.left()) / field.width() * self._axis.span_s
        return min(max(time_s, 0.0), self._axis.duration_s) if is_bound else time_s

    def x_at(self, time_s: float) -> float:
        """Return the x of a moment."""
        return x_of(time_s, self._axis, self._field())

    def pan(self, pixels: float) -> None:
        """Move what is in sight."""
        self._look(self._axis.moved(pixels * self._axis.span_s / self._field().width()))

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Zoom in (factor above 1) or out, keeping one moment where it is: that one, or the place."""
        self._look(self._axis.zoomed(factor, self._position_s if around_s is None else around_s))

    def _look(self, axis: Axis) -> None:
        if axis != self._axis:
            self._axis = axis
            self._redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw in another size."""
        self._place_buttons()
        self._redraw()

    # Drawing

    def _place_buttons(self) -> None:
        self.fold_button.move(2, 1)
        right = (self.width() if self._is_folded else self._head_width) - 2
        for index, button in enumerate((self.next, self.previous)):
            button.move(right - (index + 1) * BUTTON, 1 if self._is_folded else self.height() - BUTTON - 2)

    def _redraw(self) -> None:
        self._still = None
        self.update()

    def _update_strip(self) -> None:
        if self._axis.holds(self._position_s):
            self.update(QRect(int(self.x_at(self._position_s)) - STRIP, 0, 2 * STRIP + 1, self.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what stands still from its pixmap, and over it what moves."""
        painter = QPainter(self)
        if self._still is None or self._still.devicePixelRatio() != self.devicePixelRatioF():
            self._still = self._picture()
        painter.drawPixmap(0, 0, self._still)
        if self._has_ring:
            painter.setPen(QPen(self._tokens.color("accent"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        if self._is_folded:
            self._paint_folded(painter)
            return
        field = self._field()
        painter.setClipRect(field.adjusted(-1, 0, 1, 0), Qt.ClipOperation.IntersectClip)
        if self._loop is not None:
            left, right = (self.x_at(edge) for edge in self._loop)
            paint_loop(painter, left, right, field, self._band(), self._tokens, self._is_loop_held)
        place_s = self._position_s if self._held_s is None else self._held_s
        if self._peaks is not None and self._axis.holds(place_s):
            paint_playhead(painter, self.x_at(place_s), field, self._tokens, self._is_heard)

    def _paint_folded(self, painter: QPainter) -> None:
        if self._peaks is None:
            return
        painter.setPen(self._tokens.color("quiet"))
        painter.setFont(small(self.font()))
        box = QRectF(0, 0, self.width() - 2 * BUTTON - EDGE, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._times_text())

    def _times_text(self) -> str:
        return f"{time_text(self._position_s)} / {time_text(self._axis.duration_s)}"

    def _picture(self) -> QPixmap:
        ratio, tokens, field = self.devicePixelRatioF(), self._tokens, self._field()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        painter.setFont(self.font())
        painter.fillRect(self.rect(), tokens.color("panel"))
        painter.setPen(tokens.color("line"))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setPen(tokens.color("text" if self._is_heard else "quiet"))
        room = self._head_width - BUTTON - 8
        if self._is_folded:
            room = self.width() - 3 * BUTTON - 2 * EDGE - 6 - painter.fontMetrics().horizontalAdvance(self._times_text())
        name = painter.fontMetrics().elidedText(_("C  {name}").format(name=self._name), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(BUTTON + 6, 0, room, BUTTON + 2), Qt.AlignmentFlag.AlignVCenter, name)
        if self._peaks is None:
            box = QRectF(self._head_width + EDGE, 0, field.width(), BUTTON + 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "" if self._is_folded else _("Reading the reference…"))
        elif not self._is_folded:
            columns = max(1, round(field.width() * ratio))
            size = columns, max(2, round((WAVE_HEIGHT - 1) * ratio))
            image = lane_image(self._peaks, self._axis.start_s, self._axis.end_s, size, tokens, "mix", 1.0 if self._is_heard else 0.7)
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(field.left(), BAND_HEIGHT), image)
            painter.setFont(small(self.font()))
            paint_sections(painter, self._band(), field.bottom(), self._structure.sections, None, self._axis, tokens)
        painter.end()
        return picture
