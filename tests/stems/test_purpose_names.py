"""What names tell of files that lie beside stems and are none, and which names are titles of songs."""

from __future__ import annotations

import pytest

from mixassistant.stems.names.purposes import Purpose, is_mix_name, is_song_title, purpose_from_name, purpose_is_certain

CERTAIN: dict[Purpose, str] = {
    "mix": """
        Song MIX | SongTitle_Master_v2 | Song MASTER | mixdown | Mix | Final Mix | mix final | Rough Mix | premaster | Pre-Master |
        Unmastered | songmix | Stereo Out-1 | 2track | 2 track | 2-trk | 2 mix | 2mix | Stereo Out | Stereo Mix | Main Out | Full Mix |
        Fullmix | Summe | mezcla | Mix 1 | Song_120bpm_Mix | Song Mix 24bit | The Voice (Final Mix) | Moonlight (Mix) | Guitar Man - Mix |
        Artist - Song Master v2 | _Full Master - Borderline | Trooper-mix1 | mixage | Missaggio | mixagem | мастер | микс | ミックス |
        マスター | 混音 | 믹스
    """,
    "accompaniment": """
        Instrumental | Song (Instrumental) | no_vocals | no vox | minus vocals | Song w_o vocals | Mix (-vocals) | karaoke | TV Track |
        TV Mix | Backing Track | Playback | minus one | drumless | Mix no drums | Song - Instrumental Mix | ohne Gesang | sans voix |
        sin voz | senza voce | sem voz | без вокала | минус | Минусовка | カラオケ | ボーカルなし | 반주 | music only |
        The Voice Instrumental
    """,
    "acapella": """
        acapella | a cappella | Song (Acapella) | acap | vocals only | Vocal Only | nur Gesang | solo voz | アカペラ
    """,
    "click": """
        click | Click Track | Metronome | Metronom | clic | Klick | count in | Count-In | 01 - Click | claqueta | клик | クリック |
        Guitar Man - Click | 01_CLICK_113bpm
    """,
    "guide": """
        guide | Guide Vox | guide_gtr | Scratch Vox | Scratch Guitar | Pilot Vocal | talkback | SMPTE | LTC | timecode | slate | Cue Mix |
        00_VOZ_GUIA | 仮歌 | Guide Click | MD Cues
    """,
    "reference": """
        reference | ref | Ref Track | Reference_Track_Somebody | Reference Mix | REF_Artist - Song | Referenz | référence | referencia |
        референс | リファレンス
    """,
}
POSSIBLE: dict[Purpose, str] = {
    "mix": """
        Main | Rough | Print | Final | Bounce | Bounce 2 | Output | Demo | Song v3 FINAL2 | Song bounce | Vocal Up | Vox Down 1dB |
        Mix Vox Up | Master of Puppets | Master Blaster | In the Mix | MIX Song | Man In the Box Print 20220502 v2 | Stereo
    """,
    "accompaniment": """
        inst | instr | Song_Inst | Beat | TV | Song_TV | Song (TV)
    """,
    "click": """
        tempo | Tempo 120
    """,
    "guide": """
        scratch | pilot | cue | Cues | count
    """,
}
STEMS = """
    Drum Mix | Vox Mix | Mixed Vocals | Drums Master | Guitar Print | BGVOX MAIN | Lead Main | Kick Click | Kick Print | Bass Final |
    Music | Inst 1 | Instrument 3 | Vox | Snare Up | Drums (Mix) | Drums - Mix | Piano Demo | Vocals Rough | Paul GTR Mix | Room Mix |
    Acapella Bass | Beats | Drum Beat | Scratches | Audio 1 | Track 03 | Basso | ギター | Late | Drums no kick | Vox no FX |
    Lead Vox Main | Rough Guitar
"""
TITLES = """
    Artist A - Sunrise (Original Mix) | Artist B - Tunnel (Extended Mix) | Artist D - Echoes (Club Mix) | Artist E - Low (Radio Edit) |
    Sunrise (Remix) | Title (2011 Remaster) | Sunrise (Larry Levan Mix) | Sunrise_Original_Mix | Tunnel [Original Mix] | Sunrise (Live) |
    Song (feat. Somebody) | Song (Acoustic Version) | Title - 2011 Remaster | Title - Radio Edit | Guitar Man (Original Mix) |
    01 Sunrise (Dub Mix) | The Voice (Remix)
"""
CASES = [
    (name.strip(), purpose, sure)
    for table, sure in ((CERTAIN, True), (POSSIBLE, False))
    for purpose, names in table.items()
    for name in names.split("|")
]


@pytest.mark.parametrize(("name", "purpose", "sure"), CASES)
def test_names_tell_what_a_file_beside_stems_is_for(name: str, purpose: Purpose, sure: bool) -> None:
    assert (purpose_from_name(name), purpose_is_certain(name)) == (purpose, sure)
    assert is_mix_name(name) == (purpose == "mix")


@pytest.mark.parametrize("name", [name.strip() for name in STEMS.split("|")])
def test_stems_and_buses_are_no_files_beside_stems(name: str) -> None:
    assert purpose_from_name(name) is None and not purpose_is_certain(name)
    assert not is_song_title(name)


@pytest.mark.parametrize("name", [name.strip() for name in TITLES.split("|")])
def test_versions_of_songs_are_titles_and_not_the_mix_of_stems(name: str) -> None:
    assert is_song_title(name)
    assert purpose_from_name(name) is None


@pytest.mark.parametrize("name", [
    "Artist - Tunnel", "Artist D - Guitar Man", "01 - Somebody - Something", "The Drums - Money",
])  # fmt: skip
def test_an_artist_before_a_dash_makes_a_title(name: str) -> None:
    assert is_song_title(name)


@pytest.mark.parametrize("name", [
    "Drums - Kick", "01 Trumpet - Bring It On Back", "Song - Vocals", "Song - Mix", "01 - Bass", "Vocals (Live)", "Kick (Edit)", "Drums",
    "Song", "Audio 1 - Take 2", "Song (Instrumental)", "Song (Final Mix)", "Bass (Remix)",
])  # fmt: skip
def test_tracks_and_bounces_are_no_titles(name: str) -> None:
    assert not is_song_title(name)
