"""Where the mix that is shown is delivered: the chosen target, what becomes of the mix there, and the masters that are written."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.background.delivery import Sent, write_master
from mixassistant.gui.background.worker import Job
from mixassistant.i18n import _
from mixassistant.names import readable
from mixassistant.report.wording import with_unit

if TYPE_CHECKING:
    from mixassistant.advice.delivery_plan import CodecCheck, DeliveryPlan
    from mixassistant.advice.mastering import Master
    from mixassistant.advice.suggestion import Move
    from mixassistant.advice.targets import DeliveryTarget
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State
    from mixassistant.processing.moves import Chain


class DeliveryActions(QObject):
    """Follows the mix that is shown, and puts what becomes of it at the chosen target into its analysis, which the report is made of.

    Signal: `changed` (another target, another mix, or what a codec does is known).

    Parameters
    ----------
    state : State
    services : Services
    parent : QObject
    """

    changed = Signal()

    def __init__(self, state: State, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._services = state, services
        self._content = ""  # of the mix that was sent through codecs
        self._checks: dict[tuple[str, int], CodecCheck] = {}
        state.analysed.connect(self._put)

    @property
    def target(self) -> DeliveryTarget:
        """The target that is chosen; one that this version does not know is the first of the table."""
        from mixassistant.advice.targets import load_targets

        targets = load_targets()
        return targets.get(self._state.settings.delivery_target) or next(iter(targets.values()))

    @property
    def plans(self) -> tuple[DeliveryPlan, ...]:
        """What becomes of the mix at each target; nothing without one, and of one whose loudness cannot be told."""
        from mixassistant.advice.delivery_plan import plans_of
        from mixassistant.advice.targets import load_targets

        result = self._state.result
        if result is None:
            return ()
        plans = plans_of(result.analysis.track.mix, load_targets().values())
        return tuple(replace(plan, check=self._checks.get((plan.target.codec, plan.target.codec_kbps))) for plan in plans)

    @property
    def accepted(self) -> tuple[tuple[Move, Chain], ...]:
        """The moves that were accepted, as they were decided."""
        from mixassistant.advice.decision import accepted

        state = self._state
        return () if state.result is None else accepted(state.result.analysis.moves, state.decisions)

    def choose(self, identifier: str) -> None:
        """Choose a target, and remember it."""
        if identifier != self._state.settings.delivery_target:
            self._services.change(delivery_target=identifier)
            self._put()

    def note_check(self, sent: Sent, check: CodecCheck) -> None:
        """Keep what a codec made of the mix as it is, for the table and the report."""
        result = self._state.result
        if result is not None and sent.song is result.analysis.song and sent.target is None and not sent.moves:
            self._checks[check.codec, check.kbps] = check
            self._put()

    def write(self, sent: Sent, path: Path) -> None:
        """Write a master, and tell what it measures."""
        job = Job(_("Writing {name}").format(name=path.name), partial(write_master, sent, path))
        self._services.do(job, partial(self._on_written, path))

    def _on_written(self, path: Path, made: Master) -> None:
        loudness = _("no loudness") if made.loudness_lufs is None else with_unit(made.loudness_lufs, 1, "LUFS")
        text = _("{loudness}, true peak {peak}: master written to {path}")
        peak = with_unit(made.true_peak_dbtp, 1, "dBTP")
        self._services.tell(readable(text.format(loudness=loudness, peak=peak, path=path)), False)

    def _put(self) -> None:
        state = self._state
        if state.result is None:
            return
        content = state.result.analysis.track.content_hash
        if content != self._content:
            self._content, self._checks = content, {}
        chosen = tuple(plan for plan in self.plans if plan.target == self.target)
        state.result = replace(state.result, analysis=replace(state.result.analysis, delivery=chosen))
        self.changed.emit()
