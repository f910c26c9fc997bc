"""How far below the mix a separated stem lies whose role is missing, and one whose role is there: where the limits of presence come from.

    python tests/benchmarks/presence.py FOLDER

FOLDER holds NI stems files with true stems, such as MUSDB18's; taken are those that the embedded separator was not trained on. Every choice
of a song's stems is mixed and separated again, and the whole with each role turned down.
"""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mixassistant import paths
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure_song
from mixassistant.profiles.presence import PRESENCE
from mixassistant.stems.drop import open_song
from mixassistant.stems.embedded import EmbeddedSeparator
from mixassistant.stems.embedded.separation import metadata
from mixassistant.stems.separate import separation
from mixassistant.stems.stem import ROLES, Role, Song

DOWN_DB = (8.0, 14.0)
PLAYS_LU = -35.0  # of a true stem: below it, it hardly plays
ONLY = frozenset({"lufs", "level"})


@dataclass(frozen=True)
class Case:
    """A role in a mix: its true level relative to the mix (None: not in it), that of its separated stem, and by how much it is down."""

    role: Role
    true_lu: float | None
    separated_lu: float
    down_db: float = 0.0

    @property
    def is_told_missing(self) -> bool:
        """Whether it falls below the limit."""
        return self.separated_lu < PRESENCE.leaked_lu[ROLES.index(self.role)]


def cases_of(song: Song, separator: EmbeddedSeparator) -> list[Case]:
    """Return the roles of every mix of a song's stems."""
    found = []
    for count in range(1, len(song.stems) + 1):
        for chosen in itertools.combinations(song.stems, count):
            found += _cases(replace(song, mix=mix([s.audio for s in chosen]), stems=chosen), separator, ROLES)
    for stem, down_db in itertools.product(song.stems, DOWN_DB):
        quiet = replace(stem, audio=Audio(stem.audio.samples * 10 ** (-down_db / 20), stem.audio.sample_rate_hz))
        stems = tuple(quiet if s is stem else s for s in song.stems)
        cases = _cases(replace(song, mix=mix([s.audio for s in stems]), stems=stems), separator, (stem.role,))
        found += [replace(case, down_db=down_db) for case in cases]
    return found


def _cases(song: Song, separator: EmbeddedSeparator, roles: tuple[Role, ...]) -> list[Case]:
    if float(np.abs(song.mix.samples).max()) < 1e-3:
        return []
    true = measure_song(song, only=ONLY).roles
    separated = measure_song(separation(replace(song, stems=()), separator).song, only=ONLY).roles
    return [
        Case(role, scalar(true[role], "level") if role in true else None, level)
        for role in roles
        if (level := scalar(separated[role], "level")) is not None
    ]


def main() -> int:
    """Print levels and shares for each role."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    separator = EmbeddedSeparator()
    held_out = frozenset(json.loads(metadata(paths.resource("separator.safetensors"))["held_out"]))
    cases: list[Case] = []
    for file in sorted(Path(sys.argv[1]).iterdir()):
        if file.name in held_out:
            cases += cases_of(open_song(file), separator)
            print(f"\r{len(cases)} cases", end="", file=sys.stderr)
    for role in ROLES:
        own = [case for case in cases if case.role == role and not case.down_db]
        missing = [case for case in own if case.true_lu is None]
        plays = [case for case in own if case.true_lu is not None and case.true_lu > PLAYS_LU]
        quantiles = np.quantile([case.separated_lu for case in missing], [0.1, 0.25, 0.5, 0.75, 0.9])
        told = f"told in {sum(case.is_told_missing for case in missing)}/{len(missing)}"
        lost = f"told missing in {sum(case.is_told_missing for case in plays)}/{len(plays)}"
        least = min(case.separated_lu for case in plays)
        print(
            f"{role}: limit {PRESENCE.leaked_lu[ROLES.index(role)]} LU; missing: {np.round(quantiles, 1)} LU (10, 25, 50, 75, 90 %), {told}"
        )
        print(f"    plays: {least:.1f} LU at least, {lost}")
    for down_db in DOWN_DB:
        quiet = [case for case in cases if case.down_db == down_db and case.true_lu is not None]
        print(f"down by {down_db:.0f} dB: told missing in {sum(case.is_told_missing for case in quiet)}/{len(quiet)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
