"""The report's plots: spectra against the profile, loudness over time, balance, equalizer and compressor curves, evidence bars.

All of them are drawn from the document alone and hold no text from outside: names stand in the page around them, escaped there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from mixassistant.features.bands import NOMINAL_HZ, NOTHING_DB
from mixassistant.i18n import _
from mixassistant.processing.moves import Band, Compression
from mixassistant.report.decided import after_name, shown_proof
from mixassistant.report.entries import stands_of
from mixassistant.report.standing_words import range_name
from mixassistant.report.svg import Drawing, Frame, Scale, nice_step, text_width, ticks
from mixassistant.report.wording import clock, descriptor_name, frequency, gain, number, role_name, with_unit
from mixassistant.stems.stem import ROLES

WIDE = 720.0
SMALL = 380.0
SPECTRUM_RANGE_DB = 50.0  # below the highest point shown: what lies deeper is not heard
LOUDNESS_RANGE_LU = 40.0
WINDOW_S = {"momentary": 0.4, "short_term": 3.0}  # EBU Tech 3341; a value is drawn at the middle of its window
SHOWN_LU = 0.1  # change of level that is drawn
COLUMNS = 360  # of a curve over time: finer than print shows

Numbers = Sequence[float | None]


def _known(*rows: Iterable[float | None]) -> list[float]:
    return [value for row in rows for value in row if value is not None]


def _ltas(measurements: Mapping[str, Any]) -> Numbers | None:
    value = measurements.get("ltas", {}).get("value")
    if not isinstance(value, list) or len(value) != len(NOMINAL_HZ) or not _known(value):
        return None
    return [v if v is not None and v > NOTHING_DB else None for v in value]


def spectrum_of(document: Mapping[str, Any], target: str) -> Numbers | None:
    """Return the 1/3-octave LTAS of the mix or a role; ``None`` where it was not measured."""
    if target == "mix":
        return _ltas(document["mix"]["measurements"])
    return _ltas(document["roles"].get(target, {}).get("measurements", {}))


def spectrum_target(document: Mapping[str, Any], target: str) -> Mapping[str, Any] | None:
    """Return the profile's range of the LTAS of the mix or a role, if it has one value a band."""
    found: Mapping[str, Any] | None = document["profile"]["targets"].get(f"{target}/ltas")
    return found if found is not None and isinstance(found["median"], list) and len(found["median"]) == len(NOMINAL_HZ) else None


def spectrum_after(document: Mapping[str, Any], target: str) -> Numbers | None:
    """Return the LTAS after the moves that the shown proof is of, where they changed it."""
    after = shown_proof(document)["ltas_after"].get(target)
    before = spectrum_of(document, target)
    if after is None or before is None or len(after) != len(before):
        return None
    differences = [abs(a - b) for a, b in zip(after, before, strict=True) if a is not None and b is not None]
    return after if differences and max(differences) >= 0.1 else None


def expected_name(document: Mapping[str, Any]) -> str:
    """Name the profile's ranges: where the next song of this kind is expected, which is no range of the references themselves."""
    return _("Expected, 10–90\u00a0%") if document["profile"]["references"] else _("Finished songs, 10–90\u00a0%")


