"""Ten styles: tempi, metres, modes, feels, grooves and instruments that songs are drawn from. Grooves of songs held out are others."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from accompaniment import Groove

PIANO, EPIANO, ORGAN, ACOUSTIC, CLEAN, MUTED, DRIVEN = (0, 1, 2, 3), (4, 5), (16, 17, 18), (24, 25), (26, 27), (28,), (29, 30)
STRINGS, PADS, BRASS, SYNTH, REEDS, FLUTES, BELLS, ACCORDION = (
    (48, 49, 50), (88, 89, 90, 91, 94), (61, 62, 63), (80, 81, 87), (64, 65, 66, 71), (72, 73, 75), (10, 11, 12), (21, 23)
)  # fmt: skip
ACOUSTIC_BASS, ELECTRIC_BASS, SYNTH_BASS = (32,), (33, 34, 35, 36), (38, 39)


@dataclass(frozen=True)
class Style:
    """What songs of a style are drawn from.

    Parameters
    ----------
    name : str
    tempi_bpm : tuple of float
        Lowest and highest of the beat.
    metres : tuple of str
        As likely as often named.
    modes : tuple of str
        As likely as often named.
    drums : tuple of str
        Groups of patterns in 4/4.
    bass, comping : tuple of str
        What our own players may play.
    programs, basses : tuple of int
        General MIDI programs from 0.
    sevenths, swing : float
        How likely chords carry sevenths; how likely straight patterns are swung.
    is_electronic : float
        How likely the kit is drawn or electronic.
    forms : tuple of str
        Names of forms.
    train, held : tuple of Groove
        Of MMA.
    is_driven : float
        How likely the harmony goes through a distorting amplifier.
    tempi_kinds : tuple of str
        Kinds of tempo curve, as likely as often named.
    """

    name: str
    tempi_bpm: tuple[float, float]
    metres: tuple[str, ...]
    modes: tuple[str, ...]
    drums: tuple[str, ...]
    bass: tuple[str, ...]
    comping: tuple[str, ...]
    programs: tuple[int, ...]
    basses: tuple[int, ...]
    sevenths: float
    swing: float
    is_electronic: float
    forms: tuple[str, ...]
    train: tuple[Groove, ...]
    held: tuple[Groove, ...]
    is_driven: float = 0.0
    tempi_kinds: tuple[str, ...] = ("steady", "steady", "drift", "drift", "sections", "slowing")


def _grooves(text: str, beats: int = 4, metre: str = "4/4") -> tuple[Groove, ...]:
    """Return grooves written as ``library/file:name`` with spaces between."""
    return tuple(Groove(name, beats, metre) for name in text.split())


def _numbered(file: str, name: str, numbers: range) -> str:
    return " ".join(f"zoom/{file}:{name}{n:02d}" for n in numbers)


WIDE = ("major", "major", "minor", "minor", "dorian", "mixolydian")
DARK = ("minor", "minor", "minor", "dorian", "phrygian", "major")
MACHINE = ("steady", "steady", "steady", "steady", "steady", "change")

STYLES = MappingProxyType(
    {
        style.name: style
        for style in (
            Style(
                name="rock",
                tempi_bpm=(84, 176),
                metres=("4/4",) * 11 + ("3/4", "6/8"),
                modes=WIDE,
                drums=("rock", "rock", "rock", "shuffle", "slow triplets"),
                bass=("eighths", "roots", "kick", "octaves"),
                comping=("strums", "eighths", "sustained", "power", "arpeggio"),
                programs=(*DRIVEN, *CLEAN, *ACOUSTIC, *ORGAN, *PIANO),
                basses=ELECTRIC_BASS,
                sevenths=0.1,
                swing=0.06,
                is_electronic=0.05,
                forms=("song", "song", "short"),
                train=_grooves(
                    "casio/rock1:Rock1 casio/rock2:Rock2 casio/poprock1:PopRock1 casio/60srock:60sRock casio/digitalrock:DigitalRock "
                    "casio/shufflerock:ShuffleRock casio/slowrock:SlowRock stdlib/basicrock:BasicRock stdlib/50srock:50sRock "
                    "stdlib/60srock:60sRock1 stdlib/softrock:SoftRock stdlib/folkrock:FolkRock stdlib/rock-128:Rock128 pflib/rock1:rock1A "
                    "kara/K50s_rock:50s_RockA yamaha/w-rock:W-RockMainA " + _numbered("rock", "ROCK", range(1, 9))
                ),
                held=_grooves(
                    "casio/poprock2:PopRock2 stdlib/rockballad:RockBallad stdlib/bubblerock:BubbleRock pflib/rock1:rock1B "
                    "yamaha/w-rock:W-RockMainB " + _numbered("rock", "ROCK", range(9, 13))
                ),
                is_driven=0.55,
            ),
            Style(
                name="pop",
                tempi_bpm=(66, 132),
                metres=("4/4",) * 13 + ("3/4", "6/8"),
                modes=WIDE,
                drums=("pop", "pop", "rock", "four on the floor", "slow triplets", "break"),
                bass=("eighths", "roots", "kick", "octaves", "syncopated"),
                comping=("strums", "eighths", "sustained", "arpeggio", "stabs"),
                programs=(*PIANO, *EPIANO, *ACOUSTIC, *CLEAN, *STRINGS, *PADS, *BELLS),
                basses=(*ELECTRIC_BASS, *SYNTH_BASS),
                sevenths=0.25,
                swing=0.12,
                is_electronic=0.4,
                forms=("song", "song", "short"),
                train=_grooves(
                    "casio/pop:Pop casio/80spop:80sPop casio/60spop:60sPop casio/8beatpop1:8BeatPop1 casio/8beatpop2:8BeatPop2 "
                    "casio/electricpop:ElectricPop casio/popballad:PopBallad casio/worldpop:WorldPop casio/popshuffle1:PopShuffle1 "
                    "casio/16beat1:16Beat1 casio/16beatballad1:16BeatBallad1 casio/8beatballad2:8BeatBallad2 stdlib/8beat:8Beat "
                    "stdlib/popballad:PopBallad stdlib/pianoballad:PianoBallad stdlib/boneym:BoneyM stdlib/ballad:Ballad "
                    "pflib/8beat1:8beat1A "
                    "stdlib/guitarballad:GuitarBallad kara/8beatmotown:8beatmotownA " + _numbered("pop", "POP", range(1, 8))
                ),
                held=_grooves(
                    "casio/8beatpop3:8BeatPop3 casio/16beat3:16Beat3 casio/popshuffle2:PopShuffle2 casio/8beat3:8Beat3 "
                    "pflib/8beat2:8beat2A "
                    "stdlib/stringballad:StringBallad " + _numbered("pop", "POP", range(8, 13))
                ),
            ),
            Style(
                name="funk",
                tempi_bpm=(86, 124),
                metres=("4/4",),
                modes=("dorian", "mixolydian", "minor", "major"),
                drums=("funk", "funk", "break", "shuffle"),
                bass=("syncopated", "kick", "octaves"),
                comping=("stabs", "sixteenths", "offbeats"),
                programs=(*CLEAN, *MUTED, *EPIANO, *ORGAN, 7, *BRASS),
                basses=ELECTRIC_BASS,
                sevenths=0.8,
                swing=0.2,
                is_electronic=0.1,
                forms=("song", "short", "vamp"),
                train=_grooves(
                    "casio/funk1:Funk1 casio/discosoul:DiscoSoul casio/soul:Soul casio/60ssoul:60sSoul casio/fusion:Fusion "
                    "stdlib/bvfunk:BVFunk "
                    "stdlib/dsoul:DSoul stdlib/strut:Strut stdlib/rb:R&B kara/Kfunk1:Kfunk1A pflib/highfive:highfiveA "
                    + _numbered("funk", "FUNK", range(1, 8))
                    + " "
                    + _numbered("fus16", "16FUS", range(1, 4))
                ),
                held=_grooves("casio/funk2:Funk2 casio/soulpop:SoulPop stdlib/lfusion:LFusion " + _numbered("funk", "FUNK", range(8, 13))),
            ),
            Style(
                name="reggae",
                tempi_bpm=(66, 92),
                metres=("4/4",),
                modes=WIDE,
                drums=("reggae", "reggae", "reggae", "ska"),
                bass=("reggae", "syncopated", "kick"),
                comping=("skank", "skank", "offbeats"),
                programs=(*CLEAN, *MUTED, *ORGAN, *PIANO),
                basses=ELECTRIC_BASS,
                sevenths=0.15,
                swing=0.3,
                is_electronic=0.1,
                forms=("song", "vamp"),
                train=_grooves(_numbered("reggae", "REGG", range(1, 3)) + " stdlib/calypso:Calypso"),
                held=_grooves(_numbered("reggae", "REGG", range(3, 5))),
            ),
            Style(
                name="jazz",
                tempi_bpm=(92, 216),
                metres=("4/4",) * 8 + ("3/4", "5/4"),
                modes=("major", "major", "minor", "dorian"),
                drums=("swing", "swing", "swing", "latin"),
                bass=("walking", "walking", "walking", "two"),
                comping=("charleston", "sustained", "stabs"),
                programs=(*PIANO, 26, *EPIANO, 11, *BRASS),
                basses=ACOUSTIC_BASS,
                sevenths=0.95,
                swing=0.0,
                is_electronic=0.0,
                forms=("aaba", "blues", "aaba"),
                train=_grooves(
                    "casio/swing:Swing casio/jazzcombo:JazzCombo casio/modernjazz:ModernJazz casio/slowswing:SlowSwing "
                    "stdlib/swing:SwingWalk "
                    "stdlib/jazzguitar:JazzGuitarWalk stdlib/bebop:Bebop stdlib/bigband:BigBand stdlib/mellowjazz:MellowJazz "
                    "stdlib/fastswing:FastSwingWalk stdlib/charleston:CharlestonWalk stdlib/gypsyjazz:GypsyJazz "
                    "yamaha/jazzswing:JazzSwingMainA "
                    "yamaha/jazzbasie:JazzBasieA yamaha/jazztrio:JazzTrioMainA " + _numbered("jazz", "JAZZ", range(1, 5))
                )
                + _grooves("stdlib/jazzwaltz:JazzWaltz stdlib/fastjazzwaltz:FastJazzWaltz casio/jazzwaltz:JazzWaltz", 3, "3/4")
                + _grooves("stdlib/jazz-54:Jazz54Walk", 5, "5/4"),
                held=_grooves(
                    "casio/middlebigband:MiddleBigBand stdlib/modernjazz:ModernJazz stdlib/easyswing:EasySwingWalk "
                    "stdlib/nitejazz:NiteJazz "
                    "yamaha/jazzGrtrio:JazzGrTrioMainA yamaha/jazzbouncy:JazzBouncyMainA " + _numbered("jazz", "JAZZ", range(5, 8))
                )
                + _grooves("stdlib/modernjazzwaltz:ModernJazzWaltz yamaha/jazzwaltz:JazzWaltzMainA", 3, "3/4"),
            ),
            Style(
                name="latin",
                tempi_bpm=(90, 190),
                metres=("4/4",),
                modes=("minor", "minor", "major", "major", "dorian"),
                drums=("latin",),
                bass=("tumbao", "bossa", "two"),
                comping=("montuno", "bossa", "stabs"),
                programs=(*PIANO, 24, 26, *BRASS, *FLUTES),
                basses=(*ACOUSTIC_BASS, 33),
                sevenths=0.75,
                swing=0.0,
                is_electronic=0.05,
                forms=("song", "aaba", "vamp"),
                train=_grooves(
                    "stdlib/bossanova:BossaNova stdlib/samba:Samba stdlib/salsa:Salsa stdlib/mambo:Mambo stdlib/rhumba:Rhumba "
                    "stdlib/chacha:ChaCha stdlib/beguine:Beguine stdlib/merengue:Merengue stdlib/cubanguitar:CubanGuitar stdlib/son:Son "
                    "yamaha/salsa1:Salsa1MainA yamaha/jazzbossa:JazzBossaA zoom/bossa:BOSSA01 zoom/samba:SAMBA01 "
                    "casio/latinfusion:LatinFusion "
                    + _numbered("latin", "LATN", range(1, 4))
                    + " "
                    + _numbered("latin", "LATN", range(5, 8))
                ),
                held=_grooves(
                    "kara/kbossa:kbossaA yamaha/salsa2:Salsa2MainA zoom/bossa:BOSSA02 zoom/samba:SAMBA02 stdlib/jazzrhumba:JazzRhumba "
                    "yamaha/mambo:MamboMainA " + _numbered("latin", "LATN", range(8, 13))
                ),
            ),
            Style(
                name="house",
                tempi_bpm=(116, 150),
                metres=("4/4",),
                modes=DARK,
                drums=("four on the floor", "four on the floor", "four on the floor", "electro"),
                bass=("offbeat", "eighths", "octaves", "syncopated", "sixteenths"),
                comping=("stabs", "offbeats", "sustained", "arpeggio", "sixteenths"),
                programs=(*PADS, *SYNTH, *PIANO, *EPIANO, *STRINGS, *ORGAN),
                basses=SYNTH_BASS,
                sevenths=0.35,
                swing=0.12,
                is_electronic=0.85,
                forms=("club", "club", "vamp"),
                train=_grooves(
                    "casio/house:House casio/techno:Techno casio/trance1:Trance1 casio/dance1:Dance1 casio/rave:Rave "
                    "casio/8beatdance:8BeatDance "
                    "stdlib/trance:Trance zoom/house:HOUS01 zoom/house:HOUS02 "
                    + _numbered("techno", "TECH", range(1, 7))
                    + " "
                    + _numbered("dance", "DANC", range(1, 4))
                ),
                held=_grooves(
                    "casio/trance2:Trance2 casio/latinhouse:LatinHouse casio/dance2:Dance2 zoom/house:HOUS03 zoom/house:HOUS04 "
                    + _numbered("techno", "TECH", range(7, 11))
                ),
                is_driven=0.0,
                tempi_kinds=MACHINE,
            ),
            Style(
                name="hip hop",
                tempi_bpm=(72, 160),
                metres=("4/4",),
                modes=DARK,
                drums=("hip hop", "trap"),
                bass=("kick", "syncopated", "roots"),
                comping=("sustained", "stabs", "arpeggio"),
                programs=(*EPIANO, *PIANO, *PADS, *STRINGS, *BELLS, *FLUTES, 24),
                basses=(*SYNTH_BASS, *ELECTRIC_BASS, 38),
                sevenths=0.45,
                swing=0.35,
                is_electronic=0.7,
                forms=("song", "vamp", "vamp"),
                train=_grooves(
                    "casio/hip-hop:Hip-Hop casio/triphop:TripHop casio/modernrb:ModernR&B alexis/hiphop:HipHop zoom/trip:TRIP01 "
                    "zoom/trip:TRIP02 "
                    "zoom/trip:TRIP03 " + _numbered("hiphop", "HIP", range(1, 8))
                ),
                held=_grooves("casio/mellowrb:MellowRB zoom/trip:TRIP04 " + _numbered("hiphop", "HIP", range(8, 13))),
                is_driven=0.0,
                tempi_kinds=MACHINE,
            ),
            Style(
                name="metal",
                tempi_bpm=(120, 210),
                metres=("4/4",) * 12 + ("3/4",),
                modes=("minor", "minor", "phrygian", "phrygian", "major", "mixolydian"),
                drums=("punk", "metal", "metal", "rock"),
                bass=("eighths", "kick", "sixteenths", "roots"),
                comping=("power", "power", "gallop", "eighths"),
                programs=(*DRIVEN, 27, 29, 30),
                basses=(34, 33, 36),
                sevenths=0.0,
                swing=0.0,
                is_electronic=0.02,
                forms=("song", "short", "vamp"),
                train=_grooves(
                    "casio/heavymetal:HeavyMetal pflib/metal1:metal1A pflib/metal2:metal2A zoom/punk:PUNK01 zoom/mtl:MTL01 zoom/mtl:MTL02 "
                    "zoom/thr:THRS01 zoom/ska:SKA01 zoom/ska:SKA02 stdlib/ska:Ska " + _numbered("hrk", "HRK", range(1, 5))
                ),
                held=_grooves(
                    "pflib/metal1:metal1B pflib/metal2:metal2B zoom/punk:PUNK02 zoom/mtl:MTL03 zoom/mtl:MTL04 zoom/thr:THRS02 "
                    + _numbered("hrk", "HRK", range(5, 8))
                ),
                is_driven=0.9,
            ),
            Style(
                name="folk",
                tempi_bpm=(76, 190),
                metres=("3/4", "3/4", "3/4", "6/8", "6/8", "4/4", "2/4"),
                modes=("major", "major", "major", "minor", "dorian", "mixolydian"),
                drums=("pop", "shuffle", "rock"),
                bass=("two", "roots", "walking"),
                comping=("oom-pah", "strums", "arpeggio", "sustained"),
                programs=(*ACOUSTIC, *ACOUSTIC, *PIANO, *ACCORDION, *STRINGS, *FLUTES, 22, 105),
                basses=(*ACOUSTIC_BASS, 33),
                sevenths=0.1,
                swing=0.05,
                is_electronic=0.0,
                forms=("song", "aaba", "short"),
                train=_grooves(
                    "stdlib/waltz:Waltz stdlib/countrywaltz:CountryWaltz stdlib/frenchwaltz:FrenchWaltz stdlib/rockwaltz:RockWaltz "
                    "stdlib/arpeggiowaltz:ArpeggioWaltz casio/popwaltz:PopWaltz stdlib/fastwaltz:FastWaltz zoom/rock34:ROCK28 "
                    "zoom/bald34:BALD05",
                    3,
                    "3/4",
                )
                + _grooves("stdlib/68swing:68Swing stdlib/blues68:Blues68 stdlib/arpeggio68:Arpeggio68 casio/68ballad:68Ballad", 6, "6/8")
                + _grooves(
                    "stdlib/folk:Folk stdlib/bluegrass:BlueGrass stdlib/folkballad:FolkBallad stdlib/hillcountry:HillCountry "
                    "zoom/country:CNTR01 zoom/country:CNTR02"
                ),
                held=_grooves(
                    "stdlib/vienesewaltz:VieneseWaltz stdlib/latinwaltz:LatinWaltz stdlib/broadwaywaltz:BroadwayWaltz zoom/bald34:BALD11",
                    3,
                    "3/4",
                )
                + _grooves("stdlib/68swing:68Swing1", 6, "6/8")
                + _grooves("stdlib/bluefolk:BlueFolk zoom/country:CNTR03 zoom/country:CNTR04 zoom/cntry:CNTRY"),
            ),
        )
    }
)

# Sections of each form: kind and share of a phrase of eight bars. Letters follow from the kinds.
FORMS = MappingProxyType(
    {
        "song": (
            ("intro", 0.5),
            ("verse", 1),
            ("chorus", 1),
            ("verse", 1),
            ("chorus", 1),
            ("bridge", 1),
            ("chorus", 1),
            ("chorus", 1),
            ("outro", 0.5),
        ),
        "short": (("verse", 1), ("chorus", 1), ("verse", 1), ("chorus", 1), ("instrumental", 1), ("chorus", 1), ("outro", 0.5)),
        "aaba": (("verse", 1), ("verse", 1), ("bridge", 1), ("verse", 1), ("verse", 1), ("verse", 1), ("bridge", 1), ("verse", 1)),
        "blues": (("verse", 1.5),) * 8,
        "club": (
            ("intro", 1),
            ("verse", 1),
            ("chorus", 1),
            ("bridge", 1),
            ("verse", 1),
            ("chorus", 1),
            ("chorus", 1),
            ("outro", 0.5),
        ),
        "vamp": (("verse", 1), ("verse", 1), ("bridge", 0.5), ("verse", 1), ("verse", 1), ("bridge", 0.5), ("verse", 1)),
    }
)
