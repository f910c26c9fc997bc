"""The commands: each calls the library and prints what came of it."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mixassistant import paths
from mixassistant.analysis import Analysis, Request, measure_reference, profile_of, rendered_song
from mixassistant.analysis import analyze as run_analysis
from mixassistant.audio.write import output_error, write_audio
from mixassistant.cli.taste import strengths
from mixassistant.cli.terminal import complain, one_line, say, table, terminal_progress
from mixassistant.errors import InputError, MissingError, MixAssistantError, OutputError, UsageError
from mixassistant.extraction.batch import extract_all
from mixassistant.extraction.tables import check_table, write_table
from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.library.library import Library, Reference
from mixassistant.progress import part
from mixassistant.report.document import read_document
from mixassistant.report.formats import check_format, write_report
from mixassistant.report.moves import chains
from mixassistant.report.wording import outcome_text, sentence
from mixassistant.stems.device import pick_device
from mixassistant.stems.drop import audio_files, find_mixes, kind_of, open_song
from mixassistant.stems.replacing import replace_stems
from mixassistant.stems.separate import separation
from mixassistant.stems.separator import choose
from mixassistant.stems.stem import ROLES, Role, Song


def _folder(path: Path) -> Path:
    """Make an output folder before any work is done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError
    except OSError as error:
        raise OutputError("no-folder", f"cannot write into “{path}”", "choose another folder with --output") from error
    return path


def _check_outputs(files: Iterable[Path], check: Callable[[Path], object] = check_format) -> None:
    for file in files:
        check(file)
        try:
            if not file.parent.is_dir():
                raise OutputError("no-folder", f"cannot write “{file}”: its folder does not exist", "create it or choose another")
            if file.is_dir() or not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
                raise OutputError("read-only", f"cannot write “{file}”", "choose another place")
        except OSError as error:
            raise output_error(file, error) from error


def _spare(targets: Iterable[Path], given: Iterable[Path]) -> None:
    """Refuse to write over the user's own audio: stems are often called what we would call ours."""
    own = [file for path in given for file in (audio_files(path) if path.is_dir() else [path]) if file.exists()]
    for target in targets:
        if target.exists() and any(target.samefile(file) for file in own):
            raise UsageError("own-file", f"“{target}” is one of the files of this song", "choose another folder with --output")


def _roles(words: Iterable[str]) -> dict[str, Role]:
    found: dict[str, Role] = {}
    for word in words:
        name, _, wanted = word.rpartition("=")
        role = next((r for r in ROLES if r == wanted.strip().lower()), None)
        if not name.strip() or role is None:
            raise UsageError("bad-role", f"cannot read --role {word!r}", f"write STEM=ROLE with one of {', '.join(ROLES)}")
        found[name] = role
    return found


def _replacements(words: Iterable[str]) -> tuple[tuple[Role, Path], ...]:
    found: dict[Role, Path] = {}
    for word in words:
        name, _, file = word.partition("=")
        role = next((r for r in ROLES if r == name.strip().lower()), None)
        if not file.strip() or role is None:
            raise UsageError("bad-replacement", f"cannot read --replace {word!r}", f"write ROLE=FILE with one of {', '.join(ROLES)}")
        found[role] = Path(file)
    return tuple(found.items())


def _songs(given: Iterable[Path]) -> list[Path]:
    """Return the songs that paths name: folders of songs are opened, everything else is one song."""
    songs: list[Path] = []
    for path in given:
        try:
            songs += find_mixes(path) if kind_of(path) == "mixes" else [path]
        except InputError:
            songs.append(path)  # told when it is opened, so that it does not stop the others
    return songs


def analyze(parsed: argparse.Namespace) -> int:
    """Analyse one mix."""
    _check_outputs(parsed.output)
    request = Request(
        parsed.path,
        parsed.stems,
        tuple(parsed.reference),
        parsed.profile,
        parsed.library,
        parsed.separator,
        parsed.device,
        _roles(parsed.role),
        _replacements(parsed.replace),
        tuple(parsed.dislike),
        strengths(parsed.match, parsed.only),
    )
    analysis = run_analysis(request, terminal_progress())
    document = analysis.document()
    for file in parsed.output:
        write_report(document, file)
    if not parsed.output:
        say(summary(analysis))
    return 0


