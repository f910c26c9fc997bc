"""A window whose mix gets moves toward its references beside a fault and a check."""

from __future__ import annotations

from dataclasses import replace

from sample_documents import make_move, make_suggestions
from window_driver import FakeCore

from mixassistant.advice.suggestion import Facts, Interval, Move, Odds, Toward
from mixassistant.analysis import Request
from mixassistant.gui.background.result import Result
from mixassistant.processing.moves import Chain
from mixassistant.progress import Progress

GAIN_DB = 2.5


def make_toward() -> Move:
    """Return a level of the vocals toward the references."""
    return make_move(
        "vocals", Chain(gain_db=GAIN_DB), group="toward", odds=Odds(214, 246, "level/vocals", "engineers"), confidence=0.8,
        facts=Facts(toward=Toward("level", 1, 12, -3.4)), interval=Interval(0.5, 4.5),
    )  # fmt: skip


class TowardCore(FakeCore):
    """Suggests an equalizer and a check as faults, and a level toward the references, which comes first by priority."""

    hint = ""

    def analyze(self, request: Request, progress: Progress) -> Result:
        made = super().analyze(request, progress)
        _level, eq, _compression, check = make_suggestions()
        return replace(made, analysis=replace(made.analysis, suggestions=(make_toward(), check, eq), stage_hint=self.hint))
