"""What becomes of a mix at a delivery target, in a sentence or two: the number first, then the peak."""

from __future__ import annotations

from mixassistant.advice.delivery_plan import SHOWN_DB, CodecCheck, DeliveryPlan
from mixassistant.i18n import _


def delivery_sentence(plan: DeliveryPlan) -> str:
    """Return what becomes of a mix at its target, what its true peak is held against, and what the codec makes of it."""
    text = f"{gain_words(plan)}; {peak_words(plan)}."
    return text if plan.check is None else f"{text} {codec_sentence(plan.check)}"


def codec_sentence(check: CodecCheck) -> str:
    """Say what a codec makes of a mix: ``"After AAC at 256 kbit/s: true peak 0.4 dBTP, 12 peaks over full scale."``."""
    from mixassistant.audio.lossy import CODECS

    if check.overs == 0:
        text = _("After {codec} at {kbps} kbit/s: true peak {peak} dBTP, none over full scale.")
    elif check.overs == 1:
        text = _("After {codec} at {kbps} kbit/s: true peak {peak} dBTP, 1 peak over full scale.")
    else:
        text = _("After {codec} at {kbps} kbit/s: true peak {peak} dBTP, {count} peaks over full scale.")
    name = CODECS[check.codec].name
    return text.format(codec=name, kbps=check.kbps, peak=_number(check.true_peak_dbtp), count=check.overs)


def gain_words(plan: DeliveryPlan) -> str:
    """Say how far the mix is turned: ``"Spotify turns this mix down by 4.2 dB"``."""
    target, gain = plan.target, plan.gain_db
    shown = _number(abs(gain))
    if target.loudness_lufs is None:
        return _("{name} leaves this mix as loud as it is").format(name=target.name)
    if target.kind == "standard":
        if abs(gain) < SHOWN_DB:
            return _("This mix is as loud as {name} asks for").format(name=target.name)
        text = _("{name} asks for {gain} dB less") if gain < 0 else _("{name} asks for {gain} dB more")
        return text.format(name=target.name, gain=shown)
    if gain <= -SHOWN_DB:
        return _("{name} turns this mix down by {gain} dB").format(name=target.name, gain=shown)
    if plan.short_lu >= SHOWN_DB:
        lead = (
            _("{name} turns this mix up by {gain} dB").format(name=target.name, gain=shown)
            if gain >= SHOWN_DB
            else _("{name} does not turn this mix up").format(name=target.name)
        )
        return _("{lead}: it stays {short} LU quieter than others").format(lead=lead, short=_number(plan.short_lu))
    if gain >= SHOWN_DB:
        return _("{name} turns this mix up by {gain} dB").format(name=target.name, gain=shown)
    return _("{name} plays this mix as loud as it is").format(name=target.name)


def peak_words(plan: DeliveryPlan) -> str:
    """Say what the true peak is held against: ``"true peak −0.3 dBTP is over the −1 dBTP it asks for"``."""
    peak = plan.true_peak_after_dbtp if plan.target.kind == "standard" else plan.true_peak_dbtp
    told = {"peak": _number(peak), "ceiling": _number(plan.ceiling_dbtp)}
    if plan.is_over:
        return _("true peak {peak} dBTP is over the {ceiling} dBTP it asks for").format(**told)
    return _("true peak {peak} dBTP is within the {ceiling} dBTP it asks for").format(**told)


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return text.replace("-", "−") if float(text) else "0.0"
