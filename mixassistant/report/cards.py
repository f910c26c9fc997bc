"""Suggestions as cards: the sentence, the settings in the terms of a DAW, the picture of the move, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixassistant.i18n import _
from mixassistant.processing.moves import Band, Compression
from mixassistant.report import moves as document_moves
from mixassistant.report import plots
from mixassistant.report.tables import Row, Table
from mixassistant.report.wording import (
    NONE,
    band_frequency,
    band_name,
    clean,
    decimals_of,
    descriptor_name,
    frequency,
    gain,
    kind_name,
    milliseconds,
    number,
    percent,
    role_name,
    sentence,
    tier_name,
    with_unit,
)  # fmt: skip

PASSES = frozenset({"high_pass", "low_pass"})  # filters without a gain


@dataclass(frozen=True)
class Card:
    """One suggestion as a card.

    Parameters
    ----------
    anchor : str
        Safe for ids and links.
    title : str
        Where and what: ``"Vocals · Equalizer"``.
    role : str
    command : str
        The move in a few words, for the summary.
    text : str
        The sentence.
    settings : Table or None
        Parameters in the terms of a DAW.
    plots : tuple of str
        SVG.
    grounds : tuple of (str, str)
        Term and text: evidence, interval, references.
    confidence : str
        In words and per cent; of a move toward the references its odds.
    share : int
        The same in whole per cent, for a meter.
    """

    priority: int
    anchor: str
    title: str
    role: str
    command: str
    text: str
    settings: Table | None
    plots: tuple[str, ...]
    grounds: tuple[tuple[str, str], ...]
    confidence: str
    share: int
    is_warning: bool


def build_cards(document: Mapping[str, Any]) -> tuple[Card, ...]:
    """Build the cards of a document's suggestions, first things first."""
    ordered = sorted(document["suggestions"], key=lambda s: int(s["priority"]))
    return tuple(_card(document, index, suggestion) for index, suggestion in enumerate(ordered, 1))


def _card(document: Mapping[str, Any], index: int, suggestion: Mapping[str, Any]) -> Card:
    anchor = f"move-{index}"
    kind, role, target = suggestion["kind"], suggestion["role"], clean(suggestion["target"])
    place = role_name(role) if target.lower() == role else f"{target} ({role_name(role)})" if role != "mix" else target
    found = suggestion["evidence"]
    images = []
    if kind in ("eq", "masking"):
        images.append(plots.equalizer(anchor, document_moves.bands(suggestion["parameters"]), role, document["mix"]["sample_rate_hz"]))
    elif kind == "compression":
        images.append(plots.compressor(anchor, document_moves.compression(suggestion["parameters"]), role))
    if found is not None:
        whose = {
            "same song": _("Your other version"),
            "same session": _("The same session"),
            "references": _("Expected"),
            "prior": _("Finished songs"),
        }[found["tier"]]
        images.append(plots.evidence(anchor, found, role, min(decimals_of(found["descriptor"]), 1), whose))
    is_warning = kind == "technical"
    sure, share = _certainty(suggestion)
    return Card(
        priority=int(suggestion["priority"]),
        anchor=anchor,
        title=f"{place} · {kind_name(kind)}",
        role=role,
        command=_command(kind, suggestion["parameters"]) or sentence(suggestion["text"]),
        text=sentence(suggestion["text"]),
        settings=_settings(kind, suggestion["parameters"]),
        plots=tuple(images),
        grounds=_grounds(suggestion),
        confidence="" if is_warning and found is None else sure,
        share=round(100 * share),
        is_warning=is_warning,
    )


def _certainty(suggestion: Mapping[str, Any]) -> tuple[str, float]:
    """Return how sure a suggestion is, in words and as a share: of a move toward the references, how often engineers went its way."""
    confidence = float(suggestion["confidence"])
    if suggestion.get("group") != "toward":
        text = _("{percent} sure") if suggestion["kind"] == "technical" else _("worth doing: {percent}")
        return text.format(percent=percent(confidence)), confidence
    odds = suggestion.get("odds")
    if odds is None:
        return _("worth a try"), confidence
    return _("{right} of {of} cases went this way").format(right=odds["right"], of=odds["of"]), odds["right"] / odds["of"]


