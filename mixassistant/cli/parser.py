"""The words of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from mixassistant.cli.arguments import add_called, add_decisions, add_library, add_separation, add_stream
from mixassistant.cli.arguments import name as _name
from mixassistant.cli.arguments import path as _path
from mixassistant.cli.arguments import run_of as _run
from mixassistant.cli.dataset_parser import add_dataset_commands
from mixassistant.cli.delivery_parser import ALBUM, TARGETS, add_album, add_master, add_target, add_targets
from mixassistant.cli.reference_parser import add_profiles, add_references
from mixassistant.cli.terminal import complain, say
from mixassistant.profiles.stage import STAGES

COMMANDS = (
    "analyze", "references", "profile", "taste", "learn", "habit", "dataset", "describe", "extract", "separate", "render", "export",
    "compare", "album", "targets", "models", "cache", "demo", "gui",
)  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """Argparse with errors on one line, and help that is not lost without a word."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message}: see {self.prog} --help")
        raise SystemExit(2)

    def _print_message(self, message: str, file: Any = None) -> None:
        if message:
            say(message.removesuffix("\n"))  # argparse itself keeps silent about a disk that is full


def with_default_command(words: Sequence[str]) -> list[str]:
    """Return the words with ``gui`` put first where there is no command: files alone open the window."""
    rest = [w for w in words if w != "--debug"]
    debug = ["--debug"] if len(rest) < len(words) else []
    if rest and rest[0] in ("-h", "--help", "--version"):
        return rest
    return [*debug, *(rest if rest and (rest[0] in COMMANDS or rest[0].startswith("-")) else ["gui", *rest])]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    from mixassistant import __version__

    parser = _Parser(
        prog="mixassistant", description="Measure a mix, compare it with music you like, and get moves that were proven by rendering them."
    )
    parser.add_argument("--version", action="version", version=f"mixassistant {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, text: str, more: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=f"{text} {more}".rstrip())

    analyze = command("analyze", "Analyse a mix and write the report.")
    analyze.add_argument("path", metavar="MIX", type=_path, help="a mix, a folder of stems, a .stem.mp4, or a .mixassistant project")
    analyze.add_argument("--stems", type=_path, metavar="FOLDER", help="the stems of MIX")
    analyze.add_argument(
        "--reference",
        type=_path,
        action="append",
        default=[],
        metavar="PATH",
        help="a liked mix, its stems, a folder of mixes, or a playlist",
    )
    analyze.add_argument(
        "--profile",
        default="",
        metavar="NAME",
        help="a profile of the library; by default the one in use (profile use), else all liked references",
    )
    analyze.add_argument(
        "--dislike",
        type=_path,
        action="append",
        default=[],
        metavar="PATH",
        help="a disliked mix, its stems, a folder of mixes, or a playlist",
    )
    analyze.add_argument(
        "--match", action="append", default=[], metavar="KIND=PERCENT,…", help="how far to go: eq, level, compression, stereo, masking"
    )
    analyze.add_argument("--only", default="", metavar="KIND", help="match one kind alone, such as level or width")
    analyze.add_argument(
        "--stage",
        choices=STAGES,
        help="how finished the mix is (working: in progress), which says how far moves may go; remembered for this mix, working at first",
    )
    add_stream(analyze)
    add_called(analyze)
    add_library(analyze)
    add_separation(analyze)
    analyze.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="STEM=ROLE",
        help="what a stem is: drums, bass, vocals or other; repeatable. One of these makes stems of the files of a folder, whatever "
        "they are called",
    )
    analyze.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="ROLE",
        help="the song has no such role (an instrumental: vocals), so there is no advice on it; repeatable, remembered for this mix; "
        "none: it has all",
    )
    analyze.add_argument(
        "--replace", action="append", default=[], metavar="ROLE=FILE", help="your own file in place of a separated stem; repeatable"
    )
    add_decisions(analyze, "pay no heed to what was decided on this mix before")
    add_target(analyze, "say what becomes of the mix there: how far it is turned, its true peak, what the codec does; repeatable")
    analyze.add_argument("--output", type=_path, action="append", default=[], metavar="FILE", help=".json .html .pdf .md, repeatable")
    analyze.set_defaults(run=_run("analyze"))

    add_references(command("references", "Add, list, describe, order and remove the music you like."))
    add_profiles(command("profile", "Name sets of references, choose one to compare with, and show what they measure."))
    _taste(command("taste", "Show, export, forget and open again what your decisions and blind tests have taught."))

    learn = command(
        "learn",
        "Learn from your finished songs what you do to raw tracks.",
        "A song is a folder with its raw tracks in raw/ beside stems/ or the final mix, or with its tracks beside a file named mix; what "
        "was set on each track may be written in SONG_metadata.json. Example: mixassistant learn ~/Finished --name me",
    )
    learn.add_argument("folder", metavar="FOLDER", type=_path, help="your finished songs")
    learn.add_argument("--name", type=_name, metavar="NAME", help="what to call it; by default as the folder")
    learn.add_argument("--output", type=_path, metavar="FILE", help="write it as .json too")
    add_library(learn)
    learn.set_defaults(run=_run("learn", "habits"))
    _habits(command("habit", "List, show, use and forget what was learned of your way of mixing."))

    add_dataset_commands(command)

    render = command(
        "render",
        "Apply a report's moves and write the stems and the mix.",
        "Each role that is moved becomes a file (drums.wav: the sum of its stems with the moves), beside the whole mix. Where the stems "
        "are yours and the mix is not quite their sum, what it holds beside them stays in it, with the moves of the whole mix alone; where "
        "mix and stems are different masters, the mix that is written is the sum of the stems with the moves, and a note says so. Where "
        "anything was decided, in the report or since then, the accepted moves are applied at their amounts, else all of them. "
        "Example: mixassistant render report.json --amount bass-eq=50 --output rendered/",
    )
    render.add_argument("report", metavar="REPORT.json", type=_path)
    render.add_argument("--output", type=_path, required=True, metavar="FOLDER")
    add_decisions(render, "apply all moves as they are suggested, whatever was decided")
    add_library(render)
    add_master(render)
    render.set_defaults(run=_run("render", "rendering"))

    export = command("export", "Write a report in another format.")
    export.add_argument("report", metavar="REPORT.json", type=_path)
    export.add_argument("--format", required=True, metavar="NAME", help="html, pdf, md or json")
    export.add_argument("--output", type=_path, required=True, metavar="FILE")
    export.set_defaults(run=_run("export"))

    compare = command(
        "compare",
        "Tell what changed from one version of a song to the next, and which accepted moves arrived in it.",
        "Both are reports that analyze wrote. Example: mixassistant compare song-v1.json song-v2.json --output changes.html",
    )
    compare.add_argument("old", metavar="OLD.json", type=_path)
    compare.add_argument("new", metavar="NEW.json", type=_path)
    compare.add_argument("--output", type=_path, action="append", default=[], metavar="FILE", help=".json .html .md, repeatable")
    compare.set_defaults(run=_run("compare", "compare"))

    add_album(command("album", *ALBUM))
    add_targets(command("targets", TARGETS))
    _models(command("models", "List, install, check and remove the weights of models."))

    _cache(command("cache", "Show, empty and limit what is kept to save time: separated stems, and files that were dragged out."))

    demo = command("demo", "Make the demo song, analyse it, and open the window where there is a display.")
    demo.add_argument("--output", type=_path, default=Path("mixassistant-demo"), metavar="FOLDER")
    demo.add_argument("--no-window", action="store_true", help="write the reports only")
    demo.set_defaults(run=_run("demo"))

    window = command("gui", "Open the window, with files if given.")
    window.add_argument("files", metavar="FILE", type=_path, nargs="*")
    window.set_defaults(run=_run("gui"))
    return parser


