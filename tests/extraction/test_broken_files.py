"""Two hundred broken files of every format: each is measured or refused with a word; ten thousand are `benchmarks.broken`'s."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.broken.mutations import MUTATIONS, broken
from benchmarks.broken.run import run
from benchmarks.broken.whole import formats, write_whole
from mixassistant.cli import main
from mixassistant.extraction import batch

SEED, COUNT = 2026, 200


def test_broken_files_are_measured_or_refused(tmp_path: Path) -> None:
    cases = list(run(SEED, COUNT, tmp_path))
    bad = [case for case in cases if case.outcome not in ("measured", "refused")]
    assert not bad, f"seed {SEED}: {bad}"
    counts = Counter(case.outcome for case in cases)
    assert len(cases) == COUNT and min(counts["measured"], counts["refused"]) > COUNT / 10  # or they were hardly broken, or all noise
    assert {case.format for case in cases} == set(formats())


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_breaks_something_and_the_same_each_time(name: str) -> None:
    data, other = bytes(range(256)) * 40, b"\1" * 5000
    first, again = (MUTATIONS[name](data, np.random.default_rng(1), other) for _ in range(2))
    assert first == again != data
    assert broken(data, other, np.random.default_rng(3)) == broken(data, other, np.random.default_rng(3))


def test_a_folder_with_broken_files_among_whole_ones_gives_the_table_of_the_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    music, out = tmp_path / "music", tmp_path / "out"
    music.mkdir()
    for name in ("wav", "m4a"):
        write_whole(name, music)
    (music / "half.m4a").write_bytes((music / "m4a.m4a").read_bytes()[:9000])
    (music / "odd.wav").write_bytes((music / "wav.wav").read_bytes() + b"odd")
    real = batch.content_hash

    def hashed(*paths: Path, extra: str = "") -> str:
        if paths[0].name == "odd.wav":
            raise ValueError("as nobody foresaw")
        return real(*paths, extra=extra)

    monkeypatch.setattr(batch, "content_hash", hashed)
    words = ["extract", str(music), "--output", str(out), "--as", "songs", "--only", "lufs", "--processes", "1", "--table"]
    assert main([*words, str(out / "all.csv")], lambda files, demo: 0) == 3
    told = capsys.readouterr()
    assert "2 of 4 tracks measured" in told.out and "half.m4a" in told.err and "odd.wav" in told.err and "Traceback" not in told.err
    assert len((out / "all.csv").read_text().splitlines()) == 3
    assert {json.loads(file.read_text())["mix"]["name"] for file in out.glob("*.json")} == {"wav", "m4a"}
