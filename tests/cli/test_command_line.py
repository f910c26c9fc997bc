"""The command line as a contract: words in, one line of error and an exit code out."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sample_documents import make_document, make_nasty, make_profile, make_standing, make_suggestions, make_track, make_verification

from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Move, Verification
from mixassistant.cli import commands, main
from mixassistant.cli.terminal import complain, table, terminal_progress
from mixassistant.demo.folder import DemoPaths
from mixassistant.errors import Cancelled, InputError, MissingError, OutputError, UsageError
from mixassistant.library.library import Library
from mixassistant.report.document import dumps, read_document

ROOT = Path(__file__).resolve().parent.parent.parent
Run = Callable[..., int]


@pytest.fixture
def opened() -> list[tuple[Sequence[Path], bool]]:
    return []


@pytest.fixture
def run(opened: list[tuple[Sequence[Path], bool]]) -> Run:
    """Return a runner of commands whose window only remembers what it was opened with."""

    def open_window(files: Sequence[Path], with_demo: bool) -> int:
        opened.append((files, with_demo))
        return 0

    def command(*words: str | Path) -> int:
        try:
            return main([str(word) for word in words], open_window)
        except SystemExit as left:
            return int(left.code or 0)

    return command


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Put a finished analysis in the place of the real one; return the requests that were made."""
    requests: list[Any] = []

    def analyze(request: Any, progress: Any) -> Any:
        requests.append(request)
        return SimpleNamespace(
            track=make_track(),
            profile=make_profile(3),
            suggestions=make_suggestions(),
            moves=make_suggestions()[:3],
            verification=make_verification(),
            warnings=("The stems are rough.",),
            document=make_document,
            standing=make_standing(make_track(), 10),
            section_stands=(),
            delivery=(),
            stage=request.stage,
            stage_hint="The levels are as far out as in rough mixes.",
        )

    monkeypatch.setattr(commands, "run_analysis", analyze)
    return requests


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_bytes(dumps(make_document()))
    return path


