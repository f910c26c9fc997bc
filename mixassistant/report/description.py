"""A song in plain sentences, from its measurements alone: each number is one of the document's, and nothing is said without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

from mixassistant.i18n import _
from mixassistant.report.section_tables import section_name
from mixassistant.report.wording import clean, clock, measured, percent, role_name
from mixassistant.stems.stem import ROLES

Document = Mapping[str, Any]
Subject = Literal["full", "technical", "genre-and-mood", "instrumentation", "structure"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
LIKELY = 0.5  # of a tag, a genre or a mood: below one half it is rather not so
MOST_TOLD = 5  # of a list
STEREO = 2  # channels
MOODS = ("mood_happy", "mood_relaxed", "mood_sad", "mood_aggressive")


def describe(document: Document, subject: Subject = "full") -> tuple[str, ...]:
    """Return paragraphs on a song.

    Parameters
    ----------
    document : mapping
        A report, or what ``extract`` wrote.
    subject : str
        ``"technical"``: loudness, peaks, balance, width, faults. ``"genre-and-mood"``: what tags and networks say. ``"instrumentation"``:
        stems and their levels. ``"structure"``: tempo, key, chords, sections. ``"full"``: all of them, after the song itself.

    Returns
    -------
    tuple of str
        One a subject. Of all subjects, those of which nothing is known are left out; one that was asked for says why.
    """
    makers = {
        "technical": _technical,
        "genre-and-mood": _genre_and_mood,
        "instrumentation": _instrumentation,
        "structure": _structure,
    }
    if subject != "full":
        return (" ".join(makers[subject](document)) or _nothing(subject),)
    return (_song(document), *(text for make in makers.values() if (text := " ".join(make(document)))))


def _nothing(subject: Subject) -> str:
    return {
        "technical": _("Its loudness, its peaks and its balance were not measured."),
        "genre-and-mood": _("Nothing tells its genre or mood: it has no such tag, and no network for them is installed."),
        "instrumentation": _("Its parts were not measured: it was given as one mix."),
        "structure": _("No beat, key, chords or sections were found in it."),
    }[subject]


def _song(document: Document) -> str:
    mix = document["mix"]
    tags = mix.get("tags", {})
    name, artist = clean(tags.get("title", "") or mix["name"]), clean(tags.get("artist", ""))
    whose = _("“{name}” by {artist}").format(name=name, artist=artist) if artist else f"“{name}”"
    sides = _("in stereo") if mix["channels"] == STEREO else _("in mono")
    rate = f"{mix['sample_rate_hz'] / 1000:g}"
    return _("{whose} lasts {time}, {sides} at {rate} kHz.").format(whose=whose, time=clock(mix["duration_s"]), sides=sides, rate=rate)


def _measured(document: Document, identifier: str) -> Mapping[str, Any] | None:
    """Return a measurement of the mix that there is."""
    found: Mapping[str, Any] | None = document["mix"]["measurements"].get(identifier)
    return found if found is not None and found["value"] is not None else None


def _filled(document: Document, sentences: Mapping[str, str]) -> list[str]:
    """Return sentences with the mix's values of the descriptors that they are about, without those that there are none of."""
    found = (
        (text, measured(identifier, dict(value))) for identifier, text in sentences.items() if (value := _measured(document, identifier))
    )
    return [text.format(value=value) for text, value in found]


def _listed(parts: Iterable[str]) -> str:
    """Return words as a list in a sentence."""
    *most, last = parts
    return _("{most} and {last}").format(most=", ".join(most), last=last) if most else last


def _technical(document: Document) -> list[str]:
    sentences = {
        "lufs": _("Its integrated loudness is {value}."),
        "lra": _("Its loudness range is {value}."),
        "true_peak": _("Its true peak is {value}."),
        "psr": _("Its peaks lie {value} over the short-term loudness."),
        "spectral_centroid": _("The centre of its spectrum lies at {value}."),
        "tilt": _("From low to high the spectrum changes by {value}."),
        "bandwidth": _("Above {value} nothing is left."),
        "width": _("Its sides measure {value} against the middle."),
        "correlation": _("The correlation of left and right is {value}."),
        "mono_loss": _("On a mono loudspeaker it is quieter by {value}."),
        "noise_floor": _("Its noise floor is {value}."),
        "hum": _("The mains hum in it, at {value}."),
    }
    clipped = _measured(document, "clipping")
    return _filled(
        document, sentences if clipped is None or not clipped["value"] else {**sentences, "clipping": _("Clipped runs: {value}.")}
    )


