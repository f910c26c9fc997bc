"""Likes, playlists and listening histories that other programs write: one module a format, each returns the same values."""
