"""What a stem is to the profile: by the words of its name, in the languages that sessions are named in."""

from __future__ import annotations

import itertools
import re
import unicodedata

from mixassistant.stems.stem import Role


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of stem names as engineers write them: English; German; French; Spanish; Portuguese; Italian; Dutch and Nordic; Polish; Russian.
# All are as `plain` writes them: lower case, without accents ("tambor" for "Tambor", "percussao" for "Percussão").
WORDS: dict[Role, frozenset[str]] = {
    "vocals": _words("""
        vox vx vocal vocals voc vocs voice voices bgvox bvox bgv bgvs bv bvs lv ldvox leadvox singer sing singing choir rap rapper adlib
        adlibs leadvocal backingvocal soprano alto tenor talkbox acapella acappella
        gesang stimme stimmen vokal vokals saenger sanger saengerin sangerin chor backgroundchor
        voix chant chants chanteur chanteuse choeur choeurs
        voz voces coro coros canto cantante
        vozes vocais cantor cantora
        voce voci cori cantato
        zang stemmen vokaler
        wokal wokale glos вокал голос голоса хор 歌 唱
    """),
    "drums": _words("""
        drum drums drm drms bassdrum kickdrum snaredrum drumkit drumset drumbus
        kick kicks kik bd snare snares sd snr hat hats hihat hihats hh hho hhc ohh chh ride
        crash cym cyms cymbal cymbals
        tom toms floortom clap claps snap snaps perc percs percussion percussions shaker shakers tambourine tamb cowbell conga congas bongo
        bongos cajon timbale timbales breakbeat beat beats drumloop overhead overheads oh ohs room rooms rim rimshot sidestick stick sticks
        break
        schlagzeug schlagwerk trommel trommeln grosstrommel becken perkussion rassel
        batterie caisse grossecaisse caisseclaire charley charleston cymbale cymbales tambour tambours
        bateria baterias tambor tambores bombo caja redoblante platillo platillos percusion percusiones
        caixa bumbo chimbal prato pratos percussao percussoes pandeiro surdo
        batteria cassa grancassa rullante piatto piatti tamburo tamburi percussione percussioni
        drumstel slagwerk trommer trummor perkusja bebny werbel барабан барабаны ударные бочка перкуссия 鼓 タム
    """),
    "bass": _words("""
        bass basses sub subbass bassline 808 bs bassgtr bassguitar bassdi contrabass doublebass upright
        kontrabass ebass bassgitarre
        basse contrebasse
        bajo contrabajo
        baixo contrabaixo
        basso contrabbasso
        bas basgitaar basgitara kontrabas бас контрабас
    """),
    "other": _words("""
        guitar guitars gtr gtrs gt git acgtr elgtr agtr egtr rhythm piano pianos pno keys key keyboard keyboards rhodes wurli organ hammond
        synth synths syn lead pad pads arp pluck plucks strings string violin viola cello brass horn horns trumpet trombone tuba sax
        saxophone flute clarinet oboe bassoon harmonica harp bell bells mallet mallets marimba vibes accordion banjo mandolin ukulele uke
        fx sfx effect effects sweep riser rise noise ambience texture melody chord chords stab stabs other others music instrumental
        orchestra minilogue microcosm beep glitch bassclarinet bassflute basstrombone
        gitarre gitarren klavier fluegel tasten orgel streicher geige geigen blaeser blaser trompete posaune floete flote akkordeon
        mundharmonika effekte rest sonstiges
        guitare guitares clavier claviers orgue cordes violon violons cuivres trompette flute accordeon synthe synthes autres
        guitarra guitarras teclado teclados cuerdas violin violines metales vientos trompeta flauta acordeon sintetizador organo otros
        violao violoes cordas violino violinos metais sopros trompete sanfona orgao sintetizadores outros
        chitarra chitarre tastiera tastiere pianoforte archi fiati ottoni tromba fisarmonica sintetizzatore altro altri
        gitaar gitaren toetsen gitarr gitarer gitara gitary klawisze 弦 琴 гитара гитары клавиши пианино синтезатор скрипка
    """),
}
# "HARMONY GTR" is a guitar, "HARMONY" alone a voice.
WEAK = _words("harmony harmonies backing backings")
# Instruments whose names hold that of another role.
WHOLE: dict[str, Role] = {"bassclarinet": "other", "bassflute": "other", "basstrombone": "other"}
# How German compounds end: "Leadgesang", "Akustikgitarre", "Snaretrommel".
ENDINGS: tuple[tuple[str, Role], ...] = (
    ("gesang", "vocals"), ("stimme", "vocals"), ("stimmen", "vocals"), ("schlagzeug", "drums"), ("trommel", "drums"), ("trommeln", "drums"),
    ("bassgitarre", "bass"), ("gitarre", "other"), ("gitarren", "other"), ("klavier", "other"), ("orgel", "other"),
    ("streicher", "other"),
)  # fmt: skip
# Scripts without spaces between words: found anywhere in the name.
SYLLABLES: dict[Role, frozenset[str]] = {
    "vocals": _words("ボーカル ヴォーカル ヴォイス ボイス コーラス 人声 人聲 主唱 和声 和聲 보컬 코러스"),
    "drums": _words("ドラム キック スネア ハイハット シンバル パーカッション 打楽器 打击 드럼 킥 스네어 퍼커션"),
    "bass": _words("ベース 贝斯 貝斯 低音 베이스"),
    "other": _words("ギター ピアノ シンセ キーボード ストリングス オルガン 吉他 钢琴 鋼琴 合成器 기타 피아노 신스 건반"),
}
MIX_WORDS = _words("mix mixture mixdown master mastered mastering final full fullmix stereomix print bounce premaster mezcla mistura")
# Where words of several roles meet, the earlier wins: "BASS DRUM" is drums, "VOX SYNTH" a voice, "PAD + BASS" a bass.
ORDER: tuple[Role, ...] = ("vocals", "drums", "bass", "other")
_SPLIT = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"(?<=[^\W\d_])\d+$|^\d+(?=[^\W\d_])")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ß": "ss", "đ": "d"})


