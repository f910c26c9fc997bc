"""Tonality: pitch classes, key, constant-Q spectrum, harmonic movement. Importing `descriptors` registers them all."""
