"""What a report says, in the order it is read: summary, moves, stems, plots, proof, warnings, method.

Made from the document alone and shared by every format for people, so that HTML, Markdown and PDF tell the same story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixassistant.advice.words import certainty
from mixassistant.i18n import _
from mixassistant.processing.moves import Compression
from mixassistant.report import moves as document_moves
from mixassistant.report import plots, tables
from mixassistant.report.tables import Row, Table
from mixassistant.report.wording import (
    band_name,
    clean,
    clock,
    decimals_of,
    descriptor_name,
    frequency,
    gain,
    kind_name,
    measured,
    milliseconds,
    number,
    percent,
    role_name,
    sentence,
    spread,
    tier_name,
    with_unit,
)
from mixassistant.stems.stem import ROLES

TILES = ("lufs", "short_term_max", "true_peak", "lra", "plr", "psr")
FIRST = 3  # moves that the summary names


@dataclass(frozen=True)
class Tile:
    """One number of the summary with what to hold it against."""

    name: str
    value: str
    context: str
    verdict: str


@dataclass(frozen=True)
class Figure:
    """A plot, its sentence, and the table of its numbers."""

    title: str
    svg: str
    table: Table
    is_wide: bool = True


@dataclass(frozen=True)
class Move:
    """One suggestion as a card.

    Parameters
    ----------
    anchor : str
        Safe for ids and links.
    title : str
        Where and what: ``"Vocals · Equalizer"``.
    role : str
    text : str
        The sentence.
    settings : Table or None
        Parameters in the terms of a DAW.
    plots : tuple of str
        SVG.
    grounds : tuple of (str, str)
        Term and text: evidence, interval, references.
    confidence : str
        In words and per cent.
    share : int
        Confidence in whole per cent, for a meter.
    """

    priority: int
    anchor: str
    title: str
    role: str
    text: str
    settings: Table | None
    plots: tuple[str, ...]
    grounds: tuple[tuple[str, str], ...]
    confidence: str
    share: int
    is_warning: bool


@dataclass(frozen=True)
class Page:
    """The whole report for people."""

    title: str
    byline: str
    facts: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    headline: str
    first: tuple[Move, ...]
    moves: tuple[Move, ...]
    stems: Table
    loudness: Figure | None
    balance: Figure | None
    spectra: tuple[Figure, ...]
    mix: Table
    roles: Table
    verification: Table
    verification_text: str
    dropped: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    methods: Table
    missing: tuple[str, ...]


def build_page(document: Mapping[str, Any]) -> Page:
    """Build the page of a report document."""
    cards = tuple(_move(document, index, s) for index, s in enumerate(sorted(document["suggestions"], key=lambda s: int(s["priority"])), 1))
    spectra = ((target, plots.spectrum(document, target, plots.WIDE if target == "mix" else plots.SMALL)) for target in ("mix", *ROLES))
    loudness, balance = plots.loudness(document), plots.balance(document)
    return Page(
        title=clean(document["mix"]["name"]) or _("Untitled mix"),
        byline=_byline(document["mix"]["tags"]),
        facts=_facts(document),
        tiles=tuple(_tile(document, identifier) for identifier in TILES if identifier in document["mix"]["measurements"]),
        headline=_headline(document),
        first=tuple(sorted(cards, key=lambda card: card.is_warning))[:FIRST],
        moves=cards,
        stems=tables.stems_table(document),
        loudness=Figure(_("Loudness over time"), loudness, tables.loudness_table(document)) if loudness else None,
        balance=Figure(_("Balance of the roles"), balance, tables.balance_table(document)) if balance else None,
        spectra=tuple(Figure(role_name(target), svg, tables.spectrum_table(document, target), target == "mix") for target, svg in spectra if svg),
        mix=tables.mix_table(document),
        roles=tables.roles_table(document),
        verification=tables.verification_table(document),
        verification_text=_verification_text(document),
        dropped=tuple(sentence(text) for text in document["verification"]["dropped"]),
        warnings=tuple(sentence(text) for text in document["warnings"]),
        notes=_notes(document),
        methods=tables.methods_table(document),
        missing=tables.missing(document),
    )


def _byline(tags: Mapping[str, str]) -> str:
    parts = [clean(tags[key]) for key in ("artist", "title", "album", "genre") if tags.get(key)]
    return " · ".join(part for part in parts if part)


def _profile_text(document: Mapping[str, Any]) -> str:
    profile = document["profile"]
    count = profile["references"]
    if not count:
        return _("finished songs in general (factory profile)")
    counted = _("{count} references").format(count=count) if count != 1 else _("1 reference")
    text = f"{clean(profile['name'])} ({counted})"
    if profile["prior_weight"] >= 0.005:
        text += ", " + _("with {share} of the factory profile").format(share=percent(profile["prior_weight"]))
    return text


def _facts(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    mix = document["mix"]
    channels = _("stereo") if mix["channels"] == 2 else _("mono")
    rate = f"{mix['sample_rate_hz'] / 1000:g}\u00a0kHz"
    origins = dict.fromkeys(_origin(stem["origin"]) for stem in document["stems"])
    stems = _("{count} stems, {origin}").format(count=len(document["stems"]), origin=", ".join(origins)) if origins else _("no stems")
    date, _t, time = str(document["created"]).partition("T")
    return (
        (_("Length"), clock(mix["duration_s"])),
        (_("Format"), f"{rate}, {channels}"),
        (_("Stems"), stems),
        (_("Compared with"), _profile_text(document)),
        (_("Analysed"), f"{date} {time[:5]}" + (" UTC" if time.endswith(("Z", "+00:00")) else "")),
    )


def _origin(origin: str) -> str:
    if origin == "supplied":
        return _("supplied")
    if origin == "embedded":
        return _("separated by the embedded separator")
    return _("separated by {model}").format(model=clean(origin.partition(":")[2] or origin))


def _tile(document: Mapping[str, Any], identifier: str) -> Tile:
    found = document["mix"]["measurements"][identifier]
    wanted = document["profile"]["targets"].get(f"mix/{identifier}")
    where, verdict = tables.against(found["value"], wanted, identifier)
    if found["value"] is None:
        context = clean(found["reason"])
    elif where:
        context = _("{whose} {range}: {where}").format(whose=plots.profile_words(document), range=spread(identifier, wanted), where=where)
    else:
        context = ""
    return Tile(descriptor_name(identifier), measured(identifier, found), context, verdict)


def _headline(document: Mapping[str, Any]) -> str:
    count = sum(s["kind"] != "technical" for s in document["suggestions"])
    faults = len(document["suggestions"]) - count
    whose = _("your references") if document["profile"]["references"] else _("finished songs")
    if not count:
        text = _("Nothing to move: balance, spectrum and dynamics lie where {whose} are, as far as the evidence goes.").format(whose=whose)
    elif count == 1:
        text = _("One move brings this mix closer to {whose}.").format(whose=whose)
    else:
        text = _("{count} moves bring this mix closer to {whose}, the most telling one first.").format(count=count, whose=whose)
    if faults:
        text += " " + (_("{count} technical points need a look.").format(count=faults) if faults > 1 else _("One technical point needs a look."))
    return text


def _move(document: Mapping[str, Any], index: int, suggestion: Mapping[str, Any]) -> Move:
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
        whose = {"same song": _("Your other version"), "references": _("References"), "prior": _("Finished songs")}[found["tier"]]
        images.append(plots.evidence(anchor, found, role, min(decimals_of(found["descriptor"]), 1), whose))
    confidence = float(suggestion["confidence"])
    is_warning = kind == "technical"
    return Move(
        priority=int(suggestion["priority"]),
        anchor=anchor,
        title=f"{place} · {kind_name(kind)}",
        role=role,
        text=sentence(suggestion["text"]),
        settings=_settings(kind, suggestion["parameters"]),
        plots=tuple(images),
        grounds=_grounds(suggestion),
        confidence="" if is_warning and found is None else f"{certainty(confidence)}, {percent(confidence)}",
        share=round(100 * confidence),
        is_warning=is_warning,
    )


def _settings(kind: str, parameters: Mapping[str, Any]) -> Table | None:
    """Return the parameters in the terms of a DAW."""
    if kind in ("eq", "masking"):
        rows = tuple(
            Row((band_name(b.type), frequency(b.frequency_hz), "–" if b.type in ("high_pass", "low_pass") else gain(b.gain_db), f"{b.q:.2f}"))
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
    place = " " + _("at {place}").format(place=frequency(found["frequency_hz"])) if "frequency_hz" in found else ""
    values = _("measured {measured}, expected {target} (10–90 %: {low} to {high} {unit})").format(
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
        whose = {"eq": _("of the first band's gain"), "compression": _("of the gain reduction")}.get(suggestion["kind"], _("of the gain"))
        grounds.append((_("90 % interval"), f"{low} to {high}\u00a0{interval['unit']} {whose}"))
    names = [clean(name, 80) for name in found["references"]]
    rest = tier_name(found["tier"], len(names))
    if names and len(names) <= 4:
        rest += ": " + ", ".join(f"“{name}”" for name in names)
    grounds.append((_("Rests on"), rest))
    return tuple(grounds)


def _verification_text(document: Mapping[str, Any]) -> str:
    verification = document["verification"]
    before, after = verification["distance_before"], verification["distance_after"]
    if before is None or after is None:
        return sentence(verification.get("reason", "")).capitalize()
    whose = _("your references") if document["profile"]["references"] else _("finished songs")
    if not any(s["kind"] not in ("technical",) for s in document["suggestions"]):
        return _("On average the mix lies {before} standard deviations from the middle of {whose}; there was no move to render.").format(
            before=number(before, 2), whose=whose
        )
    return _(
        "Every move was rendered on the stems, the stems were summed and measured again. On average the mix then lies {after} instead of "
        "{before} standard deviations from the middle of {whose}."
    ).format(before=number(before, 2), after=number(after, 2), whose=whose)


def _notes(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    profile = document["profile"]
    names = ", ".join(f"“{clean(name, 80)}”" for name in profile["reference_names"])
    notes = [(_("Profile"), _profile_text(document) + (f": {names}." if names else "."))]
    if not profile["references"]:
        notes.append((_("No references"), _("The targets are those of finished songs in general. Add mixes that you like for advice of your taste.")))
    notes += [
        (_("Spectra"), _("One-third octaves of the active frames, relative to the stem's own level, so that gain never shows as equalization.")),
        (_("Levels"), _("Loudness of the stem while it plays minus loudness of the mix, in LU.")),
        (_("Equalizer"), _("Bands follow the RBJ Audio EQ Cookbook, as most DAW equalizers do: type, frequency, gain and Q can be typed in as they stand.")),
        (_("Compressor"), _("Compressors differ: set the threshold so that the mean gain reduction given is reached. Chain: equalizer, compressor, fader.")),
        (_("Confidence"), _("The probability that the move goes the right way and is worth making. The interval holds the true move nine times in ten.")),
        (_("Ranges"), _("From the 10th to the 90th percentile of what the profile expects of the next song, so that few references give wide ranges.")),
    ]  # fmt: skip
    return tuple(notes)
