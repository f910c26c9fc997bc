"""What the page of delivery says, as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixassistant.advice.sentences.delivery import codec_sentence
from mixassistant.i18n import _
from mixassistant.report.delivery_tables import FITS, IS_OVER
from mixassistant.report.wording import number, percent, with_unit

if TYPE_CHECKING:
    from mixassistant.advice.delivery_plan import DeliveryPlan
    from mixassistant.advice.targets import DeliveryTarget
    from mixassistant.gui.background.delivery import Delivered

HEADS = (_("Target"), _("LUFS"), _("Gain"), _("Peak"), _("Asked"))
CAPTION = _("Gain in dB, true peaks in dBTP. A star: it publishes no number, others have measured it.")
TIPS = (
    _("A star: it publishes no number, others have measured it"),
    _("How loud it plays everything, or wants it"),
    _("What a service turns this mix by, or a standard asks you to turn it by, in dB"),
    _("True peak of the mix after that, in dBTP"),
    _("The true peak it asks of what it gets, in dBTP: a check mark where it is kept, else by how much it is over"),
)


def cells(plan: DeliveryPlan) -> tuple[str, ...]:
    """Return what a row of the table says of a target."""
    target = plan.target
    ceiling = number(plan.ceiling_dbtp, 1)
    asked = _("{gap} over {ceiling}").format(gap=number(plan.over_db, 1), ceiling=ceiling) if plan.is_over else ceiling
    return (
        target.name if target.is_published else _("{name} *").format(name=target.name),
        _("any") if target.loudness_lufs is None else number(target.loudness_lufs, 1),
        number(plan.gain_db, 1, signed=True),
        number(plan.true_peak_after_dbtp, 1),
        f"{IS_OVER if plan.is_over else FITS} {asked}",
    )


def about(target: DeliveryTarget) -> str:
    """Return what else is known of a target, and where it comes from."""
    return _("{note} Source: {source} ({date}).").format(note=target.note, source=target.source, date=target.date)


def master_words(target: DeliveryTarget) -> str:
    """Say what a master for a target is."""
    ceiling = with_unit(target.true_peak_dbtp, 1, "dBTP")
    if target.loudness_lufs is None:
        return _("As a master: under {ceiling}").format(ceiling=ceiling)
    return _("As a master: {loudness}, {ceiling}").format(loudness=with_unit(target.loudness_lufs, 1, "LUFS"), ceiling=ceiling)


def moves_words(count: int) -> str:
    """Say with which moves it is delivered."""
    if count == 0:
        return _("With accepted moves (none yet)")
    return _("With the accepted move") if count == 1 else _("With the {count} accepted moves").format(count=count)


def told_of(made: Delivered, is_matched: bool) -> str:
    """Say what came of a preview: its loudness and peak, what the limiter took, what the codec did."""
    loudness = _("no loudness") if made.loudness_lufs is None else with_unit(made.loudness_lufs, 1, "LUFS")
    text = _("B: {loudness}, true peak {peak}").format(loudness=loudness, peak=with_unit(made.true_peak_dbtp, 1, "dBTP"))
    if round(made.reduction_db, 1) > 0:
        limiter = _("; the limiter takes {most} at most, and works {share} of the time")
        share = _("under {share}").format(share=percent(0.01)) if made.reduced_share < 0.01 else percent(made.reduced_share)
        text += limiter.format(most=with_unit(made.reduction_db, 1, "dB"), share=share)
    if made.short_lu:
        text += _("; {short} short of the target, since more would crush it").format(short=with_unit(made.short_lu, 1, "LU"))
    parts = [f"{text}."]
    if made.check is not None:
        parts.append(codec_sentence(made.check))
        parts.append(_("What the codec changes lies {gap} below the mix.").format(gap=with_unit(-made.check.difference_db, 0, "dB")))
    if is_matched:
        parts.append(_("Level match is on: B is as loud as A."))
    return " ".join(parts)
