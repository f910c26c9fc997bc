"""Published numbers that a finished mix is held against."""

from __future__ import annotations

TRACK_LUFS = -16.0  # AES TD1008: what tracks are normalised to
ALBUM_LUFS = -14.0  # AES TD1008: the loudest track of an album
BROADCAST_LUFS = -23.0  # EBU R 128
PEAK_LIMIT_DBTP = -1.0  # AES TD1008, EBU R 128: room for lossy encoders
OVER_LIMITED_PSR_LU = 8.0  # Shepherd et al., AES e-brief 373 (2017): below it limiting is heard. Of 94: 9.2 at least; of 12: 8.1
CHARTS_LU = 1.0  # lead vocal over accompaniment in charts since 1975 (Gerdes and Siedenburg 2023)