def spectrum(document: Mapping[str, Any], target: str, width: float = SMALL) -> str | None:
    """Draw the spectrum of the mix or a role against the range that the profile expects, with its middle."""
    measured, wanted, after = spectrum_of(document, target), spectrum_target(document, target), spectrum_after(document, target)
    if measured is None:
        return None
    height = 260.0 if width > SMALL else 245.0
    drawing = Drawing(width, height)
    low_high = [] if wanted is None else [wanted["low"], wanted["high"]]
    # Far below its strongest bands a stem is noise and bleed, and so is the profile there.
    top = 5 * math.ceil((max(_known(measured, *low_high, after or [])) + 1) / 5)
    bottom = max(top - SPECTRUM_RANGE_DB, 10 * math.floor(min(_known(measured, *low_high)) / 10))
    entries = [(role_name(target), target, "line")]
    if wanted is not None:
        entries += [(expected_name(document), "range", "area"), (_("middle"), "median", "5 3")]
    if after is not None:
        entries.append((after_name(document), target, "1.5 3"))
    head = drawing.legend(52, 14, entries, width - 6)
    frame = Frame(drawing, Scale(20, 20000, 52, width - 12, is_log=True), Scale(bottom, top, height - 40, head + 12))
    if wanted is not None:
        frame.ribbon(zip(NOMINAL_HZ, wanted["low"], wanted["high"], strict=True), "range")
    frame.grid_y(ticks(bottom, top, 10), _("Relative level (dB)"))
    frame.grid_frequency(_("Frequency (Hz)"))
    frame.border()
    if wanted is not None:
        frame.curve(zip(NOMINAL_HZ, wanted["median"], strict=True), "median", 1.4, "5 3")
    frame.curve(zip(NOMINAL_HZ, measured, strict=True), target, 2.2)
    if after is not None:
        frame.curve(zip(NOMINAL_HZ, after, strict=True), target, 1.8, "1.5 3")
    title = _("Spectrum of {target} against what is expected").format(target=role_name(target).lower())
    return drawing.svg(f"spectrum-{target}", title, _spectrum_description(target, measured, wanted))


def _spectrum_description(target: str, measured: Numbers, wanted: Mapping[str, Any] | None) -> str:
    text = _("One-third-octave spectrum of {target} from 20 Hz to 20 kHz, in dB relative to its own level.").format(
        target=role_name(target).lower()
    )
    if wanted is None:
        return text
    rows = zip(NOMINAL_HZ, measured, wanted["low"], wanted["high"], strict=True)
    outside = [frequency(hz) for hz, value, low, high in rows if value is not None and not low <= value <= high]
    if not outside:
        return f"{text} " + _("It stays within what is expected (10–90\u00a0%) everywhere.")
    return f"{text} " + _("Outside what is expected (10–90\u00a0%) at {places}.").format(places=", ".join(outside))


def columns(values: Numbers, hop_s: float, count: int) -> list[tuple[float, float | None]]:
    """Thin a curve to `count` columns, each with the largest value in it, so that no peak is lost."""
    size = max(1, math.ceil(len(values) / count))
    return [
        ((start + 0.5 * min(size, len(values) - start)) * hop_s, max(_known(values[start : start + size]), default=None))
        for start in range(0, len(values), size)
    ]


def curve_of(document: Mapping[str, Any], identifier: str) -> tuple[Numbers, float] | None:
    """Return a curve of the mix over time and its hop in seconds; ``None`` where there is none."""
    found = document["mix"]["measurements"].get(identifier, {})
    value = found.get("value")
    return (value, float(found["hop_s"])) if isinstance(value, list) and "hop_s" in found and _known(value) else None