def plain(text: str) -> str:
    """Return text in lower case and without accents: ``"Percussão"`` → ``"percussao"``, ``"Chœur"`` → ``"choeur"``."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").casefold().translate(_LIGATURES)


_SYLLABLES = {role: frozenset(plain(word) for word in words) for role, words in SYLLABLES.items()}


def words_of(name: str) -> list[str]:
    """Return the plain words of a name, numbers at their ends removed: ``"BGVOX2_Harmony"`` → bgvox, harmony."""
    whole = unicodedata.normalize("NFC", name)
    spaced = "".join(f" {c}" if c.isupper() and before.islower() else c for before, c in zip(f" {whole}", whole, strict=False))
    words = [w for w in _SPLIT.split(plain(spaced)) if w]
    return [w if w in {"808"} else (_NUMBER.sub("", w) or w) for w in words]


def role_from_name(name: str) -> Role | None:
    """Return the role that a stem's name tells, or ``None``.

    "BASS DRUM" and "VOCAL BASS" go by the order vocals, drums, bass, other.
    """
    words = words_of(name)
    found = {*words, *(a + b for a, b in itertools.pairwise(words))}
    for word in found & WHOLE.keys():
        return WHOLE[word]
    for role in ORDER:
        # "LEAD VOX" is a voice, "LEAD" alone a synth; words of "other" never beat the others, being last in the order.
        if WORDS[role] & found or any(role == told and word.endswith(end) for end, told in ENDINGS for word in words):
            return role
    written = plain(name)
    for role in ORDER:
        if any(part in written for part in _SYLLABLES[role]):
            return role
    return "vocals" if WEAK & found else None


def is_mix_name(name: str) -> bool:
    """Tell whether a file beside stems is named like their mix."""
    words = words_of(name)
    return bool(MIX_WORDS & set(words)) and role_from_name(name) is None
