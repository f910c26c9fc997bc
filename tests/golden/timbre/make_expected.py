"""Writes expected.json: what the original timbral_models says of the sounds of sounds.py.

    python -m golden.timbre.make_expected PYTHON_OF_THE_ORIGINAL [FOLDER_OF_REAL_RECORDINGS]

Run it with ``tests`` as the current folder. The other Python has timbral_models 0.4.0, librosa, pyloudnorm, scikit-learn and six; see
original.py. Without a folder, the values of the real recordings are left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from golden.timbre.sounds import MADE, REAL, made, real, real_name

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Measure and write."""
    sounds = {name: made(name) for name in MADE}
    if len(sys.argv) > 2:
        sounds |= {real_name(entry): real(Path(sys.argv[2]), entry) for entry in REAL}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "sounds.npz", Path(folder) / "values.json"
        arrays = {}
        for index, (samples, rate) in enumerate(sounds.values()):
            arrays |= {f"{index}_samples": samples, f"{index}_rate": np.asarray(rate)}
        np.savez(source, **arrays)  # type: ignore[arg-type]
        subprocess.run([sys.argv[1], str(HERE / "original.py"), str(source), str(target)], check=True)
        answer = json.loads(target.read_text(encoding="utf-8"))
    values = {name: result["values"] for name, result in zip(sounds, answer["results"], strict=True)}
    audio_s = sum(samples.size / rate for samples, rate in sounds.values())
    taken = {model: sum(result["seconds"][model] for result in answer["results"]) for model in answer["results"][0]["seconds"]}
    document = {
        "made_by": "python -m golden.timbre.make_expected",
        "versions": answer["versions"],
        "seconds_per_second_of_audio": {model: round(seconds / audio_s, 4) for model, seconds in taken.items()},
        "values": {name: {k: v if isinstance(v, str) else round(v, 4) for k, v in found.items()} for name, found in values.items()},
    }
    (HERE / "expected.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
