"""The recovery benchmark in small: on real songs, known faults are taken back and clean mixes are left alone."""

from pathlib import Path

import pytest

from benchmarks.recovery import run
from benchmarks.recovery.faults import cut, degrade, fit, plan, playing, song_of
from benchmarks.recovery.methods import METHODS
from benchmarks.recovery.run import Setting, records
from benchmarks.recovery.table import table
from mixassistant.profiles.prior import load_prior
from mixassistant.stems.drop import open_song

SONGS = ("Actions - One Minute Smile.stem.mp4", "Young Griffo - Facade.stem.mp4")


@pytest.fixture
def songs(real_music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "songs"
    folder.mkdir()
    for name in SONGS:
        source = real_music / "musdb18-7s" / "train" / name
        if not source.is_file():
            pytest.skip(f"needs {name}")
        (folder / name).symlink_to(source)
    # The whole benchmark estimates a prior without the song and its artist; here the tier has the song itself to go by.
    monkeypatch.setattr(run, "_prior", lambda others: load_prior())
    return folder


def test_a_known_fault_is_taken_back_when_an_earlier_version_is_the_reference(songs: Path, tmp_path: Path) -> None:
    setting = Setting("paired", "true", 1, frozenset({"none", "gain", "eq", "level"}), frozenset({"ours", "nothing"}))
    found = [r for r in records(songs, setting, tmp_path / "results.jsonl") if r["method"] == "ours"]
    faults = {kind: [r for r in found if r["kind"] == kind] for kind in ("none", "gain", "eq", "level")}
    assert all(r["moves_over_1"] == 0 for kind in ("none", "gain") for r in faults[kind])
    assert sum(r["eq_mae"] for r in faults["eq"]) / len(faults["eq"]) <= 0.3
    assert sum(r["level_error"] for r in faults["level"]) / len(faults["level"]) <= 0.2
    assert not any(r["worse"] for r in found)
    assert all(error <= {"eq": 0.5, "level": 0.2}[kind] for r in found for kind, error in r["predicted"] if kind != "compression")


def test_what_is_done_already_is_not_done_again_and_the_table_has_a_line_for_each_method(songs: Path, tmp_path: Path) -> None:
    setting = Setting("paired", "true", 1, frozenset({"none"}), frozenset({"ours", "mean curve"}))
    results = tmp_path / "results.jsonl"
    first = list(records(songs, setting, results))
    assert len(first) == 2 * len(SONGS)
    assert list(records(songs, setting, results)) == []
    lines = table(first).splitlines()
    assert len(lines) == 2 + 2 and all(line.count("|") == lines[0].count("|") for line in lines)


def test_separated_stems_of_an_untouched_mix_are_left_alone(songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_held_out", lambda paths: paths[:1])  # which songs the separator has not seen is no matter here
    setting = Setting("paired", "separated", 1, frozenset({"none"}), frozenset({"ours"}))
    (found,) = records(songs, setting, tmp_path / "results.jsonl")
    assert (found["stems"], found["moves_over_1"], found["worse"]) == ("separated", 0, False)


def test_a_level_is_taken_back_though_the_stems_are_separated(songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_held_out", lambda paths: paths[:1])
    setting = Setting("paired", "separated", 1, frozenset({"level"}), frozenset({"ours"}))
    found = list(records(songs, setting, tmp_path / "results.jsonl"))
    assert len(found) == 8
    assert sum(r["level_error"] for r in found) / len(found) <= 1.0


def test_faults_are_the_same_for_the_same_seed_and_each_does_what_it_says(songs: Path) -> None:
    sums = open_song(songs / SONGS[0]).role_sums()
    roles = playing(sums)
    assert list(plan("a", roles, 1)) == list(plan("a", roles, 1)) != list(plan("a", roles, 2))
    short = cut(sums, 1.0, 4.0)
    for fault in plan("a", roles, 1, frozenset({"crushed"})):
        wanted = {role: chain.compression.gain_reduction_db for role, chain in fault.chains.items() if chain.compression}
        fitted = fit(fault, short)
        for role, chain in fitted.chains.items():
            assert chain.compression is not None
            assert chain.compression.gain_reduction_db == pytest.approx(wanted[role], abs=0.5)
        assert song_of("x", degrade(short, fitted)).mix.duration_s == pytest.approx(3.0, abs=0.01)


def test_the_baselines_do_what_they_are_named_for(songs: Path, tmp_path: Path) -> None:
    setting = Setting("paired", "true", 1, frozenset({"eq", "level"}), frozenset(METHODS) - {"ours", "matchering"})
    found = list(records(songs, setting, tmp_path / "results.jsonl"))
    for r in found:
        if r["method"] == "nothing":
            assert r["eq_mae"] == r["eq_mae_nothing"]
        if r["method"] == "mean curve" and r["kind"] == "eq":
            assert r["eq_mae"] < r["eq_mae_nothing"]
        if r["method"] == "equal loudness" and r["kind"] == "level":
            assert r["level_error"] < 1.0
