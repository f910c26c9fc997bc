"""Rhythm: onsets, beats, tempo and patterns. Importing `descriptors` registers them all."""