def _likely(document: Document, identifier: str) -> list[tuple[str, float]]:
    """Return the labels that a network finds likely with their probabilities, the likeliest first."""
    found = _measured(document, identifier)
    if found is None:
        return []
    rated = [(label, value) for label, value in zip(found["labels"], found["value"], strict=True) if value is not None and value >= LIKELY]
    return sorted(rated, key=lambda pair: -pair[1])[:MOST_TOLD]


def _genre_and_mood(document: Document) -> list[str]:
    told = []
    if genre := clean(document["mix"].get("tags", {}).get("genre", "")):
        told.append(_("Its file calls it {genre}.").format(genre=genre))
    for identifier, text in {
        "genres": _("By its sound it may be {list}."),
        "tags": _("Listeners would call it {list}."),
        "moodthemes": _("Its moods and themes: {list}."),
    }.items():
        if likely := _likely(document, identifier):
            told.append(text.format(list=_listed(f"{clean(label)} ({percent(value)})" for label, value in likely)))
    moods = [(identifier, found["value"]) for identifier in MOODS if (found := _measured(document, identifier))]
    if moods:
        names = {"happy": _("happy"), "relaxed": _("relaxed"), "sad": _("sad"), "aggressive": _("aggressive")}
        words = (f"{names[identifier.removeprefix('mood_')]} ({percent(value)})" for identifier, value in moods)
        told.append(_("How likely it is to be called {list}.").format(list=_listed(words)))
    return told + _filled(document, {"danceability": _("The probability that it is danceable is {value}.")})


def _instrumentation(document: Document) -> list[str]:
    stems = document.get("stems", [])
    if not stems:
        return []
    parts = [
        _("{name} ({role})").format(name=clean(stem["name"]), role=role_name(stem["role"]).lower())
        if clean(stem["name"]).casefold() != stem["role"]
        else role_name(stem["role"]).lower()
        for stem in stems
    ]
    separated = any(stem["origin"] != "supplied" for stem in stems)
    first = _("It was taken apart into {parts}.") if separated else _("It has these stems: {parts}.")
    told = [first.format(parts=_listed(parts))]
    levels = []
    for role in ROLES:
        of_role = [stem for stem in stems if stem["role"] == role]
        level = of_role[0]["measurements"].get("level") if len(of_role) == 1 else None
        if level is not None and level["value"] is not None:
            levels.append((role, level))
    if levels:
        words = (
            f"{role_name(role).lower()} {measured('level', dict(level))}" for role, level in sorted(levels, key=lambda p: -p[1]["value"])
        )
        told.append(_("Against the whole mix they measure: {list}.").format(list=_listed(words)))
    return told


def _structure(document: Document) -> list[str]:
    told = _filled(document, {"bpm": _("Its tempo is {value}."), "metre": _("Its metre: {value}."), "key": _("Its key is {value}.")})
    tuning = _measured(document, "tuning")
    if tuning is not None and tuning["value"]:
        told.append(_("It is tuned {cents} from 440 Hz.").format(cents=measured("tuning", dict(tuning))))
    if chords := _chords(document):
        told.append(chords)
    sections = document["mix"].get("sections", [])
    if sections:
        words = (f"{section_name(section)} {clock(section['start_s'])}" for section in sections)
        told.append(_("Its sections begin at: {list}.").format(list=_listed(words)))
    return told


def _chords(document: Document) -> str:
    """Say which chords it has most, by the share of the time in which there is a chord."""
    found, changes = _measured(document, "chords"), _measured(document, "chord_changes")
    if found is None or changes is None:
        return ""
    names: Sequence[str] = found["labels"]
    edges = [0.0, *changes["value"], document["mix"]["duration_s"]]
    lasting: Counter[str] = Counter()
    for name, start_s, end_s in zip(names, edges, edges[1:], strict=False):
        if name != "N":
            lasting[name] += max(end_s - start_s, 0.0)
    whole = sum(lasting.values())
    if not whole:
        return ""
    words = (f"{clean(name)} ({percent(time / whole)})" for name, time in lasting.most_common(MOST_TOLD))
    return _("Its chords are mostly {list} of the time that has chords.").format(list=_listed(words))
