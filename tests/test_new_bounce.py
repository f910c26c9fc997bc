"""A song is analysed, moves are accepted and rendered into a new bounce: it is known for a version, and the moves are found in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from sample_documents import make_move

from mixassistant.__main__ import main
from mixassistant.advice.decision import Decision, accepted
from mixassistant.analysis import Analysis, Request, analyze
from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.write import write_audio
from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.bounces import compare_bounces, find_earlier, keep_version
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain, gathered
from mixassistant.profiles.recognition import are_versions
from mixassistant.progress import silent
from mixassistant.project.file import write_project
from mixassistant.project.finding import known
from mixassistant.project.project import Audio as ProjectAudio
from mixassistant.project.project import Mix, Project
from mixassistant.report.document import dumps
from mixassistant.report.version import version_of
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES
from signals import music

PARTS = {role: music(i, duration_s=8.0) for i, role in enumerate(ROLES)}
ROUGH = {"vocals": Chain(gain_db=-6.0), "other": Chain((Band("bell", 900.0, 6.0, 1.0),))}
MASTER_DB = -4.0  # that the new bounce as a whole is turned down by


def write_song(folder: Path, *chains: Mapping[str, Chain], gain_db: float = 0.0) -> Path:
    folder.mkdir()
    for role, audio in PARTS.items():
        for made in chains:
            audio = render(audio, made.get(role, Chain()))
        write_audio(Audio(audio.samples * np.float32(10 ** (gain_db / 20)), audio.sample_rate_hz), folder / f"{role}.wav", "FLOAT")
    return folder


@dataclass(frozen=True)
class First:
    """The first bounce with all of its moves accepted, and what makes a later one."""

    folder: Path
    analysis: Analysis
    decisions: dict[str, Decision]

    @property
    def library(self) -> Path:
        return self.folder / "library.sqlite3"

    def chains(self, *left_out: str) -> dict[str, Chain]:
        """Return what the accepted moves do to each role, without those that are left out."""
        moves = [(move.place, chain) for move, chain in accepted(self.analysis.moves, self.decisions) if move.id not in left_out]
        return {place.role: chain for place, chain in gathered(moves).items()}

    def analyse(self, path: Path) -> Analysis:
        return analyze(Request(path, references=(self.folder / "liked",), library=self.library))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    folder = tmp_path_factory.mktemp("bounces")
    write_song(folder / "liked")
    analysis = analyze(Request(write_song(folder / "v1", ROUGH), references=(folder / "liked",), library=folder / "library.sqlite3"))
    made = First(folder, analysis, {move.id: Decision(True, 1.0) for move in analysis.moves})
    assert {"vocals-level", "other-eq"} <= set(made.decisions)
    assert all(move.place in (Place(role) for role in ROLES) for move in analysis.moves)
    keep_version(Core(made.library), analysis, made.decisions, silent)
    return made


@pytest.mark.parametrize(
    ("name", "left_out", "answers"),
    [
        ("all", (), {"arrived"}),
        ("none", ("vocals-level", "other-eq"), {"not yet"}),
        ("one", ("vocals-level",), {"arrived", "not yet"}),
    ],
)
def test_what_was_rendered_into_a_new_bounce_arrived_and_what_was_not_did_not(
    first: First, name: str, left_out: tuple[str, ...], answers: set[str]
) -> None:
    core, rest = Core(first.library), tuple(id_ for id_ in first.decisions if name == "none")
    new = first.analyse(write_song(first.folder / name, ROUGH, first.chains(*left_out, *rest), gain_db=MASTER_DB))
    found = find_earlier(core, new, (), silent)
    assert found.version is not None and found.version.name == "v1" and not found.is_said  # it is asked about
    comparison = compare_bounces(core, found.version, new, silent).comparison
    told = {move["id"]: move["answer"] for move in comparison["moves"]}
    assert set(told) == set(first.decisions) and set(told.values()) == answers
    if name == "one":
        assert told["vocals-level"] == "not yet" and told["other-eq"] == "arrived"
    loudness = next(c for c in comparison["changes"] if (c["place"], c["dimension"]) == ("mix", "lufs"))
    assert loudness["is_heard"]


@pytest.mark.parametrize(("is_done", "answer"), [(True, "arrived"), (False, "not yet")])
def test_a_bounce_without_stems_is_compared_with_what_the_same_separator_makes_of_the_one_before(
    real_music: Path, tmp_path: Path, is_done: bool, answer: str
) -> None:
    file = real_music / "musdb18-7s" / "train" / "James May - Dont Let Go.stem.mp4"
    if not file.is_file():
        pytest.skip("needs a song with its stems")
    moves = (make_move("vocals", Chain(gain_db=6.0)), make_move("drums", Chain((Band("high_shelf", 5000.0, -8.0, 0.71),))))
    core, decisions = Core(tmp_path / "library.sqlite3"), {move.id: Decision(True) for move in moves}
    old = replace(analyze(Request(file, library=core.library)), suggestions=moves)
    keep_version(core, old, decisions, silent)
    chains = {move.place.role: move.chain for move in moves} if is_done else {}
    whole = mix([render(stem.audio, chains.get(stem.role, Chain())) for stem in old.song.stems])
    write_audio(Audio(whole.samples * np.float32(0.6), whole.sample_rate_hz), tmp_path / "v2.wav", "FLOAT")
    new = analyze(Request(tmp_path / "v2.wav", library=core.library, separator="embedded"))
    found = find_earlier(core, new, (), silent)
    assert (old.track.origin, new.track.origin) == ("supplied", "embedded") and found.version is not None
    told = {move["id"]: move["answer"] for move in compare_bounces(core, found.version, new, silent).comparison["moves"]}
    assert set(told.values()) == {answer}


def test_another_song_is_no_version(first: First) -> None:
    other = first.folder / "other song"
    other.mkdir()
    for index, role in enumerate(ROLES):
        write_audio(music(index + 20, duration_s=8.0), other / f"{role}.wav")
    assert find_earlier(Core(first.library), first.analyse(other), (), silent).version is None


def test_a_part_of_a_song_and_a_louder_one_are_versions() -> None:
    from mixassistant.features.fingerprint import fingerprint, pack, unpack
    from mixassistant.features.representations import Representations

    def printed(audio: Audio) -> np.ndarray:
        return unpack(pack(fingerprint(Representations(audio))))

    whole = mix(list(PARTS.values()))
    cut = Audio(np.ascontiguousarray(whole.samples[:, 2 * whole.sample_rate_hz :]), whole.sample_rate_hz)
    loud = Audio(np.asarray(np.tanh(3 * whole.samples), dtype=np.float32), whole.sample_rate_hz)
    other = mix([music(index + 20, duration_s=8.0) for index in range(4)])
    assert are_versions(printed(whole), printed(cut)) and are_versions(printed(whole), printed(loud))
    assert not are_versions(printed(whole), printed(other))  # on the same grid of beats


def test_the_command_line_compares_two_reports(first: First, capsys: pytest.CaptureFixture[str]) -> None:
    new = first.analyse(write_song(first.folder / "v2", ROUGH, first.chains("vocals-level"), gain_db=MASTER_DB))
    old_file, new_file = first.folder / "old.json", first.folder / "new.json"
    old_file.write_bytes(dumps(first.analysis.document(first.decisions)))
    new_file.write_bytes(dumps(new.document()))
    assert main(["compare", str(old_file), str(new_file)]) == 0
    told = capsys.readouterr().out
    assert f"of {len(first.decisions)} accepted moves arrived" in told and "○ not yet" in told and "✓ arrived" in told
    outputs = [first.folder / f"changes{suffix}" for suffix in (".json", ".html", ".md")]
    assert main(["compare", str(old_file), str(new_file), *(word for file in outputs for word in ("--output", str(file)))]) == 0
    assert json.loads(outputs[0].read_text("utf-8"))["schema"] == "mixassistant.comparison/1"
    assert all("arrived" in file.read_text("utf-8") for file in outputs)
    assert main(["compare", str(old_file), str(new_file), "--output", str(first.folder / "changes.pdf")]) == 2
    assert main(["compare", str(old_file), str(first.folder / "v1")]) == 3
    before = old_file.read_bytes()
    assert main(["compare", str(old_file), str(new_file), "--output", str(old_file)]) == 2
    assert old_file.read_bytes() == before


def test_the_command_line_analyses_a_project_with_its_decisions_and_beside_the_version_before(
    first: First, capsys: pytest.CaptureFixture[str]
) -> None:
    version = version_of(first.analysis.track, first.analysis.document(first.decisions), first.folder / "v1")
    write_song(first.folder / "v3", ROUGH, first.chains(), gain_db=MASTER_DB)
    project = Project(
        Mix(known(first.folder / "v3")), references=(known(first.folder / "liked"),), decisions={}, versions=(version,)
    )  # fmt: skip
    file, report = first.folder / "song.mixassistant", first.folder / "report.json"
    write_project(project, file)
    words = ["--library", str(first.library), "--output", str(report)]
    assert main(["analyze", str(file), *words]) == 0
    document = json.loads(report.read_text("utf-8"))
    assert {move["answer"] for move in document["comparison"]["moves"]} == {"arrived"}
    assert document["profile"]["reference_names"] == ["liked"]
    decided = Project(Mix(known(first.folder / "v1")), references=(known(first.folder / "liked"),), decisions=first.decisions)
    write_project(decided, file)
    assert main(["analyze", str(file), *words]) == 0
    answers = {entry["decision"]["answer"] for entry in json.loads(report.read_text("utf-8"))["suggestions"] if entry["type"] == "move"}
    assert answers == {"accepted"}
    write_project(Project(Mix(known(first.folder / "gone"))), file)
    capsys.readouterr()
    assert main(["analyze", str(file), *words]) == 3
    assert "is neither where it was nor beside the project" in capsys.readouterr().err


def test_what_a_project_names_and_is_not_there_is_said_in_a_line_each(first: First, capsys: pytest.CaptureFixture[str]) -> None:
    file, report = first.folder / "song.mixassistant", first.folder / "report.json"
    liked, no_name = known(first.folder / "liked"), ProjectAudio(Path("/" + "a" * 5000))  # longer than a system takes
    write_project(Project(Mix(known(first.folder / "v1")), "Night", (no_name, liked)), file)
    assert main(["analyze", str(file), "--library", str(first.library), "--output", str(report)]) == 0
    assert json.loads(report.read_text("utf-8"))["profile"]["reference_names"] == ["liked"]
    profile, reference = capsys.readouterr().err.strip().splitlines()
    assert "there is no profile “Night”" in profile and "1 of the 2 references" in reference
