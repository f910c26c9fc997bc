"""Make ``resources/roles.json`` again: what roles sound like.

    .venv/bin/python packaging/train_roles ../shared/data

Means and covariances of a few numbers over tracks whose roles are known (`material` lists them), and beside them what they hear on songs
of artists that they were not taken from. No audio is written, and there is no randomness but from fixed seeds. It takes five minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from fit import Judged, fit, judged
from material import tracks

from mixassistant.audio.write import write_bytes
from mixassistant.stems.hearing import model_to_json

SOURCE = (
    "MUSDB18 7-second previews (training part), four songs and 18 vocals of MedleyDB, two CC0 multitracks, ten clips of GTZAN, five "
    "recordings of librosa's examples, tracks made by code"
)
TABLES = (
    ("recorded tracks", ("recorded",), False),
    ("multitracks, without their song", ("multitrack",), True),
    ("multitracks, without their artist", ("multitrack",), False),
    ("stems of songs", ("stem",), False),
    ("dry vocals", ("dry",), False),
    ("microphones of kits", ("microphone",), False),
    ("whole mixes", ("mix",), False),
)


def _told(found: list[Judged]) -> str:
    return f"{sum(item.is_right for item in found)}/{len(found)}"


def main() -> int:
    """Measure, fit, judge and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of music for development")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[2] / "resources")
    words = parser.parse_args()
    material = list(tracks(words.data))
    silent = sum(not track.pieces for track in material)
    print(f"{len(material)} tracks, {silent} of them silent: {dict(Counter(track.kind for track in material))}")
    quality = {}
    for title, kinds, by_song in TABLES:
        found = judged(material, kinds, by_song=by_song)
        quality[title] = _told(found)
        print(f"{title}: {quality[title]}")
        for item in found:
            if not item.is_right and kinds in (("recorded",), ("multitrack",)):
                heard = item.heard
                print(f"    {item.track.song} {item.track.name} ({item.track.role}): {heard.role} {heard.part} {heard.probability:.2f}")
        if title in ("stems of songs", "recorded tracks", "multitracks, without their artist"):
            for low in (0.4, 0.6, 0.75, 0.9):
                inside = [item for item in found if low <= item.heard.probability < {0.4: 0.6, 0.6: 0.75, 0.75: 0.9, 0.9: 1.01}[low]]
                print(f"    heard with {low} and more: {_told(inside)} right")
    document = {
        "provenance": f"{len(material)} tracks: {SOURCE}; packaging/train_roles",
        "quality": {"what": "right of all, each song heard by statistics of other artists' songs alone (or of other songs)", **quality},
        **model_to_json(fit(material)),
    }
    write_bytes(words.output / "roles.json", (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