def _command(kind: str, parameters: Mapping[str, Any]) -> str:
    """Return a move in a few words; empty for a warning, whose sentence says it."""
    if kind in ("eq", "masking"):
        return ", ".join(_band_command(band) for band in document_moves.bands(parameters))
    if kind == "level":
        return _("fader {gain}").format(gain=gain(parameters["gain_db"]))
    if kind == "compression":
        move = document_moves.compression(parameters)
        return _("{reduction} of gain reduction on average, {ratio:.3g}:1 from {threshold}").format(
            reduction=with_unit(move.gain_reduction_db, 1, "dB"), ratio=move.ratio, threshold=with_unit(move.threshold_db, 1, "dBFS")
        )
    if kind == "stereo":
        low, high = (frequency(hz) for hz in parameters["band_hz"])
        return _("width {gain} from {low} to {high}").format(gain=gain(parameters["width_change_db"]), low=low, high=high)
    return ""


def _band_command(band: Band) -> str:
    place = frequency(band.frequency_hz)
    if band.type in PASSES:
        return _("{name} at {place}").format(name=band_name(band.type).lower(), place=place)
    where = {"bell": _("{gain} at {place}"), "low_shelf": _("{gain} below {place}"), "high_shelf": _("{gain} above {place}")}[band.type]
    return where.format(gain=gain(band.gain_db), place=place)


def _settings(kind: str, parameters: Mapping[str, Any]) -> Table | None:
    """Return the parameters in the terms of a DAW."""
    if kind in ("eq", "masking"):
        rows = tuple(
            Row((band_name(b.type), frequency(b.frequency_hz), NONE if b.type in PASSES else gain(b.gain_db), f"{b.q:.2f}"))
            for b in document_moves.bands(parameters)
        )
        return Table(_("Equalizer settings"), (_("Type"), _("Frequency"), _("Gain"), _("Q")), rows)
    if kind == "level":
        return Table(_("Fader setting"), (_("Setting"), _("Value")), (Row((_("Fader"), gain(parameters["gain_db"]))),))
    if kind == "compression":
        return _compressor_settings(document_moves.compression(parameters))
    if kind == "stereo":
        low, high = parameters["band_hz"]
        rows = (
            Row((_("Width (side level)"), gain(parameters["width_change_db"]))),
            Row((_("Band"), f"{frequency(low)} – {frequency(high)}")),
        )
        return Table(_("Stereo settings"), (_("Setting"), _("Value")), rows)
    return None


def _compressor_settings(compression: Compression) -> Table:
    rows = (
        (_("Threshold"), with_unit(compression.threshold_db, 1, "dBFS")),
        (_("Ratio"), f"{compression.ratio:.3g}:1"),
        (_("Attack"), milliseconds(compression.attack_s)),
        (_("Release"), milliseconds(compression.release_s)),
        (_("Knee"), with_unit(compression.knee_db, 1, "dB")),
        (_("Make-up gain"), gain(compression.makeup_db)),
        (_("Aim: mean gain reduction"), with_unit(compression.gain_reduction_db, 1, "dB")),
    )
    return Table(_("Compressor settings"), (_("Setting"), _("Value")), tuple(Row(row) for row in rows))


def _grounds(suggestion: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = suggestion["evidence"]
    if found is None:
        return ()
    decimals = min(decimals_of(found["descriptor"]), 1)
    place = " " + _("at {place}").format(place=band_frequency(found["frequency_hz"])) if "frequency_hz" in found else ""
    values = _("measured {measured}, expected {target} (10–90\u00a0%: {low} to {high} {unit})").format(
        measured=with_unit(found["measured"], decimals, found["unit"]),
        target=with_unit(found["target"], decimals, found["unit"]),
        low=number(found["low"], decimals),
        high=number(found["high"], decimals),
        unit=found["unit"],
    )
    grounds = [(_("Evidence"), f"{descriptor_name(found['descriptor'])}{place}: {values}")]
    interval = suggestion["interval"]
    if interval["low"] != interval["high"]:
        signed = suggestion["kind"] != "compression"
        low, high = (number(interval[end], 1, signed) for end in ("low", "high"))
        bands = suggestion["parameters"].get("bands", ())
        whose = _("of the first band’s gain") if len(bands) > 1 else _("of the gain")
        whose = _("of the gain reduction") if suggestion["kind"] == "compression" else whose
        grounds.append((_("90\u00a0% interval"), f"{low} to {high}\u00a0{interval['unit']} {whose}"))
    names = [clean(name, 80) for name in found["references"]]
    rest = tier_name(found["tier"], len(names))
    if names and len(names) <= 4:
        rest += ": " + ", ".join(f"“{name}”" for name in names)
    grounds.append((_("Rests on"), rest))
    return tuple(grounds)
