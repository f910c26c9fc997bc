"""What becomes of a mix where it is delivered: how far it is turned, where its true peak ends, what a limiter would have to take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mixassistant.advice.targets import DeliveryTarget
from mixassistant.features.descriptor import Values, scalar
from mixassistant.progress import Progress, part, silent

if TYPE_CHECKING:
    from mixassistant.audio.audio import Audio

SHOWN_DB = 0.05  # less is 0.0 where one decimal is shown


@dataclass(frozen=True)
class CodecCheck:
    """What a codec made of a mix as it is delivered.

    Parameters
    ----------
    codec : str
        Of `mixassistant.audio.lossy.CODECS`.
    kbps : int
        Kilobits a second.
    true_peak_dbtp : float
        Of what the decoder puts out.
    overs : int
        Peaks over full scale there.
    difference_db : float
        Level of what it changes, relative to the mix.
    """

    codec: str
    kbps: int
    true_peak_dbtp: float
    overs: int
    difference_db: float


@dataclass(frozen=True)
class DeliveryPlan:
    """A measured mix at a target.

    Parameters
    ----------
    target : DeliveryTarget
    loudness_lufs, true_peak_dbtp : float
        Of the mix as it is delivered.
    ceiling_dbtp : float
        The true peak that is asked of it.
    gain_db : float
        What a service turns it by, or what a standard asks its maker to turn it by.
    wanted_gain_db : float
        What would make it as loud as the target; `gain_db` is less where its peak leaves no room, or where nothing is lifted.
    check : CodecCheck or None
        What the target's codec makes of it, where that was tried.
    """

    target: DeliveryTarget
    loudness_lufs: float
    true_peak_dbtp: float
    ceiling_dbtp: float
    gain_db: float
    wanted_gain_db: float
    check: CodecCheck | None = None

    @property
    def loudness_after_lufs(self) -> float:
        """How loud it is then."""
        return self.loudness_lufs + self.gain_db

    @property
    def true_peak_after_dbtp(self) -> float:
        """Where its true peak is then."""
        return self.true_peak_dbtp + self.gain_db

    @property
    def over_db(self) -> float:
        """By how much the true peak of what is delivered is over what is asked for; 0: it is not.

        A service asks this of the file that it gets, before it turns it; a standard of what its maker has turned already.
        """
        peak = self.true_peak_after_dbtp if self.target.kind == "standard" else self.true_peak_dbtp
        return max(peak - self.ceiling_dbtp, 0.0)

    @property
    def is_over(self) -> bool:
        """Whether that is as much as is shown."""
        return self.over_db >= SHOWN_DB

    @property
    def limiting_db(self) -> float:
        """How far a limiter has to turn the highest peak down to make the mix as loud as the target under its ceiling."""
        return max(self.true_peak_dbtp + self.wanted_gain_db - self.ceiling_dbtp, 0.0)

    @property
    def short_lu(self) -> float:
        """By how much it stays quieter than the target; 0 where it does not."""
        return max(self.wanted_gain_db - self.gain_db, 0.0)


def plan_delivery(loudness_lufs: float, true_peak_dbtp: float, target: DeliveryTarget) -> DeliveryPlan:
    """Return what becomes of a mix at a target.

    Parameters
    ----------
    loudness_lufs : float
        Integrated loudness of the mix (ITU-R BS.1770).
    true_peak_dbtp : float
    target : DeliveryTarget
    """
    ceiling = target.ceiling_dbtp(loudness_lufs)
    wanted = 0.0 if target.loudness_lufs is None else target.loudness_lufs - loudness_lufs
    if wanted > 0 and target.lifts == "never":
        gain = 0.0
    elif wanted > 0 and target.lifts == "up_to_peak":
        gain = min(wanted, max(target.true_peak_dbtp - true_peak_dbtp, 0.0))
    else:
        gain = wanted
    if target.kind == "standard" and abs(wanted) <= target.tolerance_lu:
        gain = 0.0
    return DeliveryPlan(target, loudness_lufs, true_peak_dbtp, ceiling, gain, wanted)


def plans_of(values: Values, targets: Iterable[DeliveryTarget]) -> tuple[DeliveryPlan, ...]:
    """Return what becomes of a measured mix at each target; nothing of a mix whose loudness cannot be told."""
    loudness, peak = scalar(values, "lufs"), scalar(values, "true_peak")
    return () if loudness is None or peak is None else tuple(plan_delivery(loudness, peak, target) for target in targets)


def checked(plans: Iterable[DeliveryPlan], mix: Audio, progress: Progress = silent) -> tuple[DeliveryPlan, ...]:
    """Return plans with what their targets' codecs make of the mix; each codec is tried once.

    Raises
    ------
    MissingError
        This FFmpeg lacks a codec.
    """
    from mixassistant.audio.lossy import through_codec

    known = tuple(plans)
    wanted = list(dict.fromkeys((plan.target.codec, plan.target.codec_kbps) for plan in known if plan.target.codec))
    found = {}
    for index, (codec, kbps) in enumerate(wanted):
        coded = through_codec(mix, codec, kbps, part(progress, index / len(wanted), (index + 1) / len(wanted)))
        found[codec, kbps] = CodecCheck(codec, kbps, coded.true_peak_dbtp, coded.overs, coded.difference_db)
    return tuple(replace(plan, check=found.get((plan.target.codec, plan.target.codec_kbps))) for plan in known)
