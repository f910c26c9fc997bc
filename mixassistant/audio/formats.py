"""Which files may hold audio: endings of names that are looked for in folders, and formats that FFmpeg may take a content for."""

from __future__ import annotations

# Files that a recorder, a DAW, a shop or a converter gives out as sound. What a file holds, its content tells, whatever it is called.
_SOUND = frozenset((
    ".wav", ".wave", ".bwf", ".rf64", ".bw64", ".w64", ".aif", ".aiff", ".aifc", ".snd", ".au", ".caf", ".voc", ".8svx", ".iff",
    ".nist", ".sph", ".flac", ".fla", ".ogg", ".oga", ".ogx", ".opus", ".spx", ".mp1", ".mp2", ".mp3", ".mpa", ".mpga", ".m2a", ".aac",
    ".adts", ".ac3", ".ec3", ".eac3", ".dts", ".dtshd", ".thd", ".mlp", ".amr", ".awb", ".ape", ".wv", ".tta", ".tak", ".shn", ".mpc",
    ".dsf", ".dff", ".wma", ".ra", ".oma", ".aa3",
))  # fmt: skip
# Files that may hold several streams, or films: one of Native Instruments' stems, a recording of a screen, a video of a concert.
CONTAINER_SUFFIXES = frozenset((
    ".mp4", ".m4a", ".m4b", ".m4r", ".m4p", ".m4v", ".alac", ".mov", ".qt", ".3gp", ".3g2", ".f4a", ".f4v", ".mka", ".mkv", ".webm",
    ".flv", ".avi", ".asf", ".wmv", ".rm", ".mpg", ".mpeg", ".m2p", ".vob", ".ts", ".mts", ".m2ts", ".m2t", ".ogv", ".ogm", ".mxf",
))  # fmt: skip
SUFFIXES = _SOUND | CONTAINER_SUFFIXES
"""Endings, in lower case, of the files that are seen in folders."""

# What FFmpeg may take a file for, whatever its name: formats that hold their sound themselves. It knows others that are only lists of
# other files, streams and sockets (HLS, DASH, SDP, ffconcat). One of the names that FFmpeg has for a format is enough.
FORMATS = (
    "aac", "ac3", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dsf", "dts", "dtshd", "eac3", "flac", "flv", "iff", "loas", "matroska",
    "mlp", "mov", "mp3", "mpc", "mpc8", "mpeg", "mpegts", "mxf", "nistsphere", "ogg", "oma", "rm", "shn", "tak", "truehd", "tta", "voc",
    "w64", "wav", "wv",
)  # fmt: skip
