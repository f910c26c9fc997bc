"""The main job and what is around it: `analyze`, `export`, `demo` and the window; each calls the library and prints what came of it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from mixassistant.advice.decision import UNDECIDED, Decisions
from mixassistant.advice.sentences import sentence
from mixassistant.advice.sentences.delivery import delivery_sentence
from mixassistant.advice.suggestion import Move, Suggestion, Verification
from mixassistant.analysis import Analysis, Request, keep_decision
from mixassistant.analysis import analyze as run_analysis
from mixassistant.cli.decisions import Given, given
from mixassistant.cli.delivery import targets_named
from mixassistant.cli.files import check_outputs, make_folder, stream_of
from mixassistant.cli.profiles import chosen
from mixassistant.cli.projects import open_project
from mixassistant.cli.taste import strengths
from mixassistant.cli.terminal import one_line, plain, say, terminal_progress
from mixassistant.errors import InputError, MissingError, UsageError
from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.library.library import Library
from mixassistant.profiles.standing import largest_first
from mixassistant.progress import part
from mixassistant.project.file import is_project
from mixassistant.report.cards import Card, build_cards
from mixassistant.report.decided import decided_text, is_decided
from mixassistant.report.document import Document, read_document
from mixassistant.report.formats import write_report
from mixassistant.report.outcome import outcome_text
from mixassistant.report.section_tables import choruses_line, sections_line
from mixassistant.report.standing_words import stand_text
from mixassistant.report.version import with_decisions
from mixassistant.stems.stem import ROLES, Role

FIRST_STANDS = 3  # differences that the summary names
DEMO_VERSIONS = "report-earlier-mix"  # the demo song beside an earlier mix of it


def _roles(words: Iterable[str]) -> dict[str, Role]:
    found: dict[str, Role] = {}
    for word in words:
        name, _, wanted = word.rpartition("=")
        role = next((r for r in ROLES if r == wanted.strip().lower()), None)
        if not name.strip() or role is None:
            raise UsageError("bad-role", f"cannot read --role “{word}”", f"write STEM=ROLE with one of {', '.join(ROLES)}")
        if found.get(name, role) != role:
            raise UsageError("two-roles", f"“{name}” cannot be {found[name]} and {role} at once", "give each stem one --role")
        found[name] = role
    return found


def _absent(words: Iterable[str]) -> tuple[Role, ...] | None:
    """Return the roles that a song does not have; ``None`` where nothing is said of it."""
    given = [word.strip().lower() for word in words]
    unknown = next((word for word in given if word not in (*ROLES, "none")), None)
    if unknown is not None or ("none" in given and len(given) > 1):
        raise UsageError(
            "bad-absence", f"cannot read --without “{unknown or 'none'}”", f"give one of {', '.join(ROLES)}, or none by itself"
        )
    return tuple(role for role in ROLES if role in given) if given else None


def _replacements(words: Iterable[str]) -> tuple[tuple[Role, Path], ...]:
    found: dict[Role, Path] = {}
    for word in words:
        name, _, file = word.partition("=")
        role = next((r for r in ROLES if r == name.strip().lower()), None)
        if not file.strip() or role is None:
            raise UsageError("bad-replacement", f"cannot read --replace “{word}”", f"write ROLE=FILE with one of {', '.join(ROLES)}")
        if role in found:
            raise UsageError("two-replacements", f"two files are given for the {role}", "give one --replace for each role")
        found[role] = Path(file)
    return tuple(found.items())


def analyze(parsed: argparse.Namespace) -> int:
    """Analyse one mix."""
    check_outputs(parsed.output)
    wanted = given(parsed)
    if parsed.profile and parsed.reference:
        raise UsageError("two-profiles", "--profile and --reference say different things to compare with", "give one of them")
    request = Request(
        parsed.path,
        parsed.stems,
        tuple(parsed.reference),
        parsed.profile or ("" if parsed.reference or is_project(parsed.path) else chosen(parsed.library)),
        parsed.library,
        parsed.separator,
        parsed.device,
        _roles(parsed.role),
        _replacements(parsed.replace),
        tuple(parsed.dislike),
        strengths(parsed.match, parsed.only),
        parsed.stage,
        absent=_absent(parsed.without),
        stream=stream_of(parsed),
        called=parsed.called,
        targets=targets_named(parsed.target),
    )
    opened = open_project(parsed.path, request) if is_project(parsed.path) else None
    progress = terminal_progress()
    analysis = run_analysis(opened.request if opened else request, part(progress, 0.0, 0.9))
    kept, now = _decided(analysis, wanted, parsed, opened.decisions if opened else UNDECIDED)
    decisions = {**kept, **now}
    proof = analysis.proof(decisions, part(progress, 0.9, 1.0)) if decisions else None
    document = analysis.document(decisions=decisions, proof=proof)
    if opened:
        document = opened.compared(document)
    progress("Done", 1.0)
    for file in parsed.output:
        write_report(document, file)
    if not parsed.output:
        say(summary(analysis, document, proof))
    if kept and is_decided(document):
        say(f"Decisions of this mix that you made before: {plain(decided_text(with_decisions(document, kept)))}")
    return 0


def _decided(analysis: Analysis, wanted: Given, parsed: argparse.Namespace, of_project: Decisions) -> tuple[Decisions, Decisions]:
    """Return what was decided on a mix before, and what is given, and kept, now.

    What a project file says was decided counts before what the library remembers.
    """
    moves = {move.id: move for move in analysis.moves}
    with Library(parsed.library) as library:
        before = {} if parsed.undecided else {**library.answers.decisions(analysis.track.content_hash), **of_project}
        kept = {name: decision for name, decision in before.items() if name in moves}
        now = wanted.on(moves, kept)
        for name, decision in () if library.is_read_only else now.items():
            keep_decision(library, analysis, name, decision)
    return kept, now


def summary(analysis: Analysis, document: Document, proof: Verification | None = None) -> str:
    """Return what an analysis found and what is decided on it, for the terminal; `proof` is that of the accepted moves."""
    track = analysis.track
    decided = decided_text(document)
    shown = [REGISTRY[i].format(scalar(track.mix, i)) for i in ("lufs", "true_peak", "psr")]
    count = len(analysis.profile.references)
    against = f"{count} reference{'s' if count != 1 else ''}" if count else "the factory profile"
    stems = sum(s.origin == "supplied" for s in track.stems)  # says that a folder was taken for the stems of one song
    name = one_line(track.name) + (f" ({stems} stems)" if stems > 1 else "")
    return "\n".join(
        [
            f"{name}: {shown[0]} integrated, true peak {shown[1]}, peak to short-term {shown[2]}; against {against}",
            *([f"Decided: {plain(decided)}"] if decided else []),
            "",
            *(f"{card.priority}. {_line(card, s)}" for card, s in zip(build_cards(document), analysis.suggestions, strict=True)),
            *([""] if analysis.suggestions else []),
            plain(outcome_text(analysis.moves, count, analysis.verification, analysis.standing, analysis.stage, proof)),
            *(f"  {plain(stand_text(stand))}" for stand in largest_first(analysis.standing, analysis.stage)[:FIRST_STANDS]),
            *(plain(line) for line in (sections_line(track.sections), choruses_line(analysis.section_stands)) if line),
            *(plain(delivery_sentence(plan)) for plan in analysis.delivery),
            *(f"Note: {plain(w)}" for w in (analysis.stage_hint, *analysis.warnings) if w),
        ]
    )


def _line(card: Card, suggestion: Suggestion) -> str:
    """Return a suggestion on one line: what was decided on it, its sentences, and the id that `--accept` takes."""
    parts = (card.decided, sentence(suggestion), f"[{suggestion.id}]" if isinstance(suggestion, Move) else "")
    return plain(" ".join(part for part in parts if part))


def export(parsed: argparse.Namespace) -> int:
    """Write a report in another format."""
    suffix = {"markdown": ".md", "md": ".md", "html": ".html", "pdf": ".pdf", "json": ".json"}.get(parsed.format.lower())
    if suffix is None:
        raise UsageError("unknown-format", f"there is no format “{parsed.format}”", "use html, pdf, md or json")
    if parsed.output.suffix.lower() != suffix:
        raise UsageError("suffix", f"“{parsed.output.name}” does not end in {suffix}", f"name it {parsed.output.stem}{suffix}")
    check_outputs([parsed.output])
    write_report(read_document(parsed.report), parsed.output)
    return 0


def demo(parsed: argparse.Namespace) -> int:
    """Run the main job on the demo song: a rough mix beside songs by other artists, and beside an earlier mix of it."""
    from mixassistant.demo.folder import DEMO_STAGE, write_demo

    folder = make_folder(parsed.output)
    progress = terminal_progress()
    made = write_demo(folder, part(progress, 0.0, 0.4))
    told = ""
    for name, references, step in (
        ("report", made.references, part(progress, 0.4, 0.8)),
        (DEMO_VERSIONS, (made.earlier,), part(progress, 0.8, 1.0)),
    ):
        analysis = run_analysis(Request(made.mix, references=references, stage=DEMO_STAGE), step)
        document = analysis.document()
        for suffix in (".json", ".html", ".pdf"):
            write_report(document, folder / f"{name}{suffix}")
        told = told or summary(analysis, document)
    say(told)
    say(f"\nReport: {folder / 'report.html'}")
    say(f"Beside an earlier mix of the same song, the tightest evidence there is: {folder / f'{DEMO_VERSIONS}.html'}")
    if parsed.no_window or not _has_display():
        return 0
    return int(parsed.open_window([], True))


def _has_display() -> bool:
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def gui(parsed: argparse.Namespace) -> int:
    """Open the window."""
    for file in parsed.files:
        try:
            file.stat()
        except OSError as error:
            raise InputError("missing", f"there is no command and no file “{file}”", "see mixassistant --help") from error
    if not (_has_display() or os.environ.get("QT_QPA_PLATFORM")):  # Qt would end the program without a word to the user
        raise MissingError("no-display", "there is no display to open the window on", "use the commands: see mixassistant --help")
    return int(parsed.open_window(parsed.files, False))
