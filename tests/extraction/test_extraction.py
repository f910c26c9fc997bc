"""Extraction of many tracks: resumable, merging, parallel; one bad file stops nothing."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile
from waiting import wait_for

from mixassistant.audio.audio import Audio
from mixassistant.errors import InputError, MissingError, UsageError
from mixassistant.extraction import batch as batch_module
from mixassistant.extraction import track as track_module
from mixassistant.extraction.batch import extract_all, processes_for
from mixassistant.extraction.results import Document, Place, merge, outdated, read_result, write_result
from mixassistant.extraction.tables import check_table, columns, rows, write_table
from mixassistant.features.descriptor import REGISTRY
from mixassistant.features.measure import methods
from mixassistant.progress import Progress, silent
from signals import music, noise

SOME = frozenset({"lufs", "true_peak", "ltas", "width"})


def write(path: Path, audio: Audio) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio.samples.T, audio.sample_rate_hz, subtype="FLOAT")
    return path


@pytest.fixture
def songs(tmp_path: Path) -> list[Path]:
    return [write(tmp_path / "in" / f"{name}.wav", music(seed, 3.2)) for seed, name in enumerate("abc")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_track_that_stops_its_measuring_as_nobody_foresaw_is_named_and_leaves_the_others(
    songs: list[Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch_module.extract_track

    def measured(place: Place, device: str, only: frozenset[str] | None = None, progress: Progress = silent) -> Document:
        if place.song.stem == "b":
            raise RecursionError("maximum recursion depth exceeded")
        return real(place, device, only, progress)

    monkeypatch.setattr(batch_module, "extract_track", measured)
    found = extract_all(songs, folder, only=SOME, processes=1)
    assert [outcome.document is not None for outcome in found] == [True, False, True]
    error = found[1].error
    assert isinstance(error, InputError) and "“b.wav”" in str(error) and "RecursionError" in str(error)


def test_every_descriptor_of_a_mix_is_written_with_its_version(songs: list[Path], folder: Path) -> None:
    [outcome] = extract_all(songs[:1], folder, processes=1)
    document = load(folder / "a.json")
    assert outcome.document == document
    assert set(document["mix"]["measurements"]) == {d.id for d in REGISTRY if "mix" in d.scopes}
    assert document["methods"] == methods()
    assert document["mix"]["source"]["path"] == str(songs[0].resolve())
    for measured in document["mix"]["measurements"].values():
        assert measured["value"] is not None or measured["reason"]


def test_what_is_there_is_not_measured_again(songs: list[Path], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Any] = []
    real = track_module.measure_song

    def counting(song: Any, device: str, progress: Any, only: Any) -> Any:
        measured.append(only)
        return real(song, device, progress, only)

    monkeypatch.setattr(track_module, "measure_song", counting)
    extract_all(songs[:2], folder, only=SOME, processes=1)
    extract_all(songs, folder, only=SOME, processes=1)
    assert measured == [SOME, SOME, SOME]
    extract_all(songs[:1], folder, only=SOME | {"tilt"}, processes=1)
    assert measured[3:] == [{"tilt"}]
    assert SOME | {"tilt"} <= set(load(folder / "a.json")["mix"]["measurements"])


def test_a_method_of_another_version_is_measured_again(songs: list[Path], folder: Path) -> None:
    extract_all(songs[:1], folder, only=SOME, processes=1)
    path = folder / "a.json"
    document = load(path)
    document["methods"]["lufs"] = "0"
    document["mix"]["measurements"]["lufs"]["value"] = 99
    path.write_text(json.dumps(document))
    extract_all(songs[:1], folder, only=SOME, processes=1)
    assert load(path)["mix"]["measurements"]["lufs"]["value"] < 0
    assert load(path)["methods"]["lufs"] == str(REGISTRY["lufs"].version)


def test_networks_that_were_installed_since_are_asked(songs: list[Path], folder: Path, own_folders: Path) -> None:
    only = frozenset({"lufs", "danceability"})
    extract_all(songs[:1], folder, only=only, processes=1)
    before = (folder / "a.json").read_bytes()
    extract_all(songs[:1], folder, only=only, processes=1)
    assert (folder / "a.json").read_bytes() == before
    networks = own_folders / "data" / "models" / "essentia"
    networks.mkdir(parents=True)
    (networks / "danceability-musicnn-msd-2.pb").write_bytes(b"not a network")
    extract_all(songs[:1], folder, only=only, processes=1)
    after = load(folder / "a.json")["methods"]
    assert after["lufs"] == methods()["lufs"]
    assert after["danceability"] == methods()["danceability"] != json.loads(before)["methods"]["danceability"]


def test_a_song_that_was_exported_again_is_measured_anew_in_its_own_file(songs: list[Path], folder: Path) -> None:
    extract_all(songs[:1], folder, only=SOME, processes=1)
    before = load(folder / "a.json")["mix"]["measurements"]["lufs"]["value"]
    write(songs[0], Audio(0.5 * music(0, 3.2).samples, 44100))
    extract_all(songs[:1], folder, only=SOME, processes=1)
    assert load(folder / "a.json")["mix"]["measurements"]["lufs"]["value"] == pytest.approx(before - 6.02, abs=0.02)
    assert not (folder / "a (2).json").exists()


def test_other_programs_measurements_in_the_file_stay(songs: list[Path], folder: Path) -> None:
    extract_all(songs[:1], folder, only=SOME, processes=1)
    path = folder / "a.json"
    document = load(path)
    document["mix"]["measurements"]["groove"] = {"value": 0.7, "unit": ""}
    document["mine"] = "a note"
    path.write_text(json.dumps(document))
    extract_all(songs[:1], folder, only=SOME | {"tilt"}, processes=1)
    found = load(path)
    assert found["mix"]["measurements"]["groove"] == {"value": 0.7, "unit": ""}
    assert found["mine"] == "a note"
    assert "tilt" in found["mix"]["measurements"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "something/1"}', '{"schema": "mixassistant.measurements/1", "mix": 3}'])
def test_a_file_that_is_no_result_is_left_alone(songs: list[Path], folder: Path, text: str) -> None:
    (folder / "a.json").write_text(text)
    outcomes = extract_all(songs, folder, only=SOME, processes=1)
    assert isinstance(outcomes[0].error, InputError)
    assert "a.json" in str(outcomes[0].error)
    assert (folder / "a.json").read_text() == text
    assert all(o.error is None for o in outcomes[1:])


def test_tracks_of_one_name_have_files_of_their_own_and_find_them_again(tmp_path: Path, folder: Path) -> None:
    both = [write(tmp_path / "x" / "Song.wav", music(1, 3.2)), write(tmp_path / "y" / "song.wav", music(2, 3.2))]
    extract_all(both, folder, only=SOME, processes=1)
    first = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    assert len(first) == 2
    extract_all(both[::-1], folder, only=SOME, processes=1)
    assert {path.name: path.read_bytes() for path in folder.glob("*.json")} == first


def test_bad_files_stop_nothing_in_parallel(songs: list[Path], folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "in" / "bad.wav"
    bad.write_bytes(b"no audio")
    stages: list[str] = []
    outcomes = extract_all(
        [bad, *songs, tmp_path / "gone.wav"], folder, only=SOME, processes=2, progress=lambda stage, fraction: stages.append(stage)
    )
    assert [o.error is None for o in outcomes] == [False, True, True, True, False]
    assert sorted(p.name for p in folder.iterdir()) == ["a.json", "b.json", "c.json"]
    assert any("left" in stage for stage in stages)


def test_parallel_results_are_those_of_one_process(songs: list[Path], tmp_path: Path) -> None:
    for name, count in (("one", 1), ("two", 2)):
        (tmp_path / name).mkdir()
        extract_all(songs, tmp_path / name, only=SOME, processes=count)
    for path in (tmp_path / "one").iterdir():
        one, two = load(path), load(tmp_path / "two" / path.name)
        assert one["mix"]["measurements"]["true_peak"] == two["mix"]["measurements"]["true_peak"]
        assert one["mix"]["measurements"]["ltas"]["value"] == pytest.approx(two["mix"]["measurements"]["ltas"]["value"], abs=1e-3)


def test_a_long_mix_is_spooled_and_measures_the_same(songs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "short").mkdir()
    (tmp_path / "long").mkdir()
    extract_all(songs[:1], tmp_path / "short", processes=1)
    monkeypatch.setattr(track_module, "LONG_S", 0.0)
    extract_all(songs[:1], tmp_path / "long", processes=1)
    assert load(tmp_path / "long" / "a.json")["mix"] == load(tmp_path / "short" / "a.json")["mix"]


EXTRACT_ONE = """
import sys
from pathlib import Path
from mixassistant.extraction.batch import extract_all
extract_all([Path(sys.argv[1])], Path(sys.argv[2]), only=frozenset({sys.argv[3]}), processes=1)
"""


def test_two_programs_that_write_one_file_lose_nothing(songs: list[Path], folder: Path) -> None:
    names = ["lufs", "true_peak", "tilt", "width"]
    running = [subprocess.Popen([sys.executable, "-c", EXTRACT_ONE, str(songs[0]), str(folder), name]) for name in names]
    assert [process.wait(120) for process in running] == [0] * len(names)
    assert set(names) <= set(load(folder / "a.json")["mix"]["measurements"])
    assert not list(folder.glob(".*"))


@pytest.mark.skipif(os.name != "posix", reason="sends a POSIX signal")
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, folder: Path) -> None:
    many = [write(tmp_path / "in" / f"{index}.wav", noise(index, duration_s=3.0)) for index in range(30)]
    command = [sys.executable, "-m", "mixassistant", "extract", str(tmp_path / "in"), "--output", str(folder), "--only", "loudness,stereo"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for("three files", lambda: len(list(folder.glob("*.json"))) >= 3, 100)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    if process.returncode != 0:  # a fast machine may have finished
        assert process.returncode == 130
        assert "Traceback" not in errors
        assert not list(folder.glob(".part*"))
    done = {path: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    assert done
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert len(list(folder.glob("*.json"))) == len(many)
    assert all(path.stat().st_mtime_ns == time_ns for path, time_ns in done.items())


def test_a_process_that_dies_takes_only_its_own_track_with_it(songs: list[Path], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mixassistant.extraction import batch

    # Other processes import the module anew: a function of this test file reaches them by its pickle's name.
    monkeypatch.setenv("MIXASSISTANT_TEST_DIE", "b.wav")
    monkeypatch.setattr(batch, "_work", _die_if_told)
    outcomes = extract_all(songs, folder, processes=2)
    assert [o.error is None for o in outcomes] == [True, False, True]
    assert "process" in str(outcomes[1].error)


def _die_if_told(place: Any, device: str, only: Any) -> Any:
    from mixassistant.extraction.batch import Outcome

    if place.song.name == os.environ.get("MIXASSISTANT_TEST_DIE"):
        os._exit(9)
    return Outcome(place.song, place.result, {"mix": {}})


def test_merging_keeps_both_sides() -> None:
    old = {
        "mix": {"content_hash": "1", "measurements": {"a": 1, "b": 1}},
        "methods": {"a": 1},
        "stems": [{"name": "x", "measurements": {"p": 1}}],
    }
    new = {"mix": {"content_hash": "1", "measurements": {"b": 2}}, "methods": {"b": 2}, "stems": [{"name": "x", "measurements": {"q": 2}}]}
    merged = merge(old, new)
    assert merged["mix"]["measurements"] == {"a": 1, "b": 2}
    assert merged["methods"] == {"a": 1, "b": 2}
    assert merged["stems"] == [{"name": "x", "measurements": {"p": 1, "q": 2}}]
    other = {**new, "mix": {**new["mix"], "content_hash": "2"}}
    assert merge(old, other) == other


def test_a_locked_result_is_said_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    from mixassistant.errors import OutputError
    from mixassistant.extraction import results

    monkeypatch.setattr(results, "LOCK_S", 0.1)
    with FileLock(folder / ".a.json.lock"), pytest.raises(OutputError, match="locked"):
        write_result(folder / "a.json", {"mix": {"measurements": {}}})
    assert read_result(folder / "a.json") is None
    assert outdated(None, "x", ["lufs"]) == {"lufs"}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_one_table_of_mixes_and_stems(songs: list[Path], folder: Path, tmp_path: Path, suffix: str) -> None:
    stems = [write(tmp_path / "band" / f"{name}.wav", music(seed, 3.2)) for seed, name in enumerate(("drums", "bass", "vocals"))]
    outcomes = extract_all([songs[0], stems[0].parent], folder, only=SOME | {"mfcc"}, processes=1)
    path = tmp_path / f"all{suffix}"
    check_table(path)
    write_table(path, [o.document for o in outcomes if o.document])
    if suffix == ".csv":
        with path.open(newline="") as file:
            table: list[dict[str, Any]] = list(csv.DictReader(file))
    else:
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(path).to_pylist()
    assert [(row["track"], row["part"], row["role"]) for row in table] == [
        ("a", "mix", "mix"), ("band", "mix", "mix"), ("band", "bass", "bass"), ("band", "drums", "drums"), ("band", "vocals", "vocals"),
    ]  # fmt: skip
    expected = load(folder / "a.json")["mix"]["measurements"]
    assert float(table[0]["lufs"]) == expected["lufs"]["value"]
    assert float(table[0]["ltas_1000hz"]) == expected["ltas"]["value"][17]
    assert float(table[0]["mfcc_3"]) == expected["mfcc"]["value"][3]
    assert table[0]["spectral_centroid"] in ("", None)


def test_columns_are_named_once_and_rows_have_them_all() -> None:
    names = [name for name, _, _ in columns()]
    assert len(names) == len(set(names))
    assert rows([]) == []


def test_a_table_of_no_known_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="xlsx"):
        check_table(Path("all.xlsx"))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingError, match="pyarrow"):
        check_table(Path("all.parquet"))


def test_as_many_processes_as_there_is_work_for() -> None:
    assert processes_for(0) == processes_for(1) == 1
    assert 1 <= processes_for(1000) <= (os.cpu_count() or 1)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_names_cost_no_table_and_calculate_nothing(tmp_path: Path, suffix: str) -> None:
    measured = {"lufs": {"value": -12.5}, "true_peak": {"value": None}}
    mix = {"content_hash": "0", "duration_s": 1.0, "sample_rate_hz": 44100, "channels": 2, "measurements": measured}
    names = ["=HYPERLINK(0)", "-1 mix", "caf\udce9", "a\rb"]
    path = tmp_path / f"all{suffix}"
    write_table(path, [{"mix": {"name": name, "source": {"path": f"/in/{name}"}, **mix}} for name in names])
    if suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            table: list[dict[str, Any]] = list(csv.DictReader(file))
        assert [row["track"] for row in table] == ["'=HYPERLINK(0)", "-1 mix", "caf\\xe9", "a b"]
    else:
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(path).to_pylist()
        assert [row["track"] for row in table] == ["=HYPERLINK(0)", "-1 mix", "caf\\xe9", "a\rb"]
    assert [float(row["lufs"]) for row in table] == [-12.5] * 4
    assert {row["true_peak"] for row in table} <= {"", None}