def failing(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise error

    return fail


def only_line(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert text.startswith("mixassistant: ")
    assert text.count("\n") == 1
    assert text.endswith("\n")
    return text


# Words and exit codes


@pytest.mark.parametrize(
    "words",
    [
        ["analyze"],
        ["analyze", "a.wav", "--device", "toaster"],
        ["analyze", "a.wav", "--nonsense"],
        ["references"],
        ["references", "add"],
        ["profile", "create"],
        ["separate", "a.wav"],
        ["render", "r.json"],
        ["export", "r.json", "--format", "html"],
        ["models", "dance"],
        ["--nonsense"],
        ["analyze", ""],
        ["analyze", "a.wav", "--stems", " "],
        ["profile", "create", " "],
        ["extract", "a.wav", "--processes", "0"],
        ["extract", "a.wav", "--processes", "many"],
    ],
    ids=" ".join,
)
def test_wrong_words_are_told_on_one_line(words: list[str], run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    line = only_line(capsys)
    assert "--help" in line
    assert "_" not in line  # no name of a function of ours


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x", "wrong", "right it"), 2),
        (InputError("x", "cannot read “a\nb\x1b[31m.wav”", "export it again"), 3),
        (MissingError("x", "no weights"), 4),
        (OutputError("x", "disk full"), 5),
        (Cancelled(), 130),
        (KeyboardInterrupt(), 130),
        (RuntimeError("CUDA out of memory\nand so on"), 1),
        (MemoryError(), 1),
    ],
)
def test_every_error_is_one_line_and_an_exit_code(
    error: BaseException, code: int, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "run_analysis", failing(error))
    assert run("analyze", "a.wav") == code
    assert "\x1b" not in only_line(capsys)


def test_a_bug_says_so_and_how_to_see_more(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(commands, "run_analysis", failing(KeyError("nothing")))
    run("analyze", "a.wav")
    line = only_line(capsys)
    assert "KeyError" in line
    assert "--debug" in line


@pytest.mark.parametrize("words", [("--debug", "analyze", "a.wav"), ("analyze", "a.wav", "--debug")], ids=["before", "after"])
def test_debug_adds_the_traceback(
    words: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "run_analysis", failing(InputError("x", "cannot read it")))
    assert run(*words) == 3
    text = capsys.readouterr().err
    assert "Traceback" in text
    assert "mixassistant: cannot read it" in text


# The window


def test_no_command_opens_the_window(run: Run, opened: list[Any]) -> None:
    assert run() == 0
    assert opened == [([], False)]


@pytest.mark.parametrize("words", [(), ("gui",)], ids=["files alone", "gui"])
def test_files_open_in_the_window(words: tuple[str, ...], run: Run, opened: list[Any], tmp_path: Path) -> None:
    song = tmp_path / 'it\'s "so" 🎸.wav'
    song.write_bytes(b"")
    assert run(*words, song) == 0
    assert opened == [([song], False)]


def test_a_mistyped_command_opens_no_window(run: Run, opened: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("analise") == 3
    assert "no command and no file “analise”" in only_line(capsys)
    assert opened == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display there")
def test_without_a_display_the_window_is_refused(
    run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert run() == 4
    assert "no display" in only_line(capsys)
    assert opened == []


# analyze


def test_every_option_of_analyze_reaches_the_request(
    run: Run, analysed: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where the library is made
    words = "analyze mix.wav --stems stems --reference a.wav --reference b --library l.sqlite3 --separator embedded"
    assert (
        run(
            *words.split(),
            "--device",
            "cpu",
            "--role",
            "LEAD=GTR=other",
            "--dislike",
            "c",
            "--dislike",
            "d.wav",
            "--match",
            "eq=50",
            "--stage",
            "rough",
        )
        == 0
    )
    (request,) = analysed
    assert (request.path, request.stems, request.references) == (Path("mix.wav"), Path("stems"), (Path("a.wav"), Path("b")))
    assert (request.profile, request.library) == ("", Path("l.sqlite3"))
    assert (request.separator, request.device, request.roles) == ("embedded", "cpu", {"LEAD=GTR": "other"})
    assert (request.disliked, request.strengths) == ((Path("c"), Path("d.wav")), {"eq": 0.5})
    assert request.stage == "rough"


def test_all_outputs_of_one_analysis_are_written(run: Run, analysed: list[Any], tmp_path: Path) -> None:
    files = [tmp_path / f"it's “so” 🎸.{suffix}" for suffix in ("json", "html", "pdf", "md")]
    assert run("analyze", "mix.wav", *(word for file in files for word in ("--output", file))) == 0
    assert len(analysed) == 1
    assert read_document(files[0]) == make_document()
    assert files[1].read_text("utf-8").lstrip().lower().startswith("<!doctype html")
    assert files[2].read_bytes().startswith(b"%PDF")
    assert files[3].stat().st_size > 0


@pytest.mark.parametrize(
    ("output", "code"),
    [("report.txt", 2), ("report", 2), ("nowhere/report.json", 5), ("folder.json", 5), ("n" * 300 + ".json", 5), ("file/report.json", 5)],
    ids=["unknown suffix", "no suffix", "no folder", "a folder", "long name", "in a file"],
)
def test_a_bad_output_is_told_before_any_work(
    output: str, code: int, run: Run, analysed: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file").write_bytes(b"")
    assert run("analyze", "mix.wav", "--output", tmp_path / output) == code
    only_line(capsys)
    assert analysed == []


def test_a_bad_role_is_told_before_any_work(run: Run, analysed: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("analyze", "mix.wav", "--role", "KICK=cowbell") == 2
    assert "drums, bass, vocals, other" in only_line(capsys)
    assert analysed == []


def summarised(monkeypatch: pytest.MonkeyPatch, profile: Any, suggestions: Any, proof: Verification, standing: Any = ()) -> None:
    """Put an analysis with these findings in the place of the real one."""
    moves = tuple(s for s in suggestions if isinstance(s, Move))
    found = SimpleNamespace(
        track=make_track(), profile=profile, suggestions=suggestions, moves=moves, warnings=(), verification=proof,
        document=partial(make_document, suggestions=suggestions),
        standing=standing, section_stands=(), delivery=(), stage="working", stage_hint="",
    )  # fmt: skip
    monkeypatch.setattr(commands, "run_analysis", lambda request, progress: found)


@pytest.mark.parametrize(
    ("after", "said"), [(0.71, "; 0.7 after these moves."), (1.31, "; 1.3 after these moves."), (1.08, ", and the same after these moves.")]
)
def test_the_summary_says_how_far_off_it_is_before_and_after(
    after: float, said: str, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summarised(monkeypatch, make_profile(0), make_suggestions(), Verification(1.08, after))
    assert run("analyze", "mix.wav") == 0
    assert f"times the usual spread from finished songs{said}" in capsys.readouterr().out


def test_without_moves_the_summary_says_what_lies_outside_and_the_largest_differences(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    check = make_suggestions()[3]
    for suggestions in ((check,), ()):
        summarised(monkeypatch, make_profile(12), suggestions, Verification(1, 1), make_standing(make_track()))
        assert run("analyze", "mix.wav") == 0
        *said, sections = capsys.readouterr().out.splitlines()
        assert sections.startswith("Sections: A ")
        assert said[-3:] == [
            "Vocals 2.0 LU quieter than the quietest tenth of your references; no move is suggested for it. "
            "One more value lies outside its range without a move.",
            "  Vocals, level: −9.1 LU, quieter than 12 of 12 references (2.9 LU below their middle half)",
            "  Bass, mids (360–890 Hz): −23.2 dB, more than 12 of 12 references (2.3 dB above their middle half)",
        ]
    inside = tuple(stand for stand in make_standing(make_track()) if stand.where == "inside" and abs(stand.outside_by) < 1e-6)
    summarised(monkeypatch, make_profile(12), (), Verification(1, 1), inside)
    assert run("analyze", "mix.wav") == 0
    assert "Everything lies within the range of your 12 references; no move is suggested.\nSections: " in capsys.readouterr().out


def test_a_stage_that_there_is_not_is_refused(run: Run, analysed: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("analyze", "mix.wav", "--stage", "mastered") == 2
    assert "rough" in only_line(capsys) and analysed == []


def test_the_summary_writes_true_minus_signs(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    summarised(monkeypatch, make_profile(3), (make_suggestions("take -2")[0],), Verification(1, 1))
    assert run("analyze", "mix.wav") == 0
    assert "“take -2” (vocals): +4.0 dB. 4.0 LU too quiet" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        "--profile rock --reference a.wav",
        "--only level --match eq=50",
        "--role KICK=drums --role KICK=bass",
        "--replace drums=a.wav --replace drums=b.wav",
    ],
)
def test_options_that_contradict_each_other_are_refused_before_any_work(
    words: str, run: Run, analysed: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("analyze", "mix.wav", *words.split()) == 2
    only_line(capsys)
    assert analysed == []


def test_a_profile_alone_reaches_the_request(run: Run, analysed: list[Any]) -> None:
    assert run("analyze", "mix.wav", "--profile", "rock") == 0
    assert analysed[0].profile == "rock"


@pytest.mark.parametrize(("words", "absent"), [("", None), ("--without Vocals --without bass", ("bass", "vocals")), ("--without none", ())])
def test_what_a_song_does_not_have_is_said_or_taken_back(run: Run, analysed: list[Any], words: str, absent: Any) -> None:
    assert run("analyze", "mix.wav", *words.split()) == 0
    assert analysed[0].absent == absent


@pytest.mark.parametrize("words", ["--without singing", "--without none --without bass"])
def test_an_absence_that_cannot_be_read_is_told_before_any_work(
    run: Run, analysed: list[Any], capsys: pytest.CaptureFixture[str], words: str
) -> None:
    assert run("analyze", "mix.wav", *words.split()) == 2
    assert "give one of drums, bass, vocals, other, or none by itself" in capsys.readouterr().err and not analysed


def test_roles_are_read_in_any_case(run: Run, analysed: list[Any]) -> None:
    assert run("analyze", "mix.wav", "--role", "KICK=Drums") == 0
    assert analysed[0].roles == {"KICK": "drums"}


def test_without_outputs_a_summary_is_shown(run: Run, analysed: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("analyze", "mix.wav") == 0
    shown, errors = capsys.readouterr()
    stems = make_track().stems
    assert f"({len(stems)} stems): −9.8 LUFS" in shown and all(s.origin == "supplied" for s in stems)
    assert "3 references" in shown
    for suggestion in make_suggestions():
        assert sentence(suggestion) in shown
    assert "1.1 times the usual spread from your 3 references; 0.7 after these moves." in shown
    assert "Note: The stems are rough." in shown
    assert "Note: The levels are as far out as in rough mixes." in shown
    assert errors == ""


# demo


@pytest.mark.parametrize("display", ["", ":7"])
def test_the_demo_is_a_rough_mix_beside_other_songs_and_then_beside_its_earlier_mix(
    display: str, run: Run, analysed: list[Any], opened: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(commands, "_has_display", lambda: bool(display))
    made = DemoPaths(tmp_path / "song", (tmp_path / "one", tmp_path / "two"), tmp_path / "earlier")
    monkeypatch.setattr("mixassistant.demo.folder.write_demo", lambda folder, progress: made)
    assert run("demo", "--output", tmp_path) == 0
    assert [(request.path, request.references, request.stage) for request in analysed] == [
        (made.mix, made.references, "rough"),
        (made.mix, (made.earlier,), "rough"),
    ]
    written = {f"{name}{suffix}" for name in ("report", "report-earlier-mix") for suffix in (".json", ".html", ".pdf")}
    assert {path.name for path in tmp_path.iterdir()} == written
    told = capsys.readouterr().out
    assert str(tmp_path / "report.html") in told and str(tmp_path / "report-earlier-mix.html") in told
    assert told.count("integrated, true peak") == 1
    assert opened == ([([], True)] if display else [])


# References and profiles


@pytest.fixture
def referenced(tmp_path: Path) -> Path:
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        for number, name in enumerate(("One", "Two\n\x1b[31m", "Three")):
            song = tmp_path / f"{number}.wav"
            song.write_bytes(b"")
            library.references.add(song, replace(make_track(name), content_hash=f"{number:064}"))
    return path


def test_references_are_listed_with_what_is_missing(run: Run, referenced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "2.wav").unlink()
    assert run("references", "list", "--library", referenced) == 0
    shown = capsys.readouterr().out
    assert len(shown.splitlines()) == 4
    assert "\x1b" not in shown
    assert re.search(r"3 +liked +Three +.*2\.wav \(missing\)", shown)


def test_references_are_disliked_liked_and_removed(run: Run, referenced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("references", "dislike", "1", "Three", "--library", referenced) == 0
    assert [line.rpartition(" is ")[2] for line in capsys.readouterr().out.splitlines()] == ["disliked", "disliked"]
    with Library(referenced) as library:
        assert [r.id for r in library.references.all(liked=False)] == [1, 3]
    assert run("references", "like", tmp_path / "0.wav", "--library", referenced) == 0
    assert capsys.readouterr().out.endswith(" is liked\n")
    assert run("references", "remove", "2", "--library", referenced) == 0
    with Library(referenced) as library:
        assert [(r.id, r.liked) for r in library.references.all()] == [(1, True), (3, False)]


def test_one_unknown_reference_changes_none(run: Run, referenced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("references", "remove", "1", "nobody", "--library", referenced) == 3
    only_line(capsys)
    with Library(referenced) as library:
        assert len(library.references.all()) == 3


def test_a_profile_is_made_of_named_references_or_of_all_liked(run: Run, referenced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("references", "dislike", "2", "--library", referenced)
    assert run("profile", "create", "two", "1", "2", "--library", referenced) == 0
    assert run("profile", "create", "liked", "--library", referenced) == 0
    with Library(referenced) as library:
        assert library.profiles.counts() == (("liked", 2), ("two", 2))
        assert [r.id for r in library.profiles.references_of("liked")] == [1, 3]
    capsys.readouterr()
    assert run("profile", "list", "--library", referenced) == 0
    assert "two" in capsys.readouterr().out


def test_a_reference_that_is_named_twice_counts_once(run: Run, referenced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("profile", "create", "mine", "1", "1", "One", "--library", referenced) == 0
    assert capsys.readouterr().out == "Profile mine: 1 reference\n"


def test_an_unknown_profile_is_told(run: Run, referenced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("profile", "show", "nope", "--library", referenced, "--device", "cpu", "--separator", "embedded") == 4
    assert "nope" in only_line(capsys)


def test_a_corrupt_library_is_told_and_kept(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"no library " * 1000)
    assert run("references", "list", "--library", path) == 5
    assert str(path) in only_line(capsys)
    assert path.read_bytes() == b"no library " * 1000


# export and models


@pytest.mark.parametrize(("name", "suffix"), [("html", "html"), ("pdf", "pdf"), ("markdown", "md"), ("md", "md"), ("json", "json")])
def test_a_report_is_exported(name: str, suffix: str, run: Run, report: Path, tmp_path: Path) -> None:
    output = tmp_path / f"out.{suffix}"
    assert run("export", report, "--format", name, "--output", output) == 0
    assert output.stat().st_size > 100


def test_a_hostile_report_is_exported_harmlessly(run: Run, tmp_path: Path) -> None:
    source, output = tmp_path / "in.json", tmp_path / "out.html"
    source.write_bytes(dumps(make_nasty()))
    assert run("export", source, "--format", "html", "--output", output) == 0
    assert "<script>alert" not in output.read_text("utf-8")


@pytest.mark.parametrize(("name", "output", "code"), [("docx", "out.docx", 2), ("html", "out.pdf", 2), ("html", "nowhere/out.html", 5)])
def test_an_export_that_cannot_be_is_told(
    name: str, output: str, code: int, run: Run, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", report, "--format", name, "--output", tmp_path / output) == code
    only_line(capsys)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", json.dumps({"schema": "mixassistant.report/999"}).encode()])
@pytest.mark.parametrize("command", ["export", "render"])
def test_what_is_no_report_is_told(command: str, content: bytes, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.json"
    source.write_bytes(content)
    words = ["--format", "html", "--output", tmp_path / "out.html"] if command == "export" else ["--output", tmp_path / "out"]
    assert run(command, source, *words) == 3
    only_line(capsys)


@pytest.mark.parametrize(
    ("words", "code"),
    [(["install", "nothing"], 2), (["install", "htdemucs"], 2), (["install", "htdemucs", "/nowhere.th"], 4), (["remove", "nothing"], 2)],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_models_that_cannot_be_had_are_told(words: list[str], code: int, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("models", *words) == code
    only_line(capsys)


def test_removing_weights_that_are_not_there_is_no_error(run: Run) -> None:
    assert run("models", "remove", "htdemucs") == 0


# The terminal


def test_progress_is_silent_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    terminal_progress()("Reading", 0.5)
    assert capsys.readouterr().err == ""


def test_progress_redraws_one_line_of_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    clock = iter([100.0, 100.01, 200.0, 300.0])
    monkeypatch.setattr("mixassistant.cli.terminal.time.monotonic", lambda: next(clock))
    progress = terminal_progress()
    for fraction in (0.1, 0.11, 0.5, 1.0):
        progress("Reading a\nb\x1b[31m.wav", fraction)
    shown = capsys.readouterr().err
    assert "\n" not in shown
    assert "[31m" in shown.replace("\x1b[31m", "")
    assert re.findall(r"(\d+)%", shown) == ["10", "50"]
    assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("elapsed_s", "fraction", "left"),
    [
        (1.0, 0.5, ""),
        (20.0, 0.02, ""),
        (20.0, 0.5, ", about 20 s left"),
        (60.0, 0.25, ", about 3 min left"),
        (600.0, 0.05, ", about 3 h 10 min left"),
    ],
)
def test_progress_tells_the_time_left(
    elapsed_s: float, fraction: float, left: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    clock = iter([100.0, 100.0 + elapsed_s])
    monkeypatch.setattr("mixassistant.cli.terminal.time.monotonic", lambda: next(clock))
    progress = terminal_progress()
    progress("Reading", 0.0)
    capsys.readouterr()
    progress("Reading", fraction)
    assert capsys.readouterr().err == f"\r\x1b[K{fraction:4.0%} Reading{left}"


@pytest.mark.parametrize("name", ["x" * 300, "漢字" * 100])
def test_progress_never_wraps(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    terminal_progress()(name, 0.5)
    line = capsys.readouterr().err.removeprefix("\r\x1b[K")
    assert sum(2 if unicodedata.east_asian_width(c) == "W" else 1 for c in line) < 40
    assert line.endswith("…")


def test_an_error_takes_the_place_of_the_progress(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    complain("cannot read it")
    assert capsys.readouterr().err == "\r\x1b[Kmixassistant: cannot read it\n"


def test_a_table_keeps_its_columns() -> None:
    assert table([["a", "bb"], ["ccc\nd", "e"]]) == "a      bb\nccc d  e"


# As a program of its own


def start(*words: str, **options: Any) -> subprocess.Popen[bytes]:
    # Python must buffer its output as it does for users, else a broken pipe is met earlier than it would be.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.Popen([sys.executable, "-m", "mixassistant", *words], cwd=ROOT, env=environment, **options)


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start("models", "list", stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", ["models list", "--help", "analyze --help", "--version"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_under_any_output_is_told(words: str, unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "mixassistant", *words.split()]
        answer = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=ROOT, env=environment, check=False)
        assert (answer.returncode, answer.stderr.count(b"\n")) == (5, 1), answer.stderr
        # Nor can the error itself be told.
        assert subprocess.run(command, stdout=full, stderr=full, cwd=ROOT, env=environment, check=False).returncode == 5


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes streams")
def test_closed_streams_are_told_by_the_code() -> None:
    command = f"{sys.executable} -m mixassistant models list"
    for closed, code in ((">&-", 5), ("<&- >&- 2>&-", 5), ("2>&- >/dev/null", 0)):
        assert subprocess.run(f"{command} {closed}", shell=True, cwd=ROOT, stderr=subprocess.DEVNULL, check=False).returncode == code
    assert subprocess.run(f"{command[:-4]}frobnicate 2>&-", shell=True, cwd=ROOT, check=False).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be removed there")
def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    command = f"mkdir gone && cd gone && rmdir ../gone && {sys.executable} -m mixassistant references list"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(command, shell=True, capture_output=True, cwd=tmp_path, env=environment, check=False)
    assert (answer.returncode, answer.stderr) == (3, b"mixassistant: the folder that you are in is gone: change to another\n")


def test_what_libraries_warn_programmers_of_is_logged_and_not_shown(tmp_path: Path) -> None:
    environment = {**os.environ, "MIXASSISTANT_DATA": str(tmp_path)}
    program = "import sys, warnings; from mixassistant.cli import main, models; "
    program += "models.models_list = lambda p: warnings.warn('divide by zero', RuntimeWarning); "
    program += "sys.exit(main(sys.argv[1:], lambda files, demo: 0))"
    command = [sys.executable, "-c", program, "models", "list"]
    answer = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, check=False)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert "divide by zero" in (tmp_path / "mixassistant.log").read_text("utf-8")
    answer = subprocess.run([*command, "--debug"], capture_output=True, cwd=ROOT, env=environment, check=False)
    assert b"divide by zero" in answer.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_interrupting_while_it_starts_leaves_no_traceback() -> None:
    program = (
        "import signal, sys, threading\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from mixassistant.__main__ import main\n"
        "class Slow:\n"
        " def find_spec(self, name, path, target=None):\n"
        "  if name == 'mixassistant.cli': print('importing', flush=True); threading.Event().wait(60)\n"
        "sys.meta_path.insert(0, Slow())\n"
        "sys.exit(main(['models', 'list']))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, b"mixassistant: Cancelled\n")


def test_a_terminal_without_the_signs_is_no_error() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    program = "import sys; from mixassistant.cli import main, models; models.models_list = lambda p: print('→ 🎸'); "
    program += "sys.exit(main(['models', 'list'], lambda files, demo: 0))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, env=environment, check=False)
    assert (answer.returncode, answer.stderr) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_interrupting_ends_with_its_own_code() -> None:
    program = (
        # A job in the background of a shell starts with the signal ignored; the test is about one that is not.
        "import signal, sys, threading; from mixassistant.cli import commands, main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def wait(request, progress):\n print('working', flush=True); threading.Event().wait(60)\n"
        "commands.run_analysis = wait\nsys.exit(main(['analyze', 'a.wav'], lambda files, demo: 0))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, b"mixassistant: Cancelled\n")