def loudness(document: Mapping[str, Any]) -> str | None:
    """Draw momentary, short-term and integrated loudness over time."""
    momentary, short_term = curve_of(document, "momentary"), curve_of(document, "short_term")
    if momentary is None and short_term is None:
        return None
    integrated = document["mix"]["measurements"].get("lufs", {}).get("value")
    wanted = document["profile"]["targets"].get("mix/lufs")
    duration_s = max(float(document["mix"]["duration_s"]), 1.0)
    drawing = Drawing(WIDE, 270)
    highest = max(_known(*(curve[0] for curve in (momentary, short_term) if curve), [wanted["high"]] if wanted else []))
    top = 5.0 * math.ceil((highest + 0.5) / 5)
    # Fade-ins and gaps would squeeze the rest: what is quieter than nearly all of the song leaves the picture.
    usual = float(np.quantile(_known(*(curve[0] for curve in (momentary, short_term) if curve)), 0.03))
    bottom = min(max(5.0 * math.floor(usual / 5) - 5, top - LOUDNESS_RANGE_LU), top - 15)
    entries = [(_("Momentary (0.4 s)"), "median", "line"), (_("Short-term (3 s)"), "mix", "line")]
    if integrated is not None:
        entries.append((_("Integrated, {value}").format(value=with_unit(integrated, 1, "LUFS")), "mix", "7 4"))
    if wanted:
        entries.append((_("Integrated: {range}").format(range=expected_name(document)), "range", "area"))
    head = drawing.legend(52, 14, entries, WIDE - 6)
    frame = Frame(drawing, Scale(0, duration_s, 52, WIDE - 12), Scale(bottom, top, 230, head + 12))
    if wanted:
        frame.ribbon([(0, wanted["low"], wanted["high"]), (duration_s, wanted["low"], wanted["high"])], "range")
    frame.grid_y(ticks(bottom, top, 10 if top - bottom > 25 else 5), _("Loudness (LUFS)"))
    step = next((s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800) if duration_s / s <= 12), 3600)
    frame.grid_x([(t, clock(t)) for t in ticks(0, duration_s, step)], _("Time (min:s)"))
    frame.border()
    for curve, window, color, thickness in ((momentary, "momentary", "median", 0.8), (short_term, "short_term", "mix", 2.0)):
        if curve is not None:
            late = 0.5 * WINDOW_S[window]
            frame.curve([(min(t + late, duration_s), v) for t, v in columns(*curve, COLUMNS)], color, thickness)
    if integrated is not None and bottom <= integrated <= top:
        drawing.line([(frame.x.start, frame.y(integrated)), (frame.x.end, frame.y(integrated))], "mix", 1.6, "7 4")
    text = _("Momentary and short-term loudness of the mix over {duration}; integrated loudness {value}.").format(
        duration=clock(duration_s), value=with_unit(integrated, 1, "LUFS")
    )
    return drawing.svg("loudness", _("Loudness of the mix over time"), text)


def levels_of(document: Mapping[str, Any]) -> list[tuple[str, float, tuple[float, float, float] | None, float | None]]:
    """Return of each role its level, what it is held against (low, middle, high), and its level after the moves that the shown proof is of.

    These are the numbers of the standing; a report of version 1 has none, and gives what its profile expects.
    """
    stands = {stand.place.role: stand for stand in stands_of(document) if stand.dimension == "level"}
    rows: list[tuple[str, float, tuple[float, float, float] | None, float | None]] = []
    for role in ROLES:
        after = shown_proof(document)["measured"].get(f"{role}/level")
        value = document["roles"].get(role, {}).get("measurements", {}).get("level", {}).get("value")
        if (stand := stands.get(role)) is not None:
            rows.append((role, stand.value, (stand.range[0], stand.middle, stand.range[1]), after))
        elif isinstance(value, (int, float)):
            wanted = document["profile"]["targets"].get(f"{role}/level")
            rows.append((role, float(value), (wanted["low"], wanted["median"], wanted["high"]) if wanted else None, after))
    return rows


def levels_range_name(document: Mapping[str, Any]) -> str:
    """Name what levels are held against."""
    found = next((stand for stand in stands_of(document) if stand.dimension == "level"), None)
    return range_name(found) if found else expected_name(document)


def balance(document: Mapping[str, Any]) -> str | None:
    """Draw each role's level relative to the mix against the references' own range."""
    rows = levels_of(document)
    if not rows:
        return None
    values = _known(*([v, after, *(w or ())] for _r, v, w, after in rows))
    low, high = math.floor(min(values) - 1), math.ceil(max(values) + 1)
    drawing = Drawing(WIDE, 66.0 + 34 * len(rows))
    is_moved = [after is not None and abs(after - value) >= SHOWN_LU for _r, value, _w, after in rows]
    entries = [(_("this mix"), "mix", "dot"), *([(after_name(document), "mix", "ring")] if any(is_moved) else [])]
    entries += [(levels_range_name(document), "range", "area"), (_("median"), "median", "line")]
    drawing.legend(92, 14, entries, WIDE - 6)
    bottom = 26.0 + 34 * len(rows)
    x = Scale(low, high, 92, WIDE - 20)
    for tick in ticks(low, high, nice_step(high - low, 12)):
        drawing.line([(x(tick), 26), (x(tick), bottom)], "grid", 1)
        drawing.text(x(tick), bottom + 15, number(tick, 0 if nice_step(high - low, 12) >= 1 else 1), "middle")
    drawing.text(0.5 * (x.start + x.end), bottom + 32, _("Level relative to the mix (LU)"), "middle")
    for index, (role, value, wanted, after) in enumerate(rows):
        y = 43.0 + 34 * index
        drawing.text(84, y + 4, role_name(role), "end", "ink")
        if wanted:
            drawing.bar(x(wanted[0]), max(x(wanted[2]), x(wanted[0]) + 3), y)
            drawing.line([(x(wanted[1]), y - 9), (x(wanted[1]), y + 9)], "median", 2)
        if after is not None and is_moved[index]:
            drawing.line([(x(value), y), (x(after), y)], role, 1.4)
            drawing.dot(x(after), y, 5, role, hollow=True)
        drawing.dot(x(value), y, 5.5, role)
    parts = [
        f"{role_name(r)} {with_unit(v, 1, 'LU')}" + (f" ({number(w[0], 1)} to {number(w[2], 1)})" if w else "") for r, v, w, _after in rows
    ]
    return drawing.svg("balance", _("Balance: level of each role relative to the mix"), "; ".join(parts) + ".")


