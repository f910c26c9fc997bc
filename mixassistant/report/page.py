"""What a report says, in the order it is read: summary, where the mix stands, moves, stems, plots, proof, warnings, method.

Made from the document alone and shared by every format for people, so that HTML, Markdown and PDF tell the same story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixassistant.i18n import _
from mixassistant.profiles.stage import USUAL_STAGE
from mixassistant.profiles.standing import by_place
from mixassistant.report import delivery_tables, plots, section_tables, standing_plot, tables
from mixassistant.report.cards import Card, build_cards
from mixassistant.report.comparison_page import ComparisonPage, build_comparison_page
from mixassistant.report.decided import after_name, answer_of, decided_text, has_accepted, is_decided, moves_of, shown_proof
from mixassistant.report.entries import stands_of
from mixassistant.report.outcome import distance_text, headline, moved_dimensions, spread_decimals, spread_text
from mixassistant.report.standing_words import ends_text, range_name, stage_name, where_text
from mixassistant.report.tables import Table
from mixassistant.report.wording import (
    clean,
    clock,
    descriptor_name,
    kind_name,
    measured,
    percent,
    role_name,
    sentence,
    spread,
    whose_text,
)
from mixassistant.stems.place import MIX
from mixassistant.stems.stem import ROLES

OWN = "your references"  # the profile of all liked references
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
class Standing:
    """Where the mix stands: a picture of it, the same as a table with marks, the numbers, and how to read them."""

    svg: str
    matrix: Table
    numbers: Table
    note: str


@dataclass(frozen=True)
class SectionTables:
    """What is told of sections: how to read it, what each measures, and like sections of the references beside them."""

    note: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class DeliverySection:
    """What becomes of the mix where it is delivered: a sentence for each target, the same as a table, and where the targets come from."""

    texts: tuple[str, ...]
    table: Table
    note: str


@dataclass(frozen=True)
class Page:
    """The whole report for people."""

    title: str
    byline: str
    facts: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    decided: str
    headline: str
    first: tuple[Card, ...]
    moves: tuple[Card, ...]
    standing: Standing | None
    sections: SectionTables | None
    delivery: DeliverySection | None
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
    compared: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    methods: Table
    missing: tuple[str, ...]
    comparison: ComparisonPage | None


def build_page(document: Mapping[str, Any]) -> Page:
    """Build the page of a report document."""
    cards = build_cards(document)
    return Page(
        title=clean(document["mix"]["name"]) or _("Untitled mix"),
        byline=_byline(document["mix"]["tags"]),
        facts=_facts(document),
        tiles=tuple(_tile(document, identifier) for identifier in TILES if identifier in document["mix"]["measurements"]),
        decided=decided_text(document),
        headline=_headline(document),
        first=_first(cards),
        moves=cards,
        standing=_standing(document),
        sections=_sections(document),
        delivery=_delivery(document),
        stems=tables.stems_table(document),
        loudness=_loudness(document),
        balance=_balance(document),
        spectra=tuple(figure for target in ("mix", *ROLES) if (figure := _spectrum(document, target))),
        mix=tables.mix_table(document),
        roles=tables.roles_table(document),
        verification=tables.verification_table(document),
        verification_text=_verification_text(document),
        dropped=tuple(sentence(text) for text in document["verification"]["dropped"]),
        warnings=tuple(sentence(text) for text in document["warnings"]),
        compared=_compared(document),
        notes=_reading(),
        methods=tables.methods_table(document),
        missing=tables.missing(document),
        comparison=build_comparison_page(document["comparison"]) if "comparison" in document else None,
    )


def _first(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """Return what to do first: moves before checks, accepted ones before open ones; what was rejected is not to be done."""
    wanted = [card for card in cards if card.answer != "rejected"]
    return tuple(sorted(wanted, key=lambda card: (card.is_warning, card.answer == "open")))[:FIRST]


def _standing(document: Mapping[str, Any]) -> Standing | None:
    svg = standing_plot.standing(document)
    if svg is None:
        return None
    count = document["profile"]["references"]
    note = _("Facts, and no verdict. Ranges are those of {whose}. ▽ △: beyond the middle half; ▼ ▲: beyond the range, below or above it.")
    note = note.format(whose=whose_text(count))
    if count and any(stand.of == 0 for stand in stands_of(document)):
        note += " " + _("Where no reference has a value, finished songs stand in for them.")
    return Standing(svg, tables.matrix_table(document), tables.standing_table(document), note)


def _sections(document: Mapping[str, Any]) -> SectionTables | None:
    if not document["mix"].get("sections"):
        return None
    made = (section_tables.sections_table(document), section_tables.balance_table(document), section_tables.alike_table(document))
    return SectionTables(section_tables.note(document), tuple(table for table in made if table.rows))


def _delivery(document: Mapping[str, Any]) -> DeliverySection | None:
    if not document.get("delivery"):
        return None
    made = delivery_tables
    return DeliverySection(made.delivery_texts(document), made.delivery_table(document), made.delivery_note(document))


def _loudness(document: Mapping[str, Any]) -> Figure | None:
    svg = plots.loudness(document)
    return Figure(_("Momentary, short-term and integrated loudness of the mix"), svg, tables.loudness_table(document)) if svg else None


def _balance(document: Mapping[str, Any]) -> Figure | None:
    svg = plots.balance(document)
    return Figure(_("Level of each role relative to the mix"), svg, tables.balance_table(document)) if svg else None


def _spectrum(document: Mapping[str, Any], target: str) -> Figure | None:
    is_wide = target == "mix"
    svg = plots.spectrum(document, target, plots.WIDE if is_wide else plots.SMALL)
    return Figure(role_name(target), svg, tables.spectrum_table(document, target), is_wide) if svg else None


def _byline(tags: Mapping[str, str]) -> str:
    parts = [clean(tags[key]) for key in ("artist", "title", "album", "genre") if tags.get(key)]
    return " · ".join(part for part in parts if part)


def _profile_text(document: Mapping[str, Any]) -> str:
    profile = document["profile"]
    count = profile["references"]
    if not count:
        return _("typical releases (factory profile)")
    if profile["name"] == OWN:
        text = whose_text(count)
    else:
        text = _("“{name}” ({count} references)") if count != 1 else _("“{name}” (1 reference)")
        text = text.format(name=clean(profile["name"], 80), count=count)
    if profile["prior_weight"] >= 0.005:
        text += ", " + _("{share} typical releases").format(share=percent(profile["prior_weight"]))
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
        *(((_("Stage"), stage_name(document["stage"])),) if "stage" in document else ()),
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
    stand = by_place(stands_of(document)).get((MIX, identifier))
    where, verdict = tables.against(found["value"], wanted, identifier)
    if found["value"] is None:
        context = clean(found["reason"])
    elif stand is not None:
        context = _("{whose}: {range}; {where}").format(
            whose=range_name(stand), range=f"{ends_text(stand, stand.range)}\u00a0{stand.unit}".rstrip("\u00a0"), where=where_text(stand)
        )
        verdict = tables.VERDICTS[stand.where]
    elif where:
        name, shown = plots.expected_name(document), spread(identifier, wanted)
        context = _("{whose}: {range}; {where}").format(whose=name, range=shown, where=where)
    else:
        context = ""
    return Tile(descriptor_name(identifier), measured(identifier, found), context, verdict)


def _whose(document: Mapping[str, Any]) -> str:
    """Name what the moves go by."""
    if any(s["evidence"] is not None and s["evidence"]["tier"] == "same song" for s in document["suggestions"]):
        return _("your other version of this song")
    return _("your references") if document["profile"]["references"] else _("finished songs")


def _headline(document: Mapping[str, Any]) -> str:
    moved = {
        (s["role"], dimension)
        for s in document["suggestions"]
        if s["kind"] != "technical"
        for dimension in moved_dimensions(s["kind"], [(b["type"], b["frequency_hz"]) for b in s["parameters"].get("bands", ())])
    }
    moves = moves_of(document)
    count = sum(answer_of(move) != "rejected" for move in moves)
    faults = len(document["suggestions"]) - len(moves)
    whose = _whose(document)
    lead = ""
    if count == 1:
        lead = _("One move brings this mix closer to {whose}.").format(whose=whose)
    elif count:
        lead = _("{count} moves bring this mix closer to {whose}, the most telling one first.").format(count=count, whose=whose)
    elif moves:
        lead = _("What was suggested is rejected.")
    elif "standing" not in document:  # a report of version 1
        lead = _("No move is suggested.")
    compared = whose_text(document["profile"]["references"])
    text = headline(lead, moved, stands_of(document), document.get("stage", USUAL_STAGE), compared)
    if faults == 1:
        text += " " + _("One more point is worth checking.")
    elif faults:
        text += " " + _("{count} more points are worth checking.").format(count=faults)
    return text


def _verification_text(document: Mapping[str, Any]) -> str:
    verification = shown_proof(document)
    before, after = verification["distance_before"], verification["distance_after"]
    if before is None or after is None:
        return sentence(verification.get("reason", "")).capitalize()
    whose = _whose(document)
    if not any(s["kind"] not in ("technical",) for s in document["suggestions"]):
        return _("{before} times the usual spread from {whose}; there was no move to render.").format(
            before=spread_text(before), whose=whose
        )
    told = distance_text(before, after, whose, after_name(document))
    text = _("{told} The moves were rendered on the stems, the stems summed and measured again.").format(told=told)
    every = document["verification"]["distance_after"]
    if "verification_as_decided" in document and every is not None and every != after:
        text += " " + _("With all moves as suggested it is {every}.").format(every=spread_text(every, spread_decimals(before, after)))
    elif is_decided(document) and not has_accepted(document):
        text += " " + _("No move is accepted, so this is the proof of all of them as suggested.")
    return text


def _compared(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Say what the mix was compared with, and what the user asked for beside."""
    profile = document["profile"]
    text = _profile_text(document)
    found = [(_("Profile"), text[:1].upper() + text[1:] + ".")]
    weights = profile.get("reference_weights") or [1.0] * len(profile["reference_names"])
    names = [_weighed(name, weight) for name, weight in zip(profile["reference_names"], weights, strict=True)]
    if names:
        found.append((_("Liked"), ", ".join(names)))
    else:
        text = _("The targets are those of typical releases. Add mixes that you like for advice of your taste.")
        found.append((_("No references"), text))
    if disliked := profile.get("disliked_names"):
        found.append((_("Disliked"), ", ".join(f"“{clean(name, 80)}”" for name in disliked)))
    changed = [(kind, strength) for kind, strength in document.get("strengths", {}).items() if strength != 1.0]
    if changed:
        shown = ", ".join(f"{kind_name(kind)} {round(100 * strength)}\u00a0%" for kind, strength in changed)
        found.append((_("How far to go"), _("{strengths}; everything else in full.").format(strengths=shown)))
    return tuple(found)