def _taste(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    show = actions.add_parser("show", help="what you like beside your references")
    add_library(show)
    show.set_defaults(run=_run("taste_show", "taste"))
    export = actions.add_parser("export", help="write what you preferred in blind tests as a table")
    export.add_argument("file", metavar="FILE.csv", type=_path)
    add_library(export)
    export.set_defaults(run=_run("taste_export", "blind_tests"))
    forget = actions.add_parser("forget", help="forget what was learned; your decisions stay")
    forget.add_argument("dimension", metavar="DIMENSION", nargs="?", default="", help="such as level/vocals; all by default")
    add_library(forget)
    forget.set_defaults(run=_run("taste_forget", "taste"))
    opened = actions.add_parser("open", help="be asked again where rejections have closed the way")
    opened.add_argument("dimension", metavar="DIMENSION", nargs="?", default="", help="such as level/vocals; all by default")
    add_library(opened)
    opened.set_defaults(run=_run("taste_open", "taste"))


def _habits(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, text, wanted in (
        ("list", "list the habits", None),
        ("show", "show what one expects of the next song; by default the one in use", "?"),
        ("use", "choose the one that advice goes by; without a name: what engineers do as a rule", "?"),
        ("forget", "forget one", ""),
    ):
        action = actions.add_parser(name, help=text)
        if wanted is not None:
            action.add_argument("name", metavar="NAME", **({"nargs": wanted, "default": ""} if wanted else {"type": _name}))
        add_library(action)
        action.set_defaults(run=_run(f"habit_{name}", "habits"))


def _cache(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    actions.add_parser("show", help="what it holds and how large it may grow").set_defaults(run=_run("cache_show", "caching"))
    actions.add_parser("clear", help="delete what it holds").set_defaults(run=_run("cache_clear", "caching"))
    limit = actions.add_parser("limit", help="set how large it may grow; what was unused for longest goes first")
    limit.add_argument("size", metavar="SIZE", help="like 2GB or 500MB")
    limit.set_defaults(run=_run("cache_limit", "caching"))


def _models(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    actions.add_parser("list", help="what there is and what is installed").set_defaults(run=_run("models_list", "models"))
    install = actions.add_parser("install", help="download weights, or install them from a file")
    install.add_argument("name", metavar="NAME")
    install.add_argument("file", metavar="FILE", type=_path, nargs="?", help="weights that you have; a folder for a model of several files")
    install.add_argument("--yes", action="store_true", help="agree to the download and its licence without being asked")
    install.set_defaults(run=_run("models_install", "models"))
    verify = actions.add_parser("verify", help="check that installed weights are what was installed")
    verify.add_argument("name", metavar="NAME", nargs="?", help="all that are installed by default")
    verify.set_defaults(run=_run("models_verify", "models"))
    remove = actions.add_parser("remove", help="remove installed weights")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_run("models_remove", "models"))