def equalizer(identifier: str, bands: Sequence[Band], color: str, sample_rate_hz: int, suggested: Sequence[Band] = ()) -> str:
    """Draw the response of an equalizer move, as an equalizer shows it; `suggested` is drawn beside it, where it was decided otherwise."""
    from mixassistant.processing.filters import response_db

    high = min(20000.0, 0.499 * sample_rate_hz)
    hz = np.geomspace(20.0, high, 240)
    response = response_db(bands, hz, sample_rate_hz)
    beside = response_db(suggested, hz, sample_rate_hz) if suggested else response
    highest = max(float(np.abs(curve[hz > 40]).max()) for curve in (response, beside))
    reach = next((r for r in (3, 6, 9, 12, 18) if highest <= r - 0.5), 24)
    drawing = Drawing(SMALL, 190 + (14 if suggested else 0))
    top = 12.0
    if suggested:
        top = 10 + drawing.legend(46, 14, [(_("as decided"), color, "line"), (_("suggested"), "median", "4 3")], SMALL - 6)
    frame = Frame(drawing, Scale(20, 20000, 46, SMALL - 12, is_log=True), Scale(-reach, reach, drawing.height - 40, top))
    frame.grid_y(ticks(-reach, reach, reach / 3), _("Gain (dB)"))
    frame.grid_frequency(_("Frequency (Hz)"))
    frame.border()
    points = [(float(f), float(v)) for f, v in zip(hz, response, strict=True)]
    frame.ribbon([(f, min(v, 0.0), max(v, 0.0)) for f, v in points], "range", outline="")
    drawing.line([(frame.x.start, frame.y(0)), (frame.x.end, frame.y(0))], "axis", 1)
    if suggested:
        frame.curve([(float(f), float(v)) for f, v in zip(hz, beside, strict=True)], "median", 1.4, "4 3")
    frame.curve(points, color, 2.2)
    for band in bands:
        if band.frequency_hz < high:
            at = float(response_db(bands, [band.frequency_hz], sample_rate_hz)[0])
            drawing.dot(frame.x.clipped(band.frequency_hz), frame.y.clipped(at), 4.5, color)
    text = "; ".join(f"{gain(b.gain_db)} {_('at')} {frequency(b.frequency_hz)}" for b in bands)
    return drawing.svg(f"{identifier}-plot", _("Equalizer as decided") if suggested else _("Suggested equalizer curve"), text + ".")


