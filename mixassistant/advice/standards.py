"""Published numbers that a finished mix is held against."""

from __future__ import annotations

from mixassistant.advice.targets import load_targets

_STREAMS, _BROADCAST = load_targets()["aes-td1008"], load_targets()["ebu-r128"]
assert _STREAMS.loudness_lufs is not None and _STREAMS.album_lufs is not None and _BROADCAST.loudness_lufs is not None

TRACK_LUFS = _STREAMS.loudness_lufs  # what tracks are normalised to
ALBUM_LUFS = _STREAMS.album_lufs  # the loudest track of an album
BROADCAST_LUFS = _BROADCAST.loudness_lufs
PEAK_LIMIT_DBTP = _STREAMS.true_peak_dbtp  # room for lossy encoders; EBU R 128 asks for the same
OVER_LIMITED_PSR_LU = 8.0  # Shepherd et al., AES e-brief 373 (2017): below it limiting is heard. Of 94: 9.2 at least; of 12: 8.1
CHARTS_LU = 1.0  # lead vocal over accompaniment in charts since 1975 (Gerdes and Siedenburg 2023)
