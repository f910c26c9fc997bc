"""Situations of the third kind: roles from names. A name may leave it to the sound, but must not tell a wrong role."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from situations.files import write
from situations.program import extracted
from situations.song import CLOSE, loudness, mixed, song

from mixassistant.stems.names.purposes import is_mix_name
from mixassistant.stems.names.roles import role_from_name

TOLD = 0.85  # share of names from which a role can be told at once; the sound decides on the others

TABLES: dict[str, dict[str, str]] = {
    # Input lists of live desks, recorded track by track: the drummer's and the bass player's microphones are voices.
    "23-live-desk": {
        "drums": "01_Kick In, 02 SubKick, 03-Sn Top, 04-Sn Btm, 05 HH, 06 Rack Tom, 07 Flr Tom, 08 Ride, 09 OH SL, Perc Spare, Clap Trig",
        "bass": "11 Bass DI, 12 Bass Mic, Bs Amp SM7",
        "other": "13 Gtr SR 57, 14 AcGtr DI, 15 Keys L, Nord R, Pedal Steel, 19 Banjo, Fiddle DPA",
        "vocals": "Drum Vox, Bass Vox, Keys BGV, 24 Lead Vox SR, Gtr Vocal Mic, Vox Spare",
    },
    # Templates of film composers.
    "24-orchestra": {
        "drums": "Taiko Ens, Snare Drum Orch, Perc - Gran Cassa, Cymbals Swell, Toms Low Hits",
        "other": "Vlns I Leg, Vla Spicc, Celli Pizz, Hns a4, Tpts Stac, Bass Tbn, Contrabassoon, Bass Cl, Alto Flute, English Horn, "
        "Tenor Trombone, Harp Gliss, Celesta, Soprano Sax, Bass Oboe, Cor Anglais",
        "vocals": "Choir Aahs, Boys Choir, Solo Soprano Vox, Choir Tenors Ooh",
    },
    # Producers of electronic music.
    "25-electronic": {
        "drums": "909 Clap, Top Loop 2, HH Open Disco, Perc Loop Shaker, Snare Roll Build, Kick Layer Sub, Breaks Amen, TR-808 Cowbell",
        "bass": "Reese Bass, Sub, FM Growl Bass, 808 Sub Bass, Moog Bass Layer",
        "other": "Supersaw Chords, Pluck Arp, Pad Drone, White Noise Riser, Lead Synth 2, Rave Stab, Drone Atmo, Piano House Chords",
        "vocals": "Vox Chop, Vocal Chops Pitched, Adlibs Wet, Vox Hook Dbl, Vocoder Voice",
    },
    # Sessions of musicians who do not write English.
    "26-languages": {
        "drums": "Kleine Trommel, Grosse Trommel, Schellenring, Caisse claire, Grosse caisse, Bombo legüero, Caja, Rullante, Grancassa, "
        "Piatti, Bumbo, Caixa, Pandeiro, Palmas, Hängetom, Малый барабан, スネア, 太鼓",
        "bass": "E-Bass, Kontrabass, Basse électrique, Contrebasse, Bajo eléctrico, Contrabajo, Basso elettrico, Baixo, Бас-гитара, ベース",
        "other": "Akustikgitarre links, Querflöte, Klavier, Guitare sèche, Violoncelle, Accordéon, Guitarra criolla, Trompeta, Teclado, "
        "Chitarra acustica, Fisarmonica, Violão, Cavaquinho, Sanfona, Скрипка, Баян, ピアノ, 尺八",
        "vocals": "Hauptstimme, Chorgesang, Voix principale, Chœurs, Voz principal, Coros, Voce principale, Cori, Vocais de apoio, "
        "Голос, Бэк-вокал, ボーカル",
    },
    # Rooms, effects and amplifiers: the source counts, not the place or the box that it went through.
    "27-sources-and-boxes": {
        "drums": "Snare Verb, Drum Room Crush, Kick Sample, Drums Parallel Comp, Tom Reverb, Drum Kit Bass Drum, Hat Loop FX",
        "bass": "Bass Drive, Bass Octave FX, Bass Guitar Room, Upright Bass Mic, Synth Bass Print",
        "other": "Piano Room Mics, Guitar Room, Guitar Harmonics, Organ Leslie Low, Harmonica, Vibes Room, "
        "Tenor Guitar, Steel Guitar Slide, Alto Sax Solo, Bass Clarinet Room",
        "vocals": "Vox Room, Vocal Plate, Lead Vox Throw Delay, Tom's Vox, Harmony Vox High, Vocal Double R, Choir Room",
    },
}


@pytest.mark.parametrize("table", TABLES)
def test_names_of_tracks_tell_no_wrong_role(table: str) -> None:
    """What people write on tracks: an instrument, who plays it, where it stood and what it went through."""
    names = {name.strip(): role for role, listed in TABLES[table].items() for name in listed.split(",")}
    told = {name: role_from_name(name) for name in names}
    wrong = {name: (told[name], role) for name, role in names.items() if told[name] not in (role, None)}
    assert not wrong, f"{len(wrong)} of {len(names)} wrong (told, true): {wrong}"
    silent = [name for name in names if told[name] is None]
    assert len(silent) <= (1 - TOLD) * len(names), f"{len(silent)} of {len(names)} tell nothing: {silent}"


WITHOUT = {
    "vocals": ("Song (No Vox)", "Song minus vocals", "Song ohne Gesang", "Song sans voix", "Song sin voces", "Song senza voce",
               "Song sem voz", "Vocals Removed", "Vocal-less", "novox", "Non-Vocal Version", "песня без вокала"),
    "drums": ("Song Drumless", "Song - No Drums", "ohne Schlagzeug", "sans batterie", "senza batteria", "Drums muted", "minus drums"),
    "bass": ("Song w/o Bass", "No Bass", "ohne Bass", "sin bajo", "Bassless Play-Along", "minus bass"),
}  # fmt: skip


@pytest.mark.parametrize("role", WITHOUT)
def test_28_a_track_without_a_part_is_not_that_part(role: str) -> None:
    """Practice tracks and television mixes are called after what is missing from them."""
    wrong = [name for name in WITHOUT[role] if role_from_name(name) == role]
    assert not wrong, f"{len(wrong)} of {len(WITHOUT[role])} read as {role}: {wrong}"


def test_29_a_title_that_is_an_instrument_gives_no_stem_its_role(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """All stems of "Drummer Boy" bear its title, but for one that was bounced later: the shared beginning cannot be seen by letters."""
    parts = song(3)
    tracks = {
        "Drummer Boy - Drums": parts["drums"], "Drummer Boy - Bass": parts["bass"], "Drummer Boy - Wurli": parts["keys"],
        "Drummer Boy - Lead Vocal": parts["voice"], "tambourine_new": 0.3 * np.roll(parts["drums"], 8000, axis=1),
    }  # fmt: skip
    for name, samples in tracks.items():
        write(tmp_path / "Drummer Boy" / f"{name}.wav", samples, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Drummer Boy")
    assert found.lufs() == pytest.approx(loudness(mixed(*tracks.values())), abs=CLOSE), found.said
    wanted = {"Drums": "drums", "Bass": "bass", "Wurli": "other", "Lead Vocal": "vocals", "tambourine_new": "drums"}
    assert {end: role for name, role in found.roles.items() for end in wanted if name.endswith(end)} == wanted


def test_30_what_is_called_after_the_whole_is_no_stem_and_a_stem_with_such_a_word_is_one() -> None:
    """A mix is a mix in every language of a session, and a printed or final stem is none."""
    whole = ("Song_MIX_v3", "Song Master 24-48", "Mixdown", "Stereo Out", "Rough Mix 2", "2TRACK", "Song Full Mix", "Endmix", "Song_2mix")
    parts = ("Snare Mix Bus", "Lead Vox Final", "Gtr Print", "Bass Master Take", "Drum Mix", "Vocal Comp Final")
    assert not [name for name in whole if not is_mix_name(name)], [name for name in whole if not is_mix_name(name)]
    assert not [name for name in parts if is_mix_name(name)], [name for name in parts if is_mix_name(name)]
