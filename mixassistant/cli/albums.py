"""`mixassistant album`: parse, call, print."""

from __future__ import annotations

import argparse

from mixassistant.audio.guarded import guarded
from mixassistant.cli.files import check_outputs, songs_in
from mixassistant.cli.terminal import complain, one_line, plain, say, table, terminal_progress
from mixassistant.errors import MixAssistantError, UsageError
from mixassistant.features.measure import measure
from mixassistant.progress import part
from mixassistant.report.album import MEASURED, Album, AlbumTrack, album_note, album_table, check_album_format, outlier_texts, write_album
from mixassistant.stems.drop import open_song


def album(parsed: argparse.Namespace) -> int:
    """Measure mixes against each other; one that cannot be read does not stop the others."""
    check_outputs(parsed.output, check_album_format)
    songs = songs_in(parsed.paths, "songs")
    progress = terminal_progress()
    tracks, failed = [], []
    for index, path in enumerate(songs):
        step = part(progress, index / len(songs), (index + 1) / len(songs))
        try:
            with guarded(path):
                song = open_song(path, None, None, step)
                tracks.append(AlbumTrack.of(song.name, measure(song.mix, "mix", only=MEASURED)))
        except MixAssistantError as error:
            if error.code == "cancelled":
                raise
            failed.append(error)
            if len(songs) > 1:  # else it is what is raised
                complain(str(error))
    progress("Done", 1.0)
    if not tracks:
        raise failed[0] if failed else UsageError("no-mixes", "there are no mixes there", "give mixes, or a folder of them")
    for file in parsed.output:
        write_album(tracks, file)
    if not parsed.output:
        say(_summary(Album(tuple(tracks))))
    return failed[0].exit_code if failed else 0


def _summary(found: Album) -> str:
    shown = album_table(found)
    cells = table([shown.columns, *(row.cells for row in shown.rows)])
    return "\n".join([cells, "", one_line(album_note(found)), *(f"  {plain(text)}" for text in outlier_texts(found))])
