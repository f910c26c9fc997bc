"""How often engineers went the way that a move goes: counted by the benchmarks on songs that nothing was learned from, and shipped."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping

from mixassistant import paths
from mixassistant.advice.suggestion import Odds

FEWEST = 12  # cases that odds are told from


@functools.cache
def load_odds() -> Mapping[str, Odds]:
    """Return the shipped odds by kind: ``"level/vocals"``, ``"tone/mix"``, ``"dynamics/vocals"``; what has too few cases is left out.

    ``tests/benchmarks/toward`` makes ``resources/odds.json`` again; its provenance stands in the file.
    """
    document = json.loads(paths.resource("odds.json").read_text("utf-8"))
    found = {kind: Odds(int(item["right"]), int(item["of"]), kind, str(item["source"])) for kind, item in document["odds"].items()}
    return {kind: odds for kind, odds in found.items() if odds.of >= FEWEST}
