"""The descriptors of structure: sections, and what needs beats and pitch together."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mixassistant.features.descriptor import Descriptor, Measurement, SongParts, extracts, extracts_of_song
from mixassistant.features.loudness import gated, momentary_power
from mixassistant.features.representations import Representations
from mixassistant.features.structure.kinds import kinds
from mixassistant.features.structure.sections import LETTERS, Sections, sections
from mixassistant.features.structure.stretches import blocks_between, sung_shares
from mixassistant.features.track import KINDS

_CUT = "Marmoret, Cohen & Bimbot 2023; Serrà et al. 2012"
_ALIKE = "Complete linkage of sections by the mean likeness of their bars along the best alignment"
UNTOLD = "–"
KIND_LABELS = (*KINDS, UNTOLD)


@extracts(
    Descriptor("sections", "Section boundaries", "s", (0, 86400), 1.0, "Where a new section begins: verse, chorus, bridge.", _CUT,
               version=2, shape="vector", scopes=("mix",), cost="medium",
               method="The cut of the bars (tone and harmony in eighths) into the most uniform blocks, at the ends of repetitions, in "
               "groups of 8, 4 or 2 bars where that fits as well"),
    Descriptor("section_count", "Sections", "", (1, 1e4), 1.0, "How many sections there are.", _CUT, version=2, scopes=("mix",),
               method="Boundaries plus one"),
    Descriptor("section_letters", "Sections by letter", "", (0, len(LETTERS) - 1), 1.0, "Which sections are alike: they share a letter.",
               _CUT, shape="sequence", between="sections", labels=LETTERS, scopes=("mix",), cost="medium", method=_ALIKE),
)  # fmt: skip
def structure(shared: Representations) -> dict[str, Measurement]:
    """Find the sections."""
    found = shared.once(sections)
    if found.reason:
        return dict.fromkeys(("sections", "section_count", "section_letters"), Measurement(None, found.reason))
    return {
        "sections": Measurement(np.round(found.edges_s[1:-1], 3)),
        "section_count": Measurement(float(len(found.letters))),
        "section_letters": Measurement(np.array(found.letters, dtype=np.float64)),
    }


@extracts_of_song(
    Descriptor("section_kinds", "Sections by kind (a guess)", "", (0, len(KINDS)), 1.0, "What each section may be to the song.",
               "Rules on repetition, loudness, voice and place", shape="sequence", between="sections", labels=KIND_LABELS, scopes=("mix",),
               cost="medium", method="The loudest of what repeats is the chorus where it stands out; the others are told from it, and from "
               "the vocals stem where there is one"),
)  # fmt: skip
def kinds_of_song(parts: SongParts) -> dict[str, Measurement]:
    """Guess what each section is to the song."""
    found = parts.mix.once(sections)
    if found.reason:
        return {"section_kinds": Measurement(None, found.reason)}
    told = guessed(found, parts)
    return {"section_kinds": Measurement(np.array([KIND_LABELS.index(kind or UNTOLD) for kind in told], dtype=np.float64))}


def guessed(found: Sections, parts: SongParts) -> tuple[str, ...]:
    """Return a guess at the kind of each section; empty where nothing can be told."""
    heard = {role: momentary_power(stem.k_weighted_steps) for role, stem in parts.roles.items()}
    voice = heard.pop("vocals", None)
    power = np.sum(list(heard.values()), axis=0) if heard else momentary_power(parts.mix.k_weighted_steps)
    spans = pairwise(found.edges_s.tolist())
    lufs = [loudness if (loudness := gated(blocks_between(power, *span))) is not None else -np.inf for span in spans]
    sung = None if voice is None else sung_shares(found.edges_s, voice)
    return kinds(found.edges_s, found.letters, lufs, sung)
