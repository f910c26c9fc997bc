"""The commands on real files: what they write, what they refuse, and that they never touch what the user gave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.write import write_audio
from mixassistant.cli import main
from mixassistant.features.measure import REGISTRY
from mixassistant.stems.embedded import EmbeddedSeparator

ROOT = Path(__file__).resolve().parent.parent.parent
RATE = 44100
EVIDENCE = {
    "descriptor": "level", "measured": -9.0, "target": -5.0, "low": -7.0, "high": -3.0, "unit": "LU", "references": [], "tier": "prior",
}  # fmt: skip
Run = Callable[..., int]


def tone(frequency_hz: float, seed: int, duration_s: float = 4.0) -> Audio:
    """Return a pulsing tone in a little noise, stereo."""
    time_s = np.arange(int(duration_s * RATE)) / RATE
    pulse = 0.2 * np.sin(2 * np.pi * frequency_hz * time_s) * (0.6 + 0.4 * np.sign(np.sin(2 * np.pi * 2 * time_s)))
    noise = np.random.default_rng(seed).normal(0, 0.01, (2, time_s.size))
    return Audio((pulse + noise).astype(np.float32), RATE)


@pytest.fixture
def run() -> Run:
    return lambda *words: main([str(word) for word in words], lambda files, with_demo: 0)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Return a folder of four stems."""
    folder = tmp_path / "My song"
    folder.mkdir()
    for index, (role, frequency_hz) in enumerate({"drums": 200, "bass": 60, "vocals": 700, "other": 1500}.items()):
        write_audio(tone(frequency_hz, index), folder / f"{role}.wav", "FLOAT")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def only_line(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert text.startswith("mixassistant: ")
    assert text.count("\n") == 1
    return text


# extract


def test_extract_writes_the_measurements_of_a_mix_and_of_a_songs_stems(run: Run, song: Path, tmp_path: Path) -> None:
    write_audio(tone(440, 9), tmp_path / "mix.wav")
    assert run("extract", song, tmp_path / "mix.wav", "--output", tmp_path / "out", "--device", "cpu") == 0
    whole, mix = (json.loads((tmp_path / "out" / f"{name}.json").read_text("utf-8")) for name in ("My song", "mix"))
    assert whole["schema"] == mix["schema"] == "mixassistant.measurements/1"
    assert {stem["name"] for stem in whole["stems"]} == {"drums", "bass", "vocals", "other"}
    assert "stems" not in mix
    assert {d.id for d in REGISTRY if "mix" in d.scopes} == set(mix["mix"]["measurements"])


def test_extract_goes_on_after_a_track_that_cannot_be_read(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_audio(tone(440, 9), tmp_path / "good.wav")
    (tmp_path / "bad.wav").write_text("not audio")
    assert run("extract", tmp_path / "gone.wav", tmp_path / "bad.wav", tmp_path / "good.wav", "--output", tmp_path / "out") == 3
    assert [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()] == ["mixassistant"] * 2
    assert sorted(contents(tmp_path / "out")) == ["good.json"]


def test_extract_keeps_tracks_of_one_name_apart(run: Run, tmp_path: Path) -> None:
    for folder, name, frequency_hz in (("a", "Song.wav", 440), ("b", "song.wav", 880)):
        (tmp_path / folder).mkdir()
        write_audio(tone(frequency_hz, 9), tmp_path / folder / name)
    run("extract", tmp_path / "a" / "Song.wav", tmp_path / "b" / "song.wav", "--output", tmp_path / "out")
    assert sorted(contents(tmp_path / "out")) == ["Song.json", "song (2).json"]


# separate


def test_separate_writes_four_stems_that_add_up(run: Run, tmp_path: Path) -> None:
    mix = tone(440, 9)
    write_audio(mix, tmp_path / "mix.wav", "FLOAT")
    assert run("separate", tmp_path / "mix.wav", "--separator", "embedded", "--device", "cpu", "--output", tmp_path / "out") == 0
    stems = {path.stem: decode(path) for path in (tmp_path / "out").iterdir()}
    assert set(stems) == {"drums", "bass", "vocals", "other"}
    assert all(stem.samples.shape == mix.samples.shape and stem.sample_rate_hz == RATE for stem in stems.values())
    rest = mix.samples - sum(stem.samples for stem in stems.values())
    assert np.square(rest).mean() < 1e-3 * np.square(mix.samples).mean()


def test_separate_refuses_to_write_over_the_mix(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_audio(tone(440, 9), tmp_path / "drums.wav")
    before = contents(tmp_path)
    assert run("separate", tmp_path / "drums.wav", "--separator", "embedded", "--output", tmp_path) == 2
    assert "another folder" in only_line(capsys)
    assert contents(tmp_path) == before


# render


def vocals_up(gain_db: float) -> dict:
    parameters = {"gain_db": gain_db}
    return {
        "type": "move", "group": "fault", "odds": None, "decision": {"answer": "open", "amount_percent": 100, "parameters": parameters},
        "id": "vocals-level", "target": "vocals", "role": "vocals", "kind": "level", "parameters": parameters,
        "evidence": EVIDENCE, "confidence": 0.9, "interval": {"low": 5.0, "high": 7.0, "unit": "dB"}, "priority": 1,
        "text": "Turn the vocals up.",
    }  # fmt: skip


@pytest.fixture
def report(song: Path, tmp_path: Path, run: Run) -> Path:
    path = tmp_path / "report.json"
    assert run("analyze", song, "--device", "cpu", "--output", path) == 0
    document = json.loads(path.read_text("utf-8"))
    document["suggestions"] = [vocals_up(6.0)]
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_render_writes_the_moved_stem_and_the_mix(run: Run, report: Path, song: Path, tmp_path: Path) -> None:
    before = contents(song)
    assert run("render", report, "--output", tmp_path / "out") == 0
    assert sorted(contents(tmp_path / "out")) == ["My song.wav", "vocals.wav"]
    old, new = decode(song / "vocals.wav"), decode(tmp_path / "out" / "vocals.wav")
    loud = np.abs(old.samples) > 0.05
    assert np.allclose(new.samples[loud] / old.samples[loud], 10 ** (6 / 20), rtol=1e-3)
    whole = sum(decode(path).samples for path in song.iterdir()) + new.samples - old.samples
    assert np.allclose(decode(tmp_path / "out" / "My song.wav").samples, whole, atol=1e-4)
    assert contents(song) == before


def test_render_refuses_to_write_over_the_songs_own_stems(run: Run, report: Path, song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(song)
    capsys.readouterr()
    assert run("render", report, "--output", song) == 2
    assert "another folder" in only_line(capsys)
    assert contents(song) == before


def test_render_refuses_a_song_that_has_changed_since(
    run: Run, report: Path, song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_audio(tone(90, 5), song / "bass.wav", "FLOAT")
    capsys.readouterr()
    assert run("render", report, "--output", tmp_path / "out") == 3
    assert "not what it was" in only_line(capsys)
    assert contents(tmp_path / "out") == {}


def test_render_tells_that_the_song_is_gone(run: Run, report: Path, song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song.rename(tmp_path / "elsewhere")
    capsys.readouterr()
    assert run("render", report, "--output", tmp_path / "out") == 3
    text = capsys.readouterr().err
    assert text.count("\n") == 1 and str(song) in text and report.name in text


def test_a_report_cannot_lead_out_of_the_output_folder(run: Run, report: Path, tmp_path: Path) -> None:
    document = json.loads(report.read_text("utf-8"))
    document["mix"]["name"] = "../../escaped"
    report.write_text(json.dumps(document), encoding="utf-8")
    run("render", report, "--output", tmp_path / "in" / "out")
    assert not list(tmp_path.rglob("escaped*"))


@pytest.mark.parametrize("difference_db", [-40.0, -3.0])
def test_render_keeps_what_the_mix_holds_beside_its_stems_unless_it_is_another_master(
    run: Run, song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], difference_db: float
) -> None:
    stems = {path.stem: decode(path).samples for path in song.iterdir()}
    total = np.sum(list(stems.values()), axis=0)
    beside = np.random.default_rng(7).normal(0, 1, total.shape) * np.sqrt(np.mean(total**2)) * 10 ** (difference_db / 20)
    write_audio(Audio((total + beside).astype(np.float32), RATE), tmp_path / "bounce.wav", "FLOAT")
    path = tmp_path / "report.json"
    assert run("analyze", tmp_path / "bounce.wav", "--stems", song, "--device", "cpu", "--output", path) == 0
    document = json.loads(path.read_text("utf-8"))
    assert sum("do not add up" in w for w in document["warnings"]) == (difference_db > -15)  # told once
    document["suggestions"] = [vocals_up(6.0)]
    path.write_text(json.dumps(document), encoding="utf-8")
    capsys.readouterr()
    assert run("render", path, "--output", tmp_path / "out") == 0
    expected = total + stems["vocals"] * (10 ** (6 / 20) - 1) + (beside if difference_db < -15 else 0)
    assert np.allclose(decode(tmp_path / "out" / "bounce.wav").samples, expected, atol=1e-4)
    assert ("do not add up" in capsys.readouterr().out) == (difference_db > -15)


@pytest.mark.parametrize("roles", [["--role", "drums=drums"], ["--role", "Other=bass", "--role", "vocals=Vocals"]], ids=["same", "other"])
def test_a_report_with_roles_said_can_be_rendered(run: Run, real_music: Path, tmp_path: Path, roles: list[str]) -> None:
    path = next((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))
    assert run("analyze", path, *roles, "--device", "cpu", "--output", tmp_path / "r.json") == 0
    assert run("render", tmp_path / "r.json", "--output", tmp_path / "out") == 0


def test_a_report_of_stems_that_only_roles_made_stems_can_be_rendered(run: Run, song: Path, tmp_path: Path) -> None:
    for index, path in enumerate(sorted(song.iterdir())):
        path.rename(song / f"Audio {index + 1}.wav")
    whole = decode(song / "Audio 4.wav")
    write_audio(whole.padded(whole.length + whole.sample_rate_hz), song / "Audio 4.wav", "FLOAT")  # they do not end together
    words = ("analyze", song, "--device", "cpu", "--output", tmp_path / "r.json")
    assert run(*words) == 3
    assert run(*words, "--role", "Audio 5=drums") == 2
    assert run(*words, "--role", "Audio 2.wav=drums", "--role", "4=vocals") == 0
    document = json.loads((tmp_path / "r.json").read_text("utf-8"))
    roles = {s["name"]: s["role"] for s in document["stems"]}
    assert [*roles] == ["1", "2", "3", "4"] and (roles["2"], roles["4"]) == ("drums", "vocals")
    assert run("render", tmp_path / "r.json", "--output", tmp_path / "out") == 0
    (song / "Audio 2.wav").unlink()
    assert run("render", tmp_path / "r.json", "--output", tmp_path / "out") == 3


def _huge(d: dict) -> None:
    d["suggestions"] = [vocals_up(60.0) | {"id": str(i), "priority": i + 1} for i in range(40)]


def _source(**values: str) -> Callable[[dict], None]:
    return lambda d: d["mix"]["source"].update(values)


@pytest.mark.parametrize(
    "spoil",
    [
        _huge, _source(path="/nowhere/a\0b.wav"), _source(path="\ud800"), _source(path=" "), _source(stems="\0"), _source(stems="x" * 5000),
        _source(separator="magic"), _source(path="/etc/passwd"), lambda d: d["stems"][0].update(name="nobody"),
        lambda d: d["mix"].update(content_hash=""),
    ],
)  # fmt: skip
def test_what_a_report_asks_for_and_cannot_have_is_one_line(
    run: Run, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[dict], None]
) -> None:
    document = json.loads(report.read_text("utf-8"))
    spoil(document)
    report.write_text(json.dumps(document), encoding="utf-8")
    capsys.readouterr()
    assert run("render", report, "--output", tmp_path / "out") == 3
    only_line(capsys)
    assert contents(tmp_path / "out") == {}


def test_stems_are_kept_for_the_next_time(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_audio(tone(300, 1), tmp_path / "mix.wav", "FLOAT")
    words = ("separate", tmp_path / "mix.wav", "--separator", "embedded", "--output")
    assert run(*words, tmp_path / "one") == 0

    def fail(*_: object) -> None:
        raise AssertionError("separated again")

    monkeypatch.setattr(EmbeddedSeparator, "separate", fail)
    monkeypatch.setattr(EmbeddedSeparator, "separate_into", fail, raising=False)
    assert run(*words, tmp_path / "two") == 0
    # The samples alone: a WAV file with floating-point samples holds the second in which it was written.
    one, two = (
        {path.name: soundfile.read(path)[0].tolist() for path in sorted((tmp_path / name).rglob("*.wav"))} for name in ("one", "two")
    )
    assert one == two and len(one) == 4


def test_what_the_separator_has_to_say_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_audio(tone(300, 2), tmp_path / "mix.wav", "FLOAT")
    (tmp_path / "cache").write_bytes(b"")  # no folder: nothing can be kept
    monkeypatch.setenv("MIXASSISTANT_CACHE", str(tmp_path / "cache"))
    assert run("separate", tmp_path / "mix.wav", "--separator", "embedded", "--output", tmp_path / "out") == 0
    assert "Note: The separated stems could not be kept in the cache" in capsys.readouterr().out


# references


def test_references_that_can_be_read_are_added_and_used(run: Run, song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "library.sqlite3"
    options = ["--library", library, "--device", "cpu", "--separator", "embedded"]
    write_audio(tone(440, 9), tmp_path / "it's “so” 🎸.wav")
    assert run("references", "add", tmp_path / "it's “so” 🎸.wav", tmp_path / "gone.wav", *options) == 3
    shown, errors = capsys.readouterr()
    assert shown.startswith("Added it's “so” 🎸: −")
    assert errors.count("\n") == 1
    assert run("analyze", song, *options) == 0
    assert "against 1 reference\n" in capsys.readouterr().out


# Bad input, as a program of its own

SAMPLES = tone(440, 9).samples.T


def broken_flac(path: Path) -> None:
    soundfile.write(path, SAMPLES, RATE, format="FLAC")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def with_sample(value: float) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        samples = SAMPLES.copy()
        samples[1000] = value
        soundfile.write(path, samples, RATE, subtype="FLOAT")

    return write


def three_hours(path: Path) -> None:
    with soundfile.SoundFile(path, "w", 8000, 1, subtype="PCM_U8") as file:
        for _ in range(180):
            file.write(np.zeros(8000 * 60, np.float32))


BAD: dict[str, Callable[[Path], object]] = {
    "empty.wav": lambda path: path.write_bytes(b""),
    "text.wav": lambda path: path.write_text("not audio " * 100),
    "truncated.flac": broken_flac,
    "no samples.wav": lambda path: soundfile.write(path, np.zeros((0, 2)), RATE),
    "one sample.wav": lambda path: soundfile.write(path, np.zeros((1, 2)), RATE),
    "silence.wav": lambda path: soundfile.write(path, np.zeros((RATE * 4, 2)), RATE),
    "nan.wav": with_sample(np.nan),
    "infinity.wav": with_sample(np.inf),
    "six channels.wav": lambda path: soundfile.write(path, np.zeros((RATE * 4, 6)), RATE),
    "three hours.wav": three_hours,
    "folder": lambda path: path.mkdir(),
    "gone.wav": lambda path: None,
    'two\nlines "and" it\'s 🎸 <script>.wav': lambda path: path.write_text("not audio"),
    "-dash.wav": lambda path: path.write_text("not audio"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="some of these names cannot be there")
@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_bad_input_is_one_line_and_exit_code_3(name: str, tmp_path: Path) -> None:
    BAD[name](tmp_path / name)
    answer = subprocess.run(
        [sys.executable, "-m", "mixassistant", "analyze", "--device", "cpu", str(tmp_path / name), "--output", str(tmp_path / "r.json")],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert (answer.returncode, answer.stdout) == (3, "")
    assert answer.stderr.startswith("mixassistant: ")
    assert answer.stderr.count("\n") == 1
    assert not (tmp_path / "r.json").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_under_the_summary_is_told(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("wb") as full:
        answer = subprocess.run(
            [sys.executable, "-m", "mixassistant", "models", "list"],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment, check=False,
        )  # fmt: skip
    assert answer.returncode == 5
    assert answer.stderr.count("\n") == 1


def test_extract_writes_tables_into_a_folder_that_it_makes(run: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "good.wav", SAMPLES, RATE, subtype="FLOAT")
    out = tmp_path / "new" / "out"
    assert run("extract", tmp_path / "good.wav", "--output", out, "--table", out / "all.csv", "--only", "loudness") == 0
    assert (out / "all.csv").read_text().startswith("track,")
    assert run("extract", tmp_path / "good.wav", "--output", tmp_path / "other", "--table", tmp_path / "all.xlsx") == 2
    assert not (tmp_path / "other").exists()