def compressor(identifier: str, compression: Compression, color: str, suggested: Compression | None = None) -> str:
    """Draw the static curve of a compression move without make-up gain; `suggested` beside it, where it was decided otherwise."""
    from mixassistant.processing.compressor import static_curve_db

    low = min(-60.0, 10 * math.floor((compression.threshold_db - 10) / 10))
    drawing = Drawing(SMALL, 210 + (14 if suggested else 0))
    top = 12.0
    if suggested:
        top = 10 + drawing.legend(46, 14, [(_("as decided"), color, "line"), (_("suggested"), "median", "4 3")], SMALL - 6)
    frame = Frame(drawing, Scale(low, 0, 46, SMALL - 12), Scale(low, 0, drawing.height - 40, top))
    frame.grid_y(ticks(low, 0, 20), _("Output (dBFS)"))
    frame.grid_x([(t, number(t, 0)) for t in ticks(low, 0, 10)], _("Input (dBFS)"))
    frame.border()
    frame.curve([(low, low), (0, 0)], "median", 1, "4 3")
    threshold = compression.threshold_db
    if low <= threshold <= 0:
        drawing.line([(frame.x(threshold), frame.y.start), (frame.x(threshold), frame.y.end)], "axis", 1, "2 3")
        label = _("threshold {value}").format(value=with_unit(threshold, 1, "dBFS"))
        fits_left = frame.x(threshold) - frame.x.start > text_width(label) + 8
        drawing.text(frame.x(threshold) + (-5 if fits_left else 5), frame.y.end + 12, label, "end" if fits_left else "start")
    inputs = np.linspace(low, 0, 121)
    outputs = static_curve_db(inputs, threshold, compression.ratio, compression.knee_db)
    if suggested is not None:
        beside = static_curve_db(inputs, suggested.threshold_db, suggested.ratio, suggested.knee_db)
        frame.curve([(float(i), float(o)) for i, o in zip(inputs, beside, strict=True)], "median", 1.4, "4 3")
    frame.curve([(float(i), float(o)) for i, o in zip(inputs, outputs, strict=True)], color, 2.2)
    text = _("Ratio {ratio:g}:1 above {threshold}.").format(ratio=compression.ratio, threshold=with_unit(threshold, 1, "dBFS"))
    return drawing.svg(f"{identifier}-plot", _("Compressor curve"), text)


def evidence(identifier: str, found: Mapping[str, Any], color: str, decimals: int, whose: str) -> str:
    """Draw the measured value against the range of the evidence, as one bar."""
    measured, target, low, high = (float(found[key]) for key in ("measured", "target", "low", "high"))
    drawing = Drawing(SMALL, 84)
    margin = 0.12 * max(max(measured, high) - min(measured, low), 10**-decimals * 4)
    x = Scale(min(measured, low) - margin, max(measured, high) + margin, 12, SMALL - 12)
    drawing.line([(x.start, 42), (x.end, 42)], "axis", 1)
    drawing.bar(x(low), max(x(high), x(low) + 3), 42)
    drawing.line([(x(target), 31), (x(target), 53)], "median", 2.4)
    drawing.dot(x(measured), 42, 6.5, color)
    unit = str(found["unit"])

    def place(at: float, y: float, text: str, ink: str, bold: bool = False) -> None:
        half = 0.5 * text_width(text) * (1.08 if bold else 1.0)
        drawing.text(min(max(at, half + 2), SMALL - half - 2), y, text, "middle", ink, bold=bold)

    place(x(measured), 20, _("this mix {value}").format(value=with_unit(measured, decimals, unit)), "ink", bold=True)
    numbers = [number(value, decimals) for value in (low, target, high)]
    widest = 0.5 * text_width(max(numbers, key=len)) + 6
    if x(target) - x(low) > 2 * widest and x(high) - x(target) > 2 * widest:
        for value, text in zip((low, target, high), numbers, strict=True):
            place(x(value), 66, text, "muted")
        place(x(target), 80, _("{whose}: 10\u00a0%, middle and 90\u00a0%, in {unit}").format(whose=whose, unit=unit), "muted")
    else:
        place(x(target), 68, _("{whose}: {low} to {high}, middle {target}").format(
            whose=whose, low=numbers[0], high=numbers[2], target=f"{numbers[1]}\u00a0{unit}"), "muted")  # fmt: skip
    text = _("This mix {measured}; expected {target}, from {low} to {high} {unit}.").format(
        measured=with_unit(measured, decimals, unit), target=numbers[1], low=numbers[0], high=numbers[2], unit=unit
    )
    return drawing.svg(f"{identifier}-evidence", descriptor_name(str(found["descriptor"])), text)