def summary(analysis: Analysis) -> str:
    """Return what an analysis found, for the terminal."""
    track = analysis.track
    shown = [REGISTRY[i].format(scalar(track.mix, i)) for i in ("lufs", "true_peak", "psr")]
    count = len(analysis.profile.references)
    against = f"{count} reference{'s' if count != 1 else ''}" if count else "the factory profile"
    moves = sum(s.kind != "technical" for s in analysis.suggestions)
    stems = sum(s.origin == "supplied" for s in track.stems)  # says that a folder was taken for the stems of one song
    name = one_line(track.name) + (f" ({stems} stems)" if stems > 1 else "")
    return "\n".join(
        [
            f"{name}: {shown[0]} integrated, true peak {shown[1]}, peak to short-term {shown[2]}; against {against}",
            "",
            *(f"{s.priority}. {_plain(s.text)}" for s in analysis.suggestions),
            *([""] if analysis.suggestions else []),
            outcome_text(moves, count, analysis.verification),
            *(f"Note: {_plain(w)}" for w in analysis.warnings),
        ]
    )


def _file_name(place: str) -> str:
    """Return the name of the file of a rendered role, or of one of its stems: whatever a stem is called, a plain file name."""
    return re.sub(r"[^\w .()&+,-]", "_", place.replace("/", " ", 1)).strip(" .") + ".wav"


def _plain(text: str) -> str:
    """Return a sentence for the terminal: true minus signs, spaces that can be searched for."""
    return one_line(sentence(text)).replace("\u00a0", " ")


def references_add(parsed: argparse.Namespace) -> int:
    """Measure references and add them as liked; one that cannot be read does not stop the others."""
    device, separator = pick_device(parsed.device), choose(parsed.separator, parsed.device)
    progress = terminal_progress()
    songs = _songs(parsed.paths)
    failed: list[MixAssistantError] = []
    with Library(parsed.library) as library:
        for index, path in enumerate(songs):
            try:
                step = part(progress, index / len(songs), (index + 1) / len(songs))
                track = measure_reference(path, separator, device, library, step)
                library.add_reference(path, track)
                say(f"Added {one_line(track.name)}: {REGISTRY['lufs'].format(scalar(track.mix, 'lufs'))}")
            except InputError as error:
                failed.append(error)
                complain(str(error))
    return failed[0].exit_code if failed else 0


def references_list(parsed: argparse.Namespace) -> int:
    """List the references."""
    with Library(parsed.library) as library:
        rows = library.references()
    if not rows:
        say("No references yet: mixassistant references add PATH")
        return 0
    say(table([["", "", "name", "path"], *([str(r.id), "liked" if r.liked else "disliked", r.name, _where(r)] for r in rows)]))
    return 0


def _where(reference: Reference) -> str:
    return f"{reference.path}{' (missing)' if reference.missing else ''}"


def _each_reference(parsed: argparse.Namespace, action: str) -> int:
    with Library(parsed.library) as library:
        found = [library.find_reference(key) for key in parsed.references]  # all of them exist before any is changed
        for reference in found:
            if action == "remove":
                library.remove_reference(reference.id)
            else:
                library.like(reference.id, action == "like")
    return 0


def references_remove(parsed: argparse.Namespace) -> int:
    """Forget references."""
    return _each_reference(parsed, "remove")


def references_like(parsed: argparse.Namespace) -> int:
    """Mark references as liked."""
    return _each_reference(parsed, "like")


def references_dislike(parsed: argparse.Namespace) -> int:
    """Mark references as disliked."""
    return _each_reference(parsed, "dislike")


def profile_list(parsed: argparse.Namespace) -> int:
    """List the profiles."""
    with Library(parsed.library) as library:
        rows = library.profiles()
        liked = len(library.references(liked=True))
    say(table([["name", "references"], ["(all liked)", str(liked)], *([name, str(count)] for name, count in rows)]))
    return 0


