"""What the waveforms say to who cannot see them, and the tooltips of lanes."""

from __future__ import annotations

from collections.abc import Sequence

from mixassistant.features.track import Section
from mixassistant.gui.background.song_structure import SongStructure, section_text
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.i18n import _

LANES_TIP = _("Click to play from here, drag to pan, wheel to zoom, Shift+drag for a loop, double-click it to clear it")

READING = _("The waveform is being read")


def mix_tip(name: str, duration_s: float) -> str:
    """Return the tooltip of the mix's head."""
    text = _("{name}, {length}; colours say which of lows, mids and highs stands out")
    return text.format(name=name, length=length_text(duration_s))


def section_tip(section: Section) -> str:
    """Return the tooltip of a section's name."""
    stretch = stretch_text(section.start_s, section.end_s, 0)
    text = _("Section {name}, {stretch}").format(name=section_text(section), stretch=stretch)
    text += "; " + _("the kind is a guess") if section.kind and section.is_guess else ""
    return text + ". " + _("Click to show it in the views, double-click to rename it, drag its edges, right-click for more.")


def chord_tip(structure: SongStructure, time_s: float) -> str:
    """Return the tooltip of the chords' names."""
    chord = structure.chord_there(time_s)
    if chord is None or not chord.name:
        return _("No chord is heard here")
    stretch = stretch_text(chord.start_s, chord.end_s)
    if chord.seventh:
        return _("Chord {name}, perhaps {seventh}, {stretch}").format(name=chord.name, seventh=chord.seventh, stretch=stretch)
    return _("Chord {name}, {stretch}").format(name=chord.name, stretch=stretch)


def origin_text(origin: str) -> str:
    """Return where a stem comes from: ``"your own stem"``, ``"separated by Demucs (htdemucs)"``."""
    if origin == "supplied":
        return _("your own stem")
    if origin == "embedded":
        return _("separated by the embedded separator, which is rough")
    name, _colon, model = origin.partition(":")
    if not name:
        return ""
    text = _("separated by {name} ({model})") if model else _("separated by {name}")
    return text.format(name=name.capitalize(), model=model)


def length_text(duration_s: float) -> str:
    """Return a duration in words: ``"3 minutes 34 seconds"``."""
    minutes, seconds = divmod(round(duration_s), 60)
    parts = [_("1 minute") if minutes == 1 else _("{count} minutes").format(count=minutes)] if minutes else []
    if seconds or not minutes:
        parts.append(_("1 second") if seconds == 1 else _("{count} seconds").format(count=seconds))
    return " ".join(parts)


def stretch_text(start_s: float, end_s: float, decimals: int = 1) -> str:
    """Return a stretch: ``"0:12.0 – 0:24.5"``."""
    return f"{time_text(start_s, decimals)} – {time_text(end_s, decimals)}"


def description(
    duration_s: float,
    stems: Sequence[str],
    structure: SongStructure,
    chosen: int | None,
    loop: tuple[float, float] | None,
    position_s: float | None,
    in_sight: tuple[float, float],
    solo: Sequence[str],
    muted: Sequence[str],
    is_reading: bool,
) -> str:
    """Return everything that the picture shows, as sentences."""
    said = [length_text(duration_s)]
    if is_reading:
        said.append(_("still being analysed"))
    if stems:
        said.append(
            _("{count} stems: {names}").format(count=len(stems), names=", ".join(stems))
            if len(stems) > 1
            else _("1 stem: {name}").format(name=stems[0])
        )
    elif not is_reading:
        said.append(_("no stems"))
    sections = structure.sections
    if sections:
        names = ", ".join(f"{section_text(section)} {time_text(section.start_s)}" for section in sections)
        said.append(_("{count} sections: {names}").format(count=len(sections), names=names))
    if chosen is not None:
        section = sections[chosen]
        said.append(_("section {name} is chosen").format(name=section_text(section)))
        chords = structure.progression_text(section.start_s, section.end_s)
        if chords:
            said.append(_("its chords {names}").format(names=chords))
    if solo:
        said.append(_("solo: {names}").format(names=", ".join(solo)))
    if muted:
        said.append(_("muted: {names}").format(names=", ".join(muted)))
    said.append(_("loop {stretch}").format(stretch=stretch_text(*loop)) if loop else _("no loop"))
    if position_s is not None:
        said.append(", ".join([_("position {time}").format(time=time_text(position_s)), *structure.told_at(position_s)]))
    if in_sight[1] - in_sight[0] < duration_s * 0.999:
        said.append(_("in sight {stretch}").format(stretch=stretch_text(*in_sight)))
    return "; ".join(said) + ". " + _("T opens this as a table.")
