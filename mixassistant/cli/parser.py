"""The words of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from mixassistant.cli.arguments import name as _name
from mixassistant.cli.arguments import path as _path
from mixassistant.cli.arguments import positive as _positive
from mixassistant.cli.arguments import run_of as _run
from mixassistant.cli.delivery_parser import ALBUM, TARGETS, add_album, add_master, add_target, add_targets
from mixassistant.cli.terminal import complain, say
from mixassistant.profiles.stage import STAGES

COMMANDS = (
    "analyze", "references", "profile", "taste", "learn", "habit", "dataset", "describe", "extract", "separate", "render", "export",
    "album", "targets", "models", "cache", "demo", "gui",
)  # fmt: skip
FILE_FORMATS = ("flac", "wav16", "wav24", "wav32f", "mp3", "ogg")
DEVICES = ("auto", "cpu", "cuda", "mps")


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
    analyze.add_argument("path", metavar="MIX", type=_path, help="a mix, a folder of stems, or a .stem.mp4")
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
    _stream(analyze)
    _called(analyze)
    _library(analyze)
    _separation(analyze)
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
    add_target(analyze, "say what becomes of the mix there: how far it is turned, its true peak, what the codec does; repeatable")
    analyze.add_argument("--output", type=_path, action="append", default=[], metavar="FILE", help=".json .html .pdf .md, repeatable")
    analyze.set_defaults(run=_run("analyze"))

    _references(command("references", "Add, list, describe, order and remove the music you like."))
    _profiles(command("profile", "Name sets of references, choose one to compare with, and show what they measure."))
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
    _library(learn)
    learn.set_defaults(run=_run("learn", "habits"))
    _habits(command("habit", "List, show, use and forget what was learned of your way of mixing."))

    extract = command("extract", "Measure audio and write one JSON file per track.")
    extract.add_argument("paths", metavar="PATH", type=_path, nargs="+")
    extract.add_argument("--output", type=_path, default=Path(), metavar="FOLDER")
    extract.add_argument("--table", type=_path, action="append", default=[], metavar="FILE", help="all tracks in one .csv or .parquet")
    extract.add_argument("--info", action="store_true", help="also write .INFO, .BEATS_GRID, .ONSETS_GRID and .CHROMA beside each song")
    extract.add_argument("--only", action="append", default=[], metavar="NAME,…", help="descriptors or families to measure; all by default")
    extract.add_argument("--processes", type=_positive, metavar="N", help="tracks at once; by default as many as the machine bears")
    extract.add_argument("--device", choices=DEVICES, default="auto")
    _stream(extract)
    _called(extract)
    extract.set_defaults(run=_run("extract", "extracting"))

    told = command(
        "describe", "Say in plain sentences what a song is like, from its measurements alone.", "Example: mixassistant describe song.wav"
    )
    told.add_argument("path", metavar="PATH", type=_path, help="audio, a folder of stems, a report, or a result of extract (.json)")
    told.add_argument(
        "--about", choices=("full", "technical", "genre-and-mood", "instrumentation", "structure"), default="full", help="by default all"
    )
    told.add_argument("--output", type=_path, metavar="FILE", help="write it there instead")
    told.add_argument("--device", choices=DEVICES, default="auto")
    _stream(told)
    told.set_defaults(run=_run("describe_song", "describing"))

    _dataset(command("dataset", "Put audio files in order, and cut songs into crops of one length."))

    separate = command(
        "separate",
        "Take mixes apart into drums, bass, vocals and other.",
        "Of several, each gets a folder of its own. Example: mixassistant separate ~/dataset --format flac --output ~/stems",
    )
    separate.add_argument("paths", metavar="PATH", type=_path, nargs="+", help="mixes, or folders of them")
    _stream(separate)
    _separation(separate)
    separate.add_argument("--output", type=_path, required=True, metavar="FOLDER")
    separate.add_argument("--format", choices=FILE_FORMATS, default="wav32f", help="by default wav32f: WAV, 32 bit float")
    separate.add_argument("--bit-rate", type=_positive, default=320, metavar="KBPS", help="of an MP3, 32 to 320; by default 320")
    separate.add_argument("--quality", type=float, default=6.0, metavar="Q", help="of Ogg Vorbis, 0 to 10; by default 6")
    separate.set_defaults(run=_run("separate", "separating"))

    render = command(
        "render",
        "Apply a report's moves and write the stems and the mix.",
        "Each role that is moved becomes a file (drums.wav: the sum of its stems with the moves), beside the whole mix. Where the stems "
        "are yours and the mix is not quite their sum, what it holds beside them stays in it, with the moves of the whole mix alone; where "
        "mix and stems are different masters, the mix that is written is the sum of the stems with the moves, and a note says so.",
    )
    render.add_argument("report", metavar="REPORT.json", type=_path)
    render.add_argument("--output", type=_path, required=True, metavar="FOLDER")
    add_master(render)
    render.set_defaults(run=_run("render", "rendering"))

    export = command("export", "Write a report in another format.")
    export.add_argument("report", metavar="REPORT.json", type=_path)
    export.add_argument("--format", required=True, metavar="NAME", help="html, pdf, md or json")
    export.add_argument("--output", type=_path, required=True, metavar="FILE")
    export.set_defaults(run=_run("export"))

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


def _library(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--library", type=_path, metavar="FILE", help="library file (yours by default)")


def _separation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--separator", default="auto", metavar="NAME", help="auto, demucs or embedded")
    parser.add_argument("--device", choices=DEVICES, default="auto")


def _stream(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stream", type=_positive, metavar="N", help="the audio track of a file with several, 1 being the first")


def _called(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as", dest="called", choices=("stems", "songs"), default="", help="what a folder holds: the stems of one song, or whole songs"
    )


def _references(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add liked mixes, stem folders, folders of mixes, or playlists (.m3u .m3u8 .pls .xspf .cue)")
    add.add_argument("paths", metavar="PATH", type=_path, nargs="+")
    _called(add)
    _separation(add)
    _library(add)
    add.set_defaults(run=_run("references_add", "references"))
    _importing(actions)
    listing = actions.add_parser("list", help="list the references: number, title, genre, tags, songs that each counts as, profiles, path")
    listing.add_argument("--profile", default="", metavar="NAME", help="those of a profile, in its order")
    listing.add_argument("--tag", default="", metavar="TAG,…", help="those that have all of these tags")
    _library(listing)
    listing.set_defaults(run=_run("references_list", "references"))

    def change(name: str, text: str, first: str = "", kind: Callable[[str], object] = str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=text)
        if first:
            action.add_argument(first, metavar=first.upper(), type=kind)
        _chosen(action, "+")
        _library(action)
        action.set_defaults(run=_run(f"references_{name}", "references"))
        return action

    change("remove", "forget references; the files stay")
    change("like", "mark as liked")
    change("dislike", "mark as disliked")
    change("weigh", "let references count as several songs, or less than one", "songs")
    change("genre", "say of which genre they are; an empty word: what the file says", "genre")
    change("tag", "put tags on references: one, or several parted by commas", "tags")
    change("untag", "take tags off references", "tags")
    move = change("move", "put references at a place in the list, 1 being the first", "place", _positive)
    move.add_argument("--profile", default="", metavar="NAME", help="in the order of this profile")
    title = actions.add_parser("title", help="call a reference otherwise; without a title: as its file is called")
    title.add_argument("reference", metavar="REFERENCE", help=_KEYS)
    title.add_argument("title", metavar="TITLE", nargs="?", default="")
    _library(title)
    title.set_defaults(run=_run("references_title", "references"))


def _importing(actions: Any) -> None:
    text = "Add the songs of a playlist, of likes or of a collection that are at hand, and keep a list of those that are wanted."
    importing = actions.add_parser(
        "import",
        help="match a playlist, likes or a collection with files at hand",
        description=f"{text} It reads M3U, PLS and XSPF playlists, iTunes or Music and Rekordbox as XML, Exportify and Last.fm as CSV, the "
        "files of a Spotify account, ListenBrainz feedback and listens; nothing is asked online. Example: mixassistant references import "
        "YourLibrary.json --folder ~/Music",
    )
    importing.add_argument("playlist", metavar="PLAYLIST", type=_path)
    importing.add_argument("--folder", type=_path, action="append", default=[], metavar="DIR", help="where your files are; repeatable")
    importing.add_argument(
        "--playlist", dest="lists", type=_name, action="append", default=[], metavar="NAME", help="a playlist inside of it; repeatable"
    )
    says = importing.add_mutually_exclusive_group()
    says.add_argument("--like", dest="says", action="store_const", const="liked", default="", help="like all of it, a history too")
    says.add_argument("--dislike", dest="says", action="store_const", const="disliked", help="dislike all of it")
    importing.add_argument("--only-list", action="store_true", help="keep the wanted list, and add no reference")
    importing.add_argument("--dry-run", action="store_true", help="change nothing")
    importing.add_argument("--no-measure", action="store_true", help="measure later, with the first mix that is compared")
    _separation(importing)
    _library(importing)
    importing.set_defaults(run=_run("references_import", "importing"))
    wanted = actions.add_parser("wanted", help="songs that you like and have no file of").add_subparsers(metavar="ACTION", required=True)
    for name, help_text in (("list", "list them"), ("export", "write them as a table"), ("clear", "forget them")):
        action = wanted.add_parser(name, help=help_text)
        if name == "export":
            action.add_argument("file", metavar="FILE.csv", type=_path)
        _library(action)
        action.set_defaults(run=_run(f"wanted_{name}", "importing"))


_KEYS = "number, path, name or title"


def _chosen(parser: argparse.ArgumentParser, count: str) -> None:
    parser.add_argument("references", metavar="REFERENCE", nargs=count, help=_KEYS)


def _taste(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    show = actions.add_parser("show", help="what you like beside your references")
    _library(show)
    show.set_defaults(run=_run("taste_show", "taste"))
    export = actions.add_parser("export", help="write what you preferred in blind tests as a table")
    export.add_argument("file", metavar="FILE.csv", type=_path)
    _library(export)
    export.set_defaults(run=_run("taste_export", "blind_tests"))
    forget = actions.add_parser("forget", help="forget what was learned; your decisions stay")
    forget.add_argument("dimension", metavar="DIMENSION", nargs="?", default="", help="such as level/vocals; all by default")
    _library(forget)
    forget.set_defaults(run=_run("taste_forget", "taste"))
    opened = actions.add_parser("open", help="be asked again where rejections have closed the way")
    opened.add_argument("dimension", metavar="DIMENSION", nargs="?", default="", help="such as level/vocals; all by default")
    _library(opened)
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
        _library(action)
        action.set_defaults(run=_run(f"habit_{name}", "habits"))


def _profiles(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="list the profiles")
    _library(listing)
    listing.set_defaults(run=_run("profile_list", "profiles"))
    show = actions.add_parser("show", help="show what a profile measures")
    show.add_argument("name", metavar="NAME", nargs="?", default="")
    _library(show)
    _separation(show)
    show.set_defaults(run=_run("profile_show", "profiles"))

    def change(name: str, text: str, references: str = "") -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=text)
        action.add_argument("name", metavar="NAME", type=_name)
        if references:
            _chosen(action, references)
        _library(action)
        action.set_defaults(run=_run(f"profile_{name.replace('-', '_')}", "profiles"))
        return action

    change("create", "name a set of references; all liked ones by default", "*")
    change("add", "put references at the end of a profile", "+")
    change("take-out", "take references out of a profile; they stay in the library", "+")
    change("rename", "give a profile another name").add_argument("new", metavar="NEW", type=_name)
    change("delete", "forget a profile; its references stay in the library")
    use = actions.add_parser(
        "use", help="choose what mixes are compared with unless another is named; without a name: all liked references"
    )
    use.add_argument("name", metavar="NAME", nargs="?", default="")
    _library(use)
    use.set_defaults(run=_run("profile_use", "profiles"))


def _cache(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    actions.add_parser("show", help="what it holds and how large it may grow").set_defaults(run=_run("cache_show", "caching"))
    actions.add_parser("clear", help="delete what it holds").set_defaults(run=_run("cache_clear", "caching"))
    limit = actions.add_parser("limit", help="set how large it may grow; what was unused for longest goes first")
    limit.add_argument("size", metavar="SIZE", help="like 2GB or 500MB")
    limit.set_defaults(run=_run("cache_limit", "caching"))


def _dataset(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    organise = actions.add_parser(
        "organise",
        help="put loose files into folders: Artist - Album - Title/full_mix.ext",
        description="Put the loose audio files of FOLDER into folders of their own, named by their tags or else by their names: Artist - "
        "Album - Title/full_mix.ext. Without --apply nothing is done, and what would be is shown.",
        epilog="Example: mixassistant dataset organise ~/Downloads/songs --output ~/dataset --apply",
    )
    organise.add_argument("folder", metavar="FOLDER", type=_path)
    organise.add_argument("--output", type=_path, metavar="FOLDER", help="where the songs' folders are made; by default in FOLDER itself")
    organise.add_argument("--apply", action="store_true", help="do it; an undo file is written first")
    organise.add_argument("--copy", action="store_true", help="leave the files where they are as well")
    organise.add_argument("--all", action="store_true", help="show every step")
    organise.set_defaults(run=_run("organise", "datasets"))
    undo = actions.add_parser("undo", help="take back what organise has done")
    undo.add_argument("file", metavar="FILE", type=_path, help="the undo file that it wrote")
    undo.set_defaults(run=_run("undo_order", "datasets"))
    crops = actions.add_parser(
        "crops",
        help="cut songs into pieces of one length, on the downbeat, stems in step with the mix",
        description="Cut songs into crops of one exact length that begin on a downbeat; each is a folder with full_mix, the stems and an "
        ".INFO that says where it comes from. Crops that are there already are left.",
        epilog="Example: mixassistant dataset crops ~/dataset --output ~/crops --overlap 25 --div4",
    )
    crops.add_argument("paths", metavar="PATH", type=_path, nargs="+", help="songs, folders of songs, folders of a song's stems")
    crops.add_argument("--output", type=_path, required=True, metavar="FOLDER")
    crops.add_argument("--length", type=_positive, default=2_097_152, metavar="SAMPLES", help="of each crop; by default 2,097,152")
    crops.add_argument("--sequential", action="store_true", help="one after the other from the first sample on, wherever the beat is")
    crops.add_argument("--overlap", type=_below_100, default=0.0, metavar="PERCENT", help="of a crop that the next one repeats; 0 to 99")
    crops.add_argument("--div4", action="store_true", help="begin at every fourth downbeat only")
    crops.add_argument("--format", choices=("flac", "wav"), default="flac", help="flac: 24 bit; wav: 32 bit float")
    crops.add_argument("--device", choices=DEVICES, default="auto")
    crops.set_defaults(run=_run("crops", "datasets"))


def _below_100(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 99:
        raise argparse.ArgumentTypeError(f"“{word}” is no share from 0 to 99 per cent")
    return number


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
