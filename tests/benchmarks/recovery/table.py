"""The figures as one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np


def _share(rows: list[dict[str, Any]], name: str) -> float | None:
    before = sum(r[f"{name}_squared_nothing"] for r in rows)
    return 1 - sum(r[f"{name}_squared"] for r in rows) / before if before > 0 else None


def _mean_share(rows: list[dict[str, Any]]) -> float | None:
    """Return the mean over targets of the share of squared EQ error removed."""
    targets = sorted({t for r in rows for t in r["targets"]})
    shares = [_share([r for r in rows if t in r["targets"]], "eq") for t in targets]
    return float(np.mean([s for s in shares if s is not None])) if shares else None


def _median(rows: list[dict[str, Any]], name: str) -> float | None:
    values = [r[name] for r in rows if r[name] is not None]
    return float(np.median(values)) if values else None


def _mean(rows: list[dict[str, Any]], name: str) -> float | None:
    values = [r[name] for r in rows if r[name] is not None]
    return float(np.mean(values)) if values else None


def _covered(rows: list[dict[str, Any]]) -> str:
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        for kind, inside in row["covered"]:
            by_kind[kind].append(inside)
    return ", ".join(f"{kind} {np.mean(values):.0%} of {len(values)}" for kind, values in sorted(by_kind.items()))


def _predicted(rows: list[dict[str, Any]]) -> str:
    by_kind: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for kind, error in row["predicted"]:
            by_kind[kind].append(error)
    return ", ".join(f"{kind} {np.mean(values):.2f}" for kind, values in sorted(by_kind.items()))


def _text(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def table(records: Iterable[dict[str, Any]]) -> str:
    """Return the table: a line per tier, stems, kind, strength and method."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        groups[record["tier"], record["stems"], record["kind"], record["strength"], record["method"]].append(record)
    lines = [
        "| tier | stems | fault | dB | method | cases | EQ MAE (nothing) dB | EQ share | level error LU | level share | reduction error dB "
        "| worse | moves > 1 dB (median) | any > 2 dB | 90 % intervals hold | predicted − measured dB | engine s |",
        "|" + "---|" * 17,
    ]
    for key, rows in sorted(groups.items()):
        eq = f"{_text(_mean(rows, 'eq_mae'))} ({_text(_mean(rows, 'eq_mae_nothing'))})" if key[2] in ("eq", "several") else "–"
        cells = [
            *key, str(len(rows)), eq, _text(_mean_share(rows)) if key[2] in ("eq", "several") else "–", _text(_mean(rows, "level_error")),
            _text(_share(rows, "level")), _text(_mean(rows, "reduction_error")), f"{np.mean([r['worse'] for r in rows]):.1%}",
            _text(_median(rows, "moves_over_1"), 0), f"{np.mean([r['largest'] > 2 for r in rows]):.1%}", _covered(rows) or "–",
            _predicted(rows) or "–", _text(_median(rows, "seconds")),
        ]  # fmt: skip
        if key[2] == "crushed":
            cells[2] = f"crushed (told {np.mean([r['told_crushed'] for r in rows]):.0%})"
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
