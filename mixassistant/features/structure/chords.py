"""The descriptors of chords: what a network hears, from beat to beat."""

from __future__ import annotations

import numpy as np

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.beats import beats
from mixassistant.features.tonality.chords import CHORDS, SEVENTHS, Chords, decode
from mixassistant.features.tonality.hearing import hearing
from mixassistant.features.tonality.key import key_of
from mixassistant.features.tonality.log_frequency import FRAMES_PER_S

_SOURCE = "After Korzeniowski & Widmer 2016; Sheh & Ellis 2003"
NO_CHORDS = Measurement(None, "no pitch class stands out")


def chords(shared: Representations) -> Chords:
    """Return the chords (use through ``shared.once``)."""
    return decode(shared.once(hearing).chords, FRAMES_PER_S, shared.once(beats).times_s)


@extracts(
    Descriptor("chord_changes", "Chord changes", "s", (0, 86400), 0.1, "Where the chord changes.", _SOURCE, shape="vector",
               scopes=("mix",), cost="medium", least_s=1.0,
               method="The most likely row of chords by a network; a change costs less on a beat than between beats"),
    Descriptor("chords", "Chords", "", (0, len(CHORDS) - 1), 1.0, "Which chord sounds: major, minor, or none (N).", _SOURCE,
               shape="sequence", between="chord_changes", labels=CHORDS, scopes=("mix",), cost="medium", least_s=1.0,
               method="Of 24 and none; a chord without a third counts as major, a diminished one as minor"),
    Descriptor("chords_with_sevenths", "Chords with sevenths", "", (0, len(SEVENTHS) - 1), 1.0,
               "Which chord sounds, with its seventh: less sure than major or minor.", _SOURCE, shape="sequence", between="chord_changes",
               labels=SEVENTHS, scopes=("mix",), cost="medium", least_s=1.0, method="The most likely kind of the chord that was found"),
)  # fmt: skip
def chords_by_beat(shared: Representations) -> dict[str, Measurement]:
    """Name the chords."""
    names = ("chord_changes", "chords", "chords_with_sevenths")
    if shared.is_silent:
        return dict.fromkeys(names, SILENCE)
    if key_of(shared.once(hearing)) is None:
        return dict.fromkeys(names, NO_CHORDS)
    found = shared.once(chords)
    return {
        "chord_changes": Measurement(np.round(found.starts_s[1:], 3)),
        "chords": Measurement(found.labels.astype(np.float64)),
        "chords_with_sevenths": Measurement(found.sevenths.astype(np.float64)),
    }