def _weighed(name: str, weight: float) -> str:
    shown = f"“{clean(name, 80)}”"
    return shown if weight == 1.0 else _("{name} (counts as {count:g} songs)").format(name=shown, count=weight)


def _reading() -> tuple[tuple[str, str], ...]:
    """Return what a reader needs to know to trust and apply the numbers."""
    return (
        (
            _("Spectra"),
            _("One-third octaves of the active frames, relative to the stem’s own level, so that gain never shows as equalization."),
        ),
        (_("Levels"), _("Loudness of the stem while it plays minus loudness of the mix, in LU.")),
        (
            _("Proof"),
            _(
                "Levels there are relative to the mix, as everywhere. The usual spread is that of songs of this kind around what is "
                "expected, on average over levels, spectra and dynamics."
            ),
        ),
        (
            _("Equalizer"),
            _(
                "Bands follow the RBJ Audio EQ Cookbook, as most DAW equalizers do: type, frequency, gain and Q can be typed in as they "
                "stand. Where an equalizer’s Q means something else, go by the curve."
            ),
        ),
        (
            _("Compressor"),
            _(
                "Compressors differ: set the threshold so that the mean gain reduction given is reached. The order is equalizer, "
                "compressor, fader."
            ),
        ),
        (
            _("Confidence"),
            _("The probability that the move is worth making. What is called likely holds the right amount nine times in ten."),
        ),
        (
            _("References, 10–90\u00a0%"),
            _(
                "Where the references themselves lie, each counted once: all but the lowest and the highest tenth of them; of three or "
                "fewer, from the least to the most."
            ),
        ),
        (
            _("Expected, 10–90\u00a0%"),
            _(
                "The predictive range: where the next song of this kind is expected, from the references and, while these are few, from "
                "typical releases. It is wider than the references’ own range and may lie elsewhere."
            ),
        ),
    )
