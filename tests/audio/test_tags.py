"""Tags of every format, and texts that do not say how they are coded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen.aiff
import mutagen.apev2
import mutagen.flac
import mutagen.id3
import mutagen.mp3
import mutagen.mp4
import mutagen.wave
import pytest
import soundfile
from encoded import encode

from mixassistant.audio.charset import decoded
from mixassistant.audio.tags import IDENTIFYING, read_tags
from signals import noise

WANTED = {"title": "My title", "artist": "My artist", "album": "My album", "genre": "Dub"}
NAMES = ("My title", "My artist", "My album", "Dub")
SHORT = noise(0, duration_s=0.5)


def frames(texts: tuple[str, str, str, str], encoding: int = 3) -> list[Any]:
    kinds = (mutagen.id3.TIT2, mutagen.id3.TPE1, mutagen.id3.TALB, mutagen.id3.TCON)
    return [kind(encoding=encoding, text=text) for kind, text in zip(kinds, texts, strict=True)]


def with_id3(path: Path, kind: Callable[[Path], Any]) -> None:
    soundfile.write(path, SHORT.samples.T, 44100)
    file = kind(path)
    file.add_tags()
    for frame in frames(NAMES):
        file.tags.add(frame)
    file.save()


def with_info_list(path: Path) -> None:
    with soundfile.SoundFile(path, "w", 44100, 2, subtype="PCM_16") as file:
        file.title, file.artist, file.album, file.genre = NAMES
        file.write(SHORT.samples.T)


def with_ape_alone(path: Path) -> None:
    encode(path, [SHORT], "libmp3lame")
    mutagen.mp3.MP3(path).delete()
    tags = mutagen.apev2.APEv2()
    tags.update(zip(("Title", "Artist", "Album", "Genre"), NAMES, strict=True))
    tags.save(path)


def by_encoder(codec: str, format_: str | None = None) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        encode(path, [noise(0, duration_s=0.5, rate=48000)], codec, format_, tags=WANTED)

    return write


@pytest.mark.parametrize(("name", "write"), [
    ("id3.wav", lambda p: with_id3(p, mutagen.wave.WAVE)), ("a.aiff", lambda p: with_id3(p, mutagen.aiff.AIFF)),
    ("info.wav", with_info_list), ("ape.mp3", with_ape_alone), ("a.mp3", by_encoder("libmp3lame")), ("a.flac", by_encoder("flac")),
    ("a.ogg", by_encoder("libopus")),
    ("a.m4a", by_encoder("aac", "ipod")), ("a.wma", by_encoder("wmav2", "asf")), ("a.mka", by_encoder("pcm_s16le", "matroska")),
    ("a.mkv", by_encoder("aac", "matroska")), ("a.wv", by_encoder("wavpack")), ("a.tta", by_encoder("tta")), ("a.mov", by_encoder("aac")),
])  # fmt: skip
def test_tags_of_every_format_are_read(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    assert read_tags(tmp_path / name) == WANTED


MBID = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"
IDENTIFIED = {"title": "My title", "date": "2019-11-08", "isrc": "GBABC1900017", "musicbrainz_trackid": MBID}


def identify_mp3(path: Path) -> None:
    encode(path, [SHORT], "libmp3lame")
    file = mutagen.mp3.MP3(path)
    file.tags = mutagen.id3.ID3()
    for frame in (
        mutagen.id3.TIT2(encoding=3, text="My title"),
        mutagen.id3.TDRC(encoding=3, text="2019-11-08"),
        mutagen.id3.TSRC(encoding=3, text="GBABC1900017"),
        mutagen.id3.UFID(owner="http://musicbrainz.org", data=MBID.encode()),
    ):
        file.tags.add(frame)
    file.save()


def identify_flac(path: Path) -> None:
    soundfile.write(path, SHORT.samples.T, 44100)
    file = mutagen.flac.FLAC(path)
    file.update({name.upper(): value for name, value in IDENTIFIED.items()})
    file.save()


def identify_m4a(path: Path) -> None:
    encode(path, [SHORT], "aac", "ipod")
    file = mutagen.mp4.MP4(path)
    file["\xa9nam"], file["\xa9day"] = IDENTIFIED["title"], IDENTIFIED["date"]
    file["----:com.apple.iTunes:ISRC"] = IDENTIFIED["isrc"].encode()
    file["----:com.apple.iTunes:MusicBrainz Track Id"] = MBID.encode()
    file.save()


@pytest.mark.parametrize(("name", "write"), [("a.mp3", identify_mp3), ("a.flac", identify_flac), ("a.m4a", identify_m4a)])
def test_what_tells_recordings_apart_is_read(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    assert read_tags(tmp_path / name, IDENTIFYING) == IDENTIFIED
    assert read_tags(tmp_path / name) == {"title": "My title"}


def test_a_wav_with_tags_in_two_places_has_both(tmp_path: Path) -> None:
    with_info_list(tmp_path / "a.wav")
    file = mutagen.wave.WAVE(tmp_path / "a.wav")
    file.add_tags()
    file.tags.add(mutagen.id3.TIT2(encoding=3, text="Another title"))
    file.save()
    assert read_tags(tmp_path / "a.wav") == {**WANTED, "title": "Another title"}


def test_a_file_without_tags_and_what_is_no_file_have_none(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", SHORT.samples.T, 44100)
    (tmp_path / "b.wav").write_bytes(b"nothing")
    for name in ("a.wav", "b.wav", "none.wav"):
        assert read_tags(tmp_path / name) == {}


RUSSIAN = ("Группа крови", "Кино", "Звезда по имени Солнце", "Рок")
JAPANESE = ("千本桜", "黒うさP feat. 初音ミク", "はじまりの歌", "ボーカロイド")
CHINESE = ("月亮代表我的心", "邓丽君", "岛国之情歌第四集", "流行")
KOREAN = ("좋은 날", "아이유", "리얼", "가요")
GREEK = ("Ο Ζορμπάς", "Μίκης Θεοδωράκης", "Τραγούδια", "Λαϊκά")
FRENCH = ("La vie en rosé", "Édith Piaf", "À l’Olympia", "Chanson française")
GERMAN = ("Für Elise", "Die Ärzte", "Größenwahn", "Schlager")
ICELANDIC = ("Ágætis byrjun", "Sigur Rós", "Hoppípolla", "Þýða")


@pytest.mark.parametrize(("texts", "encoding"), [
    (RUSSIAN, "cp1251"), (JAPANESE, "cp932"), (CHINESE, "gbk"), (KOREAN, "euc_kr"), (GREEK, "cp1253"), (FRENCH, "cp1252"),
    (GERMAN, "latin-1"), (ICELANDIC, "latin-1"), (RUSSIAN, "utf-8"), (GERMAN, "utf-8"), (JAPANESE, "utf-8"),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["id3v2", "id3v1", "info"])
def test_texts_in_the_alphabet_of_an_old_program_are_read(
    tmp_path: Path, texts: tuple[str, str, str, str], encoding: str, kind: str
) -> None:
    raw = [text.encode(encoding) for text in texts]
    if kind == "info":
        path = tmp_path / "a.wav"
        with_info_list(path)
        data = path.read_bytes()
        for name, text in zip(NAMES, raw, strict=True):
            place = data.find(name.encode())
            size = int.from_bytes(data[place - 4 : place], "little")
            data = data[: place - 4] + len(text).to_bytes(4, "little") + text + bytes(len(text) & 1) + data[place + size + (size & 1) :]
        start = data.find(b"LIST")
        inside = sum(8 + len(text) + (len(text) & 1) for text in raw) + 4
        rest = data.find(b"ISFT")
        inside += 0 if rest < 0 else 8 + int.from_bytes(data[rest + 4 : rest + 8], "little")
        path.write_bytes(data[: start + 4] + inside.to_bytes(4, "little") + data[start + 8 :])
        wanted = texts
    elif kind == "id3v2":
        path = encode(tmp_path / "a.mp3", [SHORT], "libmp3lame")
        file = mutagen.mp3.MP3(path)
        file.tags.clear()
        for frame in frames(tuple(text.decode("latin-1") for text in raw), 0):
            file.tags.add(frame)
        file.save(v1=0)
        wanted = texts
    else:
        path = encode(tmp_path / "a.mp3", [SHORT], "libmp3lame", options={"id3v2_version": "0"})
        fields = [text[:30].ljust(30, b"\0") for text in raw[:3]]
        path.write_bytes(path.read_bytes() + b"TAG" + b"".join(fields) + bytes(34) + b"\x11")
        cut = [text.encode(encoding)[:30].decode(encoding, "ignore").strip() for text in texts[:3]]
        wanted = (cut[0], cut[1], cut[2], "Rock")
    assert read_tags(path) == dict(zip(("title", "artist", "album", "genre"), wanted, strict=True))


@pytest.mark.parametrize("text", [
    "Björk", "Sigur Rós", "Motörhead", "Mötley Crüe", "Beyoncé", "Désenchantée", "Mylène Farmer", "Queensrÿche", "São Paulo", "Ætt", "Øya",
    "é", "Señorita", "¿Dónde?", "L’été indien", "Größenwahn", "Où est-ce ?", "Håkan Hellström", "Þýða", "Çok güzel", "Sinéad O’Connor",
    "DJ Tiësto", "Live – Köln", "Café del Mar™", "naïve", "100 % Übel", "«Été 67»",
])  # fmt: skip
def test_western_names_stay_what_they_are(text: str) -> None:
    assert decoded([text.encode("cp1252")]) == [text]
    assert decoded([b"Plain", text.encode("cp1252"), b""]) == ["Plain", text, ""]
    assert decoded([text.encode()]) == [text]


@pytest.mark.parametrize(("encoding", "texts"), [
    ("cp1251", ["Группа крови", "Песня без слов", "Алиса", "Ария", "Осень", "Любэ", "Владимир Высоцкий", "Земфира - Хочешь?", "ДДТ"]),
    ("cp932", ["さくら", "椎名林檎", "宇多田ヒカル First Love", "千本桜", "東京事変", "ルパン三世",
               "夜に駆ける", "あいみょん マリーゴールド"]),
    ("gbk", ["月亮代表我的心", "邓丽君", "周杰伦 青花瓷", "王菲", "红豆", "甜蜜蜜", "北京欢迎你", "崔健 一无所有"]),
    ("big5", ["月亮代表我的心", "鄧麗君", "周杰倫 青花瓷"]), ("euc_kr", ["방탄소년단", "아리랑"]), ("cp1250", ["Miłość", "Żółta łódź"]),
])  # fmt: skip
def test_even_a_single_short_text_is_told(encoding: str, texts: list[str]) -> None:
    assert [decoded([text.encode(encoding)])[0] for text in texts] == texts


def test_texts_of_two_programs_in_one_file_are_told_apart() -> None:
    assert decoded(["Песня без слов".encode("cp1251"), "Björk".encode()]) == ["Песня без слов", "Björk"]
