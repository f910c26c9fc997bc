"""The descriptors of structure: sections, and what needs beats and pitch together."""

from __future__ import annotations

import numpy as np

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations
from mixassistant.features.structure.novelty import ROW_S, SHORTEST_TRACK_S, boundary_rows


@extracts(
    Descriptor("sections", "Section boundaries", "s", (0, 86400), 1.0, "Where a new section begins: verse, chorus, bridge.",
               "Foote 2000", shape="vector", scopes=("mix",),
               method="Checkerboard novelty (16 s) over cosine similarity of band levels and their change, in rows of 1 s; 8 s apart"),
    Descriptor("section_count", "Sections", "", (1, 1e4), 1.0, "How many sections there are.", "Foote 2000", scopes=("mix",),
               method="Boundaries plus one"),
)  # fmt: skip
def sections(shared: Representations) -> dict[str, Measurement]:
    """Look for section boundaries."""
    names = ("sections", "section_count")
    if shared.is_silent:
        return dict.fromkeys(names, SILENCE)
    if shared.audio.duration_s < SHORTEST_TRACK_S:
        return dict.fromkeys(names, Measurement(None, f"shorter than {SHORTEST_TRACK_S:.0f} s"))
    found = boundary_rows(shared.bands.total)
    return {"sections": Measurement(np.round(found.astype(np.float64) * ROW_S, 1)), "section_count": Measurement(float(found.size + 1))}
