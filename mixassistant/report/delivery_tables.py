"""What becomes of a mix where it is delivered: as entries of the document, and as a table of a report."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mixassistant.advice.delivery_plan import CodecCheck, DeliveryPlan
from mixassistant.advice.sentences.delivery import delivery_sentence
from mixassistant.audio.lossy import CODECS
from mixassistant.i18n import _
from mixassistant.report.entries import rounded
from mixassistant.report.tables import Row, Table
from mixassistant.report.wording import NONE, clean, gain, sentence, with_unit

FITS, IS_OVER = "\u2713", "\u25b2"  # marks beside the words: nothing is told by colour alone


def delivery_entry(plan: DeliveryPlan) -> dict[str, Any]:
    """Return a plan as an entry of the document."""
    target = plan.target
    return {
        "target": target.id,
        "name": target.name,
        "kind": target.kind,
        "target_lufs": target.loudness_lufs,
        "ceiling_dbtp": plan.ceiling_dbtp,
        "gain_db": rounded(plan.gain_db),
        "loudness_after_lufs": rounded(plan.loudness_after_lufs),
        "true_peak_after_dbtp": rounded(plan.true_peak_after_dbtp),
        "over_db": rounded(plan.over_db),
        "short_lu": rounded(plan.short_lu),
        "limiting_db": rounded(plan.limiting_db),
        "codec": None if plan.check is None else _check_entry(plan.check),
        "is_published": target.is_published,
        "source": target.source,
        "url": target.url,
        "date": target.date,
        "note": target.note,
        "text": delivery_sentence(plan),
    }


def _check_entry(check: CodecCheck) -> dict[str, Any]:
    return {
        "name": check.codec,
        "kbps": check.kbps,
        "true_peak_dbtp": rounded(check.true_peak_dbtp),
        "overs": check.overs,
        "difference_db": rounded(check.difference_db) if math.isfinite(check.difference_db) else None,
    }


def delivery_texts(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a document says of each target, as sentences."""
    return tuple(sentence(entry["text"]) for entry in document.get("delivery", ()))


def delivery_table(document: Mapping[str, Any]) -> Table:
    """Tabulate how far each target turns the mix, where it ends, and whether its peak is what is asked for."""
    entries = document.get("delivery", ())
    heads = (_("Target"), _("Loudness"), _("Gain"), _("Mix there"), _("Peak there"), _("After its codec"), _("Peak against what is asked"))
    return Table(_("Delivery targets"), heads, tuple(_row(entry) for entry in entries))


def _row(entry: Mapping[str, Any]) -> Row:
    is_over = entry["over_db"] >= 0.05
    verdict = _("{gap} over {ceiling}") if is_over else _("within {ceiling}")
    shown = verdict.format(gap=with_unit(entry["over_db"], 1, "dB"), ceiling=with_unit(entry["ceiling_dbtp"], 1, "dBTP"))
    cells = (
        clean(entry["name"], 40),
        with_unit(entry["target_lufs"], 1, "LUFS") if entry["target_lufs"] is not None else _("any"),
        gain(entry["gain_db"]),
        with_unit(entry["loudness_after_lufs"], 1, "LUFS"),
        with_unit(entry["true_peak_after_dbtp"], 1, "dBTP"),
        _codec_cell(entry["codec"]),
        f"{IS_OVER if is_over else FITS} {shown}",
    )
    return Row(cells, verdict="off" if is_over else "good")


def _codec_cell(check: Mapping[str, Any] | None) -> str:
    if check is None:
        return NONE
    known = CODECS.get(check["name"])
    name = known.name if known is not None else clean(check["name"], 20)
    peaks = _("1 peak over") if check["overs"] == 1 else _("{count} peaks over").format(count=check["overs"])
    return f"{name} {check['kbps']}: {with_unit(check['true_peak_dbtp'], 1, 'dBTP')}, {peaks}"


def delivery_note(document: Mapping[str, Any]) -> str:
    """Say where the numbers of the targets come from: ``"Spotify: Spotify for Artists, Loudness normalization (undated) …"``."""
    told = []
    for entry in document.get("delivery", ()):
        text = _("{name}: {source} ({date}).") if entry["is_published"] else _("{name} (not its own numbers): {source} ({date}).")
        told.append(text.format(name=clean(entry["name"], 40), source=clean(entry["source"]), date=clean(entry["date"], 20)))
    return " ".join(told)
