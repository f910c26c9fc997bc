"""Situations of the eighth kind: tags."""

from __future__ import annotations

import struct
from pathlib import Path

import mutagen.aiff
import mutagen.id3
import mutagen.wavpack
import pytest
from situations.files import Track, chunk, encode, wave_bytes, write
from situations.program import Outcome, extracted
from situations.song import RATE, part


def tags_of(found: Outcome) -> tuple[str | None, str | None]:
    """Return artist and title."""
    tags = found.only["mix"]["tags"]
    return tags.get("artist"), tags.get("title")


@pytest.fixture
def mp3(tmp_path: Path) -> Path:
    """Return a song without tags."""
    return write(tmp_path / "song.mp3", part("drums", 1, 3.3))


def test_56_what_workstations_write_into_waves_and_aiffs_is_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Mastering programs put artist and title into INFO chunks of waves and, for players, into ID3 chunks of AIFFs."""
    sound = part("drums", 2, 3.3)

    def info(name: bytes, text: str) -> bytes:
        return chunk(name, text.encode() + b"\0")

    notes = chunk(b"LIST", b"INFO" + info(b"IART", "Nina Simone") + info(b"INAM", "Sinnerman"))
    (tmp_path / "a.wav").write_bytes(wave_bytes(sound, RATE, after=notes))
    write(tmp_path / "b.aiff", sound, subtype="PCM_16")
    aiff = mutagen.aiff.AIFF(tmp_path / "b.aiff")
    aiff.add_tags()
    aiff.tags.add(mutagen.id3.TPE1(3, "Björk"))
    aiff.tags.add(mutagen.id3.TIT2(3, "Jóga"))
    aiff.save()
    assert tags_of(extracted(capfd, tmp_path / "1", tmp_path / "a.wav")) == ("Nina Simone", "Sinnerman")
    assert tags_of(extracted(capfd, tmp_path / "2", tmp_path / "b.aiff")) == ("Björk", "Jóga")


def test_57_a_wavpack_album_keeps_its_tags(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Archives of lossless collectors bear APEv2 tags."""
    path = encode(tmp_path / "07.wv", "wv", Track(part("drums", 3, 3.3), "wavpack"))
    tags = mutagen.wavpack.WavPack(path)  # FFmpeg has begun its tags already
    tags["Artist"], tags["Title"] = "Einstürzende Neubauten", "Sabrina"
    tags.save()
    assert tags_of(extracted(capfd, tmp_path / "out", path)) == ("Einstürzende Neubauten", "Sabrina")


WRONG = {
    "UTF-8 in Latin-1 frames": ("utf-8", "Sigur Rós", "Ágætis byrjun"),
    "Cyrillic in Latin-1 frames": ("cp1251", "Аквариум", "Под небом голубым есть город золотой"),
}
RIGHT = (("Mötley Crüe", "Kickstart My Heart"), ("Beyoncé", "Déjà Vu"), ("Sólstafir", "Ótta"), ("Café Tacvba", "Eres"), ("AC/DC", "T.N.T."))


@pytest.mark.parametrize("kind", WRONG)
def test_58_bytes_that_a_frame_calls_latin_are_read_as_what_they_are(
    tmp_path: Path, mp3: Path, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    """Old taggers wrote the system's own bytes, or UTF-8, into ID3v2 frames that say Latin-1."""
    charset, artist, title = WRONG[kind]
    mp3.write_bytes(_latin_tag(artist.encode(charset), title.encode(charset)) + mp3.read_bytes())
    assert tags_of(extracted(capfd, tmp_path / "out", mp3)) == (artist, title)


@pytest.mark.parametrize("names", RIGHT, ids=lambda names: ascii(names[0]))
def test_59_accents_that_are_latin_stay_as_they_are(
    tmp_path: Path, mp3: Path, capfd: pytest.CaptureFixture[str], names: tuple[str, str]
) -> None:
    """A name that is written right must not become another script's, however short it is."""
    mp3.write_bytes(_latin_tag(*(name.encode("latin-1") for name in names)) + mp3.read_bytes())
    assert tags_of(extracted(capfd, tmp_path / "out", mp3)) == names


def _latin_tag(artist: bytes, title: bytes) -> bytes:
    """Return an ID3v2.3 tag whose frames say that they are in Latin-1."""
    frames = b"".join(name + struct.pack(">IH", 1 + len(text), 0) + b"\0" + text for name, text in ((b"TPE1", artist), (b"TIT2", title)))
    return b"ID3\3\0\0" + bytes((0, 0, len(frames) >> 7, len(frames) & 127)) + frames
