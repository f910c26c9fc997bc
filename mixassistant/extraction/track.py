"""Measuring one track for its result: what is still valid is not measured again, and an hour needs no more memory than a minute."""

from __future__ import annotations

from typing import Any

from mixassistant.audio.decode import probe
from mixassistant.audio.not_audio import is_playlist
from mixassistant.audio.source import spool_file
from mixassistant.audio.tags import read_tags
from mixassistant.extraction.results import Place, outdated, read_result, write_result
from mixassistant.features.descriptor import REGISTRY, SongParts
from mixassistant.features.fingerprint import fingerprint
from mixassistant.features.measure import measure, measure_song, measure_together, methods, with_needed
from mixassistant.features.representations import Representations
from mixassistant.features.structure.stretches import Sounding, found_sections, measure_sections
from mixassistant.features.track import MeasuredTrack
from mixassistant.progress import Progress, part, silent
from mixassistant.report.document import measurements_document
from mixassistant.stems.drop import one_sided, open_song
from mixassistant.stems.look import kind_of, song_name

LEAST_S = 0.05  # two frames of the shortest analysis: below it hardly a number is defined
LONG_S = 600.0  # from here on a mix is spooled to disk: ten minutes of stereo are 212 MB

Document = dict[str, Any]


def extract_track(place: Place, device: str, only: frozenset[str] | None = None, progress: Progress = silent) -> Document:
    """Measure what a track's result does not hold yet and write it; return the result.

    Parameters
    ----------
    place : Place
    device : str
        Torch device.
    only : frozenset of str, optional
        Ids to measure; all by default.

    Raises
    ------
    MixAssistantError
        The track cannot be read, or the result cannot be written.
    """
    wanted = only if only is not None else frozenset(REGISTRY.descriptors)
    old = read_result(place.result)
    missing = outdated(old, place.content_hash, wanted)
    if old is not None and not missing:
        progress("", 1.0)
        return old
    track = _measured(place, device, None if missing == frozenset(REGISTRY.descriptors) else missing, progress)
    new = measurements_document(track)
    new["mix"]["source"] = {"path": str(place.song.resolve()), "content": place.content_hash}
    versions = methods()
    new["methods"] = {i: versions[i] for i in sorted(missing)}
    return write_result(place.result, new)


def _measured(place: Place, device: str, only: frozenset[str] | None, progress: Progress) -> MeasuredTrack:
    is_mix = place.song.is_file() and (place.stream is not None or kind_of(place.song) == "mix")
    if is_mix and not is_playlist(place.song) and probe(place.song, place.stream).duration_s > LONG_S:
        return _long_mix(place, device, only, progress)
    reading = part(progress, 0.0, 0.3)
    song = open_song(place.song, progress=reading, stream=place.stream, called=place.called, least_s=LEAST_S)
    return measure_song(song, device, part(progress, 0.3, 1.0), only)


def _long_mix(place: Place, device: str, only: frozenset[str] | None, progress: Progress) -> MeasuredTrack:
    progress(f"Reading {place.song.name}", 0.0)
    warnings: list[str] = []
    source = spool_file(place.song, place.stream, warnings)
    progress("Measuring the mix", 0.3)
    shared = Representations(source, device)
    only = with_needed(only)
    values = dict(measure(shared, "mix", device, only))
    values |= measure_together(SongParts(shared, {}, {"mix": values}), only)
    found = found_sections(values, source.duration_s)
    return MeasuredTrack(
        name=song_name(place.song, place.stream),
        content_hash=place.content_hash,
        duration_s=source.duration_s,
        sample_rate_hz=source.sample_rate_hz,
        channels=source.channels,
        mix={i: values[i] for i in REGISTRY.descriptors if i in values},
        roles={},
        stems=(),
        tags=dict(read_tags(place.song)),
        fingerprint=fingerprint(shared),
        warnings=(*warnings, *one_sided(place.song), *shared.notes),
        sections=measure_sections(found, Sounding(shared.bands.total, values, {})) if found else (),
    )
