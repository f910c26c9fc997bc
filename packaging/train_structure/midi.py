"""Notes of a Standard MIDI File, in quarter notes: what is needed of the files that MMA writes.

Source: MIDI 1.0 Detailed Specification, Standard MIDI Files 1.0.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

DRUMS = 9  # MIDI channel 10
NOTE_OFF, NOTE_ON, PROGRAM, SYSTEM = 0x80, 0x90, 0xC0, 0xF0


@dataclass(frozen=True)
class Note:
    """A note: start and length in quarter notes, MIDI pitch, velocity 1–127, program 0–127, and the track it comes from."""

    start: float
    length: float
    pitch: int
    velocity: int
    program: int = 0
    track: str = ""


def _number(content: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length and where it ends."""
    value = 0
    while True:
        byte = content[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at


def _track(content: bytes, division: int) -> list[tuple[int, Note]]:
    """Return the notes of one track with their channels."""
    at, tick, status, name = 0, 0, 0, ""
    programs = [0] * 16
    sounding: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    notes: list[tuple[int, Note]] = []
    while at < len(content):
        delta, at = _number(content, at)
        tick += delta
        if content[at] >= 0x80:
            status = content[at]
            at += 1
        if status == 0xFF:
            kind = content[at]
            length, at = _number(content, at + 1)
            if kind == 3:
                name = content[at : at + length].decode("latin-1")
            at += length
            continue
        if status >= SYSTEM:
            length, at = _number(content, at)
            at += length
            continue
        command, channel = status & 0xF0, status & 0x0F
        size = 1 if command in (PROGRAM, 0xD0) else 2
        first, second = content[at], content[at + size - 1]
        at += size
        if command == PROGRAM:
            programs[channel] = first
        elif command == NOTE_ON and second:
            sounding.setdefault((channel, first), []).append((tick, second, programs[channel]))
        elif command in (NOTE_ON, NOTE_OFF) and sounding.get((channel, first)):
            start, velocity, program = sounding[channel, first].pop(0)
            notes.append((channel, Note(start / division, (tick - start) / division, first, velocity, program, name)))
    return notes


def read_notes(content: bytes) -> list[tuple[int, Note]]:
    """Return all notes of a file with their channels, by start.

    Raises
    ------
    ValueError
        If it is no MIDI file with a division in quarter notes.
    """
    if content[:4] != b"MThd":
        raise ValueError("no Standard MIDI File")
    header = struct.unpack(">I", content[4:8])[0]
    division = struct.unpack(">H", content[12:14])[0]
    if division & 0x8000:
        raise ValueError("a division in frames of film is not read")
    at, notes = 8 + header, []
    while at + 8 <= len(content):
        length = struct.unpack(">I", content[at + 4 : at + 8])[0]
        if content[at : at + 4] == b"MTrk":
            notes += _track(content[at + 8 : at + 8 + length], division)
        at += 8 + length
    return sorted(notes, key=lambda pair: (pair[1].start, pair[0], pair[1].pitch))