def profile_create(parsed: argparse.Namespace) -> int:
    """Name a set of references."""
    with Library(parsed.library) as library:
        chosen = [library.find_reference(key) for key in parsed.references] or list(library.references(liked=True))
        count = len({r.id for r in chosen})
        library.create_profile(parsed.name, [r.id for r in chosen])
    say(f"Profile {one_line(parsed.name)}: {count} reference{'s' if count != 1 else ''}")
    return 0


def profile_show(parsed: argparse.Namespace) -> int:
    """Show what a profile measures."""
    profile = profile_of(parsed.name, parsed.library, parsed.separator, parsed.device, terminal_progress())
    say(f"{one_line(profile.name)}: {len(profile.references)} references, prior {profile.prior_weight:.0%}")
    rows = [["", "descriptor", "median", "10 %", "90 %"]]
    for key, found in profile.targets.items():
        target, identifier = key.split("/")
        if isinstance(found.median, float) and isinstance(found.low, float) and isinstance(found.high, float):
            descriptor = REGISTRY[identifier]
            rows.append([target, descriptor.name, *(descriptor.format(v) for v in (found.median, found.low, found.high))])
    say(table(rows))
    return 0


def extract(parsed: argparse.Namespace) -> int:
    """Measure tracks; one that cannot be read does not stop the others."""
    only = _only(parsed.only)
    for table_file in parsed.table:
        check_table(table_file)
    folder = _folder(parsed.output)  # the tables may lie in it
    _check_outputs(parsed.table, check_table)
    outcomes = extract_all(_songs(parsed.paths), folder, pick_device(parsed.device), only, parsed.processes, terminal_progress())
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    for error in failed:
        complain(str(error))
    done = [outcome.document for outcome in outcomes if outcome.document is not None]
    for table_file in parsed.table:
        write_table(table_file, done)
    say(f"{len(done)} of {len(outcomes)} tracks measured, in {folder}")
    return failed[0].exit_code if failed else 0


def _only(words: Iterable[str]) -> frozenset[str] | None:
    """Return the descriptors that ``--only`` names: ids, the names that older programs have for them, or whole families."""
    found: set[str] = set()
    for word in (w.strip() for words_ in words for w in words_.split(",")):
        named = {d.id for d in REGISTRY if word in (d.id, d.family, *d.aliases)}
        if not named:
            families = ", ".join(dict.fromkeys(d.family for d in REGISTRY))
            raise UsageError("unknown-descriptor", f"there is no descriptor {word!r}", f"name one of them, or a family: {families}")
        found |= named
    return frozenset(found) or None


def separate(parsed: argparse.Namespace) -> int:
    """Write the four stems of a mix."""
    separator = choose(parsed.separator, parsed.device)
    folder = _folder(parsed.output)
    _spare((folder / f"{role}.wav" for role in ROLES), [parsed.path])
    progress = terminal_progress()
    song = open_song(parsed.path, None, None, part(progress, 0.0, 0.1))
    alone = replace(song, stems=())  # stems that it may bring are the user's already
    separated = separation(alone, separator, paths.cache_folder(), part(progress, 0.1, 0.95))
    for stem in separated.song.stems:
        write_audio(stem.audio, folder / f"{stem.name}.wav", "FLOAT")
    progress("Done", 1.0)
    say(f"Stems by {separator.origin} in {folder}")
    for warning in separated.song.warnings:
        say(f"Note: {_plain(warning)}")
    return 0


def _check_unchanged(song: Song, path: Path, document: Mapping[str, Any]) -> None:
    """Refuse to put moves on what they were not made for."""
    if song.content_hash != document["mix"]["content_hash"]:
        raise InputError("song-changed", f"“{path}” is not what it was when the report was made", "analyze it again")


