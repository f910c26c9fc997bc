"""Technical faults of the mix itself: what a mastering engineer would send back, with the number that shows it."""

from __future__ import annotations

from mixassistant.advice.suggestion import Suggestion
from mixassistant.features.descriptor import REGISTRY, Values, scalar
from mixassistant.features.track import MeasuredTrack

TRUE_PEAK_LIMIT_DBTP = -1.0  # AES TD1008 and EBU R 128: room for lossy encoders
DC_LIMIT = 0.002  # share of full scale (−54 dBFS): a visible shift that costs headroom
MONO_LOSS_LIMIT_LU = 3.0  # loudness that vanishes on a mono loudspeaker beyond the sum of uncorrelated channels
OVER_LIMITED_PSR_DB = 5.0  # true peak to short-term loudness; below it limiters are heard to work (Ward et al. 2017)
CLIPPED_RUNS = 3  # separate runs of clipped samples: one may be a sound of its own


def technical_suggestions(track: MeasuredTrack, first_priority: int) -> tuple[Suggestion, ...]:
    """Return the technical warnings of a mix and its stems, gravest first.

    Parameters
    ----------
    track : MeasuredTrack
    first_priority : int
        Priority of the first warning.
    """
    found = _mix_faults(track.mix)
    for stem in track.stems:
        if scalar(stem.values, "polarity"):
            found.append(
                (
                    f"polarity-{stem.name}",
                    stem.name,
                    f"One channel of {stem.name} looks inverted: in mono it nearly vanishes; flip one side.",
                )
            )
        if scalar(stem.values, "silent_channel"):
            found.append((f"silent-channel-{stem.name}", stem.name, f"One channel of {stem.name} is silent: check its routing."))
    roles = {stem.name: stem.role for stem in track.stems}
    return tuple(
        Suggestion(
            id=f"technical-{identifier}",
            target=target,
            role=roles.get(target, "mix"),
            kind="technical",
            evidence=None,
            confidence=1.0,
            low=0.0,
            high=0.0,
            unit="",
            priority=first_priority + index,
            text=text,
        )
        for index, (identifier, target, text) in enumerate(found)
    )


def _mix_faults(mix: Values) -> list[tuple[str, str, str]]:
    def read(identifier: str) -> float:
        return scalar(mix, identifier) or 0.0

    def shown(identifier: str) -> str:
        return REGISTRY[identifier].format(scalar(mix, identifier))

    faults = []
    if read("silent_channel"):
        faults.append(("silent-channel", "mix", "One channel of the mix is silent: check the export before anything else."))
    if read("polarity"):
        faults.append(
            ("polarity", "mix", "The two channels of the mix are nearly inverted copies: on a mono loudspeaker it vanishes; flip one side.")
        )
    if read("clipping") >= CLIPPED_RUNS:
        faults.append(
            ("clipping", "mix", f"The mix clips in {read('clipping'):.0f} places: turn it down before the export or ease the limiter.")
        )
    peak = scalar(mix, "true_peak")
    if peak is not None and peak > TRUE_PEAK_LIMIT_DBTP:
        text = f"True peaks reach {shown('true_peak')}: leave −{-TRUE_PEAK_LIMIT_DBTP:g} dBTP so that lossy encoders do not clip."
        faults.append(("true-peak", "mix", text))
    psr = scalar(mix, "psr")
    if psr is not None and psr < OVER_LIMITED_PSR_DB:
        text = f"The mix is limited hard (peak to short-term loudness {shown('psr')}): mix on the version before the limiter."
        faults.append(("over-limited", "mix", text))
    if abs(read("dc_offset")) > DC_LIMIT:
        text = f"The mix has a DC offset of {100 * abs(read('dc_offset')):.1f} % of full scale: high-pass it at 20 Hz."
        faults.append(("dc-offset", "mix", text))
    if read("mono_loss") > MONO_LOSS_LIMIT_LU and not read("polarity") and not read("silent_channel"):
        text = f"In mono the mix loses {shown('mono_loss')}: narrow what is out of phase between left and right."
        faults.append(("mono-loss", "mix", text))
    return faults
