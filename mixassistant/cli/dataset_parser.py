"""The words of the commands that make data of music: `extract`, `describe`, `dataset`, `separate`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Protocol

from mixassistant.cli.arguments import DEVICES, add_called, add_separation, add_stream, run_of
from mixassistant.cli.arguments import path as path_word
from mixassistant.cli.arguments import positive as positive_word

FILE_FORMATS = ("flac", "wav16", "wav24", "wav32f", "mp3", "ogg")


class Command(Protocol):
    """Adds a command."""

    def __call__(self, name: str, text: str, more: str = "") -> argparse.ArgumentParser:
        """Return the parser of a new command: its name, what it does in one line, and more."""


def add_dataset_commands(command: Command) -> None:
    """Add them all."""
    extract = command("extract", "Measure audio and write one JSON file per track.")
    extract.add_argument("paths", metavar="PATH", type=path_word, nargs="+")
    extract.add_argument("--output", type=path_word, default=Path(), metavar="FOLDER")
    extract.add_argument("--table", type=path_word, action="append", default=[], metavar="FILE", help="all tracks in one .csv or .parquet")
    extract.add_argument("--info", action="store_true", help="also write .INFO, .BEATS_GRID, .ONSETS_GRID and .CHROMA beside each song")
    extract.add_argument("--only", action="append", default=[], metavar="NAME,…", help="descriptors or families to measure; all by default")
    extract.add_argument("--processes", type=positive_word, metavar="N", help="tracks at once; by default as many as the machine bears")
    extract.add_argument("--device", choices=DEVICES, default="auto")
    add_stream(extract)
    add_called(extract)
    extract.set_defaults(run=run_of("extract", "extracting"))

    told = command(
        "describe", "Say in plain sentences what a song is like, from its measurements alone.", "Example: mixassistant describe song.wav"
    )
    told.add_argument("path", metavar="PATH", type=path_word, help="audio, a folder of stems, a report, or a result of extract (.json)")
    told.add_argument(
        "--about", choices=("full", "technical", "genre-and-mood", "instrumentation", "structure"), default="full", help="by default all"
    )
    told.add_argument("--output", type=path_word, metavar="FILE", help="write it there instead")
    told.add_argument("--device", choices=DEVICES, default="auto")
    add_stream(told)
    told.set_defaults(run=run_of("describe_song", "describing"))

    _dataset(command("dataset", "Put audio files in order, and cut songs into crops of one length."))

    separate = command(
        "separate",
        "Take mixes apart into drums, bass, vocals and other.",
        "Of several, each gets a folder of its own. Example: mixassistant separate ~/dataset --format flac --output ~/stems",
    )
    separate.add_argument("paths", metavar="PATH", type=path_word, nargs="+", help="mixes, or folders of them")
    add_stream(separate)
    add_separation(separate)
    separate.add_argument("--output", type=path_word, required=True, metavar="FOLDER")
    separate.add_argument("--format", choices=FILE_FORMATS, default="wav32f", help="by default wav32f: WAV, 32 bit float")
    separate.add_argument("--bit-rate", type=positive_word, default=320, metavar="KBPS", help="of an MP3, 32 to 320; by default 320")
    separate.add_argument("--quality", type=float, default=6.0, metavar="Q", help="of Ogg Vorbis, 0 to 10; by default 6")
    separate.set_defaults(run=run_of("separate", "separating"))


def _dataset(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    organise = actions.add_parser(
        "organise",
        help="put loose files into folders: Artist - Album - Title/full_mix.ext",
        description="Put the loose audio files of FOLDER into folders of their own, named by their tags or else by their names: Artist - "
        "Album - Title/full_mix.ext. Without --apply nothing is done, and what would be is shown.",
        epilog="Example: mixassistant dataset organise ~/Downloads/songs --output ~/dataset --apply",
    )
    organise.add_argument("folder", metavar="FOLDER", type=path_word)
    organise.add_argument(
        "--output", type=path_word, metavar="FOLDER", help="where the songs' folders are made; by default in FOLDER itself"
    )
    organise.add_argument("--apply", action="store_true", help="do it; an undo file is written first")
    organise.add_argument("--copy", action="store_true", help="leave the files where they are as well")
    organise.add_argument("--all", action="store_true", help="show every step")
    organise.set_defaults(run=run_of("organise", "datasets"))
    undo = actions.add_parser("undo", help="take back what organise has done")
    undo.add_argument("file", metavar="FILE", type=path_word, help="the undo file that it wrote")
    undo.set_defaults(run=run_of("undo_order", "datasets"))
    crops = actions.add_parser(
        "crops",
        help="cut songs into pieces of one length, on the downbeat, stems in step with the mix",
        description="Cut songs into crops of one exact length that begin on a downbeat; each is a folder with full_mix, the stems and an "
        ".INFO that says where it comes from. Crops that are there already are left.",
        epilog="Example: mixassistant dataset crops ~/dataset --output ~/crops --overlap 25 --div4",
    )
    crops.add_argument("paths", metavar="PATH", type=path_word, nargs="+", help="songs, folders of songs, folders of a song's stems")
    crops.add_argument("--output", type=path_word, required=True, metavar="FOLDER")
    crops.add_argument("--length", type=positive_word, default=2_097_152, metavar="SAMPLES", help="of each crop; by default 2,097,152")
    crops.add_argument("--sequential", action="store_true", help="one after the other from the first sample on, wherever the beat is")
    crops.add_argument("--overlap", type=_below_100, default=0.0, metavar="PERCENT", help="of a crop that the next one repeats; 0 to 99")
    crops.add_argument("--div4", action="store_true", help="begin at every fourth downbeat only")
    crops.add_argument("--format", choices=("flac", "wav"), default="flac", help="flac: 24 bit; wav: 32 bit float")
    crops.add_argument("--device", choices=DEVICES, default="auto")
    crops.set_defaults(run=run_of("crops", "datasets"))


def _below_100(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 99:
        raise argparse.ArgumentTypeError(f"“{word}” is no share from 0 to 99 per cent")
    return number
