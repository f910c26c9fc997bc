"""The map of the references with this mix among them: who is close to whom, and in what they differ most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFont, QFontMetrics

from mixassistant.gui.views.figures import number
from mixassistant.gui.views.labels import place_labels
from mixassistant.gui.views.placing import Placing, direction_text, place
from mixassistant.gui.views.plot import Axis, Legend, Line, Plot, pen
from mixassistant.gui.views.table import Row
from mixassistant.gui.views.view import View
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.theme import TYPE_PT, Tokens
from mixassistant.gui.wording import as_plain, references_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.gui.background.result import Result

FEWEST = 3  # references: two and a mix lie on a plane whatever they are
REACH_PX = 24.0  # from the middle of a point at which a click still means it
LONGEST = 28  # letters of a name beside its point


class LibraryMapView(View):
    """References as points, this mix among them."""

    is_of_targets = False

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, _("Map of the references"), _("Open a mix to see it among your references."))
        self.legend = Legend()
        self.plot = Plot(
            _("Map of the references and this mix"),
            _("Songs that measure alike lie close to each other; click a point, or choose one with the arrow keys and press Enter"),
            Axis("left"), "", Axis("bottom"), "",
        )  # fmt: skip
        self.plot.setAspectLocked(True)
        self.readout = Readout(_("Click a point, or use the arrow keys and Enter."))
        self.body.addWidget(self.legend)
        self.body.addWidget(self.plot, 1)
        self.body.addWidget(self.readout)
        self.placing: Placing | None = None
        self.current = -1  # the reference that the keys are at
        self._references = pg.ScatterPlotItem(size=11, hoverable=False)
        self._mix = pg.ScatterPlotItem(size=16, symbol="d", hoverable=False)
        self._ring = pg.ScatterPlotItem(size=19, hoverable=False)
        self._texts: list[pg.TextItem] = []
        self.plot.pressed.connect(self._on_pressed)
        self.plot.stepped.connect(self._on_stepped)
        self.plot.chosen.connect(self._tell)
        self.plot.getViewBox().sigResized.connect(lambda _box: self._label())
        self._dress()

    def show_result(self, result: Result) -> None:
        """Show an analysis."""
        self.placing, self.current = place(result.analysis.track, result.analysis.profile), -1
        super().show_result(result)
        self.readout.say("")

    def _dress(self) -> None:
        self.plot.set_tokens(self._tokens)

    def _draw(self, analysis: Analysis) -> None:
        self.plot.clear()
        self._texts.clear()
        placing, tokens = self.placing, self._tokens
        count = len(analysis.profile.references)
        if placing is None:
            self._say(_("There is no map: nothing that songs are compared by was measured of this mix."))
            return
        if count < FEWEST:
            have = references_text(count) if count else _("none")
            self._say(_("A map needs at least {fewest} references, and this mix is compared with {have}.").format(fewest=FEWEST, have=have))
            return
        self._references.setData(pos=placing.points[1:], brush=pg.mkBrush(tokens.color("quiet")), pen=pg.mkPen(tokens.color("panel")))
        self._mix.setData(pos=placing.points[:1], brush=pg.mkBrush(tokens.color("accent")), pen=pg.mkPen(tokens.color("panel")))
        self._ring.setData(pos=np.zeros((0, 2)), brush=pg.mkBrush(None), pen=pen(tokens, "text", 2.0))
        for item in (self._references, self._mix, self._ring):
            self.plot.addItem(item)
        low, high = placing.points.min(axis=0), placing.points.max(axis=0)
        room = np.maximum(0.14 * (high - low), 0.5)
        self.plot.setRange(xRange=(low[0] - room[0], high[0] + room[0]), yRange=(low[1] - room[1], high[1] + room[1]), padding=0)
        across, up = placing.directions
        self.plot.name_axes(_labels(placing, 1), _labels(placing, 0))
        first = _("To the right: {what} ({share} % of the differences)").format(
            share=f"{100 * across.share:.0f}", what=direction_text(across)
        )
        second = _("Up: {what} ({share:.0f} %)").format(share=100 * up.share, what=direction_text(up))
        lines = (Line(tokens.accent, _("this mix")), Line(tokens.quiet, references_text(count)), Line("", first, ""), Line("", second, ""))
        self.legend.show_lines(lines)
        self._show_ring()
        self._label()

    # Choosing

    def _order(self) -> list[int]:
        """Return the references from the left to the right."""
        return [] if self.placing is None else [int(i) for i in np.argsort(self.placing.points[1:, 0], kind="stable")]

    def _on_stepped(self, across: int, up: int) -> None:
        order = self._order()
        if not order or not self.is_plotted:
            return
        here = order.index(self.current) if self.current in order else (-1 if across + up > 0 else len(order))
        self.current = order[int(np.clip(here + across + up, 0, len(order) - 1))]
        self._show_ring()

    def _on_pressed(self, x: float, y: float) -> None:
        if self.placing is None or not self.is_plotted:
            return
        width, height = self.plot.getViewBox().viewPixelSize()
        gaps = np.hypot((self.placing.points[:, 0] - x) / width, (self.placing.points[:, 1] - y) / height)
        if gaps.min() > REACH_PX:
            return
        nearest = int(gaps.argmin())
        self.current = nearest - 1
        self._show_ring()
        if nearest:
            self._tell()
        else:
            self.readout.say(_("This mix"))

    def _show_ring(self) -> None:
        if self.placing is not None and 0 <= self.current < len(self.placing.names):
            self._ring.setData(pos=self.placing.points[1 + self.current][None])
            self.readout.setToolTip(as_plain(self.placing.names[self.current]))
        else:
            self._ring.setData(pos=np.zeros((0, 2)))

    def _tell(self) -> None:
        """Tell the name and the distance of the reference that was chosen."""
        if self.placing is None or not 0 <= self.current < len(self.placing.names):
            return
        name, distance = self.placing.names[self.current], float(self.placing.distances[self.current])
        text = _("{name}: {distance} times the usual spread away from this mix, on average over {count} measurements")
        self.readout.say(text.format(name=name, distance=number(distance), count=self.placing.measurements))

    # Names beside points

    def _label(self) -> None:
        """Write the names beside their points where they do not cover anything."""
        for text in self._texts:
            self.plot.removeItem(text)
        self._texts.clear()
        placing = self.placing
        if placing is None or not self.is_plotted or self._result is None or len(placing.names) < FEWEST:
            return
        font = QFont()
        font.setPointSize(TYPE_PT["small"])
        metrics = QFontMetrics(font)
        names = [_("this mix"), *(n if len(n) <= LONGEST else n[: LONGEST - 1] + "…" for n in placing.names)]
        box = self.plot.getViewBox()
        (left, right), (bottom, top) = box.viewRange()
        width, height = box.viewPixelSize()
        pixels = np.stack([(placing.points[:, 0] - left) / width, (top - placing.points[:, 1]) / height], axis=1)
        sizes = [(metrics.horizontalAdvance(name) + 6.0, float(metrics.height())) for name in names]
        places = place_labels(pixels, sizes, ((right - left) / width, (top - bottom) / height))
        for index, spot in enumerate(places):
            if spot is None:
                continue
            text = pg.TextItem(names[index], color=self._tokens.accent if index == 0 else self._tokens.text, anchor=(0.5, 0.5))
            text.setFont(font)
            text.setPos(left + spot[0] * width, top - spot[1] * height)
            self.plot.addItem(text, ignoreBounds=True)
            self._texts.append(text)

    def _rows(self, analysis: Analysis) -> list[Row]:
        rows: list[Row] = [(_("Song"), _("Distance (times the usual spread)"), _("To the right"), _("Up"))]
        if self.placing is None:
            return rows
        points = self.placing.points
        rows.append((_("This mix"), number(0.0), number(float(points[0, 0])), number(float(points[0, 1]))))
        for index in np.argsort(self.placing.distances, kind="stable"):
            x, y = points[1 + index]
            rows.append((self.placing.names[index], number(float(self.placing.distances[index])), number(float(x)), number(float(y))))
        return rows


def _labels(placing: Placing, axis: int) -> tuple[str, ...]:
    """Return how songs are along an axis, longest first."""
    way, words = (_("to the right: {how}"), _("up: {how}"))[axis], placing.directions[axis].words
    texts = [way.format(how=", ".join(words[:count])) for count in range(len(words), 0, -1)]
    return (*texts, words[0]) if words else (_("no differences"),)