def render(parsed: argparse.Namespace) -> int:
    """Apply a report's moves to its song and write the result."""
    document = read_document(parsed.report)
    source: Mapping[str, Any] = document["mix"].get("source", {})
    if not source.get("path"):
        raise InputError("no-source", f"“{parsed.report.name}” does not say where its mix is", "analyse the mix again")
    folder = _folder(parsed.output)
    progress = terminal_progress()
    path, stems = Path(source["path"]), Path(source["stems"]) if source.get("stems") else None
    try:
        # A replaced stem is the user's own, but does not come with the song.
        own = (s for s in document["stems"] if s["origin"] == "supplied" and s["role"] not in source.get("replacements", {}))
        roles: dict[str, Role] = {s["name"]: s["role"] for s in own}
        song = open_song(path, stems, roles, part(progress, 0.0, 0.4))
        separator = choose(source.get("separator") or "auto", "auto")
    except UsageError as error:  # not what the user wrote, but what the report says
        raise InputError(error.code, f"“{parsed.report.name}” does not fit its song: {error.message}", "analyze it again") from error
    # The song's own name, since a report comes from anywhere and what it calls the mix could lead out of the folder.
    whole = f"{song.name} mix.wav" if song.name in ROLES else f"{song.name}.wav"
    moves = chains(document)
    _spare(
        (folder / name for name in (whole, *(f"{role}.wav" for role in ROLES), *map(_file_name, moves))),
        [path, *([stems] if stems else [])],
    )
    replacements = [(role, Path(file)) for role in ROLES if (file := source.get("replacements", {}).get(role))]
    if not replacements:
        _check_unchanged(song, path, document)
    named_roles = {(s["name"], s["role"]) for s in document["stems"]}
    separated = separation(song, separator, paths.cache_folder(), part(progress, 0.4, 0.8))
    song, residual = replace_stems(separated.song, separated.residual, replacements)
    _check_unchanged(song, path, document)
    if {(s.name, s.role) for s in song.stems} != named_roles:
        complain("the stems are not those of the report: the moves are applied by role")
        for place in (p for p in moves if "/" in p and p not in {f"{s.role}/{s.name}" for s in song.stems}):
            complain(f"the moves on the stem “{place.partition('/')[2]}” are left out: it is not there")
    rendered, total = rendered_song(song, moves, residual)
    written = {_file_name(place): rendered[place] for place in moves if place in rendered} | {whole: total}
    if not all(np.isfinite(audio.samples).all() for audio in written.values()):
        raise InputError("overflow", f"the moves of “{parsed.report.name}” are too large to be rendered", "analyze the mix again")
    # Moves can push peaks over full scale: float keeps them, and what to do about them is the user's choice.
    for name, audio in written.items():
        write_audio(audio, folder / name, "FLOAT")
    progress("Done", 1.0)
    moved = len(written) - 1
    say(f"{moved} moved stem{'s' if moved != 1 else ''} and the mix in {folder}")
    if any(s["origin"] == "supplied" for s in document["stems"]):
        for warning in (w for w in document["warnings"] if "do not add up" in w):
            say(f"Note: {_plain(warning)}")
    return 0


def export(parsed: argparse.Namespace) -> int:
    """Write a report in another format."""
    suffix = {"markdown": ".md", "md": ".md", "html": ".html", "pdf": ".pdf", "json": ".json"}.get(parsed.format.lower())
    if suffix is None:
        raise UsageError("unknown-format", f"there is no format {parsed.format!r}", "use html, pdf, md or json")
    if parsed.output.suffix.lower() != suffix:
        raise UsageError("suffix", f"“{parsed.output.name}” does not end in {suffix}", f"name it {parsed.output.stem}{suffix}")
    _check_outputs([parsed.output])
    write_report(read_document(parsed.report), parsed.output)
    return 0


def demo(parsed: argparse.Namespace) -> int:
    """Run the main job on the demo song."""
    from mixassistant.demo.folder import write_demo

    folder = _folder(parsed.output)
    progress = terminal_progress()
    made = write_demo(folder, part(progress, 0.0, 0.5))
    analysis = run_analysis(Request(made.mix, references=made.references), part(progress, 0.5, 1.0))
    document = analysis.document()
    for suffix in (".json", ".html", ".pdf"):
        write_report(document, folder / f"report{suffix}")
    say(summary(analysis))
    say(f"\nReport: {folder / 'report.html'}")
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
